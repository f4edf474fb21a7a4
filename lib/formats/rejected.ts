import type { Problem, TextRow } from '../cohort/index.ts';

/** What is wrong with a row, or with a cell of it; the file goes on. */
export interface Rejected {
  readonly line: number;
  readonly column?: string;
  readonly value?: string;
  /** Stable id, kebab-case. */
  readonly rule: string;
  readonly says: string;
  readonly remedy: string;
  /** Absent: the row is set apart. `cell`: the cell is empty in a row that comes beside this. `warning`: nothing is lost. */
  readonly level?: Extract<Problem['level'], 'cell' | 'warning'>;
  /** Of a row set apart, what could be read: its specimen and gene as the file has them. */
  readonly specimen?: string;
  readonly gene?: string;
  /** Of a ragged row, its cells as far as there are any. */
  readonly cells?: readonly string[];
  /** Rows concerned, where one stands for several. */
  readonly rows?: number;
  /** Of a row set apart that names several: the specimens and genes that could be read, as the file has them. */
  readonly missing?: readonly { readonly specimen: string; readonly gene: string }[];
}

/** Told apart by `'rule' in row`. */
export type Row = TextRow | Rejected;

/** Rows in order of the file, a batch at a time; the cells of a row are those of the columns `at`. */
export type RowsOf = (at?: readonly number[]) => AsyncIterable<readonly Row[]>;

/** Rows of a batch. */
export const BATCH = 1000;

/** Whether a row has nothing in it. */
export function isEmpty(cells: readonly string[]): boolean {
  return cells.every((cell) => cell.trim() === '');
}

/** A row whose cells don't fit under the header. */
export function ragged(line: number, found: number, width: number, cells: readonly string[]): Rejected {
  return {
    line,
    rule: 'ragged-row',
    says: `the row has ${found} cells, the header ${width}`,
    remedy:
      found > width
        ? 'Look for a separator inside a cell: put such a cell in quotes, or take the separator out.'
        : 'Look for a line break inside a cell, or for cells that were left out at the end.',
    cells,
  };
}
