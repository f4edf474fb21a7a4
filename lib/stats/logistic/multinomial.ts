import { dot, inverse, multiply } from '../numeric/linear.ts';

/** Coefficients by level but the first (flat, a level after the other, the intercept first), level 0 being the reference. */
export interface MultinomialFit {
  readonly levels: number;
  readonly coefficients: Float64Array;
  readonly converged: boolean;
}

const MOST_ROUNDS = 100;
/** Share of each coefficient's information that is added to it, so that a column without any has a coefficient of 0. */
const RIDGE = 1e-8;

/**
 * Multinomial logistic regression by Newton's method. `columns` without the intercept; `codes` from 0 to `levels` - 1; weights say how much a row
 * counts. O(n (levels p)²) a round. Yardstick: nnet::multinom.
 */
export function multinomial(
  columns: readonly Float64Array[],
  codes: ArrayLike<number>,
  levels: number,
  weights?: Float64Array,
): MultinomialFit {
  const p = columns.length + 1;
  const size = (levels - 1) * p;
  let beta = new Float64Array(size);
  let value = Number.NEGATIVE_INFINITY;
  let step = new Float64Array(size);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const now = derivatives(columns, codes, levels, beta, weights);
    if (now.value < value - 1e-10 * Math.abs(value)) {
      step = step.map((s) => s / 2);
      beta = beta.map((b, j) => b - step[j]!);
      continue;
    }
    value = now.value;
    for (let j = 0; j < size; j++) now.information[j * size + j]! += RIDGE * (now.information[j * size + j]! + 1);
    const variance = inverse(now.information, size, 0);
    if ('dependent' in variance) return { levels, coefficients: beta, converged: false };
    step = multiply(variance, now.score) as Float64Array<ArrayBuffer>;
    if (dot(step, now.score) < 1e-12) return { levels, coefficients: beta, converged: true };
    beta = beta.map((b, j) => b + step[j]!);
  }
  return { levels, coefficients: beta, converged: false };
}

/** Probability of each level for a row. */
export function multinomialChances(
  { levels, coefficients }: MultinomialFit,
  columns: readonly Float64Array[],
  row: number,
): Float64Array {
  const p = columns.length + 1;
  const chances = new Float64Array(levels);
  let most = 0;
  for (let level = 1; level < levels; level++) {
    const from = (level - 1) * p;
    let sum = coefficients[from]!;
    for (let j = 1; j < p; j++) sum += coefficients[from + j]! * columns[j - 1]![row]!;
    chances[level] = sum;
    most = Math.max(most, sum);
  }
  let total = 0;
  for (let level = 0; level < levels; level++) total += chances[level] = Math.exp(chances[level]! - most);
  return chances.map((chance) => chance / total);
}

function derivatives(
  columns: readonly Float64Array[],
  codes: ArrayLike<number>,
  levels: number,
  coefficients: Float64Array,
  weights: Float64Array | undefined,
) {
  const p = columns.length + 1;
  const size = (levels - 1) * p;
  const score = new Float64Array(size);
  const information = new Float64Array(size * size);
  const x = new Float64Array(p);
  x[0] = 1;
  let value = 0;
  for (let i = 0; i < codes.length; i++) {
    const weight = weights?.[i] ?? 1;
    for (let j = 1; j < p; j++) x[j] = columns[j - 1]![i]!;
    const chances = multinomialChances({ levels, coefficients, converged: true }, columns, i);
    value += weight * Math.log(chances[codes[i]!]!);
    for (let a = 1; a < levels; a++) {
      const residual = weight * ((codes[i] === a ? 1 : 0) - chances[a]!);
      for (let j = 0; j < p; j++) score[(a - 1) * p + j]! += residual * x[j]!;
      for (let b = 1; b <= a; b++) {
        const spread = weight * chances[a]! * ((a === b ? 1 : 0) - chances[b]!);
        for (let j = 0; j < p; j++) {
          for (let k = 0; k < p; k++)
            information[((a - 1) * p + j) * size + (b - 1) * p + k]! += spread * x[j]! * x[k]!;
        }
      }
    }
  }
  for (let j = 0; j < size; j++)
    for (let k = j + 1; k < size; k++) information[j * size + k] = information[k * size + j]!;
  return { value, score, information };
}
