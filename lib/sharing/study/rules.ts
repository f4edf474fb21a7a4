import { smallAtoms } from '../control/atoms.ts';
import { satisfies, tooFew } from '../control/enough.ts';
import { scoreStatistic } from '../control/score-rule.ts';
import type { AnswerDocument, Codebook, Protocol, RefusalCode, StudyAnalysis, Thresholds } from '../documents.ts';
import { groupCodes, groupLabels } from '../methods/counts.ts';
import { columnCount, type SiteRows } from '../methods/site-rows.ts';
import { fromTriangle } from '../methods/symmetric.ts';
import type { AnalysisSet, LedgerRecord, Lock, SentSetRecord } from '../ports.ts';
import type { Asked, Summary } from './asked.ts';
import { cellVerdicts } from './cells.ts';
import { lockVerdicts } from './locks.ts';
import { groupings, isModel, isWaived, linearStatistics, type Model, outcomeOf, partnersOf } from './protocol.ts';
import { shareOf } from './share.ts';
import { stepsOf, stepsVerdicts } from './steps.ts';
import type { Bare, Verdict } from './verdict.ts';

export { codeOf, type Verdict } from './verdict.ts';

/** What a site knows of what it sent before. */
export interface Before {
  readonly sent: readonly SentSetRecord[];
  readonly ledger: readonly LedgerRecord[];
  readonly locks: readonly Lock[];
}

/** The rules that are judged once, before a study is approved. */
export function verdictsOf(
  set: AnalysisSet,
  protocol: Protocol,
  codebook: Codebook,
  own: Thresholds,
  before: Before,
  study: string,
): Verdict[] {
  return [
    verdictOf('thresholds', satisfies(protocol.thresholds, own), 'The protocol is as strict as this site'),
    ...protocol.analyses.flatMap((analysis) => [
      ...enoughVerdicts(analysis, set.rows, protocol, codebook),
      ...levelVerdicts(analysis, set.rows, protocol, codebook),
      ...cellVerdicts(analysis, set.rows, protocol, codebook),
    ]),
    atomsVerdict(set, protocol, codebook, before, study),
    ...ledgerVerdicts(set, protocol, codebook, before, study),
    ...stepsVerdicts(protocol, before.ledger, study),
    ...lockVerdicts(set.cohort, protocol, before.locks),
  ].map((verdict) => ({ ...verdict, waived: isLifted(verdict, protocol) }));
}

/** The same with what is known before any round of a logistic model: one patient's share of a term where every slope is 0. */
export function studyVerdicts(...asked: Parameters<typeof verdictsOf>): Verdict[] {
  const [{ rows }, protocol, codebook] = asked;
  const models = protocol.analyses.filter((analysis) => analysis.method === 'logistic/1');
  const shares = models.map((analysis) => {
    const slopes = new Float64Array(columnCount(codebook, analysis.covariates));
    const { share } = protocol.thresholds;
    const holds = shareOf(analysis, rows, codebook, slopes) <= share;
    const says = `no patient makes up more than ${Math.round(share * 100)} % of a sum that the model is fitted from`;
    return verdictOf('share', holds, says, analysis.id);
  });
  return [...verdictsOf(...asked), ...shares.map((verdict) => ({ ...verdict, waived: isLifted(verdict, protocol) }))];
}

function isLifted({ rule }: Bare, protocol: Protocol): boolean {
  return rule !== 'thresholds' && rule !== 'lock' && rule !== 'erasure' && isWaived(protocol, rule);
}

/** The first rule that stands in the way. */
export function standing(verdicts: readonly Verdict[]): Verdict | undefined {
  return verdicts.find(({ holds, waived }) => !holds && !waived);
}

function verdictOf(rule: Verdict['rule'], holds: boolean, says: string, analysis?: string): Bare {
  return { rule, holds, says, ...(analysis !== undefined && { analysis }) };
}

function eventsOf(analysis: Model, rows: SiteRows): number {
  const outcome =
    analysis.method === 'logistic/1' ? rows.variables[analysis.outcome]! : rows.endpoints[analysis.endpoint]!.cause;
  return [...outcome].filter((code) => code === 1).length;
}

function enoughVerdicts(analysis: StudyAnalysis, rows: SiteRows, protocol: Protocol, codebook: Codebook): Bare[] {
  if (!isModel(analysis)) {
    const { patients } = protocol.thresholds;
    const isSum = analysis.method === 'log-rank/1' || analysis.method === 'gene-scores/1';
    return isSum ? [verdictOf('patients', rows.n >= patients, `${patients} patients or more`, analysis.id)] : [];
  }
  const covariates = columnCount(codebook, analysis.covariates);
  const why = tooFew({ patients: rows.n, events: eventsOf(analysis, rows), covariates }, protocol.thresholds);
  const { patients, events, perPatient, perEvent } = protocol.thresholds;
  return [
    verdictOf(
      'patients',
      why !== 'patients',
      `${patients} patients or more, and ${perPatient} for ${ofColumns(covariates)}`,
      analysis.id,
    ),
    verdictOf(
      'events',
      !isFewEvents(analysis, rows, covariates, protocol.thresholds),
      `${events} events or more, and ${perEvent} for ${ofColumns(covariates)}`,
      analysis.id,
    ),
  ];
}

function ofColumns(count: number): string {
  return count === 1 ? 'its one column' : `each of its ${count} columns`;
}

function isFewEvents(analysis: Model, rows: SiteRows, covariates: number, limits: Thresholds): boolean {
  const events = eventsOf(analysis, rows);
  return events < limits.events || covariates > events / limits.perEvent;
}

/** A level that few patients have is a column that says who they are. */
function levelVerdicts(
  analysis: StudyAnalysis,
  rows: SiteRows,
  { thresholds: { k } }: Protocol,
  codebook: Codebook,
): Bare[] {
  const names = [...(isModel(analysis) ? analysis.covariates : []), ...groupings(analysis)];
  return names.map((name) => {
    if ('range' in codebook.variables[name]! && !groupings(analysis).includes(name)) {
      const others = rows.n - mostAlike(rows.variables[name]!);
      const says = `no patient, or ${k} or more, have another value of ${name} than the commonest`;
      return verdictOf('levels', others === 0 || others >= k, says, analysis.id);
    }
    const counts = groupSizes(rows, codebook, name);
    return verdictOf(
      'levels',
      counts.every((count) => count === 0 || count >= k),
      `every level of ${name} has no patient, or ${k} or more`,
      analysis.id,
    );
  });
}

/** How many patients share the commonest value: a truth value may be written as a number. */
function mostAlike(values: Float64Array): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].reduce((most, count) => Math.max(most, count), 0); // as arguments a million would be too many
}

function groupSizes(rows: SiteRows, codebook: Codebook, name: string): number[] {
  const counts = groupLabels(codebook, name).map(() => 0);
  for (const code of groupCodes(rows, codebook, name)) if (counts[code] !== undefined) counts[code] += 1;
  return counts;
}

/** The sets of patients whose sums the study of a digest sends from a site to the others. */
export function setsSent(
  set: AnalysisSet,
  protocol: Protocol,
  codebook: Codebook,
  { study, site }: { readonly study: string; readonly site: string },
): SentSetRecord[] {
  const partners = partnersOf(protocol, site);
  return patientSets(set, protocol, codebook).map((patients) => ({ cohort: set.cohort, study, patients, partners }));
}

/** All of the set, each group of a curve, a test or a 2 x 2 table, and each of a Table 1 that shows its groups. */
function patientSets(set: AnalysisSet, protocol: Protocol, codebook: Codebook): string[][] {
  const { k } = protocol.thresholds;
  const dividing = (name: string): string[][] => {
    const codes = groupCodes(set.rows, codebook, name);
    return groupLabels(codebook, name).map((_, g) => set.patients.filter((_, i) => codes[i] === g));
  };
  const groups = protocol.analyses
    .filter(({ method }) => ['kaplan-meier/1', 'log-rank/1', 'mantel-haenszel/1'].includes(method))
    .flatMap(groupings);
  // a Table 1 of which a group is too small shows none
  const described = protocol.analyses
    .flatMap((analysis) => (analysis.method === 'table-one/1' ? (analysis.by ?? []) : []))
    .filter((name) => dividing(name).every(({ length }) => length === 0 || length >= k));
  return [[...set.patients], ...[...new Set([...groups, ...described])].flatMap(dividing)].filter(
    ({ length }) => length > 0,
  );
}

function atomsVerdict(set: AnalysisSet, protocol: Protocol, codebook: Codebook, { sent }: Before, study: string): Bare {
  const { k } = protocol.thresholds;
  const before = sent.filter((each) => each.study !== study).map(({ patients }) => patients);
  const sets = [...before, ...patientSets(set, protocol, codebook)];
  const small = smallAtoms(
    sets.map((patients) => new Set(patients)),
    k,
  );
  return verdictOf(
    'atoms',
    small === 0,
    small === 0
      ? `nothing that was and will be sent, taken from one another, is of fewer than ${k} patients`
      : `what was and will be sent, taken from one another, tells of ${small} ${small === 1 ? 'group' : 'groups'} of fewer than ${k} patients`,
  );
}

/** What a study may send of linear statistics at most, and the steps that it counts in: reserved when it is approved. */
export function reservationsOf(cohort: string, protocol: Protocol, codebook: Codebook, study: string): LedgerRecord[] {
  const statistics = protocol.analyses.flatMap((analysis): LedgerRecord[] => {
    const entry = linearStatistics(analysis, codebook);
    return entry ? [{ cohort, study, mode: analysis.mode, ...entry }] : [];
  });
  const counted = stepsOf(protocol).map((steps): LedgerRecord => ({ cohort, study, statistics: 0, ...steps }));
  return [...statistics, ...counted];
}

/**
 * What a site's answers to earlier attempts told beyond what was reserved: a model that begins anew with fewer sites is asked at other coefficients
 * from the second round on. The first round tells the same again.
 */
export function repeatedStatistics(
  cohort: string,
  earlier: readonly Pick<AnswerDocument, 'round' | 'open'>[],
  protocol: Protocol,
  codebook: Codebook,
  study: string,
): LedgerRecord[] {
  return earlier.flatMap(({ round, open }) =>
    protocol.analyses.filter(isModel).flatMap((analysis): LedgerRecord[] => {
      const { mode, rounds, id, covariates } = analysis;
      const isAsked = round > 1 && round <= rounds && (mode === 'masked' || Object.hasOwn(open, id));
      const of = outcomeOf(analysis)!;
      return isAsked ? [{ cohort, study, of, mode, statistics: columnCount(codebook, covariates) }] : [];
    }),
  );
}

/** Whether all that is reserved leaves room for what a study sends open. */
export function openLedgerHolds(ledger: readonly LedgerRecord[], { rows }: AnalysisSet, protocol: Protocol): boolean {
  const most = Math.floor(rows.n * protocol.thresholds.ledger);
  const outcomes = protocol.analyses.flatMap((analysis) => outcomeOf(analysis) ?? []);
  return isWaived(protocol, 'ledger') || outcomes.every((of) => spentOn(ledger, of, 'open') <= most);
}

function ledgerVerdicts(
  set: AnalysisSet,
  protocol: Protocol,
  codebook: Codebook,
  { ledger }: Before,
  study: string,
): Bare[] {
  const entries = [
    ...ledger.filter((each) => each.study !== study),
    ...reservationsOf(set.cohort, protocol, codebook, study),
  ];
  const outcomes = [...new Set(protocol.analyses.flatMap((analysis) => outcomeOf(analysis) ?? []))];
  return outcomes.map((of) => {
    const spent = spentOn(entries, of, 'open');
    const most = Math.floor(set.rows.n * protocol.thresholds.ledger);
    return verdictOf('ledger', spent <= most, `${spent} of ${most} linear statistics of ${of} when finished`);
  });
}

function spentOn(entries: readonly LedgerRecord[], of: string, mode: LedgerRecord['mode'] | 'any'): number {
  return entries
    .filter((entry) => entry.of === of && (mode === 'any' || entry.mode === mode))
    .reduce((sum, { statistics }) => sum + statistics, 0);
}

/** Whether what stands behind masks has room, once it is known how many patients all sites have together. */
export function maskedLedgerHolds(ledger: readonly LedgerRecord[], protocol: Protocol, pooled: number): boolean {
  if (isWaived(protocol, 'ledger')) return true;
  const most = Math.floor(pooled * protocol.thresholds.ledger);
  const masked = protocol.analyses
    .filter(({ mode }) => mode === 'masked')
    .flatMap((analysis) => outcomeOf(analysis) ?? []);
  return masked.every((of) => spentOn(ledger, of, 'any') <= most);
}

/** Why a summary must not leave, judged on the very numbers: coefficients far from the site's own fit, or a term that is mostly one patient's. */
export function judged(
  { analysis, round, beta = new Float64Array() }: Asked,
  { at }: Summary,
  rows: SiteRows,
  protocol: Protocol,
  codebook: Codebook,
): RefusalCode | undefined {
  if (!isModel(analysis) || round > analysis.rounds) return undefined;
  const p = columnCount(codebook, analysis.covariates);
  if (at && !isWaived(protocol, 'score')) {
    const statistic = scoreStatistic(at.score, fromTriangle(at.information, p));
    if (!(statistic <= protocol.thresholds.score)) return 'score';
  }
  if (analysis.method !== 'logistic/1' || isWaived(protocol, 'share')) return undefined;
  const slopes = round === 1 ? new Float64Array(p) : beta;
  return shareOf(analysis, rows, codebook, slopes) > protocol.thresholds.share ? 'share' : undefined;
}
