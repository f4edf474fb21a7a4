import { type Column, MISSING, type Table } from '../../cohort/index.ts';

/** A cell of a column as text that reads as itself; '' where it is missing. */
export function cellText(column: Column | undefined, row: number): string {
  switch (column?.type) {
    case 'number':
      return Number.isNaN(column.values[row]!) ? '' : String(column.values[row]!);
    case 'date':
      return Number.isNaN(column.values[row]!)
        ? ''
        : new Date(column.values[row]! * 86_400_000).toISOString().slice(0, 10);
    case 'boolean':
      return column.values[row] === MISSING ? '' : column.values[row] === 1 ? 'true' : 'false';
    case 'category':
      return column.levels[column.codes[row]!] ?? '';
    case 'text':
      return column.values[row] ?? '';
    default:
      return '';
  }
}

/** Reads a table's cells by the name of their column. */
export function cellsOf(table: Table): (name: string, row: number) => string {
  return (name, row) => cellText(table.columns.get(name), row);
}

/** Lines of cells between tabs; what would break a line or a cell is a blank. */
export function tabText(rows: Iterable<readonly string[]>): string {
  let text = '';
  for (const row of rows) text += `${row.map((cell) => cell.replaceAll(/[\t\r\n]+/g, ' ')).join('\t')}\n`;
  return text;
}

/** A meta file: a field a line. */
export function metaText(fields: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(fields)
    .flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${value.replaceAll(/\s+/g, ' ')}\n`]))
    .join('');
}
