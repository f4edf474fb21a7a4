import { fisherF, studentHalfWidth, studentT } from '../numeric/beta.ts';
import { chiSquareTest, normal, normalHalfWidth, type Test } from '../numeric/distributions.ts';
import { betweenVariance, type Heterogeneity, type Studies, weightedFit } from './meta-heterogeneity.ts';

/** How heterogeneity is estimated, and which interval the coefficients have. */
export interface MetaOptions {
  /** Default REML. */
  readonly method?: Heterogeneity;
  /** `hartung-knapp` (default) takes the scatter about the fit and Student's t; `normal` the weights alone. */
  readonly interval?: 'normal' | 'hartung-knapp';
  /** Default 0.95. */
  readonly level?: number;
}

/** A coefficient with its test. */
export interface MetaCoefficient {
  readonly estimate: number;
  readonly standardError: number;
  readonly lower: number;
  readonly upper: number;
  /** z, or t under Hartung and Knapp. */
  readonly statistic: number;
  readonly p: number;
  readonly logP: number;
}

/** What studies say together. */
export interface MetaRegression {
  readonly ok: true;
  readonly studies: number;
  readonly method: Heterogeneity;
  readonly interval: 'normal' | 'hartung-knapp';
  readonly level: number;
  /** The intercept, then the moderators in their order. */
  readonly coefficients: readonly MetaCoefficient[];
  /** Variance between studies (beyond the moderators). */
  readonly tau2: number;
  /** Cochran's Q: whether the (residual) scatter is more than the studies' own. */
  readonly heterogeneity: Test;
  /** Percent of the total variance that is between studies, and total over within. */
  readonly i2: number;
  readonly h2: number;
  /** That no moderator matters; chi-square, or F under Hartung and Knapp. Undefined without moderators. */
  readonly moderators: { readonly statistic: number; readonly p: number; readonly logP: number } | undefined;
  /** Percent by study. */
  readonly weights: readonly number[];
}

/** One effect pooled from studies, with what it leaves unexplained. */
export interface MetaAnalysis extends MetaRegression {
  /** The pooled effect. */
  readonly pooled: MetaCoefficient;
  /** Where the effect of a new study is expected; undefined for a fixed effect. */
  readonly prediction: readonly [lower: number, upper: number] | undefined;
}

/** Share of the effects' sum of squares below which what a fit leaves over is rounding. */
const ROUNDING = 1e-26;

/** `too few`: no more studies than coefficients. `no scatter`: the fit leaves nothing over, of which Hartung and Knapp make the standard error. `collinear`: the moderator is constant or determined by others. */
export type MetaFailure =
  | { readonly ok: false; readonly problem: 'too few' | 'no scatter' | 'not converged' }
  | { readonly ok: false; readonly problem: 'collinear'; readonly columns: readonly string[] };

/**
 * Meta-analysis of effects with known variances: a fixed effect, or random effects by any of nine estimators of the variance between studies.
 * Class: by study (batches are joined by concatenation). The sampling variances are taken as known.
 * Sources: see {@link betweenVariance}; Hartung & Knapp, Stat Med 2001;20:3875; prediction, Higgins, Thompson & Spiegelhalter 2009.
 * Yardstick: metafor::rma. O(k) a round.
 */
export function metaAnalysis(
  effects: Float64Array,
  variances: Float64Array,
  options: MetaOptions = {},
): MetaAnalysis | MetaFailure {
  const fit = metaRegression(effects, variances, [], [], options);
  if (!fit.ok) return fit;
  const pooled = fit.coefficients[0]!;
  const reach =
    Math.hypot(pooled.standardError, Math.sqrt(fit.tau2)) * halfWidth(fit.interval, fit.level, fit.studies - 1);
  return {
    ...fit,
    pooled,
    prediction: fit.method === 'fixed' ? undefined : [pooled.estimate - reach, pooled.estimate + reach],
  };
}

function halfWidth(interval: 'normal' | 'hartung-knapp', level: number, degreesOfFreedom: number): number {
  return interval === 'normal' ? normalHalfWidth(level) : studentHalfWidth(level, degreesOfFreedom);
}

/**
 * Meta-regression of effects on moderators, one array a moderator.
 * Source: Thompson & Sharp, Stat Med 1999;18:2693; Knapp & Hartung 2003. Yardstick: metafor::rma with mods. Throws RangeError on variances that
 * aren't positive. O(studies x p²) a step.
 */
export function metaRegression(
  effects: Float64Array,
  variances: Float64Array,
  moderators: readonly Float64Array[],
  names: readonly string[],
  { method = 'reml', interval = 'hartung-knapp', level = 0.95 }: MetaOptions = {},
): MetaRegression | MetaFailure {
  const k = effects.length;
  for (const values of [variances, ...moderators])
    if (values.length !== k) throw new RangeError('columns of studies differ in length');
  if (!variances.every((v) => v > 0 && v < Number.POSITIVE_INFINITY))
    throw new RangeError('a variance is not positive');
  if (!effects.every(Number.isFinite)) throw new RangeError('an effect is not a number');
  const p = moderators.length + 1;
  const free = k - p;
  if (free < 1) return { ok: false, problem: 'too few' };
  const design = [new Float64Array(k).fill(1), ...moderators];
  for (let j = 1; j <= moderators.length; j++) {
    const upTo = { effects, variances, design: design.slice(0, j + 1) };
    if (
      weightedFit(
        upTo,
        variances.map((v) => 1 / v),
      ) === undefined
    )
      return { ok: false, problem: 'collinear', columns: [names[j - 1]!] };
  }
  const studies: Studies = { effects, variances, design };
  const tau2 = betweenVariance(studies, method);
  if (tau2 === undefined) return { ok: false, problem: 'not converged' };
  const fixed = weightedFit(
    studies,
    variances.map((v) => 1 / v),
  )!;
  const fit = weightedFit(
    studies,
    variances.map((v) => 1 / (v + tau2)),
  )!;
  const all = effects.reduce((sum, effect, i) => sum + fit.weights[i]! * effect * effect, 0);
  if (interval !== 'normal' && fit.squares <= ROUNDING * all) return { ok: false, problem: 'no scatter' };
  const scatter = interval === 'normal' ? 1 : fit.squares / free;
  const reach = halfWidth(interval, level, free);
  const coefficients = Array.from(fit.coefficients, (estimate, j): MetaCoefficient => {
    const standardError = Math.sqrt(fit.inverse[j * p + j]! * scatter);
    const statistic = estimate / standardError;
    return {
      estimate,
      standardError,
      lower: estimate - reach * standardError,
      upper: estimate + reach * standardError,
      statistic,
      p: interval === 'normal' ? normal.twoSided(statistic) : studentT.twoSided(statistic, free),
      logP: interval === 'normal' ? normal.logTwoSided(statistic) : studentT.logTwoSided(statistic, free),
    };
  });
  const heterogeneity = chiSquareTest(fixed.squares, free);
  const typical = free / fixed.traceP;
  return {
    ok: true,
    studies: k,
    method,
    interval,
    level,
    coefficients,
    tau2,
    heterogeneity,
    i2: method === 'fixed' ? Math.max(0, 100 * (1 - free / fixed.squares)) : (100 * tau2) / (typical + tau2),
    h2: method === 'fixed' ? fixed.squares / free : tau2 / typical + 1,
    moderators: p === 1 ? undefined : moderatorTest(fit.coefficients, design, fit.weights, scatter, interval, free),
    weights: Array.from(fit.weights, (w) => (100 * w) / fit.sumOfWeights),
  };
}

/** Wald test of all coefficients but the intercept: by how much the fit without them is worse. */
function moderatorTest(
  coefficients: Float64Array,
  design: readonly Float64Array[],
  weights: Float64Array,
  scatter: number,
  interval: 'normal' | 'hartung-knapp',
  free: number,
) {
  const m = coefficients.length - 1;
  // y'Py of the intercept alone less that of all, without the effects: the weighted spread of what the moderators predict
  let [sum, mean] = [0, 0];
  const predicted = weights.map((_, i) =>
    design.reduce((total, column, j) => total + (j === 0 ? 0 : column[i]! * coefficients[j]!), 0),
  );
  weights.forEach((w, i) => {
    sum += w;
    mean += w * predicted[i]!;
  });
  mean /= sum;
  const spread = weights.reduce((total, w, i) => total + w * (predicted[i]! - mean) ** 2, 0) / scatter;
  if (interval === 'normal') {
    const { statistic, p, logP } = chiSquareTest(spread, m);
    return { statistic, p, logP };
  }
  return { statistic: spread / m, p: fisherF.upper(spread / m, m, free), logP: fisherF.logUpper(spread / m, m, free) };
}

/**
 * Egger's test of funnel asymmetry: effects regressed on their standard errors with inverse variances as weights and a free scale.
 * Source: Egger et al., BMJ 1997;315:629. Yardstick: metafor::regtest with model "lm". O(studies).
 */
export function eggerTest(effects: Float64Array, variances: Float64Array): MetaCoefficient | MetaFailure {
  const fit = metaRegression(effects, variances, [variances.map(Math.sqrt)], ['standard error'], { method: 'fixed' });
  return fit.ok ? fit.coefficients[1]! : fit;
}
