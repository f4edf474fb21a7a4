import { checkLength } from '../survival/follow-up.ts';
import type { CurveOptions } from '../survival/kaplan-meier.ts';
import { type SurvivalInterval, survivalLimits } from '../survival/survival-interval.ts';
import type { CoxDesign, CoxRows } from './cox-design.ts';
import { designsOf } from './cox-residuals.ts';
import type { CoxFit } from './cox-result.ts';
import { type RiskSums, riskSums } from './cox-risk-sums.ts';

/** Cumulative hazard of one stratum at covariates and offset of 0, at every time at which a row leaves. */
export interface BaselineHazard {
  /** The stratum's number; 0 where there is one only. */
  readonly stratum: number;
  readonly time: Float64Array;
  readonly cumulativeHazard: Float64Array;
}

/** What a fit predicts for given covariates. */
export interface CoxCurve {
  readonly stratum: number;
  readonly interval: SurvivalInterval;
  readonly level: number;
  readonly time: Float64Array;
  readonly cumulativeHazard: Float64Array;
  /** Of the cumulative hazard, hence of the logarithm of survival. */
  readonly standardError: Float64Array;
  readonly survival: Float64Array;
  /** NaN where the interval is undefined. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/**
 * Baseline hazard of each stratum, Breslow's or (with Efron's ties) Efron's. O(n p).
 * Source: Breslow 1972, in the discussion of Cox. Yardstick: basehaz(centered = FALSE).
 */
export function baselineHazard(rows: CoxRows, fit: CoxFit): BaselineHazard[] {
  return designsOf(rows, fit).map((design) => {
    const factor = Math.exp(-logRiskAtCentre(design, fit.coefficients));
    const { hazard } = riskSums(design, fit.coefficients);
    let lived = 0;
    const own = leavingTimes(design).map((t) => ({ time: design.time[t]!, until: t }));
    const cumulative = new Float64Array(design.times);
    for (let t = 0; t < design.times; t++) {
      lived += hazard[t]!;
      cumulative[t] = lived * factor;
    }
    return {
      stratum: stratumOf(design, rows),
      time: Float64Array.of(...design.earlyTime, ...own.map(({ time }) => time)),
      cumulativeHazard: Float64Array.of(
        ...design.earlyTime.map(() => 0),
        ...own.map(({ until }) => cumulative[until]!),
      ),
    };
  });
}

/**
 * Survival that a fit predicts for a patient with these covariates, in each stratum, offset 0. Its variance has the hazard's own part and that of
 * the coefficients. O(n p + times p²).
 * Source: Tsiatis, Ann Stat 1981;9:93; Therneau & Grambsch 2000, section 10.2. Yardstick: survfit.coxph.
 */
export function coxCurves(
  rows: CoxRows,
  fit: CoxFit,
  covariates: ArrayLike<number>,
  { interval = 'log', level = 0.95 }: CurveOptions = {},
): CoxCurve[] {
  checkLength(covariates, fit.names.length);
  const limits = survivalLimits(interval, level);
  return designsOf(rows, fit).map((design) => {
    const steps = cumulate(design, riskSums(design, fit.coefficients), fit, covariates);
    const survival = steps.cumulativeHazard.map((h) => Math.exp(-h));
    const ends = Array.from(survival, (s, i) => limits(s, steps.standardError[i]!));
    return {
      stratum: stratumOf(design, rows),
      interval,
      level,
      ...steps,
      survival,
      lower: Float64Array.from(ends, ([lower]) => lower),
      upper: Float64Array.from(ends, ([, upper]) => upper),
    };
  });
}

/**
 * Cumulative hazard and its standard error at the covariates: r H, and r times the root of the sum of the hazard's variance and q' V q, where q
 * is the sum over events of hazard times (covariates less the mean of those at risk).
 */
function cumulate(
  design: CoxDesign,
  sums: RiskSums,
  { coefficients, variance }: CoxFit,
  covariates: ArrayLike<number>,
) {
  const { centre, scale, times, time, earlyTime } = design;
  const p = scale.length;
  const away = scale.map((factor, j) => (covariates[j]! - centre[j]!) * factor);
  let logRisk = -(design.offset?.centre ?? 0);
  for (let j = 0; j < p; j++) logRisk += coefficients[j]! * (covariates[j]! - centre[j]!);
  const risk = Math.exp(logRisk);
  const shown = new Set(leavingTimes(design));
  const rows = earlyTime.length + shown.size;
  const curve = {
    time: new Float64Array(rows),
    cumulativeHazard: new Float64Array(rows),
    standardError: new Float64Array(rows),
  };
  curve.time.set(earlyTime);
  const apart = new Float64Array(p);
  let lived = 0;
  let own = 0;
  let at = earlyTime.length;
  for (let t = 0; t < times; t++) {
    lived += sums.hazard[t]!;
    own += sums.hazardVariance[t]!;
    for (let j = 0; j < p; j++) {
      const unit = scale[j] === 0 ? 0 : 1 / scale[j]!;
      apart[j]! += (sums.hazard[t]! * away[j]! - sums.hazardMean[t * p + j]!) * unit;
    }
    if (!shown.has(t)) continue;
    let fromCoefficients = 0;
    for (let j = 0; j < p; j++)
      for (let k = 0; k < p; k++) fromCoefficients += apart[j]! * variance[j]![k]! * apart[k]!;
    curve.time[at] = time[t]!;
    curve.cumulativeHazard[at] = risk * lived;
    curve.standardError[at++] = risk * Math.sqrt(own + fromCoefficients);
  }
  return curve;
}

/** Logarithm of the risk, relative to covariates and offset of 0, of a row whose covariates are the stratum's centre. */
function logRiskAtCentre({ centre, offset }: CoxDesign, coefficients: readonly number[]): number {
  return coefficients.reduce((sum, b, j) => sum + b * centre[j]!, offset?.centre ?? 0);
}

/** Times at which a row leaves; at the others one enters. */
function leavingTimes({ times, start }: CoxDesign): number[] {
  return Array.from({ length: times }, (_, t) => t).filter((t) => start[t]! < start[t + 1]!);
}

function stratumOf({ source }: CoxDesign, { strata }: CoxRows): number {
  return strata?.[source[0]!] ?? 0;
}

/** By row, the logarithm of the hazard ratio to a row whose covariates are the means of all rows. Yardstick: predict.coxph, `type = "lp"`. O(n p). */
export function linearPredictor({ covariates, offset, time }: CoxRows, { coefficients }: CoxFit): Float64Array {
  const predictor = offset?.slice() ?? new Float64Array(time.length);
  covariates.forEach((values, j) => {
    let mean = 0;
    for (const value of values) mean += value / values.length;
    for (let i = 0; i < values.length; i++) predictor[i]! += coefficients[j]! * (values[i]! - mean);
  });
  return predictor;
}
