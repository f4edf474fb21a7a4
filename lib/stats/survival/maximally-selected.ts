import { normal } from '../numeric/distributions.ts';
import { type BoxOptions, boxProbability } from '../numeric/multivariate-normal.ts';
import { ranksWithEntry } from './entry-ranks.ts';
import { checkFollowUp, checkLength, type FollowUp } from './follow-up.ts';
import { permutationBound } from './selected-permutations.ts';

/** Between which shares of the patients a cut may lie, and how exactly its p is found. */
export interface SelectionOptions extends BoxOptions {
  /** Cuts leave at least this share of the patients below; 0.1 unless said. */
  readonly least?: number;
  /** And at most that; 0.9 unless said. */
  readonly most?: number;
}

/** A marker's cut chosen where two groups differ most, with the p value that accounts for having chosen it. */
export interface Selection {
  readonly ok: true;
  readonly n: number;
  /** At or below it is the lower group. */
  readonly cut: number;
  /** The largest standardised log-rank statistic. */
  readonly statistic: number;
  readonly cuts: Float64Array;
  readonly statistics: Float64Array;
  readonly p: {
    /** From the limiting distribution: Lausen & Schumacher, Biometrics 1992;48:73. Conservative, or 0, where the statistic is small. */
    readonly lausen92: number;
    /** Improved Bonferroni: Lausen, Sauerbrei & Schumacher 1994. */
    readonly lausen94: number;
    /** From the statistics' joint normal distribution, by a random lattice: {@link boxProbability}. */
    readonly normal: number;
    /** Bound over permutations: Hothorn & Lausen, Comput Stat Data Anal 2003;43:121. Absent beyond 170 patients, whose permutations pass the doubles. */
    readonly permutation?: number;
  };
}

/** The cut, or why there is none. */
export type SelectionResult =
  | Selection
  | { readonly ok: false; readonly problem: 'no cut' | 'no events' | 'zero variance'; readonly n: number };

/** A sample's cuts: the values, and how many patients are at or below each. */
interface Cuts {
  readonly values: Float64Array;
  readonly below: Int32Array;
}

/**
 * Maximally selected log-rank statistics: the cut of a marker at which survival differs most, and what p is then. Class: pooled rows. O(n log n),
 * and O(points x cuts²) for the joint normal p. Delayed entry is taken by the scores: a patient's hazard counts since her entry. All p are those of
 * markers permuted among patients, so that entry must not hang on the marker.
 * Source: Lausen & Schumacher 1992; Hothorn & Lausen 2003. Yardstick: maxstat::maxstat.test(smethod = "LogRank"); with delayed entry "Data", of the scores.
 */
export function maximallySelected(
  f: FollowUp,
  marker: Float64Array,
  { least = 0.1, most = 0.9, ...box }: SelectionOptions = {},
): SelectionResult {
  checkFollowUp(f);
  checkLength(marker, f.time.length);
  const n = f.time.length;
  const order = Uint32Array.from(marker.keys()).sort((a, b) => marker[a]! - marker[b]!);
  const cuts = cutsOf(marker, order, least, most);
  if (cuts.values.length === 0) return { ok: false, problem: 'no cut', n };
  if (f.event.every((event) => event === 0)) return { ok: false, problem: 'no events', n };
  const scores = Float64Array.from(logRankScores(f));
  const ordered = Float64Array.from(order, (row) => scores[row]!);
  const statistics = standardised(ordered, cuts);
  if (Number.isNaN(statistics[0]!)) return { ok: false, problem: 'zero variance', n };
  const statistic = statistics.reduce((largest, value) => Math.max(largest, value), 0);
  const whole = wholeScores(ordered);
  const wholeStatistic = standardised(whole, cuts).reduce((largest, value) => Math.max(largest, value), 0);
  const permutation = permutationBound(whole, cuts.below, wholeStatistic);
  return {
    ok: true,
    n,
    cut: cuts.values[statistics.indexOf(statistic)]!,
    statistic,
    cuts: cuts.values,
    statistics,
    p: {
      lausen92: lausen92(statistic, least, most),
      lausen94: lausen94(statistic, cuts.below, n),
      normal: jointNormal(statistic, cuts.below, n, box),
      ...(permutation === undefined ? {} : { permutation }),
    },
  };
}

function cutsOf(marker: Float64Array, order: Uint32Array, least: number, most: number): Cuts {
  const n = marker.length;
  const places = [...order.keys()]
    .filter((i) => i + 1 < n && marker[order[i]!] !== marker[order[i + 1]!])
    .filter((i) => i + 1 >= Math.max(1, Math.floor(n * least)) && i + 1 <= Math.floor(n * most));
  return {
    values: Float64Array.from(places, (i) => marker[order[i]!]!),
    below: Int32Array.from(places, (i) => i + 1),
  };
}

/** Event less the hazard lived through since entry, each time's hazard being its events by those at risk beyond it and one: sums to nearly 0. */
function logRankScores({ time, event, entry }: FollowUp): Float64Array {
  const { rank, distinct, entered } = ranksWithEntry(time, entry);
  const times = distinct.length;
  const [coming, leaving, events] = [1, 1, 1].map(() => new Float64Array(times + 1)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  rank.forEach((k, row) => {
    coming[entered?.[row] ?? 0]!++;
    leaving[k]!++;
    events[k]! += event[row]!;
  });
  const hazard = new Float64Array(times + 1); // before each time
  for (let k = 0, beyond = 0; k < times; k++) {
    beyond += coming[k]! - leaving[k]!;
    hazard[k + 1] = hazard[k]! + events[k]! / (beyond + 1);
  }
  return Float64Array.from(event, (e, row) => e - hazard[rank[row]! + 1]! + hazard[entered?.[row] ?? 0]!);
}

/** Hothorn and Lausen's whole scores: from 0 to the number of patients. */
function wholeScores(scores: Float64Array): Float64Array {
  const least = scores.reduce((a, b) => Math.min(a, b));
  const range = scores.reduce((a, b) => Math.max(a, b)) - least;
  return scores.map((score) => roundHalfEven(((score - least) * scores.length) / range));
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Absolute standardised sums of the scores below each cut, under permutation. */
function standardised(ordered: Float64Array, { below }: Cuts): Float64Array {
  const n = ordered.length;
  let [sum, squares] = [0, 0];
  for (const score of ordered) {
    sum += score;
    squares += score * score;
  }
  const spread = (n * squares - sum * sum) / (n * n * (n - 1));
  const cumulative = new Float64Array(n + 1);
  for (let i = 0; i < n; i++) cumulative[i + 1] = cumulative[i]! + ordered[i]!;
  return Float64Array.from(below, (m) => Math.abs(cumulative[m]! - (m * sum) / n) / Math.sqrt(m * (n - m) * spread));
}

function lausen92(b: number, least: number, most: number): number {
  const density = Math.exp((-b * b) / 2) / Math.sqrt(2 * Math.PI);
  const span = Math.log((most * (1 - least)) / ((1 - most) * least));
  return Math.min(1, Math.max(0, (4 * density) / b + density * (b - 1 / b) * span));
}

function lausen94(b: number, below: Int32Array, n: number): number {
  let sum = 0;
  for (let i = 0; i + 1 < below.length; i++) {
    const [m, next] = [below[i]!, below[i + 1]!];
    const t = Math.sqrt(1 - (m * (n - next)) / ((n - m) * next));
    sum += (Math.exp((-b * b) / 2) / Math.PI) * (t - ((b * b) / 4 - 1) * (t ** 3 / 6));
  }
  return normal.twoSided(b) + sum;
}

function jointNormal(b: number, below: Int32Array, n: number, options: BoxOptions): number {
  const size = below.length;
  const correlation = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const [m, k] = [below[Math.min(i, j)]!, below[Math.max(i, j)]!];
      correlation[i * size + j] = Math.sqrt((m * (n - k)) / ((n - m) * k));
    }
  }
  const limits = new Float64Array(size).fill(b);
  return (
    1 -
    boxProbability(
      limits.map((value) => -value),
      limits,
      correlation,
      options,
    ).probability
  );
}
