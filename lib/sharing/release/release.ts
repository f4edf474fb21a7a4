import { type ReleaseBasis, releaseBasis } from '../../analyses/index.ts';
import { SignetError } from '../../base/index.ts';
import type { ResultDocument } from '../../result/index.ts';
import type { LedgerRecord, SentSetRecord } from '../ports.ts';
import { documentDigest, signDocument } from '../signing.ts';
import type { SiteCohort } from '../study/analysis-set.ts';
import { closeTo, destroyed } from '../study/locks.ts';
import { type Overlap, overlapsOf } from '../study/overlaps.ts';
import { isWaived, WAIVABLE } from '../study/protocol.ts';
import { type Before, codeOf, reservationsOf, setsSent, standing, type Verdict, verdictsOf } from '../study/rules.ts';
import { shareOf } from '../study/share.ts';
import { type SitePorts, sentBefore } from '../study/site-ports.ts';
import { closes, remedyOf } from '../study/verdict.ts';
import type { ReleaseAsk, Waiver } from './ask.ts';
import { Release } from './documents.ts';
import { groupPatients, numbersIn, shownOf } from './shown.ts';
import { type Subject, subjectOf } from './subject.ts';

/** What a site needs to release something of its own. */
export type ReleasePorts = Pick<SitePorts, 'records' | 'keys' | 'card' | 'auditHead'>;

/** A release as it would leave, with what the rules say of it; nothing has left. */
export interface TriedRelease {
  readonly release: Release;
  readonly digest: string;
  /** How many numbers it holds. */
  readonly numbers: number;
  readonly verdicts: readonly Verdict[];
  readonly overlaps: readonly Overlap[];
}

/** A release that may leave: its document, signed. */
export interface MadeRelease extends TriedRelease {
  readonly jws: string;
}

interface Tried extends TriedRelease {
  readonly basis: ReleaseBasis;
  readonly subject: Subject;
  readonly before: Before;
}

/**
 * A result tried as a release: the very document that would leave, what every rule says of it, and earlier releases that it overlaps. `cohort` is what
 * the result is of, under its sensitivity. Throws SignetError `not-released`, `other-patients`, `invalid-waiver`.
 */
export async function tryRelease(
  result: ResultDocument,
  cohort: SiteCohort,
  ask: ReleaseAsk,
  ports: ReleasePorts,
): Promise<TriedRelease> {
  const basis = basisOf(result, cohort, ask);
  const { release, digest, numbers, verdicts, overlaps } = await judgedRelease(result, basis, cohort, ask, ports);
  return { release, digest, numbers, verdicts, overlaps };
}

/**
 * Releases a result: reserves its linear statistics and its sets of patients, and signs. A set that would single out fewer than k patients closes the
 * cohort's endpoint to the receiver. `checkStanding` throws where the result was withdrawn since, and is asked once the sets are kept: an erasure
 * withdraws results before it looks for sets that hold her. Throws SignetError `rule-refuses` with the rule's words, what that throws, and what trying throws.
 */
export async function makeRelease(
  result: ResultDocument,
  cohort: SiteCohort,
  ask: ReleaseAsk,
  ports: ReleasePorts,
  checkStanding: () => Promise<void> = async () => {},
): Promise<MadeRelease> {
  const basis = basisOf(result, cohort, ask);
  const judged = await judgedRelease(result, basis, cohort, ask, ports);
  const { basis: _, subject, before, ...tried } = judged;
  const against = standing(tried.verdicts);
  if (against) {
    const { cohort: name } = subject.set;
    const isClosing = closes(tried.verdicts);
    if (isClosing)
      await closeTo({ study: tried.digest, protocol: subject.protocol, cohort: name }, before.locks, ports);
    throw refusedBy(against, isClosing);
  }
  await reserve(result.id, judged, ports);
  try {
    await checkStanding();
  } catch (error) {
    await unreserve(result.id, judged, ports);
    throw error;
  }
  // of two that are made at once neither saw the other before: each looks once more, with its own reserved
  const again = await judgedRelease(result, basis, cohort, ask, ports);
  if (again.digest !== tried.digest || standing(again.verdicts)) {
    await unreserve(result.id, judged, ports);
    throw new SignetError(
      'release-crossed',
      'Another release was made at the same time, beside which this one may not leave',
      {
        remedy: 'Try it again: the trial says what stands in the way.',
      },
    );
  }
  return { ...tried, jws: await signDocument(tried.release, ports.keys) };
}

function refusedBy(against: Verdict, isClosing: boolean): SignetError {
  return new SignetError('rule-refuses', `${against.rule}: ${against.says}`, {
    place: { value: codeOf(against) },
    remedy: remedyOf(
      against,
      isClosing,
      'Share a result of more patients, or waive the rule and say why: the waiver is printed.',
    ),
  });
}

/** Reserves sets of patients, curves and linear statistics before anything leaves. */
async function reserve(
  id: string,
  { basis, subject, before, release, digest }: Tried,
  ports: ReleasePorts,
): Promise<void> {
  const { set, protocol, codebook } = subject;
  const { records, card } = ports;
  const sets = setsSent(set, protocol, codebook, { study: digest, site: card.site });
  await records.recordSent(digest, [...sets, ...curvesSent(basis, subject, release, digest)]);
  await records.reserve(id, withEarlier(reservationsOf(set.cohort, protocol, codebook, id), before.ledger, id));
}

/** Puts back what stood there before. */
async function unreserve(id: string, { before, digest }: Tried, { records }: ReleasePorts): Promise<void> {
  await records.recordSent(
    digest,
    before.sent.filter(({ study }) => study === digest),
  );
  await records.reserve(
    id,
    before.ledger.filter(({ study }) => study === id),
  );
}

/** Curves that leave, with whose they are: what is shown later is held against them. */
function curvesSent(
  basis: ReleaseBasis,
  subject: Subject,
  { km = {}, receiver }: Release,
  study: string,
): SentSetRecord[] {
  const { cohort } = subject.set;
  const of = basis.outcome?.name ?? '';
  return Object.entries(km).map(([g, { edges, deaths, censored }]) => ({
    ...{ cohort, study, partners: [receiver] },
    patients: [...groupPatients(basis, subject, Number(g))],
    curve: { of, edges, deaths, censored },
  }));
}

/** One equation that is sent again is no new one: of a result, whoever it is shared with, the most that ever left of it counts. */
function withEarlier(entries: readonly LedgerRecord[], ledger: readonly LedgerRecord[], key: string): LedgerRecord[] {
  const kept = new Map<string, LedgerRecord>();
  for (const entry of [...ledger.filter(({ study }) => study === key), ...entries]) {
    const of = JSON.stringify([entry.of, entry.mode, entry.steps ?? null]);
    const before = kept.get(of);
    if (before === undefined || before.statistics < entry.statistics) kept.set(of, entry);
  }
  return [...kept.values()];
}

/** Whom a result is of, and what a release of it holds: worked out once, however often the rules are asked. */
function basisOf(result: ResultDocument, cohort: SiteCohort, { waivers }: ReleaseAsk): ReleaseBasis {
  checkWaivers(waivers);
  return releaseBasis(cohort.frame, result);
}

async function judgedRelease(
  result: ResultDocument,
  basis: ReleaseBasis,
  cohort: SiteCohort,
  ask: ReleaseAsk,
  ports: ReleasePorts,
): Promise<Tried> {
  const { card } = ports;
  const before = await sentBefore(cohort.name, ports);
  const waivers = [...ask.waivers, ...destroyed(before.locks, [ask.receiver])];
  const of = { ...ask, owner: card.site, thresholds: card.thresholds, waivers, ledger: before.ledger };
  const subject = subjectOf(basis, cohort, of);
  const { n } = subject.set.rows;
  const release = Release.parse({
    type: 'release/1',
    owner: card.site,
    receiver: ask.receiver,
    result: result.id,
    title: result.findings.title,
    request: requestShown(result.request),
    n,
    ...(result.cohort.stamp !== undefined && { stamp: result.cohort.stamp }),
    ...(basis.outcome && {
      endpoint: { name: basis.outcome.title, origin: basis.outcome.origin, unit: 'months' },
    }),
    ...shownOf(result, basis, subject, { owner: card.site, sent: before.sent }),
    waivers,
    until: ask.until,
  });
  const digest = documentDigest(release);
  return {
    release,
    digest,
    numbers: numbersIn(release),
    verdicts: verdictsOn(basis, subject, before, result.id, digest),
    overlaps: overlapsOf(before.sent, subject.set.patients, digest),
    basis,
    subject,
    before,
  };
}

function checkWaivers(waivers: readonly Waiver[]): void {
  for (const [i, { rule }] of waivers.entries())
    if (!(WAIVABLE as readonly string[]).includes(rule))
      throw new SignetError('invalid-request', `${rule} is no rule that can be waived`, {
        place: { pointer: `/waivers/${i}/rule`, value: rule },
        remedy: `Rules that can be waived are ${WAIVABLE.join(', ')}.`,
      });
}

/** Parts of a request that say what was asked; a model that was validated, or a signature's candidates, are no part of it. */
const ASKED = [
  'analysis',
  'endpoint',
  'outcome',
  'by',
  'where',
  'covariates',
  'adjust',
  'variables',
  'strata',
  'ties',
  'sensitivity',
  'penalty',
] as const;

function requestShown(request: ResultDocument['request']): Release['request'] {
  return Object.fromEntries(ASKED.flatMap((name) => (request[name] === undefined ? [] : [[name, request[name]]])));
}

/** What the rules of studies say of it, after what is of a release alone: enough patients at all, and a logistic share at its very coefficients. */
function verdictsOn(
  basis: ReleaseBasis,
  { set, protocol, codebook }: Subject,
  before: Before,
  result: string,
  digest: string,
): Verdict[] {
  const { thresholds } = protocol;
  const { k, share } = thresholds;
  const { n } = set.rows;
  const ledger = before.ledger.filter(({ study }) => study !== result);
  const own: Verdict[] = [
    { rule: 'patients', holds: n >= k, waived: isWaived(protocol, 'patients'), says: `${k} patients or more` },
    ...groupVerdict(basis, k).map((verdict) => ({ ...verdict, waived: isWaived(protocol, 'levels') })),
  ];
  const [analysis] = protocol.analyses;
  if (analysis?.method === 'logistic/1' && basis.kind === 'model') {
    const events = basis.outcome!.event.reduce((sum, event) => sum + event, 0);
    own.push(
      {
        rule: 'events',
        holds: n - events >= thresholds.events,
        waived: isWaived(protocol, 'events'),
        says: `${thresholds.events} patients or more without the outcome`,
      },
      {
        rule: 'share',
        holds: shareOf(analysis, set.rows, codebook, basis.model!.beta) <= share,
        waived: isWaived(protocol, 'share'),
        says: `no patient makes up more than ${Math.round(share * 100)} % of a sum that the model is fitted from`,
      },
    );
  }
  return [...own, ...verdictsOf(set, protocol, codebook, thresholds, { ...before, ledger }, digest)];
}

/** Of a table, whose groups no rule of studies judges: they are held back there, and nothing would be left here. */
function groupVerdict({ kind, groups }: ReleaseBasis, k: number): Omit<Verdict, 'waived'>[] {
  if (kind !== 'table' || groups === undefined) return [];
  const sizes = groups.levels!.map((_, g) => groups.values.filter((code) => code === g).length);
  return [
    {
      rule: 'levels',
      holds: sizes.every((size) => size === 0 || size >= k),
      says: `every level of ${groups.title} has no patient, or ${k} or more`,
    },
  ];
}
