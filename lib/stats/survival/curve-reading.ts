import { numberOr } from '../numeric/absent.ts';
import { countUntil } from './event-table.ts';
import type { SurvivalCurve } from './kaplan-meier.ts';

/** A time, or that the curve doesn't come down so far. */
export type Reached = number | 'not reached';

/** The time at which a curve comes to a level, and those at which its limits' curves do. */
export interface Quantile {
  readonly estimate: Reached;
  readonly lower: Reached;
  readonly upper: Reached;
}

/** How near a level of the curve counts as the level asked for; as R's. */
const FLAT = Math.sqrt(Number.EPSILON);

/**
 * The time by which a share `p` has had the event (0.5: the median), with the times at which the limits' curves come to the same level.
 * A curve flat at exactly that level gives the middle of the flat stretch; one that is flat to its end, the middle up to the last time.
 * Yardstick: survival::quantile.survfit. O(log steps) a quantile.
 */
export function quantile(curve: SurvivalCurve, p: number): Quantile {
  return {
    estimate: crossing(curve.time, curve.survival, p),
    lower: crossing(curve.time, curve.lower, p),
    upper: crossing(curve.time, curve.upper, p),
  };
}

/** Where `level` has come down by `p`; levels that are NaN don't count, and a limit's curve may rise again. */
function crossing(time: Float64Array, level: Float64Array, p: number): Reached {
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
  if (reached === undefined) return 'not reached';
  const passed = steps.find(({ fallen }) => fallen - FLAT >= p);
  const ends = Math.abs(p - last.fallen) < FLAT && !Number.isNaN(level[level.length - 1]!);
  if (ends) return (reached.at + time[time.length - 1]!) / 2;
  return passed === undefined ? 'not reached' : (reached.at + passed.at) / 2;
}

/** Survival at one time. Its error is undefined once nobody survives, its limits too, and those of some scales (`log-log`) already at 1. */
export interface SurvivalPoint {
  readonly time: number;
  readonly survival: number;
  readonly standardError: number | 'undefined';
  readonly lower: number | 'undefined';
  readonly upper: number | 'undefined';
  /** Under observation just before the time, at time 0 from it on; 0 beyond the last. */
  readonly atRisk: number;
}

/**
 * Survival and numbers at risk at given times; before the first time survival is 1, beyond the last it stays. Yardstick: survival::summary.survfit, except that who
 * comes under observation between a time and the next exit isn't at risk yet. O(log steps) a time.
 */
export function survivalAt(curve: SurvivalCurve, times: readonly number[]): SurvivalPoint[] {
  const { observation } = curve;
  return times.map((time) => {
    const upTo = countUntil(curve.time, (t) => t <= time);
    const atRisk = observation.atRisk[countUntil(observation.time, (t) => t < time)] ?? 0;
    if (upTo === 0) return { time, survival: 1, standardError: 0, lower: 1, upper: 1, atRisk };
    return {
      time,
      survival: curve.survival[upTo - 1]!,
      standardError: numberOr(curve.standardError[upTo - 1]!, 'undefined'),
      lower: numberOr(curve.lower[upTo - 1]!, 'undefined'),
      upper: numberOr(curve.upper[upTo - 1]!, 'undefined'),
      atRisk,
    };
  });
}
