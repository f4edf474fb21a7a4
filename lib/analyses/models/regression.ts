import { chiSquare, normal, type ProfileLimit } from '../../stats/index.ts';
import { columnsOf, type ModelColumn, type Term, type TermLine } from './model-terms.ts';

/** What a fit says of one coefficient, on the scale of logarithms. `why` says why there is none; then all numbers are NaN. */
export interface Estimate {
  readonly coefficient: number;
  readonly standardError: number;
  readonly lower: number;
  readonly upper: number;
  /** Standard normal deviate of the Wald test; NaN where the test is another. */
  readonly z: number;
  readonly p: number;
  readonly logP: number;
  readonly why: string;
}

export const NO_ESTIMATE: Omit<Estimate, 'why'> = {
  coefficient: Number.NaN,
  standardError: Number.NaN,
  lower: Number.NaN,
  upper: Number.NaN,
  z: Number.NaN,
  p: Number.NaN,
  logP: Number.NaN,
};

/** Limits from a profile; one whose search ended on the wrong side of the estimate is none. */
export function profileLimits(
  coefficient: number,
  lower: ProfileLimit,
  upper: ProfileLimit,
): Pick<Estimate, 'lower' | 'upper'> {
  return {
    lower: lower !== 'not followed' && lower <= coefficient ? lower : Number.NaN,
    upper: upper !== 'not followed' && upper >= coefficient ? upper : Number.NaN,
  };
}

/** A limit on the scale of ratios. */
export function limitOfRatio(limit: ProfileLimit): ProfileLimit {
  return limit === 'not followed' ? limit : Math.exp(limit);
}

/** A fitted model, whatever its outcome. */
export interface Fit {
  /** By column, those dropped too. */
  readonly estimates: ReadonlyMap<string, Estimate>;
  /** Columns that are no part of the fit: why. */
  readonly dropped: ReadonlyMap<string, string>;
  /** Of two columns' coefficients; NaN where there is none. */
  covariance(a: string, b: string): number;
  /** NaN where there is none. */
  readonly logLikelihood: number;
  /** Of the model without covariates. */
  readonly nullLogLikelihood: number;
}

/** Fits a model of some columns. */
export type Regression = (columns: readonly ModelColumn[]) => Fit;

/** What a line of a term comes to: its own coefficient, or a sum of several with its Wald interval. */
export function lineEstimate(fit: Fit, { weights }: TermLine, level: number): Estimate | undefined {
  const [first, ...more] = weights;
  if (first === undefined) return undefined;
  if (more.length === 0 && first[1] === 1) return fit.estimates.get(first[0]);
  const parts = weights.map(([name, weight]) => ({ name, weight, estimate: fit.estimates.get(name)! }));
  const without = parts.find(({ estimate }) => estimate.why !== '');
  if (without !== undefined) return without.estimate;
  const coefficient = parts.reduce((sum, { weight, estimate }) => sum + weight * estimate.coefficient, 0);
  const variance = parts.reduce(
    (sum, a) => sum + parts.reduce((row, b) => row + a.weight * b.weight * fit.covariance(a.name, b.name), 0),
    0,
  );
  if (Number.isNaN(variance))
    return { ...NO_ESTIMATE, coefficient, why: 'no interval of a sum of coefficients with this penalty' };
  const standardError = Math.sqrt(variance);
  const width = -normal.quantile((1 - level) / 2) * standardError;
  const z = coefficient / standardError;
  return {
    coefficient,
    standardError,
    lower: coefficient - width,
    upper: coefficient + width,
    z,
    p: normal.twoSided(z),
    logP: normal.logTwoSided(z),
    why: '',
  };
}

/** The test of a term as a whole. */
export interface TermTest {
  readonly statistic: number;
  readonly degreesOfFreedom: number;
  readonly p: number;
  readonly logP: number;
  readonly why: string;
}

/** Likelihood-ratio tests of the terms one by one, by title; a spline also for being no straight line. */
export function termsTested(
  regression: Regression,
  terms: readonly Term[],
  whole: Fit,
): readonly (readonly [title: string, test: TermTest])[] {
  const tests = termTests(regression, terms, whole);
  return terms.flatMap((term, t): (readonly [string, TermTest])[] => {
    const own = [term.title, tests[t]!] as const;
    if (term.knots === undefined) return [own];
    return [own, [`${term.title}, not linear`, bendingTest(regression, terms, term, whole)]];
  });
}

/** Likelihood-ratio test of a spline for being no straight line, given all other terms. */
export function bendingTest(regression: Regression, terms: readonly Term[], term: Term, whole: Fit): TermTest {
  const bends = new Set(term.columns.slice(1).map(({ name }) => name));
  const straight = columnsOf(terms).filter(({ name }) => !bends.has(name));
  return likelihoodRatio(whole.logLikelihood, regression(straight).logLikelihood, bends.size);
}

/** Likelihood-ratio test of each term given all others (type III); of a main effect given its interactions too. */
function termTests(regression: Regression, terms: readonly Term[], whole: Fit): readonly TermTest[] {
  return terms.map((term) => {
    const kept = term.columns.filter(({ name }) => !whole.dropped.has(name));
    if (kept.length === 0) return { ...NO_TEST, why: term.columns.length === 0 ? ONE_VALUE : 'not in the model' };
    const others = terms.filter((other) => other !== term).flatMap(({ columns }) => columns);
    const rest = others.filter(({ name }) => !whole.dropped.has(name));
    return likelihoodRatio(
      whole.logLikelihood,
      rest.length === 0 ? whole.nullLogLikelihood : regression(rest).logLikelihood,
      kept.length,
    );
  });
}

export const ONE_VALUE = 'one value among the patients analysed';

const NO_TEST = { statistic: Number.NaN, degreesOfFreedom: 0, p: Number.NaN, logP: Number.NaN };

/** The test by two log likelihoods, of which the second model lacks some parameters of the first. */
function likelihoodRatio(whole: number, rest: number, degreesOfFreedom: number): TermTest {
  const statistic = Math.max(0, 2 * (whole - rest));
  if (Number.isNaN(statistic)) return { ...NO_TEST, degreesOfFreedom, why: 'no likelihood' };
  return {
    statistic,
    degreesOfFreedom,
    p: chiSquare.upper(statistic, degreesOfFreedom),
    logP: chiSquare.logUpper(statistic, degreesOfFreedom),
    why: '',
  };
}
