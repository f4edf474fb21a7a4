import { chiSquare, chiSquareTest, type Test } from '../numeric/distributions.ts';
import {
  type Maximum,
  maximise,
  type Objective,
  type ProfileLimit,
  profileAt,
  profileLimit,
} from '../numeric/profile.ts';
import { type CoxRows, coxDesigns } from './cox-design.ts';
import { coxLikelihood, mergeSummaries } from './cox-likelihood.ts';
import type { CoxFit } from './cox-result.ts';

/** By covariate, in order of `names`. */
export interface CoxProfile {
  readonly names: readonly string[];
  readonly level: number;
  /** Limits of the coefficients; infinite where the profile never falls so far. */
  readonly lower: readonly ProfileLimit[];
  readonly upper: readonly ProfileLimit[];
  /** Likelihood-ratio test of each coefficient against 0, the others free; undefined where those have no maximum then. */
  readonly tests: readonly (Test | undefined)[];
}

/**
 * Limits and tests of the coefficients by their profile likelihood, which need no symmetry. Takes about ten fits a covariate.
 * Source: Venzon & Moolgavkar, Appl Stat 1988;37:87. Yardstick: refits of coxph with an offset.
 * About five constrained fits a limit, O(n p²) a step each.
 */
export function coxProfile(rows: CoxRows, fit: CoxFit, level = fit.level): CoxProfile {
  const designs = coxDesigns(rows, fit.ties);
  const objective: Objective = (beta) => {
    const { logLikelihood, score, information } = designs
      .map((design) => coxLikelihood(design, beta))
      .reduce(mergeSummaries);
    return { value: logLikelihood, gradient: score, curvature: information };
  };
  const beta = Float64Array.from(fit.coefficients);
  // a fit that its own rules call converged may be a rounding away from a maximum by these
  const maximum = maximise(objective, beta, [...beta.keys()]) ?? { ...objective(beta), beta, iterations: 0 };
  return profiled(objective, fit.names, maximum, level);
}

/** Limits and tests of each coefficient of an objective. */
export function profiled(objective: Objective, names: readonly string[], maximum: Maximum, level: number): CoxProfile {
  const drop = chiSquare.quantile(level, 1) / 2;
  const limits = (sign: 1 | -1) => names.map((_, j) => profileLimit(objective, maximum, j, sign, drop));
  return {
    names,
    level,
    lower: limits(-1),
    upper: limits(1),
    tests: names.map((_, j) => {
      const held = profileAt(objective, maximum, j, 0);
      return held && chiSquareTest(Math.max(0, 2 * (maximum.value - held.value)), 1);
    }),
  };
}
