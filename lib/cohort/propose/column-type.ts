import { dayOrders, parseDate } from '../values/dates.ts';
import { parseNumber } from '../values/numbers.ts';
import type { DictionaryField } from './dictionary.ts';
import { rareIn } from './rare-codes.ts';
import { unitIn } from './units.ts';

/** What a column's cells look like. */
export interface ColumnGuess {
  /** Absent: it is left out of the draft, and `says` tells why. */
  readonly definition?: Readonly<Record<string, unknown>>;
  readonly says: string;
  /** Codes that mean missing here, beside empty cells. */
  readonly missing: readonly string[];
  /** Distinct values that aren't missing. */
  readonly values: readonly string[];
  readonly numeric: boolean;
  readonly dated: boolean;
  /** Of a category: the code that may be a slip. */
  readonly rare?: string | undefined;
  /** What can't be told from the cells. */
  readonly asks?: {
    readonly asks: string;
    readonly choices: readonly unknown[];
    readonly chosen?: unknown;
    readonly key: string;
  };
}

const MOST_CODES = 15;

/** Words that people and exports write for "not known", whatever the column. */
const MISSING_WORDS =
  /^(n\/?a|nan|null|nil|none recorded|unk|unknown|not (available|applicable|evaluated|known|recorded|done|reported)|missing|k\. ?a\.|keine angabe|unbekannt|n\. ?d\.|\.|-|--|\?|#n\/a|\[[^\]]*\])$/i;
/** Numbers that stand for it where every other value is on the other side. */
const SENTINELS = new Set(['-9', '-99', '-999', '-9999', '-1']);
const YES_NO = new Set(['yes', 'no', 'true', 'false', 'y', 'n', 'checked', 'unchecked', 'ja', 'nein', 'oui', 'non']);

function missingIn(distinct: readonly string[]): string[] {
  const words = distinct.filter((value) => MISSING_WORDS.test(value));
  const numbers = distinct.map(parseNumber).filter((value) => typeof value === 'number');
  const negative = numbers.filter((value) => value < 0);
  const sentinels = distinct.filter((value) => SENTINELS.has(value));
  const alone = sentinels.length > 0 && negative.length === sentinels.length && numbers.length > sentinels.length;
  // -1 alone may be a value of a score or of a copy number.
  return [...words, ...(alone ? sentinels.filter((value) => value !== '-1') : [])];
}

/** Codes of which a codebook says that they stand for nothing known: `9, Unknown`. */
function unknownIn(distinct: readonly string[], { codes = [] }: Pick<DictionaryField, 'codes'> = {}): string[] {
  const unknown = new Set(codes.flatMap(([code, meaning]) => (MISSING_WORDS.test(meaning) ? [code] : [])));
  return distinct.filter((value) => unknown.has(value));
}

/** Looks at a column's cells. `field`: what a codebook says of it. */
export function guessColumn(name: string, cells: readonly string[], field?: DictionaryField): ColumnGuess {
  const filled = cells.map((cell) => cell.trim()).filter((cell) => cell !== '');
  const distinct = [...new Set(filled)];
  const missing = [...new Set([...missingIn(distinct), ...unknownIn(distinct, field)])];
  const known = new Set(missing);
  const values = distinct.filter((value) => !known.has(value));
  const base = { missing, values };
  const all = filled.filter((value) => !known.has(value));
  if (all.length === 0) return { ...base, numeric: false, dated: false, says: 'the column is empty' };
  if (field) {
    const told = byDictionary({ ...field, unit: field.unit ?? unitIn(name) }, values);
    if (told) return { ...base, ...told };
  }
  const numeric = values.every((value) => typeof parseNumber(value) === 'number');
  if (numeric) return { ...base, ...numberGuess(name, values), numeric: true, dated: false };
  const orders = dayOrders(values);
  if (share(values, (value) => typeof parseDate(value, orders) === 'number') >= 0.9)
    return { ...base, numeric: false, dated: true, definition: { type: 'date' }, says: 'its cells are dates' };
  const numbers = values.filter((value) => BOUND_OR_NUMBER.test(value));
  if (numbers.length >= 0.9 * values.length)
    return { ...base, ...nearlyNumbers(name, numbers), numeric: true, dated: false };
  const answers = answersOf(name, values, all);
  if (answers) return { ...base, ...answers, numeric: false, dated: false };
  const sentence = values.some((value) => value.length > 60 || value.split(/\s+/).length >= 7);
  if (sentence) return { ...base, numeric: false, dated: false, says: 'it holds sentences' };
  if (values.length <= MOST_CODES && (values.length * 2 <= all.length || values.length <= 3))
    return {
      ...base,
      numeric: false,
      dated: false,
      definition: { type: 'category', codes: [...values].sort() },
      rare: rareIn(all),
      says: values.length === 1 ? 'all of its cells say the same' : `it has ${values.length} different values`,
    };
  return { ...base, numeric: false, dated: false, says: 'its values are many and neither numbers nor dates' };
}

function share<T>(values: readonly T[], holds: (value: T) => boolean): number {
  return values.length === 0 ? 0 : values.filter(holds).length / values.length;
}

const BOUND_OR_NUMBER = /^[<>]?\s*\d+([.,]\d+)?$/;

/** Of a column nearly all of whose cells are numbers: `numbers`, those that are. */
function nearlyNumbers(name: string, numbers: readonly string[]): Pick<ColumnGuess, 'definition' | 'says'> {
  const bounds = numbers.some((value) => /^[<>]/.test(value));
  const unit = unitIn(name);
  const range = plausibleIn(
    name,
    unit,
    numbers.filter((value) => !/^[<>]/.test(value)),
  );
  return {
    definition: {
      type: 'number',
      ...(unit !== undefined && { unit }),
      ...(range && { range }),
      ...(bounds && { bounds: true }),
    },
    says: `${bounds ? 'its cells are numbers, some as <x or >x' : 'nearly all of its cells are numbers'}${saysOf(unit, range)}`,
  };
}

/** Cells that are neither yes nor no in a column of such, at most, and in how many cells. */
const MOST_STRAY = 2;
const LEAST_CELLS = 20;

/** Of a column whose cells are yes or no: all, or of many all but one or two, which are asked for. */
function answersOf(
  name: string,
  values: readonly string[],
  cells: readonly string[],
): Pick<ColumnGuess, 'definition' | 'says' | 'asks' | 'values'> | undefined {
  const answers = values.filter((value) => YES_NO.has(value.toLowerCase()));
  const stray = cells.filter((cell) => !YES_NO.has(cell.toLowerCase()));
  if (stray.length === 0) return { values, definition: booleanOf(values), says: 'its cells are yes or no' };
  if (stray.length > MOST_STRAY || cells.length < LEAST_CELLS || answers.length !== 2) return undefined;
  const definition = { type: 'boolean', codes: codesOf(answers) };
  const strayAs = (meaning: boolean): Readonly<Record<string, boolean>> => ({
    ...definition.codes,
    ...Object.fromEntries(stray.map((value) => [value, meaning])),
  });
  return {
    values: answers,
    definition,
    says: `its cells are yes or no, but for ${stray.length}`,
    asks: {
      asks: `${name} is yes or no but for ${stray.join(', ')}: is it a slip, which is set aside, or does it mean one of them?`,
      choices: [definition.codes, strayAs(true), strayAs(false)],
      chosen: definition.codes,
      key: 'codes',
    },
  };
}

function booleanOf(values: readonly string[]): Readonly<Record<string, unknown>> {
  const plain = values.every((value) => /^(yes|no|true|false)$/i.test(value));
  if (plain) return { type: 'boolean' };
  return { type: 'boolean', codes: codesOf(values) };
}

function codesOf(values: readonly string[]): Readonly<Record<string, boolean>> {
  return Object.fromEntries(values.map((value) => [value, /^(y|t|c|j|o)/i.test(value)]));
}

function numberGuess(name: string, values: readonly string[]): Pick<ColumnGuess, 'definition' | 'says' | 'asks'> {
  const sorted = [...values].sort();
  const whole = values.every((value) => /^-?\d+(\.0+)?$/.test(value));
  const suspect = suspectIn(values);
  if (suspect !== undefined)
    return {
      definition: { type: whole ? 'integer' : 'number', missing: [suspect] },
      says: `its cells are numbers, and ${suspect} lies far from all others`,
      asks: {
        asks: `Does ${suspect} of ${name} mean that it is not known?`,
        choices: [[suspect], []],
        chosen: [suspect],
        key: 'missing',
      },
    };
  const unit = unitIn(name);
  if (whole && unit === undefined && values.length <= 2 && sorted.every((value) => value === '0' || value === '1'))
    return { definition: { type: 'boolean' }, says: 'its cells are 0 and 1, read as no and yes' };
  if (whole && unit === undefined && values.length === 2)
    return {
      definition: { type: 'category', codes: sorted },
      says: 'it has two codes',
      asks: { asks: `What do the codes of ${name} mean?`, choices: meaningsOf(sorted), chosen: sorted, key: 'codes' },
    };
  const range = plausibleIn(name, unit, values);
  return {
    definition: { type: whole ? 'integer' : 'number', ...(unit !== undefined && { unit }), ...(range && { range }) },
    says: `its cells are ${whole ? 'whole ' : ''}numbers${saysOf(unit, range)}`,
  };
}

/** Codes that mean themselves, as a list, and as the map in which their meanings are written. */
function meaningsOf(codes: readonly string[]): readonly unknown[] {
  return [codes, Object.fromEntries(codes.map((code) => [code, code]))];
}

function saysOf(unit: string | undefined, range: readonly number[] | undefined): string {
  const named = unit === undefined ? '' : `, and its name says ${unit}`;
  return `${named}${range ? `; beyond ${range.join(' to ')} nobody is` : ''}`;
}

/** What a person's measures can be, by name and unit. */
const PLAUSIBLE: readonly (readonly [name: RegExp, unit: string | undefined, range: readonly [number, number]])[] = [
  [/height|stature|gr(ö|oe)(ß|ss)e/i, 'm', [0.3, 2.6]],
  [/height|stature|gr(ö|oe)(ß|ss)e/i, 'cm', [30, 260]],
  [/weight|gewicht/i, 'kg', [0.5, 500]],
  [/(^|[^a-z])bmi([^a-z]|$)/i, undefined, [5, 150]],
  [/(^|[^a-z])(age|alter)([^a-z]|$)/i, 'years', [0, 120]],
];

/** The range of a measure that is one by its name, its unit and nearly all its values. */
function plausibleIn(
  name: string,
  unit: string | undefined,
  values: readonly string[],
): readonly [number, number] | undefined {
  const range = PLAUSIBLE.find(([called, of]) => of === unit && called.test(name))?.[2];
  if (!range) return undefined;
  const within = (value: string): boolean => {
    const number = parseNumber(value);
    return typeof number === 'number' && number >= range[0] && number <= range[1];
  };
  return share(values, within) >= 0.9 ? range : undefined;
}

/** A number of nines that people write for "not known", far above every other. */
function suspectIn(values: readonly string[]): string | undefined {
  const suspect = ['99', '999', '9999', '99999'].filter((nines) => values.includes(nines)).at(-1);
  if (suspect === undefined || values.length < 4) return undefined;
  const others = values.filter((value) => value !== suspect).map(Number);
  return others.every((value) => Number.isFinite(value) && value * 3 < Number(suspect)) ? suspect : undefined;
}

function byDictionary(
  { codes, type, range, label, unit }: Omit<DictionaryField, 'unit'> & { readonly unit: string | undefined },
  values: readonly string[],
): Pick<ColumnGuess, 'definition' | 'says' | 'numeric' | 'dated'> | undefined {
  const common = { ...(label !== undefined && { label }) };
  const says = 'the data dictionary says so';
  if (codes) {
    const known = codes.filter(([, meaning]) => !MISSING_WORDS.test(meaning));
    const labels = new Map(known.map(([, meaning]) => [meaning, meaning]));
    const coded = new Map(known);
    const byLabel =
      values.filter((value) => labels.has(value)).length > values.filter((value) => coded.has(value)).length;
    const used = Object.fromEntries(byLabel ? labels : coded);
    const definition =
      type === 'boolean'
        ? {
            type,
            codes: Object.fromEntries(
              Object.entries(used).map(([code, meaning]) => [code, /^(yes|true|checked)/i.test(meaning)]),
            ),
          }
        : { type: 'category', codes: used };
    return { definition: { ...definition, ...common }, says, numeric: false, dated: false };
  }
  if (type === undefined) return undefined;
  const ranged = range && (type === 'number' || type === 'integer') ? { range } : {};
  return {
    definition: { type, ...ranged, ...(unit !== undefined && type !== 'date' && { unit }), ...common },
    says,
    numeric: type === 'number' || type === 'integer',
    dated: type === 'date',
  };
}
