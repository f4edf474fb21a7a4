import { dayOrders, decidedOrder, parseDate } from '../values/dates.ts';
import { ambiguousPoint, hasDecimalComma, parseNumber, plainNumber } from '../values/numbers.ts';
import type { Value } from '../values/record.ts';
import type { ColumnReading } from './reading.ts';

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

/** Cells that are read in one of several ways that they might have been meant in: kept, and told once a column. */
export interface Interpretation {
  readonly rule: 'decimal-comma' | 'day-order';
  /** Places of the cells. */
  readonly at: readonly number[];
  readonly says: string;
  readonly remedy: string;
}

/** The cells of a column that hold something, by place. */
function heldTexts(column: ColumnReading, cells: readonly string[]): readonly (string | undefined)[] {
  const isMissing = missingTest(column);
  return cells.map((cell) => {
    const text = cellText(cell, column);
    return isMissing(cell.trim()) || isMissing(text) ? undefined : text;
  });
}

function missingTest({ missing }: ColumnReading): (text: string) => boolean {
  const codes = new Set(missing);
  return (text) => text === '' || codes.has(text) || codes.has(plainNumber(text));
}

/**
 * A reader of a column's cells, which are given to it first: what a date means is decided over the column, by its dates of one form that leave
 * no choice.
 */
export function cellReader(
  column: ColumnReading,
  cells: readonly string[],
  key: (identifier: string) => string,
): CellReader {
  const isMissing = missingTest(column);
  const texts = heldTexts(column, cells).filter((text) => text !== undefined);
  const read = valueReader(column, texts, key);
  return (cell) => {
    if (isMissing(cell.trim())) return null; // before a part is cut from it
    const text = cellText(cell, column);
    return isMissing(text) ? null : read(text);
  };
}

/** What {@link cellReader} decided about cells of a column that might have been meant otherwise. */
export function interpretations(column: ColumnReading, cells: readonly string[]): readonly Interpretation[] {
  const texts = heldTexts(column, cells);
  const placesWhere = (holds: (text: string) => boolean): number[] =>
    texts.flatMap((text, at) => (text !== undefined && holds(text) ? [at] : []));
  const told: Interpretation[] = [];
  if (column.type === 'date') {
    const orders = dayOrders(texts.filter((text) => text !== undefined));
    for (const order of ['day-first', 'month-first'] as const) {
      const at = placesWhere((text) => decidedOrder(text, orders) === order);
      const first = order === 'day-first' ? 'day' : 'month';
      told.push({
        rule: 'day-order',
        at,
        says: `could be read two ways and are read with the ${first} first, as the other dates of their form in the column are written`,
        remedy: 'Look at them, or write dates as yyyy-mm-dd.',
      });
    }
  } else if (column.type === 'number' || column.type === 'integer' || column.type === 'duration') {
    told.push({
      rule: 'decimal-comma',
      at: placesWhere((text) => isDecimalComma(column, text)),
      says: 'have a decimal comma, and are read so',
      remedy: 'Write numbers with a decimal point.',
    });
  }
  return told.filter(({ at }) => at.length > 0);
}

function isDecimalComma(column: ColumnReading, text: string): boolean {
  return !isCode(column, text) && hasDecimalComma(BOUND.exec(text)?.[2] ?? text);
}

function isCode({ codes = [] }: ColumnReading, text: string): boolean {
  return codes.some(([code]) => code === text);
}

function valueReader(column: ColumnReading, texts: readonly string[], key: (identifier: string) => string): CellReader {
  switch (column.type) {
    case 'category':
      return column.codes ? coded(column) : inOneLine;
    case 'boolean':
      return column.codes ? coded(column) : yesOrNo;
    case 'date': {
      const orders = dayOrders(texts);
      return (text) => parseDate(text, orders);
    }
    case 'text':
      return inOneLine;
    case 'key':
      return (text) => key(text);
    default:
      return numeric(column, texts);
  }
}

/** A text without breaks of lines and tabs, which a file of cells between tabs has no place for: a blank in their place. */
function inOneLine(text: string): string {
  return text.replaceAll(/[\t\r\n]+/g, ' ');
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

function numeric(column: ColumnReading, texts: readonly string[]): CellReader {
  const { type, codes, bounds, range } = column;
  const meaning = new Map(codes);
  const [low, high] = range ?? [null, null];
  const commas = texts.some((text) => isDecimalComma(column, text));
  return (text) => {
    const code = meaning.get(text);
    const [, side, limit] = (bounds && BOUND.exec(text)) || [];
    const number = limit ?? text;
    const value = typeof code === 'number' ? code : (commas && ambiguousPoint(number)) || parseNumber(number);
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
