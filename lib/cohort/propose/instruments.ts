import type { SeenTable } from './inputs.ts';

/** A table, or the rows of one instrument of it. */
export interface Part {
  readonly seen: SeenTable;
  readonly only?: Readonly<Record<string, readonly string[]>>;
  /** Name of a repeating instrument. */
  readonly event?: string;
}

const INSTRUMENT = 'redcap_repeat_instrument';

/** REDCap writes repeating instruments into the rows of one table: each is a table of its own. */
export function instrumentsOf(seen: SeenTable): Part[] {
  const at = seen.columns.indexOf(INSTRUMENT);
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
    return { seen: of, only: { [INSTRUMENT]: [name] }, ...(name !== '' && { event: name }) };
  });
}
