import { chiSquare, chiSquareTest, type Test } from './distributions.ts';
import { inverse } from './linear.ts';
import {
  INTERCEPT,
  type LogisticFailure,
  type LogisticSeparated,
  logistic,
  unframed,
  withoutEstimate,
} from './logistic.ts';
import { type LogisticDesign, type LogisticRows, logisticDesign, logisticFrame } from './logistic-likelihood.ts';
import { type Maximum, maximise } from './logistic-newton.ts';

/** Limits of coefficients and tests that each is 0, from the (penalised) profile likelihood. Lists begin with the intercept. */
export interface LogisticProfile {
  readonly ok: true;
  readonly names: readonly string[];
  /** Of the coefficients, not the odds ratios. A limit that the profile never reaches is infinite. */
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  readonly level: number;
  /** Likelihood-ratio test of each coefficient, intercept first. */
  readonly tests: readonly Test[];
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

const MOST_ROUNDS = 60;

/**
 * Profile-likelihood limits and likelihood-ratio tests of a logistic regression's coefficients.
 * Source: Venzon & Moolgavkar, Appl Stat 1988;37:87, by Newton's method on the signed root of the deviance. Yardsticks: MASS's
 * confint for glm, drop1 with LRT. Takes about five constrained fits a limit.
 */
export function logisticProfile(
  rows: LogisticRows,
  { level = 0.95 }: { readonly level?: number } = {},
): LogisticProfile | LogisticFailure | LogisticSeparated {
  const fit = logistic.fit(rows, { level });
  if (!fit.ok) return fit;
  return profiled(rows, level, false).profile;
}

/**
 * Firth's bias-reduced logistic regression, with profile penalised-likelihood limits and tests (the determinant is that of all columns, also
 * where a coefficient is held).
 * Source: Firth, Biometrika 1993;80:27; Heinze & Schemper, Stat Med 2002;21:2409. Yardstick: logistf::logistf.
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
    const { n, events } = design.outcome.reduce((sum, y) => ({ n: sum.n + 1, events: sum.events + y }), {
      n: 0,
      events: 0,
    });
    return { ok: false, n, events, problem: 'not converged', columns: rows.names };
  }
  const p = design.columns.length;
  const { coefficients, variance } = unframed(maximum.beta, framed, frame);
  const units = frame.scale.reduce((sum, scale) => sum + Math.log(scale), 0);
  return {
    ...profiled(rows, level, true).profile,
    n: maximum.summary.n,
    events: maximum.summary.events,
    coefficients,
    standardErrors: coefficients.map((_, j) => Math.sqrt(variance[j * p + j]!)),
    penalisedLogLikelihood: maximum.value - units,
    iterations: maximum.iterations,
  };
}

function profiled(rows: LogisticRows, level: number, penalised: boolean): { readonly profile: LogisticProfile } {
  // the intercept is where the covariates are 0: its profile is taken on columns that aren't centred
  const centred = logisticFrame(rows);
  const own = logisticFrame(rows, { centred: false });
  const [design, plain] = [logisticDesign(rows, centred), logisticDesign(rows, own)];
  const names = [INTERCEPT, ...rows.names];
  const target = Math.sqrt(chiSquare.quantile(level, 1));
  const lists = { lower: [] as number[], upper: [] as number[], tests: [] as Test[] };
  const [top, plainTop] = [design, plain].map((each) => maximise(each, { penalised })) as [Maximum, Maximum];
  names.forEach((_, j) => {
    const unit = j === 0 ? 1 : centred.scale[j - 1]!;
    const [on, best] = j === 0 ? [plain, plainTop] : [design, top];
    lists.lower.push(limit(on, best, j, -target, penalised) * unit);
    lists.upper.push(limit(on, best, j, target, penalised) * unit);
    const held = maximise(on, { penalised, fixed: { index: j, value: 0 }, start: best.beta });
    lists.tests.push(chiSquareTest(Math.max(0, 2 * (best.value - (held?.value ?? Number.NaN))), 1));
  });
  return { profile: { ok: true, names, level, ...lists } };
}

/** Where the signed root of the deviance reaches `target`. It is nearly straight, with slope -score / root. */
function limit(design: LogisticDesign, top: Maximum, index: number, target: number, penalised: boolean): number {
  const p = design.columns.length;
  const variance = inverse(top.summary.information, p, 0);
  if ('dependent' in variance) return target * Number.POSITIVE_INFINITY;
  const centre = top.beta[index]!;
  const error = Math.sqrt(variance[index * p + index]!);
  let value = centre + target * error;
  let start: Float64Array = Float64Array.from(
    top.beta,
    (b, j) => b + ((value - centre) * variance[index * p + j]!) / error ** 2,
  );
  let [near, far] = [centre, target * Number.POSITIVE_INFINITY];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const held = maximise(design, { penalised, fixed: { index, value }, start });
    if (held === undefined) return target * Number.POSITIVE_INFINITY;
    const root = Math.sign(target) * Math.sqrt(Math.max(0, 2 * (top.value - held.value)));
    const short = (root - target) * Math.sign(target) < 0;
    if (short) near = value;
    else far = value;
    let next = value - (root - target) / (-held.score[index]! / root);
    const within = short
      ? (next - near) * (far - next) >= 0 || !Number.isFinite(far)
      : (next - near) * (far - next) >= 0;
    if (!(within && Number.isFinite(next) && Math.abs(next - value) < 10 * error)) {
      next = Number.isFinite(far) ? (near + far) / 2 : value + 2 * Math.sign(target) * error;
    }
    if (Math.abs(next - value) < 1e-13 * Math.max(1, Math.abs(value))) return next;
    start = held.beta;
    value = next;
  }
  return value;
}
