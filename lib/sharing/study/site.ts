import { SignetError } from '../../base/index.ts';
import type { AnswerDocument, Codebook, Protocol, Refusal, RefusalCode } from '../documents.ts';
import { masked } from '../masks.ts';
import type { AnalysisSet, ExchangedFile, LedgerRecord } from '../ports.ts';
import { documentDigest, isTooLarge } from '../signing.ts';
import { summariesOf } from './curves-sent.ts';
import { isRecall } from './locks.ts';
import { nextStep, type Step } from './next.ts';
import { faultOf, type OpenRound, type Progress, progressOf } from './progress.ts';
import { checkProtocol } from './protocol.ts';
import { fileName, type StudyRecord } from './read.ts';
import { resultOf, type StudyResult } from './result.ts';
import {
  codeOf,
  judged,
  maskedLedgerHolds,
  openLedgerHolds,
  repeatedStatistics,
  reservationsOf,
  standing,
  verdictsOf,
} from './rules.ts';
import { knownStudy, put, type SitePorts, send, sentBefore } from './site-ports.ts';

/** Throws SignetError `invalid-protocol` where protocol and codebook can't be proposed together. */
export function checkProposal(protocol: Protocol, codebook: Codebook): void {
  if (protocol.codebook !== documentDigest(codebook))
    throw new SignetError('invalid-protocol', 'The protocol names another codebook', {
      place: { pointer: '/codebook' },
    });
  checkProtocol(protocol, codebook);
  if (isTooLarge(protocol) || isTooLarge(codebook))
    throw new SignetError('invalid-protocol', 'Protocol or codebook is larger than a document between sites may be', {
      place: { pointer: '' },
      remedy: 'Ask for less in one study.',
    });
}

/**
 * Proposes a study: puts its codebook and protocol, signed, into the proposer's folder, and answers the study's digest. Throws SignetError
 * `invalid-protocol`.
 */
export async function proposeStudy(protocol: Protocol, codebook: Codebook, ports: SitePorts): Promise<string> {
  checkProposal(protocol, codebook);
  const study = documentDigest(protocol);
  const isNew = !(await ports.records.kept(study)).some(
    ({ site, name }) => site === ports.card.site && name === 'codebook.json',
  );
  if (isNew)
    await ports.auditHead({ what: 'study.proposed', object: study, decisions: { sites: protocol.sites.length } });
  await send(study, codebook, 'codebook.json', ports);
  await send(study, protocol, 'protocol.json', ports);
  return study;
}

/** Declines a study, or leaves it later: a code, and nothing that could tell of patients. */
export async function refuseStudy(study: string, code: RefusalCode, ports: SitePorts): Promise<Refusal> {
  const record = await knownStudy(study, ports);
  const { open, phase } = progressOf(record);
  const own = record.refusals.filter(({ document }) => document.site === ports.card.site);
  const refusal: Refusal = {
    type: 'refusal/1',
    study,
    site: ports.card.site,
    round: open?.round ?? (phase === 'result' ? record.protocol.rounds : 0),
    attempt: open?.attempt ?? 1,
    code,
  };
  const same = own.find(({ document }) => document.code === code);
  if (same) return same.document;
  await ports.auditHead({
    what: 'study.refused',
    object: study,
    decisions: { code, round: refusal.round, attempt: refusal.attempt },
  });
  await send(study, refusal, `refusal-${own.length + 1}.json`, ports);
  return refusal;
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
    if (step.do === 'answer' && (await isHeldBack(record, ports)))
      return { step: { do: 'wait', for: [ports.card.site] }, did };
    const name = await taken(step, record, progress, ports);
    if (step.do === 'nothing') await ended(record, ports);
    if (name === undefined) return { step, did };
    if (did.includes(name)) await refuseStudy(study, 'error', ports); // what was kept is no answer: it would be put for ever
    did.push(name);
  }
}

/** Of a study that is over, or that this site left: nobody is answered about any more, and what was reserved and never answered is free again. */
async function ended({ study, approvals, answers }: StudyRecord, { records, card }: SitePorts): Promise<void> {
  await records.thaw(study);
  const isAnswered = answers.some(({ document }) => document.site === card.site);
  if (approvals.has(card.site) && !isAnswered) await records.reserve(study, []);
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

/** Whether a site of the study still holds what was sent of a patient of this cohort who withdrew: nothing more goes to it until then. */
async function isHeldBack({ protocol, study }: StudyRecord, { records }: SitePorts): Promise<boolean> {
  const set = await records.frozen(study);
  const locks = set ? await records.locks(set.cohort) : [];
  return locks.some((lock) => isRecall(lock) && protocol.sites.some(({ site }) => site === lock.partner));
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
        audit: await ports.auditHead({ what: 'study.attested', object: id, decisions: { study: record.study } }),
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
  const refuse = async (code: RefusalCode): Promise<string> => {
    await refuseStudy(study, code, ports);
    return 'refusal';
  };
  const set = await ports.records.frozen(study);
  if (set === undefined) return await refuse('error');
  const { sent, ledger } = await sentBefore(set.cohort, ports);
  const again = standing(
    verdictsOf(set, protocol, codebook, ports.card.thresholds, { sent, ledger, locks: [] }, study),
  );
  if (again) return await refuse(codeOf(again));
  const reserved = await reserveAgain(open, record, set, ledger, ports);
  if (!openLedgerHolds(reserved, set, protocol)) return await refuse('ledger');
  const pooled = open.sites.reduce((sum, each) => sum + record.approvals.get(each)!.document.n, 0);
  if (!maskedLedgerHolds(reserved, protocol, pooled)) return await refuse('ledger');
  const summaries = summariesOf(open.asked, set, protocol, codebook, { study, sent });
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
  // numbers that are none, of coefficients at which nothing is left of a likelihood; or more of them than anybody reads
  if (faultOf(document, open, record) || isTooLarge(document)) return await refuse('error');
  await ports.auditHead({
    what: 'answer.sent',
    cohort: set.cohort,
    object: documentDigest(document),
    decisions: {
      ...{ study, round: open.round, attempt: open.attempt, withheld: document.withheld.length },
      masked: numbers.length,
    },
  });
  return await send(study, document, name, ports);
}

/** Reserves what a new attempt tells beyond what the approval reserved; answers the ledger as it stands then. */
async function reserveAgain(
  { attempt }: OpenRound,
  { study, protocol, codebook, answers }: StudyRecord,
  { cohort }: AnalysisSet,
  ledger: readonly LedgerRecord[],
  { records, card }: SitePorts,
): Promise<readonly LedgerRecord[]> {
  const earlier = answers
    .map(({ document }) => document)
    .filter((document) => document.site === card.site && document.attempt < attempt);
  const repeated = repeatedStatistics(cohort, earlier, protocol, codebook, study);
  if (repeated.length === 0) return ledger;
  const entries = [...reservationsOf(cohort, protocol, codebook, study), ...repeated];
  await records.reserve(study, entries);
  return [...ledger.filter((each) => each.study !== study), ...entries];
}

/** The result as far as a study has one: undefined before its rounds are complete. */
export async function studyResult(study: string, ports: SitePorts): Promise<StudyResult | undefined> {
  const record = await knownStudy(study, ports);
  const progress = progressOf(record);
  return progress.finished.length > 0 && progress.phase !== 'round' ? resultOf(record, progress) : undefined;
}
