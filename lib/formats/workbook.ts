import { readXlsx } from 'hucre/xlsx';
import { type Place, SignetError } from '../base/index.ts';
import { fault } from './fault.ts';
import { type Held, hold } from './held.ts';
import { LIMITS } from './limits.ts';
import type { Rejected } from './rejected.ts';
import type { RawRow, Span } from './rows.ts';
import {
  type ListedSheet,
  type OpenPart,
  type Outline,
  readDateFormats,
  readOutline,
  readStrings,
  TooManyStrings,
} from './workbook/outline.ts';
import { type CellsMean, DisorderlySheet, type SheetRow, SheetRows } from './workbook/sheet.ts';
import { EndlessXml, readXml } from './workbook/xml.ts';
import { inspect, partsOf } from './zip.ts';

const TAKE_IT_AS_CSV = 'Save it again with Excel or LibreOffice, or save the sheet as CSV.';

/** A sheet as text, its rows with the numbers that Excel shows. */
export interface SheetText {
  readonly sheet: string;
  /** In batches, to be read once; a row ends with its last cell that isn't empty. Memory doesn't grow with the sheet. */
  readonly batches: AsyncIterable<readonly RawRow[]>;
  /** What is wrong with cells. */
  readonly notes: readonly Rejected[];
  /** Lets go of the workbook where it isn't read to its end. */
  readonly close: () => Promise<void>;
}

/** Which sheet, and in which lines cells may be merged that matter. */
interface Wanted {
  readonly sheet?: string;
  readonly header?: number | readonly number[];
}

/**
 * The sheet that is named, else the first that is not hidden. Of formulas the value counts that was saved with them; nothing is computed or
 * fetched. The sheet is streamed; what is held is each text that its cells share, once.
 * Throws `archive-not-read` where the archive is no workbook, `over-limit`, `undecodable`, `no-header` where there is no such sheet.
 */
export async function readSheet(
  bytes: AsyncIterable<Uint8Array>,
  file: string,
  { sheet: wanted, header }: Wanted = {},
): Promise<SheetText> {
  const held = await holdWorkbook(bytes, file);
  try {
    const book = await openBook(held, file);
    const sheet =
      wanted === undefined ? firstOf(book.outline) : book.outline.sheets.find(({ name }) => name === wanted);
    if (!sheet) throw noSheet(wanted, book.outline, file);
    const mean = await meanOf(book);
    const { merged, notes } = await survey(book, sheet, mean, Array.isArray(header) ? header : []);
    return {
      sheet: sheet.name,
      notes,
      batches: untilRead(held, rowsOf(book, sheet, mean, merged)),
      close: () => held.close(),
    };
  } catch (error) {
    await held.close();
    throw error;
  }
}

/**
 * The visible sheets of a workbook that have cells, in order; `first`: the one that is read where no sheet is named. `hidden`: the hidden ones, too.
 */
export async function sheetNames(
  content: AsyncIterable<Uint8Array>,
  file: string,
  { hidden = false }: { readonly hidden?: boolean } = {},
): Promise<readonly { readonly name: string; readonly first: boolean }[]> {
  const held = await holdWorkbook(content, file);
  try {
    const book = await openBook(held, file);
    const found: { readonly name: string; readonly first: boolean }[] = [];
    const first = firstOf(book.outline);
    const mean = await meanOf(book);
    for (const sheet of book.outline.sheets) {
      if ((sheet.hidden && !hidden) || (sheet.part === undefined && sheet !== first)) continue;
      for await (const _ of rowsOf(book, sheet, mean)) {
        found.push({ name: sheet.name, first: sheet === first });
        break;
      }
    }
    return found;
  } finally {
    await held.close();
  }
}

/** Throws `undecodable` where a workbook's parts don't hold together; no sheet is read. */
export async function refuseDamaged(bytes: Buffer, file: string): Promise<void> {
  await readXlsx(bytes, { sheets: () => false }).catch((error: unknown) => {
    throw fault('undecodable', 'the workbook is damaged: no copy of it can be marked', { file }, TAKE_IT_AS_CSV, error);
  });
}

function holdWorkbook(bytes: AsyncIterable<Uint8Array>, file: string): Promise<Held> {
  return hold(bytes, file, LIMITS.workbookBytes, () =>
    fault(
      'over-limit',
      `the workbook has more than ${LIMITS.workbookBytes} bytes`,
      { file },
      'Save the sheet that is meant as CSV.',
    ),
  );
}

/** A workbook within the limits, open. */
interface Book {
  readonly file: string;
  readonly outline: Outline;
  readonly open: OpenPart;
  /** Parts in which formulas, or merged cells, may stand. */
  readonly formulas: ReadonlySet<string>;
  readonly merges: ReadonlySet<string>;
}

async function openBook(held: Held, file: string): Promise<Book> {
  const formulas = new Set<string>();
  const merges = new Set<string>();
  await inspect(held, file, {
    look: (part, text) => {
      if (!formulas.has(part) && (text.includes('<f') || text.includes(':f'))) formulas.add(part);
      if (!merges.has(part) && text.includes('mergeCell')) merges.add(part);
    },
  });
  const open = await partsOf(held);
  return { file, open, formulas, merges, outline: await faultsOf(file, () => readOutline(open)) };
}

/** The first sheet that is to be seen and has cells, as a sheet that is one chart hasn't. */
function firstOf({ sheets }: Outline): ListedSheet | undefined {
  const visible = sheets.filter(({ hidden }) => !hidden);
  return visible.find(({ part }) => part !== undefined) ?? visible[0];
}

function meanOf({ file, open, outline: { strings, styles, from1904 } }: Book): Promise<CellsMean> {
  return faultsOf(file, async () => ({
    strings: await readStrings(open, strings),
    dates: await readDateFormats(open, styles),
    from1904,
  }));
}

function noSheet(wanted: string | undefined, { sheets }: Outline, file: string): SignetError {
  return fault(
    'no-header',
    wanted === undefined ? 'the workbook has no visible sheet' : `the workbook has no sheet ${wanted}`,
    { file, ...(wanted !== undefined && { sheet: wanted }) },
    `Its sheets are: ${sheets.map(({ name }) => name).join(', ')}. Correct \`sheet\` in the definition.`,
  );
}

async function* untilRead<T>(held: Held, batches: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* batches;
  } finally {
    await held.close();
  }
}

/** What stands behind a sheet's rows, or is to be known before the first of them. */
interface Surveyed {
  readonly merged: ReadonlyMap<number, readonly Span[]>;
  readonly notes: readonly Rejected[];
}

/** Cells that are named one by one; the rest are counted in one more. */
const MOST_NOTES = 10_000;

/** Reads the sheet once for what its rows need, where its bytes say that there is something. */
async function survey(book: Book, sheet: ListedSheet, mean: CellsMean, header: readonly number[]): Promise<Surveyed> {
  const merged = new Map<number, Span[]>();
  const notes: Rejected[] = [];
  const part = sheet.part ?? '';
  const below = header.length > 1 && book.merges.has(part);
  if (!below && !book.formulas.has(part)) return { merged, notes };
  let beyond = 0;
  const rows = new SheetRows(mean, {
    withoutValue: (line, column, formula) => {
      if (notes.length < MOST_NOTES) notes.push(withoutValue(line, column, formula));
      else beyond += 1;
    },
    merged: (line, span) => {
      if (below && header.includes(line)) merged.set(line, [...(merged.get(line) ?? []), span]);
    },
  });
  for await (const _ of parsed(book, sheet, rows)) rows.take();
  if (beyond > 0) notes.push({ ...notes.at(-1)!, rows: beyond });
  return { merged, notes };
}

/** The sheet's rows, a piece of it at a time. */
async function* rowsOf(
  book: Book,
  sheet: ListedSheet,
  mean: CellsMean,
  merged: Surveyed['merged'] = new Map(),
): AsyncGenerator<readonly RawRow[]> {
  const reader = new SheetRows(mean);
  let width = 0;
  for await (const _ of parsed(book, sheet, reader)) {
    const rows = reader.take();
    for (const { line, cells } of rows) {
      width = Math.max(width, cells.length);
      if (line * width > LIMITS.sheetCells) throw tooManyCells(line, width, { file: book.file, sheet: sheet.name });
    }
    if (rows.length > 0) yield merged.size === 0 ? rows : rows.map((row) => withMerged(row, merged.get(row.line)));
  }
}

/** The row with the cells of the last span, which hold nothing. */
function withMerged({ line, cells }: SheetRow, spans: readonly Span[] | undefined): RawRow {
  if (!spans) return { line, cells };
  const width = Math.max(cells.length, ...spans.map(([, last]) => last + 1));
  return { line, cells: Array.from({ length: width }, (_, i) => cells[i] ?? ''), merged: spans };
}

function tooManyCells(rows: number, columns: number, place: Place): SignetError {
  return fault(
    'over-limit',
    `the sheet has ${rows} rows of ${columns} cells and more; at most ${LIMITS.sheetCells} cells are read`,
    place,
    'Delete what stands far below or right of the table, or save the sheet as CSV.',
  );
}

async function* parsed({ file, open }: Book, { name, part = '' }: ListedSheet, rows: SheetRows): AsyncGenerator<void> {
  const bytes = await faultsOf(file, async () => open(part));
  if (!bytes) throw damaged(new TypeError(`the part of sheet ${name} is not there`), file);
  try {
    yield* readXml(bytes, rows);
  } catch (error) {
    throw damaged(error, file);
  }
}

async function faultsOf<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw damaged(error, file);
  }
}

/** What is wrong with a workbook whose XML couldn't be read on. */
function damaged(error: unknown, file: string): SignetError {
  if (error instanceof SignetError) return error;
  if (error instanceof TooManyStrings || error instanceof EndlessXml)
    return fault('over-limit', 'the workbook holds more text than is read', { file }, TAKE_IT_AS_CSV, error);
  if (error instanceof DisorderlySheet)
    return fault('undecodable', 'rows or cells of the sheet are not in order', { file }, TAKE_IT_AS_CSV, error);
  return fault('undecodable', 'the workbook is damaged or not as Excel writes it', { file }, TAKE_IT_AS_CSV, error);
}

function withoutValue(line: number, column: number, formula: string): Rejected {
  return {
    line,
    column: letters(column),
    value: `=${formula}`.slice(0, 200),
    level: 'cell',
    rule: 'formula-without-value',
    says: 'the cell holds a formula that was saved without its value: it is taken for empty',
    remedy: 'Open the workbook in Excel or LibreOffice and save it, or replace the formula by its value.',
  };
}

/** 0 is A, 26 is AA. */
function letters(column: number): string {
  const rest = Math.floor(column / 26);
  return (rest > 0 ? letters(rest - 1) : '') + String.fromCharCode(65 + (column % 26));
}
