import { chromosomeName, geneChromosome, geneName, isGene } from './gene-names.ts';

/**
 * Alterations that may be of a gene and aren't known to be: those of a name that several genes had or that a spreadsheet made a date, where nothing
 * told which (MLL2 is KMT2D or KMT2B). Each of these genes has the name's rows, but those of another chromosome, and the name has theirs.
 */
export function doubtsOf(
  rowsOf: ReadonlyMap<string, readonly number[]>,
  chromosomeOf: (row: number) => string | null,
): ReadonlyMap<string, readonly number[]> {
  const doubts = new Map<string, number[]>();
  const add = (gene: string, rows: readonly number[]): void => {
    const known = doubts.get(gene);
    if (known) known.push(...rows);
    else if (rows.length > 0) doubts.set(gene, [...rows]);
  };
  for (const [name, rows] of rowsOf) {
    if (isGene(name)) continue;
    const { how, candidates = [] } = geneName(name);
    if (how !== 'undecided' && how !== 'date') continue;
    for (const gene of candidates) {
      const lies = chromosomeName(geneChromosome(gene));
      const may = (row: number): boolean => {
        const place = chromosomeName(chromosomeOf(row));
        return place === null || lies === null || place === lies;
      };
      add(gene, rows.filter(may));
      add(name, rowsOf.get(gene) ?? []);
    }
  }
  return doubts;
}
