import { printCount, type ResultTable } from '../result/index.ts';
import { cellOf, MOST_CHARACTERS } from './cell-text.ts';
import { type GridCell, gridOf } from './grid.ts';
import { type Markup, markup } from './markup.ts';

/** A page shows so many rows of a table; the CSV has all. */
const MOST_ROWS = 200;

/** So short a table isn't broken over pages; of so many columns it is set in smaller type. */
const SHORT = 14;
const WIDE = 9;

function headCell({ text, number }: GridCell): Markup {
  return number ? markup`<th scope="col" class="number">${text}</th>` : markup`<th scope="col">${text}</th>`;
}

function bodyRow(cells: readonly GridCell[], rowHeads: boolean): Markup {
  const set = cells.map(({ text, number, again }, i) => {
    if (i === 0 && rowHeads)
      return markup`<th scope="row">${again ? markup`<span class="again">${text}</span>` : text}</th>`;
    return number ? markup`<td class="number">${text}</td>` : markup`<td>${text}</td>`;
  });
  return markup`<tr>${set}</tr>
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
  const { title, notes } = table;
  const below = [...notes, ...cuts(table)];
  const { head, body, rowHeads } = gridOf(table, MOST_ROWS, level);
  const empty =
    body.length === 0 ? markup`<tr><td colspan="${Math.max(1, head.length)}">No rows.</td></tr>` : undefined;
  const kind = ['table', ...(body.length <= SHORT ? ['short'] : []), ...(head.length >= WIDE ? ['wide'] : [])].join(
    ' ',
  );
  return markup`<div class="${kind}">
<table>
<caption><b>${label}.</b> ${title}</caption>
<thead><tr>${head.map(headCell)}</tr></thead>
<tbody>
${empty}${body.map((row) => bodyRow(row, rowHeads))}</tbody>
</table>
${below.map((note) => markup`<p class="note">${note}</p>\n`)}</div>
`;
}
