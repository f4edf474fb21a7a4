import { inverse } from './linear.ts';
import {
  crossProduct,
  expit,
  type LogisticDesign,
  type LogisticSummary,
  linearPredictor,
  logisticLikelihood,
} from './logistic-likelihood.ts';

/** A maximum of a likelihood, or as far as it went. */
export interface Maximum {
  readonly beta: Float64Array;
  readonly summary: LogisticSummary;
  /** The (penalised) log likelihood and its score. */
  readonly value: number;
  readonly score: Float64Array;
  /** The last step. */
  readonly step: Float64Array;
  /** Twice the rise that the next step predicts. */
  readonly rise: number;
  readonly iterations: number;
}

export interface NewtonOptions {
  /** Whether half the logarithm of the information's determinant is added, as Firth. */
  readonly penalised: boolean;
  /** A coefficient that is held. */
  readonly fixed?: { readonly index: number; readonly value: number };
  readonly start?: Float64Array;
}

const MOST_ROUNDS = 500;
const MOST_HALVINGS = 40;
const ENOUGH = 1e-22;
/** Below it a rise that no longer shrinks is rounding. */
const NEARLY = 1e-10;
/** Longest step of a coefficient, in its column's standard deviations' inverse. */
const LONGEST = 5;

interface Point {
  readonly summary: LogisticSummary;
  readonly value: number;
  readonly score: Float64Array;
  /** What the step is solved with: the information, for Firth with weights w (1 + h), without which a lone carrier cycles. */
  readonly curvature: Float64Array;
}

/**
 * Newton's method on the log likelihood, or Firth's penalised one (of all columns, also where a coefficient is held, as logistf), with halved
 * steps. Undefined where the information is singular.
 * Source: Firth, Biometrika 1993;80:27; Heinze & Schemper, Stat Med 2002;21:2409. O(n p^2) a round.
 */
export function maximise(design: LogisticDesign, { penalised, fixed, start }: NewtonOptions): Maximum | undefined {
  const p = design.columns.length;
  const at = penalised ? penalisedPoint : plainPoint;
  const free = Array.from({ length: p }, (_, j) => j).filter((j) => j !== fixed?.index);
  let beta = start?.slice() ?? new Float64Array(p);
  if (fixed !== undefined) beta[fixed.index] = fixed.value;
  let point = at(design, beta);
  let last = Number.POSITIVE_INFINITY;
  for (let round = 0; ; round++) {
    if (point === undefined) return undefined;
    const step = newtonStep(point, free);
    if (step === undefined) return undefined;
    let rise = 0;
    let longest = 0;
    for (const j of free) {
      rise += step[j]! * point.score[j]!;
      longest = Math.max(longest, Math.abs(step[j]!));
    }
    const best = {
      beta,
      summary: point.summary,
      value: point.value,
      score: point.score,
      step,
      rise,
      iterations: round,
    };
    const stalled = rise < NEARLY && rise > last / 4 && !penalised;
    if (rise < ENOUGH || stalled || (rise < NEARLY ** 1.5 && rise >= last) || round >= MOST_ROUNDS) return best;
    let share = longest > LONGEST ? LONGEST / longest : 1;
    const allowed = 1e-13 * Math.max(1, Math.abs(point.value));
    let halvings = 0;
    for (; halvings < MOST_HALVINGS; halvings++, share /= 2) {
      const next = beta.map((b, j) => b + share * step[j]!);
      const there = at(design, next);
      if (there === undefined || !(there.value >= point.value - allowed)) continue;
      beta = next;
      point = there;
      break;
    }
    if (halvings === MOST_HALVINGS) return best;
    last = rise;
  }
}

function newtonStep({ curvature, score }: Point, free: readonly number[]): Float64Array | undefined {
  const p = score.length;
  const step = new Float64Array(p);
  if (free.length === 0) return step;
  const inverted = inverse(submatrix(curvature, p, free), free.length, 0);
  if ('dependent' in inverted) return undefined;
  free.forEach((j, a) => {
    for (let b = 0; b < free.length; b++) step[j]! += inverted[a * free.length + b]! * score[free[b]!]!;
  });
  return step;
}

function submatrix(matrix: Float64Array, p: number, kept: readonly number[]): Float64Array {
  return Float64Array.from({ length: kept.length ** 2 }, (_, at) => {
    const [a, b] = [Math.floor(at / kept.length), at % kept.length];
    return matrix[kept[a]! * p + kept[b]!]!;
  });
}

function plainPoint(design: LogisticDesign, beta: Float64Array): Point {
  const summary = logisticLikelihood(design, beta);
  return { summary, value: summary.logLikelihood, score: summary.score, curvature: summary.information };
}

function penalisedPoint(design: LogisticDesign, beta: Float64Array): Point | undefined {
  const summary = logisticLikelihood(design, beta);
  const { n, columns, weights } = design;
  const p = columns.length;
  const inverted = inverse(summary.information, p, 0);
  if ('dependent' in inverted) return undefined;
  const eta = linearPredictor(design, beta);
  const score = summary.score.slice();
  const weighted = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const probability = expit(eta[i]!);
    const variance = (weights === undefined ? 1 : weights[i]!) * probability * expit(-eta[i]!);
    let form = 0;
    for (let a = 0; a < p; a++) {
      let sum = 0;
      for (let b = 0; b < p; b++) sum += inverted[a * p + b]! * columns[b]![i]!;
      form += columns[a]![i]! * sum;
    }
    const hat = form * variance;
    weighted[i] = variance * (1 + hat);
    for (let j = 0; j < p; j++) score[j]! += columns[j]![i]! * hat * (0.5 - probability);
  }
  return {
    summary,
    value: summary.logLikelihood + logDeterminant(summary.information, p) / 2,
    score,
    curvature: crossProduct(columns, weighted),
  };
}

/** Logarithm of the determinant of a positive definite matrix, by Cholesky. */
function logDeterminant(matrix: Float64Array, p: number): number {
  const lower = new Float64Array(p * p);
  let log = 0;
  for (let j = 0; j < p; j++) {
    for (let i = j; i < p; i++) {
      let sum = matrix[i * p + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * p + k]! * lower[j * p + k]!;
      lower[i * p + j] = i === j ? Math.sqrt(sum) : sum / lower[j * p + j]!;
    }
    log += 2 * Math.log(lower[j * p + j]!);
  }
  return log;
}
