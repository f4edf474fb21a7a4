/** A cell: text, a number, a truth value, or nothing. */
type CsvCell = string | number | boolean | null;

/**
 * A table as CSV (RFC 4180, lines end with CRLF, UTF-8 without a mark). Text that a spreadsheet would run as a formula gets an apostrophe
 * before it, which {@link openSource} takes off; numbers stay as they are.
 */
export function writeCsv(columns: readonly string[], rows: Iterable<readonly CsvCell[]>): string {
  const lines = [columns.map(cellOf).join(',')];
  for (const row of rows) lines.push(row.map(cellOf).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

/** As many apostrophes as there are, and what a spreadsheet takes for the beginning of a formula. */
const RUNS = /^'*[=+\-@\t\r]/;

function cellOf(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = RUNS.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]|^\s|\s$|^#/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
