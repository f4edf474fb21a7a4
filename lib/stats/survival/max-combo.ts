import { normal } from '../numeric/distributions.ts';
import { rowsOf } from '../numeric/linear.ts';
import { type BoxOptions, boxProbability } from '../numeric/multivariate-normal.ts';
import { inOrder, type LogRankTables } from './log-rank.ts';
import { type LogRankWeight, logRankSums } from './log-rank-sums.ts';

/** Which tests are combined, and how exactly their joint p is found. */
export interface MaxComboOptions extends BoxOptions {
  /** The tests that are combined. Default: Fleming-Harrington with rho and gamma 0 or 1, for any, early, late and middle differences. */
  readonly weights?: readonly LogRankWeight[];
}

/** The largest of several weighted tests with the p that accounts for its choice; or why there is none. */
export type MaxComboResult =
  | {
      readonly ok: true;
      readonly weights: readonly LogRankWeight[];
      /** By weight; above 0 where the second group has more events than expected. */
      readonly z: readonly number[];
      readonly correlation: readonly (readonly number[])[];
      /** The largest of them, whatever its sign. */
      readonly statistic: number;
      readonly p: number;
    }
  | { readonly ok: false; readonly problem: 'not two groups' | 'no events' | 'zero variance' };

const EARLY_AND_LATE: readonly LogRankWeight[] = [
  { rho: 0, gamma: 0 },
  { rho: 1, gamma: 0 },
  { rho: 0, gamma: 1 },
  { rho: 1, gamma: 1 },
];

/**
 * The largest of several weighted log-rank statistics of two groups, with p from their joint normal distribution: for differences whose course in time
 * isn't known beforehand. Class: one round, of {@link logRank}'s tables. O(times x weights²), and the box's points.
 * Source: Lee, Biometrics 1996;52:721; Lin et al, Stat Biopharm Res 2020;12:187. Yardstick: nph::logrank.maxtest.
 */
export function maxCombo({ groups, strata }: LogRankTables, options: MaxComboOptions = {}): MaxComboResult {
  const { weights = EARLY_AND_LATE, points = 200_000, tolerance = 1e-5, ...box } = options;
  if (groups !== 2) return { ok: false, problem: 'not two groups' };
  const { n, observed, weighted } = logRankSums(groups, inOrder(strata), weights);
  if (n.some((rows) => rows === 0)) return { ok: false, problem: 'not two groups' };
  if (observed.every((events) => events === 0)) return { ok: false, problem: 'no events' };
  const variance = weighted.map(({ covariance }, a) => covariance[a]![3]!);
  if (variance.some((v) => !(v > 0))) return { ok: false, problem: 'zero variance' };
  const z = weighted.map((sums, a) => (sums.observed[1]! - sums.expected[1]!) / Math.sqrt(variance[a]!));
  const size = weights.length;
  const correlation = Float64Array.from({ length: size * size }, (_, cell) => {
    const [a, b] = [Math.floor(cell / size), cell % size];
    return a === b ? 1 : weighted[a]!.covariance[b]![3]! / Math.sqrt(variance[a]! * variance[b]!);
  });
  const statistic = Math.max(...z.map(Math.abs));
  const limits = new Float64Array(size).fill(statistic);
  const { probability } = boxProbability(
    limits.map((value) => -value),
    limits,
    correlation,
    { points, tolerance, ...box },
  );
  const alone = normal.twoSided(statistic);
  // no less than that of one test, no more than Bonferroni's: the integral's error doesn't reach beyond
  const p = Math.min(1, size * alone, Math.max(alone, 1 - probability));
  return { ok: true, weights, z, correlation: rowsOf(correlation, size), statistic, p };
}
