import { countEvents, type EventTable, mergeTables, tied } from './event-table.ts';
import type { FollowUp } from './follow-up.ts';
import { type SurvivalInterval, survivalLimits } from './survival-interval.ts';

export interface CurveOptions {
  /** Default `log`, as survfit. */
  readonly interval?: SurvivalInterval;
  /** Default 0.95. */
  readonly level?: number;
}

/** A survival curve at every distinct time at which anyone leaves, by the event or censored. */
export interface SurvivalCurve {
  readonly n: number;
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
  /** With delayed entry: times after which nobody was under observation though others came later. Survival stays what it was. */
  readonly gaps: readonly number[];
}

/**
 * Kaplan-Meier estimate of survival. Class: one round; any batch of rows.
 * At a tied time events precede censorings, and who enters at a time is at risk after it.
 * Source: Kaplan & Meier, JASA 1958;53:457; Greenwood 1926. Yardstick: survival::survfit.
 */
export const kaplanMeier = {
  accumulate(f: FollowUp): EventTable {
    return countEvents(f);
  },

  merge: mergeTables,

  solve(table: EventTable, { interval = 'log', level = 0.95 }: CurveOptions = {}): SurvivalCurve {
    const { time, events, censored, entered, fromStart } = tied(table);
    const limits = survivalLimits(interval, level);
    const left = [...time.keys()].filter((i) => events[i]! + censored[i]! > 0);
    const column = () => new Float64Array(left.length);
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
    const gaps: number[] = [];
    let n = 0;
    let total = 0;
    let atRisk = fromStart[0]!;
    let survival = 1;
    let greenwood = 0;
    let k = 0;
    for (let i = 0; i < time.length; i++) {
      const d = events[i]!;
      const c = censored[i]!;
      if (d + c > 0) {
        if (d > 0) {
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
        n += d + c;
        total += d;
        atRisk -= d + c;
        if (atRisk === 0 && k < left.length) gaps.push(time[i]!);
      }
      atRisk += entered[i]!;
    }
    return { n, events: total, ...curve, gaps };
  },
};

/** The curve of time under observation: censoring is the event, and the event censors. Its median is the median follow-up. */
export function reverseKaplanMeier(f: FollowUp, options?: CurveOptions): SurvivalCurve {
  const event = f.event.map((e) => (e === 1 ? 0 : e === 0 ? 1 : e));
  return kaplanMeier.solve(kaplanMeier.accumulate({ ...f, event }), options);
}

/** A time and its interval; NaN where the curve, or a limit's curve, doesn't come down so far: not reached. */
export interface Quantile {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

/** How near a level of the curve counts as the level asked for; as R's. */
const FLAT = Math.sqrt(Number.EPSILON);

/**
 * The time by which a share `p` has had the event (0.5: the median), with the times at which the limits' curves come to the same level.
 * A curve flat at exactly that level gives the middle of the flat stretch; one that is flat to its end, the middle up to the last time.
 * Yardstick: survival::quantile.survfit.
 */
export function quantile(curve: SurvivalCurve, p: number): Quantile {
  return {
    estimate: crossing(curve.time, curve.survival, p),
    lower: crossing(curve.time, curve.lower, p),
    upper: crossing(curve.time, curve.upper, p),
  };
}

/** Where `level` has come down by `p`; levels that are NaN don't count, and a limit's curve may rise again. */
function crossing(time: Float64Array, level: Float64Array, p: number): number {
  if (p === 0) return 0;
  const steps: { at: number; fallen: number }[] = [{ at: 0, fallen: 0 }];
  const seen = new Set<number>([0]);
  for (let i = 0; i < time.length; i++) {
    const fallen = 1 - level[i]!;
    if (Number.isNaN(fallen) || seen.has(fallen)) continue;
    seen.add(fallen);
    steps.push({ at: time[i]!, fallen });
  }
  const last = steps.at(-1)!;
  steps.sort((a, b) => a.fallen - b.fallen);
  const reached = steps.find(({ fallen }) => fallen + FLAT >= p);
  if (reached === undefined) return Number.NaN;
  const passed = steps.find(({ fallen }) => fallen - FLAT >= p);
  const ends = Math.abs(p - last.fallen) < FLAT && !Number.isNaN(level[level.length - 1]!);
  if (ends) return (reached.at + time[time.length - 1]!) / 2;
  return passed === undefined ? Number.NaN : (reached.at + passed.at) / 2;
}

/** Survival at one time. */
export interface SurvivalPoint {
  readonly time: number;
  readonly survival: number;
  readonly standardError: number;
  readonly lower: number;
  readonly upper: number;
  /** Under observation just before the time; 0 beyond the last. */
  readonly atRisk: number;
}

/** Survival and numbers at risk at given times; before the first time survival is 1, beyond the last it stays. As summary.survfit. */
export function survivalAt(curve: SurvivalCurve, times: readonly number[]): SurvivalPoint[] {
  return times.map((time) => {
    const upTo = countUntil(curve.time, (t) => t <= time);
    const before = countUntil(curve.time, (t) => t < time);
    const atRisk = before < curve.time.length ? curve.atRisk[before]! : 0;
    if (upTo === 0) return { time, survival: 1, standardError: 0, lower: 1, upper: 1, atRisk };
    return {
      time,
      survival: curve.survival[upTo - 1]!,
      standardError: curve.standardError[upTo - 1]!,
      lower: curve.lower[upTo - 1]!,
      upper: curve.upper[upTo - 1]!,
      atRisk,
    };
  });
}

/** How many of the leading times satisfy a condition that holds up to some time. */
function countUntil(time: Float64Array, holds: (t: number) => boolean): number {
  let low = 0;
  let high = time.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(time[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
