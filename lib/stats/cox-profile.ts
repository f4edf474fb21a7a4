import { type CoxRows, coxDesigns } from './cox-design.ts';
import { coxLikelihood, mergeSummaries } from './cox-likelihood.ts';
import type { CoxFit } from './cox-result.ts';
import { chiSquare, chiSquareTest, type Test } from './distributions.ts';
import { maximise, type Objective, profileAt, profileLimit } from './profile.ts';

/** By covariate, in order of `names`. */
export interface CoxProfile {
  readonly names: readonly string[];
  readonly level: number;
  /** Limits of the coefficients; infinite where the profile never falls so far. */
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  /** Likelihood-ratio test of each coefficient against 0, the others free. */
  readonly tests: readonly Test[];
}

/**
 * Limits and tests of the coefficients by their profile likelihood, which need no symmetry. Takes about ten fits a covariate.
 * Source: Venzon & Moolgavkar, Appl Stat 1988;37:87. Yardstick: refits of coxph with an offset.
 */
export function coxProfile(rows: CoxRows, fit: CoxFit, level = fit.level): CoxProfile {
  const designs = coxDesigns(rows, fit.ties);
  const objective: Objective = (beta) => {
    const { logLikelihood, score, information } = designs
      .map((design) => coxLikelihood(design, beta))
      .reduce(mergeSummaries);
    return { value: logLikelihood, gradient: score, curvature: information };
  };
  return profiled(objective, fit.names, Float64Array.from(fit.coefficients), level);
}

/** Limits and tests of each coefficient of an objective whose maximum is near `start`. */
export function profiled(
  objective: Objective,
  names: readonly string[],
  start: Float64Array,
  level: number,
): CoxProfile {
  const maximum = maximise(objective, start, [...start.keys()]);
  if (maximum === undefined) throw new RangeError('a profile needs a maximum');
  const drop = chiSquare.quantile(level, 1) / 2;
  const limits = (sign: 1 | -1) => names.map((_, j) => profileLimit(objective, maximum, j, sign, drop));
  return {
    names,
    level,
    lower: limits(-1),
    upper: limits(1),
    tests: names.map((_, j) => {
      const held = profileAt(objective, maximum.beta, j, 0);
      return chiSquareTest(held === undefined ? Number.NaN : Math.max(0, 2 * (maximum.value - held.value)), 1);
    }),
  };
}
