import type { Fall } from '../numeric/recession.ts';
import type { CoxDesign } from './cox-design.ts';

/**
 * Whether the likelihood of a stratum never falls along `direction`: at each event the row has the largest linear predictor of all at risk; with exact
 * ties, the largest of all but those with an event at the same time. Then no maximum exists that way: the likelihood is monotone. Ends at the first
 * event to the contrary. O(n p), with delayed entry O(n (p + log n)).
 */
export function neverFalls(design: CoxDesign, direction: Float64Array): boolean {
  return !eachFall(design, direction, (by) => by < 0);
}

/** The event of a stratum that falls farthest behind one at risk along `direction`; undefined where it has no event. O(n p), as {@link neverFalls}. */
export function worstFall(design: CoxDesign, direction: Float64Array): Fall | undefined {
  let [least, event, ahead] = [Number.POSITIVE_INFINITY, -1, -1];
  eachFall(design, direction, (by, row, other) => {
    if (by < least) [least, event, ahead] = [by, row, other];
    return false;
  });
  if (event < 0) return undefined;
  const { rows, x, scale } = design;
  const vector = scale.map((factor, j) => (factor === 0 ? 0 : (x[j * rows + event]! - x[j * rows + ahead]!) / factor));
  return { by: least, vector };
}

/** Tells how far each event lies before the largest of those at risk, until `ends`; answers whether it did. */
function eachFall(
  design: CoxDesign,
  direction: Float64Array,
  ends: (by: number, event: number, largest: number) => boolean,
): boolean {
  const { times, start, firstEvent, ties, entry } = design;
  const predictor = predictorOf(design, direction);
  const largest = entry === undefined ? new Largest() : new LargestAtRisk(entry.from);
  for (let t = times - 1; t >= 0; t--) {
    const from = firstEvent[t]!;
    const to = start[t + 1]!;
    for (let i = start[t]!; i < from; i++) largest.add(i, predictor(i));
    if (ties !== 'exact') for (let i = from; i < to; i++) largest.add(i, predictor(i));
    if (from < to) {
      const [row, value] = largest.at(t);
      if (row >= 0) for (let i = from; i < to; i++) if (ends(predictor(i) - value, i, row)) return true;
    }
    if (ties === 'exact') for (let i = from; i < to; i++) largest.add(i, predictor(i));
  }
  return false;
}

function predictorOf({ rows, x, scale }: CoxDesign, direction: Float64Array): (row: number) => number {
  const steps = direction.map((v, j) => (scale[j] === 0 ? 0 : v / scale[j]!));
  const used = [...steps.keys()].filter((j) => steps[j] !== 0);
  return (row) => {
    let sum = 0;
    for (const j of used) sum += steps[j]! * x[j * rows + row]!;
    return sum;
  };
}

/** A row and its value; -1 where there is none. */
type Top = readonly [row: number, value: number];

class Largest {
  private row = -1;
  private value = Number.NEGATIVE_INFINITY;

  add(row: number, value: number): void {
    if (value > this.value) [this.row, this.value] = [row, value];
  }

  at(_: number): Top {
    return [this.row, this.value];
  }
}

/** A heap of which those not at risk yet are dropped when they come to the top; times are asked for from the last to the first. */
class LargestAtRisk {
  private readonly from: Int32Array;
  private readonly rows: number[] = [];
  private readonly values: number[] = [];

  constructor(from: Int32Array) {
    this.from = from;
  }

  add(row: number, value: number): void {
    const { rows, values } = this;
    let at = rows.length;
    for (; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (values[parent]! >= value) break;
      rows[at] = rows[parent]!;
      values[at] = values[parent]!;
      at = parent;
    }
    rows[at] = row;
    values[at] = value;
  }

  at(t: number): Top {
    while (this.rows.length > 0 && this.from[this.rows[0]!]! > t) this.drop();
    return [this.rows[0] ?? -1, this.values[0] ?? Number.NEGATIVE_INFINITY];
  }

  private drop(): void {
    const { rows, values } = this;
    const row = rows.pop()!;
    const value = values.pop()!;
    const n = rows.length;
    if (n === 0) return;
    let at = 0;
    for (let child = 1; child < n; child = 2 * at + 1) {
      if (child + 1 < n && values[child + 1]! > values[child]!) child++;
      if (values[child]! <= value) break;
      rows[at] = rows[child]!;
      values[at] = values[child]!;
      at = child;
    }
    rows[at] = row;
    values[at] = value;
  }
}
