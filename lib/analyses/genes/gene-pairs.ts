import { type Cell, type PairsFigure, printCount, type ResultTable } from '../../result/index.ts';
import { type Adjustment, adjust, type FisherResult, fisherExact } from '../../stats/index.ts';
import { cell, pCells } from '../parts/cells.ts';

/** Below this an adjusted p value is framed. */
const THRESHOLD = 0.05;

/** A gene's patients, by place among those analysed. */
export interface PairedGene {
  readonly symbol: string;
  readonly altered: Uint8Array;
  readonly covered: Uint8Array;
}

/** Two genes of the patients whose sequencing covers both. */
export interface GenePair {
  /** Places among the genes; the second comes after the first. */
  readonly first: number;
  readonly second: number;
  readonly both: number;
  readonly firstOnly: number;
  readonly secondOnly: number;
  readonly neither: number;
  readonly test: Extract<FisherResult, { readonly ok: true }>;
  readonly adjusted: number;
}

/** Every pair of genes: Fisher's exact test, and p adjusted over the pairs tested. A pair of which one gene doesn't vary has none. */
export function genePairs(
  genes: readonly PairedGene[],
  { level, adjustment }: { readonly level: number; readonly adjustment: Adjustment },
): readonly GenePair[] {
  const found = genes.flatMap((second, s) =>
    genes.slice(0, s).flatMap((first, f): Omit<GenePair, 'adjusted'>[] => {
      let [both, firstOnly, secondOnly, neither] = [0, 0, 0, 0];
      for (let i = 0; i < first.covered.length; i++) {
        if (first.covered[i] === 0 || second.covered[i] === 0) continue;
        if (first.altered[i] === 1) second.altered[i] === 1 ? both++ : firstOnly++;
        else second.altered[i] === 1 ? secondOnly++ : neither++;
      }
      const test = fisherExact(both, firstOnly, secondOnly, neither, { level });
      return test.ok ? [{ first: f, second: s, both, firstOnly, secondOnly, neither, test }] : [];
    }),
  );
  const adjusted = adjust(
    Float64Array.from(found, ({ test }) => test.p),
    adjustment,
  );
  return found.map((pair, i) => ({ ...pair, adjusted: adjusted[i]! }));
}

function directionOf({ test: { oddsRatio } }: GenePair): string {
  return oddsRatio > 1 ? 'together' : oddsRatio < 1 ? 'apart' : 'neither';
}

/** A row a pair, by p. */
export function pairsTable(genes: readonly PairedGene[], pairs: readonly GenePair[]): ResultTable {
  const possible = (genes.length * (genes.length - 1)) / 2;
  return {
    id: 'pairs',
    title: 'Genes altered together, and apart',
    columns: [
      { key: 'first', label: 'Gene', format: 'text' },
      { key: 'second', label: 'And', format: 'text' },
      { key: 'n', label: 'Covered for both', format: 'count' },
      { key: 'both', label: 'Both altered', format: 'count' },
      {
        key: 'odds_ratio',
        label: 'Odds ratio',
        format: 'ratio',
        low: 'odds_ratio_low',
        high: 'odds_ratio_high',
        why: 'odds_ratio_why',
      },
      { key: 'log2_odds_ratio', label: 'log2 of it', format: 'number', why: 'log2_odds_ratio_why' },
      { key: 'p', label: 'Fisher p', format: 'p', why: 'p_why' },
      { key: 'adjusted_p', label: 'Adjusted p', format: 'p' },
    ],
    rows: [...pairs]
      .sort((a, b) => a.test.p - b.test.p || a.second - b.second || a.first - b.first)
      .map((pair): Record<string, Cell> => {
        const { both, firstOnly, secondOnly, neither, test, adjusted } = pair;
        return {
          first: genes[pair.first]!.symbol,
          second: genes[pair.second]!.symbol,
          n: both + firstOnly + secondOnly + neither,
          both,
          first_only: firstOnly,
          second_only: secondOnly,
          neither,
          direction: directionOf(pair),
          odds_ratio: cell(test.oddsRatio),
          odds_ratio_low: cell(test.lower),
          odds_ratio_high: cell(test.upper),
          odds_ratio_why: Number.isFinite(test.upper) ? '' : 'infinite',
          log2_odds_ratio: cell(Math.log2(test.oddsRatio)),
          log2_odds_ratio_why:
            test.oddsRatio === 0 ? 'odds ratio 0' : Number.isFinite(test.oddsRatio) ? '' : 'infinite',
          ...pCells('p', test.p, test.logP),
          adjusted_p: adjusted,
        };
      }),
    notes: [
      `${printCount(pairs.length)} pairs were tested${pairs.length < possible ? `; of ${printCount(possible - pairs.length)} one gene doesn't vary among the patients covered for both` : ''}. Each is of the patients whose sequencing covers both genes. Who has many alterations has them together: that two genes go together may be no more than that.`,
    ],
  };
}

/** The pairs as a triangle; none where there are none. */
export function pairsFigure(genes: readonly PairedGene[], pairs: readonly GenePair[], title: string): PairsFigure[] {
  if (pairs.length === 0) return [];
  const passing = [...pairs].filter(({ adjusted }) => adjusted < THRESHOLD).sort((a, b) => a.test.p - b.test.p);
  const told = passing
    .slice(0, 8)
    .map((pair) => `${genes[pair.first]!.symbol} and ${genes[pair.second]!.symbol} ${directionOf(pair)}`);
  return [
    {
      kind: 'pairs',
      id: 'pairs',
      title,
      alt: `Heat map of ${printCount(pairs.length)} pairs of ${genes.length} genes by the logarithm of the odds ratio. ${title}. ${passing.length === 0 ? 'No pair has' : `${passing.length} ${passing.length === 1 ? 'pair has' : 'pairs have'}`} an adjusted p below ${THRESHOLD}${told.length > 0 ? `: ${told.join('; ')}${passing.length > told.length ? '; and others' : ''}` : ''}.`,
      labels: genes.map(({ symbol }) => symbol),
      pairs: pairs.map(({ first, second, test: { oddsRatio, p }, adjusted }) => {
        const edge = oddsRatio === 0 ? 'low' : Number.isFinite(oddsRatio) ? 'none' : 'high';
        return { first, second, edge, log2: edge === 'none' ? Math.log2(oddsRatio) : 0, p, adjusted };
      }),
      threshold: THRESHOLD,
    },
  ];
}
