import { ByteDictionary } from './dictionary.ts';
import type { FieldSpec } from './field.ts';
import type { VcfHeader } from './header.ts';
import type { SpecificationWarnings } from './problems.ts';
import { countFloats, countIntegers, countTexts } from './values.ts';

const TAB = 9;
const COLON = 58;
const DOT = 46;
const COMMA = 44;

/** Keys whose values are read, each found once a layout and not once a record. */
const READ = [
  'SS',
  'DP',
  'AD',
  'RD',
  'TAR',
  'TIR',
  'AU',
  'CU',
  'GU',
  'TU',
  'RO',
  'AO',
  'RR',
  'RV',
  'DR',
  'DV',
  'AF',
  'FA',
  'FREQ',
] as const;
export type ReadKey = (typeof READ)[number];

/** The keys of FORMAT, as one column writes them. */
export interface Layout {
  readonly keys: readonly string[];
  readonly specs: readonly (FieldSpec | undefined)[];
  /** Where the keys are that are read; -1 where one isn't. */
  readonly at: Readonly<Record<ReadKey, number>>;
  readonly genotype: number;
  /** Why no sample can be read by it. */
  readonly wrong: string | undefined;
}

/** Where the fields of a sample are. A field that was left out at the end is empty. */
export class SampleFields {
  starts = new Int32Array(64);
  ends = new Int32Array(64);
  count = 0;

  /** Parts a sample's column. */
  part(bytes: Buffer, start: number, end: number): void {
    this.count = 0;
    for (let from = start, at = start; at <= end; at++) {
      if (at < end && bytes[at] !== COLON) continue;
      if (this.count === this.starts.length) this.#grow();
      this.starts[this.count] = from;
      this.ends[this.count] = at;
      this.count += 1;
      from = at + 1;
    }
  }

  /** Whether a field is there and not `.`. */
  has(field: number, bytes: Buffer): boolean {
    if (field < 0 || field >= this.count) return false;
    const length = this.ends[field]! - this.starts[field]!;
    return length > 1 || (length === 1 && bytes[this.starts[field]!] !== DOT);
  }

  #grow(): void {
    const [starts, ends] = [new Int32Array(this.count * 2), new Int32Array(this.count * 2)];
    starts.set(this.starts);
    ends.set(this.ends);
    [this.starts, this.ends] = [starts, ends];
  }
}

/** What is wrong with a row's samples. */
export interface SampleFault {
  readonly column: string;
  readonly says: string;
  readonly value: string;
}

/** Reads FORMAT and the columns of all samples: parts them, and holds them against what their keys hold. */
export class SampleReader {
  layout: Layout | undefined;
  /** Where the columns of the samples are. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly #layouts: ByteDictionary<Layout>;
  readonly #warnings: SpecificationWarnings;
  readonly #names: readonly string[];
  readonly #fields = new SampleFields();

  constructor(header: VcfHeader, warnings: SpecificationWarnings) {
    this.#warnings = warnings;
    this.#names = header.samples;
    this.starts = new Int32Array(header.samples.length);
    this.ends = new Int32Array(header.samples.length);
    this.#layouts = new ByteDictionary((text) => layoutOf(text, header));
  }

  /** `at`: where FORMAT begins. Gives what is wrong so that the row can't be trusted; `columns` where there are too many or too few. */
  read(
    bytes: Buffer,
    at: number,
    end: number,
    line: number,
    alternatives: number,
  ): SampleFault | 'columns' | undefined {
    this.layout = undefined;
    let from = tabFrom(bytes, at, end);
    const layout = this.#layouts.get(bytes, at, from);
    const formatEnd = from;
    for (let sample = 0; sample < this.starts.length; sample++) {
      if (from >= end) return 'columns';
      this.starts[sample] = from + 1;
      from = tabFrom(bytes, from + 1, end);
      this.ends[sample] = from;
    }
    if (from < end) return 'columns';
    if (layout.wrong !== undefined)
      return { column: 'FORMAT', says: layout.wrong, value: bytes.toString('utf8', at, Math.min(formatEnd, at + 400)) };
    this.layout = layout;
    for (let sample = 0; sample < this.starts.length; sample++) {
      const wrong = this.#check(layout, bytes, sample, line, alternatives);
      if (wrong) return wrong;
    }
    return undefined;
  }

  #check(layout: Layout, bytes: Buffer, sample: number, line: number, alternatives: number): SampleFault | undefined {
    const fields = this.#fields;
    fields.part(bytes, this.starts[sample]!, this.ends[sample]!);
    if (fields.count > layout.keys.length) {
      const [start, end] = [this.starts[sample]!, this.ends[sample]!];
      return this.#fault(sample, 'FORMAT', 'the sample has more fields than FORMAT names', bytes, start, end);
    }
    let ploidy = 2;
    for (let field = 0; field < fields.count; field++) {
      const [start, end] = [fields.starts[field]!, fields.ends[field]!];
      if (field === layout.genotype) {
        ploidy = ploidyOf(bytes, start, end, alternatives);
        if (ploidy === -2)
          return this.#fault(sample, 'GT', 'the genotype names an allele that the record has not', bytes, start, end);
        if (ploidy < 0) return this.#fault(sample, 'GT', 'the genotype can not be read', bytes, start, end);
        continue;
      }
      const spec = layout.specs[field];
      if (!spec || (end - start === 1 && bytes[start] === DOT)) continue;
      const count =
        spec.type === 'Integer'
          ? countIntegers(bytes, start, end, false)
          : spec.type === 'Float'
            ? countFloats(bytes, start, end, false)
            : countTexts(bytes, start, end, spec.type === 'Character');
      if (count < 0) this.#wrong('sample-type', layout, field, line, `is not of type ${spec.type}`, bytes, start, end);
      else if (typeof spec.number === 'number' || spec.number !== '.') {
        const asked = expected(spec.number, alternatives, ploidy);
        if (count !== asked && !(count === 1 && end === start))
          this.#wrong(
            'sample-number',
            layout,
            field,
            line,
            `has not ${asked} values as its number ${spec.number} asks`,
            bytes,
            start,
            end,
          );
      }
    }
    return undefined;
  }

  #fault(sample: number, key: string, says: string, bytes: Buffer, start: number, end: number): SampleFault {
    const value = bytes.toString('utf8', start, Math.min(end, start + 400));
    return { column: `${this.#names[sample]!}/${key}`, says, value };
  }

  #wrong(
    rule: string,
    layout: Layout,
    field: number,
    line: number,
    says: string,
    bytes: Buffer,
    start: number,
    end: number,
  ): void {
    const key = layout.keys[field]!;
    this.#warnings.add(
      rule,
      line,
      `FORMAT/${key}`,
      () => `${key} ${says}`,
      () => bytes.toString('utf8', start, Math.min(end, start + 400)),
    );
  }
}

function tabFrom(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== TAB) at += 1;
  return at;
}

function expected(number: FieldSpec['number'], alternatives: number, ploidy: number): number {
  if (number === 'A') return alternatives;
  if (number === 'R') return alternatives + 1;
  if (number !== 'G') return number as number;
  let genotypes = 1; // alleles + ploidy - 1 choose ploidy
  for (let i = 1; i <= ploidy; i++) genotypes = (genotypes * (alternatives + i)) / i;
  return genotypes;
}

/** How many alleles a genotype has; -1 where it is none, -2 where it names one beyond the record's. */
function ploidyOf(bytes: Buffer, start: number, end: number, alternatives: number): number {
  let ploidy = 0;
  let at = start;
  if (at < end && (bytes[at] === 47 || bytes[at] === 124)) at += 1; // phase of the first, since 4.4
  for (; at <= end; at++) {
    let allele = 0;
    const from = at;
    if (bytes[at] === DOT && at < end) at += 1;
    else
      for (; at < end && bytes[at]! >= 48 && bytes[at]! <= 57; at++)
        allele = Math.min(1e6, allele * 10 + bytes[at]! - 48);
    if (at === from) return -1;
    if (allele > alternatives) return -2;
    ploidy += 1;
    if (at < end && bytes[at] !== 47 && bytes[at] !== 124) return -1;
  }
  return ploidy;
}

function layoutOf(text: string, header: VcfHeader): Layout {
  const keys = text.split(':');
  const shape = header.minor >= 3 ? /^[A-Za-z_%][0-9A-Za-z_.%]*$/ : /^[0-9A-Za-z_.]+$/;
  const twice = keys.find((key, i) => keys.indexOf(key) !== i);
  const wrong =
    text !== '.' && keys.some((key) => !shape.test(key))
      ? 'a key of FORMAT is no identifier'
      : twice !== undefined
        ? `FORMAT names ${twice} twice`
        : keys.indexOf('GT') > 0
          ? 'GT is not the first key of FORMAT'
          : undefined;
  return {
    keys,
    specs: keys.map((key) => header.spec('FORMAT', key)),
    at: Object.fromEntries(READ.map((key) => [key, keys.indexOf(key)])) as Record<ReadKey, number>,
    genotype: keys.indexOf('GT'),
    wrong,
  };
}

/** Marks the alleles that a genotype names, by number; none where there is no genotype in it. */
export function namedAlleles(bytes: Buffer, start: number, end: number, named: Uint8Array): void {
  named.fill(0);
  let allele = -1;
  for (let at = start; at <= end; at++) {
    const digit = at < end ? bytes[at]! - 48 : -1;
    if (digit >= 0 && digit <= 9) allele = Math.max(0, allele) * 10 + digit;
    else {
      if (allele >= 0 && allele < named.length) named[allele] = 1;
      allele = -1;
    }
  }
}

/** The number at a place between commas; -1 where there is none. */
export function numberAt(bytes: Buffer, start: number, end: number, place: number): number {
  let from = start;
  for (let skip = 0; skip < place; skip++) {
    while (from < end && bytes[from] !== COMMA) from += 1;
    if (from >= end) return -1;
    from += 1;
  }
  let to = from;
  while (to < end && bytes[to] !== COMMA) to += 1;
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = bytes[at]! - 48;
    if (digit < 0 || digit > 9) return at > from && bytes[at] === DOT ? Number(bytes.toString('latin1', from, to)) : -1;
    value = value * 10 + digit;
  }
  return to > from ? value : -1;
}
