import type { Rejected } from '../rejected.ts';
import { Alleles, isSequence } from './alleles.ts';
import { ByteDictionary } from './dictionary.ts';
import { FIXED, type VcfHeader } from './header.ts';
import { InfoReader } from './info.ts';
import type { Parter } from './parter.ts';
import { apart, type SpecificationWarnings } from './problems.ts';
import { Recent } from './recent.ts';
import { SampleReader } from './samples.ts';
import { countFloats, wholeNumber } from './values.ts';

const SPACE = 32;
const SEMICOLON = 59;
const DOT = 46;

interface Chromosome {
  readonly name: string;
  readonly wrong: boolean;
}

interface Filter {
  readonly text: string | null;
  readonly wrong: boolean;
}

/** The column of INFO: so many tabs before it. */
const INFO = 7;

const MEND = 'Correct the line, or have the file written again.';

/** How far back a variant that stands twice is looked for. */
const NEAR = 5_000;

/** One record of a VCF, read in place: the next one takes its room. Places are of the bytes that its parter holds. */
export class VcfRecord {
  readonly parter: Parter;
  line = 0;
  chromosome = '';
  position = 0;
  refStart = 0;
  refEnd = 0;
  filter: string | null = null;
  readonly alleles = new Alleles();
  readonly info: InfoReader;
  readonly samples: SampleReader;
  readonly #warnings: SpecificationWarnings;
  /** How many the header has. */
  readonly #columns: number;
  readonly #chromosomes: ByteDictionary<Chromosome>;
  readonly #filters = new ByteDictionary(filterOf);
  readonly #met = new Set<string>();
  #recent = new Recent();
  #older = new Recent();
  #recentFrom = 0;

  constructor(header: VcfHeader, warnings: SpecificationWarnings, parter: Parter) {
    this.parter = parter;
    this.info = new InfoReader(header, warnings, parter);
    this.samples = new SampleReader(header, warnings, parter);
    this.#warnings = warnings;
    this.#columns = FIXED.length + (header.samples.length > 0 ? 1 + header.samples.length : 0);
    const shape = header.minor >= 3 ? /^(?:<[^\s<>*=,]+>|[^\s<>*=,][^\s<>,]*)$/ : /^(?:<[^\s<>]+>|[^\s<>,]+)$/;
    this.#chromosomes = new ByteDictionary((name) => ({ name, wrong: !shape.test(name) }));
  }

  /** Reads the line that was parted last; gives why it is set apart, if it is: then INFO and alleles may not be this record's. */
  read(start: number, end: number, line: number): Rejected | undefined {
    const { parter, info, samples } = this;
    this.line = line;
    samples.layout = undefined;
    info.clear();
    const { numbers, tabs, tabCount } = parter;
    if (tabCount < INFO) return this.#ragged();
    const infoStart = numbers[tabs + INFO - 1]! + 1;
    const infoEnd = tabCount > INFO ? numbers[tabs + INFO]! : end;
    const wrong = this.#fixed(start);
    const inInfo = info.read(infoStart, infoEnd, line, wrong ? 1 : this.alleles.count);
    if (wrong) return wrong;
    if (inInfo !== undefined)
      return this.#apart('info', `INFO/${inInfo}`, `${inInfo} stands twice in one record`, infoStart, infoEnd);
    if (parter.blank) this.#blanks(infoStart, infoEnd);
    if (tabCount !== this.#columns - 1) return this.#ragged();
    if (this.#columns === FIXED.length) return undefined;
    const fault = samples.read(end, line, this.alleles.count);
    return fault && apart('sample', { line, column: fault.column, value: fault.value }, fault.says, MEND);
  }

  get bytes(): Buffer {
    return this.parter.bytes;
  }

  /** Length of the reference allele. */
  get refLength(): number {
    return this.refEnd - this.refStart;
  }

  #fixed(start: number): Rejected | undefined {
    const { parter, line } = this;
    const { bytes, numbers, tabs } = parter;
    const [t0, t1, t2, t3] = [numbers[tabs]!, numbers[tabs + 1]!, numbers[tabs + 2]!, numbers[tabs + 3]!];
    const [t4, t5, t6] = [numbers[tabs + 4]!, numbers[tabs + 5]!, numbers[tabs + 6]!];
    const before = this.chromosome;
    const chromosome = this.#chromosomes.get(bytes, start, t0);
    if (chromosome.wrong) return this.#apart('chromosome', 'CHROM', 'it is no name of a chromosome', start, t0);
    const position = wholeNumber(bytes, t0 + 1, t1);
    if (position < 0) return this.#apart('position', 'POS', 'it is no whole number from 0 on', t0 + 1, t1);
    this.#order(chromosome.name, before, position);
    this.chromosome = chromosome.name;
    this.position = position;
    if (bytes[t1 + 1] === SEMICOLON || bytes[t2 - 1] === SEMICOLON || t2 === t1 + 1)
      this.#warnings.add(
        'id',
        line,
        'ID',
        () => 'an identifier is empty',
        () => bytes.toString('utf8', t1 + 1, t2),
      );
    this.refStart = t2 + 1;
    this.refEnd = t3;
    if (!isSequence(bytes, t2 + 1, t3)) return this.#apart('ref', 'REF', 'it is no sequence of bases', t2 + 1, t3);
    if (!this.alleles.read(bytes, t3 + 1, t4)) return this.#apart('alt', 'ALT', 'it has what is no allele', t3 + 1, t4);
    if (!(t5 - t4 === 2 && bytes[t4 + 1] === DOT) && countFloats(bytes, t4 + 1, t5, false) !== 1)
      this.#warnings.add(
        'quality',
        line,
        'QUAL',
        () => 'it is no number',
        () => bytes.toString('utf8', t4 + 1, t5),
      );
    const filter = this.#filters.get(bytes, t5 + 1, t6);
    if (filter.wrong) return this.#apart('filter', 'FILTER', 'it has what is no name of a filter', t5 + 1, t6);
    this.filter = filter.text;
    this.#twice();
    return undefined;
  }

  #order(chromosome: string, before: string, position: number): void {
    if (chromosome !== before) {
      if (this.#met.has(bare(chromosome)) && bare(before) !== bare(chromosome))
        this.#warnings.add('order', this.line, 'CHROM', () => 'records of one chromosome do not stand together');
      this.#met.add(bare(chromosome));
      this.#recent.clear();
      this.#older.clear();
      this.#recentFrom = position;
    } else if (position < this.position)
      this.#warnings.add('order', this.line, 'POS', () => 'records are not in order of their position');
  }

  /** Looks whether a variant stood here before, by a hash of 52 bits of what is left of it without common bases. */
  #twice(): void {
    const { bytes, alleles } = this;
    if (Math.abs(this.position - this.#recentFrom) > NEAR) {
      [this.#older, this.#recent] = [this.#recent, this.#older];
      this.#recent.clear();
      this.#recentFrom = this.position;
    }
    for (let i = 0; i < alleles.count; i++) {
      if (alleles.kinds[i] !== 'sequence') continue;
      let [from, to, start, end] = [this.refStart, this.refEnd, alleles.starts[i]!, alleles.ends[i]!];
      while (to - from > 1 && end - start > 1 && bytes[to - 1] === bytes[end - 1]) [to, end] = [to - 1, end - 1];
      let position = this.position;
      while (to - from > 1 && end - start > 1 && bytes[from] === bytes[start])
        [from, start, position] = [from + 1, start + 1, position + 1];
      let [one, two] = [position | 0, to - from];
      for (let at = from; at < to; at++) one = (Math.imul(one, 31) + bytes[at]!) | 0;
      for (let at = start; at < end; at++) {
        one = (Math.imul(one, 33) + bytes[at]!) | 0;
        two = (Math.imul(two, 37) + bytes[at]!) | 0;
      }
      const key = (one >>> 0) * 1_048_576 + (two & 1_048_575);
      if (this.#recent.has(key) || this.#older.has(key))
        this.#warnings.add('variant-twice', this.line, 'POS', () => 'the variant stands in an earlier record too');
      else this.#recent.add(key);
    }
  }

  /** Blanks where none may be, in what isn't read. */
  #blanks(infoStart: number, infoEnd: number): void {
    const { line } = this;
    const { bytes, numbers, tabs } = this.parter;
    const warn = (column: string, from: number, to: number): void => {
      if (bytes.subarray(from, to).includes(SPACE))
        this.#warnings.add(
          'blank',
          line,
          column,
          () => `${column} has a blank`,
          () => bytes.toString('utf8', from, Math.min(to, from + 400)),
        );
    };
    warn('ID', numbers[tabs + 1]! + 1, numbers[tabs + 2]!);
    warn('INFO', infoStart, infoEnd);
  }

  #ragged(): Rejected {
    return apart(
      'columns',
      { line: this.line, column: 'CHROM' },
      `the line has ${this.parter.tabCount + 1} columns, the header ${this.#columns}`,
      'Look for a line that was cut, or for blanks in the place of tabs.',
    );
  }

  #apart(rule: string, column: string, says: string, start: number, end: number): Rejected {
    const value = this.bytes.toString('utf8', start, Math.min(end, start + 400));
    return apart(rule, { line: this.line, column, value }, says, MEND);
  }
}

function filterOf(text: string): Filter {
  if (text === '.') return { text: null, wrong: false };
  const names = text.split(';');
  return { text, wrong: names.some((name) => name === '' || name === '.' || name === '0' || /\s/.test(name)) };
}

/** A name in angle brackets is of a contig in the assembly file: the same one. */
function bare(chromosome: string): string {
  return chromosome.startsWith('<') ? chromosome.slice(1, -1) : chromosome;
}
