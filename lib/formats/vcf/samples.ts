import { ByteDictionary } from './dictionary.ts';
import type { FieldSpec } from './field.ts';
import type { VcfHeader } from './header.ts';
import { HAS, type Parter } from './parter.ts';
import type { SpecificationWarnings } from './problems.ts';
import { countFloats, countIntegers, countTexts } from './values.ts';

const DOT = 46;

/** FORMAT's column: so many tabs before it. */
const FORMAT = 8;

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

/** By key, its place in {@link Layout.at}. */
export const KEY = Object.fromEntries(READ.map((key, place) => [key, place])) as Readonly<Record<ReadKey, number>>;

/** The key that has a place in {@link Layout.at}. */
export function readKey(place: number): ReadKey {
  return READ[place]!;
}

const IS_READ = 'Where the reads of an alteration hang on it, that is told by itself. Tell whoever wrote the file.';

/** What a key of FORMAT holds, as the check of each sample asks it. */
interface Held {
  readonly spec: FieldSpec;
  /** What of {@link HAS} makes that a field of this type is to be looked at byte by byte; undefined: nothing spares it. */
  readonly unless: number | undefined;
}

/** The keys of FORMAT, as one column writes them. */
export interface Layout {
  readonly keys: readonly string[];
  readonly held: readonly (Held | undefined)[];
  /** By {@link KEY}, where the keys are that are read; -1 where one isn't. */
  readonly at: Int32Array;
  readonly genotype: number;
  /** Why no sample can be read by it. */
  readonly wrong: string | undefined;
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
  readonly #layouts: ByteDictionary<Layout>;
  readonly #warnings: SpecificationWarnings;
  readonly #names: readonly string[];
  readonly #parter: Parter;
  #end = 0;
  /** The sample that is parted, and how many fields it has. */
  #parted = -1;
  #count = 0;

  constructor(header: VcfHeader, warnings: SpecificationWarnings, parter: Parter) {
    this.#warnings = warnings;
    this.#names = header.samples;
    this.#parter = parter;
    this.#layouts = new ByteDictionary((text) => layoutOf(text, header));
  }

  /** Reads the samples of the line that was parted last, which has all their columns. Gives what is wrong so that the row can't be trusted. */
  read(end: number, line: number, alternatives: number): SampleFault | undefined {
    this.layout = undefined;
    this.#end = end;
    this.#parted = -1;
    const { bytes, numbers, tabs } = this.#parter;
    const [start, formatEnd] = [numbers[tabs + FORMAT - 1]! + 1, numbers[tabs + FORMAT]!];
    const layout = this.#layouts.get(bytes, start, formatEnd);
    if (layout.wrong !== undefined) {
      const value = bytes.toString('utf8', start, Math.min(formatEnd, start + 400));
      return { column: 'FORMAT', says: layout.wrong, value };
    }
    this.layout = layout;
    for (let sample = 0; sample < this.#names.length; sample++) {
      const wrong = this.#check(layout, sample, line, alternatives);
      if (wrong) return wrong;
    }
    return undefined;
  }

  /** Parts a sample: what is asked of fields is of the one that was parted last. */
  part(sample: number): void {
    if (sample === this.#parted) return;
    const most = this.layout!.keys.length;
    this.#count = this.#parter.sample(this.#startOf(sample), this.#endOf(sample), most);
    this.#parted = sample;
  }

  /** Whether the sample has a field, be it empty. */
  reaches(field: number): boolean {
    return field >= 0 && field < this.#count;
  }

  /** Whether a field is there and not `.`. */
  has(field: number): boolean {
    if (field < 0 || field >= this.#count) return false;
    const [start, length] = [this.start(field), this.end(field) - this.start(field)];
    return length > 1 || (length === 1 && this.#parter.bytes[start] !== DOT);
  }

  start(field: number): number {
    return this.#parter.numbers[this.#parter.fields + 4 * field]!;
  }

  end(field: number): number {
    return this.#parter.numbers[this.#parter.fields + 4 * field + 1]!;
  }

  commas(field: number): number {
    return this.#parter.numbers[this.#parter.fields + 4 * field + 3]!;
  }

  /** The text of a field. */
  text(field: number): string {
    return this.#parter.bytes.toString('utf8', this.start(field), this.end(field));
  }

  #startOf(sample: number): number {
    const { numbers, tabs } = this.#parter;
    return numbers[tabs + FORMAT + sample]! + 1;
  }

  #endOf(sample: number): number {
    const { numbers, tabs } = this.#parter;
    return sample + 1 < this.#names.length ? numbers[tabs + FORMAT + sample + 1]! : this.#end;
  }

  #check(layout: Layout, sample: number, line: number, alternatives: number): SampleFault | undefined {
    this.part(sample);
    const { bytes, numbers, fields } = this.#parter;
    const count = this.#count;
    if (count > layout.keys.length) {
      const [start, end] = [this.#startOf(sample), this.#endOf(sample)];
      return this.#fault(sample, 'FORMAT', 'the sample has more fields than FORMAT names', bytes, start, end);
    }
    let ploidy = 2;
    for (let field = 0, at = fields; field < count; field++, at += 4) {
      const [start, end] = [numbers[at]!, numbers[at + 1]!];
      if (field === layout.genotype) {
        ploidy = ploidyOf(bytes, start, end, alternatives);
        if (ploidy === -2)
          return this.#fault(sample, 'GT', 'the genotype names an allele that the record has not', bytes, start, end);
        if (ploidy < 0) return this.#fault(sample, 'GT', 'the genotype can not be read', bytes, start, end);
        continue;
      }
      const held = layout.held[field];
      if (!held || (end - start === 1 && bytes[start] === DOT)) continue;
      const { spec, unless } = held;
      const plain = unless !== undefined && (numbers[at + 2]! & unless) === 0;
      const values = plain ? numbers[at + 3]! + 1 : countOf(spec, bytes, start, end);
      if (values < 0) this.#wrong('sample-type', layout, field, line, `is not of type ${spec.type}`, bytes, start, end);
      else if (spec.number !== '.') {
        const asked = expected(spec.number, alternatives, ploidy);
        if (values !== asked && !(values === 1 && end === start))
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
      Object.hasOwn(KEY, key) ? IS_READ : undefined,
    );
  }
}

function countOf({ type }: FieldSpec, bytes: Buffer, start: number, end: number): number {
  if (type === 'Integer') return countIntegers(bytes, start, end, false);
  if (type === 'Float') return countFloats(bytes, start, end, false);
  return countTexts(bytes, start, end, type === 'Character');
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
    held: keys.map((key) => heldBy(header.spec('FORMAT', key))),
    at: Int32Array.from(READ, (key) => keys.indexOf(key)),
    genotype: keys.indexOf('GT'),
    wrong,
  };
}

function heldBy(spec: FieldSpec | undefined): Held | undefined {
  if (!spec) return undefined;
  const { type } = spec;
  if (type === 'Integer') return { spec, unless: HAS.dot | HAS.twoDots | HAS.emptyValue | HAS.other };
  if (type === 'Float') return { spec, unless: HAS.twoDots | HAS.emptyValue | HAS.other };
  return { spec, unless: type === 'Character' ? undefined : 0 };
}
