import { isTotal, totalIn } from '../reading/total-row.ts';
import type { SeenTable } from './inputs.ts';
import type { Keys } from './keys.ts';

/**
 * A table without rows whose first word is one of totals, for as long as it isn't known which column says whose a row is. Where many are, it is
 * a code of the first column.
 */
export function withoutLikelyTotals(table: SeenTable): SeenTable {
  const rows = table.rows.filter((row) => !isTotal(row.find((cell) => cell.trim() !== '') ?? ''));
  const likely = table.rows.length - rows.length;
  return likely === 0 || likely > MOST_TOTALS || likely * 2 > table.rows.length ? table : { ...table, rows };
}

/** Sums, means and medians of a table; more rows are something else. */
const MOST_TOTALS = 20;

/** A table without the rows that a reader will set apart as totals. */
export function withoutTotals(table: SeenTable, { patient, specimen }: Keys): SeenTable {
  const keys = [patient, specimen].flatMap((name) => (name === undefined ? [] : [table.columns.indexOf(name)]));
  const rows = table.rows.filter((row) => totalIn(row, keys) === undefined);
  return rows.length === table.rows.length ? table : { ...table, rows };
}
