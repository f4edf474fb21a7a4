import { dot, inverse, multiply } from '../numeric/linear.ts';
import { roomFor } from '../numeric/vectors.ts';
import type { ResampleDesign, ResampleSpace, RoomyColumns } from './cox-resample-design.ts';

const MOST_STEPS = 12;
/** Twice the rise that ends it; the step after it leaves about its square. */
const ENOUGH = 1e-10;
/** A product of denominators is turned into a logarithm before it leaves this range. */
const LARGE = 1e150;
const SMALL = 1e-150;

/**
 * Coefficients of a resample in which each patient stands `counts` times (in the design's order), from `start` on, by Newton's method; undefined where it
 * doesn't come to an end soon, which is then the whole fit's to judge. A patient who stands twice counts as two who are tied, as Efron's ties have it and
 * weights have not. O(n p²) a step.
 */
export function fitResample(
  design: ResampleDesign,
  columns: Float64Array,
  counts: Float64Array,
  start: Float64Array,
  space: ResampleSpace,
): Float64Array | undefined {
  const sample = drawn(design, columns, counts, space);
  let beta = start;
  let best = Number.NEGATIVE_INFINITY;
  for (let step = 0; step < MOST_STEPS; step++) {
    const { logLikelihood, score, information } = likelihood(sample, beta, space);
    if (!(logLikelihood >= best - 1e-9 * Math.abs(best))) return undefined;
    best = logLikelihood;
    const variance = inverse(information, beta.length, 1e-11);
    if ('dependent' in variance) return undefined;
    const move = multiply(variance, score);
    beta = beta.map((b, j) => b + move[j]!);
    if (dot(move, score) < ENOUGH) return beta;
  }
  return undefined;
}

/** How many rows are drawn, and the sums of the covariates over their events; the rest stands in the space. */
interface Sample {
  readonly rows: number;
  readonly efron: boolean;
  readonly eventTotals: Float64Array;
}

/** Gathers the patients who are drawn; a column takes as much space as if all were. */
function drawn(
  { rows: n, efron, start, isEvent }: ResampleDesign,
  columns: Float64Array,
  counts: Float64Array,
  space: ResampleSpace,
): Sample {
  const { x, kept } = space;
  const p = columns.length / n;
  space.events.fill(0);
  let rows = 0;
  for (let i = 0, k = 0; i <= n; i++) {
    if (i === start[k]) space.start[k++] = rows;
    if (i === n || counts[i] === 0) continue;
    if (isEvent[i] === 1) space.events[k - 1]!++;
    kept[rows++] = i;
  }
  for (let r = 0; r < rows; r++) space.counts[r] = counts[kept[r]!]!;
  space.counts[rows] = 0;
  space.lived[rows] = 0;
  const eventTotals = new Float64Array(p);
  for (let j = 0; j < p; j++) {
    const column = x.columns[j]!;
    let total = 0;
    for (let r = 0; r < rows; r++) {
      const i = kept[r]!;
      const value = columns[j * n + i]!;
      column[r] = value;
      if (isEvent[i] === 1) total += counts[i]! * value;
    }
    column[rows] = 0; // two rows are handled at a time
    eventTotals[j] = total;
  }
  return { rows, efron, eventTotals };
}

/** As {@link coxLikelihood}, whose sums these are, with counts in place of rows. */
function likelihood({ rows, efron, eventTotals }: Sample, beta: Float64Array, space: ResampleSpace) {
  const { room, x, counts, later, lived, weighted, suffix, start, events, sums, combined, expected } = space;
  const p = beta.length;
  const times = events.length;
  const hazard = space.ties.subarray(0, times);
  const share = space.ties.subarray(times, 2 * times);
  const onAll = space.ties.subarray(2 * times, 3 * times);
  const onBoth = space.ties.subarray(3 * times, 4 * times);
  const onTied = space.ties.subarray(4 * times);
  const risk = space.risk.subarray(0, rows);
  risk.fill(0);
  space.beta.set(beta);
  room.add(x.list, p, space.beta, risk);
  room.exponential(risk, counts);
  let sum = 0;
  later[rows] = 0;
  for (let i = rows - 1; i >= 0; i--) {
    sum += risk[i]!;
    later[i] = sum;
  }
  let logLikelihood = dot(eventTotals, beta);
  let product = 1;
  let before = 0;
  for (let k = 0; k < times; k++) {
    const from = start[k]!;
    const to = from + events[k]!;
    let d = 0;
    for (let i = from; i < to; i++) d += counts[i]!;
    const all = later[from]!;
    const tied = all - later[to]!;
    let h = 0;
    let g = 0;
    let aa = 0;
    let ab = 0;
    let bb = 0;
    for (let l = 0; l < d; l++) {
      const f = efron ? l / d : 0;
      const denominator = all - f * tied;
      const v = 1 / denominator;
      product *= denominator;
      if (product > LARGE || product < SMALL) {
        logLikelihood -= Math.log(product);
        product = 1;
      }
      h += v;
      g += f * v;
      aa += v * v;
      ab += f * v * v;
      bb += f * f * v * v;
    }
    hazard[k] = h;
    share[k] = g;
    onAll[k] = aa;
    onBoth[k] = ab;
    onTied[k] = bb;
    before += h;
    for (let i = from; i < to; i++) lived[i] = risk[i]! * (before - g);
    for (let i = to; i < start[k + 1]!; i++) lived[i] = risk[i]! * before;
  }
  logLikelihood -= Math.log(product);
  if (times > 0) lived.fill(0, 0, start[0]!); // gone before the first event
  const score = new Float64Array(p);
  const information = new Float64Array(p * p);
  const passed = lived.subarray(0, rows);
  room.products(x.list, p, passed, expected);
  room.weigh(x.list, p, passed, weighted.columns[0]!, counts.length);
  for (let j = 0; j < p; j++) {
    const column = x.columns[j]!;
    score[j] = eventTotals[j]! - expected[j]!;
    let gathered = 0;
    suffix[rows] = 0;
    for (let i = rows - 1; i >= 0; i--) {
      gathered += risk[i]! * column[i]!;
      suffix[i] = gathered;
    }
    const [own, both] = [sums.columns[j]!, combined.columns[j]!];
    for (let t = 0; t < times; t++) {
      const all = suffix[start[t]!]!;
      const tied = all - suffix[start[t]! + events[t]!]!;
      own[t] = all;
      own[times + t] = tied;
      both[t] = onAll[t]! * all - onBoth[t]! * tied;
      both[times + t] = onTied[t]! * tied - onBoth[t]! * all;
    }
  }
  addProducts(weighted, x, rows, 1, space, information);
  addProducts(combined, sums, 2 * times, -1, space, information);
  for (let j = 0; j < p; j++) for (let k = 0; k < j; k++) information[j * p + k] = information[k * p + j]!;
  return { logLikelihood, score, information };
}

/** Adds to the upper triangle the products of each column of `a` with each of `b`, over so many rows, times `sign`. */
function addProducts(
  a: RoomyColumns,
  b: RoomyColumns,
  rows: number,
  sign: number,
  { room, products }: ResampleSpace,
  into: Float64Array,
): void {
  const p = Math.sqrt(into.length);
  const width = roomFor(a.columns.length);
  for (let j = 0; j < p; j += 4) {
    const first = a.columns[j]!;
    room.tiles(first, first.length, b.list, p, products, width, rows);
    for (let c = 0; c < 4 && j + c < p; c++) {
      for (let k = j + c; k < p; k++) into[(j + c) * p + k]! += sign * products[c * width + k]!;
    }
  }
}
