import { adjust, chiSquare, logRank } from '../../stats/index.ts';
import type { StudyAnalysis } from '../documents.ts';
import { endpointOf, type SiteRows } from './site-rows.ts';

type GeneScores = Extract<StudyAnalysis, { readonly method: 'gene-scores/1' }>;

/** A gene's log-rank score at a site: over the patients whose panel covers it, carriers against the others. */
export interface GeneScore {
  readonly covered: number;
  readonly carriers: number;
  /** Events of carriers less those expected. */
  readonly u: number;
  /** Its variance. */
  readonly v: number;
}

/** Scores of the named genes, in the protocol's order. Who wasn't looked at for a gene is in neither of its groups. */
export function answerGeneScores(asked: GeneScores, rows: SiteRows): GeneScore[] {
  const { time, cause } = endpointOf(rows, asked.endpoint);
  return asked.genes.map((gene) => {
    const codes = rows.genes?.get(gene) ?? new Uint8Array(rows.n).fill(2);
    const covered = [...codes.keys()].filter((i) => codes[i] !== 2);
    const carrier = Int32Array.from(covered, (i) => codes[i]!);
    const carriers = carrier.reduce((sum, code) => sum + code, 0);
    if (covered.length === 0) return { covered: 0, carriers: 0, u: 0, v: 0 };
    const { observed, expected, variance } = logRank.solve(
      logRank.accumulate(
        {
          time: Float64Array.from(covered, (i) => time[i]!),
          event: Uint8Array.from(covered, (i) => (cause[i] === 1 ? 1 : 0)),
        },
        carrier,
        2,
      ),
    );
    return { covered: covered.length, carriers, u: observed[1]! - expected[1]!, v: variance[1]![1]! };
  });
}

/** What a gene's scores of all sites come to. `p` is NaN where there is no variance. */
export interface PooledGene {
  readonly gene: string;
  readonly covered: number;
  readonly u: number;
  readonly v: number;
  readonly chiSquare: number;
  readonly p: number;
  /** By Benjamini and Hochberg over the named genes. */
  readonly adjusted: number;
}

/** Log-rank tests stratified by site, a gene each. Yardstick: survival::survdiff with strata(site) of those covered. */
export function pooledGenes(
  genes: readonly string[],
  sites: readonly (readonly (Pick<GeneScore, 'covered' | 'u' | 'v'> | null)[])[],
): PooledGene[] {
  const tests = genes.map((gene, g) => {
    const parts = sites.flatMap((site) => site[g] ?? []);
    const sum = (of: 'covered' | 'u' | 'v'): number => parts.reduce((total, part) => total + part[of], 0);
    const [u, v] = [sum('u'), sum('v')];
    const statistic = v > 1e-9 ? (u * u) / v : Number.NaN;
    return {
      gene,
      covered: sum('covered'),
      u,
      v,
      chiSquare: statistic,
      p: Number.isNaN(statistic) ? Number.NaN : chiSquare.upper(statistic, 1),
    };
  });
  const adjusted = adjust(
    Float64Array.from(tests, ({ p }) => p),
    'benjamini-hochberg',
  );
  return tests.map((test, g) => ({ ...test, adjusted: adjusted[g]! }));
}
