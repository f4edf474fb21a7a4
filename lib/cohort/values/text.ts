import type { Alteration } from './record.ts';

/** A row of a table as text, before the dictionary makes values of it. */
export interface TextRow {
  /** 1-based, as a text editor or a spreadsheet counts. */
  readonly line: number;
  /** In order of the source's columns; an empty cell is ''. */
  readonly cells: readonly string[];
}

/** An alteration as its file tells of it, before its specimen has an opaque key. */
export type AlterationText = Omit<Alteration, 'specimen'>;
