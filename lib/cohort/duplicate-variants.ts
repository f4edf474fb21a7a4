import { plainChromosome } from './gene-names.ts';
import type { Problem } from './problem.ts';
import type { Alteration } from './record.ts';

/** An alteration and the source it stands in. */
interface Placed {
  readonly file: string;
  readonly alteration: Alteration;
}

/** Same specimen, gene, place and alleles, or copies, or change of the protein where no place is given: one variant, whoever tells of it. */
function nameOf({ specimen, kind, gene, chromosome, position, ref, alt, ...of }: Alteration): string | undefined {
  if (kind === 'copy number') return [specimen, kind, gene, of.class ?? '', of.value ?? ''].join('\t');
  if (kind === 'mutation' && position === null && of.protein !== null)
    return [specimen, 'without a place', gene, of.class ?? '', of.protein].join('\t');
  if (kind !== 'mutation' || chromosome === null || position === null || alt === null) return undefined;
  return [specimen, gene, plainChromosome(chromosome), position, ref ?? '', alt].join('\t');
}

/** Variants of specimens, each counted once over all sources. */
export class Variants {
  readonly #first = new Map<string, Placed>();
  readonly #twice = new Map<string, { readonly first: Placed; readonly again: Placed; rows: number }>();

  /** Whether it is the first time that a variant is told of; its gene is called as it is called now. */
  isNew(file: string, alteration: Alteration): boolean {
    const name = nameOf(alteration);
    if (name === undefined) return true;
    const first = this.#first.get(name);
    if (!first) {
      this.#first.set(name, { file, alteration });
      return true;
    }
    const pair = `${file}\t${first.file}`;
    const known = this.#twice.get(pair);
    if (known) known.rows += 1;
    else this.#twice.set(pair, { first, again: { file, alteration }, rows: 1 });
    return false;
  }

  /** One problem for each pair of sources, at the first variant they both have. */
  problems(): Problem[] {
    return [...this.#twice.values()].map(({ first, again, rows }) => ({
      rule: 'duplicate-variant',
      level: 'warning',
      file: again.file,
      line: again.alteration.line,
      value: shownOf(again.alteration),
      rows,
      says: `the variant stands in line ${first.alteration.line} of ${first.file} too, of the same specimen: it counts once`,
      remedy: 'Keep one of the two, if they come from one call.',
    }));
  }
}

function shownOf({ gene, chromosome, position, kind, value, protein }: Alteration): string {
  if (kind === 'mutation' && position === null) return `${gene} ${protein}`;
  return kind === 'copy number' ? `${gene} ${value ?? ''}`.trim() : `${gene} ${chromosome}:${position}`;
}
