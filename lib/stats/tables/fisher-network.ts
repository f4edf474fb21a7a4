import { KeyPlaces } from '../numeric/key-places.ts';
import { forEachColumn, insertionSort } from './fisher-columns.ts';
import { boundedExp, isOutOfRange, LastTwoColumns, proportional } from './fisher-ends.ts';

/** Sums of logarithms that differ by less are of the same cells in another order. */
const SAME = 1e-11;

/** From so many past sums on it pays to ask first what all completions of a node could come to. */
const WORTH_BOUNDS = 12;

/** A partial table: what is left of the rows, and past sums of cell logarithms (in units of {@link SAME}) with how often each occurs. */
interface Node {
  readonly rest: readonly number[];
  readonly past: number[];
  readonly often: number[];
}

/** Equal sums put together: worth it where each is carried on many times. */
function merged({ rest, past, often }: Node): Node {
  const places = new Map<number, number>();
  const node: Node = { rest, past: [], often: [] };
  for (let i = 0; i < past.length; i++) {
    const place = places.get(past[i]!);
    if (place !== undefined) node.often[place]! += often[i]!;
    else {
      places.set(past[i]!, node.past.length);
      node.past.push(past[i]!);
      node.often.push(often[i]!);
    }
  }
  return node;
}

/**
 * Tables with given margins, column by column: what is left of the rows are the nodes, in ascending order since rows may be exchanged. The last
 * three columns are summed without nodes: each way to fill the first of them meets the ways of the other two, arranged once for each rest.
 * Source: Mehta & Patel, JASA 1983;78:427.
 */
export class FisherNetwork {
  private readonly rows: readonly number[];
  private readonly columns: readonly number[];
  private readonly logFactorial: Float64Array;
  private readonly workLimit: number;
  private readonly base: number;
  /** By row, the logarithm of its size: weights are tilted by it, so that those of likely tables are near 1 on both sides of a product. */
  private readonly tilt: readonly number[];
  /** What a tilted weight of the last two columns is about where these take their share of each row. */
  private readonly scale: number;
  private readonly bounds: Map<number, readonly [most: number, least: number]>[];
  /** The last two columns by place of the rest in any order of rows, and exp of what they and the tilt of that order come to over the scale. */
  private readonly ends: LastTwoColumns[] = [];
  private readonly factors: number[] = [];
  private readonly endOf = new KeyPlaces();
  private work = 0;

  constructor(rows: readonly number[], columns: readonly number[], logFactorial: Float64Array, workLimit: number) {
    this.rows = rows;
    this.columns = columns;
    this.logFactorial = logFactorial;
    this.workLimit = workLimit;
    this.base = rows.at(-1)! + 1;
    this.bounds = columns.map(() => new Map());
    this.tilt = rows.map(Math.log);
    const lastTwo = columns.at(-2)! + columns.at(-1)!;
    const rest = rows.map((count) => Math.round((count * lastTwo) / (logFactorial.length - 1)));
    this.scale = proportional(rest, columns.at(-2)! / lastTwo, logFactorial) + this.tilted(rest);
  }

  /** Total probability of tables whose cells' logarithms don't exceed `critical`; undefined where it takes too many steps. */
  sum(critical: number): number | undefined {
    const { rows, columns, logFactorial, workLimit } = this;
    if (this.base ** rows.length > Number.MAX_SAFE_INTEGER) return undefined; // rests couldn't be numbered
    const constant = [...rows, ...columns].reduce((sum, m) => sum + logFactorial[m]!, 0) - logFactorial.at(-1)!;
    if (columns.length === 2) return this.sumOfTwo(critical, constant);
    let p = 0;
    let layer = new Map<number, Node>([[this.key(rows), { rest: rows, past: [0], often: [1] }]]);
    for (let k = 0; k < columns.length - 3; k++) {
      const next = new Map<number, Node>();
      for (const node of layer.values()) {
        const { rest, past, often } = merged(node);
        const [decided, open] = this.decide(k, rest, past, often, critical, constant);
        p += decided;
        if (this.work > workLimit) return undefined;
        if (open.length > 0) this.extend(next, rest, columns[k]!, { past, often }, open);
        if (this.work > workLimit) return undefined;
      }
      layer = next;
    }
    for (const node of layer.values()) {
      const { rest, past, often } = merged(node);
      const [decided, open] = this.decide(columns.length - 3, rest, past, often, critical, constant);
      p += decided;
      if (open.length > 0 && this.work <= workLimit) p += this.close(rest, { past, often }, open, critical, constant);
      if (this.work > workLimit) return undefined;
    }
    return p;
  }

  private sumOfTwo(critical: number, constant: number): number | undefined {
    const end = this.endAt(this.rows);
    if (this.work > this.workLimit) return undefined;
    const weight = critical >= end.most ? end.weight : critical < end.least ? 0 : end.weightUpTo(critical);
    return weight * Math.exp(constant + end.scale);
  }

  private tilted(counts: readonly number[]): number {
    return counts.reduce((sum, count, row) => sum + count * this.tilt[row]!, 0);
  }

  /** What is certain of a node's past sums, and which of them are open. */
  private decide(
    k: number,
    rest: readonly number[],
    past: readonly number[],
    often: readonly number[],
    critical: number,
    constant: number,
  ): readonly [decided: number, open: readonly number[]] {
    if (past.length < WORTH_BOUNDS) return [0, [...past.keys()]];
    const [most, least] = this.completions(k, rest);
    const mass = constant + this.logMass(k, rest);
    let decided = 0;
    const open: number[] = [];
    for (let i = 0; i < past.length; i++) {
      const log = past[i]! * SAME;
      if (log + most <= critical) decided += often[i]! * Math.exp(log + mass);
      else if (log + least <= critical) open.push(i);
    }
    return [decided, open];
  }

  /** Carries a node's open sums over a column to the nodes of the next layer. */
  private extend(
    next: Map<number, Node>,
    rest: readonly number[],
    total: number,
    { past, often }: Pick<Node, 'past' | 'often'>,
    open: readonly number[],
  ): void {
    forEachColumn(rest, total, this.logFactorial, (left, log) => {
      const key = this.key(left);
      let into = next.get(key);
      if (into === undefined) {
        into = { rest: left.slice(), past: [], often: [] };
        next.set(key, into);
      }
      const step = Math.round(log / SAME);
      for (const i of open) {
        into.past.push(past[i]! + step);
        into.often.push(often[i]!);
      }
      this.work += open.length;
    });
  }

  /** Probability of a node's open sums over the last three columns. */
  private close(
    rest: readonly number[],
    { past, often }: Pick<Node, 'past' | 'often'>,
    open: readonly number[],
    critical: number,
    constant: number,
  ): number {
    const { logFactorial, base, tilt, ends, factors } = this;
    const limits = Float64Array.from(open, (i) => critical - past[i]! * SAME);
    const origin = limits.reduce((least, limit) => Math.min(least, limit), Number.POSITIVE_INFINITY);
    const weights = Float64Array.from(open, (i, at) => often[i]! * Math.exp(origin - limits[at]!));
    const start = critical - origin + constant + this.scale - this.tilted(rest);
    const ratio = Math.exp(tilt[1]! - tilt[0]!);
    const [first, second] = rest as [number, number];
    const below = [0];
    for (const count of rest) below.push(below.at(-1)! + count);
    const left = rest.slice();
    let p = 0;
    /** The first two rows share what the others leave of the column; each next way's weight follows from the one before. */
    const share = (total: number, log: number, tilted: number): void => {
      let rests = 0;
      for (let row = rest.length - 1; row > 1; row--) rests = rests * base + left[row]!;
      let weight = 0;
      for (let cell = Math.max(0, total - first), to = Math.min(second, total); cell <= to; cell++) {
        const way = log - logFactorial[cell]! - logFactorial[total - cell]!;
        if (isOutOfRange(weight)) {
          weight = boundedExp(start + way + tilted + cell * tilt[1]! + (total - cell) * tilt[0]!);
        }
        const place = this.placeOf((rests * base + second - cell) * base + first - total + cell);
        const end = ends[place]!;
        let sum = 0;
        for (let i = 0; i < limits.length; i++) {
          const limit = limits[i]! - way;
          if (limit >= end.most) sum += weights[i]! * end.weight;
          else if (limit >= end.least) sum += weights[i]! * end.weightUpTo(limit);
        }
        p += weight * factors[place]! * sum;
        weight *= (ratio * (total - cell)) / (cell + 1);
      }
      this.work += limits.length * (Math.min(second, total) - Math.max(0, total - first) + 1);
    };
    const fill = (row: number, total: number, log: number, tilted: number): void => {
      if (row === 1) {
        share(total, log, tilted);
        return;
      }
      const size = rest[row]!;
      for (let cell = Math.max(0, total - below[row]!), to = Math.min(size, total); cell <= to; cell++) {
        if (this.work > this.workLimit) return;
        left[row] = size - cell;
        fill(row - 1, total - cell, log - logFactorial[cell]!, tilted + cell * tilt[row]!);
      }
    };
    fill(rest.length - 1, this.columns.at(-3)!, 0, 0);
    return p;
  }

  private key(rest: readonly number[]): number {
    let key = 0;
    for (let row = rest.length - 1; row >= 0; row--) key = key * this.base + rest[row]!;
    return key;
  }

  /** Where in `ends` the rest stands that a key numbers, its rows in any order. */
  private placeOf(key: number): number {
    const known = this.endOf.find(key);
    if (known >= 0) return known;
    const rest: number[] = [];
    for (let row = 0, digits = key; row < this.rows.length; row++) {
      rest.push(digits % this.base);
      digits = Math.floor(digits / this.base);
    }
    const sorted = rest.slice();
    insertionSort(sorted);
    const isSorted = this.key(sorted) === key;
    return this.place(key, rest, isSorted ? this.arranged(rest) : this.endAt(sorted));
  }

  /** The last two columns for a rest in ascending order. */
  private endAt(rest: readonly number[]): LastTwoColumns {
    const key = this.key(rest);
    const known = this.endOf.find(key);
    return this.ends[known >= 0 ? known : this.place(key, rest, this.arranged(rest))]!;
  }

  private arranged(rest: readonly number[]): LastTwoColumns {
    const end = new LastTwoColumns(rest, this.columns.at(-2)!, this.logFactorial);
    this.work += end.count;
    return end;
  }

  private place(key: number, rest: readonly number[], end: LastTwoColumns): number {
    const place = this.ends.push(end) - 1;
    this.factors.push(boundedExp(end.scale + this.tilted(rest) - this.scale));
    this.endOf.set(key, place);
    return place;
  }

  /** Logarithm of the sum, over completions from column `k` on, of the product of 1 / cell!. */
  private logMass(k: number, rest: readonly number[]): number {
    const { logFactorial, columns } = this;
    let total = 0;
    let log = 0;
    for (const count of rest) {
      total += count;
      log -= logFactorial[count]!;
    }
    for (let j = k; j < columns.length; j++) log -= logFactorial[columns[j]!]!;
    return log + logFactorial[total]!;
  }

  /** Largest and smallest sum of -log cell! over completions from column `k` on. */
  private completions(k: number, rest: readonly number[]): readonly [number, number] {
    if (k === this.columns.length - 2) {
      const { most, least } = this.endAt(rest);
      return [most, least];
    }
    const key = this.key(rest);
    const known = this.bounds[k]!.get(key);
    if (known !== undefined) return known;
    let most = Number.NEGATIVE_INFINITY;
    let least = Number.POSITIVE_INFINITY;
    if (this.work <= this.workLimit) {
      forEachColumn(rest, this.columns[k]!, this.logFactorial, (left, log) => {
        this.work++;
        const [high, low] = this.completions(k + 1, left.slice());
        most = Math.max(most, log + high);
        least = Math.min(least, log + low);
      });
    }
    const bounds = [most, least] as const;
    this.bounds[k]!.set(key, bounds);
    return bounds;
  }
}
