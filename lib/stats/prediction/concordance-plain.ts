import { ascending, timeRanks } from '../survival/times.ts';
import type { ConcordanceSums } from './concordance-sums.ts';

/** Two counts in one number: the first below this, exact as long as there are fewer rows. */
const SECOND = 2 ** 26;

/** More rows than two counts in one number can hold. */
export const MOST_PLAIN_ROWS = SECOND - 1;

const SHIFT = 4;
const BUCKET = 1 << SHIFT;

/** Rows by time, those with the event first, and then by marker. */
interface Ordered {
  /** By place: how many distinct markers are smaller. */
  readonly rank: Int32Array;
  readonly ranks: number;
  /** Twice the time's rank, and 1 more if censored: where its places begin (with an end). */
  readonly start: Int32Array;
}

/**
 * Pairs of rows that all count the same, without delayed entry, and every row for itself: in one walk through time. At each row two counts by marker
 * are asked for at once, of those who stay longer and of the events before. O(n log n), bound by cache misses.
 */
export function plainPairs(time: Float64Array, event: Uint8Array, marker: Float64Array): ConcordanceSums {
  const n = time.length;
  const { rank, ranks, start } = orderedRows(time, event, marker);
  const counts = new TwoCounts(rank, ranks);
  let [concordant, discordant, tiedMarker, tiedTime, tiedBoth] = [0, 0, 0, 0, 0];
  let [balanceSquares, balanceByPairs, pairSquares] = [0, 0, 0];
  let before = 0; // events
  for (let cell = 0; cell + 1 < start.length; cell += 2) {
    const [from, censored, to] = [start[cell]!, start[cell + 1]!, start[cell + 2]!];
    const longer = n - censored; // than the events of this time
    const eventPairs = longer + before;
    let [balances, squares] = [0, 0]; // of one time first: sums of like size lose less
    for (let k = from, next = k; k < censored; k = next) {
      const here = rank[k]!;
      for (next = k + 1; next < censored && rank[next] === here; ) next++;
      const alike = next - k; // events of this time are still among those who stay
      const below = counts.below(here);
      const at = counts.at(here);
      const eventsBelow = Math.floor(below / SECOND);
      const eventsAt = Math.floor(at / SECOND);
      const smaller = below - eventsBelow * SECOND - (k - from);
      const equal = at - eventsAt * SECOND - alike;
      const larger = longer - smaller - equal;
      const outlivedLarger = before - eventsBelow - eventsAt;
      const balance = smaller + outlivedLarger - larger - eventsBelow;
      balances += alike * balance;
      squares += alike * balance * balance;
      concordant += alike * smaller;
      discordant += alike * larger;
      tiedMarker += alike * equal;
      tiedTime += alike * (k - from);
      tiedBoth += (alike * (alike - 1)) / 2;
    }
    for (let k = from; k < censored; k++) counts.add(rank[k]!, SECOND - 1);
    balanceSquares += squares;
    balanceByPairs += balances * eventPairs;
    pairSquares += (censored - from) * eventPairs * eventPairs;
    before += censored - from;
    balances = 0;
    squares = 0;
    for (let k = censored; k < to; k++) {
      const here = rank[k]!;
      const eventsBelow = Math.floor(counts.below(here) / SECOND);
      const eventsAt = Math.floor(counts.at(here) / SECOND);
      const balance = before - eventsAt - 2 * eventsBelow;
      balances += balance;
      squares += balance * balance;
    }
    balanceSquares += squares;
    balanceByPairs += balances * before;
    pairSquares += (to - censored) * before * before;
    for (let k = censored; k < to; k++) counts.add(rank[k]!, -1);
  }
  return {
    n,
    concordant,
    discordant,
    tiedMarker,
    tiedTime,
    tiedBoth,
    balanceSquares,
    balanceByPairs,
    pairSquares,
  };
}

function orderedRows(time: Float64Array, event: Uint8Array, marker: Float64Array): Ordered {
  const n = time.length;
  const { rank: when, distinct } = timeRanks(time);
  const start = new Int32Array(2 * distinct.length + 1);
  for (let i = 0; i < n; i++) {
    const cell = 2 * when[i]! + 1 - event[i]!;
    when[i] = cell;
    start[cell + 1]!++;
  }
  for (let cell = 1; cell < start.length; cell++) start[cell]! += start[cell - 1]!;
  const order = ascending(marker);
  const rank = new Int32Array(n);
  const next = start.slice();
  let ranks = -1;
  let last = Number.NaN;
  for (let i = 0; i < n; i++) {
    const row = order[i]!;
    const value = marker[row]!;
    if (value !== last) {
      ranks++;
      last = value;
    }
    rank[next[when[row]!]!++] = ranks;
  }
  return { rank, ranks: ranks + 1, start };
}

/**
 * By rank, who still stay and, times {@link SECOND}, who had the event: a Fenwick tree over buckets of 16 ranks, and one number a rank. At first all stay.
 * Source: Fenwick, Softw Pract Exp 1994;24:327.
 */
class TwoCounts {
  private readonly tree: Float64Array;
  private readonly own: Float64Array;

  constructor(rank: Int32Array, ranks: number) {
    const buckets = (ranks >> SHIFT) + 1;
    this.tree = new Float64Array(buckets + 1);
    this.own = new Float64Array(buckets * BUCKET);
    for (let k = 0; k < rank.length; k++) this.own[rank[k]!]!++;
    for (let k = 0; k < ranks; k++) this.tree[(k >> SHIFT) + 1]! += this.own[k]!;
    for (let k = 1; k <= buckets; k++) if (k + (k & -k) <= buckets) this.tree[k + (k & -k)]! += this.tree[k]!;
  }

  add(rank: number, by: number): void {
    const { tree } = this;
    this.own[rank]! += by;
    for (let k = (rank >> SHIFT) + 1; k < tree.length; k += k & -k) tree[k]! += by;
  }

  at(rank: number): number {
    return this.own[rank]!;
  }

  below(rank: number): number {
    const { own, tree } = this;
    let sum = 0;
    for (let k = rank & -BUCKET; k < rank; k++) sum += own[k]!;
    for (let k = rank >> SHIFT; k > 0; k &= k - 1) sum += tree[k]!;
    return sum;
  }
}
