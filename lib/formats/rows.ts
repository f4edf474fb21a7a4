import { isEmpty, type Row, ragged } from './rejected.ts';

/** A row before it is held against the header. */
export interface RawRow {
  readonly line: number;
  readonly cells: readonly string[];
  /** Of a workbook, cells that were merged with the first of them, which holds what all say; by their places from 0 on. */
  readonly merged?: readonly Span[];
}

/** Cells of a row from the first to the last. */
export type Span = readonly [first: number, last: number];

/** What rows have to fit. */
export interface Shape {
  /** Columns up to the last that has a name, and all the header's cells. */
  readonly named: number;
  readonly width: number;
  /** Cells wanted, in this order; all named ones where absent. */
  readonly at?: readonly number[];
}

/** Rows of one source, to be read once: first the header's, one by one, then the rest in batches. */
export interface RowReader {
  next(): Promise<RawRow | undefined>;
  rest(shape: Shape): AsyncIterable<readonly Row[]>;
}

/** The row under the header; undefined where it is empty. Empty cells at the end are no fault; where cells stand in columns, neither are others. */
function fitted({ line, cells }: RawRow, { named, width, at }: Shape, inColumns: boolean): Row | undefined {
  if (isEmpty(cells)) return undefined;
  if (inColumns) return { line, cells: at ? at.map((i) => cells[i] ?? '') : padded(cells, named) };
  const picked = at ? at.map((i) => cells[i] ?? '') : cells.length === named ? cells : cells.slice(0, named);
  let used = cells.length;
  while (used > width && cells[used - 1] === '') used -= 1;
  return used < named || used > width ? ragged(line, used, width, picked) : { line, cells: picked };
}

function padded(cells: readonly string[], named: number): readonly string[] {
  return cells.length === named ? cells : Array.from({ length: named }, (_, i) => cells[i] ?? '');
}

/** Batches read again as rows one by one, until the rest is wanted. */
export class BatchReader implements RowReader {
  readonly #inColumns: boolean;
  readonly #batches: AsyncIterator<readonly (RawRow | Row)[]>;
  #batch: readonly (RawRow | Row)[] = [];
  #next = 0;

  /** `inColumns`: a row may end before the header does, and what stands beyond its names is no part of the table, as in a sheet. */
  constructor(batches: AsyncIterable<readonly (RawRow | Row)[]>, inColumns = false) {
    this.#inColumns = inColumns;
    this.#batches = batches[Symbol.asyncIterator]();
  }

  async next(): Promise<RawRow | undefined> {
    for (;;) {
      for (; this.#next < this.#batch.length; ) {
        const row = this.#batch[this.#next++]!;
        if (!('rule' in row)) return row;
      }
      const { done, value } = await this.#batches.next();
      if (done) return undefined;
      this.#batch = value;
      this.#next = 0;
    }
  }

  async *rest(shape: Shape): AsyncGenerator<readonly Row[]> {
    try {
      for (;;) {
        const rows: Row[] = [];
        for (const row of this.#batch.slice(this.#next)) {
          const fit = 'rule' in row ? row : fitted(row, shape, this.#inColumns);
          if (fit) rows.push(fit);
        }
        if (rows.length > 0) yield rows;
        const { done, value } = await this.#batches.next();
        if (done) return;
        this.#batch = value;
        this.#next = 0;
      }
    } finally {
      await this.#batches.return?.();
    }
  }
}
