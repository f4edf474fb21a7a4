import { type CrossTable, checkTable, margins } from './cross-table.ts';
import { logGamma } from './distributions.ts';
import { random } from './random.ts';

export interface FisherTableOptions {
  /** Steps after which the exact sum is given up for a Monte Carlo estimate. */
  readonly workLimit?: number;
  /** Tables drawn then; default 100,000. */
  readonly draws?: number;
  /** Of the draws; default 1. */
  readonly seed?: number;
}

/** `method` says whether the sum is exact; a Monte Carlo p has a standard error. `empty margin`: fewer than two rows or columns hold a count. */
export type FisherTable =
  | { readonly ok: true; readonly method: 'exact'; readonly p: number }
  | {
      readonly ok: true;
      readonly method: 'monte carlo';
      readonly p: number;
      readonly standardError: number;
      readonly draws: number;
    }
  | { readonly ok: false; readonly problem: 'empty margin' };

/** Tables as probable as the observed one within this share count as equally probable, as in R. */
const EQUAL = 1e-7;

/** Sums of logarithms that differ by less are of the same cells in another order. */
const SAME = 1e-11;

/**
 * Fisher's exact test of a table of any size: the sum of the tables with its margins that are not more probable.
 * Columns are consumed one by one; tables that leave the same rests of the rows are merged, and a path ends as soon as the most or the least
 * probable completion decides it. Beyond `workLimit` steps p is estimated from seeded draws, and named so.
 * Source: Freeman & Halton 1951; Mehta & Patel, JASA 1983;78:427. Yardstick: stats::fisher.test.
 */
export function fisherTable(
  table: CrossTable,
  { workLimit = 40_000_000, draws = 100_000, seed = 1 }: FisherTableOptions = {},
): FisherTable {
  checkTable(table);
  const all = margins(table);
  let rows = all.rows.filter((r) => r > 0);
  let columns = all.columns.filter((c) => c > 0);
  if (rows.length < 2 || columns.length < 2) return { ok: false, problem: 'empty margin' };
  if (rows.length > columns.length) [rows, columns] = [columns, rows];
  rows.sort((a, b) => a - b);
  columns.sort((a, b) => b - a);
  const logFactorial = Float64Array.from({ length: all.n + 1 }, (_, i) => logGamma(i + 1));
  const cells = table.flat().reduce((sum, count) => sum - logFactorial[count]!, 0);
  const network = new Network(rows, columns, logFactorial, workLimit);
  const p = network.sum(cells);
  if (p !== undefined) return { ok: true, method: 'exact', p: Math.min(1, p) };
  return drawn(rows, columns, logFactorial, cells, draws, seed);
}

/** A partial table: what is left of the rows, and past sums of cell logarithms with how often each occurs. */
interface Node {
  readonly rest: readonly number[];
  readonly past: Map<number, number>;
}

class Network {
  private readonly rows: readonly number[];
  private readonly columns: readonly number[];
  private readonly logFactorial: Float64Array;
  private readonly workLimit: number;
  private readonly base: number;
  private readonly bounds: Map<number, readonly [most: number, least: number]>[];
  private work = 0;

  constructor(rows: readonly number[], columns: readonly number[], logFactorial: Float64Array, workLimit: number) {
    this.rows = rows;
    this.columns = columns;
    this.logFactorial = logFactorial;
    this.workLimit = workLimit;
    this.base = rows.at(-1)! + 1;
    this.bounds = columns.map(() => new Map());
  }

  /** Total probability of tables whose cells' logarithms don't exceed `observed`; undefined where it takes too many steps. */
  sum(observed: number): number | undefined {
    const { rows, columns, logFactorial } = this;
    if (this.base ** rows.length > Number.MAX_SAFE_INTEGER) return undefined; // rests couldn't be numbered
    const constant = [...rows, ...columns].reduce((sum, m) => sum + logFactorial[m]!, 0) - logFactorial.at(-1)!;
    const critical = observed + EQUAL;
    let p = 0;
    let layer = new Map<number, Node>([[this.key(rows), { rest: rows, past: new Map([[0, 1]]) }]]);
    for (let k = 0; k < columns.length; k++) {
      const next = new Map<number, Node>();
      for (const { rest, past } of layer.values()) {
        const [most, least] = this.completions(k, rest);
        if (this.work > this.workLimit) return undefined;
        const mass = constant + this.logMass(k, rest);
        const open: [number, number][] = [];
        for (const [scaled, weight] of past) {
          const log = scaled * SAME;
          if (log + most <= critical) p += weight * Math.exp(log + mass);
          else if (log + least <= critical) open.push([scaled, weight]);
        }
        if (open.length === 0) continue;
        this.forEachColumn(rest, columns[k]!, (left, log) => {
          const key = this.key(left);
          let node = next.get(key);
          if (node === undefined) {
            node = { rest: left.slice(), past: new Map() };
            next.set(key, node);
          }
          const step = Math.round(log / SAME);
          const { past: into } = node;
          for (const [scaled, weight] of open) into.set(scaled + step, (into.get(scaled + step) ?? 0) + weight);
          this.work += open.length;
        });
        if (this.work > this.workLimit) return undefined;
      }
      layer = next;
    }
    return p;
  }

  private key(rest: readonly number[]): number {
    let key = 0;
    for (const count of rest) key = key * this.base + count;
    return key;
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
    if (k === this.columns.length) return [0, 0];
    const key = this.key(rest);
    const known = this.bounds[k]!.get(key);
    if (known !== undefined) return known;
    let most = Number.NEGATIVE_INFINITY;
    let least = Number.POSITIVE_INFINITY;
    if (this.work <= this.workLimit) {
      this.forEachColumn(rest, this.columns[k]!, (left, log) => {
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

  /** Every way to take a column of `total` from the rests: what is left, in ascending order (a buffer), and the sum of -log cell!. */
  private forEachColumn(rest: readonly number[], total: number, visit: (left: number[], log: number) => void): void {
    const { logFactorial } = this;
    const size = rest.length;
    const below = [0]; // what the rows before each can still give
    for (const count of rest) below.push(below.at(-1)! + count);
    const taken = new Array<number>(size).fill(0);
    const fill = (row: number, left: number, log: number): void => {
      if (row === 0) {
        taken[0] = left;
        const sorted = rest.map((count, i) => count - taken[i]!);
        insertionSort(sorted);
        visit(sorted, log - logFactorial[left]!);
        return;
      }
      const to = Math.min(rest[row]!, left);
      for (let count = Math.max(0, left - below[row]!); count <= to; count++) {
        taken[row] = count;
        fill(row - 1, left - count, log - logFactorial[count]!);
      }
    };
    fill(size - 1, total, 0);
  }
}

function insertionSort(values: number[]): void {
  for (let i = 1; i < values.length; i++) {
    const value = values[i]!;
    let j = i - 1;
    for (; j >= 0 && values[j]! > value; j--) values[j + 1] = values[j]!;
    values[j + 1] = value;
  }
}

/** p from tables drawn by shuffling the columns' labels over the rows; the observed table counts as one more. */
function drawn(
  rows: readonly number[],
  columns: readonly number[],
  logFactorial: Float64Array,
  observed: number,
  draws: number,
  seed: number,
): FisherTable {
  const labels = Int32Array.from(columns.flatMap((count, j) => new Array<number>(count).fill(j)));
  const stream = random(seed);
  const cells = new Int32Array(columns.length);
  let extreme = 1;
  for (let draw = 0; draw < draws; draw++) {
    let log = 0;
    let from = 0;
    for (const row of rows) {
      cells.fill(0);
      for (let i = from; i < from + row; i++) {
        const j = i + stream.below(labels.length - i);
        const label = labels[j]!;
        labels[j] = labels[i]!;
        labels[i] = label;
        cells[label]!++;
      }
      from += row;
      for (const count of cells) log -= logFactorial[count]!;
    }
    if (log <= observed + EQUAL) extreme++;
  }
  const p = extreme / (draws + 1);
  return { ok: true, method: 'monte carlo', p, standardError: Math.sqrt((p * (1 - p)) / draws), draws };
}
