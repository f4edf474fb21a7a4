import { numberOr } from '../numeric/absent.ts';
import { type CauseFollowUp, type CauseTable, countCauses, mergeCauses, tiedCauses } from '../survival/cause-table.ts';
import { countUntil } from '../survival/event-table.ts';
import { type SurvivalInterval, survivalLimits } from '../survival/survival-interval.ts';

/** The scale and level of a curve's limits. */
export interface IncidenceOptions {
  /** Scale on which the interval is symmetric. Default `log-log`, which keeps it within 0 and 1. */
  readonly interval?: SurvivalInterval;
  /** Default 0.95. */
  readonly level?: number;
}

/** Cumulative incidence of one cause in the presence of the others, at every time at which anyone leaves. */
export interface IncidenceCurve {
  readonly cause: number;
  readonly n: number;
  readonly events: number;
  readonly competing: number;
  readonly interval: SurvivalInterval;
  readonly level: number;
  readonly time: Float64Array;
  readonly atRisk: Float64Array;
  readonly incidence: Float64Array;
  /** Of the incidence; as it was at the last event of the cause. NaN with weights, for which {@link jackknifeIncidenceError} is. */
  readonly standardError: Float64Array;
  /** NaN where the interval is undefined (incidence 0), or the error is. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Share of those who leave below which nobody is left. */
const EMPTY = 1e-12;

/**
 * Aalen-Johansen estimate of cumulative incidence, with delayed entry, weights, and by group; variance as Gray's. Class: one round; any batch of rows.
 * Source: Aalen & Johansen, Scand J Stat 1978;5:141; Gray, Ann Stat 1988;16:1141. Yardstick: cmprsk::cuminc. O(n log n) to count, O(times) to solve.
 */
export const cumulativeIncidence = {
  /** `causes` is how many there are; `group` holds 0 to `groups` - 1; `weights`, if given, say how much a row counts. */
  accumulate(
    f: CauseFollowUp,
    causes: number,
    group?: Int32Array,
    groups?: number,
    weights?: Float64Array,
  ): CauseTable {
    return countCauses(f, causes, group, groups, weights);
  },

  merge: mergeCauses,

  /** The curve of cause `cause` (from 1) in group `group`. */
  solve(table: CauseTable, cause: number, group = 0, options: IncidenceOptions = {}): IncidenceCurve {
    const { interval = 'log-log', level = 0.95 } = options;
    const limits = survivalLimits(interval, level);
    const { groups, time, censored, events, entered, fromStart, rows, weighted } = tiedCauses(table);
    const cell = (i: number) => i * groups + group;
    const allEvents = (i: number) => events.reduce((sum, counts) => sum + counts[cell(i)]!, 0);
    const left = [...time.keys()].filter((i) => allEvents(i) + censored[cell(i)]! > 0);
    const column = () => new Float64Array(left.length);
    const out = {
      time: column(),
      atRisk: column(),
      incidence: column(),
      standardError: column(),
      lower: column(),
      upper: column(),
    };
    let [n, total, competing] = [0, 0, 0];
    let atRisk = fromStart[group]!;
    let [survival, incidence, error] = [1, 0, weighted ? Number.NaN : 0];
    // sums for var F(t) = sum (a(u) - F(t) b(u))² c(u)
    let [squares, cross, constant] = [0, 0, 0];
    for (let i = 0, k = 0; i < time.length; i++) {
      const all = allEvents(i);
      const [d, c] = [events[cause - 1]![cell(i)]!, censored[cell(i)]!];
      const others = all - d;
      if (all + c > 0) {
        if (all > 0) {
          if (atRisk - all < EMPTY * all) atRisk = all; // sums of weights are only that exact
          const after = (survival * (atRisk - all)) / atRisk;
          if (d > 0) incidence += (survival * d) / atRisk;
          const inverse = after > 0 ? 1 / after : 0;
          const add = (count: number, a: number) => {
            if (count === 0) return;
            const hypergeometric = count > 1 ? 1 - (count - 1) / (atRisk - 1) : 1;
            const weight = (survival ** 2 * hypergeometric * count) / atRisk ** 2;
            constant += a * a * weight;
            cross += a * inverse * weight;
            squares += inverse * inverse * weight;
          };
          if (after > 0) add(others, incidence * inverse);
          add(d, 1 + incidence * inverse);
          if (d > 0 && !weighted)
            error = Math.sqrt(Math.max(0, constant + incidence ** 2 * squares - 2 * incidence * cross));
          survival = after;
        }
        const [lower, upper] = limits(incidence, error / incidence);
        out.time[k] = time[i]!;
        out.atRisk[k] = atRisk;
        out.incidence[k] = incidence;
        out.standardError[k] = error;
        out.lower[k] = lower;
        out.upper[k] = upper;
        k++;
      }
      n += rows[cell(i)]!;
      total += d;
      competing += others;
      atRisk = Math.max(0, atRisk - all - c) + entered[cell(i)]!;
    }
    return { cause, n, events: total, competing, interval, level, ...out };
  },

  /** The curve's limits from other standard errors: those of {@link jackknifeIncidenceError}. */
  limits(curve: IncidenceCurve, standardError: Float64Array): Pick<IncidenceCurve, 'lower' | 'upper'> {
    const limits = survivalLimits(curve.interval, curve.level);
    const both = Array.from(curve.incidence, (incidence, k) => limits(incidence, standardError[k]! / incidence));
    return {
      lower: Float64Array.from(both, ([lower]) => lower),
      upper: Float64Array.from(both, ([, upper]) => upper),
    };
  },
};

/** Incidence at one time; before the first event it is 0, beyond the last time it stays. */
export interface IncidencePoint {
  readonly time: number;
  readonly incidence: number;
  /** Undefined with weights. */
  readonly standardError: number | 'undefined';
  /** Undefined at incidence 0, and where the error is. */
  readonly lower: number | 'undefined';
  readonly upper: number | 'undefined';
  readonly atRisk: number;
}

/** A curve read at given times. Yardstick: cmprsk::timepoints. O(times log steps). */
export function incidenceAt(curve: IncidenceCurve, times: readonly number[]): IncidencePoint[] {
  return times.map((time) => {
    const upTo = countUntil(curve.time, (t) => t <= time);
    const before = countUntil(curve.time, (t) => t < time);
    const atRisk = curve.atRisk[before] ?? 0;
    if (upTo === 0) return { time, incidence: 0, standardError: 0, lower: 'undefined', upper: 'undefined', atRisk };
    const at = (values: Float64Array) => values[upTo - 1]!;
    return {
      time,
      incidence: at(curve.incidence),
      standardError: numberOr(at(curve.standardError), 'undefined'),
      lower: numberOr(at(curve.lower), 'undefined'),
      upper: numberOr(at(curve.upper), 'undefined'),
      atRisk,
    };
  });
}
