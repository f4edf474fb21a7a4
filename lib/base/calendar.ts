/** Mean days of a month and of a year (Gregorian): durations are computed in days and shown in months. */
export const DAYS_PER_MONTH = 30.4375;
export const DAYS_PER_YEAR = 365.25;

const MILLISECONDS_PER_DAY = 86_400_000;

/** Days since 1970-01-01 of a calendar date, or `undefined` where there is no such date (2021-02-30). No time zone is involved. */
export function dayNumber(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const same = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return same ? date.getTime() / MILLISECONDS_PER_DAY : undefined;
}

/** `yyyy-mm-dd` of a day number. */
export function isoDate(days: number): string {
  return new Date(days * MILLISECONDS_PER_DAY).toISOString().slice(0, 10);
}
