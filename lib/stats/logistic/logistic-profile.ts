import { chiSquare, chiSquareTest, type Test } from '../numeric/distributions.ts';
import { dot, inverse, multiply } from '../numeric/linear.ts';
import { limitOf, type ProfileLimit } from '../numeric/profile.ts';
import {
  failed,
  INTERCEPT,
  type LogisticFailure,
  type LogisticSeparated,
  logistic,
  unframed,
  withoutEstimate,
} from './logistic.ts';
import { type LogisticDesign, type LogisticRows, logisticDesign, logisticFrame } from './logistic-likelihood.ts';
import { type Maximum, maximise, pivotOf } from './logistic-newton.ts';

/** Limits of coefficients and tests that each is 0, from the (penalised) profile likelihood. Lists begin with the intercept. */
export interface LogisticProfile {
  readonly ok: true;
  readonly names: readonly string[];
  /** Of the coefficients, not the odds ratios. A limit that the profile never reaches is infinite; one to which it can't be followed is none. */
  readonly lower: readonly ProfileLimit[];
  readonly upper: readonly ProfileLimit[];
  readonly level: number;
  /** Likelihood-ratio test of each coefficient, intercept first; undefined where the others have no maximum without it. */
  readonly tests: readonly (Test | undefined)[];
}

/** Firth's penalised fit. It exists also where the plain one is separated. */
export interface FirthLogistic extends LogisticProfile {
  readonly n: number;
  readonly events: number;
  readonly coefficients: readonly number[];
  /** From the information at the estimate. */
  readonly standardErrors: readonly number[];
  /** Log likelihood plus half the logarithm of the information's determinant, on the covariates' own scale. */
  readonly penalisedLogLikelihood: number;
  readonly iterations: number;
}

/** A search that ends while this much is still to gain (twice it) has found no maximum. */
const SETTLED = 1e-8;

/**
 * Profile-likelihood limits and likelihood-ratio tests of a logistic regression's coefficients.
 * Source: Venzon & Moolgavkar, Appl Stat 1988;37:87. Yardsticks: MASS's confint for glm, drop1 with LRT. Takes about five constrained fits a limit.
 * O(n p²) a step of each.
 */
export function logisticProfile(
  rows: LogisticRows,
  { level = 0.95 }: { readonly level?: number } = {},
): LogisticProfile | LogisticFailure | LogisticSeparated {
  const fit = logistic.fit(rows, { level });
  if (!fit.ok) return fit;
  return profiled(rows, level, false);
}

/**
 * Firth's bias-reduced logistic regression, with profile penalised-likelihood limits and tests (the determinant is that of all columns, also
 * where a coefficient is held).
 * Source: Firth, Biometrika 1993;80:27; Heinze & Schemper, Stat Med 2002;21:2409. Yardstick: logistf::logistf.
 * About five constrained fits a limit, O(n p²) a step each.
 */
export function firthLogistic(
  rows: LogisticRows,
  { level = 0.95 }: { readonly level?: number } = {},
): FirthLogistic | LogisticFailure {
  const failure = withoutEstimate(rows);
  if (failure !== undefined) return failure;
  const frame = logisticFrame(rows);
  const design = logisticDesign(rows, frame);
  const maximum = maximise(design, { penalised: true });
  const framed = maximum && inverse(maximum.summary.information, design.columns.length, 0);
  if (maximum === undefined || framed === undefined || 'dependent' in framed) {
    return failed(rows, 'not converged', rows.names);
  }
  const p = design.columns.length;
  const { coefficients, variance } = unframed(maximum.beta, framed, frame);
  const units = frame.scale.reduce((sum, scale) => sum + Math.log(scale), 0);
  return {
    ...profiled(rows, level, true),
    n: maximum.summary.n,
    events: maximum.summary.events,
    coefficients,
    standardErrors: coefficients.map((_, j) => Math.sqrt(variance[j * p + j]!)),
    penalisedLogLikelihood: maximum.value - units,
    iterations: maximum.iterations,
  };
}

function profiled(rows: LogisticRows, level: number, penalised: boolean): LogisticProfile {
  const frame = logisticFrame(rows);
  const design = logisticDesign(rows, frame);
  const names = [INTERCEPT, ...rows.names];
  const drop = chiSquare.quantile(level, 1) / 2;
  const lists = { lower: [] as ProfileLimit[], upper: [] as ProfileLimit[], tests: [] as (Test | undefined)[] };
  const top = maximise(design, { penalised })!;
  names.forEach((_, j) => {
    const along = new Float64Array(names.length);
    along[j] = 1;
    // the intercept is where the covariates are 0, which columns that are centred may have far away
    if (j === 0) for (let k = 1; k < along.length; k++) along[k] = -frame.centre[k - 1]! * frame.scale[k - 1]!;
    const size = Math.abs(along[pivotOf(along)]!);
    const unit = j === 0 ? size : frame.scale[j - 1]!;
    const held = along.map((share) => share / size);
    const inUnits = (at: ProfileLimit) => (at === 'not followed' ? at : at * unit);
    lists.lower.push(inUnits(limit(design, top, held, -1, drop, penalised)));
    lists.upper.push(inUnits(limit(design, top, held, 1, drop, penalised)));
    const without = heldAt(design, top, held, 0, penalised);
    lists.tests.push(without && chiSquareTest(Math.max(0, 2 * (top.value - without.value)), 1));
  });
  return { ok: true, names, level, ...lists };
}

function limit(
  design: LogisticDesign,
  top: Maximum,
  along: Float64Array,
  sign: 1 | -1,
  drop: number,
  penalised: boolean,
): ProfileLimit {
  const variance = inverse(top.summary.information, along.length, 0);
  if ('dependent' in variance) return 'not followed';
  const pivot = pivotOf(along);
  const hold = (at: number, near: Float64Array | undefined) => {
    const held = heldAt(design, top, along, at, penalised, near);
    return held && { value: held.value, slope: held.score[pivot]! / along[pivot]!, beta: held.beta };
  };
  const standardError = Math.sqrt(dot(along, multiply(variance, along)));
  return limitOf({ value: top.value, centre: dot(along, top.beta), standardError }, hold, sign, drop);
}

/** The maximum with a combination held; undefined where none is found. The others begin as in `near`, or where the information says that they go along. */
function heldAt(
  design: LogisticDesign,
  { beta, summary }: Maximum,
  along: Float64Array,
  value: number,
  penalised: boolean,
  near?: Float64Array,
): Maximum | undefined {
  const p = beta.length;
  const variance = inverse(summary.information, p, 0);
  const moved = 'dependent' in variance ? along : multiply(variance, along);
  const share = (value - dot(along, beta)) / dot(along, moved);
  const together = beta.map((b, j) => b + share * moved[j]!);
  const from = (starts: readonly Float64Array[]) =>
    starts
      .map((start) => maximise(design, { penalised, held: { along, value }, start }))
      .filter((held) => held !== undefined && held.rise < SETTLED)
      .reduce((best, held) => (best === undefined || held!.value > best.value ? held : best), undefined);
  // few patients' penalised likelihood may have several tops: the higher of two ways there
  return (
    from(penalised && near !== undefined ? [near, together] : [near ?? together]) ??
    from([together, beta, new Float64Array(p)])
  );
}
