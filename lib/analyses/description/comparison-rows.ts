import { type Cell, printNumber, type ResultTable } from '../../result/index.ts';
import { crossTable, proportion, summarise } from '../../stats/index.ts';
import type { Groups } from '../curves/survival-curves.ts';
import { cell, pCells } from '../parts/cells.ts';
import type { Covariate } from '../parts/covariate.ts';
import {
  type ComparisonTest,
  type Difference,
  type LevelTest,
  levelDifference,
  numberDifference,
  testLevels,
  testNumbers,
} from './comparison-tests.ts';

/** A variable of the table: its rows, and what sets the groups apart in it. */
export interface Characteristic {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly test: ComparisonTest;
  readonly difference: Difference;
  /** What is to be said of numbers that are known only by a limit. */
  readonly bounded?: string | undefined;
}

type Row = ResultTable['rows'][number];
type NumberBounds = Extract<Covariate['values'], { kind: 'number' }>['bounds'];
type Summary = 'median' | 'mean' | 'both';

/** How a variable is shown and tested. */
export interface Manner {
  readonly summary: Summary;
  readonly levelTest: LevelTest;
  /** Of intervals. */
  readonly level: number;
}

/** Keys of the table's columns: everybody, then each group. */
export function groupKeys({ labels }: Groups): string[] {
  return ['all', ...labels.map((_, g) => `group_${g + 1}`)];
}

/** By key, the rows that belong to it. */
function membersByKey(groups: Groups): readonly (readonly [key: string, rows: readonly number[]])[] {
  const everybody = [...groups.codes.keys()];
  return groupKeys(groups).map((key, k) => [
    key,
    k === 0 ? everybody : everybody.filter((i) => groups.codes[i] === k - 1),
  ]);
}

/** What a variable is like in each group; `rows` are the patients' in the order of the groups' codes. */
export function characteristicOf(
  covariate: Covariate,
  manner: Manner,
  rows: Int32Array,
  groups: Groups,
): Characteristic {
  const { title, values } = covariate;
  if (values.kind === 'levels') {
    return ofLevels(
      title,
      values.labels,
      Int32Array.from(rows, (row) => values.codes[row]!),
      manner,
      groups,
    );
  }
  const heading = values.unit === undefined ? title : `${title}, ${values.unit}`;
  const own = Float64Array.from(rows, (row) => finite(values.of[row]!) / values.per);
  return ofNumber(heading, own, limitsOf(values.bounds, rows), manner.summary, groups);
}

/** What is known of numbers by limits: by row -1 below one, 1 above one, 0 where the number itself is known, or nothing. */
interface Limits {
  readonly side: Int8Array;
  readonly below: string;
  readonly above: string;
}

function limitsOf(bounds: NumberBounds, rows: Int32Array): Limits {
  const side = Int8Array.from(rows, (row) => (bounds && Math.abs(bounds.side[row]!) === 1 ? bounds.side[row]! : 0));
  const named = (which: number, word: string): string => {
    const limits = new Set([...rows].filter((_, i) => side[i] === which).map((row) => bounds!.limit[row]!));
    return limits.size === 1 ? `${word} ${Number([...limits][0]!.toPrecision(6))}` : `${word} a limit`;
  };
  return { side, below: named(-1, 'below'), above: named(1, 'above') };
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN;
}

function ofNumber(
  title: string,
  values: Float64Array,
  { side, below, above }: Limits,
  summary: Summary,
  groups: Groups,
): Characteristic {
  const members = membersByKey(groups).map(([key, rows]) => [key, Float64Array.from(rows, (i) => values[i]!)] as const);
  const own = members.slice(1).map(([, part]) => part);
  const summaries = members.map(([key, part]) => [key, summarise(part), part.length] as const);
  const shown = summary === 'both' ? (['median', 'mean'] as const) : [summary];
  const lines = shown.map((kind): Row => {
    const cells = summaries.flatMap(([key, found, n]): [string, Cell][] => [
      [key, found === undefined ? 'no value' : kind === 'median' ? medianText(found) : meanText(found)],
      [`${key}_n`, found?.n ?? 0],
      [`${key}_missing`, n - (found?.n ?? 0)],
      ...(found === undefined ? [] : numbers(key, kind, found)),
    ]);
    const level = kind === 'median' ? 'median (quartiles)' : 'mean (standard deviation)';
    return { variable: title, level, ...Object.fromEntries(cells) };
  });
  const test = testNumbers(own, summary === 'mean' ? 'mean' : 'median');
  const difference = numberDifference(own);
  const beyond = [...side.keys()].some((i) => side[i] === 1);
  const half = side.includes(-1);
  return {
    title,
    test,
    difference,
    rows: [
      ...lines,
      ...countRow(title, `${below}, taken as half`, groups, (i) => side[i] === -1),
      ...countRow(title, `${above}, no number`, groups, (i) => side[i] === 1),
      ...missingRow(title, groups, (i) => Number.isNaN(values[i]!) && side[i] !== 1),
    ],
    bounded:
      half || beyond
        ? `${title}: ${[...(half ? [`a value ${below} stands as half of that`] : []), ...(beyond ? [`one ${above} is counted, and is no number`] : [])].join('; ')}.`
        : undefined,
  };
}

type Found = NonNullable<ReturnType<typeof summarise>>;

function medianText({ median, lowerQuartile, upperQuartile }: Found): string {
  return `${printNumber(median)} (${printNumber(lowerQuartile)} to ${printNumber(upperQuartile)})`;
}

function meanText({ mean, standardDeviation }: Found): string {
  return `${printNumber(mean)} (${standardDeviation === undefined ? 'one value' : printNumber(standardDeviation)})`;
}

function numbers(key: string, kind: 'median' | 'mean', found: Found): [string, Cell][] {
  if (kind === 'mean') {
    return [
      [`${key}_mean`, cell(found.mean)],
      [`${key}_standard_deviation`, found.standardDeviation === undefined ? null : cell(found.standardDeviation)],
    ];
  }
  return [
    [`${key}_median`, cell(found.median)],
    [`${key}_lower_quartile`, cell(found.lowerQuartile)],
    [`${key}_upper_quartile`, cell(found.upperQuartile)],
    [`${key}_least`, cell(found.least)],
    [`${key}_most`, cell(found.most)],
  ];
}

/** Of levels `no` and `yes` only `yes` is shown; else all that occur. */
function ofLevels(
  title: string,
  labels: readonly string[],
  codes: Int32Array,
  { level: confidence, levelTest }: Manner,
  groups: Groups,
): Characteristic {
  const table = crossTable.accumulate(codes, groups.codes, labels.length, groups.labels.length);
  const boolean = labels.join() === 'no,yes';
  const shown = [...labels.keys()].filter((level) =>
    boolean ? level === 1 : table[level]!.some((count) => count > 0),
  );
  const lines = shown.map((level): Row => {
    const cells = membersByKey(groups).flatMap(([key, rows]): [string, Cell][] => {
      const known = rows.filter((i) => codes[i]! >= 0).length;
      const count = rows.filter((i) => codes[i] === level).length;
      return [
        [key, known === 0 ? 'no value' : `${count} (${((100 * count) / known).toFixed(1)}%)`],
        [`${key}_n`, known],
        [`${key}_missing`, rows.length - known],
        [`${key}_count`, count],
        [`${key}_share`, known === 0 ? null : count / known],
        ...shareLimits(key, count, known, confidence),
      ];
    });
    return { variable: title, level: labels[level]!, ...Object.fromEntries(cells) };
  });
  const missing = missingRow(title, groups, (i) => codes[i]! < 0);
  return {
    title,
    rows: [...lines, ...missing],
    test: testLevels(table, levelTest, confidence),
    difference: levelDifference(table),
  };
}

/** Clopper and Pearson's interval of a share. */
function shareLimits(key: string, count: number, known: number, level: number): [string, Cell][] {
  if (known === 0) return [];
  const [low, high] = proportion(count, known, { level }).intervals['clopper-pearson'];
  return [
    [`${key}_share_low`, cell(low)],
    [`${key}_share_high`, cell(high)],
  ];
}

/** How many of each group something holds of, of those counted elsewhere; no row where of nobody. */
function countRow(title: string, level: string, groups: Groups, holds: (i: number) => boolean): Row[] {
  const counts = membersByKey(groups).map(([key, rows]) => [key, rows.filter(holds).length] as const);
  if (counts[0]![1] === 0) return [];
  const cells = counts.flatMap(([key, count]): [string, Cell][] => [
    [key, String(count)],
    [`${key}_count`, count],
  ]);
  return [{ variable: title, level, ...Object.fromEntries(cells) }];
}

/** How many of each group have no value; no row where all have one. */
function missingRow(title: string, groups: Groups, missing: (i: number) => boolean): Row[] {
  const counts = membersByKey(groups).map(([key, rows]) => [key, rows.filter(missing).length, rows.length] as const);
  if (counts[0]![1] === 0) return [];
  const cells = counts.flatMap(([key, count, n]): [string, Cell][] => [
    [key, `${count}${n === 0 ? '' : ` (${((100 * count) / n).toFixed(1)}%)`}`],
    [`${key}_missing`, count],
  ]);
  return [{ variable: title, level: 'missing', ...Object.fromEntries(cells) }];
}

/** The cells that stand once a variable, in its first row. */
export function verdictCells({ test, difference }: Characteristic, adjustedP: number | undefined): Row {
  return {
    ...pCells('p', test.p, test.logP),
    ...(test.why === '' ? {} : { p_why: test.why }),
    ...(adjustedP === undefined ? {} : { adjusted_p: cell(adjustedP), adjusted_p_why: test.why }),
    test: test.name === '' ? null : test.name,
    test_statistic: cell(test.statistic),
    ...(test.oddsRatio && {
      odds_ratio: cell(test.oddsRatio.estimate),
      odds_ratio_low: cell(test.oddsRatio.lower),
      odds_ratio_high: cell(test.oddsRatio.upper),
    }),
    difference: cell(difference.difference),
    difference_why: difference.why,
    difference_standard_error: cell(difference.standardError),
  };
}
