import { type RankCounts, rankCounts } from '../numeric/rank-counts.ts';
import { timeRanks } from '../survival/times.ts';

/** Concordance in each of some resamples, which say how often each patient stands there (0 or more). Undefined without a comparable pair. */
export type ConcordanceEstimator = (marker: Float64Array, resamples: readonly Int32Array[]) => (number | undefined)[];

/** Patients latest first, at a time the censored first: they outlive those with the event. */
interface LatestFirst {
  readonly rows: Int32Array;
  readonly rank: Int32Array;
  readonly event: Uint8Array;
}

/**
 * Harrell's concordance alone, without its standard error, for many markers and resamples of the same patients: their times are ordered once.
 * O(n log n) a marker and resample.
 */
export function concordanceEstimator(time: Float64Array, event: Uint8Array): ConcordanceEstimator {
  const n = time.length;
  const { rank } = timeRanks(time);
  const rows = Int32Array.from(time.keys()).sort((a, b) => rank[b]! - rank[a]! || event[a]! - event[b]! || a - b);
  const latest = { rows, rank: rows.map((row) => rank[row]!), event: Uint8Array.from(rows, (row) => event[row]!) };
  const place = new Int32Array(n);
  return (marker, resamples) => {
    const sorted = marker.slice().sort();
    let ranks = 0;
    for (let i = 0; i < n; i++) if (i === 0 || sorted[i] !== sorted[ranks - 1]) sorted[ranks++] = sorted[i]!;
    for (let i = 0; i < n; i++) place[i] = placeOf(marker[rows[i]!]!, sorted, ranks);
    return resamples.map((counts) => estimate(latest, place, counts, rankCounts(ranks, true)));
  };
}

/** Where a value stands among the first so many of ascending ones. */
function placeOf(value: number, sorted: Float64Array, count: number): number {
  let low = 0;
  let high = count;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= value) low = middle;
    else high = middle;
  }
  return low;
}

function estimate({ rows, rank, event }: LatestFirst, place: Int32Array, counts: Int32Array, later: RankCounts) {
  const n = rows.length;
  let better = 0;
  let tied = 0;
  let pairs = 0;
  for (let i = 0; i < n; ) {
    if (event[i] === 0) {
      const count = counts[rows[i]!]!;
      if (count > 0) later.add(place[i]!, count);
      i++;
      continue;
    }
    const from = i;
    for (; i < n && event[i] === 1 && rank[i] === rank[from]; i++) {
      const count = counts[rows[i]!]!;
      if (count === 0) continue;
      better += count * later.below(place[i]!);
      tied += count * later.at(place[i]!);
      pairs += count * later.total;
    }
    for (let k = from; k < i; k++) {
      const count = counts[rows[k]!]!;
      if (count > 0) later.add(place[k]!, count);
    }
  }
  return pairs === 0 ? undefined : (better + tied / 2) / pairs;
}
