import { printCount, type ResultTable, type VolcanoFigure } from '../../result/index.ts';
import { cell } from '../parts/cells.ts';
import type { GeneTest } from './gene-test.ts';
import type { LeftOutGene, Scanned } from './scan-genes.ts';
import { capital } from './scan-target.ts';
import type { Noun } from './scan-units.ts';

/** Below this an adjusted p value passes. */
export const THRESHOLD = 0.05;

/** What a family of tests is called, and what its tables are. */
export interface TableNames {
  /** Of the table: `genes`. */
  readonly id: string;
  readonly title: string;
  readonly noun: Noun;
}

/** All tested, not only the winners; rows hold what a model beside the test says too, which {@link besideTable} shows. */
export function geneTable(
  { columns }: GeneTest,
  { tested }: Scanned,
  { id, title, noun }: TableNames,
  notes: string[],
): ResultTable {
  return {
    id,
    title,
    columns: [
      { key: noun.one, label: capital(noun.one), format: 'text' },
      ...columns,
      { key: 'adjusted_p', label: 'Adjusted p', format: 'p' },
    ],
    rows: tested.map(({ symbol, cells, adjusted, modelAdjusted }) => ({
      [noun.one]: symbol,
      ...cells,
      adjusted_p: adjusted,
      ...(modelAdjusted === undefined ? {} : { model_adjusted_p: cell(modelAdjusted) }),
    })),
    notes,
  };
}

/** What a model beside the test says of all tested; no table where there is none. */
export function besideTable(
  { beside = [] }: GeneTest,
  { tested }: Scanned,
  { id, title, noun }: TableNames,
  notes: string[],
): ResultTable[] {
  if (beside.length === 0 || tested.length === 0) return [];
  return [
    {
      id,
      title,
      columns: [
        { key: noun.one, label: capital(noun.one), format: 'text' },
        { key: 'n', label: 'Patients', format: 'count' },
        { key: 'altered', label: 'Altered', format: 'count' },
        ...beside,
        { key: 'model_adjusted_p', label: 'Adjusted p', format: 'p', why: 'model_p_why' },
      ],
      rows: tested.map(({ symbol, cells, modelAdjusted = Number.NaN }) => ({
        [noun.one]: symbol,
        ...Object.fromEntries(Object.entries(cells).filter(([key]) => key.startsWith('model_'))),
        n: cells['model_n'] ?? null,
        altered: cells['model_altered'] ?? null,
        model_adjusted_p: cell(modelAdjusted),
      })),
      notes,
    },
  ];
}

/** What has no test, counted by reason. */
export function leftOutTable(leftOut: readonly LeftOutGene[], noun: Noun): ResultTable {
  return {
    id: 'left-out',
    title: `${capital(noun.many)} left out`,
    columns: [
      { key: 'reason', label: 'Reason', format: 'text' },
      { key: noun.many, label: capital(noun.many), format: 'count' },
    ],
    rows: [...Map.groupBy(leftOut, ({ reason }) => reason)]
      .sort(([, a], [, b]) => b.length - a.length)
      .map(([reason, units]) => ({ reason, [noun.many]: units.length })),
    notes: [],
  };
}

/** So many symbols stand in one cell: a spreadsheet's holds 32,767 characters. */
const SYMBOLS = 1000;

/** Which those are: a row a reason and number of carriers. */
export function leftOutSymbols(leftOut: readonly LeftOutGene[], noun: Noun): ResultTable {
  const groups = Map.groupBy(leftOut, ({ reason, altered }) => `${reason}\n${altered}`);
  const rows = [...groups.values()].flatMap((genes) => {
    const symbols = genes.map(({ symbol }) => symbol).sort();
    const { reason, altered } = genes[0]!;
    return Array.from({ length: Math.ceil(symbols.length / SYMBOLS) }, (_, i) => {
      const part = symbols.slice(i * SYMBOLS, (i + 1) * SYMBOLS);
      return { reason, altered, [noun.many]: part.length, symbols: part.join(noun.one === 'gene' ? ' ' : ', ') };
    });
  });
  return {
    id: 'left-out-symbols',
    title: `Names of the ${noun.many} left out`,
    columns: [
      { key: 'reason', label: 'Reason', format: 'text' },
      { key: 'altered', label: 'Patients altered', format: 'count' },
      { key: noun.many, label: capital(noun.many), format: 'count' },
      { key: 'symbols', label: 'Names', format: 'text' },
    ],
    rows: rows.sort((a, b) => (a.reason < b.reason ? -1 : a.reason > b.reason ? 1 : b.altered - a.altered)),
    notes: [],
  };
}

function edgeOf(ratio: number): 'none' | 'low' | 'high' {
  if (ratio === 0) return 'low';
  return Number.isFinite(ratio) ? 'none' : 'high';
}

/** Effect against significance of all tested; none where none was. */
export function volcano(
  { ratio: name }: GeneTest,
  { tested }: Scanned,
  noun: Noun,
  title: string,
  pName: string,
): VolcanoFigure[] {
  if (tested.length === 0) return [];
  const passing = tested.filter(({ adjusted }) => adjusted < THRESHOLD);
  const thresholdLabel =
    passing.length > 0 ? `adjusted p < ${THRESHOLD}` : `no ${noun.one} has an adjusted p < ${THRESHOLD}`;
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
      alt: `Volcano plot of ${printCount(tested.length)} ${noun.many}. ${title}. Smallest p: ${best!.symbol}, ${best!.p.toPrecision(3)}, adjusted ${best!.adjusted.toPrecision(3)}; ${passing.length} have an adjusted p below ${THRESHOLD}.`,
      xLabel: `log2 of the ${name}`,
      yLabel: `-log10 of the ${pName} p`,
      points,
      threshold: passing.length > 0 ? points[passing.length - 1]!.y : null,
      thresholdLabel,
    },
  ];
}
