/** Exponents are cut here: what is weighed so lies where the rest of its table has no probability. */
const MOST_EXPONENT = 650;
const MOST_WEIGHT = 1e280;
const LEAST_WEIGHT = 1e-280;

/** exp, but never so large that a product with another is infinite. */
export function boundedExp(exponent: number): number {
  return Math.exp(Math.min(MOST_EXPONENT, exponent));
}

/** Whether a weight was cut or is about to vanish, so that the next must be made of its logarithm and not from this one. */
export function isOutOfRange(weight: number): boolean {
  return !(weight > LEAST_WEIGHT && weight < MOST_WEIGHT);
}

/** Every way to fill the last two columns from what is left of the rows. */
interface Ways {
  readonly count: number;
  /** Sums of -log cell!, and their exponentials less the scale; only the first `count` are meant. */
  readonly logs: Float64Array;
  readonly weights: Float64Array;
  readonly scale: number;
}

/**
 * The last two columns of a table, of which one decides the other, for any rest of the rows: how much weight have the ways whose logarithm doesn't
 * exceed a limit? The logarithms are put into as many equal steps as there are ways; a limit then cuts one step, which holds about one way.
 */
export class LastTwoColumns {
  readonly most: number;
  readonly least: number;
  /** Of all ways, as every weight in units of exp(scale), which is about the most probable way's. */
  readonly weight: number;
  readonly scale: number;
  readonly count: number;
  private readonly perLog: number;
  /** By step: its first way (with an end), and the weight of all before it. */
  private readonly from: Int32Array;
  private readonly before: Float64Array;
  private readonly logs: Float64Array;
  private readonly weights: Float64Array;

  /** `rest` is what is left of the rows, of which the first column takes `total`. */
  constructor(rest: readonly number[], total: number, logFactorial: Float64Array) {
    const { count, logs, weights, scale } = waysOf(rest, total, logFactorial);
    let most = Number.NEGATIVE_INFINITY;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < count; i++) {
      if (logs[i]! > most) most = logs[i]!;
      if (logs[i]! < least) least = logs[i]!;
    }
    this.count = count;
    this.scale = scale;
    this.most = most;
    this.least = least;
    this.perLog = most > least ? (count - 1) / (most - least) : 0;
    this.from = new Int32Array(count + 1);
    this.before = new Float64Array(count);
    this.logs = new Float64Array(count);
    this.weights = new Float64Array(count);
    this.weight = this.arrange(logs, weights);
  }

  /** Weight of the ways whose logarithm is at most `limit`, which lies between `least` and `most`. */
  weightUpTo(limit: number): number {
    const { from, logs, weights } = this;
    const step = this.stepOf(limit);
    let sum = this.before[step]!;
    for (let i = from[step]!, to = from[step + 1]!; i < to; i++) if (logs[i]! <= limit) sum += weights[i]!;
    return sum;
  }

  private stepOf(log: number): number {
    return ((log - this.least) * this.perLog) | 0;
  }

  /** Puts the ways into their steps; answers the weight of all. */
  private arrange(logs: Float64Array, weights: Float64Array): number {
    const { count, from, before } = this;
    for (let i = 0; i < count; i++) from[this.stepOf(logs[i]!) + 1]!++;
    for (let step = 0; step < count; step++) from[step + 1]! += from[step]!;
    const next = from.slice();
    for (let i = 0; i < count; i++) {
      const to = next[this.stepOf(logs[i]!)]!++;
      this.logs[to] = logs[i]!;
      this.weights[to] = weights[i]!;
    }
    let sum = 0;
    for (let step = 0; step < count; step++) {
      before[step] = sum;
      for (let i = from[step]!, to = from[step + 1]!; i < to; i++) sum += this.weights[i]!;
    }
    return sum;
  }
}

function waysOf(rest: readonly number[], total: number, logFactorial: Float64Array): Ways {
  let logs = new Float64Array(256);
  let weights = new Float64Array(256);
  let count = 0;
  const [first, second] = rest as [number, number];
  const below = [0];
  for (const size of rest) below.push(below.at(-1)! + size);
  const scale = proportional(rest, total / below.at(-1)!, logFactorial);
  /** The first two rows share what is left; each next way's weight follows from the one before. */
  const share = (left: number, log: number): void => {
    const to = Math.min(second, left);
    let weight = 0;
    for (let cell = Math.max(0, left - first); cell <= to; cell++) {
      const [a, b, c] = [left - cell, second - cell, first - left + cell];
      const way = log - logFactorial[cell]! - logFactorial[a]! - logFactorial[b]! - logFactorial[c]!;
      if (isOutOfRange(weight)) weight = boundedExp(way - scale);
      if (count === logs.length) {
        logs = longer(logs);
        weights = longer(weights);
      }
      logs[count] = way;
      weights[count++] = weight;
      weight *= (a * b) / ((cell + 1) * (c + 1));
    }
  };
  const fill = (row: number, left: number, log: number): void => {
    if (row === 1) {
      share(left, log);
      return;
    }
    const size = rest[row]!;
    for (let cell = Math.max(0, left - below[row]!), to = Math.min(size, left); cell <= to; cell++) {
      fill(row - 1, left - cell, log - logFactorial[cell]! - logFactorial[size - cell]!);
    }
  };
  fill(rest.length - 1, total, 0);
  return { count, logs, weights, scale };
}

/** The sum of -log cell! where the first of two columns takes about its share of each row. */
export function proportional(rest: readonly number[], share: number, logFactorial: Float64Array): number {
  let log = 0;
  for (const count of rest) {
    const cell = Math.round(count * share);
    log -= logFactorial[cell]! + logFactorial[count - cell]!;
  }
  return log;
}

function longer(values: Float64Array): Float64Array<ArrayBuffer> {
  const more = new Float64Array(2 * values.length);
  more.set(values);
  return more;
}
