import { normal, normalHalfWidth } from '../numeric/distributions.ts';
import type { SurvivalCurve } from './kaplan-meier.ts';

/** The mean time lived up to a horizon. */
export interface RestrictedMean {
  readonly ok: true;
  readonly horizon: number;
  readonly level: number;
  readonly estimate: number;
  readonly standardError: number;
  readonly lower: number;
  readonly upper: number;
}

/** The mean, or that follow-up ends before the horizon. */
export type RestrictedMeanResult =
  | RestrictedMean
  /** The curve ends above 0 before the horizon: what comes between isn't known. */
  | { readonly ok: false; readonly problem: 'beyond follow-up'; readonly last: number };

/** An estimate that compares two groups, with its interval and test. */
export interface Contrast {
  readonly estimate: number;
  /** Of the estimate, or of its logarithm where the interval is symmetric on that. */
  readonly standardError: number;
  readonly lower: number;
  readonly upper: number;
  /** That the groups don't differ; none where neither varies. */
  readonly test:
    | { readonly ok: true; readonly z: number; readonly p: number }
    | { readonly ok: false; readonly problem: 'zero variance' };
  readonly level: number;
}

/** The interval's level, and what is made of a curve that ends before the horizon. */
export interface RestrictedMeanOptions {
  /** The curve's own unless said. */
  readonly level?: number;
  /** Whether a curve that ends above 0 before the horizon goes on flat, as survfit's does; not unless said, since nothing is known there. */
  readonly extend?: boolean;
}

/**
 * Restricted mean survival time, the area under the curve up to `horizon`, with Greenwood's variance. O(times).
 * Source: Irwin 1949; Royston & Parmar, Stat Med 2011;30:2409. Yardstick: survfit's `rmean`; survRM2::rmst2.
 */
export function restrictedMean(
  curve: SurvivalCurve,
  horizon: number,
  { level = curve.level, extend = false }: RestrictedMeanOptions = {},
): RestrictedMeanResult {
  const { time, survival, atRisk, event } = curve;
  const times = time.length;
  const last = times === 0 ? 0 : time[times - 1]!;
  const known = horizon <= last || (times > 0 && survival[times - 1] === 0);
  if (!known && !extend) return { ok: false, problem: 'beyond follow-up', last };
  let area = 0;
  let variance = 0;
  let [k, end] = [times - 1, horizon];
  while (k >= 0 && time[k]! > horizon) k--;
  for (; k >= 0; k--) {
    area += survival[k]! * (end - time[k]!);
    end = time[k]!;
    const [n, d] = [atRisk[k]!, event[k]!];
    if (d > 0 && n > d) variance += (area * area * d) / (n * (n - d));
  }
  const estimate = area + end;
  const standardError = Math.sqrt(variance);
  const width = normalHalfWidth(level) * standardError;
  return { ok: true, horizon, level, estimate, standardError, lower: estimate - width, upper: estimate + width };
}

/**
 * Difference and ratio of two restricted means, second less or over first; the ratio's interval is symmetric on its logarithm.
 * Yardstick: survRM2::rmst2. O(1).
 */
export function compareRestrictedMeans(
  first: RestrictedMean,
  second: RestrictedMean,
): {
  readonly difference: Contrast;
  /** Absent where a mean is 0. */
  readonly ratio?: Contrast;
} {
  const { level } = first;
  const ratioError = Math.hypot(first.standardError / first.estimate, second.standardError / second.estimate);
  return {
    difference: difference(
      second.estimate - first.estimate,
      Math.hypot(first.standardError, second.standardError),
      level,
    ),
    ...(first.estimate > 0 && second.estimate > 0
      ? { ratio: ratio(second.estimate / first.estimate, ratioError, level) }
      : {}),
  };
}

/** A difference with the interval and test that the normal approximation gives. */
export function difference(estimate: number, standardError: number, level: number): Contrast {
  const width = normalHalfWidth(level) * standardError;
  const z = estimate / standardError;
  return {
    estimate,
    standardError,
    lower: estimate - width,
    upper: estimate + width,
    test:
      standardError > 0 ? { ok: true, z, p: 2 * normal.upper(Math.abs(z)) } : { ok: false, problem: 'zero variance' },
    level,
  };
}

/** A ratio, from the standard error of its logarithm. */
export function ratio(estimate: number, standardError: number, level: number): Contrast {
  const { lower, upper, ...rest } = difference(Math.log(estimate), standardError, level);
  return { ...rest, estimate, lower: Math.exp(lower), upper: Math.exp(upper) };
}
