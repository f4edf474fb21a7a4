import { cox } from '../cox/cox.ts';
import { chiSquareTest, normal, normalHalfWidth, type Test } from '../numeric/distributions.ts';
import { dot, inverse, multiply, quadraticForm, rowsOf } from '../numeric/linear.ts';
import { checkCauses } from '../survival/cause-table.ts';
import { comesLate } from '../survival/censoring-weights.ts';
import { checkLength } from '../survival/follow-up.ts';
import { type FineGrayRows, fineGrayIntervals } from './fine-gray-intervals.ts';
import { monotoneColumns } from './fine-gray-monotone.ts';
import {
  type SubdistributionDesign,
  type SubdistributionSums,
  subdistributionDesign,
  subdistributionMeat,
  subdistributionScore,
  subdistributionSums,
} from './fine-gray-sums.ts';

export type { FineGrayRows } from './fine-gray-intervals.ts';

/** The cause of interest, and the level of the intervals. */
export interface FineGrayOptions {
  /** Of interest; 1 unless said. */
  readonly cause?: number;
  /** Of the intervals, 0.95 unless said. */
  readonly level?: number;
}

/** A converged fit. Lists have one element a covariate, in order of `names`. */
export interface FineGrayFit {
  readonly ok: true;
  readonly n: number;
  readonly events: number;
  readonly competing: number;
  readonly names: readonly string[];
  readonly coefficients: readonly number[];
  /** Robust, as is the variance. */
  readonly standardErrors: readonly number[];
  readonly variance: readonly (readonly number[])[];
  readonly subdistributionHazardRatios: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  readonly level: number;
  readonly z: readonly number[];
  readonly p: readonly number[];
  readonly wald: Test;
  /** A pseudo-likelihood: its ratio isn't chi-square, and no test is made of it. */
  readonly logLikelihoodAtZero: number;
  readonly logLikelihood: number;
  readonly iterations: number;
}

/** Why there is no estimate, and the covariates to blame. */
export interface FineGrayFailure {
  readonly ok: false;
  readonly n: number;
  readonly events: number;
  readonly problem: 'no events' | 'no information' | 'constant' | 'collinear' | 'monotone' | 'not converged';
  readonly columns: readonly string[];
}

/** Share of a covariate's information that those before it may leave over. */
const COLLINEAR = 1e-11;
/** Information an event, in variances of the covariate, below which rounding alone makes it up. */
const NO_INFORMATION = 1e-13;
/** Of a coefficient, in standard deviations of its covariate: beyond it the likelihood is checked for being monotone. */
const FAR = 12;
/** A last step so long, or a variance so many times that at coefficients of 0, isn't trusted to be a maximum's before that check. */
const LONG_STEP = 1e-4;
const LOST = 1e4;
const MOST_STEPS = 200;

/**
 * Fine and Gray's regression for the subdistribution hazard of a cause, with Breslow ties and the robust variance that accounts for the
 * estimated censoring. With strata, or where patients come under observation after others have left, it is the weighted Cox model of
 * {@link fineGrayIntervals}, whose robust variance takes the weights as known. Class: pooled rows. O(n p²) a step, O(n log n) once.
 * Source: Fine & Gray, JASA 1999;94:496. Yardstick: cmprsk::crr; with delayed entry or strata survival::finegray and coxph.
 */
export function fineGray(
  rows: FineGrayRows,
  { cause = 1, level = 0.95 }: FineGrayOptions = {},
): FineGrayFit | FineGrayFailure {
  checkCauses(rows);
  for (const column of rows.covariates) checkLength(column, rows.time.length);
  if (rows.strata !== undefined || comesLate(rows)) return weightedFit(rows, cause, level);
  const status = rows.cause.map((code) => (code === 0 ? 0 : code === cause ? 1 : 2));
  const design = subdistributionDesign(rows.time, status, rows.covariates);
  const events = design.events.reduce((sum, count) => sum + count, 0);
  const failed = (problem: FineGrayFailure['problem'], columns: readonly string[] = []): FineGrayFailure => ({
    ok: false,
    n: design.rows,
    events,
    problem,
    columns,
  });
  if (events === 0) return failed('no events');
  const constant = rows.names.filter((_, j) => design.scale[j] === 0);
  if (constant.length > 0) return failed('constant', constant);
  const found = climb(design);
  if (found.problem !== undefined)
    return failed(
      found.problem,
      found.columns.map((j) => rows.names[j]!),
    );
  const { beta, sums, bread, iterations } = found;
  const variance = sandwich(bread, subdistributionMeat(design, sums), design.scale);
  const p = design.columns;
  const coefficients = beta.map((value, j) => value / design.scale[j]!);
  const errors = coefficients.map((_, j) => Math.sqrt(variance[j * p + j]!));
  const width = normalHalfWidth(level);
  const z = coefficients.map((value, j) => value / errors[j]!);
  const { value, rank } = quadraticForm(variance, coefficients, COLLINEAR);
  return {
    ok: true,
    n: design.rows,
    events,
    competing: status.reduce((sum, code) => sum + (code === 2 ? 1 : 0), 0),
    names: rows.names,
    coefficients: [...coefficients],
    standardErrors: [...errors],
    variance: rowsOf(variance, p),
    subdistributionHazardRatios: Array.from(coefficients, Math.exp),
    lower: Array.from(coefficients, (b, j) => Math.exp(b - width * errors[j]!)),
    upper: Array.from(coefficients, (b, j) => Math.exp(b + width * errors[j]!)),
    level,
    z: [...z],
    p: Array.from(z, (value) => 2 * normal.upper(Math.abs(value))),
    wald: chiSquareTest(value, rank),
    logLikelihoodAtZero: found.logLikelihoodAtZero,
    logLikelihood: sums.logLikelihood,
    iterations,
  };
}

/** By rows (start, stop] with weights. */
function weightedFit(rows: FineGrayRows, cause: number, level: number): FineGrayFit | FineGrayFailure {
  const count = (is: (code: number) => boolean) => rows.cause.reduce((sum, code) => sum + (is(code) ? 1 : 0), 0);
  const [n, events] = [rows.time.length, count((code) => code === cause)];
  if (events === 0) return { ok: false, n, events, problem: 'no events', columns: [] };
  const { rows: intervals, cluster } = fineGrayIntervals(rows, { cause });
  const fit = cox.fit(intervals, { ties: 'breslow', cluster, level });
  if (!fit.ok) {
    return {
      ok: false,
      n,
      events,
      problem: fit.problem === 'overflow' ? 'not converged' : fit.problem,
      columns: fit.columns,
    };
  }
  const { names, coefficients, standardErrors, variance, lower, upper, z, p, wald, iterations } = fit;
  return {
    ok: true,
    n,
    events,
    competing: count((code) => code !== 0 && code !== cause),
    names,
    coefficients,
    standardErrors,
    variance,
    subdistributionHazardRatios: fit.hazardRatios,
    lower,
    upper,
    level,
    z,
    p,
    wald,
    logLikelihoodAtZero: fit.logLikelihoodAtZero,
    logLikelihood: fit.logLikelihood,
    iterations,
  };
}

type Climb =
  | {
      readonly problem?: undefined;
      readonly beta: Float64Array;
      readonly sums: SubdistributionSums;
      readonly bread: Float64Array;
      readonly iterations: number;
      readonly logLikelihoodAtZero: number;
    }
  | {
      readonly problem: 'no information' | 'collinear' | 'monotone' | 'not converged';
      readonly columns: readonly number[];
    };

/** Newton's method with halved steps. */
function climb(design: SubdistributionDesign): Climb {
  let beta = new Float64Array(design.columns);
  let sums = subdistributionSums(design, beta);
  const { logLikelihood: logLikelihoodAtZero } = sums;
  const atZero = subdistributionScore(design, sums);
  const events = design.events.reduce((sum, count) => sum + count, 0);
  const blank = [...design.scale.keys()].filter(
    (j) => !(atZero.information[j * (design.columns + 1)]! > NO_INFORMATION * events),
  );
  if (blank.length > 0) return { problem: 'no information', columns: blank };
  const inverted = inverse(atZero.information, design.columns, COLLINEAR);
  if ('dependent' in inverted) return { problem: 'collinear', columns: [inverted.dependent] };
  let checked = false;
  const monotone = (): Climb | undefined => {
    if (checked) return undefined;
    checked = true;
    const columns = monotoneColumns(design, atZero.score);
    return columns && { problem: 'monotone', columns };
  };
  for (let iterations = 0; iterations < MOST_STEPS; iterations++) {
    const { score, information } = iterations === 0 ? atZero : subdistributionScore(design, sums);
    const bread = inverse(information, design.columns, COLLINEAR);
    if ('dependent' in bread) break;
    const step = multiply(bread, score);
    const gain = dot(step, score);
    if (gain < 1e-18 * Math.max(1, Math.abs(sums.logLikelihood))) {
      const doubtful = step.some(
        (s, j) => Math.abs(s) > LONG_STEP || variance(bread, j) > LOST * variance(inverted, j),
      );
      return (doubtful ? monotone() : undefined) ?? { beta, sums, bread, iterations, logLikelihoodAtZero };
    }
    let [share, better] = [1, sums];
    let tried = beta;
    for (let halvings = 0; halvings < 25; halvings++, share /= 2) {
      tried = beta.map((value, j) => value + share * step[j]!);
      better = subdistributionSums(design, tried);
      if (better.logLikelihood >= sums.logLikelihood - 1e-12 * Math.abs(sums.logLikelihood)) break;
    }
    [beta, sums] = [tried, better];
    const found = beta.some((value) => Math.abs(value) > FAR) ? monotone() : undefined;
    if (found !== undefined) return found;
  }
  return monotone() ?? { problem: 'not converged', columns: [] };
}

function variance(matrix: Float64Array, j: number): number {
  return matrix[j * (Math.sqrt(matrix.length) + 1)]!;
}

/** bread x meat x bread, on the covariates' own scales. */
function sandwich(bread: Float64Array, meat: Float64Array, scale: Float64Array): Float64Array {
  const p = scale.length;
  const product = (a: Float64Array, b: Float64Array) =>
    a.map((_, cell) => {
      const [i, j] = [Math.floor(cell / p), cell % p];
      let sum = 0;
      for (let k = 0; k < p; k++) sum += a[i * p + k]! * b[k * p + j]!;
      return sum;
    });
  return product(product(bread, meat), bread).map(
    (value, cell) => value / (scale[Math.floor(cell / p)]! * scale[cell % p]!),
  );
}
