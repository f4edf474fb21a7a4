import { printCount, type ResultTable, type VolcanoFigure } from '../result/index.ts';
import type { GeneTest } from './gene-test.ts';
import type { LeftOutGene, Scanned } from './scan-genes.ts';

/** Below this an adjusted p value passes. */
export const THRESHOLD = 0.05;

/** All genes tested, not only the winners. */
export function geneTable({ columns }: GeneTest, { tested }: Scanned, title: string, notes: string[]): ResultTable {
  return {
    id: 'genes',
    title,
    columns: [
      { key: 'gene', label: 'Gene', format: 'text' },
      ...columns,
      { key: 'adjusted_p', label: 'Adjusted p', format: 'p' },
    ],
    rows: tested.map(({ symbol, cells, adjusted }) => ({ gene: symbol, ...cells, adjusted_p: adjusted })),
    notes,
  };
}

/** Genes without a test, counted by reason. */
export function leftOutTable(leftOut: readonly LeftOutGene[]): ResultTable {
  return {
    id: 'left-out',
    title: 'Genes left out',
    columns: [
      { key: 'reason', label: 'Reason', format: 'text' },
      { key: 'genes', label: 'Genes', format: 'count' },
    ],
    rows: [...Map.groupBy(leftOut, ({ reason }) => reason)]
      .map(([reason, genes]) => ({ reason, genes: genes.length }))
      .sort((a, b) => b.genes - a.genes),
    notes: [],
  };
}

/** So many symbols stand in one cell: a spreadsheet's holds 32,767 characters. */
const SYMBOLS = 1000;

/** Which genes those are: a row a reason and number of carriers. */
export function leftOutSymbols(leftOut: readonly LeftOutGene[]): ResultTable {
  const groups = Map.groupBy(leftOut, ({ reason, altered }) => `${reason}\n${altered}`);
  const rows = [...groups.values()].flatMap((genes) => {
    const symbols = genes.map(({ symbol }) => symbol).sort();
    const { reason, altered } = genes[0]!;
    return Array.from({ length: Math.ceil(symbols.length / SYMBOLS) }, (_, i) => {
      const part = symbols.slice(i * SYMBOLS, (i + 1) * SYMBOLS);
      return { reason, altered, genes: part.length, symbols: part.join(' ') };
    });
  });
  return {
    id: 'left-out-symbols',
    title: 'Symbols of the genes left out',
    columns: [
      { key: 'reason', label: 'Reason', format: 'text' },
      { key: 'altered', label: 'Patients altered', format: 'count' },
      { key: 'genes', label: 'Genes', format: 'count' },
      { key: 'symbols', label: 'Symbols', format: 'text' },
    ],
    rows: rows.sort((a, b) => (a.reason < b.reason ? -1 : a.reason > b.reason ? 1 : b.altered - a.altered)),
    notes: [],
  };
}

function edgeOf(ratio: number): 'none' | 'low' | 'high' {
  if (ratio === 0) return 'low';
  return Number.isFinite(ratio) ? 'none' : 'high';
}

/** Effect against significance of all genes tested; none where none was. */
export function volcano({ ratio: name }: GeneTest, { tested }: Scanned, title: string, pName: string): VolcanoFigure[] {
  if (tested.length === 0) return [];
  const passing = tested.filter(({ adjusted }) => adjusted < THRESHOLD);
  const thresholdLabel = passing.length > 0 ? `adjusted p < ${THRESHOLD}` : `no gene has an adjusted p < ${THRESHOLD}`;
  const [best] = tested;
  const points = tested.map(({ symbol, ratio, p, adjusted }) => {
    const edge = edgeOf(ratio);
    return {
      label: symbol,
      x: edge === 'none' ? Math.log2(ratio) : 0,
      edge,
      y: -Math.log10(Math.max(p, 1e-308)),
      adjusted,
    };
  });
  return [
    {
      kind: 'volcano',
      id: 'volcano',
      title,
      alt: `Volcano plot of ${printCount(tested.length)} genes. ${title}. Smallest p: ${best!.symbol}, ${best!.p.toPrecision(3)}, adjusted ${best!.adjusted.toPrecision(3)}; ${passing.length} genes have an adjusted p below ${THRESHOLD}.`,
      xLabel: `log2 of the ${name}`,
      yLabel: `-log10 of the ${pName} p`,
      points,
      threshold: passing.length > 0 ? points[passing.length - 1]!.y : null,
      thresholdLabel,
    },
  ];
}
