import { normal } from '../numeric/distributions.ts';
import { rank } from '../numeric/ranks.ts';

/** A shift of location with its interval. */
interface Shift {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

/** A test by ranks: which method gave its p, and the shift with its interval. */
export interface WilcoxonTest {
  readonly ok: true;
  /** Of the first sample over the second: pairs in which it is larger, ties counting half. */
  readonly statistic: number;
  /** `exact` where there are no ties and both samples are small, or where asked for; else `normal`, corrected for continuity and ties. */
  readonly method: 'exact' | 'normal';
  readonly p: number;
  readonly logP: number;
  /** By the normal approximation without the correction for continuity. */
  readonly pUncorrected: number;
  /** With it. */
  readonly pCorrected: number;
  readonly tied: boolean;
  /** Hodges and Lehmann's estimate with the exact test's interval; only without ties and for samples below 50. */
  readonly shift: Shift | undefined;
  readonly level: number;
}

export interface RankFailure {
  readonly ok: false;
  readonly problem: 'all equal' | 'too few';
}

export interface WilcoxonOptions {
  readonly level?: number;
  /** Whether the exact distribution is used: by default where both samples are under 50 and nothing is tied, as R. */
  readonly exact?: boolean;
}

/** Pairs up to which the exact distribution keeps its digits. */
const MOST_PAIRS = 22_500;

/**
 * Wilcoxon's rank-sum test. With ties the exact distribution is that of the mid-ranks at hand (as coin's), asked for by `exact`.
 * Sources: Wilcoxon 1945; Mann & Whitney 1947; Hodges & Lehmann 1963; conditional distribution, Streitberg & Röhmel 1986.
 * Yardsticks: stats::wilcox.test; coin::wilcox_test. O(n log n); exact O(m n min(m, n)).
 */
export function rankSum(
  x: Float64Array,
  y: Float64Array,
  { level = 0.95, exact }: WilcoxonOptions = {},
): WilcoxonTest | RankFailure {
  const [m, n] = [x.length, y.length];
  if (m === 0 || n === 0) return { ok: false, problem: 'too few' };
  const all = new Float64Array(m + n);
  all.set(x);
  all.set(y, m);
  const { ranks, ties, tieSum } = rank(all);
  let statistic = (-m * (m + 1)) / 2;
  for (let i = 0; i < m; i++) statistic += ranks[i]!;
  const size = m + n;
  const variance = ((m * n) / 12) * (size + 1 - tieSum / (size * (size - 1)));
  if (!(variance > 0)) return { ok: false, problem: 'all equal' };
  const distance = Math.abs(statistic - (m * n) / 2);
  const z = distance / Math.sqrt(variance);
  const corrected = (distance - (distance > 0 ? 0.5 : 0)) / Math.sqrt(variance);
  const tied = ties.length < size;
  const small = m < 50 && n < 50;
  const useExact = exact ?? (small && !tied);
  const normalTest = {
    p: Math.min(1, normal.twoSided(corrected)),
    logP: normal.logTwoSided(corrected),
  };
  const exactP = !useExact
    ? undefined
    : tied
      ? tiedP(ranks, m)
      : m * n <= MOST_PAIRS
        ? untiedP(statistic, m, n)
        : undefined;
  return {
    ok: true,
    statistic,
    method: exactP === undefined ? 'normal' : 'exact',
    ...(exactP === undefined ? normalTest : { p: exactP, logP: Math.log(exactP) }),
    pUncorrected: normal.twoSided(z),
    pCorrected: normalTest.p,
    tied,
    shift: tied || !small ? undefined : hodgesLehmann(x, y, level),
    level,
  };
}

/** Probabilities of each value of the statistic without ties, its lower half: a product of (1 - z^(n + i)) / (1 - z^i). */
function rankSumProbabilities(first: number, second: number): Float64Array {
  const [m, n] = first < second ? [first, second] : [second, first];
  const half = (m * n) >> 1;
  const f = new Float64Array(half + 1);
  f[0] = 1;
  for (let i = 1; i <= m; i++) {
    const factor = n + i;
    const top = i * n; // largest value so far; what lies above its middle comes by symmetry, else rounding would pile up
    const middle = Math.min(half, top >> 1);
    for (let k = middle; k >= factor; k--) f[k]! -= f[k - factor]!;
    for (let k = i; k <= middle; k++) f[k]! += f[k - i]!;
    for (let k = 0; k <= middle; k++) f[k]! *= i / factor;
    for (let k = middle + 1, to = Math.min(half, top); k <= to; k++) f[k] = f[top - k]!;
  }
  return f;
}

function untiedP(statistic: number, m: number, n: number): number {
  const probabilities = rankSumProbabilities(m, n);
  const near = Math.min(statistic, m * n - statistic);
  let sum = 0;
  for (let k = 0; k <= near; k++) sum += probabilities[k]!;
  return Math.min(1, 2 * sum);
}

/** Two-sided conditional p: the share of splits whose rank sum is as far from its mean. Doubled ranks are whole. */
function tiedP(ranks: Float64Array, m: number): number {
  const doubled = Int32Array.from(ranks, (r) => Math.round(2 * r));
  const total = doubled.reduce((a, b) => a + b, 0);
  const width = total + 1;
  // ways[j][s]: probability that j are of the first sample so far with doubled rank sum s, as one patient after another is drawn
  const ways = Array.from({ length: m + 1 }, () => new Float64Array(width));
  ways[0]![0] = 1;
  const size = ranks.length;
  let reached = 0;
  for (let t = 0; t < size; t++) {
    const own = doubled[t]!;
    reached += own;
    for (let j = Math.min(m, t + 1); j >= 0; j--) {
      const row = ways[j]!;
      const stays = Math.max(0, size - t - (m - j)) / (size - t);
      const from = j > 0 ? ways[j - 1]! : undefined;
      const joins = (m - j + 1) / (size - t);
      for (let s = reached; s >= 0; s--) {
        row[s] = row[s]! * stays + (from !== undefined && s >= own ? from[s - own]! * joins : 0);
      }
    }
  }
  let observed = 0;
  for (let i = 0; i < m; i++) observed += doubled[i]!;
  const mean = (total * m) / size;
  const distance = Math.abs(observed - mean) - 1e-9 * total;
  let p = 0;
  ways[m]!.forEach((mass, s) => {
    if (Math.abs(s - mean) >= distance) p += mass;
  });
  return Math.min(1, p);
}

function hodgesLehmann(x: Float64Array, y: Float64Array, level: number): Shift {
  const [m, n] = [x.length, y.length];
  const differences = new Float64Array(m * n);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) differences[i * n + j] = x[i]! - y[j]!;
  differences.sort();
  const pairs = m * n;
  const at = Math.max(1, lowerQuantile(rankSumProbabilities(m, n), (1 - level) / 2));
  return {
    estimate: (differences[(pairs - 1) >> 1]! + differences[pairs >> 1]!) / 2,
    lower: differences[at - 1]!,
    upper: differences[pairs - at]!,
  };
}

/** First value whose cumulative probability reaches `tail`. */
function lowerQuantile(probabilities: Float64Array, tail: number): number {
  let sum = 0;
  for (let k = 0; k < probabilities.length; k++) {
    sum += probabilities[k]!;
    if (sum >= tail * (1 - 64 * Number.EPSILON)) return k;
  }
  return probabilities.length;
}

/**
 * Wilcoxon's signed-rank test that differences are symmetric about 0; zeros are left out. Exact where fewer than 50 are left and no size is tied,
 * else normal, corrected for continuity and ties. Source: Wilcoxon 1945. Yardstick: stats::wilcox.test with paired. O(n log n), exact O(n³).
 */
export function signedRank(differences: Float64Array):
  | {
      readonly ok: true;
      readonly statistic: number;
      readonly zeros: number;
      readonly method: 'exact' | 'normal';
      readonly p: number;
      readonly logP: number;
      readonly pCorrected: number;
    }
  | RankFailure {
  const kept = differences.filter((d) => d !== 0);
  const n = kept.length;
  if (n === 0) return { ok: false, problem: differences.length === 0 ? 'too few' : 'all equal' };
  const { ranks, ties, tieSum } = rank(kept.map(Math.abs));
  let statistic = 0;
  for (let i = 0; i < n; i++) if (kept[i]! > 0) statistic += ranks[i]!;
  const mean = (n * (n + 1)) / 4;
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24 - tieSum / 48);
  const distance = Math.abs(statistic - mean);
  const z = (distance - (distance > 0 ? 0.5 : 0)) / deviation;
  const pCorrected = Math.min(1, normal.twoSided(z));
  const exact = ties.length === n && n < 50 && n === differences.length;
  const p = exact ? signedRankP(statistic, n) : pCorrected;
  return {
    ok: true,
    statistic,
    zeros: differences.length - n,
    method: exact ? 'exact' : 'normal',
    p,
    logP: exact ? Math.log(p) : normal.logTwoSided(z),
    pCorrected,
  };
}

function signedRankP(statistic: number, n: number): number {
  const top = (n * (n + 1)) / 2;
  const f = new Float64Array(top + 1);
  f[0] = 1;
  for (let i = 1; i <= n; i++) for (let s = top; s >= 0; s--) f[s] = (f[s]! + (s >= i ? f[s - i]! : 0)) / 2;
  const near = Math.min(statistic, top - statistic);
  let sum = 0;
  for (let s = 0; s <= near; s++) sum += f[s]!;
  return Math.min(1, 2 * sum);
}
