import { dot, inverse, multiply } from '../numeric/linear.ts';
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
  /** What is held. */
  readonly held?: Held;
  readonly start?: Float64Array;
}

/** A combination of the coefficients that is held: a single one, or the intercept of columns that were centred. */
export interface Held {
  readonly along: Float64Array;
  /** Of the product with `along`. */
  readonly value: number;
}

const MOST_ROUNDS = 100;
/** Rounds after which a penalised likelihood's own second derivatives are taken, by differences: w (1 + h) is only about them, and may take hundreds. */
const SOON = 8;
/** Of those differences, in standard deviations' inverse. */
const DIFFERENCE = 1e-4;
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
 * Newton's method on the log likelihood, or Firth's penalised one (of all columns, also where a combination is held, as logistf), with halved
 * steps. Undefined where the information is singular.
 * Source: Firth, Biometrika 1993;80:27; Heinze & Schemper, Stat Med 2002;21:2409. O(n p^2) a round.
 */
export function maximise(design: LogisticDesign, { penalised, held, start }: NewtonOptions): Maximum | undefined {
  const p = design.columns.length;
  const at = penalised ? penalisedPoint : plainPoint;
  const ways = freeWays(p, held?.along);
  let beta = start?.slice() ?? new Float64Array(p);
  if (held !== undefined) {
    const { along, value } = held;
    const share = (value - dot(along, beta)) / dot(along, along);
    beta = beta.map((b, j) => b + share * along[j]!);
  }
  let point = at(design, beta);
  let last = Number.POSITIVE_INFINITY;
  for (let round = 0; ; round++) {
    if (point === undefined) return undefined;
    const own = penalised && round >= SOON ? byDifferences(design, beta, point) : undefined;
    const step = (own && newtonStep(own, point.score, ways)) ?? newtonStep(point.curvature, point.score, ways);
    if (step === undefined) return undefined;
    const rise = dot(step, point.score);
    const longest = step.reduce((most, s) => Math.max(most, Math.abs(s)), 0);
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

/** The directions that leave `along` as it is, one fewer than the coefficients: each coefficient, with that of the largest share in it to make up. */
function freeWays(p: number, along: Float64Array | undefined): Float64Array[] {
  const pivot = along === undefined ? -1 : pivotOf(along);
  return Array.from({ length: p }, (_, j) => j)
    .filter((j) => j !== pivot)
    .map((j) => {
      const way = new Float64Array(p);
      way[j] = 1;
      if (along !== undefined && along[j] !== 0) way[pivot] = -along[j]! / along[pivot]!;
      return way;
    });
}

/** The coefficient with the largest share in a combination. */
export function pivotOf(along: Float64Array): number {
  let pivot = 0;
  along.forEach((share, j) => {
    if (Math.abs(share) > Math.abs(along[pivot]!)) pivot = j;
  });
  return pivot;
}

function newtonStep(
  curvature: Float64Array,
  score: Float64Array,
  ways: readonly Float64Array[],
): Float64Array | undefined {
  const size = ways.length;
  const bent = ways.map((way) => multiply(curvature, way));
  const inverted = inverse(
    Float64Array.from({ length: size * size }, (_, at) => dot(ways[Math.floor(at / size)]!, bent[at % size]!)),
    size,
    0,
  );
  if ('dependent' in inverted) return undefined;
  const shares = multiply(
    inverted,
    Float64Array.from(ways, (way) => dot(way, score)),
  );
  const step = new Float64Array(score.length);
  ways.forEach((way, k) => {
    for (let j = 0; j < step.length; j++) step[j]! += shares[k]! * way[j]!;
  });
  return step;
}

/** Minus the second derivatives of the penalised likelihood, from its score to both sides; undefined where it can't be computed there. */
function byDifferences(design: LogisticDesign, beta: Float64Array, { score }: Point): Float64Array | undefined {
  const p = score.length;
  const out = new Float64Array(p * p);
  for (let j = 0; j < p; j++) {
    const [up, down] = [DIFFERENCE, -DIFFERENCE].map((move) => penalisedPoint(design, beta.with(j, beta[j]! + move)));
    if (up === undefined || down === undefined) return undefined;
    for (let k = 0; k < p; k++) {
      const bend = (down.score[k]! - up.score[k]!) / (4 * DIFFERENCE);
      out[j * p + k]! += bend;
      out[k * p + j]! += bend;
    }
  }
  return out;
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
