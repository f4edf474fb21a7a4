/**
 * Times as ranks. Two times that differ only by rounding (0.1 + 0.2 and 0.3) are one time: neighbours tie when they differ by no more than
 * this share of the mean distinct time. Scale-free, where R's `timefix` has also an absolute limit of the same size.
 */
const TIE = Math.sqrt(Number.EPSILON);

/** Below this, whole numbers are counted; above, and for others, ranked. */
const MOST_DAYS = 1 << 20;

/** The largest of `times` if all are whole numbers in [0, 2^20), so that they can be counted instead of sorted; else undefined. */
export function wholeDays(times: Float64Array): number | undefined {
  let most = 0;
  for (let i = 0; i < times.length; i++) {
    const t = times[i]!;
    if (t !== (t | 0) || t < 0) return undefined;
    if (t > most) most = t;
  }
  return most < MOST_DAYS ? most : undefined;
}

/**
 * For distinct ascending times: to which of the kept ones each belongs once ties by rounding are put together.
 * `kept` holds the first of each chain of ties; `of[i]` is the place in `kept` of the i-th time.
 */
export function tieTimes(distinct: Float64Array): { readonly kept: Float64Array; readonly of: Int32Array } {
  let sum = 0;
  for (const t of distinct) sum += Math.abs(t);
  const closest = (TIE * sum) / distinct.length;
  const of = new Int32Array(distinct.length);
  const kept: number[] = [];
  for (let i = 0; i < distinct.length; i++) {
    if (i === 0 || distinct[i]! - distinct[i - 1]! > closest) kept.push(distinct[i]!);
    of[i] = kept.length - 1;
  }
  return { kept: Float64Array.from(kept), of };
}

const DIGIT = 11;
const DIGITS = 1 << DIGIT;

/**
 * Rows in ascending order of finite `values`, stable. Least significant digit first over the bits of the doubles, which order as unsigned
 * integers once the sign is folded in; a digit that all share is skipped, so that whole numbers cost two passes.
 */
export function ascending(values: Float64Array): Int32Array {
  const n = values.length;
  const doubles = new Float64Array(n);
  for (let i = 0; i < n; i++) doubles[i] = values[i]! + 0; // -0 becomes 0
  const bits = new Uint32Array(doubles.buffer);
  for (let i = 0; i < n; i++) {
    const high = bits[2 * i + 1]!;
    if (high >>> 31 === 1) {
      bits[2 * i] = ~bits[2 * i]!;
      bits[2 * i + 1] = ~high;
    } else bits[2 * i + 1] = high ^ 0x80000000;
  }
  let low = new Uint32Array(n);
  let high = new Uint32Array(n);
  let row = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    low[i] = bits[2 * i]!;
    high[i] = bits[2 * i + 1]!;
    row[i] = i;
  }
  let nextLow = new Uint32Array(n);
  let nextHigh = new Uint32Array(n);
  let nextRow = new Int32Array(n);
  const at = new Int32Array(DIGITS + 1);
  for (let word = 0; word < 2; word++) {
    for (let shift = 0; shift < 32; shift += DIGIT) {
      const keys = word === 0 ? low : high;
      at.fill(0);
      for (let i = 0; i < n; i++) at[((keys[i]! >>> shift) & (DIGITS - 1)) + 1]!++;
      if (n > 0 && at[((keys[0]! >>> shift) & (DIGITS - 1)) + 1] === n) continue;
      for (let digit = 0; digit < DIGITS; digit++) at[digit + 1]! += at[digit]!;
      for (let i = 0; i < n; i++) {
        const to = at[(keys[i]! >>> shift) & (DIGITS - 1)]!++;
        nextLow[to] = low[i]!;
        nextHigh[to] = high[i]!;
        nextRow[to] = row[i]!;
      }
      [low, nextLow] = [nextLow, low];
      [high, nextHigh] = [nextHigh, high];
      [row, nextRow] = [nextRow, row];
    }
  }
  return row;
}

/** Distinct values in ascending order, and for each row the place of its value among them. */
export interface Ranks {
  readonly distinct: Float64Array;
  readonly rank: Int32Array;
}

/** Exact ranks: ties by rounding stay apart (see {@link tieTimes}). */
export function ranks(values: Float64Array): Ranks {
  const order = ascending(values);
  const rank = new Int32Array(values.length);
  const distinct: number[] = [];
  let last = Number.NaN;
  for (let i = 0; i < order.length; i++) {
    const value = values[order[i]!]!;
    if (value !== last) {
      distinct.push(value);
      last = value;
    }
    rank[order[i]!] = distinct.length - 1;
  }
  return { distinct: Float64Array.from(distinct), rank };
}

/** Ranks of times, ties by rounding put together. */
export function timeRanks(times: Float64Array): Ranks {
  const most = wholeDays(times);
  if (most !== undefined) return dayRanks(times, most);
  const { distinct, rank } = ranks(times);
  const { kept, of } = tieTimes(distinct);
  for (let i = 0; i < rank.length; i++) rank[i] = of[rank[i]!]!;
  return { distinct: kept, rank };
}

/** Ranks of whole numbers up to `most`, by counting. */
function dayRanks(times: Float64Array, most: number): Ranks {
  const place = new Int32Array(most + 1);
  for (let i = 0; i < times.length; i++) place[times[i]!] = 1;
  const distinct: number[] = [];
  for (let day = 0; day <= most; day++) if (place[day] === 1) place[day] = distinct.push(day) - 1;
  const rank = new Int32Array(times.length);
  for (let i = 0; i < times.length; i++) rank[i] = place[times[i]!]!;
  return { distinct: Float64Array.from(distinct), rank };
}
