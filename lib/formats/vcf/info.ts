import { ByteDictionary } from './dictionary.ts';
import type { FieldSpec } from './field.ts';
import type { VcfHeader } from './header.ts';
import type { Parter } from './parter.ts';
import type { SpecificationWarnings } from './problems.ts';
import { countFloats, countIntegers, countTexts, wholeNumber } from './values.ts';

const SEMICOLON = 59;
const EQUALS = 61;
const DOT = 46;
const QUOTE = 34;

/** Keys whose value is read: what is wrong with them changes something. */
const READ: ReadonlySet<string> = new Set(['END', 'SVLEN', 'SS', 'PRECISE']);

/** Places of INFO at which a key is expected. */
const MOST_EXPECTED = 256;

interface Key {
  readonly name: string;
  readonly bytes: Buffer;
  readonly spec: FieldSpec | undefined;
  readonly annotation: boolean;
  readonly read: boolean;
  readonly wrong: boolean;
  /** The last record that had it. */
  seen: number;
}

/** What is read of a record's INFO; places are of the record's bytes. */
export class InfoReader {
  /** The annotation; empty where there is none. */
  annotationStart = 0;
  annotationEnd = 0;
  /** Last base of the allele, 1-based; -1 where it isn't said. */
  stop = -1;
  length = -1;
  /** Somatic status as the caller writes it; '' where it doesn't. */
  status = '';
  precise = false;
  readonly #keys: ByteDictionary<Key>;
  readonly #warnings: SpecificationWarnings;
  readonly #annotationKey: string | undefined;
  readonly #parter: Parter;
  /** By place, the key that the last record had there: most have the same. */
  readonly #before: Key[] = [];
  #record = 0;

  constructor(header: VcfHeader, warnings: SpecificationWarnings, parter: Parter) {
    this.#parter = parter;
    this.#warnings = warnings;
    this.#annotationKey = header.annotation?.key;
    const shape = header.minor >= 3 ? /^(?:[A-Za-z_][0-9A-Za-z_.]*|1000G)$/ : /^[^\s,=]+$/;
    this.#keys = new ByteDictionary((name) => ({
      name,
      bytes: Buffer.from(name),
      spec: header.spec('INFO', name),
      annotation: name === this.#annotationKey,
      read: READ.has(name) || name === this.#annotationKey,
      wrong: !shape.test(name),
      seen: 0,
    }));
  }

  /** Reads INFO of the line that was parted last; what is wrong with it so that the row can't be trusted, if anything: the key that has it. */
  read(start: number, end: number, line: number, alternatives: number): string | undefined {
    this.#record += 1;
    this.clear();
    const { bytes, numbers, semicolons, semicolonCount } = this.#parter;
    if (end - start === 1 && bytes[start] === DOT) return undefined;
    const last = semicolons + semicolonCount;
    let next = semicolons;
    while (next < last && numbers[next]! < start) next += 1;
    for (let [from, place] = [start, 0]; from < end; place += 1) {
      const semicolon = next < last ? numbers[next]! : end;
      next += 1;
      const to = semicolon < end ? semicolon : end;
      const key = this.#key(bytes, from, to, place);
      const equals = from + key.bytes.length;
      const valued = equals < to;
      if (key.seen === this.#record) {
        if (key.read) return key.name;
        this.#warnings.add('info-twice', line, `INFO/${key.name}`, () => `${key.name} stands twice in one record`);
      }
      key.seen = this.#record;
      if (key.wrong)
        this.#warnings.add(
          'info-key',
          line,
          'INFO',
          () => 'a key is no identifier',
          () => key.name,
        );
      this.#check(key, bytes, valued ? equals + 1 : -1, to, line, alternatives);
      if (key.read) this.#take(key, bytes, valued ? equals + 1 : to, to);
      from = to + 1;
    }
    if (bytes[end - 1] === SEMICOLON) this.#warnings.add('info-end', line, 'INFO', () => 'INFO ends with a semicolon');
    return undefined;
  }

  /** The key that begins there, before `=` or `to`. */
  #key(bytes: Buffer, from: number, to: number, place: number): Key {
    const before = this.#before[place];
    if (before && isThere(before.bytes, bytes, from, to)) return before;
    let equals = from;
    while (equals < to && bytes[equals] !== EQUALS) equals += 1;
    const key = this.#keys.get(bytes, from, equals);
    if (place < MOST_EXPECTED) this.#before[place] = key;
    return key;
  }

  /** Nothing is known of the next record. */
  clear(): void {
    this.annotationStart = this.annotationEnd = 0;
    this.stop = this.length = -1;
    this.status = '';
    this.precise = false;
  }

  #take(key: Key, bytes: Buffer, start: number, end: number): void {
    if (key.annotation) [this.annotationStart, this.annotationEnd] = [start, end];
    else if (key.name === 'END') this.stop = wholeNumber(bytes, start, end);
    else if (key.name === 'SVLEN') this.length = wholeNumber(bytes, bytes[start] === 45 ? start + 1 : start, end);
    else if (key.name === 'SS') this.status = bytes.toString('latin1', start, end);
    else if (key.name === 'PRECISE') this.precise = true;
  }

  #check(key: Key, bytes: Buffer, start: number, end: number, line: number, alternatives: number): void {
    const { spec } = key;
    if (!spec) return;
    if (spec.type === 'Flag') {
      if (start >= 0 && !(end - start === 1 && (bytes[start] === 48 || bytes[start] === 49)))
        this.#wrong('info-flag', key, line, 'is a flag and has a value', bytes, start, end);
      return;
    }
    if (start < 0) {
      if (spec.number !== 0) this.#wrong('info-value', key, line, 'has no value', bytes, end, end);
      return;
    }
    if (key.annotation || (end - start === 1 && bytes[start] === DOT)) return;
    const text = spec.type === 'String' || spec.type === 'Character';
    if (text && (spec.number === '.' || bytes[start] === QUOTE)) return;
    const count = text
      ? countTexts(bytes, start, end, spec.type === 'Character')
      : spec.type === 'Integer'
        ? countIntegers(bytes, start, end, spec.counts === true)
        : countFloats(bytes, start, end, spec.counts === true);
    if (count < 0) {
      this.#wrong(
        'info-type',
        key,
        line,
        count === -2 ? 'is below 0' : `is not of type ${spec.type}`,
        bytes,
        start,
        end,
      );
      return;
    }
    const most = spec.number === 'A' ? alternatives : spec.number === 'R' ? alternatives + 1 : spec.number;
    if (typeof most === 'number' && count !== most)
      this.#wrong(
        'info-number',
        key,
        line,
        `has not ${most} values as its number ${spec.number} asks`,
        bytes,
        start,
        end,
      );
    else if (
      key.name === 'CIGAR' &&
      !/^(?:\d+[MIDNSHP=X])+(?:,(?:\d+[MIDNSHP=X])+)*$/.test(bytes.toString('latin1', start, end))
    )
      this.#wrong('info-type', key, line, 'is no CIGAR', bytes, start, end);
  }

  #wrong(rule: string, key: Key, line: number, says: string, bytes: Buffer, start: number, end: number): void {
    this.#warnings.add(
      rule,
      line,
      `INFO/${key.name}`,
      () => `${key.name} ${says}`,
      () => bytes.toString('utf8', start, Math.min(end, start + 400)),
    );
  }
}

function isThere(key: Buffer, bytes: Buffer, from: number, to: number): boolean {
  const end = from + key.length;
  if (end > to || (end < to && bytes[end] !== EQUALS)) return false;
  for (let i = 0; i < key.length; i++) if (bytes[from + i] !== key[i]) return false;
  return true;
}
