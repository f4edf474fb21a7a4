import type { SeenTable } from './inputs.ts';

/** A table, or the rows of one instrument of it. */
export interface Part {
  readonly seen: SeenTable;
  readonly only?: Readonly<Record<string, readonly string[]>>;
  /** Name of a repeating instrument. */
  readonly event?: string;
}

/** As exports of raw data and of labels call it. */
const INSTRUMENT: readonly string[] = ['redcap_repeat_instrument', 'Repeat Instrument'];

/** Whether a column says which row of a repeating instrument a row is. */
export function isRepeating(column: string): boolean {
  return column.startsWith('redcap_repeat_') || /^Repeat (?:Instrument|Instance)$/.test(column);
}

/** REDCap writes repeating instruments into the rows of one table: each is a table of its own. */
export function instrumentsOf(seen: SeenTable): Part[] {
  const at = seen.columns.findIndex((column) => INSTRUMENT.includes(column));
  if (at < 0) return [{ seen }];
  const names = [...new Set(seen.rows.map((row) => (row[at] ?? '').trim()))].sort();
  return names.map((name): Part => {
    const rows = seen.rows.filter((row) => (row[at] ?? '').trim() === name);
    // An instrument's rows hold only its own fields.
    const used = seen.columns.map((column, i) => (rows.some((row) => (row[i] ?? '').trim() !== '') ? column : ''));
    const of: SeenTable = {
      ...seen,
      rows,
      columns: used,
      identifying: seen.identifying.filter(({ column }) => used.includes(column)),
    };
    return { seen: of, only: { [seen.columns[at]!]: [name] }, ...(name !== '' && { event: name }) };
  });
}
