import type { ResultColumn, ResultTable } from '../result/index.ts';
import { cellText, headText } from './cell-text.ts';

/** A table of so many columns and so few rows is read better turned: a page is narrower than it is long. */
const TURNED = { columns: 8, rows: 3 };

/** What a cell says, and whether it is a number, which is set to the right. */
export interface GridCell {
  readonly text: string;
  readonly number: boolean;
  /** Whether it says what the cell above it says: a covariate before each of its levels. Journals print it once. */
  readonly again?: boolean;
}

/** A table as it is set on a page. */
export interface Grid {
  readonly head: readonly GridCell[];
  readonly body: readonly (readonly GridCell[])[];
  /** Whether the first cell of each row says what the row is of. */
  readonly rowHeads: boolean;
}

/** Whether a table is set with its columns as rows. */
export function isTurned({ columns, rows }: Pick<ResultTable, 'columns' | 'rows'>): boolean {
  return columns.length >= TURNED.columns && rows.length > 0 && rows.length <= TURNED.rows;
}

const isNumber = ({ format }: ResultColumn): boolean => format !== 'text';

/**
 * The first `most` rows of a table as they are set: as they come, or where they are few and long, turned, each column a row under the values of the
 * first. `level` is that of the intervals, if the request says it.
 */
export function gridOf(table: ResultTable, most: number, level: number | undefined): Grid {
  const { columns, rows } = table;
  const [first, ...others] = columns;
  if (first !== undefined && isTurned(table)) {
    return {
      head: [
        { text: headText(first, level), number: false },
        ...rows.map((row) => ({ text: cellText(row, first), number: true })),
      ],
      body: others.map((column) => [
        { text: headText(column, level), number: false },
        ...rows.map((row) => ({ text: cellText(row, column), number: true })),
      ]),
      rowHeads: true,
    };
  }
  const rowHeads = first !== undefined && !isNumber(first);
  const body = rows
    .slice(0, most)
    .map((row) => columns.map((column): GridCell => ({ text: cellText(row, column), number: isNumber(column) })));
  return {
    head: columns.map((column) => ({ text: headText(column, level), number: isNumber(column) })),
    body:
      rowHeads && others[0]?.format === 'text' && standTogether(body)
        ? body.map((row, i) => withoutRepeat(row, body[i - 1]))
        : body,
    rowHeads,
  };
}

/** Whether all rows of a label follow one another: covariates by level do, pairs of genes by p don't. */
function standTogether(body: readonly (readonly GridCell[])[]): boolean {
  const runs = body.map(([head]) => head?.text).filter((text, i, all) => i === 0 || text !== all[i - 1]);
  return new Set(runs).size === runs.length;
}

function withoutRepeat(row: readonly GridCell[], above: readonly GridCell[] | undefined): readonly GridCell[] {
  const [head, ...rest] = row;
  return head === undefined || head.text === '' || head.text !== above?.[0]?.text
    ? row
    : [{ ...head, again: true }, ...rest];
}
