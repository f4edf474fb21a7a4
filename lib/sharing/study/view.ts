import type { AnswerDocument, Attestation, Protocol } from '../documents.ts';
import type { Signed } from '../signing.ts';
import { nextStep, type Step } from './next.ts';
import { type OpenRound, progressOf } from './progress.ts';
import { checkProtocol, siteNames } from './protocol.ts';
import type { Evidence, StudyRecord } from './read.ts';
import { type SitePorts, studyRecord } from './site-ports.ts';
import { type StudyStatus, studyStatus } from './status.ts';
import { protocolInWords } from './words.ts';

/** What is known of a site of a study. */
interface SiteView {
  readonly site: string;
  readonly fingerprint: string;
  /** Undefined before she approved. */
  readonly approved?: {
    readonly approval: string;
    readonly set: string;
    readonly n: number;
    readonly left: number | null;
    readonly until: string;
  };
  readonly refused?: { readonly code: string; readonly round: number; readonly attempt: number };
  /** Rounds that she answered, as `attempt.round`. */
  readonly answered: readonly string[];
  /** Why the study goes on without her. */
  readonly gone?: string;
  readonly attested: boolean;
}

/** The round that is open, and whom it waits for. */
interface RoundView {
  readonly attempt: number;
  readonly round: number;
  readonly answered: readonly string[];
  readonly waitingFor: readonly string[];
  /** Nobody answers before; absent: at once. */
  readonly notBefore?: string;
  /** When this site closes the round without who is late. */
  readonly until?: string;
  readonly late: readonly string[];
}

/** Where a study is, as a site sees it. */
export interface StudyView extends StudyStatus {
  readonly study: string;
  readonly title: string;
  readonly proposer: string;
  readonly words: readonly string[];
  readonly protocol: Protocol;
  readonly codebook: StudyRecord['codebook'];
  readonly sites: readonly SiteView[];
  readonly round?: RoundView;
  /** Analyses that can't be finished, and why. */
  readonly dropped: Readonly<Record<string, string>>;
  /** Documents that were refused, and why. */
  readonly evidence: readonly Evidence[];
  /** What this site is to do: `decide` is for her steward, all else the worker does. */
  readonly next: Step['do'];
}

/** What the site knows beside the documents: who it is, the time, and when it first saw the open round. Milliseconds since 1970. */
export interface Viewer {
  readonly site: string;
  readonly now: number;
  readonly opened: number;
}

const HOUR = 3_600_000;

/** A study as a site sees it: the protocol in words, who approved, the rounds, who is late, without whom and why. */
export function studyView(record: StudyRecord, viewer: Viewer): StudyView {
  const progress = progressOf(record);
  const { protocol, codebook, study } = record;
  return {
    study,
    title: protocol.title,
    proposer: protocol.proposer,
    ...studyStatus(record, progress, viewer.now),
    words: protocolInWords(protocol, codebook),
    protocol,
    codebook,
    sites: siteNames(protocol).map((site) => siteView(site, record, progress.gone.get(site))),
    ...(progress.open && { round: roundView(progress.open, protocol, viewer) }),
    dropped: Object.fromEntries(progress.dropped),
    evidence: progress.evidence,
    next: nextStep(record, progress, viewer).do,
  };
}

function siteView(site: string, record: StudyRecord, gone: string | undefined): SiteView {
  const approval = record.approvals.get(site);
  const refusal = record.refusals.find(({ document }) => document.site === site)?.document;
  const { fingerprint } = record.protocol.sites.find((each) => each.site === site)!;
  return {
    site,
    fingerprint,
    ...(approval && {
      approved: {
        approval: approval.digest,
        set: approval.document.frame,
        n: approval.document.n,
        left: approval.document.left,
        until: approval.document.until,
      },
    }),
    ...(refusal && { refused: { code: refusal.code, round: refusal.round, attempt: refusal.attempt } }),
    answered: record.answers
      .filter(({ document }) => document.site === site)
      .map(({ document }) => `${document.attempt}.${document.round}`)
      .sort(),
    ...(gone !== undefined && { gone }),
    attested: record.attestations.has(site),
  };
}

function roundView(open: OpenRound, { hours }: Protocol, { now, opened }: Viewer): RoundView {
  const waitingFor = open.sites.filter((site) => !open.answers.has(site));
  const until = opened + hours.round * HOUR;
  return {
    attempt: open.attempt,
    round: open.round,
    answered: open.sites.filter((site) => open.answers.has(site)),
    waitingFor,
    ...(Number.isFinite(open.notBefore) && { notBefore: new Date(open.notBefore).toISOString() }),
    ...(now >= open.notBefore && { until: new Date(until).toISOString() }),
    late: now > until ? waitingFor : [],
  };
}

/** The answers of a study as they were sent, in the order of attempts, rounds and sites: all that was sent stays readable. */
export function answersOf({ answers }: StudyRecord): readonly Signed<AnswerDocument>[] {
  const place = ({ document: { attempt, round, site } }: Signed<AnswerDocument>): string =>
    `${String(attempt).padStart(6, '0')} ${String(round).padStart(3, '0')} ${site}`;
  return [...answers].sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

/** The attestations of a study, in the order of the sites. */
export function attestationsOf({ attestations }: StudyRecord): readonly Signed<Attestation>[] {
  return [...attestations].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, signed]) => signed);
}

/** What a site knows of a study, and where it looks from. Undefined before the study's documents can be seen. Throws SignetError `invalid-protocol`. */
export async function viewedRecord(
  study: string,
  ports: SitePorts,
): Promise<{ readonly record: StudyRecord; readonly viewer: Viewer } | undefined> {
  const record = await studyRecord(study, ports);
  if (record === undefined) return undefined;
  checkProtocol(record.protocol, record.codebook);
  const { open } = progressOf(record);
  const now = ports.clock.now();
  const { site } = ports.card;
  const isHere = open?.sites.includes(site) && now >= open.notBefore;
  const opened = open && isHere ? await ports.records.opened(study, open.attempt, open.round, now) : now;
  return { record, viewer: { site, now, opened } };
}
