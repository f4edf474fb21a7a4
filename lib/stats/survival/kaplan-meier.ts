import { countEvents, type EventTable, mergeTables, tableSince, tied } from './event-table.ts';
import type { FollowUp } from './follow-up.ts';
import { type SurvivalInterval, survivalLimits } from './survival-interval.ts';

/** The scale and level of a curve's limits, and from when on it is read. */
export interface CurveOptions {
  /** Default `log`, as survfit. */
  readonly interval?: SurvivalInterval;
  /** Default 0.95. */
  readonly level?: number;
  /** Survival given that one is under observation right before this time; earlier times are left out. As survfit's `start.time`. */
  readonly from?: number;
}

/** A survival curve at every distinct time at which anyone leaves, by the event or censored. */
export interface SurvivalCurve {
  /** Rows, whatever their weights. */
  readonly n: number;
  /** Rows of weight 0, which were left out and are no part of `n`. */
  readonly dropped: number;
  readonly events: number;
  readonly interval: SurvivalInterval;
  readonly level: number;
  readonly time: Float64Array;
  /** Under observation just before the time. */
  readonly atRisk: Float64Array;
  readonly event: Float64Array;
  readonly censored: Float64Array;
  readonly survival: Float64Array;
  /** Greenwood's; NaN once survival is 0. */
  readonly standardError: Float64Array;
  /** Of the logarithm of survival (survfit's `std.err`); infinite once survival is 0. */
  readonly logStandardError: Float64Array;
  /** NaN where the interval is undefined. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Every distinct time at which anyone leaves or comes, and who is under observation just before it; who comes at time 0, from it on. */
  readonly observation: { readonly time: Float64Array; readonly atRisk: Float64Array };
  /** With delayed entry: times after which nobody was under observation though others came later. Survival stays what it was. */
  readonly gaps: readonly number[];
}

/** Share of those who leave below which nobody is left: sums of weights are only that exact. */
const EMPTY = 1e-12;

/**
 * Kaplan-Meier estimate of survival. Class: one round; any batch of rows.
 * At a tied time events precede censorings, and who enters at a time is at risk after it.
 * Source: Kaplan & Meier, JASA 1958;53:457; Greenwood 1926. Yardstick: survival::survfit.
 * O(n log n) to count, of whole days O(n + days); O(times) to solve.
 */
export const kaplanMeier = {
  /** `weights`, if given, say how much a row counts; one of weight 0 is dropped. */
  accumulate(f: FollowUp, weights?: Float64Array): EventTable {
    return countEvents(f, undefined, 1, weights);
  },

  merge: mergeTables,

  solve(table: EventTable, { interval = 'log', level = 0.95, from }: CurveOptions = {}): SurvivalCurve {
    const { time, events, censored, entered, fromStart, rows, dropped } = tied(
      from === undefined ? table : tableSince(table, from),
    );
    const limits = survivalLimits(interval, level);
    let times = 0;
    for (let i = 0; i < time.length; i++) if (events[i]! + censored[i]! > 0) times++;
    const column = () => new Float64Array(times);
    const curve = {
      interval,
      level,
      time: column(),
      atRisk: column(),
      event: column(),
      censored: column(),
      survival: column(),
      standardError: column(),
      logStandardError: column(),
      lower: column(),
      upper: column(),
    };
    const observation = { time, atRisk: new Float64Array(time.length) };
    const gaps: number[] = [];
    let total = 0;
    let atRisk = fromStart[0]!;
    let survival = 1;
    let greenwood = 0;
    let k = 0;
    for (let i = 0; i < time.length; i++) {
      const d = events[i]!;
      const c = censored[i]!;
      observation.atRisk[i] = time[i]! > 0 ? atRisk : atRisk + entered[i]!;
      if (d + c > 0) {
        if (d > 0) {
          if (atRisk - d < EMPTY * d) atRisk = d;
          survival *= (atRisk - d) / atRisk;
          greenwood += d / (atRisk * (atRisk - d));
        }
        const error = Math.sqrt(greenwood);
        const [lower, upper] = limits(survival, error);
        curve.time[k] = time[i]!;
        curve.atRisk[k] = atRisk;
        curve.event[k] = d;
        curve.censored[k] = c;
        curve.survival[k] = survival;
        curve.standardError[k] = survival * error;
        curve.logStandardError[k] = error;
        curve.lower[k] = lower;
        curve.upper[k] = upper;
        k++;
        total += d;
        atRisk -= d + c;
        if (atRisk < EMPTY * (d + c)) {
          atRisk = 0;
          if (k < times) gaps.push(time[i]!);
        }
      }
      atRisk += entered[i]!;
    }
    const n = rows.reduce((sum, count) => sum + count, 0);
    return { n, dropped: dropped[0]!, events: total, ...curve, observation, gaps };
  },
};

/**
 * The curve of time under observation: censoring is the event, and the event censors. Its median is the median follow-up. O(n log n).
 * Source: Schemper & Smith, Control Clin Trials 1996;17:343. Yardstick: survival::survfit of the complement.
 */
export function reverseKaplanMeier(f: FollowUp, options?: CurveOptions): SurvivalCurve {
  const event = f.event.map((e) => (e === 1 ? 0 : e === 0 ? 1 : e));
  return kaplanMeier.solve(kaplanMeier.accumulate({ ...f, event }), options);
}
