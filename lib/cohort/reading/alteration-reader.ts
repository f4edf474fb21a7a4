import type { Problem } from '../values/problem.ts';
import type { Alteration, UnreadableGene } from '../values/record.ts';
import type { AlterationText } from '../values/text.ts';
import type { Reading } from './reading.ts';
import type { ReaderOptions } from './table-reader.ts';

/** What rows of a file of alterations came to. */
export interface AlterationRecords {
  readonly alterations: readonly Alteration[];
  /** Each once over all rows of the file. */
  readonly unreadable: readonly UnreadableGene[];
  readonly problems: readonly Problem[];
}

/** Gives alterations the opaque keys of their specimens, and remembers the genes whose row was set apart. */
export class AlterationReader {
  readonly #options: ReaderOptions;
  readonly #keys = new Map<string, string>();
  readonly #told = new Set<string>();
  #alterations: Alteration[] = [];
  #unreadable: UnreadableGene[] = [];
  #problems: Problem[] = [];

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  add(row: AlterationText): void {
    const { specimenIdentifier, geneId, kind, line } = row;
    const gene = row.gene.trim();
    const nameless = gene === '' && geneId === null && kind !== 'segment';
    if (specimenIdentifier.trim() === '' || nameless) {
      this.#problems.push({
        rule: 'no-identifier',
        level: 'error',
        file: this.#options.file,
        line,
        says: `the row names no ${nameless ? 'gene' : 'specimen'}`,
        remedy: 'Fill it in, or delete the row.',
      });
      return;
    }
    this.#alterations.push({ specimen: this.#keyOf(specimenIdentifier), ...row, gene });
  }

  /** A row was set apart whose specimen and gene could be read: the gene is missing there. */
  apart(specimenIdentifier: string, written: string): void {
    const gene = written.trim();
    if (specimenIdentifier.trim() === '' || gene === '') return;
    const specimen = this.#keyOf(specimenIdentifier);
    const name = `${specimen} ${gene}`;
    if (!this.#told.has(name)) this.#unreadable.push({ specimen, gene });
    this.#told.add(name);
  }

  /** What came since this was last asked: a large file is handed on bit by bit, and nothing is kept. */
  take(): AlterationRecords {
    const records = { alterations: this.#alterations, unreadable: this.#unreadable, problems: this.#problems };
    [this.#alterations, this.#unreadable, this.#problems] = [[], [], []];
    return records;
  }

  /** Hashing is most of the work: an exome names its specimen hundreds of times. */
  #keyOf(identifier: string): string {
    let key = this.#keys.get(identifier);
    if (key === undefined) {
      key = this.#options.pseudonym('specimen', identifier);
      this.#keys.set(identifier, key);
    }
    return key;
  }
}

/** A reader of the alterations of a source. */
export function createAlterationReader(_: Reading, options: ReaderOptions): AlterationReader {
  return new AlterationReader(options);
}
