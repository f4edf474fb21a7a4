/** Counts by row and column; every row as long as the first. */
export type Counts = readonly (readonly number[])[];

/** Which cells of a table are held back. */
export type Held = readonly (readonly boolean[])[];

/** What somebody who knows the margins and the cells that are shown can tell of a cell: it lies between these, and may be either. */
export interface CellBounds {
  readonly row: number;
  readonly column: number;
  readonly low: number;
  readonly high: number;
}

/** How a node of the flow was reached. */
interface Step {
  readonly from: number;
  readonly spare: number;
}

/** A table's held cells as flows from rows to columns: what may be moved about without a margin changing. */
class Flows {
  readonly #rows: number;
  readonly #columns: number;
  readonly #held: Held;
  readonly #flow: number[][];

  constructor(counts: Counts, held: Held) {
    this.#rows = counts.length;
    this.#columns = counts[0]?.length ?? 0;
    this.#held = held;
    this.#flow = counts.map((row) => [...row]);
  }

  /** Moves as much as can be into a cell (`sign` 1) or out of it (-1), and says what the cell then holds. */
  most(row: number, column: number, sign: 1 | -1): number {
    const [from, to] = sign === 1 ? [this.#rows + column, row] : [row, this.#rows + column];
    const bound = sign === 1 ? Number.POSITIVE_INFINITY : this.#flow[row]![column]!;
    let moved = 0;
    while (moved < bound) {
      const steps = this.#path(from, to, [row, column]);
      if (steps === undefined) break;
      const spare = Math.min(bound - moved, ...steps.map((step) => step.spare));
      this.#push(steps, spare);
      moved += spare;
    }
    this.#flow[row]![column]! += sign * moved;
    return this.#flow[row]![column]!;
  }

  /** A way in the residual graph, without the cell itself: from a row any held cell may grow, from a column it may only shrink. */
  #path(
    from: number,
    to: number,
    without: readonly [number, number],
  ): { from: number; to: number; spare: number }[] | undefined {
    const reached = new Map<number, Step | undefined>([[from, undefined]]);
    const queue = [from];
    for (let at = queue.shift(); at !== undefined && !reached.has(to); at = queue.shift())
      for (const [next, spare] of this.#next(at, without))
        if (spare > 0 && !reached.has(next)) {
          reached.set(next, { from: at, spare });
          queue.push(next);
        }
    if (!reached.has(to)) return undefined;
    const steps: { from: number; to: number; spare: number }[] = [];
    for (let at = to, step = reached.get(at); step !== undefined; step = reached.get(at)) {
      steps.push({ from: step.from, to: at, spare: step.spare });
      at = step.from;
    }
    return steps;
  }

  *#next(at: number, [row, column]: readonly [number, number]): Generator<readonly [number, number]> {
    if (at < this.#rows) {
      for (let j = 0; j < this.#columns; j++)
        if (this.#held[at]![j] && !(at === row && j === column)) yield [this.#rows + j, Number.POSITIVE_INFINITY];
      return;
    }
    const j = at - this.#rows;
    for (let i = 0; i < this.#rows; i++)
      if (this.#held[i]![j] && !(i === row && j === column)) yield [i, this.#flow[i]![j]!];
  }

  #push(steps: readonly { from: number; to: number }[], amount: number): void {
    for (const { from, to } of steps)
      if (from < this.#rows) this.#flow[from]![to - this.#rows]! += amount;
      else this.#flow[to]![from - this.#rows]! -= amount;
  }
}

/**
 * The interval of every held cell that margins and shown cells leave possible, exactly: a transportation problem, solved by augmenting flows
 * from the true table. The attacker of Cox, J Am Stat Assoc 1980;75:377, and of Fischetti & Salazar, Math Program 1999;84:283.
 */
export function cellBounds(counts: Counts, held: Held): CellBounds[] {
  return held.flatMap((row, i) =>
    row.flatMap((hidden, j): CellBounds[] => {
      if (!hidden) return [];
      const low = new Flows(counts, held).most(i, j, -1);
      const high = new Flows(counts, held).most(i, j, 1);
      return [{ row: i, column: j, low, high }];
    }),
  );
}
