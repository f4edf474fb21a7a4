import { buildCalled, type NamedBuild } from '../cohort/index.ts';
import { known } from './cells.ts';

/** A build that nobody sequences by: cells beyond these are no names of builds. */
const MOST = 20;
const LONGEST = 100;

/** Collects the builds that a column of a file names, each at its first row, with how many rows name it. */
export class NamedBuilds {
  readonly #column: string;
  readonly #found = new Map<string, { readonly value: string; readonly line: number; rows: number }>();
  #last: { readonly cell: string; readonly of: { rows: number } } | undefined;

  constructor(column: string) {
    this.#column = column;
  }

  add(line: number, cell: string): void {
    if (this.#last?.cell !== cell) {
      const value = known(cell);
      if (value === null || value === '__UNKNOWN__') return;
      const build = buildCalled(value) ?? value.slice(0, LONGEST);
      const of = this.#found.get(build) ?? { value: value.slice(0, LONGEST), line, rows: 0 };
      if (this.#found.size < MOST) this.#found.set(build, of);
      this.#last = { cell, of };
    }
    this.#last.of.rows += 1;
  }

  list(): readonly NamedBuild[] {
    return Array.from(this.#found, ([build, of]) => ({ build, column: this.#column, ...of }));
  }
}
