import { isSignetError } from '../base/index.ts';
import { type Problem, parseDefinition, planReading, type Reading } from '../cohort/index.ts';
import { type Mark, openSource } from '../formats/index.ts';
import { documentName } from './names.ts';
import type { AnswerPorts, CohortName } from './ports.ts';

/** Columns of a sheet, as its table is read. */
interface SheetColumns {
  readonly sheet: string | undefined;
  readonly columns: readonly string[];
}

/** Problems of a workbook as cells of it. One that names no column stands at the first cell of its row, one that names no row at the first cell. */
export async function marksOf(
  key: string,
  problems: readonly Problem[],
  open: () => Promise<AsyncIterable<Uint8Array>>,
  reading: Reading | undefined,
): Promise<readonly Mark[]> {
  const sheets = await columnsOf(key, reading, open);
  return problems.map((problem) => {
    const { sheet, columns } = sheets.find((each) => problem.sheet !== undefined && each.sheet === problem.sheet) ??
      sheets.find((each) => problem.column !== undefined && each.columns.includes(problem.column)) ??
      sheets[0] ?? { sheet: problem.sheet, columns: [] };
    return {
      ...(sheet !== undefined && { sheet }),
      row: problem.line ?? 1,
      column: placeOf(problem.column, columns),
      level: problem.level,
      text: `${problem.level}: ${problem.says} (${problem.rule})\n${problem.remedy}`,
    };
  });
}

/** By the name of a column, else by the letters that a workbook calls it. */
function placeOf(column: string | undefined, columns: readonly string[]): number {
  const at = column === undefined ? 0 : columns.indexOf(column);
  if (at >= 0) return at;
  if (!/^[A-Z]{1,3}$/.test(column!)) return 0;
  return [...column!].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

/** How the definition in force has a source read; undefined where it has none. */
export async function readingOf(
  cohort: CohortName,
  key: string,
  definition: string | undefined,
  { documents }: Pick<AnswerPorts, 'documents'>,
): Promise<Reading | undefined> {
  const bytes = definition === undefined ? undefined : await documents.get(cohort, documentName.definition(definition));
  return bytes && planReading(parseDefinition(new TextDecoder().decode(bytes), 'cohort.yaml'), key);
}

/** The columns of each sheet that is read; a sheet that can't be has none. */
async function columnsOf(
  file: string,
  reading: Reading | undefined,
  open: () => Promise<AsyncIterable<Uint8Array>>,
): Promise<readonly SheetColumns[]> {
  const tables = reading?.tables.length ? reading.tables : [{}];
  const sheets: SheetColumns[] = [];
  for (const { sheet, header } of tables as readonly { sheet?: string; header?: number | readonly number[] }[]) {
    try {
      const source = await openSource(await open(), {
        file,
        ...(sheet !== undefined && { sheet }),
        ...(header !== undefined && { header }),
      });
      source.close();
      sheets.push({ sheet: source.sheet, columns: source.columns });
    } catch (error) {
      if (!isSignetError(error)) throw error;
    }
  }
  return sheets;
}
