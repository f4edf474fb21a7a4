/** Sums of logarithms that differ by less are of the same cells in another order. */
const SAME = 1e-11;

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

interface LastTwo {
  readonly logs: Float64Array;
  /** In units of exp(scale). */
  readonly sums: Float64Array;
  readonly scale: number;
}

/**
 * Tables with given margins, column by column: what is left of the rows are the nodes, in ascending order since rows may be exchanged.
 * Source: Mehta & Patel, JASA 1983;78:427.
 */
export class FisherNetwork {
  private readonly rows: readonly number[];
  private readonly columns: readonly number[];
  private readonly logFactorial: Float64Array;
  private readonly workLimit: number;
  private readonly base: number;
  private readonly bounds: Map<number, readonly [most: number, least: number]>[];
  private readonly ends = new Map<number, LastTwo>();
  private work = 0;

  constructor(rows: readonly number[], columns: readonly number[], logFactorial: Float64Array, workLimit: number) {
    this.rows = rows;
    this.columns = columns;
    this.logFactorial = logFactorial;
    this.workLimit = workLimit;
    this.base = rows.at(-1)! + 1;
    this.bounds = columns.map(() => new Map());
  }

  /** Total probability of tables whose cells' logarithms don't exceed `critical`; undefined where it takes too many steps. */
  sum(critical: number): number | undefined {
    const { rows, columns, logFactorial } = this;
    if (this.base ** rows.length > Number.MAX_SAFE_INTEGER) return undefined; // rests couldn't be numbered
    const constant = [...rows, ...columns].reduce((sum, m) => sum + logFactorial[m]!, 0) - logFactorial.at(-1)!;
    let p = 0;
    let layer = new Map<number, Node>([[this.key(rows), { rest: rows, past: [0], often: [1] }]]);
    for (let k = 0; k < columns.length - 1; k++) {
      const next = new Map<number, Node>();
      const isLast = k === columns.length - 2;
      for (const node of layer.values()) {
        const { rest, past, often } = isLast ? node : merged(node);
        const [most, least] = this.completions(k, rest);
        if (this.work > this.workLimit) return undefined;
        const mass = constant + this.logMass(k, rest);
        const ends = isLast ? this.lastTwo(rest) : undefined;
        const open: number[] = [];
        for (let i = 0; i < past.length; i++) {
          const log = past[i]! * SAME;
          if (log + most <= critical) p += often[i]! * Math.exp(log + mass);
          else if (log + least > critical) continue;
          else if (ends === undefined) open.push(i);
          else {
            const within = countUpTo(ends.logs, critical - log);
            if (within > 0) p += often[i]! * Math.exp(log + constant + ends.scale) * ends.sums[within - 1]!;
          }
        }
        if (open.length === 0) continue;
        this.forEachColumn(rest, columns[k]!, (left, log) => {
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
    if (k === this.columns.length - 2) {
      const { logs } = this.lastTwo(rest);
      return [logs.at(-1)!, logs[0]!];
    }
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

  /** The last two columns, of which one decides the other: their ways, as sums of -log cell!, ascending, and what is summed up to each. */
  private lastTwo(rest: readonly number[]): LastTwo {
    const key = this.key(rest);
    const known = this.ends.get(key);
    if (known !== undefined) return known;
    const { logFactorial } = this;
    const total = this.columns.at(-2)!;
    const found: number[] = [];
    const below = [0];
    for (const count of rest) below.push(below.at(-1)! + count);
    const fill = (row: number, left: number, log: number): void => {
      const count = rest[row]!;
      if (row === 0) {
        found.push(log - logFactorial[left]! - logFactorial[count - left]!);
        return;
      }
      for (let cell = Math.max(0, left - below[row]!), to = Math.min(count, left); cell <= to; cell++) {
        fill(row - 1, left - cell, log - logFactorial[cell]! - logFactorial[count - cell]!);
      }
    };
    fill(rest.length - 1, total, 0);
    this.work += found.length;
    const logs = Float64Array.from(found).sort();
    const scale = logs.at(-1)!;
    const sums = new Float64Array(logs.length);
    for (let i = 0, sum = 0; i < logs.length; i++) {
      sum += Math.exp(logs[i]! - scale);
      sums[i] = sum;
    }
    const made = { logs, sums, scale };
    this.ends.set(key, made);
    return made;
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

/** How many of ascending values don't exceed a limit. */
function countUpTo(values: Float64Array, limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

function insertionSort(values: number[]): void {
  for (let i = 1; i < values.length; i++) {
    const value = values[i]!;
    let j = i - 1;
    for (; j >= 0 && values[j]! > value; j--) values[j + 1] = values[j]!;
    values[j + 1] = value;
  }
}
