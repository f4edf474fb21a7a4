import type { GeneBits } from './gene-carriers.ts';

/** Genes as numbers alone, which threads can share: bit sets one after the other. */
export interface PackedGenes {
  readonly count: number;
  /** Words a gene. */
  readonly words: number;
  readonly altered: Uint32Array;
  /** By gene, which of the covers is its own; absent where all patients are covered. */
  readonly cover?: Int32Array;
  readonly covers?: Uint32Array;
}

/** Equal covers that are one array are kept once. O(genes x words). */
export function packGenes(genes: GeneBits): PackedGenes {
  let words = 0;
  for (let gene = 0; gene < genes.count; gene++) {
    words = Math.max(words, genes.altered(gene).length, genes.covered?.(gene).length ?? 0);
  }
  const altered = new Uint32Array(words * genes.count);
  for (let gene = 0; gene < genes.count; gene++) altered.set(genes.altered(gene), gene * words);
  if (genes.covered === undefined) return { count: genes.count, words, altered };
  const kept = new Map<Uint32Array, number>();
  const cover = new Int32Array(genes.count);
  for (let gene = 0; gene < genes.count; gene++) {
    const bits = genes.covered(gene);
    if (!kept.has(bits)) kept.set(bits, kept.size);
    cover[gene] = kept.get(bits)!;
  }
  const covers = new Uint32Array(words * kept.size);
  for (const [bits, place] of kept) covers.set(bits, place * words);
  return { count: genes.count, words, altered, cover, covers };
}

/** Genes `from` up to `to`, as a scan takes them. */
export function unpackGenes({ words, altered, cover, covers }: PackedGenes, from: number, to: number): GeneBits {
  const places = Array.from({ length: covers === undefined || words === 0 ? 0 : covers.length / words }, (_, place) =>
    covers!.subarray(place * words, (place + 1) * words),
  );
  return {
    count: to - from,
    altered: (gene) => altered.subarray((from + gene) * words, (from + gene + 1) * words),
    ...(cover === undefined ? {} : { covered: (gene: number) => places[cover[from + gene]!]! }),
  };
}
