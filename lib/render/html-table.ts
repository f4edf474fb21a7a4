import { printCount, type ResultColumn, type ResultTable } from '../result/index.ts';
import { cellOf, cellText, headText, MOST_CHARACTERS, type Row } from './cell-text.ts';
import { type Markup, markup } from './markup.ts';

/** A page shows so many rows of a table; the CSV has all. */
const MOST_ROWS = 200;

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
