import type { FrameTables, Panel } from '../../cohort/index.ts';
import type { Sample } from './people.ts';

/** What a study's files of genes are made of. */
export interface StudyGenes {
  readonly tables: FrameTables;
  readonly panels: Readonly<Record<string, Panel>>;
  readonly samples: readonly Sample[];
  /** cBioPortal's identifier. */
  readonly study: string;
  readonly build: string | undefined;
}

/** Rows of the alterations that one file is of: how their cells are read, and what their specimens are called. */
export interface Rows {
  readonly cell: (name: string, row: number) => string;
  readonly rows: readonly number[];
  readonly sample: (row: number) => string;
}
