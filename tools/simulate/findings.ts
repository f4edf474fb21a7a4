import { SignetError } from '../../lib/base/index.ts';
import type { Cell, Findings } from '../../lib/result/index.ts';

type Row = Readonly<Record<string, Cell>>;

/** An estimate and its 95% interval, on the log scale; NaN where there is none. */
export interface Estimate {
  readonly coefficient: number;
  readonly low: number;
  readonly high: number;
}

/** The rows of a table of findings. Throws `no-table`. */
export function rowsOf({ title, tables }: Findings, id: string): readonly Row[] {
  const table = tables.find((each) => each.id === id);
  if (!table) throw new SignetError('no-table', `${title} has no table ${id}`);
  return table.rows as readonly Row[];
}

/** The one row of a table that has these cells. Throws `no-table`, `no-row`. */
export function rowOf(findings: Findings, id: string, cells: Row): Row {
  const row = rowsOf(findings, id).find((each) => Object.entries(cells).every(([key, cell]) => each[key] === cell));
  if (!row) throw new SignetError('no-row', `the table ${id} of ${findings.title} has no row ${JSON.stringify(cells)}`);
  return row;
}

/** The estimate of a ratio in a row: its coefficient, and the logarithms of its limits. `prefix` is of the adjusted among several. */
export function estimateIn(row: Row, ratio: string, prefix = ''): Estimate {
  const number = (key: string): number => {
    const value = row[`${prefix}${key}`];
    return typeof value === 'number' ? value : Number.NaN;
  };
  return {
    coefficient: number('coefficient'),
    low: Math.log(number(`${ratio}_low`)),
    high: Math.log(number(`${ratio}_high`)),
  };
}
