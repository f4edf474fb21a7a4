import { SignetError } from '../base/index.ts';
import type { Cell, ResultDocument, ResultTable } from '../result/index.ts';
import { stampsOf } from './stamps.ts';

/** A spreadsheet runs a text that begins so as a formula; apostrophes before it are counted in, so that taking one off gives the text back. */
const FORMULA = /^'*[=+\-@\t\r]/;

/** A cell as RFC 4180 has it, quoted also where a reader might trim it or take it for a comment; an apostrophe before a text that a spreadsheet would run, numbers untouched. */
function field(value: Cell | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]|^\s|\s$|^#/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function line(cells: readonly (Cell | undefined)[]): string {
  return `${cells.map(field).join(',')}\r\n`;
}

/** The keys of a table: each column's with those of its interval and reason, then what rows hold beside them. */
function keysOf({ columns, rows }: ResultTable): string[] {
  const shown = columns.flatMap(({ key, low, high, why }) => [key, low, high, why].filter((k) => k !== undefined));
  return [...new Set([...shown, ...rows.flatMap(Object.keys)])];
}

function block(
  title: readonly string[],
  keys: readonly string[],
  rows: readonly Readonly<Record<string, Cell>>[],
): string {
  return [line(title), line(keys), ...rows.map((row) => line(keys.map((key) => own(row, key))))].join('');
}

function own(row: Readonly<Record<string, Cell>>, key: string): Cell | undefined {
  return Object.hasOwn(row, key) ? row[key] : undefined;
}

/** What must not be parted from the numbers: where they come from, and what a reader has to know. */
function about({ id, content, engine, cohort, frame, refused, findings }: ResultDocument): string {
  const { title, counts, warnings, tables, report } = findings;
  const parts = report?.parts ?? [];
  const rows: [string, Cell][] = [
    ['title', title],
    ['cohort', cohort.name],
    ['cohort title', cohort.title],
    ['patients', counts.patients],
    ['patients used', counts.used],
    ['events', counts.events],
    ...counts.excluded.map(({ reason, patients }): [string, Cell] => ['left out', `${reason}: ${patients}`]),
    ...warnings.map(({ code, says }): [string, Cell] => [`warning ${code}`, says]),
    ...parts.flatMap(({ id: part, findings: said }) =>
      (said?.warnings ?? []).map(({ code, says }): [string, Cell] => [`warning ${part} ${code}`, says]),
    ),
    ...refused.map(({ source, reason, answeredFrom }): [string, Cell] => [
      'source refused',
      `${source}: ${reason}; answered from ${answeredFrom}`,
    ]),
    ...tables.flatMap(({ id: table, notes }) => notes.map((note): [string, Cell] => [`note to ${table}`, note])),
    ['engine', engine],
    ['frame', frame.digest],
    ['revision', frame.revision],
    ['result', id],
    ['content', content],
  ];
  return block(
    ['About this result'],
    ['what', 'says'],
    rows.map(([what, says]) => ({ what, says })),
  );
}

/** Every table of a document; those of a report's items have the item's name before their own: `T3/terms`. */
function tablesOf({ findings: { tables, report } }: ResultDocument): ResultTable[] {
  const parts = report?.parts ?? [];
  const named = (id: string, table: ResultTable) => ({
    ...table,
    id: `${id}/${table.id}`,
    title: `${id}: ${table.title}`,
  });
  return [...tables, ...parts.flatMap(({ id, findings }) => (findings?.tables ?? []).map((table) => named(id, table)))];
}

/**
 * All tables of a document: for each a line with its title (and the document's stamps), a line of keys, and the rows with every key they
 * hold and every digit; an empty line after each. The last table says what the result is of. With an id only that table.
 * Throws `not-found` where the document has none of that id.
 */
export function renderCsv(document: ResultDocument, tableId?: string): string {
  const stamps = stampsOf(document);
  const all = tablesOf(document);
  const tables = tableId === undefined ? all : all.filter(({ id }) => id === tableId);
  if (tables.length === 0 && tableId !== undefined)
    throw new SignetError('not-found', 'The result has no such table', {
      remedy: `Its tables are ${all.map(({ id }) => id).join(', ')}.`,
    });
  const blocks = tables.map((table) => block([table.title, ...stamps], keysOf(table), table.rows));
  return [...blocks, about(document)].join('\r\n');
}
