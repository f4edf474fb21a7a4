import { dayNumber } from '../../base/index.ts';

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

const SHORT_YEAR = /^\d{1,2}([-/.])\s?(?:\d{1,2}|[A-Za-z]{3})\1\s?\d{2}$/;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Whether the day or the month comes first, where both come before the year. */
type DayOrder = 'day-first' | 'month-first' | 'both' | 'unknown';

/** What stands between the parts of a date that can be read two ways: each is a form of its own. */
type Form = '/' | '-';

/** What a column's dates of each form tell. */
export type DayOrders = Readonly<Record<Form, DayOrder>>;

/** What the dates of a column that leave no choice tell of those of their form that do: 25/3/2021 can only have the day first. */
export function dayOrders(cells: Iterable<string>): DayOrders {
  const seen = { '/': { day: false, month: false }, '-': { day: false, month: false } };
  for (const cell of cells) {
    const [, first, form, second] = YEAR_LAST.exec(withoutTime(cell)) ?? [];
    if (Number(first) > 12) seen[form as Form].day = true;
    if (Number(second) > 12) seen[form as Form].month = true;
  }
  const orderOf = ({ day, month }: { readonly day: boolean; readonly month: boolean }): DayOrder =>
    day && month ? 'both' : day ? 'day-first' : month ? 'month-first' : 'unknown';
  return { '/': orderOf(seen['/']), '-': orderOf(seen['-']) };
}

/** The order by which a date is read that alone could be read two ways; undefined where there is no choice, or none is made. */
export function decidedOrder(cell: string, orders: DayOrders): 'day-first' | 'month-first' | undefined {
  const [, first, form, second] = YEAR_LAST.exec(withoutTime(cell)) ?? [];
  if (form === undefined || Number(first) > 12 || Number(second) > 12 || Number(first) === Number(second))
    return undefined;
  const order = orders[form as Form];
  return order === 'day-first' || order === 'month-first' ? order : undefined;
}

/** A cell as a day number: a date is a day, whatever the clock beside it says. No time zone is involved. */
export function parseDate(cell: string, orders: DayOrders): number | DateFault {
  const text = withoutTime(cell);
  const [, y, , m, d] = YEAR_FIRST.exec(text) ?? [];
  if (y !== undefined) return day(y, m!, d!);
  const [, cy, cm, cd] = COMPACT.exec(text) ?? [];
  if (cy !== undefined) return day(cy, cm!, cd!);
  const [, dd, dm, dy] = DOTTED.exec(text) ?? [];
  if (dd !== undefined) return day(dy!, dm!, dd);
  const [, first, form, second, year] = YEAR_LAST.exec(text) ?? [];
  if (first !== undefined) return eitherOrder(first, second!, year!, orders[form as Form]);
  const [, nd, name, ny] = NAMED.exec(text) ?? [];
  const month = MONTHS.indexOf((name ?? '').slice(0, 3).toLowerCase());
  if (nd !== undefined && month >= 0) return day(ny!, String(month + 1), nd);
  if (PARTIAL.test(text))
    return {
      rule: 'partial-date',
      says: 'the date is not complete: its day is not known',
      remedy: 'Complete it, or leave it empty.',
    };
  const says = SHORT_YEAR.test(text) ? 'the year has two digits: its century is not known' : 'this is not a date';
  return { rule: 'not-a-date', says, remedy: REMEDY };
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
  if (Number(first) > 12 || Number(first) === Number(second)) return day(year, second, first);
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
