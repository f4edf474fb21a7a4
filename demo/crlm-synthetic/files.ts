import { writeXlsx } from 'hucre/xlsx';
import { dayNumber } from '../../lib/base/index.ts';
import { writeCsv } from '../../lib/formats/index.ts';
import { COLUMNS, FILES, NOTICE, type SiteTables, type TableName } from './tables.ts';

/** Files by their keys in the cohort. */
export type SiteFiles = Readonly<Record<string, string | Uint8Array>>;

const CSV = ['treatment', 'response', 'surgery', 'specimens'] as const;

/** A workbook holds no clock: the same cohort is the same bytes. */
const NO_TIME = new Date(0);

/** The tables as the site's files, each with a notice where a person sees it. */
export async function filesOf(tables: SiteTables): Promise<SiteFiles> {
  const csv = CSV.map((name) => [FILES[name], `${NOTICE}\r\n${writeCsv(COLUMNS[name], cellsOf(tables, name))}`]);
  const tabbed = (['mutations', 'segments'] as const).map((name) => [
    FILES[name],
    [NOTICE, ...[COLUMNS[name], ...cellsOf(tables, name)].map((cells) => cells.join('\t')), ''].join('\n'),
  ]);
  const panels = tables.panels.map((panel) => [
    `panels/${panel.id}.json`,
    `${JSON.stringify({ about: 'SYNTHETIC: an invented panel', ...panel }, null, 1)}\n`,
  ]);
  return Object.fromEntries([[FILES.clinical, await workbook(tables)], ...csv, ...tabbed, ...panels]);
}

/** Cells of a table's rows, in order of its columns. */
export function cellsOf(tables: SiteTables, name: TableName): readonly (readonly string[])[] {
  return tables[name].map((row) => COLUMNS[name].map((column) => row[column] ?? ''));
}

/** Dates are real dates and numbers numbers, as Excel has them; what is neither is text. */
async function workbook(tables: SiteTables): Promise<Uint8Array> {
  const rows = [[NOTICE], [...COLUMNS.clinical], ...cellsOf(tables, 'clinical').map((cells) => cells.map(typedCell))];
  return writeXlsx({
    sheets: [{ name: 'SYNTHETIC clinical', rows }],
    properties: { title: 'SYNTHETIC: invented patients', created: NO_TIME, modified: NO_TIME },
  });
}

function typedCell(cell: string): string | number | Date | null {
  if (cell === '') return null;
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(cell) ?? [];
  if (year !== undefined) return new Date(dayNumber(Number(year), Number(month), Number(date))! * 86_400_000);
  return /^\d+(\.\d+)?$/.test(cell) ? Number(cell) : cell;
}
