import { ByteDictionary } from './dictionary.ts';
import type { FieldSpec } from './field.ts';
import type { VcfHeader } from './header.ts';
import { Leap } from './leap.ts';
import type { SpecificationWarnings } from './problems.ts';
import { countFloats, countIntegers, countTexts, wholeNumber } from './values.ts';

const SEMICOLON = 59;
const EQUALS = 61;
const DOT = 46;
const QUOTE = 34;

/** Keys whose value is read: what is wrong with them changes something. */
const READ: ReadonlySet<string> = new Set(['END', 'SVLEN', 'SS', 'PRECISE']);

interface Key {
  readonly name: string;
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
  readonly #semicolon = new Leap(SEMICOLON);
  #record = 0;

  constructor(header: VcfHeader, warnings: SpecificationWarnings) {
    this.#warnings = warnings;
    this.#annotationKey = header.annotation?.key;
    const shape = header.minor >= 3 ? /^(?:[A-Za-z_][0-9A-Za-z_.]*|1000G)$/ : /^[^\s,=]+$/;
    this.#keys = new ByteDictionary((name) => ({
      name,
      spec: header.spec('INFO', name),
      annotation: name === this.#annotationKey,
      read: READ.has(name) || name === this.#annotationKey,
      wrong: !shape.test(name),
      seen: 0,
    }));
  }

  /** Reads INFO; what is wrong with it so that the row can't be trusted, if anything: the key that has it. */
  read(bytes: Buffer, start: number, end: number, line: number, alternatives: number): string | undefined {
    this.#record += 1;
    this.clear();
    if (end - start === 1 && bytes[start] === DOT) return undefined;
    for (let from = start; from < end; ) {
      let equals = from;
      while (equals < end && bytes[equals] !== EQUALS && bytes[equals] !== SEMICOLON) equals += 1;
      const key = this.#keys.get(bytes, from, equals);
      const valued = equals < end && bytes[equals] === EQUALS;
      let to = equals;
      if (valued) {
        if (key.annotation || key.spec === undefined) {
          to = this.#semicolon.to(bytes, equals, end);
        } else while (to < end && bytes[to] !== SEMICOLON) to += 1;
      }
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
