import { type DayOrder, dayOrder, parseDate } from './dates.ts';
import { type Comma, commaOfColumn, parseNumber, plainNumber } from './numbers.ts';
import type { ColumnReading } from './reading.ts';
import type { Value } from './record.ts';

/** Why a cell's value isn't used. `row`: it puts the whole row apart. */
export interface CellFault {
  readonly rule: string;
  readonly says: string;
  readonly remedy: string;
  readonly row?: true;
}

/** Makes values of a column's cells. */
export type CellReader = (cell: string) => Value | CellFault;

const YES: ReadonlySet<string> = new Set(['yes', 'true', '1']);
const NO: ReadonlySet<string> = new Set(['no', 'false', '0']);
const BOUND = /^([<>])\s*(.+)$/;

/** The part of a cell that is read, without blanks around it. */
function cellText(cell: string, { part }: ColumnReading): string {
  return (part ? cell.trim().slice(part[0], part[0] + part[1]) : cell).trim();
}

/** A reader of a column's cells, which are given to it first: what a date or a comma means is decided over the column. */
export function cellReader(
  column: ColumnReading,
  cells: readonly string[],
  key: (identifier: string) => string,
): CellReader {
  const missing = new Set(column.missing);
  const isMissing = (text: string): boolean => text === '' || missing.has(text) || missing.has(plainNumber(text));
  const read = valueReader(
    column,
    cells.map((cell) => cellText(cell, column)).filter((text) => !isMissing(text)),
    key,
  );
  return (cell) => {
    if (isMissing(cell.trim())) return null; // before a part is cut from it
    const text = cellText(cell, column);
    return isMissing(text) ? null : read(text);
  };
}

function valueReader(column: ColumnReading, texts: readonly string[], key: (identifier: string) => string): CellReader {
  switch (column.type) {
    case 'category':
      return column.codes ? coded(column) : (text) => text;
    case 'boolean':
      return column.codes ? coded(column) : yesOrNo;
    case 'date': {
      const order: DayOrder = dayOrder(texts);
      return (text) => parseDate(text, order);
    }
    case 'text':
      return (text) => text;
    case 'key':
      return (text) => key(text);
    default:
      return numeric(column, commaOfColumn(texts.map((text) => BOUND.exec(text)?.[2] ?? text)));
  }
}

function coded({ codes }: ColumnReading): CellReader {
  const meaning = new Map(codes);
  return (text) => {
    const value = meaning.get(text) ?? meaning.get(plainNumber(text));
    return (
      value ?? {
        rule: 'not-a-code',
        says: 'this is none of the codes',
        remedy: `The codes are ${listed(meaning.keys())}. Correct the cell, or add the code to the definition.`,
      }
    );
  };
}

function listed(codes: Iterable<string>): string {
  const all = [...codes];
  return all.length > 12 ? `${all.slice(0, 12).join(', ')} and ${all.length - 12} more` : all.join(', ');
}

function yesOrNo(text: string): boolean | CellFault {
  const word = plainNumber(text).toLowerCase();
  if (YES.has(word)) return true;
  if (NO.has(word)) return false;
  return {
    rule: 'not-a-boolean',
    says: 'this is not yes or no',
    remedy: 'Write yes or no, true or false, 1 or 0, or give the codes in the definition.',
  };
}

function numeric(column: ColumnReading, comma: Comma): CellReader {
  const { type, codes, bounds, range } = column;
  const meaning = new Map(codes);
  const [low, high] = range ?? [null, null];
  return (text) => {
    const code = meaning.get(text);
    const [, side, limit] = (bounds && BOUND.exec(text)) || [];
    const value = typeof code === 'number' ? code : parseNumber(limit ?? text, comma);
    if (typeof value !== 'number') return value;
    if (type === 'integer' && !Number.isInteger(value))
      return { rule: 'not-whole', says: 'this is not a whole number', remedy: 'Correct the cell.' };
    if (type === 'duration' && value < 0)
      return {
        rule: 'negative-time',
        says: 'a duration is negative',
        remedy: 'Correct the dates it was computed from.',
        row: true,
      };
    if ((low !== null && value < low) || (high !== null && value > high))
      return {
        rule: 'out-of-range',
        says: `this is not between ${low ?? 'any'} and ${high ?? 'any'}`,
        remedy: 'Correct the cell, or the range in the definition.',
      };
    return side === undefined ? value : `${side}${value}`;
  };
}
