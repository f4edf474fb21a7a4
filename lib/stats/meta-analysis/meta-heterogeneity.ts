import { inverse } from '../numeric/linear.ts';

/** How the variance between studies is estimated. */
export const HETEROGENEITY = [
  'fixed',
  'dersimonian-laird',
  'hedges',
  'hunter-schmidt',
  'sidik-jonkman',
  'ml',
  'reml',
  'empirical-bayes',
  'paule-mandel',
] as const;
/** One of {@link HETEROGENEITY}. */
export type Heterogeneity = (typeof HETEROGENEITY)[number];

/** Studies as columns: effects, their variances, and the design, whose first column is of ones. */
export interface Studies {
  readonly effects: Float64Array;
  readonly variances: Float64Array;
  readonly design: readonly Float64Array[];
}

/** A weighted fit of the effects with weights w, and the traces of P = W - WX(X'WX)^-1 X'W that the estimators of tau2 need. */
export interface WeightedFit {
  readonly coefficients: Float64Array;
  /** (X'WX)^-1, row-major. */
  readonly inverse: Float64Array;
  readonly weights: Float64Array;
  /** y'Py and y'PPy. */
  readonly squares: number;
  readonly weightedSquares: number;
  readonly sumOfWeights: number;
  readonly sumOfSquaredWeights: number;
  readonly traceP: number;
  readonly tracePP: number;
  /** Trace of PV, with V the studies' variances. */
  readonly tracePV: number;
}

function gram(design: readonly Float64Array[], weights: Float64Array): Float64Array {
  const p = design.length;
  const out = new Float64Array(p * p);
  for (let a = 0; a < p; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += weights[i]! * design[a]![i]! * design[b]![i]!;
      out[a * p + b] = out[b * p + a] = sum;
    }
  }
  return out;
}

/** Sum of products of two symmetric matrices' elements: the trace of their product. */
function traceOf(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function product(a: Float64Array, b: Float64Array, p: number): Float64Array {
  const out = new Float64Array(p * p);
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < p; j++) {
      for (let k = 0; k < p; k++) out[i * p + j]! += a[i * p + k]! * b[k * p + j]!;
    }
  }
  return out;
}

function transposed(a: Float64Array, p: number): Float64Array {
  return a.map((_, at) => a[(at % p) * p + Math.floor(at / p)]!);
}

/** Undefined where the design is collinear. O(k p^2). */
export function weightedFit({ effects, variances, design }: Studies, weights: Float64Array): WeightedFit | undefined {
  const p = design.length;
  const inverted = inverse(gram(design, weights), p, 1e-12);
  if ('dependent' in inverted) return undefined;
  const moment = design.map((column) => column.reduce((sum, x, i) => sum + weights[i]! * x * effects[i]!, 0));
  const coefficients = Float64Array.from({ length: p }, (_, a) =>
    moment.reduce((sum, value, b) => sum + inverted[a * p + b]! * value, 0),
  );
  let [squares, weightedSquares, sumOfWeights, sumOfSquaredWeights, weightedVariances] = [0, 0, 0, 0, 0];
  for (let i = 0; i < effects.length; i++) {
    const w = weights[i]!;
    const residual = effects[i]! - design.reduce((sum, column, j) => sum + column[i]! * coefficients[j]!, 0);
    squares += w * residual ** 2;
    weightedSquares += (w * residual) ** 2;
    sumOfWeights += w;
    sumOfSquaredWeights += w ** 2;
    weightedVariances += w * variances[i]!;
  }
  const second = gram(
    design,
    weights.map((w) => w ** 2),
  );
  const third = gram(
    design,
    weights.map((w) => w ** 3),
  );
  const ratio = product(inverted, second, p);
  return {
    coefficients,
    inverse: inverted,
    weights,
    squares,
    weightedSquares,
    sumOfWeights,
    sumOfSquaredWeights,
    traceP: sumOfWeights - traceOf(inverted, second),
    tracePP: sumOfSquaredWeights - 2 * traceOf(inverted, third) + traceOf(ratio, transposed(ratio, p)),
    tracePV:
      weightedVariances -
      traceOf(
        inverted,
        gram(
          design,
          weights.map((w, i) => w ** 2 * variances[i]!),
        ),
      ),
  };
}

const MOST_ROUNDS = 5000;
const ENOUGH = 1e-15;
/** Below it a step that no longer shrinks is rounding. */
const NEARLY = 1e-10;

/**
 * The variance between studies, tau2, never below 0; undefined where the iteration doesn't settle.
 * Sources: DerSimonian & Laird 1986; Hedges & Olkin 1985; Hunter & Schmidt 1990; Sidik & Jonkman 2005; Raudenbush 2009 (ML, REML); Morris 1983;
 * Paule & Mandel 1982. Yardstick: metafor::rma.uni.
 */
export function betweenVariance(studies: Studies, method: Heterogeneity): number | undefined {
  const { effects, variances, design } = studies;
  const k = effects.length;
  const free = k - design.length;
  const at = (tau2: number) =>
    weightedFit(
      studies,
      variances.map((v) => 1 / (v + tau2)),
    )!;
  const equal = () =>
    weightedFit(
      studies,
      variances.map(() => 1),
    )!;
  const hedges = () => {
    const { squares, tracePV } = equal();
    return Math.max(0, (squares - tracePV) / free);
  };
  switch (method) {
    case 'fixed':
      return 0;
    case 'dersimonian-laird': {
      const { squares, traceP } = at(0);
      return Math.max(0, (squares - free) / traceP);
    }
    case 'hedges':
      return hedges();
    case 'hunter-schmidt': {
      const { squares, sumOfWeights } = at(0);
      return Math.max(0, (squares - k) / sumOfWeights);
    }
    case 'sidik-jonkman': {
      const start = meanSquare(effects);
      return start > 0 ? (start * at(start).squares) / free : 0;
    }
    case 'ml':
      return scored(hedges(), (tau2) => {
        const { weightedSquares, sumOfWeights, sumOfSquaredWeights } = at(tau2);
        return (weightedSquares - sumOfWeights) / sumOfSquaredWeights;
      });
    case 'reml':
      return scored(hedges(), (tau2) => {
        const { weightedSquares, traceP, tracePP } = at(tau2);
        return (weightedSquares - traceP) / tracePP;
      });
    case 'empirical-bayes': // its estimating equation is Paule and Mandel's
    case 'paule-mandel':
      return root((tau2) => at(tau2).squares - free);
  }
}

/** Mean squared deviation, the start of Sidik and Jonkman. */
function meanSquare(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}

/** Fisher's scoring from `start`, kept at 0 or above. */
function scored(start: number, step: (tau2: number) => number): number | undefined {
  let tau2 = start;
  let last = Number.POSITIVE_INFINITY;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const next = Math.max(0, tau2 + step(tau2));
    const length = Math.abs(next - tau2) / Math.max(1, next);
    if (length <= ENOUGH || (length <= NEARLY && length >= last)) return next;
    last = length;
    tau2 = next;
  }
  return undefined;
}

/** Root of a falling function; 0 where it starts below. */
function root(excess: (tau2: number) => number): number {
  if (!(excess(0) > 0)) return 0;
  let low = 0;
  let high = 1;
  while (excess(high) > 0) high *= 2;
  for (let round = 0; round < 200 && high - low > ENOUGH * high; round++) {
    const middle = (low + high) / 2;
    if (excess(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
