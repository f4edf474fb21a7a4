import { SignetError } from '../../base/index.ts';
import { siteLeavers } from '../control/grid.ts';
import type {
  AnswerDocument,
  Approval,
  Card,
  Codebook,
  Leavers,
  Protocol,
  Refusal,
  RefusalCode,
  SharedDocument,
} from '../documents.ts';
import { masked } from '../masks.ts';
import { groupCodes, groupLabels, stepOf } from '../methods/counts.ts';
import type { AnalysisSet, Clock, Exchange, ExchangedFile, SiteRecords } from '../ports.ts';
import { documentDigest, type SiteKeys, signDocument } from '../signing.ts';
import { analysisSetOf, approvedSet, type SiteCohort } from './analysis-set.ts';
import type { Asked } from './asked.ts';
import type { CodebookFault } from './coding.ts';
import { gridSteps, maskedCount } from './forms.ts';
import { nextStep, type Step } from './next.ts';
import { type OpenRound, type Progress, progressOf } from './progress.ts';
import { checkProtocol, methodsOf, outcomeOf, roundsOf } from './protocol.ts';
import { fileName, type Peers, readStudy, type StudyRecord } from './read.ts';
import { resultOf, type StudyResult } from './result.ts';
import {
  codeOf,
  judged,
  maskedLedgerHolds,
  reservationsOf,
  setsSent,
  standing,
  type Verdict,
  verdictsOf,
} from './rules.ts';
import { summaryOf } from './summary.ts';

/** What a site works with in a study. */
export interface SitePorts {
  readonly exchange: Exchange;
  readonly clock: Clock;
  readonly records: SiteRecords;
  readonly keys: SiteKeys;
  /** The site's own card. */
  readonly card: Card;
  /** Cards that people confirmed, the site's own among them. */
  readonly peers: Peers;
  /** Digest of the head of the site's audit log. */
  auditHead(): Promise<string>;
}

/** What a study would send of an analysis, in words. */
export interface LeavingField {
  readonly analysis: string;
  readonly round: number;
  readonly mode: 'open' | 'masked';
  /** How many numbers. */
  readonly numbers: number;
  readonly says: string;
}

/** A study tried on a site's own data: nothing of it leaves. */
export interface DryRun {
  readonly n: number;
  readonly left: number;
  /** Where cohort and codebook differ; no approval until there is none. */
  readonly faults: readonly CodebookFault[];
  readonly verdicts: readonly Verdict[];
  readonly fields: readonly LeavingField[];
  readonly withheld: AnswerDocument['withheld'];
  readonly waivers: NonNullable<Protocol['waivers']>;
}

/**
 * Proposes a study: puts its codebook and protocol, signed, into the proposer's folder, and answers the study's digest. Throws SignetError
 * `invalid-protocol`.
 */
export async function proposeStudy(protocol: Protocol, codebook: Codebook, ports: SitePorts): Promise<string> {
  if (protocol.codebook !== documentDigest(codebook))
    throw new SignetError('invalid-protocol', 'The protocol names another codebook', {
      place: { pointer: '/codebook' },
    });
  checkProtocol(protocol, codebook);
  const study = documentDigest(protocol);
  await send(study, codebook, 'codebook.json', ports);
  await send(study, protocol, 'protocol.json', ports);
  return study;
}

/** What this site knows of a study. Undefined before its protocol can be seen. */
export async function studyRecord(study: string, ports: SitePorts): Promise<StudyRecord | undefined> {
  const [files, kept] = await Promise.all([ports.exchange.list(study), ports.records.kept(study)]);
  const record = await readStudy(study, files, kept, ports.peers);
  for (const file of record?.accepted ?? []) await ports.records.keep(study, file);
  return record;
}

/** Tries a study on the site's own data, and leaves nothing behind. Throws SignetError `unknown-study`, `invalid-protocol`, and what criteria throw. */
export async function dryRun(study: string, cohort: SiteCohort, ports: SitePorts): Promise<DryRun> {
  const { protocol, codebook } = await knownStudy(study, ports);
  const { set, faults } = analysisSetOf(cohort, protocol, codebook);
  const verdicts = verdictsOf(set, protocol, codebook, ports.card.thresholds, await before(set.cohort, ports), study);
  const tried = faults.length > 0 ? [] : protocol.analyses.map((analysis) => firstRound(analysis));
  const summaries = tried.map((asked) => summaryOf(asked, set.rows, protocol, codebook));
  return {
    n: set.rows.n,
    left: set.left,
    faults,
    verdicts,
    fields: protocol.analyses.flatMap((analysis) =>
      Array.from({ length: roundsOf(analysis) }, (_, r) =>
        leavingField({ analysis, round: r + 1 }, codebook, summaries, tried),
      ),
    ),
    withheld: summaries.flatMap(({ withheld }) => withheld),
    waivers: protocol.waivers ?? [],
  };
}

function firstRound(analysis: Asked['analysis']): Asked {
  if (analysis.method !== 'kaplan-meier/1') return { analysis, round: 1 };
  return { analysis, round: 1, edges: [gridSteps(analysis)] };
}

const SENT: Readonly<Record<Asked['analysis']['method'], string>> = {
  'cox/1': 'score, information and log likelihood of the covariates; no times',
  'fine-gray/1': 'score, information and log likelihood of the covariates; no times',
  'logistic/1': 'score, information and log likelihood of the covariates',
  'log-rank/1': 'events observed and expected by group, and their variance',
  'mantel-haenszel/1': 'a 2 x 2 table, or behind masks eight sums of it',
  'kaplan-meier/1': 'deaths and censorings between the edges of a grid, by group',
  'table-one/1': 'counts of levels, and count, sum and squares of numbers, by group',
  'gene-scores/1': 'events observed less expected, and their variance, a gene',
};

function leavingField(
  asked: Asked,
  codebook: Codebook,
  summaries: readonly { readonly open?: unknown }[],
  tried: readonly Asked[],
): LeavingField {
  const { analysis, round } = asked;
  const at = tried.findIndex((each) => each.analysis === analysis);
  const numbers =
    analysis.mode === 'masked' ? maskedCount(firstRoundOf(asked), codebook) : numbersIn(summaries[at]?.open);
  return { analysis: analysis.id, round, mode: analysis.mode, numbers, says: SENT[analysis.method] };
}

function firstRoundOf(asked: Asked): Asked {
  return asked.round === 1 ? firstRound(asked.analysis) : asked;
}

function numbersIn(value: unknown): number {
  if (typeof value === 'number') return 1;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, each) => sum + numbersIn(each), 0);
}

/**
 * Approves a study: freezes the set that is answered from until it ends, reserves its linear statistics and its sets of patients, and signs.
 * A set that would single out fewer than k patients closes the cohort's endpoints to the proposer. Throws SignetError `codebook-differs`,
 * `rule-refuses` with the rule's words, and what a dry run throws.
 */
export async function approveStudy(study: string, cohort: SiteCohort, ports: SitePorts): Promise<Approval> {
  const { protocol, codebook } = await knownStudy(study, ports);
  const { records, card } = ports;
  const kept = await records.frozen(study);
  const taken = kept ? { set: kept, faults: [] } : analysisSetOf(cohort, protocol, codebook);
  const [fault] = taken.faults;
  if (fault)
    throw new SignetError('codebook-differs', `The cohort differs from the codebook: ${fault.says}`, {
      place: { pointer: fault.pointer },
      remedy: fault.remedy,
    });
  const verdicts = verdictsOf(
    taken.set,
    protocol,
    codebook,
    card.thresholds,
    await before(taken.set.cohort, ports),
    study,
  );
  const against = standing(verdicts);
  if (against) {
    if (against.rule === 'atoms') await closeTo(protocol, taken.set.cohort, records);
    throw new SignetError('rule-refuses', `${against.rule}: ${against.says}`, {
      place: { value: codeOf(against) },
      remedy: 'Decline the study under this code, or have the proposer change it.',
    });
  }
  const set = await records.freeze(study, taken.set);
  await records.recordSent(study, setsSent(set, protocol, codebook, study));
  await records.reserve(study, reservationsOf(set.cohort, protocol, codebook, study));
  const { k } = protocol.thresholds;
  const approval: Approval = {
    type: 'approval/1',
    study,
    site: card.site,
    frame: set.digest,
    n: set.rows.n,
    left: set.left === 0 || set.left >= k ? set.left : null,
    leavers: leaversOf(set, protocol, codebook),
    methods: methodsOf(protocol),
    duplicates: protocol.duplicates,
    until: protocol.expires,
    audit: await ports.auditHead(),
  };
  await send(study, approval, fileName(approval), ports);
  return approval;
}

async function closeTo(protocol: Protocol, cohort: string, records: SiteRecords): Promise<void> {
  const endpoints = new Set(protocol.analyses.flatMap((analysis) => outcomeOf(analysis) ?? []));
  for (const endpoint of endpoints) await records.lock({ cohort, endpoint, partner: protocol.proposer });
}

/** Leavers of each masked curve's groups, by the group's place: what the common grid is derived from. */
function leaversOf(set: AnalysisSet, protocol: Protocol, codebook: Codebook): Record<string, Record<string, Leavers>> {
  const curves = protocol.analyses.filter((analysis) => analysis.method === 'kaplan-meier/1');
  return Object.fromEntries(
    curves
      .filter(({ mode }) => mode === 'masked')
      .map((curve) => {
        const labels = curve.group === undefined ? ['all'] : groupLabels(codebook, curve.group);
        const codes =
          curve.group === undefined ? new Int32Array(set.rows.n) : groupCodes(set.rows, codebook, curve.group);
        const { time } = set.rows.endpoints[curve.endpoint]!;
        // beyond the grid nobody is told how far
        const beyond = gridSteps(curve) + 1;
        const groups = labels.map((_, g): [string, Leavers] => {
          const own = [...codes.keys()].filter((i) => codes[i] === g);
          const steps = own.map((i) => Math.min(beyond, stepOf(time[i]!, curve.grid.width)));
          return [String(g), siteLeavers(steps, protocol.thresholds.k)];
        });
        return [curve.id, Object.fromEntries(groups)];
      }),
  );
}

/** Declines a study, or leaves it later: a code, and nothing that could tell of patients. */
export async function refuseStudy(study: string, code: RefusalCode, ports: SitePorts): Promise<Refusal> {
  const record = await knownStudy(study, ports);
  const { open } = progressOf(record);
  const own = record.refusals.filter(({ document }) => document.site === ports.card.site);
  const refusal: Refusal = {
    type: 'refusal/1',
    study,
    site: ports.card.site,
    round: open?.round ?? 0,
    attempt: open?.attempt ?? 1,
    code,
  };
  const same = own.find(({ document }) => document.code === code);
  if (same) return same.document;
  await send(study, refusal, `refusal-${own.length + 1}.json`, ports);
  return refusal;
}

/**
 * A patient of a cohort withdrew: her site leaves the open studies whose sets held her, and a finished one is marked withdrawn by the same
 * document. Answers the studies; a set that is still kept is dropped, since she leaves it too.
 */
export async function eraseFromStudies(patient: string, cohort: string, ports: SitePorts): Promise<string[]> {
  const sent = await ports.records.sent(cohort);
  const studies = [
    ...new Set(sent.flatMap(({ study, patients }) => (patients.includes(patient) ? [study] : []))),
  ].sort();
  for (const study of studies) {
    await refuseStudy(study, 'erasure', ports);
    await ports.records.thaw(study);
  }
  return studies;
}

/**
 * Takes a study as far as this site can by itself, and says what it waits for: answers rounds, closes those that lack somebody, attests the
 * result. A step that was interrupted writes the same bytes when it is taken again.
 */
export async function advanceStudy(
  study: string,
  ports: SitePorts,
): Promise<{ readonly step: Step; readonly did: readonly string[] }> {
  const did = await resumed(study, ports);
  for (;;) {
    const record = await knownStudy(study, ports);
    const progress = progressOf(record);
    const now = ports.clock.now();
    const { open } = progress;
    const isHere = open?.sites.includes(ports.card.site) && now >= open.notBefore;
    const opened = open && isHere ? await ports.records.opened(study, open.attempt, open.round, now) : now;
    const step = nextStep(record, progress, { site: ports.card.site, now, opened });
    const name = await taken(step, record, progress, ports);
    if (name === undefined) return { step, did };
    did.push(name);
  }
}

/** Puts what was kept and never reached the exchange: the step was interrupted between the two. */
async function resumed(study: string, ports: SitePorts): Promise<string[]> {
  const [files, kept] = await Promise.all([ports.exchange.list(study), ports.records.kept(study)]);
  const isThere = (own: ExchangedFile): boolean =>
    files.some(({ site, name }) => site === own.site && name === own.name);
  const own = kept.filter((file) => file.site === ports.card.site && !isThere(file));
  for (const file of own) await ports.exchange.put(study, file);
  return own.map(({ name }) => name);
}

/** Takes a step; answers the name of the document it put, undefined where there is nothing to do but wait. */
async function taken(
  step: Step,
  record: StudyRecord,
  progress: Progress,
  ports: SitePorts,
): Promise<string | undefined> {
  switch (step.do) {
    case 'answer':
      return await answer(step.open, record, ports);
    case 'close': {
      const { attempt, round } = step.open;
      const own = (await ports.records.kept(record.study)).filter(
        ({ site, name }) => site === ports.card.site && name.startsWith(`close-${attempt}-${round}`),
      );
      const name = `close-${attempt}-${round}${own.length === 0 ? '' : `-${own.length + 1}`}.json`;
      const { study } = record;
      const close = { type: 'close/1' as const, study, site: ports.card.site, round, attempt, ...step.content };
      return await send(study, close, name, ports);
    }
    case 'attest': {
      const { answers, id, numbers } = resultOf(record, progress);
      const attestation = {
        type: 'attestation/1' as const,
        study: record.study,
        site: ports.card.site,
        answers: [...answers],
        result: id,
        numbers,
        audit: await ports.auditHead(),
      };
      const name = await send(record.study, attestation, fileName(attestation), ports);
      await ports.records.thaw(record.study);
      return name;
    }
    default:
      return undefined;
  }
}

/** Answers a round from the frozen set; or, where a rule stands in the way, leaves with its code. */
async function answer(open: OpenRound, record: StudyRecord, ports: SitePorts): Promise<string> {
  const { protocol, codebook, study } = record;
  const name = `a${open.attempt}-r${open.round}.json`;
  const site = ports.card.site;
  const written = (await ports.records.kept(study)).find((file) => file.site === site && file.name === name);
  if (written) return await put(study, written, ports);
  const set = approvedSet(await ports.records.frozen(study));
  const refuse = async (code: RefusalCode): Promise<string> => {
    await refuseStudy(study, code, ports);
    return 'refusal';
  };
  const { sent, ledger } = await before(set.cohort, ports);
  const again = standing(
    verdictsOf(set, protocol, codebook, ports.card.thresholds, { sent, ledger, locks: [] }, study),
  );
  if (again) return await refuse(codeOf(again));
  const pooled = open.sites.reduce((sum, each) => sum + record.approvals.get(each)!.document.n, 0);
  if (!maskedLedgerHolds(ledger, protocol, pooled)) return await refuse('ledger');
  const summaries = open.asked.map((asked) => ({ asked, summary: summaryOf(asked, set.rows, protocol, codebook) }));
  for (const { asked, summary } of summaries) {
    const code = judged(asked, summary, set.rows, protocol, codebook);
    if (code) return await refuse(code);
  }
  const numbers = summaries.flatMap(({ summary }) => summary.masked ?? []);
  const use = { study, round: open.round, attempt: open.attempt, sites: open.sites };
  const agree = Object.fromEntries(open.sites.map((each) => [each, ports.peers(each)!.agree]));
  const data = numbers.length === 0 ? undefined : await masked(numbers, site, use, agree, ports.keys);
  const document: AnswerDocument = {
    type: 'answer/1',
    study,
    site,
    round: open.round,
    attempt: open.attempt,
    sites: [...open.sites],
    parents: [...open.parents],
    open: Object.fromEntries(
      summaries.flatMap(({ asked, summary }) =>
        summary.open === undefined ? [] : [[asked.analysis.id, summary.open]],
      ),
    ),
    ...(data && { masked: { numbers: numbers.length, data: Buffer.from(data).toString('base64') } }),
    withheld: summaries.flatMap(({ summary }) => summary.withheld),
  };
  return await send(study, document, name, ports);
}

/** Signs a document, keeps its bytes, and only then puts it: whoever resumes puts the same. */
async function send(study: string, document: SharedDocument, name: string, ports: SitePorts): Promise<string> {
  const jws = await signDocument(document, ports.keys);
  return await put(study, await ports.records.keep(study, { site: ports.card.site, name, jws }), ports);
}

async function put(study: string, file: ExchangedFile, { exchange }: SitePorts): Promise<string> {
  await exchange.put(study, file);
  return file.name;
}

async function before(cohort: string, { records }: SitePorts) {
  const [sent, ledger, locks] = await Promise.all([
    records.sent(cohort),
    records.ledger(cohort),
    records.locks(cohort),
  ]);
  return { sent, ledger, locks };
}

/** A study whose protocol is known and sound. Throws SignetError `unknown-study`, `invalid-protocol`. */
async function knownStudy(study: string, ports: SitePorts): Promise<StudyRecord> {
  const record = await studyRecord(study, ports);
  if (record === undefined)
    throw new SignetError('unknown-study', 'There is no study of this digest here', {
      remedy: 'Confirm the proposer, and look again once its documents have come.',
    });
  checkProtocol(record.protocol, record.codebook);
  return record;
}

/** The result as far as a study has one: undefined before its rounds are complete. */
export async function studyResult(study: string, ports: SitePorts): Promise<StudyResult | undefined> {
  const record = await knownStudy(study, ports);
  const progress = progressOf(record);
  return progress.finished.length > 0 && progress.phase !== 'round' ? resultOf(record, progress) : undefined;
}
