import { type Adjustment, adjust } from '../numeric/adjust.ts';
import { chiSquareTest, normal, type Test } from '../numeric/distributions.ts';
import { quadraticForm, rowsOf } from '../numeric/linear.ts';
import { countEvents, type EventTable, mergeTables, tableOfGroup } from './event-table.ts';
import { checkCodes, checkLength, type FollowUp } from './follow-up.ts';
import { type LogRankWeight, logRankSums } from './log-rank-sums.ts';

/** By stratum, the event table with a column a group. Rows without strata are stratum 0. */
export interface LogRankTables {
  readonly groups: number;
  readonly strata: ReadonlyMap<number, EventTable>;
}

/** What log-rank says of every group, compared or not. */
interface LogRankCounts {
  /** Rows by group. */
  readonly n: readonly number[];
  readonly observed: readonly number[];
  readonly expected: readonly number[];
  /** The same with each event weighted; equal to them in the plain test. */
  readonly weightedObserved: readonly number[];
  readonly weightedExpected: readonly number[];
  /** Of weighted observed minus expected. */
  readonly variance: readonly (readonly number[])[];
  /** Groups without a row: left out. */
  readonly empty: readonly number[];
}

/** A trend over the groups' scores: one degree of freedom, and a sign. */
interface LogRankTrend extends Test {
  readonly z: number;
}

/** The test, or why there is none; observed and expected events in either case. */
export type LogRankResult =
  | ({ readonly ok: true; readonly chiSquare: number; readonly trend?: LogRankTrend } & Omit<Test, 'statistic'> &
      LogRankCounts)
  | ({ readonly ok: false; readonly problem: 'one group' | 'no events' | 'zero variance' } & LogRankCounts);

/** How events are weighted, and the scores of a trend. */
export interface LogRankOptions {
  /** Chosen before the data are seen. Default: every event counts the same. */
  readonly weight?: LogRankWeight;
  /** A number a group, for a test of trend beside that of any difference (Tarone 1975); none where the scores have no variance. */
  readonly scores?: readonly number[];
}

/** One of the comparisons two by two; without `p` where the two can't be compared, as `result` says. */
export interface LogRankPair {
  readonly groups: readonly [number, number];
  readonly result: LogRankResult;
  readonly p?: number;
  readonly adjustedP?: number;
}

/** Share of the largest variance below which a direction has none. */
export const NO_VARIANCE = 1e-12;

/**
 * Log-rank test of k groups, stratified or not, with delayed entry and with weights. Class: one round; any batch of rows.
 * Variance is hypergeometric; a group that is gone before any event, or is compared with no other, costs its degree of freedom.
 * Source: Mantel 1966; Peto & Peto, J R Stat Soc A 1972;135:185; Harrington & Fleming, Biometrika 1982;69:553.
 * Yardstick: survival::survdiff. O(n log n) to count, O(times x groups²) to solve.
 */
export const logRank = {
  /** `group` holds 0 to `groups` - 1; `strata`, if given, a whole number a row. */
  accumulate(f: FollowUp, group: Int32Array, groups: number, strata?: Int32Array): LogRankTables {
    if (strata === undefined) return { groups, strata: new Map([[0, countEvents(f, group, groups)]]) };
    checkLength(strata, f.time.length);
    checkCodes(group, f.time.length, groups);
    const rowsOfStratum = Map.groupBy(strata.keys(), (i) => strata[i]!);
    const tables = new Map<number, EventTable>();
    for (const [stratum, rows] of rowsOfStratum) {
      const { entry } = f;
      const part: FollowUp = {
        time: Float64Array.from(rows, (i) => f.time[i]!),
        event: Uint8Array.from(rows, (i) => f.event[i]!),
        ...(entry === undefined ? {} : { entry: Float64Array.from(rows, (i) => entry[i]!) }),
      };
      const members = Int32Array.from(rows, (i) => group[i]!);
      tables.set(stratum, countEvents(part, members, groups));
    }
    return { groups, strata: tables };
  },

  merge(a: LogRankTables, b: LogRankTables): LogRankTables {
    const strata = new Map(a.strata);
    for (const [stratum, table] of b.strata) {
      const own = strata.get(stratum);
      strata.set(stratum, own === undefined ? table : mergeTables(own, table));
    }
    return { groups: Math.max(a.groups, b.groups), strata };
  },

  solve({ groups, strata }: LogRankTables, { weight = 'log-rank', scores }: LogRankOptions = {}): LogRankResult {
    const { n, observed, expected, weighted } = logRankSums(groups, inOrder(strata), [weight]);
    const [{ observed: weightedObserved, expected: weightedExpected, covariance }] = weighted as [(typeof weighted)[0]];
    const variance = covariance[0]!;
    const counts: LogRankCounts = {
      n: [...n],
      observed: [...observed],
      expected: [...expected],
      weightedObserved: [...weightedObserved],
      weightedExpected: [...weightedExpected],
      variance: rowsOf(variance, groups),
      empty: [...n.keys()].filter((g) => n[g] === 0),
    };
    if (groups - counts.empty.length < 2) return { ok: false, problem: 'one group', ...counts };
    if (observed.every((o) => o === 0)) return { ok: false, problem: 'no events', ...counts };
    const difference = weightedObserved.map((o, g) => o - weightedExpected[g]!);
    const { value, rank } = quadraticForm(variance, difference, NO_VARIANCE);
    if (rank === 0) return { ok: false, problem: 'zero variance', ...counts };
    const { statistic, ...test } = chiSquareTest(value, rank);
    const trend = scores === undefined ? undefined : trendOf(difference, variance, scores);
    return { ok: true, chiSquare: statistic, ...test, ...counts, ...(trend === undefined ? {} : { trend }) };
  },

  /** Every two groups compared, with p adjusted for the number of pairs; pairs that can't be compared aren't counted. */
  pairwise(tables: LogRankTables, adjustment: Adjustment, options: LogRankOptions = {}): LogRankPair[] {
    const pairs: { groups: readonly [number, number]; result: LogRankResult }[] = [];
    for (let a = 0; a < tables.groups; a++) {
      for (let b = a + 1; b < tables.groups; b++) {
        pairs.push({ groups: [a, b], result: logRank.solve(ofPair(tables, a, b), options) });
      }
    }
    const p = Float64Array.from(pairs, ({ result }) => (result.ok ? result.p : Number.NaN));
    const adjusted = adjust(p, adjustment);
    return pairs.map((pair, i) => (pair.result.ok ? { ...pair, p: p[i]!, adjustedP: adjusted[i]! } : pair));
  },

  /** The event table of each group, strata put together: what {@link kaplanMeier} solves, from the same pass over the rows. */
  tablesByGroup({ groups, strata }: LogRankTables): EventTable[] {
    const all = [...strata.values()].reduce(mergeTables);
    return Array.from({ length: groups }, (_, g) => tableOfGroup(all, g));
  },
};

/** The strata's tables in ascending order of stratum, so that sums don't depend on the order of rows. */
export function inOrder(strata: ReadonlyMap<number, EventTable>): EventTable[] {
  return [...strata.keys()].sort((a, b) => a - b).map((stratum) => strata.get(stratum)!);
}

function ofPair({ strata }: LogRankTables, a: number, b: number): LogRankTables {
  const pair = (table: EventTable): EventTable => {
    const of = (cells: Float64Array) =>
      Float64Array.from(
        { length: (2 * cells.length) / table.groups },
        (_, cell) => cells[(cell >> 1) * table.groups + (cell % 2 === 0 ? a : b)]!,
      );
    return {
      groups: 2,
      time: table.time,
      events: of(table.events),
      censored: of(table.censored),
      entered: of(table.entered),
      rows: of(table.rows),
      fromStart: of(table.fromStart),
      dropped: of(table.dropped),
    };
  };
  return { groups: 2, strata: new Map([...strata].map(([stratum, table]) => [stratum, pair(table)])) };
}

function trendOf(
  difference: Float64Array,
  variance: Float64Array,
  scores: readonly number[],
): LogRankTrend | undefined {
  const groups = difference.length;
  let sum = 0;
  let spread = 0;
  for (let g = 0; g < groups; g++) {
    sum += scores[g]! * difference[g]!;
    for (let h = 0; h < groups; h++) spread += scores[g]! * scores[h]! * variance[g * groups + h]!;
  }
  const largest = Math.max(...scores.map((score, g) => score ** 2 * variance[g * groups + g]!));
  if (!(spread > NO_VARIANCE * largest)) return undefined; // groups that differ in score don't meet, or none differ
  const z = sum / Math.sqrt(spread);
  const test = chiSquareTest(z * z, 1);
  return { z, ...test, p: 2 * normal.upper(Math.abs(z)) };
}
