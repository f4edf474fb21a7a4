import {
  type Cell,
  printCount,
  printEstimate,
  printNumber,
  printP,
  printRatio,
  printShare,
  type ResultDocument,
} from '../../lib/result/index.ts';
import { alignColumns } from './table.ts';

type Row = Readonly<Record<string, Cell>>;

const FIVE_YEARS = 60;
const TOP_GENES = 5;

function rowsOf({ findings }: ResultDocument, id: string): readonly Row[] {
  return findings.tables.find((table) => table.id === id)?.rows ?? [];
}

function number(row: Row | undefined, key: string): number | null {
  const value = row?.[key];
  return typeof value === 'number' ? value : null;
}

function estimate(row: Row | undefined, key: string, print: (x: number) => string): string {
  const limits = { low: number(row, `${key}_low`), high: number(row, `${key}_high`) };
  return printEstimate(number(row, key), limits, String(row?.[`${key}_why`] ?? ''), print);
}

/** Patients, events, median and 5-year survival of each curve, the whole cohort's first; then log-rank test and hazard ratios. */
export function summariseSurvival(whole: ResultDocument, byGroup: ResultDocument): string {
  const curves = [whole, byGroup].flatMap((document, ofGroups) => {
    const atFive = rowsOf(document, 'survival-at').filter((row) => row['time'] === FIVE_YEARS);
    // The second begins with all whose group is known.
    return rowsOf(document, 'survival')
      .slice(ofGroups)
      .map((row) => [
        String(row['group']),
        printCount(number(row, 'n') ?? 0),
        printCount(number(row, 'events') ?? 0),
        estimate(row, 'median', printNumber),
        estimate(
          atFive.find(({ group }) => group === row['group']),
          'survival',
          printShare,
        ),
      ]);
  });
  const [logRank] = rowsOf(byGroup, 'tests');
  const ratios = rowsOf(byGroup, 'hazard-ratios').slice(1);
  return [
    alignColumns([['', 'patients', 'deaths', 'median OS, months (95% CI)', '5-year OS (95% CI)'], ...curves]),
    `log-rank chi-square ${printNumber(number(logRank, 'statistic') ?? Number.NaN)}, p = ${printP(number(logRank, 'p') ?? Number.NaN)}`,
    ...ratios.map((row) => `hazard ratio, ${row['group']}: ${estimate(row, 'hazard_ratio', printRatio)}`),
  ].join('\n');
}

/** The genes of a scan by an outcome with the smallest p values. */
export function summariseScan(scan: ResultDocument, outcome: string): string {
  const genes = rowsOf(scan, 'genes');
  const top = genes
    .slice(0, TOP_GENES)
    .map((row) => [
      String(row['gene']),
      String(row['altered_with']),
      String(row['altered_without']),
      estimate(row, 'odds_ratio', printRatio),
      printP(number(row, 'p') ?? Number.NaN),
      printP(number(row, 'adjusted_p') ?? Number.NaN),
    ]);
  return [
    `${printCount(genes.length)} genes tested against ${outcome}; the ${top.length} with the smallest p:`,
    alignColumns([
      ['gene', `altered, ${outcome}`, 'altered, others', 'odds ratio (95% CI)', 'p', 'adjusted p'],
      ...top,
    ]),
  ].join('\n');
}
