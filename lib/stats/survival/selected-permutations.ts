/** Beyond it the factorial of a sample's size passes the doubles. */
const MOST = 170;

/**
 * Bound of the chance that, over all permutations, the standardised sum of the first m scores passes `statistic` for one of the sizes m in `below`: the
 * sum over sizes, less what is counted twice since the next size passes too whatever score comes next. `scores` are whole, at least 0, one of
 * them 0. Undefined beyond 170 scores. O(n² x sum of scores).
 * Source: Hothorn & Lausen, Comput Stat Data Anal 2003;43:121; counts by Streitberg & Röhmel's shift algorithm 1986.
 */
export function permutationBound(scores: Float64Array, below: Int32Array, statistic: number): number | undefined {
  const n = scores.length;
  if (n > MOST) return undefined;
  const total = scores.reduce((sum, score) => sum + score, 0);
  const squares = scores.reduce((sum, score) => sum + score * score, 0);
  const most = scores.reduce((largest, score) => Math.max(largest, score), 0);
  const counts = subsetCounts(scores, total);
  const expected = (m: number) => (m * total) / n;
  const deviation = (m: number) => Math.sqrt((m * (n - m) * (n * squares - total * total)) / (n * n * (n - 1)));
  // by size m, whether a sum occurs and passes; a sum of 0 isn't looked at, as in the paper's program
  const passes = (m: number, sum: number) =>
    sum >= 1 &&
    sum <= total &&
    counts[m * (total + 1) + sum]! > 0 &&
    Math.abs(sum - expected(m)) / deviation(m) > statistic;
  const factorials = new Float64Array(n + 1).fill(1);
  for (let m = 1; m <= n; m++) factorials[m] = factorials[m - 1]! * m;
  const orders = (m: number, sum: number) => counts[m * (total + 1) + sum]! * factorials[m]! * factorials[n - m]!;
  let chance = 0;
  for (const m of below) {
    for (let sum = 1; sum <= total; sum++) if (passes(m, sum)) chance += orders(m, sum) / factorials[n]!;
    if (m === below[0]) continue;
    const before = m - 1;
    for (let sum = 1; sum <= total; sum++) {
      if (!passes(before, sum) || sum === expected(before)) continue;
      const next = sum < expected(before) ? sum + most : sum;
      if (passes(m, next)) chance -= orders(before, sum) / factorials[n]!;
    }
  }
  return Math.min(chance, 1);
}

/** How many subsets of each size have each sum; size `m`, sum `s` stand at `m * (total + 1) + s`. */
function subsetCounts(scores: Float64Array, total: number): Float64Array {
  const n = scores.length;
  const width = total + 1;
  const counts = new Float64Array((n + 1) * width);
  counts[0] = 1;
  let reached = 0;
  scores.forEach((score, used) => {
    reached += score;
    for (let m = used + 1; m >= 1; m--) {
      for (let sum = reached; sum >= score; sum--) counts[m * width + sum]! += counts[(m - 1) * width + sum - score]!;
    }
  });
  return counts;
}
