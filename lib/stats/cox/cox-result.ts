import { chiSquareTest, normal, normalHalfWidth, type Test } from '../numeric/distributions.ts';
import { dot, inverse, multiply, quadraticForm, rowsOf } from '../numeric/linear.ts';
import type { Ties } from './cox-design.ts';
import type { CoxSummary } from './cox-summary.ts';

/** A converged fit. Lists have one element a covariate, in order of `names`. */
export interface CoxFit {
  readonly ok: true;
  readonly ties: Ties;
  readonly n: number;
  /** Rows of weight 0, which were left out and are no part of `n`. */
  readonly dropped: number;
  readonly events: number;
  readonly names: readonly string[];
  readonly coefficients: readonly number[];
  readonly standardErrors: readonly number[];
  readonly variance: readonly (readonly number[])[];
  /** Where the variance is a robust one: that of the information. */
  readonly naive?: Pick<CoxFit, 'standardErrors' | 'variance'>;
  readonly hazardRatios: readonly number[];
  /** Wald limits of the hazard ratios. */
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  readonly level: number;
  readonly z: readonly number[];
  readonly p: readonly number[];
  /** Natural logarithms. */
  readonly logP: readonly number[];
  readonly wald: Test;
  readonly score: Test;
  readonly likelihoodRatio: Test;
  readonly logLikelihoodAtZero: number;
  readonly logLikelihood: number;
  /** Akaike's criterion. */
  readonly aic: number;
  readonly iterations: number;
  /** Length of the score in standard errors where the last step began; the step after it leaves about its square. */
  readonly gradient: number;
}

/** Why there is no estimate, and the covariates to blame. */
export interface CoxFailure {
  readonly ok: false;
  readonly n: number;
  readonly dropped: number;
  readonly events: number;
  /**
   * - `no events`
   * - `no information`: at no event do the covariates differ among those at risk
   * - `constant`: the covariate has one value (in every stratum)
   * - `collinear`: those before it determine the covariate; less than 1e-11 of its information is its own
   * - `overflow`: the likelihood leaves the doubles, or stays flat where it should rise
   */
  readonly problem: 'no events' | 'no information' | 'constant' | 'collinear' | 'overflow';
  readonly columns: readonly string[];
}

/** The likelihood rises without end along some covariates: their hazard ratio is 0 or infinite. Both tests still hold. */
export interface CoxMonotone {
  readonly ok: false;
  readonly n: number;
  readonly dropped: number;
  readonly events: number;
  readonly problem: 'monotone';
  readonly columns: readonly string[];
  /** By column: -1 where its coefficient goes to minus infinity, 1 where to infinity. */
  readonly directions: readonly (1 | -1)[];
  readonly score: Test;
  /** At the likelihood's limit, or as near to it as the doubles reach: then a lower bound. */
  readonly likelihoodRatio: Test;
  readonly logLikelihoodAtZero: number;
  /** The limit, or as near as the doubles reach. */
  readonly logLikelihood: number;
}

/** A fit, or why there is none: `ok` tells them apart. */
export type CoxResult = CoxFit | CoxMonotone | CoxFailure;

/** Score and likelihood-ratio tests of all coefficients at once. */
export function overallTests(atZero: CoxSummary, logLikelihood: number): Pick<CoxFit, 'score' | 'likelihoodRatio'> {
  const p = atZero.score.length;
  const variance = inverse(atZero.information, p, 0);
  const score = 'dependent' in variance ? Number.NaN : dot(multiply(variance, atZero.score), atZero.score);
  return {
    score: chiSquareTest(score, p),
    likelihoodRatio: chiSquareTest(Math.max(0, 2 * (logLikelihood - atZero.logLikelihood)), p),
  };
}

/** Where a fit ended: at `beta`, with the information and its inverse, and the squared length of the last step in standard errors. */
interface Ending {
  readonly names: readonly string[];
  readonly ties: Ties;
  readonly level: number;
  readonly iterations: number;
  readonly atZero: CoxSummary;
  readonly beta: Float64Array;
  readonly variance: Float64Array;
  readonly logLikelihood: number;
  readonly rise: number;
}

/** All that is said of an estimate. */
export function fitted({
  names,
  ties,
  level,
  iterations,
  atZero,
  beta,
  variance,
  logLikelihood,
  rise,
}: Ending): CoxFit {
  return {
    ok: true,
    ties,
    n: atZero.n,
    dropped: atZero.dropped,
    events: atZero.events,
    names,
    coefficients: Array.from(beta),
    ...inference(beta, variance, level),
    ...overallTests(atZero, logLikelihood),
    logLikelihoodAtZero: atZero.logLikelihood,
    logLikelihood,
    aic: 2 * (beta.length - logLikelihood),
    iterations,
    gradient: Math.sqrt(rise),
  };
}

/** What follows from coefficients and their variance. */
function inference(beta: Float64Array, variance: Float64Array, level: number) {
  const p = beta.length;
  const coefficients = Array.from(beta);
  const standardErrors = coefficients.map((_, j) => Math.sqrt(variance[j * p + j]!));
  const width = normalHalfWidth(level);
  const z = coefficients.map((b, j) => b / standardErrors[j]!);
  const correlation = variance.map((v, at) => v / (standardErrors[Math.floor(at / p)]! * standardErrors[at % p]!));
  const { value, rank } = quadraticForm(correlation, Float64Array.from(z), 1e-12);
  return {
    standardErrors,
    variance: rowsOf(variance, p),
    hazardRatios: coefficients.map(Math.exp),
    lower: coefficients.map((b, j) => Math.exp(b - width * standardErrors[j]!)),
    upper: coefficients.map((b, j) => Math.exp(b + width * standardErrors[j]!)),
    level,
    z,
    p: z.map(normal.twoSided),
    logP: z.map(normal.logTwoSided),
    wald: chiSquareTest(value, rank),
  };
}

/** The fit with another variance, keeping the one it had as the naive one. */
export function withVariance(fit: CoxFit, variance: Float64Array): CoxFit {
  const { standardErrors, variance: naive } = fit.naive ?? fit;
  return {
    ...fit,
    ...inference(Float64Array.from(fit.coefficients), variance, fit.level),
    naive: { standardErrors, variance: naive },
  };
}
