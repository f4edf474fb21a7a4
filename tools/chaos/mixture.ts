import type { Column, Table } from '../../lib/cohort/index.ts';

/** The tables of one frame, read together. */
export interface FrameSeen {
  readonly patients: Table;
  readonly alterations: Table;
}

function numbersIn(column: Column | undefined): number[] {
  return column?.type === 'number' ? [...column.values].filter((value) => !Number.isNaN(value)) : [];
}

/** Which versions of each file the rows of a frame came from: more than one of any is a mixture. */
export function versionsIn({ patients, alterations }: FrameSeen): Readonly<Record<string, readonly number[]>> {
  const distinct = (column: Column | undefined): number[] => [...new Set(numbersIn(column))];
  return {
    'clinical.csv': distinct(patients.columns.get('clinical_version')),
    'extra.tsv': distinct(patients.columns.get('extra_version')),
    'mutations.maf': distinct(alterations.columns.get('position')),
  };
}

/** Files of which the frame holds rows of several versions. */
export function mixedFiles(frame: FrameSeen): readonly string[] {
  return Object.entries(versionsIn(frame))
    .filter(([, versions]) => versions.length > 1)
    .map(([file]) => file);
}
