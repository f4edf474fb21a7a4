import { dayNumber } from '../base/index.ts';

/** A cell that isn't a date: the rule it breaks, and what to say. */
export interface DateFault {
  readonly rule: 'not-a-date' | 'impossible-date' | 'partial-date' | 'ambiguous-date';
  readonly says: string;
  readonly remedy: string;
}

const REMEDY = 'Write the date as yyyy-mm-dd.';

const TIME = /[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;
const YEAR_FIRST = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/;
const DOTTED = /^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})$/;
const YEAR_LAST = /^(\d{1,2})([/-])(\d{1,2})\2(\d{4})$/;
const NAMED = /^(\d{1,2})[-\s.]{1,2}([A-Za-z]{3,9})[-\s.,]{1,2}(\d{4})$/;
const PARTIAL = /^(\d{4}|\d{4}[-/.]\d{1,2}|\d{1,2}[/.]\d{4})$/;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Whether a column writes the day or the month first, where both come before the year. */
export type DayOrder = 'day-first' | 'month-first' | 'both' | 'unknown';

/** What the dates of a column that leave no choice tell of those that do: 25/3/2021 can only have the day first. */
export function dayOrder(cells: Iterable<string>): DayOrder {
  let [day, month] = [false, false];
  for (const cell of cells) {
    const [, first, , second] = YEAR_LAST.exec(withoutTime(cell)) ?? [];
    if (Number(first) > 12) day = true;
    if (Number(second) > 12) month = true;
  }
  if (day && month) return 'both';
  return day ? 'day-first' : month ? 'month-first' : 'unknown';
}

/** A cell as a day number: a date is a day, whatever the clock beside it says. No time zone is involved. */
export function parseDate(cell: string, order: DayOrder): number | DateFault {
  const text = withoutTime(cell);
  const [, y, , m, d] = YEAR_FIRST.exec(text) ?? [];
  if (y !== undefined) return day(y, m!, d!);
  const [, cy, cm, cd] = COMPACT.exec(text) ?? [];
  if (cy !== undefined) return day(cy, cm!, cd!);
  const [, dd, dm, dy] = DOTTED.exec(text) ?? [];
  if (dd !== undefined) return day(dy!, dm!, dd);
  const [, first, , second, year] = YEAR_LAST.exec(text) ?? [];
  if (first !== undefined) return eitherOrder(first, second!, year!, order);
  const [, nd, name, ny] = NAMED.exec(text) ?? [];
  const month = MONTHS.indexOf((name ?? '').slice(0, 3).toLowerCase());
  if (nd !== undefined && month >= 0) return day(ny!, String(month + 1), nd);
  if (PARTIAL.test(text))
    return {
      rule: 'partial-date',
      says: 'the date is not complete: its day is not known',
      remedy: 'Complete it, or leave it empty.',
    };
  return { rule: 'not-a-date', says: 'this is not a date', remedy: REMEDY };
}

function withoutTime(cell: string): string {
  return cell.replace(TIME, '');
}

function day(year: string, month: string, date: string): number | DateFault {
  return (
    dayNumber(Number(year), Number(month), Number(date)) ?? {
      rule: 'impossible-date',
      says: 'there is no such day in the calendar',
      remedy: 'Correct the date.',
    }
  );
}

function eitherOrder(first: string, second: string, year: string, order: DayOrder): number | DateFault {
  if (Number(first) > 12 || first === second) return day(year, second, first);
  if (Number(second) > 12 || order === 'month-first') return day(year, first, second);
  if (order === 'day-first') return day(year, second, first);
  return {
    rule: 'ambiguous-date',
    says:
      order === 'both'
        ? 'the column has dates with the day first and with the month first: this can be either'
        : 'this can be day and month, or month and day',
    remedy: REMEDY,
  };
}
