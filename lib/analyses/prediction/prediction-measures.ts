import {
  brierScore,
  type CauseFollowUp,
  concordance,
  cox,
  type FollowUp,
  logistic,
  rocArea,
  type TimedResult,
  timedAccuracy,
} from '../../stats/index.ts';
import type { RiskAt, Target } from './prediction-model.ts';

/** A number with its limits; NaN where there is none. */
export interface Measured {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

/** What isn't known: of figures that a table shows as none, with its reason. */
export const NONE: Measured = { estimate: Number.NaN, lower: Number.NaN, upper: Number.NaN };

/** What a linear predictor and its risks are worth in some patients. */
export interface Measures {
  readonly concordance: Measured;
  /** Of the outcome on the linear predictor. */
  readonly slope: Measured;
  /** Of survival, at the horizon. */
  readonly area: Measured;
  readonly brier: Measured;
}

/** The names of the measures, in the order in which they are told. */
export const MEASURES = ['concordance', 'slope', 'area', 'brier'] as const;

/** A follow-up whose event is the only cause. */
function causeOf({ time, event, entry }: FollowUp): CauseFollowUp {
  return { time, cause: event, ...(entry === undefined ? {} : { entry }) };
}

/** All measures; `risk` turns the predictor into risks, undefined where there is no telling. */
export function measure(
  target: Target,
  linear: Float64Array,
  risk: RiskAt | undefined,
  horizon: number,
  level: number,
): Measures {
  return {
    concordance: discrimination(target, linear, level),
    slope: slopeOf(target, linear, level),
    ...accuracyOf(target, linear, risk, horizon, level),
  };
}

function discrimination(target: Target, linear: Float64Array, level: number): Measured {
  if (target.kind === 'binary') {
    const area = rocArea(target.outcome, linear, { level });
    return area.ok ? { estimate: area.area, lower: Math.max(0, area.lower), upper: Math.min(1, area.upper) } : NONE;
  }
  const found = concordance.solve(concordance.accumulate(target.followUp, linear), { level });
  if (!found.ok) return NONE;
  return { estimate: found.estimate, lower: found.lower ?? Number.NaN, upper: found.upper ?? Number.NaN };
}

function slopeOf(target: Target, linear: Float64Array, level: number): Measured {
  const covariates = { names: ['predictor'], covariates: [linear] };
  if (target.kind === 'binary') {
    const fit = logistic.fit({ outcome: target.outcome, ...covariates }, { level });
    if (!fit.ok) return NONE;
    return { estimate: fit.coefficients[1]!, lower: Math.log(fit.lower[1]!), upper: Math.log(fit.upper[1]!) };
  }
  const fit = cox.fit({ ...target.followUp, ...covariates }, { level });
  if (!fit.ok) return NONE;
  return { estimate: fit.coefficients[0]!, lower: Math.log(fit.lower[0]!), upper: Math.log(fit.upper[0]!) };
}

function accuracyOf(
  target: Target,
  linear: Float64Array,
  risk: RiskAt | undefined,
  horizon: number,
  level: number,
): Pick<Measures, 'area' | 'brier'> {
  if (target.kind === 'binary') {
    const brier = risk === undefined ? Number.NaN : brierScore(target.outcome, risk(linear, 0));
    return { area: NONE, brier: { ...NONE, estimate: brier } };
  }
  const found = accuracyAt(target.followUp, linear, risk, horizon, level);
  if (!found.ok) return { area: NONE, brier: NONE };
  return { area: found.area, brier: risk === undefined ? NONE : found.brier };
}

/** Accuracy of survival's risks at a time; without risks, of the linear predictor, whose Brier score means nothing. */
export function accuracyAt(
  f: FollowUp,
  linear: Float64Array,
  risk: RiskAt | undefined,
  time: number,
  level: number,
): TimedResult {
  return timedAccuracy(causeOf(f), risk === undefined ? linear : risk(linear, time), time, { level });
}
