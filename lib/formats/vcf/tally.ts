import type { Rejected } from '../rejected.ts';

/** What is told of once, with how many rows have it. */
const SAYS = {
  'left-out-reference': ['the caller calls no variant in the tumour', 'Nothing is to be done: they are left out.'],
  'left-out-germline': ['the caller calls these variants germline', 'Nothing is to be done: they are left out.'],
  'left-out-loh': ['the caller calls these a loss of heterozygosity', 'Nothing is to be done: they are left out.'],
  'left-out-unknown': [
    'the caller does not know whether these are somatic',
    'Nothing is to be done: they are left out.',
  ],
  'left-out-genotype': [
    "the tumour's genotype does not name these alleles",
    'Nothing is to be done: they are left out.',
  ],
  'not-annotated': [
    'these records have no annotation, so that their gene is not known: they are left out',
    'Annotate the whole file, for instance with VEP.',
  ],
  'gene-by-position': [
    'the gene was told by position from a BED: what the variant does is not known, so that it counts as missing',
    'Annotate the file, for instance with VEP, to have its variants counted.',
  ],
  'annotation-of-another-allele': [
    'the annotation names none of these alleles: what they do is not known',
    'Annotate the file again, with one allele a record.',
  ],
  'indel-not-normalised': [
    'insertions and deletions stand where the caller put them, since no genome is a source of the cohort',
    'Put the genome as FASTA beside it, to have them moved as far left as they go.',
  ],
  'indel-beyond-reach': [
    'insertions and deletions could not be moved: the FASTA lacks the place, or they repeat too long',
    'Look whether the FASTA is the genome that the file was called on.',
  ],
  'ref-mismatch': [
    'REF is not what the FASTA has there',
    'Look whether the FASTA is the genome that the file was called on.',
  ],
} as const satisfies Readonly<Record<string, readonly [says: string, remedy: string]>>;

/** What may be told of. */
export type Note = keyof typeof SAYS;

/** Counts what is told of a file once, not once a row. */
export class Tally {
  readonly #counts = new Map<Note, { readonly line: number; rows: number }>();

  add(note: Note, line: number): void {
    const count = this.#counts.get(note);
    if (count) count.rows += 1;
    else this.#counts.set(note, { line, rows: 1 });
  }

  /** How many rows have it. */
  count(note: Note): number {
    return this.#counts.get(note)?.rows ?? 0;
  }

  list(): readonly Rejected[] {
    return Array.from(this.#counts, ([rule, { line, rows }]): Rejected => {
      const [says, remedy] = SAYS[rule];
      return { rule, level: 'warning', line, says, remedy, rows };
    }).sort((a, b) => a.line - b.line || (a.rule < b.rule ? -1 : 1));
  }
}
