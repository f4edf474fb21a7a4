import { logistic } from '../logistic/logistic.ts';
import { expit } from '../logistic/logistic-likelihood.ts';
import { multinomial, multinomialChances } from '../logistic/multinomial.ts';
import { cholesky, inverse, multiply } from '../numeric/linear.ts';
import type { Random } from '../numeric/random.ts';

/** A column that lacks values, the rows where it has one and where it lacks one, and the other columns, complete and standardised. */
export interface Gap {
  readonly values: Float64Array;
  readonly seen: Int32Array;
  readonly missing: Int32Array;
  readonly predictors: readonly Float64Array[];
}

const RIDGE = 1e-5;

/**
 * Predictive mean matching: each missing value is that of one of the `donors` rows whose predicted values are nearest, where predictions for the missing
 * come from coefficients drawn from their posterior. Source: Little, J Bus Econ Stat 1988;6:287; van Buuren, Flexible Imputation of Missing Data,
 * algorithm 3.3. Yardstick: mice's `pmm`.
 */
export function drawByMatching({ values, seen, missing, predictors }: Gap, donors: number, draw: Random): number[] {
  const p = predictors.length + 1;
  const x = (row: number, j: number) => (j === 0 ? 1 : predictors[j - 1]![row]!);
  const products = new Float64Array(p * p);
  const moments = new Float64Array(p);
  for (const row of seen) {
    for (let j = 0; j < p; j++) {
      moments[j]! += x(row, j) * values[row]!;
      for (let k = 0; k < p; k++) products[j * p + k]! += x(row, j) * x(row, k);
    }
  }
  // a constant column has no product of its own: anything keeps it from dividing by 0
  for (let j = 0; j < p; j++) products[j * p + j]! += RIDGE * (products[j * p + j]! || 1);
  const unscaled = inverse(products, p, 0);
  const variance = 'dependent' in unscaled ? new Float64Array(p * p) : unscaled;
  const coefficients = multiply(variance, moments);
  const predict = (row: number, beta: Float64Array) => beta.reduce((sum, b, j) => sum + b * x(row, j), 0);
  const residuals = seen.reduce((sum, row) => sum + (values[row]! - predict(row, coefficients)) ** 2, 0);
  const deviation = Math.sqrt(residuals / draw.chiSquare(Math.max(1, seen.length - p)));
  const drawn = perturbed(coefficients, variance, deviation, draw);
  const byPrediction = [...seen]
    .map((row) => ({ row, at: predict(row, coefficients) }))
    .sort((a, b) => a.at - b.at || a.row - b.row);
  return [...missing].map((row) => {
    const near = nearest(byPrediction, predict(row, drawn), donors);
    return values[near[draw.below(near.length)]!]!;
  });
}

/** Rows of the so many predictions nearest to a value, of ascending ones. */
function nearest(
  sorted: readonly { readonly row: number; readonly at: number }[],
  value: number,
  count: number,
): number[] {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]!.at < value) low = middle + 1;
    else high = middle;
  }
  const found: number[] = [];
  let [below, above] = [low - 1, low];
  while (found.length < count && (below >= 0 || above < sorted.length)) {
    const down = below < 0 ? Number.POSITIVE_INFINITY : value - sorted[below]!.at;
    const up = above >= sorted.length ? Number.POSITIVE_INFINITY : sorted[above]!.at - value;
    found.push(down <= up ? sorted[below--]!.row : sorted[above++]!.row);
  }
  return found;
}

/** Binary values from a logistic model with coefficients drawn from their posterior. Yardstick: mice's `logreg`. */
export function drawBinary(gap: Gap, draw: Random): number[] {
  const { columns, codes, weights } = augmented(gap, 2);
  let kept = columns.map((column, j) => ({ column, name: String(j) }));
  for (;;) {
    const fit = logistic.fit({
      outcome: Uint8Array.from(codes),
      covariates: kept.map(({ column }) => column),
      names: kept.map(({ name }) => name),
      weights,
    });
    if (fit.ok) {
      const beta = perturbed(Float64Array.from(fit.coefficients), Float64Array.from(fit.variance.flat()), 1, draw);
      return [...gap.missing].map((row) => {
        const eta = kept.reduce(
          (sum, { name }, j) => sum + beta[j + 1]! * gap.predictors[Number(name)]![row]!,
          beta[0]!,
        );
        return draw.uniform() < expit(eta) ? 1 : 0;
      });
    }
    const blamed = new Set(fit.columns);
    const rest = kept.filter(({ name }) => !blamed.has(name));
    if (rest.length === kept.length) return fromObserved(gap, draw);
    kept = rest;
  }
}

/** Categories from a multinomial model's probabilities. Yardstick: mice's `polyreg`. */
export function drawCategory(gap: Gap, levels: number, draw: Random): number[] {
  const { columns, codes, weights } = augmented(gap, levels);
  const fit = multinomial(columns, codes, levels, weights);
  return [...gap.missing].map((row) => {
    const chances = multinomialChances(fit, gap.predictors, row);
    let rest = draw.uniform();
    for (let level = 0; level < levels; level++) {
      rest -= chances[level]!;
      if (rest < 0) return level;
    }
    return levels - 1;
  });
}

/** Values drawn from those seen: where a chain begins. */
export function fromObserved(
  { values, seen, missing }: Pick<Gap, 'values' | 'seen' | 'missing'>,
  draw: Random,
): number[] {
  return [...missing].map(() => values[seen[draw.below(seen.length)]!]!);
}

/**
 * The rows seen, and light ones at half a standard deviation to each side of each predictor with each level, which keep an outcome that the predictors
 * separate finite. Source: White, Daniel & Royston, Comput Stat Data Anal 2010;54:2267.
 */
function augmented({ values, seen, predictors }: Gap, levels: number) {
  const p = predictors.length;
  const more = 2 * p * levels;
  const n = seen.length;
  const codes = new Float64Array(n + more);
  const weights = new Float64Array(n + more).fill(1, 0, n).fill((p + 1) / Math.max(1, more), n);
  const columns = predictors.map((column) => {
    const own = new Float64Array(n + more);
    let [mean, squares] = [0, 0];
    for (const row of seen) mean += column[row]! / n;
    for (const row of seen) squares += (column[row]! - mean) ** 2;
    seen.forEach((row, i) => {
      own[i] = column[row]!;
    });
    own.fill(mean, n);
    return { own, mean, deviation: Math.sqrt(squares / Math.max(1, n - 1)) };
  });
  seen.forEach((row, i) => {
    codes[i] = values[row]!;
  });
  for (let j = 0, at = n; j < p; j++) {
    const { own, mean, deviation } = columns[j]!;
    for (const side of [0.5, -0.5]) {
      for (let level = 0; level < levels; level++, at++) {
        own[at] = mean + side * deviation;
        codes[at] = level;
      }
    }
  }
  return { columns: columns.map(({ own }) => own), codes, weights };
}

/** A draw from the normal distribution about coefficients. */
function perturbed(coefficients: Float64Array, variance: Float64Array, deviation: number, draw: Random): Float64Array {
  const p = coefficients.length;
  const lower = cholesky(variance, p);
  const z = Float64Array.from({ length: p }, () => draw.normal());
  return coefficients.map((b, j) => {
    let sum = 0;
    for (let k = 0; k <= j; k++) sum += lower[j * p + k]! * z[k]!;
    return b + deviation * sum;
  });
}
