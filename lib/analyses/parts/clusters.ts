import type { CohortFrame, Column } from '../../cohort/index.ts';
import { groupingOf } from './grouping.ts';

/** Who belong together: by patient row a number, -1 where it isn't known. */
export interface Clusters {
  readonly title: string;
  readonly columns: readonly string[];
  readonly codes: Int32Array;
}

/** Clusters as a request names them: the values of a variable, of which there may be any number, or groups. Throws what groups throw. */
export function clustersOf(frame: CohortFrame, asked: string): Clusters {
  const variable = frame.variables().find(({ name }) => name === asked);
  if (variable === undefined) return groupingOf(frame, asked, '/cluster');
  const values = valuesOf(frame.variable(asked, '/cluster'));
  const place = new Map([...new Set(values)].map((value, i) => [value, i]));
  return {
    title: variable.label ?? asked,
    columns: [asked],
    codes: Int32Array.from(values, (value) => (value === null ? -1 : place.get(value)!)),
  };
}

/** By row what a column holds, missing as null. */
function valuesOf(column: Column): (number | string | null)[] {
  if (column.type === 'text') return [...column.values];
  if (column.type === 'category') return Array.from(column.codes, (code) => (code < 0 ? null : code));
  if (column.type === 'boolean') return Array.from(column.values, (value) => (value > 1 ? null : value));
  return Array.from(column.values, (value) => (Number.isNaN(value) ? null : value));
}
