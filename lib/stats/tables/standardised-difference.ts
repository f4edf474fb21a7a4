import { inverse } from '../numeric/linear.ts';
import { moments, varianceOf } from '../numeric/sample.ts';

/** `constant`: neither group varies, though they may differ. `empty group`: too few values. */
export type StandardisedDifference =
  | { readonly ok: true; readonly difference: number; readonly standardError: number }
  | { readonly ok: false; readonly problem: 'constant' | 'empty group' };

/** Large-sample standard error, Hedges & Olkin 1985. */
function withError(difference: number, m: number, n: number): StandardisedDifference {
  return { ok: true, difference, standardError: Math.sqrt((m + n) / (m * n) + difference ** 2 / (2 * (m + n))) };
}

/**
 * Standardised difference of a numeric column: difference of means over the root of the mean of both variances; NaN is missing.
 * Source: Austin, Commun Stat Simul Comput 2009;38:1228. Yardstick: tableone::ExtractSmd. Class: additive (from moments). O(n).
 */
export function standardisedMeanDifference(x: Float64Array, y: Float64Array): StandardisedDifference {
  const [a, b] = [moments.accumulate(x), moments.accumulate(y)];
  if (a.n < 2 || b.n < 2) return { ok: false, problem: 'empty group' };
  const pooled = Math.sqrt((varianceOf(a) + varianceOf(b)) / 2);
  if (!(pooled > 0)) return { ok: false, problem: 'constant' };
  return withError((a.mean - b.mean) / pooled, a.n, b.n);
}

/**
 * Standardised difference of a categorical column from its counts in two groups: the Mahalanobis distance of the shares of all levels but the
 * first, with the mean of both multinomial covariances. For two levels it is the usual difference of shares over the pooled root, unsigned.
 * Source: Yang & Dalton, SAS Global Forum 2012;335. Class: additive (from counts). O(levels³).
 */
export function standardisedShareDifference(x: readonly number[], y: readonly number[]): StandardisedDifference {
  const [m, n] = [x.reduce((a, b) => a + b, 0), y.reduce((a, b) => a + b, 0)];
  if (m === 0 || n === 0) return { ok: false, problem: 'empty group' };
  const held = [...x.keys()].filter((level) => x[level]! + y[level]! > 0).slice(1);
  const size = held.length;
  if (size === 0) return { ok: false, problem: 'constant' };
  const p = held.map((level) => x[level]! / m);
  const q = held.map((level) => y[level]! / n);
  const covariance = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const own = i === j ? p[i]! + q[i]! : 0;
      covariance[i * size + j] = (own - p[i]! * p[j]! - q[i]! * q[j]!) / 2;
    }
  }
  const inverted = inverse(covariance, size, 1e-14);
  if ('dependent' in inverted) return { ok: false, problem: 'constant' };
  let square = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) square += (p[i]! - q[i]!) * inverted[i * size + j]! * (p[j]! - q[j]!);
  }
  return withError(Math.sqrt(square), m, n);
}
