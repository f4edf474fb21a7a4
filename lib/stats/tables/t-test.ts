import { fisherF, studentHalfWidth, studentT } from '../numeric/beta.ts';
import type { Test } from '../numeric/distributions.ts';
import { type Moments, moments, varianceOf } from '../numeric/sample.ts';

/** A t test of a mean, or of a difference of means, with its interval. */
export interface TTest extends Test {
  readonly ok: true;
  readonly estimate: number;
  readonly standardError: number;
  readonly lower: number;
  readonly upper: number;
  readonly level: number;
}

/** `constant`: nothing varies. `too few`: fewer than two values in a group. */
export interface MeanFailure {
  readonly ok: false;
  readonly problem: 'constant' | 'too few';
}

/** R's bound, below which a spread is rounding of the means. */
const CONSTANT = 10 * Number.EPSILON;

function test(estimate: number, standardError: number, degreesOfFreedom: number, level: number): TTest {
  const statistic = estimate / standardError;
  const reach = studentHalfWidth(level, degreesOfFreedom) * standardError;
  return {
    ok: true,
    estimate,
    standardError,
    statistic,
    degreesOfFreedom,
    p: studentT.twoSided(statistic, degreesOfFreedom),
    logP: studentT.logTwoSided(statistic, degreesOfFreedom),
    lower: estimate - reach,
    upper: estimate + reach,
    level,
  };
}

/**
 * Welch's and Student's t tests of the difference of two means, from their moments. Class: additive.
 * Sources: Student 1908; Welch 1947. Yardstick: stats::t.test. O(n).
 */
export function tTest(
  x: Moments,
  y: Moments,
  { variances = 'separate', level = 0.95 }: { readonly variances?: 'separate' | 'equal'; readonly level?: number } = {},
): TTest | MeanFailure {
  if (x.n < 2 || y.n < 2) return { ok: false, problem: 'too few' };
  const difference = x.mean - y.mean;
  const [a, b] = [varianceOf(x) / x.n, varianceOf(y) / y.n];
  let error = Math.sqrt(a + b);
  let degreesOfFreedom = (a + b) ** 2 / (a ** 2 / (x.n - 1) + b ** 2 / (y.n - 1));
  if (variances === 'equal') {
    degreesOfFreedom = x.n + y.n - 2;
    error = Math.sqrt(((x.squares + y.squares) / degreesOfFreedom) * (1 / x.n + 1 / y.n));
  }
  if (!(error > CONSTANT * Math.max(Math.abs(x.mean), Math.abs(y.mean)))) return { ok: false, problem: 'constant' };
  return test(difference, error, degreesOfFreedom, level);
}

/**
 * The paired t test: that differences have mean 0, from their moments. Class: additive.
 * Source: Student 1908. Yardstick: stats::t.test with paired. O(n).
 */
export function pairedTTest(
  differences: Moments,
  { level = 0.95 }: { readonly level?: number } = {},
): TTest | MeanFailure {
  if (differences.n < 2) return { ok: false, problem: 'too few' };
  const error = Math.sqrt(varianceOf(differences) / differences.n);
  if (!(error > CONSTANT * Math.abs(differences.mean))) return { ok: false, problem: 'constant' };
  return test(differences.mean, error, differences.n - 1, level);
}

/** An F test. */
export interface FTest {
  readonly ok: true;
  readonly statistic: number;
  readonly numerator: number;
  readonly denominator: number;
  readonly p: number;
  readonly logP: number;
}

function fTest(statistic: number, numerator: number, denominator: number): FTest {
  return {
    ok: true,
    statistic,
    numerator,
    denominator,
    p: fisherF.upper(statistic, numerator, denominator),
    logP: fisherF.logUpper(statistic, numerator, denominator),
  };
}

/**
 * One-way analysis of variance from the groups' moments; `separate` variances is Welch's. Class: additive.
 * Sources: Fisher 1925; Welch 1951. Yardsticks: stats::aov, stats::oneway.test. O(n).
 */
export function oneWay(
  groups: readonly Moments[],
  { variances = 'equal' }: { readonly variances?: 'separate' | 'equal' } = {},
): FTest | MeanFailure {
  const k = groups.length;
  const n = groups.reduce((sum, group) => sum + group.n, 0);
  if (k < 2 || groups.some((group) => group.n < (variances === 'equal' ? 1 : 2)) || n <= k)
    return { ok: false, problem: 'too few' };
  const all = groups.reduce(moments.merge);
  const within = groups.reduce((sum, { squares }) => sum + squares, 0);
  if (!(within > (CONSTANT * all.mean) ** 2)) return { ok: false, problem: 'constant' };
  if (variances === 'equal') {
    const between = groups.reduce((sum, group) => sum + group.n * (group.mean - all.mean) ** 2, 0);
    return fTest(between / (k - 1) / (within / (n - k)), k - 1, n - k);
  }
  if (groups.some(({ squares }) => squares === 0)) return { ok: false, problem: 'constant' };
  const weights = groups.map((group) => group.n / varianceOf(group));
  const total = weights.reduce((a, b) => a + b, 0);
  const mean = groups.reduce((sum, group, i) => sum + (weights[i]! / total) * group.mean, 0);
  const slack =
    groups.reduce((sum, group, i) => sum + (1 - weights[i]! / total) ** 2 / (group.n - 1), 0) / (k ** 2 - 1);
  const between = groups.reduce((sum, group, i) => sum + weights[i]! * (group.mean - mean) ** 2, 0);
  return fTest(between / ((k - 1) * (1 + 2 * (k - 2) * slack)), k - 1, 1 / (3 * slack));
}
