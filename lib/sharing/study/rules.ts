import { smallAtoms } from '../control/atoms.ts';
import { satisfies, tooFew } from '../control/enough.ts';
import { largestShare, scoreStatistic } from '../control/score-rule.ts';
import type { Codebook, Protocol, RefusalCode, StudyAnalysis, Thresholds } from '../documents.ts';
import { groupCodes, groupLabels } from '../methods/counts.ts';
import { columnCount, columnsOf, type SiteRows } from '../methods/site-rows.ts';
import { fromTriangle } from '../methods/symmetric.ts';
import type { AnalysisSet, LedgerRecord, Lock, SentSetRecord } from '../ports.ts';
import type { Asked, Summary } from './asked.ts';
import { groupings, isModel, isWaived, linearStatistics, type Model, outcomeOf, type Waivable } from './protocol.ts';

/** What a rule says of a study at this site: shown to the steward before she approves. */
export interface Verdict {
  readonly rule: Waivable | 'thresholds' | 'lock';
  /** The analysis it is about; absent: the study. */
  readonly analysis?: string;
  readonly holds: boolean;
  /** Whether the protocol lifts the rule, so that it stops nothing. */
  readonly waived: boolean;
  readonly says: string;
}

/** The code under which a rule refuses. */
export function codeOf({ rule }: Pick<Verdict, 'rule'>): RefusalCode {
  if (rule === 'lock') return 'atoms';
  return rule === 'k' ? 'levels' : rule;
}

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
    ]),
    atomsVerdict(set, protocol, codebook, before, study),
    ...ledgerVerdicts(set, protocol, codebook, before, study),
    ...lockVerdicts(set, protocol, before),
  ].map((verdict) => ({
    ...verdict,
    waived: verdict.rule !== 'thresholds' && verdict.rule !== 'lock' && isWaived(protocol, verdict.rule),
  }));
}

/** The first rule that stands in the way. */
export function standing(verdicts: readonly Verdict[]): Verdict | undefined {
  return verdicts.find(({ holds, waived }) => !holds && !waived);
}

type Bare = Omit<Verdict, 'waived'>;

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
      `${patients} patients or more, and ${perPatient} for each of ${covariates} columns`,
      analysis.id,
    ),
    verdictOf(
      'events',
      !isFewEvents(analysis, rows, covariates, protocol.thresholds),
      `${events} events or more, and ${perEvent} for each of ${covariates} columns`,
      analysis.id,
    ),
  ];
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
  return names
    .filter((name) => groupings(analysis).includes(name) || !('range' in codebook.variables[name]!))
    .map((name) => {
      const counts = groupSizes(rows, codebook, name);
      return verdictOf(
        'levels',
        counts.every((count) => count === 0 || count >= k),
        `every level of ${name} has nobody or ${k} patients`,
        analysis.id,
      );
    });
}

function groupSizes(rows: SiteRows, codebook: Codebook, name: string): number[] {
  const counts = groupLabels(codebook, name).map(() => 0);
  for (const code of groupCodes(rows, codebook, name)) if (counts[code] !== undefined) counts[code] += 1;
  return counts;
}

/** The sets of patients whose outcome's sums a study sends: all of them, and each group of a curve, a test or a table. */
export function setsSent(set: AnalysisSet, protocol: Protocol, codebook: Codebook, study: string): SentSetRecord[] {
  const record = (patients: readonly string[]): SentSetRecord => ({ cohort: set.cohort, study, patients });
  const groups = protocol.analyses
    .filter(({ method }) => ['kaplan-meier/1', 'log-rank/1', 'mantel-haenszel/1'].includes(method))
    .flatMap(groupings);
  return [
    record(set.patients),
    ...[...new Set(groups)].flatMap((name) => {
      const codes = groupCodes(set.rows, codebook, name);
      return groupLabels(codebook, name).map((_, g) => record(set.patients.filter((_, i) => codes[i] === g)));
    }),
  ].filter(({ patients }) => patients.length > 0);
}

function atomsVerdict(set: AnalysisSet, protocol: Protocol, codebook: Codebook, { sent }: Before, study: string): Bare {
  const { k } = protocol.thresholds;
  const sets = [...sent.filter((each) => each.study !== study), ...setsSent(set, protocol, codebook, study)];
  const small = smallAtoms(
    sets.map(({ patients }) => new Set(patients)),
    k,
  );
  return verdictOf(
    'atoms',
    small === 0,
    `${small} pieces of fewer than ${k} patients between what was and will be sent`,
  );
}

/** What a study may send of linear statistics at most: reserved when it is approved. */
export function reservationsOf(cohort: string, protocol: Protocol, codebook: Codebook, study: string): LedgerRecord[] {
  return protocol.analyses.flatMap((analysis): LedgerRecord[] => {
    const entry = linearStatistics(analysis, codebook);
    return entry ? [{ cohort, study, mode: analysis.mode, ...entry }] : [];
  });
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

function lockVerdicts(set: AnalysisSet, protocol: Protocol, { locks }: Before): Bare[] {
  const outcomes = new Set(protocol.analyses.flatMap((analysis) => outcomeOf(analysis) ?? []));
  const closed = locks.filter(
    ({ cohort, endpoint, partner }) => cohort === set.cohort && partner === protocol.proposer && outcomes.has(endpoint),
  );
  return [
    verdictOf(
      'lock',
      closed.length === 0,
      closed.length === 0
        ? 'Nothing that the proposer asks is closed to it'
        : `${closed.map(({ endpoint }) => endpoint).join(', ')} of this cohort is closed to ${protocol.proposer} until the steward lifts it`,
    ),
  ];
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

/** One patient's largest share of a term of the information, columns about their means: what the intercept leaves of them. */
function shareOf(
  analysis: Extract<Model, { method: 'logistic/1' }>,
  rows: SiteRows,
  codebook: Codebook,
  slopes: ArrayLike<number>,
): number {
  const { values } = columnsOf(rows, codebook, analysis.covariates);
  const outcome = rows.variables[analysis.outcome]!;
  const size = values.length + 1;
  const linear = Float64Array.from({ length: rows.n }, (_, i) =>
    values.reduce((sum, column, j) => sum + column[i]! * slopes[j]!, 0),
  );
  const intercept = interceptOf(outcome, linear);
  const weights = linear.map((eta) => {
    const p = 1 / (1 + Math.exp(-eta - intercept));
    return p * (1 - p);
  });
  const means = values.map((column) => column.reduce((a, b) => a + b, 0) / rows.n);
  const design = new Float64Array(rows.n * size);
  for (let i = 0; i < rows.n; i++) {
    design[i * size] = 1;
    for (let j = 1; j < size; j++) design[i * size + j] = values[j - 1]![i]! - means[j - 1]!;
  }
  return largestDiagonalShare(design, weights, size);
}

/** Of the terms on the diagonal: those beside it may all but cancel, so that a share of them says nothing. */
function largestDiagonalShare(design: Float64Array, weights: Float64Array, size: number): number {
  return Math.max(
    ...Array.from({ length: size }, (_, j) => {
      const column = Float64Array.from(weights, (_, i) => design[i * size + j]!);
      return column.every((value) => Math.abs(value) < 1e-9) ? 0 : largestShare(column, weights, 1);
    }),
  );
}

/** The intercept that fits as many events as there are, given the rest of the predictor: bisection, which bears any coefficients. */
function interceptOf(outcome: Float64Array, linear: Float64Array): number {
  const events = outcome.reduce((a, b) => a + b, 0);
  const most = Math.max(...linear.map(Math.abs)) + 40;
  let [low, high] = [-most, most];
  for (let round = 0; round < 200 && high - low > 1e-12 * most; round++) {
    const middle = (low + high) / 2;
    const expected = linear.reduce((sum, eta) => sum + 1 / (1 + Math.exp(-eta - middle)), 0);
    if (expected < events) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
