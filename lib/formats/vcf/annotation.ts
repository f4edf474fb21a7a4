import { shortProtein } from '../protein.ts';
import type { Alleles } from './alleles.ts';
import type { AnnotationFields } from './annotation-fields.ts';
import { Consequence } from './consequence.ts';
import { ByteDictionary } from './dictionary.ts';
import { Leap } from './leap.ts';
import { NOT_KEPT, Parter } from './parter.ts';
import { wholeNumber } from './values.ts';

const BAR = 124;
const COMMA = 44;
const DASH = 45;

/** What an annotation says that an allele does to one gene. */
export interface Effect {
  readonly gene: string;
  /** NCBI's, where the annotation has it. */
  readonly geneId: string | null;
  /** Null where the annotation can't be told to be this allele's. */
  readonly consequence: Consequence | null;
  readonly protein: string | null;
}

/** Sequence Ontology's names that VEP gives symbolic alleles. */
const SYMBOLIC: readonly (readonly [begins: string, name: string])[] = [
  ['<DEL', 'deletion'],
  ['<DUP', 'duplication'],
  ['<INS', 'insertion'],
  ['<INV', 'inversion'],
];

/** The fields that are read, by their place in what is kept of an entry. */
const KEPT = [
  'allele',
  'alleleNumber',
  'consequence',
  'symbol',
  'geneId',
  'protein',
  'aminoAcids',
  'residue',
  'pick',
  'mane',
  'canonical',
  'biotype',
] as const;
type Field = (typeof KEPT)[number];
const FIELD = Object.fromEntries(KEPT.map((name, place) => [name, place])) as Readonly<Record<Field, number>>;
const FIELDS = KEPT.length;

const PROTEIN_CODING = Buffer.from('protein_coding');

/** Reads the annotation of a record: entries for each allele and transcript, between commas, their fields between bars. */
export class AnnotationReader {
  readonly #fields: AnnotationFields;
  readonly #bars: Parter;
  /** What marks a transcript to go by, as far as the file has it. */
  readonly #marks: readonly Field[];
  readonly #comma = new Leap(COMMA);
  readonly #genes = new ByteDictionary((text) => text);
  readonly #consequences = new ByteDictionary((text) => new Consequence(text));
  #bytes: Buffer = Buffer.alloc(0);
  #entries = 0;
  #starts = new Int32Array(64 * FIELDS);
  #ends = new Int32Array(64 * FIELDS);
  /** By entry, its gene; '' where it names none. */
  #geneOf: string[] = [];

  constructor(fields: AnnotationFields) {
    this.#fields = fields;
    const keptAs = new Uint8Array(fields.width).fill(NOT_KEPT);
    for (const name of KEPT) if (fields[name] >= 0) keptAs[fields[name]] = FIELD[name];
    this.#bars = new Parter(BAR, keptAs);
    this.#marks = (['pick', 'mane', 'canonical'] as const).filter((name) => fields[name] >= 0);
  }

  /** Parts the entries that stand there; gives how many. */
  read(bytes: Buffer, start: number, end: number): number {
    this.#bytes = bytes;
    this.#entries = 0;
    for (let from = start; from < end; ) {
      const base = this.#entries * FIELDS;
      if (base + FIELDS > this.#starts.length) this.#grow();
      const last = this.#comma.to(bytes, from, end);
      this.#bars.part(bytes, from, last, this.#starts, this.#ends, base);
      this.#geneOf[this.#entries] = this.#isGeneOfLast(base) ? this.#geneOf[this.#entries - 1]! : this.#gene(base);
      this.#entries += 1;
      from = last + 1;
    }
    return this.#entries;
  }

  /** Genes that any entry names. */
  genes(): ReadonlySet<string> {
    return new Set(this.#geneOf.slice(0, this.#entries).filter((gene) => gene !== ''));
  }

  /** What an allele does, once a gene: in the transcript that was picked, else MANE's, else the canonical one, else where it is most severe. */
  effects(refStart: number, refEnd: number, alleles: Alleles, allele: number): readonly Effect[] {
    const of = this.#entriesOf(refStart, refEnd, alleles, allele);
    const best: number[] = [];
    for (let entry = 0; entry < this.#entries; entry++) {
      const gene = this.#geneOf[entry]!;
      if (gene === '' || !(of === undefined || of === 'unsure' || of[entry] === 1)) continue;
      let known = best.length - 1;
      while (known >= 0 && this.#geneOf[best[known]!] !== gene) known -= 1;
      if (known < 0) best.push(entry);
      else if (this.#precedes(entry, best[known]!)) best[known] = entry;
    }
    return best.map((entry) => ({
      gene: this.#geneOf[entry]!,
      geneId: this.#geneId(entry),
      consequence: of === 'unsure' ? null : this.#consequence(entry),
      protein: of === 'unsure' ? null : this.#protein(entry),
    }));
  }

  /** Marks the entries of an allele; undefined: all are its, `unsure`: none is told to be. */
  #entriesOf(refStart: number, refEnd: number, alleles: Alleles, allele: number): Uint8Array | 'unsure' | undefined {
    if (alleles.count === 1) return undefined;
    const marked = new Uint8Array(this.#entries);
    let found = 0;
    for (let entry = 0; entry < this.#entries; entry++) {
      const at = entry * FIELDS + FIELD.alleleNumber;
      if (wholeNumber(this.#bytes, this.#starts[at]!, this.#ends[at]!) === allele + 1) found += marked[entry] = 1;
    }
    if (found > 0) return marked;
    const name = this.#alleleName(refStart, refEnd, alleles, allele);
    for (let entry = 0; entry < this.#entries; entry++)
      if (this.#text(entry, 'allele') === name) found += marked[entry] = 1;
    return found > 0 ? marked : 'unsure';
  }

  /** What the annotation calls an allele of several: VEP leaves out the first base where all begin alike and one is an indel. */
  #alleleName(refStart: number, refEnd: number, alleles: Alleles, allele: number): string {
    const bytes = this.#bytes;
    const text = bytes.toString('latin1', alleles.starts[allele], alleles.ends[allele]);
    if (this.#fields.wholeAlleles) return text;
    if (alleles.kinds[allele] === 'symbolic') return SYMBOLIC.find(([begins]) => text.startsWith(begins))?.[1] ?? text;
    let [alike, indel] = [true, false];
    for (let i = 0; i < alleles.count; i++) {
      if (alleles.kinds[i] !== 'sequence') continue;
      if (bytes[alleles.starts[i]!] !== bytes[refStart]) alike = false;
      if (alleles.ends[i]! - alleles.starts[i]! !== refEnd - refStart) indel = true;
    }
    return alike && indel ? text.slice(1) || '-' : text;
  }

  /** Whether to go by one entry rather than by another of the same gene. */
  #precedes(entry: number, other: number): boolean {
    for (const mark of this.#marks) {
      const marked = this.#says(entry, mark);
      if (marked !== this.#says(other, mark)) return marked;
    }
    const coding = this.#isCoding(entry);
    if (coding !== this.#isCoding(other)) return coding;
    return this.#consequence(entry).rank < this.#consequence(other).rank;
  }

  #isCoding(entry: number): boolean {
    const at = entry * FIELDS + FIELD.biotype;
    const [start, end] = [this.#starts[at]!, this.#ends[at]!];
    return (
      end - start === PROTEIN_CODING.length &&
      this.#bytes.compare(PROTEIN_CODING, 0, PROTEIN_CODING.length, start, end) === 0
    );
  }

  #says(entry: number, field: Field): boolean {
    const at = entry * FIELDS + FIELD[field];
    const length = this.#ends[at]! - this.#starts[at]!;
    return length > 1 || (length === 1 && this.#bytes[this.#starts[at]!] !== DASH);
  }

  #text(entry: number, field: Field): string {
    const at = entry * FIELDS + FIELD[field];
    const [start, end] = [this.#starts[at]!, this.#ends[at]!];
    return end > start ? this.#bytes.toString('utf8', start, end) : '';
  }

  #consequence(entry: number): Consequence {
    const at = entry * FIELDS + FIELD.consequence;
    return this.#consequences.get(this.#bytes, this.#starts[at]!, this.#ends[at]!);
  }

  /** Whether the entry that begins there has the symbol of the one before: most have. */
  #isGeneOfLast(base: number): boolean {
    if (base === 0) return false;
    const bytes = this.#bytes;
    const [at, before] = [base + FIELD.symbol, base - FIELDS + FIELD.symbol];
    const [start, other] = [this.#starts[at]!, this.#starts[before]!];
    const length = this.#ends[at]! - start;
    if (length === 0 || this.#ends[before]! - other !== length) return false;
    for (let i = 0; i < length; i++) if (bytes[start + i] !== bytes[other + i]) return false;
    return true;
  }

  /** The symbol, else the identifier, of the entry that begins there. */
  #gene(base: number): string {
    let at = base + FIELD.symbol;
    if (this.#ends[at] === this.#starts[at]) at = base + FIELD.geneId;
    const [start, end] = [this.#starts[at]!, this.#ends[at]!];
    return end > start ? this.#genes.get(this.#bytes, start, end) : '';
  }

  #geneId(entry: number): string | null {
    const at = entry * FIELDS + FIELD.geneId;
    const [start, end] = [this.#starts[at]!, this.#ends[at]!];
    return wholeNumber(this.#bytes, start, end) > 0 ? this.#bytes.toString('latin1', start, end) : null;
  }

  /** HGVS where the annotation has it, else what residue and amino acids make of it. */
  #protein(entry: number): string | null {
    if (this.#says(entry, 'protein')) return shortProtein(this.#text(entry, 'protein'));
    if (!this.#says(entry, 'aminoAcids')) return null;
    const [, from, to] = /^([A-Z*])\/([A-Z*])$/.exec(this.#text(entry, 'aminoAcids')) ?? [];
    const [, place] = /^(\d+)(?:\/\d+)?$/.exec(this.#text(entry, 'residue')) ?? [];
    return from !== undefined && place !== undefined ? `p.${from}${place}${to}` : null;
  }

  #grow(): void {
    const [starts, ends] = [new Int32Array(this.#starts.length * 2), new Int32Array(this.#starts.length * 2)];
    starts.set(this.#starts);
    ends.set(this.#ends);
    [this.#starts, this.#ends] = [starts, ends];
  }
}
