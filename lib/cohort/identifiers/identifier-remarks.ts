import { NO_PERSON } from './identifier-looks.ts';

/** What a single cell tells by itself, whatever else stands in its column. */
export interface CellTells {
  readonly kind: 'email' | 'record' | 'remark';
  /** Of a person named beside a date: its year, which decides whether she was born then. */
  readonly year?: number;
}

/** Shorter cells hold no address; or no name beside a date, and no record number. */
const LEAST_CHARACTERS = 6;
const LEAST_REMARK = 9;
/** Of a longer cell only the beginning is looked at for names. */
const MOST_CHARACTERS = 20_000;
/** Dates that are looked at in one cell, and how much of it before and after each. */
const MOST_DATES = 20;
const BESIDE = 80;

const EMAIL = /[\p{L}\d._%+-]+@[\p{L}\d-]+(\.[\p{L}\d-]+)*\.\p{L}{2,}/u;
const MONTH =
  '(?:jan|feb|fév|mar|mär|mrz|apr|avr|abr|may|mai|jun|juin|jul|juil|aug|aoû|ago|sep|oct|okt|out|nov|dec|dez|déc|dic|ene)\\p{L}*';
/** A full date; its year in one of three groups. */
const DATE = new RegExp(
  `(?<![\\d.])(?:(\\d{4})[-/.]\\d{1,2}[-/.]\\d{1,2}|\\d{1,2}[-/. ]{1,2}(?:\\d{1,2}[-/.] ?(?=\\d)|${MONTH}[-/., ]{1,2}(?=\\d{4}))(\\d{4}|\\d{2})|${MONTH} \\d{1,2},? (\\d{4}))(?![\\d])`,
  'giu',
);
const NAME = "\\p{Lu}[\\p{L}'’-]+(?:,? \\p{Lu}[\\p{L}.'’-]*){1,3}";
const NAME_BEFORE = new RegExp(`(?:^|[^\\p{L}\\d])(${NAME})[\\s,;:(*]{1,4}$`, 'u');
const NAME_AFTER = new RegExp(`^[\\s,;:)]{1,4}(${NAME})`, 'u');
/** That what follows is the day on which somebody was born. */
const BORN_BEFORE =
  /(?<!\p{L})(?:(?<!gave |giving )birth\p{L}*|born|d\.?o\.?b\.?|geb\.?|geboren\p{L}*|geburts\p{L}+|née?|naissance|nacid[oa]|nacimiento|nat[oa] il|nascid[oa])(?!\p{L})[^\d;!?]{0,20}$/iu;
const RECORD =
  /(?<!\p{L})(?:mrn|ssn|nhs(?: (?:no|number))?|(?:medical record|hospital|chart)[- ](?:no|number)|fall-?nummer)[.:#= ]{0,3}[A-Z]{0,3}-?\d(?:[ -]?\d){5,}/iu;

/** What a cell has that is worth a closer look: two thirds of a date, or the name of a number. */
const MAY_TELL =
  /\d[-/. ]{1,2}[^\s\d]{0,9}\d{0,2}[-/., ]{1,2}\d\d|\d,? \d{4}|mrn|ssn|nhs|record|hospital|chart|nummer/i;

/** Looks for what tells who somebody is in one cell: an address, a record number that is called so, a name or a birth with its date. */
export function toldBy(cell: string): CellTells | undefined {
  if (cell.length < LEAST_CHARACTERS) return undefined;
  if (cell.includes('@') && holdsAddress(cell)) return { kind: 'email' };
  if (cell.length < LEAST_REMARK) return undefined;
  const text = cell.length <= MOST_CHARACTERS ? cell : cell.slice(0, MOST_CHARACTERS);
  if (!MAY_TELL.test(text)) return undefined;
  return personIn(text) ?? (RECORD.test(text) ? { kind: 'record' } : undefined);
}

/** A birth with its date; else the earliest date beside which a person is named. */
function personIn(text: string): CellTells | undefined {
  let earliest: number | undefined;
  let dates = 0;
  for (const found of text.matchAll(DATE)) {
    dates += 1;
    if (dates > MOST_DATES) break;
    const before = text.slice(Math.max(0, found.index - BESIDE), found.index);
    if (BORN_BEFORE.test(before)) return { kind: 'remark' };
    const end = found.index + found[0].length;
    const name = NAME_BEFORE.exec(before)?.[1] ?? NAME_AFTER.exec(text.slice(end, end + BESIDE))?.[1];
    if (name === undefined || NO_PERSON.test(name)) continue;
    const year = yearOf(found[1] ?? found[2] ?? found[3]!);
    earliest = Math.min(earliest ?? year, year);
  }
  return earliest === undefined ? undefined : { kind: 'remark', year: earliest };
}

/** Of two digits the last year that they may mean. */
function yearOf(digits: string): number {
  const year = Number(digits);
  if (digits.length === 4) return year;
  return year > 30 ? 1900 + year : 2000 + year;
}

/** Addresses looked for in one cell, and how much of it around each sign: the work is bounded, whatever the cell holds. */
const MOST_SIGNS = 20;
const AROUND = 80;

function holdsAddress(cell: string): boolean {
  let at = cell.indexOf('@');
  for (let i = 0; at >= 0 && i < MOST_SIGNS; i += 1) {
    if (EMAIL.test(cell.slice(Math.max(0, at - AROUND), at + AROUND))) return true;
    at = cell.indexOf('@', at + 1);
  }
  return false;
}
