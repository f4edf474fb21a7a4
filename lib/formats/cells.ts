import type { Rejected } from './rejected.ts';

/** What tools write into a cell of which they know nothing. */
const NOTHING: ReadonlySet<string> = new Set([
  '',
  '.',
  '-',
  '--',
  '?',
  'NA',
  'na',
  'N/A',
  'NaN',
  'nan',
  'null',
  '[Not Available]',
]);

/** The cell without blanks around it; null where it tells nothing. */
export function known(cell: string | undefined): string | null {
  const text = (cell ?? '').trim();
  return NOTHING.has(text) ? null : text;
}

/** A cell that should hold a number and doesn't. */
export function noNumber(line: number, column: string, value: string): Rejected {
  return {
    line,
    column,
    value: value.slice(0, 200),
    level: 'cell',
    rule: 'not-a-number',
    says: `${column} is no number: it is taken for missing`,
    remedy: 'Correct the number, or leave the cell empty.',
  };
}

/** Where columns are, by any of the names each goes by, without regard to case; -1 where it isn't there. */
export function placesOf<Name extends string>(
  columns: readonly string[],
  names: Readonly<Record<Name, readonly string[]>>,
): Readonly<Record<Name, number>> {
  const lower = columns.map((column) => column.toLowerCase());
  const place = (titles: readonly string[]): number =>
    titles.map((title) => lower.indexOf(title.toLowerCase())).find((at) => at >= 0) ?? -1;
  return Object.fromEntries(
    (Object.entries(names) as [Name, readonly string[]][]).map(([name, titles]) => [name, place(titles)]),
  ) as Record<Name, number>;
}
