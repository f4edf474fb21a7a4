import { largestShare } from '../control/score-rule.ts';
import type { Codebook } from '../documents.ts';
import { columnsOf, type SiteRows } from '../methods/site-rows.ts';
import type { Model } from './protocol.ts';

/** One patient's largest share of a term of a logistic information at these slopes, columns about their means: what the intercept leaves of them. */
export function shareOf(
  analysis: Extract<Model, { method: 'logistic/1' }>,
  rows: SiteRows,
  codebook: Codebook,
  slopes: ArrayLike<number>,
): number {
  const { values } = columnsOf(rows, codebook, analysis.covariates);
  const outcome = rows.variables[analysis.outcome]!;
  const size = values.length + 1;
  const linear = Float64Array.from({ length: rows.n }, (_, i) =>
    values.reduce((sum, column, j) => sum + column[i]! * slopes[j]!, 0),
  );
  const intercept = interceptOf(outcome, linear);
  const weights = linear.map((eta) => {
    const p = 1 / (1 + Math.exp(-eta - intercept));
    return p * (1 - p);
  });
  const means = values.map((column) => column.reduce((a, b) => a + b, 0) / rows.n);
  const design = new Float64Array(rows.n * size);
  for (let i = 0; i < rows.n; i++) {
    design[i * size] = 1;
    for (let j = 1; j < size; j++) design[i * size + j] = values[j - 1]![i]! - means[j - 1]!;
  }
  return largestDiagonalShare(design, weights, size);
}

/** Of the terms on the diagonal: those beside it may all but cancel, so that a share of them says nothing. */
function largestDiagonalShare(design: Float64Array, weights: Float64Array, size: number): number {
  return Math.max(
    ...Array.from({ length: size }, (_, j) => {
      const column = Float64Array.from(weights, (_, i) => design[i * size + j]!);
      return column.every((value) => Math.abs(value) < 1e-9) ? 0 : largestShare(column, weights, 1);
    }),
  );
}

/** The intercept that fits as many events as there are, given the rest of the predictor: bisection, which bears any coefficients. */
function interceptOf(outcome: Float64Array, linear: Float64Array): number {
  const events = outcome.reduce((a, b) => a + b, 0);
  const most = Math.max(...linear.map(Math.abs)) + 40;
  let [low, high] = [-most, most];
  for (let round = 0; round < 200 && high - low > 1e-12 * most; round++) {
    const middle = (low + high) / 2;
    const expected = linear.reduce((sum, eta) => sum + 1 / (1 + Math.exp(-eta - middle)), 0);
    if (expected < events) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
