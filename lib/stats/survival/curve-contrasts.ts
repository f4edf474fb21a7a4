import { chiSquare, normal } from '../numeric/distributions.ts';
import { quantile, type Reached, survivalAt } from './curve-reading.ts';
import type { SurvivalCurve } from './kaplan-meier.ts';
import { type Contrast, difference, ratio } from './restricted-mean.ts';

/** How two curves differ at a time; or that one of them doesn't reach it. */
export type SurvivalContrast =
  | {
      readonly ok: true;
      readonly time: number;
      /** Survival of the second curve less that of the first. */
      readonly difference: Contrast;
      /** Second over first; absent where a curve is at 0. */
      readonly ratio?: Contrast;
      /** Test of equal survival on the log-log scale, which holds its level in small samples; absent where a curve is at 0 or 1. */
      readonly logLogTest?: { readonly z: number; readonly p: number };
    }
  /** A curve ends above 0 before the time. */
  | { readonly ok: false; readonly problem: 'beyond follow-up'; readonly last: number };

/**
 * Difference and ratio of two curves' survival at a time fixed beforehand, with Greenwood's variance. O(log times).
 * Source: Klein et al, Stat Med 2007;26:4505.
 */
export function compareSurvival(
  first: SurvivalCurve,
  second: SurvivalCurve,
  time: number,
  level = first.level,
): SurvivalContrast {
  for (const curve of [first, second]) {
    const last = curve.time.at(-1) ?? 0;
    if (time > last && curve.survival.at(-1) !== 0) return { ok: false, problem: 'beyond follow-up', last };
  }
  const [a, b] = [first, second].map((curve) => {
    const { survival, standardError } = survivalAt(curve, [time])[0]!;
    return { survival, error: standardError === 'undefined' ? 0 : standardError };
  }) as [{ survival: number; error: number }, { survival: number; error: number }];
  const contrast = difference(b.survival - a.survival, Math.hypot(a.error, b.error), level);
  if (a.survival === 0 || b.survival === 0) return { ok: true, time, difference: contrast };
  const relative = Math.hypot(a.error / a.survival, b.error / b.survival);
  const quotient = ratio(b.survival / a.survival, relative, level);
  if (a.survival === 1 || b.survival === 1) return { ok: true, time, difference: contrast, ratio: quotient };
  const logLog = ({ survival, error }: typeof a) => ({
    value: Math.log(-Math.log(survival)),
    error: error / (survival * -Math.log(survival)),
  });
  const [one, two] = [logLog(a), logLog(b)];
  const z = (two.value - one.value) / Math.hypot(one.error, two.error);
  return { ok: true, time, difference: contrast, ratio: quotient, logLogTest: { z, p: normal.twoSided(z) } };
}

/** A difference of two quantiles; an infinite limit is one that the data don't bound. */
export interface QuantileContrast {
  readonly probability: number;
  readonly level: number;
  readonly estimate: Reached;
  readonly lower: Reached;
  readonly upper: Reached;
}

/**
 * Difference of the times by which a share `probability` of each group has had the event (0.5: medians), second less first, with an interval that
 * needs no density: all differences m2 - m1 for which the two curves together aren't too far from 1 - probability at m1 and m2.
 * O(times²). Source: Su & Wei, Biometrics 1993;49:603. Yardstick: its own simulation of coverage, in the tests.
 */
export function compareQuantiles(
  first: SurvivalCurve,
  second: SurvivalCurve,
  { probability = 0.5, level = first.level }: { readonly probability?: number; readonly level?: number } = {},
): QuantileContrast {
  const limit = chiSquare.quantile(level, 1);
  const [one, two] = [stretches(first, 1 - probability), stretches(second, 1 - probability)];
  let [lower, upper] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const a of one) {
    if (a.distance > limit) continue;
    for (const b of two) {
      if (a.distance + b.distance > limit) continue;
      lower = Math.min(lower, b.from - a.to);
      upper = Math.max(upper, b.to - a.from);
    }
  }
  const [from, to] = [quantile(first, probability).estimate, quantile(second, probability).estimate];
  const estimate = from === 'not reached' || to === 'not reached' ? 'not reached' : to - from;
  if (lower > upper) return { probability, level, estimate, lower: 'not reached', upper: 'not reached' };
  return { probability, level, estimate, lower, upper };
}

/** Between two events: how far the curve is from a level, squared, in standard errors. */
interface Stretch {
  readonly from: number;
  /** Infinite after the last event, unless survival is 0. */
  readonly to: number;
  readonly distance: number;
}

function stretches({ time, event, survival, standardError }: SurvivalCurve, level: number): Stretch[] {
  const events = [...time.keys()].filter((k) => event[k]! > 0);
  return events.flatMap((k, i) => {
    if (survival[k] === 0) return [];
    const distance = ((survival[k]! - level) / standardError[k]!) ** 2;
    const next = events[i + 1];
    return [{ from: time[k]!, to: next === undefined ? Number.POSITIVE_INFINITY : time[next]!, distance }];
  });
}
