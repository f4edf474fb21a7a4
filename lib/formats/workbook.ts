import { readXlsx, type Sheet } from 'hucre/xlsx';
import type { Place } from '../base/index.ts';
import { collect } from './bytes.ts';
import { fault } from './fault.ts';
import { LIMITS } from './limits.ts';
import type { Rejected } from './rejected.ts';
import type { RawRow, Span } from './rows.ts';
import { inspect } from './zip.ts';

const TAKE_IT_AS_CSV = 'Save it again with Excel or LibreOffice, or save the sheet as CSV.';

/** Rows whose cells are text at once: what isn't asked for yet is as the workbook has it, which takes less room. */
const BATCH_ROWS = 500;

/** A sheet as text, its rows with the numbers that Excel shows. */
export interface SheetText {
  readonly sheet: string;
  /** In batches, to be read once. */
  readonly batches: AsyncIterable<readonly RawRow[]>;
  /** What is wrong with cells. */
  readonly notes: readonly Rejected[];
}

/**
 * The sheet that is named, else the first that is not hidden. Of formulas the value counts that was saved with them; nothing is computed or
 * fetched. Throws `archive-not-read` where the archive is no workbook, `over-limit`, `undecodable`, `no-header` where there is no such sheet.
 */
export async function readSheet(bytes: Buffer, file: string, wanted?: string): Promise<SheetText> {
  await inspect(bytes, file);
  const names: string[] = [];
  let chosen = false;
  const { sheets } = await readXlsx(bytes, {
    sheets: ({ name, hidden, veryHidden }) => {
      names.push(name);
      const take = !chosen && (wanted === undefined ? !hidden && !veryHidden : name === wanted);
      chosen ||= take;
      return take;
    },
  }).catch((error: unknown) => {
    throw fault('undecodable', 'the workbook is damaged or not as Excel writes it', { file }, TAKE_IT_AS_CSV, error);
  });
  const [sheet] = sheets;
  if (!sheet)
    throw fault(
      'no-header',
      wanted === undefined ? 'the workbook has no visible sheet' : `the workbook has no sheet ${wanted}`,
      { file, ...(wanted !== undefined && { sheet: wanted }) },
      `Its sheets are: ${names.join(', ')}. Correct \`sheet\` in the definition.`,
    );
  return textOf(sheet, { file, sheet: sheet.name });
}

/** Throws `undecodable` where a workbook's parts don't hold together; no sheet is read. */
export async function refuseDamaged(bytes: Buffer, file: string): Promise<void> {
  await readXlsx(bytes, { sheets: () => false }).catch((error: unknown) => {
    throw fault('undecodable', 'the workbook is damaged: no copy of it can be marked', { file }, TAKE_IT_AS_CSV, error);
  });
}

function textOf(sheet: Sheet, place: Place): SheetText {
  const width = sheet.rows.reduce((most, row) => Math.max(most, row.length), 0);
  if (width * sheet.rows.length > LIMITS.sheetCells)
    throw fault(
      'over-limit',
      `the sheet has ${sheet.rows.length} rows of ${width} cells; at most ${LIMITS.sheetCells} cells are read`,
      place,
      'Delete what stands far below or right of the table, or save the sheet as CSV.',
    );
  return { sheet: sheet.name, notes: withoutValue(sheet), batches: textRows(sheet, width) };
}

/** Rows as text; each is let go of when it was given. */
async function* textRows(sheet: Sheet, width: number): AsyncGenerator<readonly RawRow[]> {
  const { rows } = sheet;
  const merged = mergedCells(sheet);
  for (let from = 0; from < rows.length; from += BATCH_ROWS) {
    const batch: RawRow[] = [];
    for (let i = from; i < Math.min(rows.length, from + BATCH_ROWS); i++) {
      const row = rows[i]!;
      const spans = merged.get(i);
      const cells = Array.from({ length: width }, (_, column) => cellText(row[column] ?? null));
      batch.push({ line: i + 1, cells, ...(spans && { merged: spans }) });
      rows[i] = [];
    }
    yield batch;
  }
}

/** By row, counted from 0, what lies side by side in one. */
function mergedCells({ merges = [] }: Sheet): ReadonlyMap<number, readonly Span[]> {
  const merged = new Map<number, Span[]>();
  for (const { startRow, startCol, endCol } of merges) {
    if (endCol <= startCol) continue;
    const spans = merged.get(startRow);
    if (spans) spans.push([startCol, endCol]);
    else merged.set(startRow, [[startCol, endCol]]);
  }
  return merged;
}

/** A cell as text that reads as itself: numbers with a point, dates as ISO. */
function cellText(value: Sheet['rows'][number][number]): string {
  if (value === null) return '';
  if (!(value instanceof Date)) return String(value);
  if (Number.isNaN(value.getTime())) return '';
  const [day, time] = value.toISOString().split('T') as [string, string];
  return time === '00:00:00.000Z' ? day : `${day}T${time.slice(0, 8)}`;
}

function withoutValue(sheet: Sheet): Rejected[] {
  const notes: Rejected[] = [];
  for (const [place, { formula, formulaResult }] of sheet.cells ?? []) {
    const [row, column] = place.split(',').map(Number) as [number, number];
    if (formula === undefined || (formulaResult ?? sheet.rows[row]?.[column] ?? null) !== null) continue;
    notes.push({
      line: row + 1,
      column: letters(column),
      value: `=${formula}`.slice(0, 200),
      level: 'cell',
      rule: 'formula-without-value',
      says: 'the cell holds a formula that was saved without its value: it is taken for empty',
      remedy: 'Open the workbook in Excel or LibreOffice and save it, or replace the formula by its value.',
    });
  }
  return notes;
}

/** 0 is A, 26 is AA. */
function letters(column: number): string {
  const rest = Math.floor(column / 26);
  return (rest > 0 ? letters(rest - 1) : '') + String.fromCharCode(65 + (column % 26));
}

/** The visible sheets of a workbook that have cells, in order; `first`: the one that is read where no sheet is named. */
export async function sheetNames(
  content: AsyncIterable<Uint8Array>,
  file: string,
): Promise<readonly { readonly name: string; readonly first: boolean }[]> {
  const bytes = await collect(content, LIMITS.workbookBytes, () =>
    fault('over-limit', `the workbook has more than ${LIMITS.workbookBytes} bytes`, { file }, TAKE_IT_AS_CSV),
  );
  await inspect(bytes, file);
  const { sheets } = await readXlsx(bytes, {
    sheets: ({ hidden, veryHidden }) => !hidden && !veryHidden,
  }).catch((error: unknown) => {
    throw fault('undecodable', 'the workbook is damaged or not as Excel writes it', { file }, TAKE_IT_AS_CSV, error);
  });
  return sheets.flatMap(({ name, rows }, i) => (rows.length > 0 ? [{ name, first: i === 0 }] : []));
}
