import { isSignetError } from '../base/index.ts';
import { calledLikePatient, IdentifierScreen, type SeenTable } from '../cohort/index.ts';
import { openSource } from '../formats/index.ts';

type Open = () => Promise<AsyncIterable<Uint8Array>>;

/** Rows of a table that are looked at. */
const MOST_ROWS = 5_000;
const MOST_CHARACTERS = 500;
/** Rows by which a header is told. */
const ROWS_TO_TELL = 1_000;
/** Lines in which a header is looked for, where the first is a title. */
const MOST_TITLE_LINES = 5;

/**
 * A table with its header: where the first line holds a title, the first below it that names the columns of the rows; both lines where groups
 * of columns stand above their names. Throws what `openSource` throws.
 */
export async function readTable(open: Open, file: string, sheet?: string): Promise<SeenTable> {
  const at = { file, ...(sheet !== undefined && { sheet }) };
  const header = await headerOf(open, at);
  const said = header === undefined ? {} : { header };
  const source = await openSource(await open(), { ...at, ...said });
  try {
    const screen = new IdentifierScreen(source.columns, new Set(), new Map(), calledLikePatient(source.columns));
    const rows: (readonly string[])[] = [];
    for await (const batch of source.rows)
      for (const row of batch) {
        if ('rule' in row) continue;
        screen.add(row.cells);
        if (rows.length < MOST_ROWS) rows.push(row.cells.map(beginning));
      }
    return { ...at, ...said, columns: source.columns, rows, identifying: screen.findings() };
  } finally {
    source.close();
  }
}

/** Columns that certainly tell who somebody is. */
export function certainOf(screen: IdentifierScreen): SeenTable['identifying'] {
  return screen.findings().flatMap(({ column, holds, certain }) => (certain ? [{ column, holds }] : []));
}

/** A cell's beginning, which tells its type: a copy, so that a long one isn't kept. */
function beginning(cell: string): string {
  return cell.length <= MOST_CHARACTERS ? cell : Buffer.from(cell.slice(0, MOST_CHARACTERS)).toString();
}

interface Place {
  readonly file: string;
  readonly sheet?: string;
}

/** A table's first rows under one header. */
interface Look {
  /** Its line, of several the last. */
  readonly line: number;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Whether most rows fit the header, and it has more than one name. */
  readonly fitting: boolean;
}

async function headerOf(open: Open, at: Place): Promise<number | readonly number[] | undefined> {
  const first = await look(open, at);
  let [header, chosen]: [number | undefined, Look] = [undefined, first];
  for (let line = 2; !chosen.fitting && line <= MOST_TITLE_LINES; line += 1) {
    const other = await tried(open, at, line);
    if (other?.fitting) [header, chosen] = [line, other];
  }
  if (!chosen.fitting) return undefined;
  const both = await tried(open, at, [chosen.line, chosen.line + 1]);
  if (!both?.fitting || !isNamedBelow(chosen, both)) return header;
  if (hasGroups(chosen, both)) return [chosen.line, both.line];
  return (await tried(open, at, both.line))?.fitting ? both.line : header; // above it a title of several cells
}

/** Whether the line below names columns that the header doesn't, and is no row of the table. */
function isNamedBelow({ columns, rows: [below = [], ...rows] }: Look, both: Look): boolean {
  const names = below.map((cell) => cell.trim());
  return (
    namesIn(both.columns) > namesIn(columns) &&
    names.every((name, i) => name !== '' || (columns[i] ?? '') !== '') &&
    names.every((name) => name === '' || /^[^\d<>=+-]*\p{L}/u.test(name)) &&
    names.every((name, i) => name === '' || rows.every((row) => row[i]?.trim() !== name))
  );
}

/** Whether columns are named above alone, or several by one name above. */
function hasGroups({ columns, rows: [below = []] }: Look, both: Look): boolean {
  if (columns.some((name, i) => name !== '' && (below[i] ?? '').trim() === '')) return true;
  const above = both.columns.flatMap((name) => (name.includes(' / ') ? [name.slice(0, name.indexOf(' / '))] : []));
  return new Set(above).size < above.length;
}

function namesIn(columns: readonly string[]): number {
  return columns.filter((name) => name !== '').length;
}

async function tried(open: Open, at: Place, header: number | readonly number[]): Promise<Look | undefined> {
  return look(open, at, header).catch((error: unknown) => {
    if (!isSignetError(error)) throw error; // nothing in that line, or a name twice
    return undefined;
  });
}

async function look(open: Open, at: Place, header?: number | readonly number[]): Promise<Look> {
  const source = await openSource(await open(), { ...at, ...(header !== undefined && { header }) });
  try {
    const rows: (readonly string[])[] = [];
    let misfits = 0;
    for await (const batch of source.rows) {
      for (const row of batch) {
        if (!('rule' in row)) rows.push(row.cells.map(beginning));
        else if (row.level === undefined) misfits += 1;
      }
      if (rows.length + misfits >= ROWS_TO_TELL) break;
    }
    const fitting = rows.length > misfits && namesIn(source.columns) > 1;
    return { line: source.headerLine, columns: source.columns, rows, fitting };
  } finally {
    source.close();
  }
}
