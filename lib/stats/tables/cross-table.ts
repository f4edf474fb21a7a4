import { numberOr } from '../numeric/absent.ts';
import { chiSquareTest, normalHalfWidth, type Test } from '../numeric/distributions.ts';

/** Counts by row and column. */
export type CrossTable = readonly (readonly number[])[];

/**
 * Counts of pairs of codes. Class: additive, any split of the rows. Yardstick: base::table. O(n).
 */
export const crossTable = {
  /** `rows` and `columns` hold codes from 0; a negative code is missing and leaves its pair out. */
  accumulate(rows: Int32Array, columns: Int32Array, height: number, width: number): CrossTable {
    const counts = Array.from({ length: height }, () => new Array<number>(width).fill(0));
    for (let i = 0; i < rows.length; i++) if (rows[i]! >= 0 && columns[i]! >= 0) counts[rows[i]!]![columns[i]!]!++;
    return counts;
  },

  merge(a: CrossTable, b: CrossTable): CrossTable {
    return a.map((row, i) => row.map((count, j) => count + b[i]![j]!));
  },
};

/** Throws RangeError on what is no table of counts. */
export function checkTable(table: CrossTable): void {
  const width = table[0]?.length ?? 0;
  for (const row of table) {
    if (row.length !== width) throw new RangeError('the rows of the table differ in length');
    for (const count of row)
      if (!(Number.isSafeInteger(count) && count >= 0)) throw new RangeError(`${count} is not a count`);
  }
}

/** Sums of a table's rows, its columns, and all. */
export function margins(table: CrossTable): {
  readonly rows: number[];
  readonly columns: number[];
  readonly n: number;
} {
  const rows = table.map((row) => row.reduce((a, b) => a + b, 0));
  const columns = (table[0] ?? []).map((_, j) => table.reduce((sum, row) => sum + row[j]!, 0));
  return { rows, columns, n: rows.reduce((a, b) => a + b, 0) };
}

/** `empty margin`: fewer than two rows or columns hold a count. */
export type ChiSquareTable =
  | {
      readonly ok: true;
      readonly expected: CrossTable;
      readonly pearson: Test;
      readonly cramersV: number;
      readonly dropped: number;
    }
  | { readonly ok: false; readonly problem: 'empty margin'; readonly expected: CrossTable };

/**
 * Pearson's chi-square test of independence and Cramér's V. Rows and columns without a count are left out; `dropped` says how many.
 * Source: Pearson 1900; Cramér 1946. Yardstick: stats::chisq.test without correction. O(cells).
 */
export function chiSquareTable(table: CrossTable): ChiSquareTable {
  checkTable(table);
  const { rows, columns, n } = margins(table);
  const expected = rows.map((r) => columns.map((c) => (n > 0 ? (r * c) / n : 0)));
  const height = rows.filter((r) => r > 0).length;
  const width = columns.filter((c) => c > 0).length;
  if (height < 2 || width < 2) return { ok: false, problem: 'empty margin', expected };
  const statistic = sumCells(table, expected, 0);
  return {
    ok: true,
    expected,
    pearson: chiSquareTest(statistic, (height - 1) * (width - 1)),
    cramersV: Math.sqrt(statistic / (n * (Math.min(height, width) - 1))),
    dropped: rows.length - height + columns.length - width,
  };
}

function sumCells(table: CrossTable, expected: CrossTable, correction: number): number {
  let sum = 0;
  table.forEach((row, i) => {
    row.forEach((count, j) => {
      const mean = expected[i]![j]!;
      if (mean > 0) sum += (Math.abs(count - mean) - correction) ** 2 / mean;
    });
  });
  return sum;
}

/** An estimate with its limits. */
export interface Interval {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

/** The same where empty cells may leave one or the other undefined. */
export interface OpenInterval {
  readonly estimate: number | 'undefined';
  readonly lower: number | 'undefined';
  readonly upper: number | 'undefined';
}

/** What two rows' shares have between them. */
interface TwoByTwoMeasures {
  readonly level: number;
  readonly expected: CrossTable;
  /** ad / bc, limits of Woolf. */
  readonly oddsRatio: OpenInterval;
  /** The same with a half added to each cell, as Haldane and Anscombe. */
  readonly oddsRatioHaldane: OpenInterval;
  /** Of the first column, first row over second; limits on the logarithm. */
  readonly riskRatio: OpenInterval;
  /** Of the first column, first row less second; Newcombe's limits from Wilson's. */
  readonly riskDifference: OpenInterval;
}

/** The table's measures and tests; with an empty margin the measures alone, those that are left. */
export type TwoByTwo =
  | (TwoByTwoMeasures & { readonly ok: true; readonly pearson: Test; readonly yates: Test })
  | (TwoByTwoMeasures & { readonly ok: false; readonly problem: 'empty margin' });

/**
 * The table a, b over c, d: Pearson's test, with and without Yates' correction, odds ratio, risk ratio and risk difference.
 * Sources: Yates 1934; Woolf 1955; Katz 1978; Newcombe, Stat Med 1998;17:873 (method 10). Yardstick: stats::chisq.test. O(1).
 */
export function twoByTwo(
  a: number,
  b: number,
  c: number,
  d: number,
  { level = 0.95 }: { readonly level?: number } = {},
): TwoByTwo {
  const table = [
    [a, b],
    [c, d],
  ];
  const test = chiSquareTable(table);
  const width = normalHalfWidth(level);
  const onLog = (ratio: number, error: number) =>
    intervalOf(ratio, Math.exp(Math.log(ratio) - width * error), Math.exp(Math.log(ratio) + width * error));
  const odds = (a: number, b: number, c: number, d: number) =>
    onLog((a * d) / (b * c), Math.sqrt(1 / a + 1 / b + 1 / c + 1 / d));
  const measures: TwoByTwoMeasures = {
    level,
    expected: test.expected,
    oddsRatio: odds(a, b, c, d),
    oddsRatioHaldane: odds(a + 0.5, b + 0.5, c + 0.5, d + 0.5),
    riskRatio: onLog(a / (a + b) / (c / (c + d)), Math.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))),
    riskDifference: newcombe(a, a + b, c, c + d, width),
  };
  if (!test.ok) return { ok: false, problem: test.problem, ...measures };
  const correction = Math.min(0.5, Math.abs(a - test.expected[0]![0]!));
  return {
    ok: true,
    ...measures,
    pearson: test.pearson,
    yates: chiSquareTest(sumCells(table, test.expected, correction), 1),
  };
}

/** Wilson's limits of x of n: those proportions whose score test doesn't reject, at `width` standard errors. */
export function wilsonLimits(x: number, n: number, width: number): readonly [number, number] {
  const half = width ** 2 / (2 * n);
  const p = x / n;
  const reach = width * Math.sqrt((p * (1 - p)) / n + half / (2 * n));
  return [Math.max(0, (p + half - reach) / (1 + 2 * half)), Math.min(1, (p + half + reach) / (1 + 2 * half))];
}

function newcombe(x: number, m: number, y: number, n: number, width: number): OpenInterval {
  const [low1, high1] = wilsonLimits(x, m, width);
  const [low2, high2] = wilsonLimits(y, n, width);
  const [p, q] = [x / m, y / n];
  return intervalOf(p - q, p - q - Math.hypot(p - low1, high2 - q), p - q + Math.hypot(high1 - p, q - low2));
}

function intervalOf(estimate: number, lower: number, upper: number): OpenInterval {
  return {
    estimate: numberOr(estimate, 'undefined'),
    lower: numberOr(lower, 'undefined'),
    upper: numberOr(upper, 'undefined'),
  };
}
