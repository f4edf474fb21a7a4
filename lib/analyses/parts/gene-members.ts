/** A batch of genes as bit sets over the frame's rows. */
export interface GeneBatchBits {
  readonly count: number;
  altered(gene: number): Uint32Array;
  covered(gene: number): Uint32Array;
}

function has(bits: Uint32Array, row: number): number {
  return ((bits[row >>> 5] ?? 0) >>> (row & 31)) & 1;
}

/** Of the patients of a scan (rows of the frame) the places of those whom a gene's sequencing covers; genes of one panel share the list. */
export function coveredPlaces(rows: Int32Array): (covered: Uint32Array) => Int32Array {
  const known = new Map<Uint32Array, Int32Array>();
  return (covered) => {
    const before = known.get(covered);
    if (before !== undefined) return before;
    const places = Int32Array.from(rows.keys()).filter((i) => has(covered, rows[i]!) === 1);
    known.set(covered, places);
    return places;
  };
}

/** Of covered places, 1 where the patient carries the gene's alteration. */
export function carriersAmong(altered: Uint32Array, rows: Int32Array, places: Int32Array): Uint8Array {
  return Uint8Array.from(places, (i) => has(altered, rows[i]!));
}

/** How many the genes of a batch are covered and carried by. */
export function batchCounts(
  genes: GeneBatchBits,
  rows: Int32Array,
  places: (covered: Uint32Array) => Int32Array,
): { readonly covered: Int32Array; readonly carriers: Int32Array } {
  const covered = new Int32Array(genes.count);
  const carriers = new Int32Array(genes.count);
  for (let gene = 0; gene < genes.count; gene++) {
    const own = places(genes.covered(gene));
    const altered = genes.altered(gene);
    covered[gene] = own.length;
    for (const i of own) carriers[gene]! += has(altered, rows[i]!);
  }
  return { covered, carriers };
}
