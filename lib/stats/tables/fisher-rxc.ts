import { logGamma } from '../numeric/distributions.ts';
import { random } from '../numeric/random.ts';
import { type CrossTable, checkTable, margins } from './cross-table.ts';
import { FisherNetwork } from './fisher-network.ts';

export interface FisherTableOptions {
  /** Steps after which the exact sum is given up for a Monte Carlo estimate. */
  readonly workLimit?: number;
  /** Tables drawn then; default 100,000. */
  readonly draws?: number;
  /** Of the draws; default 1. */
  readonly seed?: number;
}

/** `method` says whether the sum is exact; a Monte Carlo p has a standard error. `empty margin`: fewer than two rows or columns hold a count. */
export type FisherTable =
  | { readonly ok: true; readonly method: 'exact'; readonly p: number }
  | {
      readonly ok: true;
      readonly method: 'monte carlo';
      readonly p: number;
      readonly standardError: number;
      readonly draws: number;
    }
  | { readonly ok: false; readonly problem: 'empty margin' };

/** Tables as probable as the observed one within this share count as equally probable, as in R. */
const EQUAL = 1e-7;

/**
 * Fisher's exact test of a table of any size: the sum of the tables with its margins that are not more probable.
 * Columns are consumed one by one; tables that leave the same rests of the rows are merged, and a path ends as soon as the most or the least
 * probable completion decides it, at the latest at the last three columns. Beyond `workLimit` steps p is estimated from seeded draws, and named so.
 * Source: Freeman & Halton 1951; Mehta & Patel, JASA 1983;78:427. Yardstick: stats::fisher.test.
 * O(states of the network), which grow with margins and columns.
 */
export function fisherTable(
  table: CrossTable,
  { workLimit = 40_000_000, draws = 100_000, seed = 1 }: FisherTableOptions = {},
): FisherTable {
  checkTable(table);
  const all = margins(table);
  let rows = all.rows.filter((r) => r > 0);
  let columns = all.columns.filter((c) => c > 0);
  if (rows.length < 2 || columns.length < 2) return { ok: false, problem: 'empty margin' };
  if (rows.length > columns.length) [rows, columns] = [columns, rows];
  rows.sort((a, b) => a - b);
  columns.sort((a, b) => b - a);
  const logFactorial = Float64Array.from({ length: all.n + 1 }, (_, i) => logGamma(i + 1));
  const cells = table.flat().reduce((sum, count) => sum - logFactorial[count]!, 0);
  const network = new FisherNetwork(rows, columns, logFactorial, workLimit);
  const p = network.sum(cells + EQUAL);
  if (p !== undefined) return { ok: true, method: 'exact', p: Math.min(1, p) };
  return drawn(rows, columns, logFactorial, cells, draws, seed);
}

/** p from tables drawn by shuffling the columns' labels over the rows; the observed table counts as one more. */
function drawn(
  rows: readonly number[],
  columns: readonly number[],
  logFactorial: Float64Array,
  observed: number,
  draws: number,
  seed: number,
): FisherTable {
  const labels = Int32Array.from(columns.flatMap((count, j) => new Array<number>(count).fill(j)));
  const stream = random(seed);
  const cells = new Int32Array(columns.length);
  let extreme = 1;
  for (let draw = 0; draw < draws; draw++) {
    let log = 0;
    let from = 0;
    for (const row of rows) {
      cells.fill(0);
      for (let i = from; i < from + row; i++) {
        const j = i + stream.below(labels.length - i);
        const label = labels[j]!;
        labels[j] = labels[i]!;
        labels[i] = label;
        cells[label]!++;
      }
      from += row;
      for (const count of cells) log -= logFactorial[count]!;
    }
    if (log <= observed + EQUAL) extreme++;
  }
  const p = extreme / (draws + 1);
  return { ok: true, method: 'monte carlo', p, standardError: Math.sqrt((p * (1 - p)) / draws), draws };
}
