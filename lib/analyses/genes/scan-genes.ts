import { setImmediate as turn } from 'node:timers/promises';
import { type Adjustment, adjust } from '../../stats/index.ts';
import type { Progress } from '../parts/analysis.ts';
import type { GeneTest, TestedGene } from './gene-test.ts';
import type { ScanUnits } from './scan-units.ts';

/** A gene without a test: how many carry it, and why. */
export interface LeftOutGene {
  readonly symbol: string;
  readonly altered: number;
  readonly reason: string;
}

export interface Scanned {
  /** By p, then by symbol. */
  readonly tested: readonly (TestedGene & {
    readonly adjusted: number;
    /** Of the model beside the test, over those that have a p of it. */
    readonly modelAdjusted?: number | undefined;
  })[];
  readonly leftOut: readonly LeftOutGene[];
  /** Genes that at least one of the analysed carries. */
  readonly altered: number;
}

/** Genes between two looks at whether anybody still waits. */
const BATCH = 2048;

/** Tests every gene, pathway or variable that enough carry and not all, and adjusts over those tested. Their order plays no part. */
export async function scanGenes(
  genes: ScanUnits,
  test: GeneTest,
  { minAltered, adjustment }: { readonly minAltered: number; readonly adjustment: Adjustment },
  progress: Progress,
): Promise<Scanned> {
  const total = genes.names.length;
  const tested: TestedGene[] = [];
  const leftOut: LeftOutGene[] = [];
  let altered = 0;
  for (let from = 0; from < total; from += BATCH) {
    progress.stage(`testing ${genes.noun.many}`, 0.1 + (0.8 * from) / total);
    await turn(); // lets the word get out, and the answer in
    progress.stopped();
    const batch = test.run({
      count: Math.min(BATCH, total - from),
      altered: (gene) => genes.altered(from + gene),
      covered: (gene) => genes.covered(from + gene),
    });
    for (let gene = 0; gene < batch.carriers.length; gene++) {
      const symbol = genes.names[from + gene]!;
      const carriers = batch.carriers[gene]!;
      if (carriers > 0) altered++;
      const reason = withoutTest(carriers, batch.covered[gene]!, minAltered, genes.uncovered);
      const result = reason === undefined ? batch.tested(gene) : undefined;
      if (result) tested.push({ symbol, ...result });
      else leftOut.push({ symbol, altered: carriers, reason: reason ?? test.silent });
    }
  }
  const adjusted = adjust(
    Float64Array.from(tested, ({ p }) => p),
    adjustment,
  );
  const beside = adjust(
    Float64Array.from(tested, ({ modelP = Number.NaN }) => modelP),
    adjustment,
  );
  const sorted = tested
    .map((gene, i) => ({
      ...gene,
      adjusted: adjusted[i]!,
      modelAdjusted: gene.modelP === undefined ? undefined : beside[i]!,
    }))
    .sort(byP);
  return { tested: sorted, leftOut, altered };
}

function withoutTest(carriers: number, covered: number, minAltered: number, uncovered: string): string | undefined {
  if (covered === 0) return uncovered;
  if (carriers === 0) return 'altered in none of the covered patients';
  if (carriers === covered) return 'altered in all of the covered patients';
  return carriers < minAltered ? `altered in fewer than ${minAltered} of the covered patients` : undefined;
}

function byP(a: TestedGene, b: TestedGene): number {
  return a.p - b.p || (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0);
}
