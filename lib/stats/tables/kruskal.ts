import { chiSquareTest, type Test } from '../numeric/distributions.ts';
import { rank } from '../numeric/ranks.ts';
import type { RankFailure } from './wilcoxon.ts';

/**
 * Kruskal and Wallis' test of two or more groups by ranks, corrected for ties. `groups` holds codes from 0; groups without values are left out.
 * Source: Kruskal & Wallis 1952. Yardstick: stats::kruskal.test. O(n log n).
 */
export function kruskalWallis(
  values: Float64Array,
  groups: Int32Array,
): { readonly ok: true; readonly test: Test } | RankFailure {
  const n = values.length;
  if (groups.length !== n) throw new RangeError('values and groups differ in length');
  const { ranks, tieSum } = rank(values);
  const sums = new Map<number, { size: number; total: number }>();
  for (let i = 0; i < n; i++) {
    const group = sums.get(groups[i]!) ?? { size: 0, total: 0 };
    group.size++;
    group.total += ranks[i]! - (n + 1) / 2;
    sums.set(groups[i]!, group);
  }
  if (sums.size < 2) return { ok: false, problem: 'too few' };
  if (tieSum === n ** 3 - n) return { ok: false, problem: 'all equal' };
  let statistic = 0;
  for (const { size, total } of sums.values()) statistic += total ** 2 / size;
  statistic *= 12 / (n * (n + 1)) / (1 - tieSum / (n ** 3 - n));
  return { ok: true, test: chiSquareTest(statistic, sums.size - 1) };
}
