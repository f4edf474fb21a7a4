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

export type Row = ResultTable['rows'][number];

/** A page shows so many characters of a cell; the CSV has all. */
export const MOST_CHARACTERS = 400;
/** Stands where there is neither a value nor a reason. */
const NOTHING = '\u2013';

const PRINT: Readonly<Record<Exclude<ResultColumn['format'], 'text'>, (x: number) => string>> = {
  count: printCount,
  number: printNumber,
  share: printShare,
  ratio: printRatio,
  p: printP,
};

/** A cell of a row; null where the row has none of that key. */
export function cellOf(row: Row, key: string | undefined): Cell {
  return key !== undefined && Object.hasOwn(row, key) ? row[key]! : null;
}

function numberOf(row: Row, key: string): number | null {
  const value = cellOf(row, key);
  return typeof value === 'number' ? value : null;
}

/** What a cell shows: the number as journals print it, with its interval, or the reason why there is none. */
export function cellText(row: Row, { key, format, low, high, why }: ResultColumn): string {
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
export function headText({ label, unit, low, high }: ResultColumn, level: number | undefined): string {
  const interval =
    low === undefined || high === undefined ? '' : level === undefined ? 'interval' : `${printLevel(level)} CI`;
  return [label, unit === undefined ? '' : `, ${unit}`, interval === '' ? '' : ` (${interval})`].join('');
}
