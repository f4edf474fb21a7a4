import type { Problem } from '../values/problem.ts';
import type { Alteration } from '../values/record.ts';
import { geneName, plainChromosome } from './gene-names.ts';

/** An alteration and the source it stands in. */
interface Placed {
  readonly file: string;
  readonly alteration: Alteration;
}

/**
 * Same specimen, gene, place and alleles, or copies, or change of the protein where no place is given: one variant, whoever tells of it. So is
 * one of which place or allele isn't known and that is told twice in the same words. `sites`: of a fusion.
 */
function nameOf(
  { specimen, kind, gene, chromosome, position, ref, alt, ...of }: Alteration,
  sites: string | undefined,
): string | undefined {
  if (kind === 'copy number') return [specimen, kind, gene, of.class ?? '', of.value ?? ''].join('\t');
  if (kind === 'fusion')
    return [
      specimen,
      kind,
      gene,
      of.class ?? '',
      sites ?? '',
      ref ?? '',
      ref === null ? '' : alt,
      of.protein ?? '',
    ].join('\t');
  if (kind !== 'mutation') return undefined;
  if (position === null && of.protein !== null)
    return [specimen, 'without a place', gene, of.class ?? '', of.protein].join('\t');
  const place = [plainChromosome(chromosome) ?? '', position ?? '', ref ?? '', alt ?? ''];
  if (chromosome === null || position === null || alt === null)
    return [specimen, 'in these words', gene, of.class ?? '', of.protein ?? '', ...place].join('\t');
  return [specimen, gene, ...place].join('\t');
}

/** By line of a source, the genes that its fusions join, each with the first of its places: in one order, whichever comes first. */
export function fusionSites(alterations: readonly Alteration[]): ReadonlyMap<number, string> {
  const sites = new Map<number, Map<string, string>>();
  for (const { kind, line, gene, geneId, chromosome, position } of alterations) {
    if (kind !== 'fusion') continue;
    const { symbol } = geneName(gene, { id: geneId, chromosome });
    if (symbol === '') continue;
    const of = sites.get(line) ?? new Map<string, string>();
    sites.set(line, of);
    if (!of.has(symbol)) of.set(symbol, `${symbol} ${plainChromosome(chromosome) ?? ''} ${position ?? ''}`);
  }
  return new Map(Array.from(sites, ([line, of]) => [line, [...of.values()].sort().join('; ')]));
}

/** Variants of specimens, each counted once over all sources. */
export class Variants {
  readonly #first = new Map<string, Placed>();
  readonly #twice = new Map<string, { readonly first: Placed; readonly again: Placed; rows: number }>();

  /** Whether it is the first time that a variant is told of; its gene is called as it is called now. `sites`: those of its line, of a fusion. */
  isNew(file: string, alteration: Alteration, sites?: string): boolean {
    const name = nameOf(alteration, sites);
    if (name === undefined) return true;
    const first = this.#first.get(name);
    if (!first) {
      this.#first.set(name, { file, alteration });
      return true;
    }
    // both sites of a fusion lie in one gene, which the row calls by two names
    if (first.file === file && first.alteration.line === alteration.line && alteration.kind === 'fusion') return false;
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

function shownOf({ gene, chromosome, position, kind, value, protein, alt }: Alteration): string {
  if (kind === 'fusion') return `${gene} ${alt ?? ''}`.trim();
  if (kind === 'mutation' && position === null) return `${gene} ${protein ?? ''}`.trim();
  return kind === 'copy number' ? `${gene} ${value ?? ''}`.trim() : `${gene} ${chromosome}:${position}`;
}
