import { geneName } from './gene-names.ts';
import data from './oncogenic-pathways.json' with { type: 'json' };

/** Genes that act together. */
export interface Pathway {
  readonly name: string;
  /** By their current symbols, sorted. */
  readonly genes: readonly string[];
}

let known: readonly Pathway[] | undefined;

/** The ten oncogenic signalling pathways of Sanchez-Vega et al., Cell 2018;173:321 (335 genes), in the order of their names. */
export function oncogenicPathways(): readonly Pathway[] {
  known ??= Object.entries(data.pathways)
    .map(([name, genes]) => ({
      name,
      genes: [...new Set(genes.split(' ').map((written) => geneName(written).symbol))].sort(),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return known;
}
