import { chiSquareTest, normal, normalHalfWidth, type Test } from '../numeric/distributions.ts';
import { inverse, rowsOf } from '../numeric/linear.ts';
import { type Fall, recession } from '../numeric/recession.ts';
import { glmInformation } from './logistic-glm.ts';
import {
  checkLogistic,
  expit,
  type LogisticDesign,
  type LogisticFrame,
  type LogisticRows,
  linearPredictor,
  logisticDesign,
  logisticFrame,
  logisticLikelihood,
  mergeLogistic,
} from './logistic-likelihood.ts';
import { type Maximum, maximise } from './logistic-newton.ts';

/** The intercept's place among names. */
export const INTERCEPT = '(Intercept)';

export interface LogisticOptions {
  /** Default 0.95. */
  readonly level?: number;
  /**
   * Where given, standard errors are those that R's glm gives with this `epsilon` (it takes them a step before its estimate); by default they are
   * those at the estimate.
   */
  readonly epsilon?: number;
}

/** A converged fit. Lists begin with the intercept, then have one element a covariate. */
export interface LogisticFit {
  readonly ok: true;
  readonly n: number;
  /** Rows of weight 0, which were left out and are no part of `n`. */
  readonly dropped: number;
  readonly events: number;
  readonly names: readonly string[];
  readonly coefficients: readonly number[];
  readonly standardErrors: readonly number[];
  readonly variance: readonly (readonly number[])[];
  readonly oddsRatios: readonly number[];
  /** Wald limits of the odds ratios. */
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  readonly level: number;
  readonly z: readonly number[];
  readonly p: readonly number[];
  readonly logP: readonly number[];
  readonly logLikelihood: number;
  readonly deviance: number;
  readonly nullDeviance: number;
  readonly aic: number;
  readonly bic: number;
  /** Of all covariates at once. */
  readonly likelihoodRatio: Test;
  /** Probability of each row. */
  readonly fitted: Float64Array;
  readonly iterations: number;
  /** Length of the score in standard errors where it ended. */
  readonly gradient: number;
}

/** Why there is no estimate, and the covariates to blame. */
export interface LogisticFailure {
  readonly ok: false;
  readonly n: number;
  readonly dropped: number;
  readonly events: number;
  /**
   * - `one class`: all outcomes are equal
   * - `constant`: the covariate has one value
   * - `collinear`: those before it determine the covariate
   * - `not converged`: the likelihood rose no further though its score isn't 0
   */
  readonly problem: 'one class' | 'constant' | 'collinear' | 'not converged';
  readonly columns: readonly string[];
}

/** Covariates separate some outcomes from the others: the likelihood rises without end along them. Its limit still tests them. */
export interface LogisticSeparated {
  readonly ok: false;
  readonly n: number;
  readonly dropped: number;
  readonly events: number;
  readonly problem: 'separated';
  /** Those that the direction of separation is made of, the intercept too where it is. */
  readonly columns: readonly string[];
  /** By column: 1 where its coefficient goes to infinity, -1 where to minus infinity. */
  readonly directions: readonly (1 | -1)[];
  /** What the likelihood tends to. */
  readonly limit: {
    readonly deviance: number;
    /** Coefficients that stay finite, by name. */
    readonly coefficients: Readonly<Record<string, number>>;
  };
  /** At the limit. */
  readonly likelihoodRatio: Test;
}

/** A fit, or why there is none: `ok` tells them apart. */
export type LogisticResult = LogisticFit | LogisticSeparated | LogisticFailure;

/** Share of a covariate's variance, beyond what those before it have, below which it counts as collinear. */
const COLLINEAR = 1e-11;
/** A last step this long, in standard deviations of its column, isn't that of a maximum. */
const LONG_STEP = 1e-3;
/** A variance this many times that at coefficients of 0 isn't trusted to be a maximum's before separation is ruled out. */
const LOST = 1e4;
/** A row, or a column, that moves by no more than this share of the farthest is left by a separation. */
const STAYS = 1e-6;

/**
 * Logistic regression by Newton's method. Class: additive in rounds: batches on one frame give summaries at the same coefficients, which add.
 * Source: Cox 1958; separation, Albert & Anderson, Biometrika 1984;71:1. Yardstick: stats::glm, family binomial. O(n p^2) a round.
 */
export const logistic = {
  /** Centre and scale of all covariates, which every batch uses. */
  frame: logisticFrame,
  design: logisticDesign,
  accumulate: logisticLikelihood,
  merge: mergeLogistic,

  fit(rows: LogisticRows, options: LogisticOptions = {}): LogisticResult {
    const kept = withoutZeroWeights(rows);
    return { ...fitKept(kept, options), dropped: rows.outcome.length - kept.outcome.length };
  },
};

function fitKept(rows: LogisticRows, { level = 0.95, epsilon }: LogisticOptions): LogisticResult {
  const failure = withoutEstimate(rows);
  if (failure !== undefined) return failure;
  const frame = logisticFrame(rows);
  const design = logisticDesign(rows, frame);
  const maximum = maximise(design, { penalised: false });
  if (maximum === undefined) return failed(rows, 'not converged', rows.names);
  const longest = Math.max(...maximum.step.map(Math.abs));
  if (longest > LONG_STEP || isLost(design, maximum)) {
    const direction = separatingDirection(design);
    if (direction !== undefined) return separated(rows, design, direction);
    if (longest > LONG_STEP) return failed(rows, 'not converged', rows.names);
  }
  const information = epsilon === undefined ? maximum.summary.information : glmInformation(design, epsilon);
  return estimate(rows, design, frame, maximum, information, level);
}

function withoutZeroWeights(rows: LogisticRows): LogisticRows {
  checkLogistic(rows);
  const { weights } = rows;
  return weights?.includes(0) ? keepRows(rows, (i) => weights[i]! > 0) : rows;
}

function keepRows(
  { outcome, covariates, names, weights }: LogisticRows,
  wanted: (row: number) => boolean,
): LogisticRows {
  return {
    names,
    outcome: outcome.filter((_, i) => wanted(i)),
    covariates: covariates.map((values) => values.filter((_, i) => wanted(i))),
    ...(weights === undefined ? {} : { weights: weights.filter((_, i) => wanted(i)) }),
  };
}

function sizes({ outcome, weights }: LogisticRows): Pick<LogisticFit, 'n' | 'dropped' | 'events'> {
  let n = 0;
  let dropped = 0;
  let events = 0;
  outcome.forEach((y, i) => {
    const weight = weights?.[i] ?? 1;
    n += weight;
    if (weight === 0) dropped++;
    events += y * weight;
  });
  return { n, dropped, events };
}

/** That there is no estimate of these rows. */
export function failed(
  rows: LogisticRows,
  problem: LogisticFailure['problem'],
  columns: readonly string[],
): LogisticFailure {
  return { ok: false, ...sizes(rows), problem, columns };
}

/** What forbids any estimate, penalised or not. */
export function withoutEstimate(rows: LogisticRows): LogisticFailure | undefined {
  checkLogistic(rows);
  const { n, events } = sizes(rows);
  if (events === 0 || events === n) return failed(rows, 'one class', []);
  const frame = logisticFrame(rows);
  const constant = rows.names.filter((_, j) => frame.scale[j] === 0);
  if (constant.length > 0) return failed(rows, 'constant', constant);
  const design = logisticDesign(rows, frame);
  const p = design.columns.length;
  const { information } = logisticLikelihood(design, new Float64Array(p));
  const variance = inverse(information, p, COLLINEAR);
  return 'dependent' in variance ? failed(rows, 'collinear', [rows.names[variance.dependent - 1]!]) : undefined;
}

function nullLogLikelihood(rows: LogisticRows): number {
  const { n, events } = sizes(rows);
  return events * Math.log(events / n) + (n - events) * Math.log1p(-events / n);
}

/** Coefficients and their variance on the covariates' own scale. */
export function unframed(beta: Float64Array, variance: Float64Array, { centre, scale }: LogisticFrame) {
  const p = beta.length;
  const turn = new Float64Array(p * p); // own = turn * framed
  turn[0] = 1;
  for (let j = 1; j < p; j++) {
    turn[j * p + j] = scale[j - 1]!;
    turn[j] = -centre[j - 1]! * scale[j - 1]!;
  }
  const own = Float64Array.from({ length: p }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < p; j++) sum += turn[i * p + j]! * beta[j]!;
    return sum;
  });
  const out = new Float64Array(p * p);
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < p; j++) {
      let sum = 0;
      for (let k = 0; k < p; k++) {
        if (turn[i * p + k] === 0) continue;
        for (let l = 0; l < p; l++) sum += turn[i * p + k]! * variance[k * p + l]! * turn[j * p + l]!;
      }
      out[i * p + j] = sum;
    }
  }
  return { coefficients: Array.from(own), variance: out };
}

function estimate(
  rows: LogisticRows,
  design: LogisticDesign,
  frame: LogisticFrame,
  maximum: Maximum,
  information: Float64Array | undefined,
  level: number,
): LogisticFit | LogisticFailure {
  const p = design.columns.length;
  const framed = information && inverse(information, p, 0);
  if (framed === undefined || 'dependent' in framed) return failed(rows, 'not converged', rows.names);
  const beta = maximum.beta.map((b, j) => b + maximum.step[j]!);
  const { coefficients, variance } = unframed(beta, framed, frame);
  const standardErrors = coefficients.map((_, j) => Math.sqrt(variance[j * p + j]!));
  const z = coefficients.map((b, j) => b / standardErrors[j]!);
  const width = normalHalfWidth(level);
  const deviance = -2 * maximum.value;
  const nullDeviance = -2 * nullLogLikelihood(rows);
  return {
    ok: true,
    ...sizes(rows),
    names: [INTERCEPT, ...rows.names],
    coefficients,
    standardErrors,
    variance: rowsOf(variance, p),
    oddsRatios: coefficients.map(Math.exp),
    lower: coefficients.map((b, j) => Math.exp(b - width * standardErrors[j]!)),
    upper: coefficients.map((b, j) => Math.exp(b + width * standardErrors[j]!)),
    level,
    z,
    p: z.map(normal.twoSided),
    logP: z.map(normal.logTwoSided),
    logLikelihood: maximum.value,
    deviance,
    nullDeviance,
    aic: deviance + 2 * p,
    bic: deviance + p * Math.log(sizes(rows).n),
    likelihoodRatio: chiSquareTest(Math.max(0, nullDeviance - deviance), p - 1),
    fitted: linearPredictor(design, beta).map(expit),
    iterations: maximum.iterations + 1,
    gradient: Math.sqrt(maximum.rise),
  };
}

/** Whether of the information at coefficients of 0 so little is left that outcomes may be separated, and only rounding ended the rounds. */
function isLost(design: LogisticDesign, { summary }: Maximum): boolean {
  const p = design.columns.length;
  const atZero = inverse(logisticLikelihood(design, new Float64Array(p)).information, p, 0);
  const now = inverse(summary.information, p, 0);
  if ('dependent' in atZero || 'dependent' in now) return true;
  return design.columns.some((_, j) => now[j * p + j]! > LOST * atZero[j * p + j]!);
}

/** The coefficients' direction along which no row's outcome becomes less likely and some row's more; undefined where outcomes overlap. */
function separatingDirection(design: LogisticDesign): Float64Array | undefined {
  const { columns, outcome, n } = design;
  const forward = (row: number) => columns.map((column) => (outcome[row] === 1 ? column[row]! : -column[row]!));
  const worst = (direction: Float64Array): Fall => {
    const along = linearPredictor(design, direction);
    let [by, row] = [Number.POSITIVE_INFINITY, 0];
    for (let i = 0; i < n; i++) {
      const moved = outcome[i] === 1 ? along[i]! : -along[i]!;
      if (moved < by) [by, row] = [moved, i];
    }
    return { by, vector: Float64Array.from(forward(row)) };
  };
  return recession(
    logisticLikelihood(design, new Float64Array(columns.length)).score,
    n * Math.sqrt(columns.length),
    worst,
  );
}

/** The rows that a separation moves are settled, and the others fitted without it. */
function separated(
  rows: LogisticRows,
  design: LogisticDesign,
  direction: Float64Array,
): LogisticSeparated | LogisticFailure {
  const along = linearPredictor(design, direction);
  const furthest = along.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const rest = keepRows(rows, (i) => Math.abs(along[i]!) <= STAYS * furthest);
  const limit = limitOf(rest);
  if (limit === undefined) return failed(rows, 'not converged', rows.names);
  const { deviance, coefficients } = limit;
  const longest = Math.max(...direction.map(Math.abs));
  const names = [INTERCEPT, ...rows.names];
  const going = [...names.keys()].filter(
    (j) => !(names[j]! in coefficients) && Math.abs(direction[j]!) > STAYS * longest,
  );
  // centred columns share the intercept's direction: only what isn't finite at the limit goes
  const columns = going.filter((j) => j > 0);
  return {
    ok: false,
    ...sizes(rows),
    problem: 'separated',
    columns: columns.map((j) => names[j]!),
    directions: columns.map((j) => (direction[j]! > 0 ? 1 : -1)),
    limit: { deviance, coefficients },
    likelihoodRatio: chiSquareTest(Math.max(0, -2 * nullLogLikelihood(rows) - deviance), rows.names.length),
  };
}

/** Fit of the rows that the separation leaves, with the covariates that they determine; undefined where it doesn't converge. */
function limitOf(rows: LogisticRows): LogisticSeparated['limit'] | undefined {
  const { n, events } = sizes(rows);
  if (n === 0 || events === 0 || events === n) return { deviance: 0, coefficients: {} };
  const kept = determined(rows);
  if (kept.names.length === 0) {
    return { deviance: -2 * nullLogLikelihood(rows), coefficients: { [INTERCEPT]: Math.log(events / (n - events)) } };
  }
  const fit = logistic.fit(kept);
  if (fit.ok) {
    return {
      deviance: fit.deviance,
      coefficients: Object.fromEntries(fit.names.map((name, j) => [name, fit.coefficients[j]!])),
    };
  }
  return fit.problem === 'separated' ? fit.limit : undefined;
}

/** Without covariates that are constant, or determined by those before them. */
function determined(rows: LogisticRows): LogisticRows {
  const failure = withoutEstimate(rows);
  if (failure === undefined || failure.problem === 'one class') return rows;
  const kept = [...rows.names.keys()].filter((j) => !failure.columns.includes(rows.names[j]!));
  return determined({
    ...rows,
    names: kept.map((j) => rows.names[j]!),
    covariates: kept.map((j) => rows.covariates[j]!),
  });
}
