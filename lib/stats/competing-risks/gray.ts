import { chiSquareTest, type Test } from '../numeric/distributions.ts';
import { quadraticForm, rowsOf } from '../numeric/linear.ts';
import { type CauseFollowUp, type CauseTable, countCauses, mergeCauses, tiedCauses } from '../survival/cause-table.ts';
import { checkCodes, checkLength } from '../survival/follow-up.ts';
import { NO_VARIANCE } from '../survival/log-rank.ts';

/** By stratum, the counts by time, group and cause. Rows without strata are stratum 0. */
export interface GrayTables {
  readonly groups: number;
  readonly strata: ReadonlyMap<number, CauseTable>;
}

interface GrayCounts {
  /** By group: events of the cause less what equal incidences would give. */
  readonly score: readonly number[];
  readonly variance: readonly (readonly number[])[];
}

/** Gray's test, or why there is none; the counts in either case. */
export type GrayResult =
  | ({ readonly ok: true } & Test & GrayCounts)
  | ({ readonly ok: false; readonly problem: 'one group' | 'no events' | 'zero variance' } & GrayCounts);

/**
 * Gray's test that the cumulative incidence of a cause is the same in k groups, stratified or not. Class: one round; any batch of rows.
 * Delayed entry is taken as the estimates take it; cmprsk has none: its yardstick there is the score by its definition, and p by simulation. O(times x groups³).
 * Source: Gray, Ann Stat 1988;16:1141. Yardstick: cmprsk::cuminc.
 */
export const grayTest = {
  /** `causes` is how many there are; `group` holds 0 to `groups` - 1; `strata`, if given, a whole number a row. */
  accumulate(f: CauseFollowUp, causes: number, group: Int32Array, groups: number, strata?: Int32Array): GrayTables {
    if (strata === undefined) return { groups, strata: new Map([[0, countCauses(f, causes, group, groups)]]) };
    checkLength(strata, f.time.length);
    checkCodes(group, f.time.length, groups);
    const tables = new Map<number, CauseTable>();
    for (const [stratum, rows] of Map.groupBy(strata.keys(), (i) => strata[i]!)) {
      const { entry } = f;
      const part: CauseFollowUp = {
        time: Float64Array.from(rows, (i) => f.time[i]!),
        cause: Uint8Array.from(rows, (i) => f.cause[i]!),
        ...(entry === undefined ? {} : { entry: Float64Array.from(rows, (i) => entry[i]!) }),
      };
      tables.set(
        stratum,
        countCauses(
          part,
          causes,
          Int32Array.from(rows, (i) => group[i]!),
          groups,
        ),
      );
    }
    return { groups, strata: tables };
  },

  merge(a: GrayTables, b: GrayTables): GrayTables {
    const strata = new Map(a.strata);
    for (const [stratum, table] of b.strata) {
      const own = strata.get(stratum);
      strata.set(stratum, own === undefined ? table : mergeCauses(own, table));
    }
    return { groups: Math.max(a.groups, b.groups), strata };
  },

  /** Compares cause `cause` (from 1); events are weighted by (1 - F)^`rho` of the pooled incidence. */
  solve({ groups, strata }: GrayTables, cause: number, rho = 0): GrayResult {
    const score = new Float64Array(groups);
    const variance = new Float64Array(groups * groups);
    const present = new Set<number>();
    let events = 0;
    for (const stratum of [...strata.keys()].sort((a, b) => a - b)) {
      const table = tiedCauses(strata.get(stratum)!);
      events += table.events[cause - 1]!.reduce((sum, count) => sum + count, 0);
      addStratum(table, cause, rho, score, variance);
      for (const counts of [table.censored, ...table.events]) {
        counts.forEach((count, cell) => {
          if (count > 0) present.add(cell % groups);
        });
      }
    }
    const counts = { score: [...score], variance: rowsOf(variance, groups) };
    if (present.size < 2) return { ok: false, problem: 'one group', ...counts };
    if (events === 0) return { ok: false, problem: 'no events', ...counts };
    const { value, rank } = quadraticForm(variance, score, NO_VARIANCE);
    if (rank === 0) return { ok: false, problem: 'zero variance', ...counts };
    return { ok: true, ...chiSquareTest(value, rank), ...counts };
  },
};

/**
 * Adds one stratum. A group's weighted risk set is Y/S(t-), its subdistribution risk set Y(1-F(t-))/S(t-). The score is a sum of martingales of
 * the cause (`own`) and of the other causes (`other`) in each group, whose integrands hold what comes later: `drift`, that of later times, is
 * known only at the end, so that variance is gathered as a quadratic in it.
 */
function addStratum(
  { groups, time, censored, events, entered, fromStart }: CauseTable,
  cause: number,
  rho: number,
  score: Float64Array,
  variance: Float64Array,
): void {
  const zeros = () => new Float64Array(groups);
  const square = () => new Float64Array(groups * groups);
  const atRisk = fromStart.slice();
  const [survival, after] = [zeros().fill(1), zeros().fill(1)];
  const [before, incidence] = [zeros(), zeros()];
  const [drift, integrand, linear] = [square(), square(), square()];
  const quadratic = zeros();
  const [own, other] = [zeros(), zeros()];
  let pooledBefore = 0;
  for (let i = 0; i < time.length; i++) {
    let [all, competing] = [0, 0];
    let [weighted, subdistribution] = [0, 0];
    for (let g = 0; g < groups; g++) {
      const cell = i * groups + g;
      own[g] = events[cause - 1]![cell]!;
      other[g] = events.reduce((sum, counts) => sum + counts[cell]!, 0) - own[g]!;
      all += own[g]!;
      competing += other[g]!;
    }
    if (all + competing > 0) {
      for (let g = 0; g < groups; g++) {
        const y = atRisk[g]!;
        if (y <= 0) continue;
        after[g] = (survival[g]! * (y - own[g]! - other[g]!)) / y;
        incidence[g] = before[g]! + (survival[g]! * own[g]!) / y;
        weighted += y / survival[g]!;
        subdistribution += (y * (1 - before[g]!)) / survival[g]!;
      }
      const pooled = pooledBefore + all / weighted;
      const weight = (1 - pooledBefore) ** rho;
      for (let g = 0; g < groups; g++) {
        const y = atRisk[g]!;
        const mine = y > 0 ? y / survival[g]! : 0;
        for (let h = 0; h < groups; h++) {
          const theirs = atRisk[h]! > 0 ? atRisk[h]! / survival[h]! : 0;
          const value = mine === 0 || theirs === 0 ? 0 : weight * mine * ((g === h ? 1 : 0) - theirs / weighted);
          integrand[g * groups + h] = value;
          drift[g * groups + h]! += (value * all) / (weighted * (1 - pooledBefore));
        }
        if (y > 0) score[g]! += weight * (own[g]! - (all * mine * (1 - before[g]!)) / subdistribution);
      }
      const add = (k: number, later: number, share: number, values: (g: number) => number) => {
        quadratic[k]! += later * later * share;
        for (let g = 0; g < groups; g++) {
          const value = values(g);
          linear[g * groups + k]! += value * later * share;
          for (let h = 0; h < groups; h++) variance[g * groups + h]! += value * values(h) * share;
        }
      };
      for (let k = 0; k < groups; k++) {
        const y = atRisk[k]!;
        if (y <= 0) continue;
        if (all > 0) {
          const later = after[k]! > 0 ? 1 - (1 - pooled) / after[k]! : 1;
          const ties = all > 1 ? 1 - (all - 1) / (weighted * survival[k]! - 1) : 1;
          const share = (ties * survival[k]! * all) / (weighted * y);
          add(k, later, share, (g) => integrand[g * groups + k]! - later * drift[g * groups + k]!);
        }
        if (other[k]! > 0 && after[k]! > 0) {
          const later = (1 - pooled) / after[k]!;
          const ties = other[k]! > 1 ? 1 - (other[k]! - 1) / (y - 1) : 1;
          const share = (ties * survival[k]! ** 2 * other[k]!) / y ** 2;
          add(k, -later, share, (g) => later * drift[g * groups + k]!);
        }
      }
      pooledBefore = pooled;
      before.set(incidence);
      survival.set(after);
    }
    for (let g = 0; g < groups; g++) {
      atRisk[g]! += entered[i * groups + g]! - own[g]! - other[g]! - censored[i * groups + g]!;
    }
  }
  for (let g = 0; g < groups; g++) {
    for (let h = 0; h < groups; h++) {
      for (let k = 0; k < groups; k++) {
        const [a, b] = [drift[g * groups + k]!, drift[h * groups + k]!];
        variance[g * groups + h]! += a * b * quadratic[k]! + a * linear[h * groups + k]! + b * linear[g * groups + k]!;
      }
    }
  }
}
