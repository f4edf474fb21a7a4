import { numberOr } from '../numeric/absent.ts';
import { chiSquareTest, normalHalfWidth, type Test } from '../numeric/distributions.ts';
import type { Interval, OpenInterval } from './cross-table.ts';
import { hypergeometric } from './hypergeometric.ts';

/** One stratum's table: a, b over c, d. */
export type Stratum = readonly [a: number, b: number, c: number, d: number];

/** What Mantel and Haenszel's sums tell, whatever the size of the tables. `empty margin`: no stratum holds both rows and both columns. */
export type MantelHaenszelSums =
  | {
      readonly ok: true;
      readonly strata: number;
      /** Strata with an empty margin: they say nothing, and are left out. */
      readonly dropped: number;
      readonly uncorrected: Test;
      readonly corrected: Test;
      /** Common odds ratio of Mantel and Haenszel, limits of Robins, Breslow and Greenland; 0 or infinite, without limits, where all strata agree on it. */
      readonly oddsRatio: OpenInterval & Pick<Interval, 'estimate'>;
      /** Standard error of its logarithm. */
      readonly standardError: number | 'undefined';
      /** That the strata share the odds ratio: Breslow and Day, and with Tarone's correction. */
      readonly homogeneity: { readonly breslowDay: Test; readonly tarone: Test } | undefined;
      readonly level: number;
    }
  | { readonly ok: false; readonly problem: 'empty margin' };

/** With what is exact given the margins. */
export type MantelHaenszel =
  | (Extract<MantelHaenszelSums, { readonly ok: true }> & {
      /** Two-sided exact conditional test. */
      readonly exactP: number;
      /** Conditional maximum-likelihood estimate with exact limits. */
      readonly conditional: Interval;
    })
  | Extract<MantelHaenszelSums, { readonly ok: false }>;

/** Sums as equally probable as the observed one within this share, as in R. */
const EQUAL = 1 + 1e-7;

/**
 * Mantel-Haenszel analysis of 2 x 2 tables over strata. Class: by stratum (a batch is whole strata; batches are joined by concatenation).
 * Sources: Mantel & Haenszel 1959; Robins, Breslow & Greenland, Biometrics 1986;42:311; Breslow & Day 1980; Tarone 1985.
 * Yardstick: stats::mantelhaen.test, with and without exact. O(total of the margins) squared in the exact test.
 */
export function mantelHaenszel(
  strata: readonly Stratum[],
  { level = 0.95 }: { readonly level?: number } = {},
): MantelHaenszel {
  const sums = mantelHaenszelSums(strata, { level });
  if (!sums.ok) return sums;
  const distribution = conditionalDistribution(strata.filter(isFilled));
  return {
    ...sums,
    exactP: exactP(distribution),
    conditional: conditionalOddsRatio(distribution, (1 - level) / 2),
  };
}

function isFilled([a, b, c, d]: Stratum): boolean {
  return (a + b) * (c + d) * (a + c) * (b + d) > 0;
}

/** {@link mantelHaenszel} without the exact test and the conditional odds ratio, in one pass: O(strata) for tables of any size. Source: the same. */
export function mantelHaenszelSums(
  strata: readonly Stratum[],
  { level = 0.95 }: { readonly level?: number } = {},
): MantelHaenszelSums {
  for (const count of strata.flat())
    if (!(Number.isSafeInteger(count) && count >= 0)) throw new RangeError(`${count} is not a count`);
  const used = strata.filter(isFilled);
  if (used.length === 0) return { ok: false, problem: 'empty margin' };
  let excess = 0;
  let variance = 0;
  const sums = { r: 0, s: 0, pr: 0, both: 0, qs: 0 };
  for (const [a, b, c, d] of used) {
    const n = a + b + c + d;
    excess += a - ((a + b) * (a + c)) / n;
    variance += (((a + b) / n) * ((c + d) / n) * (a + c) * (b + d)) / (n - 1);
    const [forward, backward] = [(a * d) / n, (b * c) / n];
    sums.r += forward;
    sums.s += backward;
    sums.pr += ((a + d) / n) * forward;
    sums.both += ((a + d) / n) * backward + ((b + c) / n) * forward;
    sums.qs += ((b + c) / n) * backward;
  }
  const ratio = sums.r / sums.s;
  const standardError = Math.sqrt(
    sums.pr / (2 * sums.r ** 2) + sums.both / (2 * sums.r * sums.s) + sums.qs / (2 * sums.s ** 2),
  );
  const reach = normalHalfWidth(level) * standardError;
  const distance = Math.abs(excess);
  return {
    ok: true,
    strata: used.length,
    dropped: strata.length - used.length,
    uncorrected: chiSquareTest(excess ** 2 / variance, 1),
    corrected: chiSquareTest((distance - (distance >= 0.5 ? 0.5 : 0)) ** 2 / variance, 1),
    oddsRatio: {
      estimate: ratio,
      lower: numberOr(Math.exp(Math.log(ratio) - reach), 'undefined'),
      upper: numberOr(Math.exp(Math.log(ratio) + reach), 'undefined'),
    },
    standardError: numberOr(standardError, 'undefined'),
    homogeneity: ratio > 0 && Number.isFinite(ratio) && used.length > 1 ? homogeneity(used, ratio) : undefined,
    level,
  };
}

/** Breslow-Day: first cells against what the common odds ratio gives each stratum's margins. */
function homogeneity(strata: readonly Stratum[], ratio: number) {
  let statistic = 0;
  let difference = 0;
  let weight = 0;
  for (const [a, b, c, d] of strata) {
    const fitted = fittedCell(a + b, a + c, a + b + c + d, ratio);
    const variance = 1 / (1 / fitted + 1 / (a + b - fitted) + 1 / (a + c - fitted) + 1 / (d - a + fitted));
    statistic += (a - fitted) ** 2 / variance;
    difference += a - fitted;
    weight += variance;
  }
  const degreesOfFreedom = strata.length - 1;
  return {
    breslowDay: chiSquareTest(statistic, degreesOfFreedom),
    tarone: chiSquareTest(Math.max(0, statistic - difference ** 2 / weight), degreesOfFreedom),
  };
}

/** First cell of the table with these margins and this odds ratio. */
function fittedCell(row: number, column: number, n: number, ratio: number): number {
  const rest = n - row - column;
  if (Math.abs(ratio - 1) < 1e-12) return (row * column) / n;
  const linear = rest + ratio * (row + column);
  const square = ratio - 1;
  // the root between the bounds, without the cancellation of -b + sqrt(b^2 - 4ac)
  const root = Math.sqrt(linear ** 2 - 4 * square * ratio * row * column);
  return (2 * ratio * row * column) / (linear + root);
}

/** Of the sum of first cells given all margins: logarithms of probabilities from its least on, and where the observed sum stands. */
interface Conditional {
  readonly logs: Float64Array;
  readonly observed: number;
}

function conditionalDistribution(strata: readonly Stratum[]): Conditional {
  let all = Float64Array.of(1);
  let observed = 0;
  let least = 0;
  for (const [a, b, c, d] of strata) {
    const low = Math.max(0, a - d);
    const high = Math.min(a + b, a + c);
    const own = Float64Array.from({ length: high - low + 1 }, (_, i) =>
      Math.exp(hypergeometric.logProbability(low + i, a + c, b + d, a + b)),
    );
    const next = new Float64Array(all.length + own.length - 1);
    for (let i = 0; i < all.length; i++) for (let j = 0; j < own.length; j++) next[i + j]! += all[i]! * own[j]!;
    all = next;
    observed += a;
    least += low;
  }
  return { logs: all.map(Math.log), observed: observed - least };
}

function exactP({ logs, observed }: Conditional): number {
  const bound = logs[observed]! + Math.log(EQUAL);
  let sum = 0;
  for (const log of logs) if (log <= bound) sum += Math.exp(log);
  return Math.min(1, sum);
}

/** At a log odds ratio: the mean's distance from the observed sum, and both tails that hold it. */
function tilted({ logs, observed }: Conditional, logOdds: number) {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logs.length; i++) most = Math.max(most, logs[i]! + logOdds * (i - observed));
  let all = 0;
  let mean = 0;
  let above = 0;
  let below = 0;
  for (let i = 0; i < logs.length; i++) {
    const mass = Math.exp(logs[i]! + logOdds * (i - observed) - most);
    all += mass;
    mean += mass * (i - observed);
    if (i >= observed) above += mass;
    if (i <= observed) below += mass;
  }
  return { mean: mean / all, above: above / all, below: below / all };
}

function conditionalOddsRatio(distribution: Conditional, tail: number): Interval {
  const atLeast = distribution.observed === 0;
  const atMost = distribution.observed === distribution.logs.length - 1;
  const root = (rising: (logOdds: number) => number) => {
    let [low, high] = [-1, 1];
    while (rising(low) > 0) low *= 2;
    while (rising(high) < 0) high *= 2;
    for (let round = 0; round < 200 && high - low > 1e-15 * Math.max(1, Math.abs(low)); round++) {
      const middle = (low + high) / 2;
      if (rising(middle) > 0) high = middle;
      else low = middle;
    }
    return Math.exp((low + high) / 2);
  };
  return {
    estimate: atLeast ? 0 : atMost ? Number.POSITIVE_INFINITY : root((theta) => tilted(distribution, theta).mean),
    lower: atLeast ? 0 : root((theta) => tilted(distribution, theta).above - tail),
    upper: atMost ? Number.POSITIVE_INFINITY : root((theta) => tail - tilted(distribution, theta).below),
  };
}
