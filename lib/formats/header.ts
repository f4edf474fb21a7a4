import { fault } from './fault.ts';
import { isEmpty } from './rejected.ts';
import type { RawRow, RowReader } from './rows.ts';

/** What columns are called. */
export interface Header {
  /** Trimmed, up to the last that isn't empty. */
  readonly columns: readonly string[];
  /** Cells of the header's row, empty ones at its end counted. */
  readonly width: number;
  /** Of the last of its lines. */
  readonly line: number;
}

/** Where the header stands. */
export interface HeaderPlace {
  readonly file: string;
  readonly sheet?: string;
  readonly header?: number | readonly number[];
}

/**
 * Reads the header: the lines that are named, their cells joined by ` / ` (what stands in merged cells stands above each column that has a
 * name of its own below), else the first that isn't empty, after comments (`#`) where the file begins with one. Of REDCap's labels the second of
 * a name is numbered. Throws `no-header`, `duplicate-header`.
 */
export async function readHeader(rows: RowReader, place: HeaderPlace): Promise<Header> {
  const found = place.header === undefined ? [await firstRow(rows)] : await namedRows(rows, place.header);
  const width = Math.max(0, ...found.map((row) => row?.cells.length ?? 0));
  const lines = found.map((row) => row?.cells ?? []);
  const above = found.map((row, level) => (row ? spread(row, lines.slice(level + 1)) : []));
  const names = Array.from({ length: width }, (_, i) =>
    above
      .map((cells) => (cells[i] ?? '').trim())
      .filter((part) => part !== '')
      .join(' / '),
  );
  const columns = names.slice(0, names.findLastIndex((name) => name !== '') + 1);
  if (columns.length === 0) throw missing(place);
  const { line } = found.findLast((row) => row !== undefined)!;
  const apart = columns.includes(REDCAP_STATUS) ? numbered(columns) : columns;
  refuseTwice(apart, line, place);
  return { columns: apart, width, line };
}

/** What REDCap calls the status of each form in an export of labels, where other fields may share a label too. */
const REDCAP_STATUS = 'Complete?';

/** Names with the second of a kind as `Complete? (2)`: a project's fields keep their order. */
function numbered(columns: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return columns.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 || name === '' ? name : `${name} (${count})`;
  });
}

/** Cells with what is merged in each of its columns that the lines below name. */
function spread({ cells, merged = [] }: RawRow, below: readonly (readonly string[])[]): readonly string[] {
  if (merged.length === 0 || below.length === 0) return cells;
  const spread = [...cells];
  let next = 0;
  for (const [first, last] of merged.toSorted(([a], [b]) => a - b)) {
    if (first < next) continue; // spans that overlap aren't a workbook's own
    next = Math.min(last + 1, cells.length);
    for (let i = first + 1; i < next; i++)
      if (below.some((line) => (line[i] ?? '').trim() !== '')) spread[i] = cells[first] ?? '';
  }
  return spread;
}

async function firstRow(rows: RowReader): Promise<RawRow | undefined> {
  let comments: boolean | undefined;
  for (let row = await rows.next(); row; row = await rows.next()) {
    if (isEmpty(row.cells)) continue;
    const comment = row.cells[0]!.startsWith('#');
    comments ??= comment;
    if (!comments || !comment) return row;
  }
  return undefined;
}

async function namedRows(rows: RowReader, lines: number | readonly number[]): Promise<(RawRow | undefined)[]> {
  const wanted = typeof lines === 'number' ? [lines] : lines;
  const found = new Map<number, RawRow>();
  const last = Math.max(...wanted);
  for (let row = await rows.next(); row; row = await rows.next()) {
    found.set(row.line, row);
    if (row.line >= last) break;
  }
  return wanted.map((line) => found.get(line));
}

function missing({ file, sheet, header }: HeaderPlace): Error {
  const [line] = typeof header === 'number' ? [header] : (header ?? []);
  return fault(
    'no-header',
    header === undefined
      ? 'no row names the columns: all cells are empty'
      : `there are no names of columns in line ${[header].flat().join(', ')}, where the definition looks for them`,
    { file, ...(sheet !== undefined && { sheet }), ...(line !== undefined && { line }) },
    header === undefined
      ? 'Put the names of the columns into the first row.'
      : 'Correct `header` in the definition, or leave it out: then the first row that is not empty is meant.',
  );
}

function refuseTwice(columns: readonly string[], line: number, { file, sheet }: HeaderPlace): void {
  const seen = new Map<string, number>();
  for (const [i, name] of columns.entries()) {
    const before = seen.get(name);
    if (before !== undefined && name !== '')
      throw fault(
        'duplicate-header',
        `columns ${before + 1} and ${i + 1} are both called ${name}`,
        { file, ...(sheet !== undefined && { sheet }), line, column: name },
        'Give each column a name of its own.',
      );
    seen.set(name, i);
  }
}
