import { inverse } from '../numeric/linear.ts';
import { crossProduct, type LogisticDesign, logisticLikelihood } from './logistic-likelihood.ts';

const MOST_ROUNDS = 100;

/**
 * The information that R's glm takes its standard errors from: that of the weights its last step began with, once a step changes the deviance by
 * less than a share `epsilon`. It falls short of the information at the estimate by about the root of `epsilon`.
 * Source: R's glm.fit, with the start of binomial()$initialize. Undefined where the information is singular.
 */
export function glmInformation(design: LogisticDesign, epsilon: number): Float64Array | undefined {
  const { n, columns, outcome, weights } = design;
  const p = columns.length;
  // glm starts from means of (y + 1/2) / 2 a row
  const start = Float64Array.from(outcome, (y, i) => startMean(y, weights?.[i] ?? 1));
  const variance = start.map((mean, i) => (weights?.[i] ?? 1) * mean * (1 - mean));
  let information = crossProduct(columns, variance);
  let score = Float64Array.from(columns, (column) => {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const mean = start[i]!;
      const eta = Math.log(mean / (1 - mean));
      sum += column[i]! * (variance[i]! * eta + (weights?.[i] ?? 1) * (outcome[i]! - mean));
    }
    return sum;
  });
  let beta = new Float64Array(p);
  let deviance = -2 * startLikelihood(start, design);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const variance = inverse(information, p, 0);
    if ('dependent' in variance) return undefined;
    beta = beta.map((b, j) => {
      let step = 0;
      for (let k = 0; k < p; k++) step += variance[j * p + k]! * score[k]!;
      return b + step;
    });
    const next = logisticLikelihood(design, beta);
    const change = Math.abs(-2 * next.logLikelihood - deviance);
    deviance = -2 * next.logLikelihood;
    if (change / (deviance + 0.1) < epsilon) return information;
    information = next.information;
    score = Float64Array.from(next.score);
  }
  return information;
}

function startMean(y: number, weight: number): number {
  return (weight * y + 0.5) / (weight + 1);
}

function startLikelihood(means: Float64Array, { outcome, weights }: LogisticDesign): number {
  let sum = 0;
  means.forEach((mean, i) => {
    sum += (weights?.[i] ?? 1) * Math.log(outcome[i] === 1 ? mean : 1 - mean);
  });
  return sum;
}
