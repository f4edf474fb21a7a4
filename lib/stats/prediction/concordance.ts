import { normalHalfWidth } from '../numeric/distributions.ts';
import { rankCounts } from '../numeric/rank-counts.ts';
import { checkFollowUp, checkLength, type FollowUp, InvalidFollowUp } from '../survival/follow-up.ts';
import { ranks, timeRanks } from '../survival/times.ts';
import { MOST_PLAIN_ROWS, plainPairs } from './concordance-plain.ts';
import type { ConcordanceSums } from './concordance-sums.ts';
import { type TimeOrder, type TimeWeight, timeWeights } from './concordance-weights.ts';

/** Who counts how much, and which pairs are compared at all. */
export interface ConcordanceOptions {
  readonly weights?: Float64Array;
  /** How much the pairs of an event time count; `n` (all alike, Harrell's C) unless said. */
  readonly timeWeight?: TimeWeight;
  /** Pairs are made within strata only. */
  readonly strata?: Int32Array;
  /** Rows of one cluster depend on each other. */
  readonly cluster?: Int32Array;
}

/** Harrell's C with what it was made of; or that no two patients can be compared. Without an error where the marker is all tied. */
export type Concordance =
  | {
      readonly ok: true;
      readonly n: number;
      readonly estimate: number;
      /** Absent where no pair differs in the marker. */
      readonly standardError?: number;
      readonly lower?: number;
      readonly upper?: number;
      readonly level: number;
      readonly sums: ConcordanceSums;
    }
  | { readonly ok: false; readonly n: number; readonly problem: 'no comparable pairs' };

/**
 * Harrell's concordance: of the pairs in which it is known who has the event first, the share in which it is the one with the larger marker,
 * ties of the marker counting half; its standard error by the infinitesimal jackknife. Class: by stratum (a batch is whole strata and whole
 * clusters), one round. O(n log n).
 * Source: Harrell, JAMA 1982;247:2543; Therneau & Watson 2015; for other time weights Uno, Stat Med 2011;30:1105.
 * Yardstick: survival::concordance(reverse = TRUE).
 */
export const concordance = {
  accumulate(f: FollowUp, marker: Float64Array, options: ConcordanceOptions = {}): ConcordanceSums {
    checkFollowUp(f);
    checkLength(marker, f.time.length);
    const { strata, cluster, weights } = options;
    for (const column of [strata, cluster, weights]) if (column !== undefined) checkLength(column, f.time.length);
    checkWeights(weights);
    const n = f.time.length;
    const isPlain = f.entry === undefined && (options.timeWeight ?? 'n') === 'n';
    if (isPlain && !strata && !cluster && !weights && n <= MOST_PLAIN_ROWS) return plainPairs(f.time, f.event, marker);
    const balance = new Float64Array(n);
    const pairs = new Float64Array(n);
    const totals = new Float64Array(5);
    if (strata === undefined) countPairs(f, marker, options, undefined, balance, pairs, totals);
    else {
      for (const own of Map.groupBy(strata.keys(), (i) => strata[i]!).values()) {
        countPairs(f, marker, options, Int32Array.from(own), balance, pairs, totals);
      }
    }
    const [concordant, discordant, tiedMarker, tiedTime, tiedBoth] = totals as unknown as number[];
    return {
      n,
      concordant: concordant!,
      discordant: discordant!,
      tiedMarker: tiedMarker!,
      tiedTime: tiedTime!,
      tiedBoth: tiedBoth!,
      ...squares(balance, pairs, cluster),
    };
  },

  merge(a: ConcordanceSums, b: ConcordanceSums): ConcordanceSums {
    return {
      n: a.n + b.n,
      concordant: a.concordant + b.concordant,
      discordant: a.discordant + b.discordant,
      tiedMarker: a.tiedMarker + b.tiedMarker,
      tiedTime: a.tiedTime + b.tiedTime,
      tiedBoth: a.tiedBoth + b.tiedBoth,
      balanceSquares: a.balanceSquares + b.balanceSquares,
      balanceByPairs: a.balanceByPairs + b.balanceByPairs,
      pairSquares: a.pairSquares + b.pairSquares,
    };
  },

  solve(sums: ConcordanceSums, { level = 0.95 }: { readonly level?: number } = {}): Concordance {
    const { n, concordant, discordant, tiedMarker, balanceSquares, balanceByPairs, pairSquares } = sums;
    const all = concordant + discordant + tiedMarker;
    if (!(all > 0)) return { ok: false, n, problem: 'no comparable pairs' };
    const somers = (concordant - discordant) / all;
    const estimate = (somers + 1) / 2;
    if (concordant + discordant === 0) return { ok: true, n, estimate, level, sums };
    const spread = balanceSquares - somers * (2 * balanceByPairs - somers * pairSquares);
    const standardError = Math.sqrt(Math.max(0, spread)) / (2 * all);
    const width = normalHalfWidth(level) * standardError;
    return {
      ok: true,
      n,
      estimate,
      standardError,
      lower: Math.max(0, estimate - width),
      upper: Math.min(1, estimate + width),
      level,
      sums,
    };
  },
};

/** By row how many of its pairs speak for concordance less those against it, and how many there are; over all rows how many pairs, and Somers' d. */
export function pairsByRow(f: FollowUp, marker: Float64Array) {
  checkFollowUp(f);
  checkLength(marker, f.time.length);
  const [balance, pairs] = [new Float64Array(f.time.length), new Float64Array(f.time.length)];
  const totals = new Float64Array(5);
  countPairs(f, marker, {}, undefined, balance, pairs, totals);
  const [concordant, discordant, tiedMarker] = totals as unknown as [number, number, number];
  const all = concordant + discordant + tiedMarker;
  return { balance, pairs, all, somers: (concordant - discordant) / all };
}

function checkWeights(weights: Float64Array | undefined): void {
  const wrong = weights?.findIndex((w) => !(w >= 0 && w < Number.POSITIVE_INFINITY)) ?? -1;
  if (wrong >= 0) throw new InvalidFollowUp('invalid-weight', wrong);
}

/** Sums of squares over clusters, or over rows. */
function squares(balance: Float64Array, pairs: Float64Array, cluster: Int32Array | undefined) {
  let [a, b] = [balance, pairs];
  if (cluster !== undefined) {
    const place = new Map<number, number>();
    for (const code of cluster) if (!place.has(code)) place.set(code, place.size);
    const of = cluster.map((code) => place.get(code)!);
    [a, b] = [balance, pairs].map((values) => {
      const sums = new Float64Array(place.size);
      for (let i = 0; i < values.length; i++) sums[of[i]!]! += values[i]!;
      return sums;
    }) as [Float64Array, Float64Array];
  }
  let [balanceSquares, balanceByPairs, pairSquares] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    balanceSquares += a[i]! * a[i]!;
    balanceByPairs += a[i]! * b[i]!;
    pairSquares += b[i]! * b[i]!;
  }
  return { balanceSquares, balanceByPairs, pairSquares };
}

/**
 * Counts one stratum's pairs into `totals` and, by row of the caller's, its weighted balance and pairs. Back through time, each event is compared with
 * those who stay longer; forth, each row with the events that it outlives, from its entry on.
 */
function countPairs(
  f: FollowUp,
  marker: Float64Array,
  { weights, timeWeight = 'n' }: ConcordanceOptions,
  own: Int32Array | undefined,
  balance: Float64Array,
  pairs: Float64Array,
  totals: Float64Array,
): void {
  const gather = (column: Float64Array) => (own === undefined ? column : Float64Array.from(own, (i) => column[i]!));
  const time = gather(f.time);
  const event = own === undefined ? f.event : Uint8Array.from(own, (i) => f.event[i]!);
  const entry = f.entry === undefined ? undefined : gather(f.entry);
  const n = time.length;
  const order = timeOrder(time, event, entry);
  const { times, start, firstCensored, rows, entered, byEntry } = order;
  // from here on, all by place in the order of time
  const { rank: byRow, distinct } = ranks(gather(marker));
  const rank = new Int32Array(n);
  for (let k = 0; k < n; k++) rank[k] = byRow[rows[k]!]!;
  const given = weights === undefined ? undefined : gather(weights);
  const weight = given && Float64Array.from(rows, (i) => given[i]!);
  const factor = timeWeights(timeWeight, order, weight);
  const whole = weight === undefined && factor === undefined;
  const counts = rankCounts(distinct.length, whole);
  const less = whole ? new Int32Array(n) : new Float64Array(n); // pairs that speak against concordance, for it, and for neither
  const more = whole ? new Int32Array(n) : new Float64Array(n);
  const same = whole ? new Int32Array(n) : new Float64Array(n);
  const w = (k: number) => (weight === undefined ? 1 : weight[k]!);
  let [concordant, discordant, tied] = [0, 0, 0];
  for (let t = times - 1, gone = 0; t >= 0; t--) {
    const [from, censored, to] = [start[t]!, firstCensored[t]!, start[t + 1]!];
    for (let k = censored; k < to; k++) counts.add(rank[k]!, w(k));
    const by = factor === undefined ? 1 : factor[t]!;
    for (let k = from; k < censored; k++) {
      const below = by * counts.below(rank[k]!);
      const equal = by * counts.at(rank[k]!);
      const above = by * counts.total - below - equal;
      more[k] = below; // the event comes first: concordant with those whose marker is smaller
      less[k] = above;
      same[k] = equal;
      concordant += w(k) * below;
      discordant += w(k) * above;
      tied += w(k) * equal;
    }
    for (let k = from; k < censored; k++) counts.add(rank[k]!, w(k));
    if (byEntry !== undefined) {
      for (; gone < n && entered![byEntry[gone]!]! >= t; gone++) counts.add(rank[byEntry[gone]!]!, -w(byEntry[gone]!));
    }
  }
  totals[0]! += concordant;
  totals[1]! += discordant;
  totals[2]! += tied;
  countTies(order, rank, w, factor, totals);

  counts.clear();
  const compare = (k: number, sign: number) => {
    const below = counts.below(rank[k]!);
    const equal = counts.at(rank[k]!);
    less[k]! += sign * below; // outlives an event with a smaller marker
    same[k]! += sign * equal;
    more[k]! += sign * (counts.total - below - equal);
  };
  for (let t = 0, entering = n - 1; t < times; t++) {
    const [from, censored, to] = [start[t]!, firstCensored[t]!, start[t + 1]!];
    if (byEntry !== undefined) {
      // before the events of this time: who comes under observation only now is spared the earlier ones
      for (; entering >= 0 && entered![byEntry[entering]!]! <= t; entering--) compare(byEntry[entering]!, -1);
    }
    for (let k = from; k < censored; k++) compare(k, 1);
    const by = factor === undefined ? 1 : factor[t]!;
    for (let k = from; k < censored; k++) counts.add(rank[k]!, w(k) * by);
    for (let k = censored; k < to; k++) compare(k, 1);
  }
  for (let k = 0; k < n; k++) {
    const to = own === undefined ? rows[k]! : own[rows[k]!]!;
    balance[to] = w(k) * (more[k]! - less[k]!);
    pairs[to] = w(k) * (more[k]! + less[k]! + same[k]!);
  }
}

function timeOrder(time: Float64Array, event: Uint8Array, entry: Float64Array | undefined): TimeOrder {
  const n = time.length;
  const all = entry === undefined ? time : new Float64Array(2 * n);
  if (entry !== undefined) {
    all.set(time);
    for (let i = 0; i < n; i++) all[n + i] = Math.max(0, entry[i]!);
  }
  const { rank, distinct } = timeRanks(all);
  const times = distinct.length;
  const cell = new Int32Array(2 * times + 1);
  for (let i = 0; i < n; i++) cell[2 * rank[i]! + 1 - event[i]! + 1]!++;
  for (let c = 0; c < 2 * times; c++) cell[c + 1]! += cell[c]!;
  const start = Int32Array.from({ length: times + 1 }, (_, t) => cell[2 * t]!);
  const firstCensored = Int32Array.from({ length: times }, (_, t) => cell[2 * t + 1]!);
  const rows = new Int32Array(n);
  for (let i = 0; i < n; i++) rows[cell[2 * rank[i]! + 1 - event[i]!]!++] = i;
  if (entry === undefined) return { times, start, firstCensored, rows };
  const entered = Int32Array.from(rows, (i) => (entry[i]! < 0 ? 0 : rank[n + i]! + 1));
  const byEntry = Int32Array.from(entered.keys()).sort((i, j) => entered[j]! - entered[i]! || i - j);
  return { times, start, firstCensored, rows, entered, byEntry };
}

/** Pairs of events at one time: with unequal markers, and with equal ones. */
function countTies(
  { times, start, firstCensored }: TimeOrder,
  rank: Int32Array,
  w: (place: number) => number,
  factor: Float64Array | undefined,
  totals: Float64Array,
): void {
  for (let t = 0; t < times; t++) {
    if (firstCensored[t]! - start[t]! < 2) continue;
    const byMarker = new Map<number, number>();
    let all = 0;
    let pairs = 0;
    let alike = 0;
    for (let k = start[t]!; k < firstCensored[t]!; k++) {
      const equal = byMarker.get(rank[k]!) ?? 0;
      pairs += w(k) * all;
      alike += w(k) * equal;
      all += w(k);
      byMarker.set(rank[k]!, equal + w(k));
    }
    const by = factor === undefined ? 1 : factor[t]!;
    totals[3]! += by * (pairs - alike);
    totals[4]! += by * alike;
  }
}
