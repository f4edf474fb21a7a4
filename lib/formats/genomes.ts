import { oneChromosome } from './chromosome.ts';
import { GenomeStretches } from './fasta.ts';

/** A FASTA of the cohort. */
interface Fasta {
  readonly file: string;
  readonly open: () => Promise<AsyncIterable<Uint8Array>>;
}

/**
 * The genomes of a cohort: one in one FASTA or in many, or several. Of those that have a chromosome the one counts that is of the build; where
 * their names don't tell, the one that agrees with most of what was read; of equal ones the first.
 */
export class Genomes {
  readonly #fastas: readonly Fasta[];
  readonly #genomes: readonly GenomeStretches[];
  readonly #build: string | undefined;
  /** By chromosome, of each genome the reference alleles that it has otherwise. */
  readonly #wrong = new Map<string, number[]>();
  readonly #chosen = new Map<string, GenomeStretches | undefined>();

  constructor(fastas: readonly Fasta[], build: string | undefined) {
    this.#fastas = fastas;
    this.#genomes = fastas.map(() => new GenomeStretches());
    this.#build = build;
  }

  /** Asks for a stretch of each. */
  ask(chromosome: string, first: number, last: number): void {
    for (const genome of this.#genomes) genome.ask(chromosome, first, last);
  }

  /** Reads every FASTA once. Gives whether what was read has to decide between them. */
  async fill(): Promise<boolean> {
    for (const [i, { file, open }] of this.#fastas.entries()) await this.#genomes[i]!.fill(await open(), file);
    return this.#genomes.length > 1;
  }

  /** Holds a reference allele against each genome. */
  hold(chromosome: string, position: number, ref: string): void {
    const name = oneChromosome(chromosome);
    const wrong = this.#wrong.get(name) ?? this.#genomes.map(() => 0);
    this.#wrong.set(name, wrong);
    for (const [i, genome] of this.#genomes.entries())
      if (differs((at) => genome.base(chromosome, at), position, ref)) wrong[i]! += 1;
  }

  /** The base at a position, of the genome that counts there. */
  base(chromosome: string, position: number): string {
    const name = oneChromosome(chromosome);
    if (!this.#chosen.has(name)) this.#chosen.set(name, this.#choose(name));
    return this.#chosen.get(name)?.base(chromosome, position) ?? '';
  }

  #choose(chromosome: string): GenomeStretches | undefined {
    const having = this.#genomes.filter((genome) => genome.has(chromosome));
    const sure = having.filter(({ build }) => build !== undefined && build === this.#build);
    const open = having.filter(({ build }) => build === undefined || this.#build === undefined);
    const wrong = this.#wrong.get(chromosome) ?? [];
    const count = (genome: GenomeStretches): number => wrong[this.#genomes.indexOf(genome)] ?? 0;
    const among = sure.length > 0 ? sure : open.length > 0 ? open : having;
    return among.reduce<GenomeStretches | undefined>(
      (best, genome) => (best === undefined || count(genome) < count(best) ? genome : best),
      undefined,
    );
  }
}

/** Whether a reference allele isn't what a genome has there, as far as both tell. */
export function differs(base: (position: number) => string, position: number, ref: string): boolean {
  return [...ref].some((letter, i) => {
    const known = base(position + i);
    return known !== '' && letter !== 'N' && known !== 'N' && known !== letter;
  });
}
