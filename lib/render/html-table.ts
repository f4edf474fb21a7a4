import {
  type Cell,
  printCount,
  printEstimate,
  printLevel,
  printNumber,
  printP,
  printRatio,
  printShare,
  type ResultColumn,
  type ResultTable,
} from '../result/index.ts';
import { type Markup, markup } from './markup.ts';

type Row = ResultTable['rows'][number];

/** A page shows so many rows of a table and so many characters of a cell; the CSV has all. */
const MOST_ROWS = 200;
const MOST_CHARACTERS = 400;
/** Stands where there is neither a value nor a reason. */
const NOTHING = '\u2013';

const PRINT: Readonly<Record<Exclude<ResultColumn['format'], 'text'>, (x: number) => string>> = {
  count: printCount,
  number: printNumber,
  share: printShare,
  ratio: printRatio,
  p: printP,
};

function cellOf(row: Row, key: string | undefined): Cell {
  return key !== undefined && Object.hasOwn(row, key) ? row[key]! : null;
}

function numberOf(row: Row, key: string): number | null {
  const value = cellOf(row, key);
  return typeof value === 'number' ? value : null;
}

/** What a cell shows: the number as journals print it, with its interval, or the reason why there is none. */
function cellText(row: Row, { key, format, low, high, why }: ResultColumn): string {
  const value = cellOf(row, key);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return shortened(value);
  const reason = String(cellOf(row, why) ?? '');
  if (format === 'text') return value === null ? reason : String(value);
  const limits =
    low === undefined || high === undefined ? undefined : { low: numberOf(row, low), high: numberOf(row, high) };
  const unsaid = reason === '' && limits !== undefined && (limits.low === null) !== (limits.high === null);
  return printEstimate(value, limits, unsaid ? NOTHING : reason, PRINT[format]) || NOTHING;
}

function shortened(text: string): string {
  const characters = [...text];
  return characters.length > MOST_CHARACTERS ? `${characters.slice(0, MOST_CHARACTERS).join('')}…` : text;
}

/** The head of a column: what it is, in which unit, and that an interval stands with it. */
function headText({ label, unit, low, high }: ResultColumn, level: number | undefined): string {
  const interval =
    low === undefined || high === undefined ? '' : level === undefined ? 'interval' : `${printLevel(level)} CI`;
  return [label, unit === undefined ? '' : `, ${unit}`, interval === '' ? '' : ` (${interval})`].join('');
}

function bodyRow(row: Row, columns: readonly ResultColumn[]): Markup {
  const cells = columns.map((column, i) => {
    const text = cellText(row, column);
    if (i === 0 && column.format === 'text') return markup`<th scope="row">${text}</th>`;
    return column.format === 'text' ? markup`<td>${text}</td>` : markup`<td class="number">${text}</td>`;
  });
  return markup`<tr>${cells}</tr>
`;
}

/** What was left off to keep the page readable. */
function cuts({ rows, columns }: ResultTable): string[] {
  const long = rows.slice(0, MOST_ROWS).some((row) =>
    columns.some(({ key }) => {
      const value = cellOf(row, key);
      return typeof value === 'string' && [...value].length > MOST_CHARACTERS;
    }),
  );
  return [
    ...(rows.length > MOST_ROWS
      ? [`These are the first ${MOST_ROWS} of ${printCount(rows.length)} rows; the CSV form of this result has all.`]
      : []),
    ...(long ? ['Long lists are cut here (…); the CSV form of this result has them whole.'] : []),
  ];
}

/** A table with its caption, which begins with its label, above and its notes below; `level` is that of the intervals if the request says it. */
export function htmlTable(table: ResultTable, label: string, level: number | undefined): Markup {
  const { title, columns, rows, notes } = table;
  const below = [...notes, ...cuts(table)];
  const head = columns.map((column) =>
    column.format === 'text'
      ? markup`<th scope="col">${headText(column, level)}</th>`
      : markup`<th scope="col" class="number">${headText(column, level)}</th>`,
  );
  const empty =
    rows.length === 0 ? markup`<tr><td colspan="${Math.max(1, columns.length)}">No rows.</td></tr>` : undefined;
  return markup`<div class="table">
<table>
<caption><b>${label}.</b> ${title}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${empty}${rows.slice(0, MOST_ROWS).map((row) => bodyRow(row, columns))}</tbody>
</table>
${below.map((note) => markup`<p class="note">${note}</p>\n`)}</div>
`;
}
