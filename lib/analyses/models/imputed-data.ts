import { SignetError } from '../../base/index.ts';
import type { CohortFrame } from '../../cohort/index.ts';
import { type FollowUp, hazardAt, type ImputationColumn, impute } from '../../stats/index.ts';
import type { Progress } from '../parts/analysis.ts';
import { type Covariate, isMissing, valuesOf, withCovariates } from '../parts/covariate.ts';
import { inOwnOrder } from '../parts/own-order.ts';
import type { Excluded, Selection } from '../parts/selection.ts';
import { splineBasisOf } from './model-terms.ts';

/** Rounds over the columns of a data set. */
export const ROUNDS = 10;
/** Patients from whom a number is drawn. */
export const DONORS = 5;
/** Decides every draw. */
export const SEED = 1;

/** How a covariate's gaps are filled; `never` where it rests on genes. */
type Manner = 'number' | 'two levels' | 'levels' | 'never';

/** What became of one covariate. */
export interface ImputedMember {
  readonly title: string;
  readonly manner: Manner;
  /** Of those analysed, or, of what is never imputed, of those left out for it. */
  readonly missing: number;
}

/** Completed data sets of a model's covariates. */
export interface ImputedData {
  /** Rows of the frame: all but those who lack what is never imputed. */
  readonly rows: Int32Array;
  readonly members: readonly ImputedMember[];
  /** Who was left out for what is never imputed. */
  readonly left: readonly Excluded[];
  /** By data set the covariates, known for all these rows; none where nothing was missing. */
  readonly sets: readonly (readonly Covariate[])[];
  /** How many data sets were asked for. */
  readonly times: number;
}

/** What is to be imputed, and from what. */
export interface Imputing {
  readonly frame: CohortFrame;
  readonly covariates: readonly Covariate[];
  /** Those of whom all but covariates is known. */
  readonly selection: Selection;
  /** Of them, those of whom all covariates are known too: where splines bend is theirs to say. At least one. */
  readonly complete: Int32Array;
  readonly times: number;
  /** What else stands in every equation, for some rows of the frame: outcome, exposure, strata. */
  predictors(rows: Int32Array): readonly ImputationColumn[];
}

/**
 * The covariates of a model with what they lack drawn by chained equations, so often as asked for; what rests on genes is never imputed, and who lacks
 * it stays left out. The same question gives the same draws. Throws `nothing-to-analyse`, `stopped`.
 */
export function imputeCovariates(of: Imputing, progress: Progress, from: number, to: number): ImputedData {
  const { frame, covariates, selection, complete, times } = of;
  const genomic = covariates.map((covariate) => restsOnGenes(frame, covariate));
  const { rows: known, excluded } = withCovariates(
    { rows: selection.rows, excluded: [] },
    covariates.filter((_, i) => genomic[i]),
  );
  const rows = inOwnOrder(known, [...of.predictors(known).map(({ values }) => values), ...valuesOf(covariates, known)]);
  const columns = covariates.map((covariate) => columnOf(covariate, rows));
  const members = covariates.map((covariate, i): ImputedMember => {
    const among = genomic[i] ? selection.rows : rows;
    const missing = among.reduce((sum, row) => sum + (isMissing(covariate, row) ? 1 : 0), 0);
    const { kind } = columns[i]!.column;
    const manner = kind === 'numeric' ? 'number' : kind === 'binary' ? 'two levels' : 'levels';
    return { title: covariate.title, manner: genomic[i] ? 'never' : manner, missing };
  });
  const data = { rows, members, left: excluded, times };
  if (members.every(({ manner, missing }) => manner === 'never' || missing === 0)) return { ...data, sets: [] };
  const found = impute([...columns.map(({ column }) => column), ...of.predictors(rows)], {
    imputations: times,
    iterations: ROUNDS,
    donors: DONORS,
    seed: SEED,
    progress: (done, all) => {
      progress.stopped();
      progress.stage('imputing', from + ((to - from) * done) / all);
    },
  });
  if (!found.ok)
    throw new SignetError('nothing-to-analyse', `Of nobody analysed are these known: ${found.columns.join(', ')}`, {
      place: { pointer: '/impute' },
      remedy: 'Leave them out of the model.',
    });
  const based = covariates.map((covariate) => withBasis(covariate, complete));
  const sets = found.completed.map((set) =>
    based.map((covariate, i) => completed(covariate, rows, set[i]!, columns[i]!.levels)),
  );
  return { ...data, sets };
}

/** Whether a covariate rests on what specimens were sequenced for; of a number and a group of one name, either. */
function restsOnGenes(frame: CohortFrame, { asked, pointer }: Covariate): boolean {
  const groups: Readonly<Record<string, { readonly by: string }>> = frame.definition.groups ?? {};
  const own = Object.hasOwn(groups, asked) ? groups[asked]!.by : asked;
  return frame.sequenced(own, pointer);
}

/** A covariate of some rows as a column to impute; its levels are those that somebody has. */
function columnOf(
  { title, values }: Covariate,
  rows: Int32Array,
): { readonly column: ImputationColumn; readonly levels: readonly number[] } {
  if (values.kind === 'number') {
    const own = Float64Array.from(rows, (row) => (Number.isFinite(values.of[row]!) ? values.of[row]! : Number.NaN));
    return { column: { name: title, kind: 'numeric', values: own }, levels: [] };
  }
  return levelColumn(
    title,
    Int32Array.from(rows, (row) => values.codes[row]!),
  );
}

/** Codes, of which -1 is missing, as a column, and which code each of its levels is. */
function levelColumn(name: string, codes: Int32Array) {
  const levels = [...new Set(codes)].filter((code) => code >= 0).sort((a, b) => a - b);
  const values = Float64Array.from(codes, (code) => (code < 0 ? Number.NaN : levels.indexOf(code)));
  const column: ImputationColumn =
    levels.length > 2 ? { name, kind: 'categorical', levels: levels.length, values } : { name, kind: 'binary', values };
  return { column, levels };
}

/** A spline bends in each data set where it does in the complete cases. */
function withBasis(covariate: Covariate, complete: Int32Array): Covariate {
  const { values } = covariate;
  if (values.kind !== 'number' || values.knots === undefined) return covariate;
  const known = Float64Array.from(complete, (row) => values.of[row]!);
  return { ...covariate, values: { ...values, basis: splineBasisOf(known, values.knots) } };
}

/** A covariate with a data set's values in the place of its own. */
function completed(covariate: Covariate, rows: Int32Array, drawn: Float64Array, levels: readonly number[]): Covariate {
  const { values } = covariate;
  if (values.kind === 'number') {
    const own = values.of.slice();
    rows.forEach((row, i) => {
      own[row] = drawn[i]!;
    });
    return { ...covariate, values: { ...values, of: own } };
  }
  const codes = values.codes.slice();
  rows.forEach((row, i) => {
    codes[row] = levels[drawn[i]!]!;
  });
  return { ...covariate, values: { ...values, codes } };
}

/**
 * What an equation has to know of survival: the event, and the cumulative hazard of the time under observation; of a group that patients join in
 * time (`joined`, NaN for never), who did so under observation, and the hazard since. Source: White & Royston, Stat Med 2009;28:1982; with a group
 * joined in time the hazard that its effect multiplies is that since joining.
 */
export function survivalPredictors(f: FollowUp, joined?: Float64Array): ImputationColumn[] {
  const end = hazardAt(f, f.time);
  const start = f.entry === undefined ? new Float64Array(f.time.length) : hazardAt(f, f.entry);
  const columns: ImputationColumn[] = [
    { name: 'event', kind: 'binary', values: Float64Array.from(f.event) },
    { name: 'hazard', kind: 'numeric', values: end.map((h, i) => h - start[i]!) },
  ];
  if (joined === undefined) return columns;
  const atJoining = hazardAt(f, joined);
  const ever = f.time.map((t, i) => (joined[i]! < t ? 1 : 0));
  const since = ever.map((one, i) => (one === 1 ? end[i]! - Math.max(atJoining[i]!, start[i]!) : 0));
  return [
    ...columns,
    { name: 'joined', kind: 'binary', values: ever },
    { name: 'hazard since joining', kind: 'numeric', values: since },
  ];
}

/** What an equation has to know of a group, an outcome or a stratum, of which nothing is missing. */
export function levelPredictor(name: string, codes: Int32Array): ImputationColumn {
  return levelColumn(name, codes).column;
}
