import { chiSquare, normal, quadraticForm } from '../../stats/index.ts';
import type { GridCounts, LogRankAnswer } from './counts.ts';
import { summed } from './symmetric.ts';

/** The log-rank test stratified by site. */
export interface PooledLogRank {
  readonly observed: readonly number[];
  readonly expected: readonly number[];
  readonly variance: readonly (readonly number[])[];
  readonly chiSquare: number;
  readonly degreesOfFreedom: number;
  readonly p: number;
}

/** Sums sites' log-rank tests: their risk sets never meet. Yardstick: survival::survdiff with strata(site). */
export function pooledLogRank(answers: readonly LogRankAnswer[]): PooledLogRank {
  const observed = [...summed(answers.map((answer) => answer.observed))];
  const expected = [...summed(answers.map((answer) => answer.expected))];
  const variance = observed.map((_, g) => [...summed(answers.map((answer) => answer.variance[g]!))]);
  const difference = Float64Array.from(observed, (o, g) => o - expected[g]!);
  const { value, rank } = quadraticForm(Float64Array.from(variance.flat()), difference, 1e-12);
  return { observed, expected, variance, chiSquare: value, degreesOfFreedom: rank, p: chiSquare.upper(value, rank) };
}

/** Sums sites' counts on one grid. */
export function pooledCounts(answers: readonly GridCounts[]): GridCounts {
  return {
    deaths: [...summed(answers.map(({ deaths }) => deaths))],
    censored: [...summed(answers.map(({ censored }) => censored))],
    beyond: answers.reduce((sum, { beyond }) => sum + beyond, 0),
  };
}

/** A step of a curve on a grid: `time` is its end. */
export interface GridStep {
  readonly time: number;
  readonly atRisk: number;
  readonly deaths: number;
  readonly censored: number;
  readonly survival: number;
  /** Greenwood's, of the survival itself. */
  readonly standardError: number;
}

/**
 * The curve that counts on a grid give, whose bins end at `ends`. `actuarial` takes who is censored within a step as at risk for half of it, `start` for all of it, as
 * survfit does of times that were moved to the ends of their steps. Source: Cutler & Ederer, J Chronic Dis 1958;8:699; Greenwood 1926.
 */
export function gridCurve(
  { deaths, censored, beyond }: GridCounts,
  ends: readonly number[],
  atRisk: 'actuarial' | 'start',
): GridStep[] {
  let n = beyond + deaths.reduce((a, b) => a + b, 0) + censored.reduce((a, b) => a + b, 0);
  let survival = 1;
  let greenwood = 0;
  return deaths.map((d, i) => {
    const c = censored[i]!;
    const exposed = atRisk === 'start' ? n : n - c / 2;
    if (d > 0) {
      survival *= 1 - d / exposed;
      greenwood += d / (exposed * (exposed - d));
    }
    n -= d + c;
    return {
      time: ends[i]!,
      atRisk: exposed,
      deaths: d,
      censored: c,
      survival,
      standardError: survival === 0 ? 0 : survival * Math.sqrt(greenwood),
    };
  });
}

/** Survival at a time, with its log-log limits: of the last step that ends by then. */
export function gridSurvivalAt(curve: readonly GridStep[], time: number, level = 0.95) {
  const step = curve.findLast((each) => each.time <= time * (1 + 1e-12));
  if (step === undefined) return { survival: 1, lower: null, upper: null };
  const { survival, standardError } = step;
  if (!(survival > 0 && survival < 1)) return { survival, lower: null, upper: null };
  const reach = (normal.quantile(0.5 + level / 2) * standardError) / (survival * Math.abs(Math.log(survival)));
  return { survival, lower: survival ** Math.exp(reach), upper: survival ** Math.exp(-reach) };
}

/**
 * Survival at a time along the line within its step, with log-log limits interpolated alike: steps are wide, and the value at the edge before would be
 * too high. Null beyond the curve's end, where nothing is shown.
 */
export function gridSurvivalBetween(curve: readonly GridStep[], time: number, level = 0.95) {
  const at = curve.findIndex((step) => step.time >= time * (1 - 1e-12));
  if (at < 0) return { survival: null, lower: null, upper: null };
  const end = { time: curve[at]!.time, ...gridSurvivalAt(curve, curve[at]!.time, level) };
  const start =
    at === 0
      ? { time: 0, survival: 1, lower: null, upper: null }
      : { time: curve[at - 1]!.time, ...gridSurvivalAt(curve, curve[at - 1]!.time, level) };
  const share = (time - start.time) / (end.time - start.time);
  const between = (from: number | null, to: number | null): number | null =>
    from === null || to === null ? null : from + share * (to - from);
  return {
    survival: start.survival + share * (end.survival - start.survival),
    lower: between(start.lower, end.lower),
    upper: between(start.upper, end.upper),
  };
}

/**
 * The time at which a curve on a grid, or one of its log-log limits, passes a half, along the line within the step; null where it never does. By the
 * limits: Brookmeyer & Crowley, Biometrics 1982;38:29.
 */
export function gridMedian(curve: readonly GridStep[], of: 'survival' | 'lower' | 'upper' = 'survival'): number | null {
  let before = { time: 0, value: 1 };
  for (const { time } of curve) {
    const value = gridSurvivalAt(curve, time)[of];
    // before the first death there are no limits, and after the last there may be none
    if (value === null) continue;
    if (value <= 0.5) return before.time + ((before.value - 0.5) / (before.value - value)) * (time - before.time);
    before = { time, value };
  }
  return null;
}

/** Mean and standard deviation of a number from sums about the codebook's centre. */
export function pooledMoments(
  parts: readonly { readonly n: number; readonly sum: number; readonly squares: number }[],
  centre: number,
) {
  const n = parts.reduce((total, part) => total + part.n, 0);
  const sum = parts.reduce((total, part) => total + part.sum, 0);
  const squares = parts.reduce((total, part) => total + part.squares, 0);
  return { n, mean: centre + sum / n, sd: Math.sqrt(Math.max(0, squares - (sum * sum) / n) / (n - 1)) };
}
