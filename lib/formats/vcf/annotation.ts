import { shortProteinAt } from '../protein.ts';
import type { Alleles } from './alleles.ts';
import type { AnnotationFields } from './annotation-fields.ts';
import { Consequence } from './consequence.ts';
import { ByteDictionary } from './dictionary.ts';
import type { Parter } from './parter.ts';
import { wholeNumber } from './values.ts';

const DASH = 45;

/** What an annotation says that an allele does to one gene. */
export interface Effect {
  /** The entry that says it. */
  readonly entry: number;
  readonly gene: string;
  /** Null where the annotation can't be told to be this allele's. */
  readonly consequence: Consequence | null;
}

/** Sequence Ontology's names that VEP gives symbolic alleles. */
const SYMBOLIC: readonly (readonly [begins: string, name: string])[] = [
  ['<DEL', 'deletion'],
  ['<DUP', 'duplication'],
  ['<INS', 'insertion'],
  ['<INV', 'inversion'],
];

const PROTEIN_CODING = Buffer.from('protein_coding');

/** Reads the annotation of a record: entries for each allele and transcript, between commas, their fields between bars. */
export class AnnotationReader {
  readonly #fields: AnnotationFields;
  readonly #parter: Parter;
  /** Places of what marks a transcript to go by, as far as the file has it. */
  readonly #marks: readonly number[];
  readonly #genes = new ByteDictionary((text) => text);
  readonly #consequences = new ByteDictionary((text) => new Consequence(text));
  #entries = 0;
  /** By entry, its gene; '' where it names none. */
  readonly #geneOf: string[] = [];
  /** Entries to go by, one a gene. */
  readonly #best: number[] = [];

  constructor(fields: AnnotationFields, parter: Parter) {
    this.#fields = fields;
    this.#parter = parter;
    this.#marks = [fields.pick, fields.mane, fields.canonical].filter((place) => place >= 0);
  }

  /** Parts the entries that stand there, in the line that was parted last; gives how many. */
  read(start: number, end: number): number {
    this.#entries = this.#parter.entries(start, end, this.#fields.width);
    for (let entry = 0; entry < this.#entries; entry++) this.#geneOf[entry] = this.#gene(entry);
    return this.#entries;
  }

  /** Genes that any entry names. */
  genes(): ReadonlySet<string> {
    return new Set(this.#geneOf.slice(0, this.#entries).filter((gene) => gene !== ''));
  }

  /** What an allele does, once a gene: in the transcript that was picked, else MANE's, else the canonical one, else where it is most severe. */
  effects(refStart: number, refEnd: number, alleles: Alleles, allele: number): readonly Effect[] {
    const of = this.#entriesOf(refStart, refEnd, alleles, allele);
    const [best, geneOf] = [this.#best, this.#geneOf];
    let genes = 0;
    for (let entry = 0; entry < this.#entries; entry++) {
      const gene = geneOf[entry]!;
      if (gene === '' || !(of === undefined || of === 'unsure' || of[entry] === 1)) continue;
      let known = genes - 1;
      while (known >= 0 && geneOf[best[known]!] !== gene) known -= 1;
      if (known < 0) best[genes++] = entry;
      else if (this.#precedes(entry, best[known]!)) best[known] = entry;
    }
    const effects: Effect[] = [];
    for (let i = 0; i < genes; i++) {
      const entry = best[i]!;
      effects.push({ entry, gene: geneOf[entry]!, consequence: of === 'unsure' ? null : this.#consequence(entry) });
    }
    return effects;
  }

  /** NCBI's number of an entry's gene, where the annotation has it. */
  geneId(entry: number): string | null {
    const { geneId } = this.#fields;
    const [start, end] = [this.#from(entry, geneId), this.#to(entry, geneId)];
    const { bytes } = this.#parter;
    return wholeNumber(bytes, start, end) > 0 ? bytes.toString('latin1', start, end) : null;
  }

  /** The change of the protein: HGVS where the annotation has it, else what residue and amino acids make of it. */
  protein(entry: number): string | null {
    const { protein, aminoAcids, residue } = this.#fields;
    if (this.#says(entry, protein))
      return shortProteinAt(this.#parter.bytes, this.#from(entry, protein), this.#to(entry, protein));
    if (!this.#says(entry, aminoAcids)) return null;
    const [, from, to] = /^([A-Z*])\/([A-Z*])$/.exec(this.#text(entry, aminoAcids)) ?? [];
    const [, place] = /^(\d+)(?:\/\d+)?$/.exec(this.#text(entry, residue)) ?? [];
    return from !== undefined && place !== undefined ? `p.${from}${place}${to}` : null;
  }

  /** Marks the entries of an allele; undefined: all are its, `unsure`: none is told to be. */
  #entriesOf(refStart: number, refEnd: number, alleles: Alleles, allele: number): Uint8Array | 'unsure' | undefined {
    if (alleles.count === 1) return undefined;
    const marked = new Uint8Array(this.#entries);
    let found = 0;
    const { alleleNumber } = this.#fields;
    for (let entry = 0; entry < this.#entries; entry++) {
      const [start, end] = [this.#from(entry, alleleNumber), this.#to(entry, alleleNumber)];
      if (wholeNumber(this.#parter.bytes, start, end) === allele + 1) found += marked[entry] = 1;
    }
    if (found > 0) return marked;
    const name = this.#alleleName(refStart, refEnd, alleles, allele);
    for (let entry = 0; entry < this.#entries; entry++)
      if (this.#text(entry, this.#fields.allele) === name) found += marked[entry] = 1;
    return found > 0 ? marked : 'unsure';
  }

  /** What the annotation calls an allele of several: VEP leaves out the first base where all begin alike and one is an indel. */
  #alleleName(refStart: number, refEnd: number, alleles: Alleles, allele: number): string {
    const { bytes } = this.#parter;
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
    const [start, end] = [this.#from(entry, this.#fields.biotype), this.#to(entry, this.#fields.biotype)];
    if (end - start !== PROTEIN_CODING.length) return false;
    const { bytes } = this.#parter;
    for (let i = 0; i < PROTEIN_CODING.length; i++) if (bytes[start + i] !== PROTEIN_CODING[i]) return false;
    return true;
  }

  #says(entry: number, place: number): boolean {
    const start = this.#from(entry, place);
    const length = this.#to(entry, place) - start;
    return length > 1 || (length === 1 && this.#parter.bytes[start] !== DASH);
  }

  #text(entry: number, place: number): string {
    const [start, end] = [this.#from(entry, place), this.#to(entry, place)];
    return end > start ? this.#parter.bytes.toString('utf8', start, end) : '';
  }

  #consequence(entry: number): Consequence {
    const { consequence } = this.#fields;
    return this.#consequences.get(this.#parter.bytes, this.#from(entry, consequence), this.#to(entry, consequence));
  }

  /** The symbol, else the identifier, of an entry. */
  #gene(entry: number): string {
    const { symbol, geneId } = this.#fields;
    let [start, end] = [this.#from(entry, symbol), this.#to(entry, symbol)];
    if (end === start) [start, end] = [this.#from(entry, geneId), this.#to(entry, geneId)];
    return end > start ? this.#genes.get(this.#parter.bytes, start, end) : '';
  }

  /** Where a field of an entry begins; one that the entry, or the file, lacks is empty. */
  #from(entry: number, place: number): number {
    const { numbers, firsts } = this.#parter;
    const mark = numbers[firsts + entry]! + place;
    const next = numbers[firsts + entry + 1]!;
    return place >= 0 && mark < next ? numbers[mark - 1]! + 1 : numbers[next - 1]!;
  }

  /** Where it ends. */
  #to(entry: number, place: number): number {
    const { numbers, firsts } = this.#parter;
    const mark = numbers[firsts + entry]! + place;
    const next = numbers[firsts + entry + 1]!;
    return numbers[place >= 0 && mark < next ? mark : next - 1]!;
  }
}
