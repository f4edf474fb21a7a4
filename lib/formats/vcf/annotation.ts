import { shortProtein } from '../protein.ts';
import type { Alleles } from './alleles.ts';
import type { AnnotationFields } from './annotation-fields.ts';
import { Consequence } from './consequence.ts';
import { ByteDictionary } from './dictionary.ts';
import { Leap } from './leap.ts';
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

/** Reads the annotation of a record: entries for each allele and transcript, between commas, their fields between bars. */
export class AnnotationReader {
  readonly #fields: AnnotationFields;
  readonly #comma = new Leap(COMMA);
  readonly #genes = new ByteDictionary((text) => text);
  readonly #consequences = new ByteDictionary((text) => new Consequence(text));
  #bytes: Buffer = Buffer.alloc(0);
  #entries = 0;
  #starts = new Int32Array(1024);
  #ends = new Int32Array(1024);

  constructor(fields: AnnotationFields) {
    this.#fields = fields;
  }

  /** Parts the entries that stand there; gives how many. */
  read(bytes: Buffer, start: number, end: number): number {
    const { width } = this.#fields;
    this.#bytes = bytes;
    this.#entries = 0;
    for (let at = start; at < end; at++) {
      const base = this.#entries * width;
      if (base + width > this.#starts.length) this.#grow();
      let [field, from] = [0, at];
      for (; field < width && at <= end; at++) {
        const byte = at < end ? bytes[at] : COMMA;
        if (byte !== BAR && byte !== COMMA) continue;
        this.#starts[base + field] = from;
        this.#ends[base + field] = at;
        field += 1;
        from = at + 1;
        if (byte === COMMA) break;
      }
      for (; field < width; field++) this.#starts[base + field] = this.#ends[base + field] = at;
      if (at < end && bytes[at] !== COMMA) at = this.#comma.to(bytes, at, end);
      this.#entries += 1;
    }
    return this.#entries;
  }

  /** Genes that any entry names. */
  genes(): ReadonlySet<string> {
    const genes = new Set<string>();
    for (let entry = 0; entry < this.#entries; entry++) {
      const gene = this.#gene(entry);
      if (gene !== '') genes.add(gene);
    }
    return genes;
  }

  /** What an allele does, once a gene: in the transcript that was picked, else MANE's, else the canonical one, else where it is most severe. */
  effects(refStart: number, refEnd: number, alleles: Alleles, allele: number): readonly Effect[] {
    const matching = this.#entriesOf(refStart, refEnd, alleles, allele);
    const best = new Map<string, number>();
    for (const entry of matching.entries) {
      const gene = this.#gene(entry);
      if (gene === '') continue;
      const other = best.get(gene);
      if (other === undefined || this.#weight(entry) < this.#weight(other)) best.set(gene, entry);
    }
    return Array.from(best, ([gene, entry]) => ({
      gene,
      geneId: this.#geneId(entry),
      consequence: matching.sure ? this.#consequence(entry) : null,
      protein: matching.sure ? this.#protein(entry) : null,
    }));
  }

  #entriesOf(
    refStart: number,
    refEnd: number,
    alleles: Alleles,
    allele: number,
  ): { readonly entries: readonly number[]; readonly sure: boolean } {
    const all = Array.from({ length: this.#entries }, (_, entry) => entry);
    if (alleles.count === 1) return { entries: all, sure: true };
    const { alleleNumber } = this.#fields;
    if (alleleNumber >= 0) {
      const numbered = all.filter((entry) => {
        const [start, end] = this.#place(entry, alleleNumber);
        return wholeNumber(this.#bytes, start, end) === allele + 1;
      });
      if (numbered.length > 0) return { entries: numbered, sure: true };
    }
    const name = this.#alleleName(refStart, refEnd, alleles, allele);
    const named = all.filter((entry) => this.#text(entry, this.#fields.allele) === name);
    return named.length > 0 ? { entries: named, sure: true } : { entries: all, sure: false };
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

  /** The lower, the more it is the transcript to go by. */
  #weight(entry: number): number {
    const { pick, mane, canonical, biotype } = this.#fields;
    const marked = (field: number): number => (this.#says(entry, field) ? 0 : 1);
    const coding = biotype < 0 || this.#text(entry, biotype) === 'protein_coding' ? 0 : 1;
    return (
      (((marked(pick) * 2 + marked(mane)) * 2 + marked(canonical)) * 2 + coding) * 128 + this.#consequence(entry).rank
    );
  }

  #says(entry: number, field: number): boolean {
    if (field < 0) return false;
    const [start, end] = this.#place(entry, field);
    return end > start && !(end - start === 1 && this.#bytes[start] === DASH);
  }

  #place(entry: number, field: number): readonly [start: number, end: number] {
    const at = entry * this.#fields.width + field;
    return [this.#starts[at]!, this.#ends[at]!];
  }

  #text(entry: number, field: number): string {
    if (field < 0) return '';
    const [start, end] = this.#place(entry, field);
    return this.#bytes.toString('utf8', start, end);
  }

  #consequence(entry: number): Consequence {
    const [start, end] = this.#place(entry, this.#fields.consequence);
    return this.#consequences.get(this.#bytes, start, end);
  }

  #gene(entry: number): string {
    for (const field of [this.#fields.symbol, this.#fields.geneId]) {
      if (field < 0) continue;
      const [start, end] = this.#place(entry, field);
      if (end > start) return this.#genes.get(this.#bytes, start, end);
    }
    return '';
  }

  #geneId(entry: number): string | null {
    const id = this.#text(entry, this.#fields.geneId);
    return /^\d+$/.test(id) ? id : null;
  }

  /** HGVS where the annotation has it, else what residue and amino acids make of it. */
  #protein(entry: number): string | null {
    const { protein, aminoAcids, residue } = this.#fields;
    if (this.#says(entry, protein)) return shortProtein(this.#text(entry, protein));
    const [, from, to] = /^([A-Z*])\/([A-Z*])$/.exec(this.#text(entry, aminoAcids)) ?? [];
    const [, place] = /^(\d+)(?:\/\d+)?$/.exec(this.#text(entry, residue)) ?? [];
    return from !== undefined && place !== undefined ? `p.${from}${place}${to}` : null;
  }

  #grow(): void {
    const [starts, ends] = [new Int32Array(this.#starts.length * 2), new Int32Array(this.#starts.length * 2)];
    starts.set(this.#starts);
    ends.set(this.#ends);
    [this.#starts, this.#ends] = [starts, ends];
  }
}
