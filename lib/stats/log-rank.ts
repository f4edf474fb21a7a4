import { chiSquareTest, type Test } from './distributions.ts';
import { countEvents, type EventTable, mergeTables, tableOfGroup, tied } from './event-table.ts';
import { checkCodes, checkLength, type FollowUp } from './follow-up.ts';
import { quadraticForm, rowsOf } from './linear.ts';

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
  /** Of observed minus expected. */
  readonly variance: readonly (readonly number[])[];
  /** Groups without a row: left out. */
  readonly empty: readonly number[];
}

export type LogRankResult =
  | ({ readonly ok: true; readonly chiSquare: number } & Omit<Test, 'statistic'> & LogRankCounts)
  | ({ readonly ok: false; readonly problem: 'one group' | 'no events' | 'zero variance' } & LogRankCounts);

/** Share of the largest variance below which a direction has none. */
const NO_VARIANCE = 1e-12;

/**
 * Log-rank test of k groups, stratified or not. Class: one round; any batch of rows.
 * Variance is hypergeometric; a group that is gone before any event, or is compared with no other, costs its degree of freedom.
 * Source: Mantel 1966; Peto & Peto, J R Stat Soc A 1972;135:185. Yardstick: survival::survdiff.
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

  solve({ groups, strata }: LogRankTables): LogRankResult {
    const n = new Float64Array(groups);
    const observed = new Float64Array(groups);
    const expected = new Float64Array(groups);
    const variance = new Float64Array(groups * groups);
    for (const stratum of [...strata.keys()].sort((a, b) => a - b)) {
      compare(tied(strata.get(stratum)!), n, observed, expected, variance);
    }
    const counts: LogRankCounts = {
      n: [...n],
      observed: [...observed],
      expected: [...expected],
      variance: rowsOf(variance, groups),
      empty: [...n.keys()].filter((g) => n[g] === 0),
    };
    if (groups - counts.empty.length < 2) return { ok: false, problem: 'one group', ...counts };
    if (observed.every((o) => o === 0)) return { ok: false, problem: 'no events', ...counts };
    const difference = observed.map((o, g) => o - expected[g]!);
    const { value, rank } = quadraticForm(variance, difference, NO_VARIANCE);
    if (rank === 0) return { ok: false, problem: 'zero variance', ...counts };
    const { statistic, ...test } = chiSquareTest(value, rank);
    return { ok: true, chiSquare: statistic, ...test, ...counts };
  },

  /** The event table of each group, strata put together: what {@link kaplanMeier} solves, from the same pass over the rows. */
  tablesByGroup({ groups, strata }: LogRankTables): EventTable[] {
    const all = [...strata.values()].reduce(mergeTables);
    return Array.from({ length: groups }, (_, g) => tableOfGroup(all, g));
  },
};

/** Adds one stratum's counts, observed and expected events, and variance. */
function compare(
  { groups, time, events, censored, entered, fromStart }: EventTable,
  n: Float64Array,
  observed: Float64Array,
  expected: Float64Array,
  variance: Float64Array,
): void {
  const atRisk = fromStart.slice();
  for (let i = 0, row = 0; i < time.length; i++, row += groups) {
    let all = 0;
    let d = 0;
    for (let g = 0; g < groups; g++) {
      all += atRisk[g]!;
      d += events[row + g]!;
    }
    if (d > 0) {
      const spread = all > 1 ? (d * (all - d)) / (all - 1) : 0;
      for (let g = 0; g < groups; g++) {
        const share = atRisk[g]! / all;
        expected[g]! += d * share;
        if (spread === 0 || share === 0) continue;
        variance[g * groups + g]! += spread * share * (1 - share);
        for (let h = 0; h < g; h++) {
          const covariance = (spread * share * atRisk[h]!) / all;
          variance[g * groups + h]! -= covariance;
          variance[h * groups + g]! -= covariance;
        }
      }
    }
    for (let g = 0; g < groups; g++) {
      const leaving = events[row + g]! + censored[row + g]!;
      observed[g]! += events[row + g]!;
      n[g]! += leaving;
      atRisk[g]! += entered[row + g]! - leaving;
    }
  }
}
