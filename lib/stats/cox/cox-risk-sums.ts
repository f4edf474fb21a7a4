import type { CoxDesign } from './cox-design.ts';
import { addSums, meanEventWeight, relativeRisk, removeSums, scaledCoefficients, weigh } from './cox-risk.ts';

/**
 * What a stratum's risk sets come to at given coefficients, by time; for what is made once a fit has ended. Means are of scaled covariates, and
 * matrices have a row a time and a column a covariate. Where d events tie, the l-th has 1 - l / d of each of them at risk (Breslow: all).
 */
export interface RiskSums {
  /** By row, exp of the linear predictor of centred covariates and offset; without weight. */
  readonly risk: Float64Array;
  /** Sum over the tied events of (mean weight of the events) / (weighted risk). */
  readonly hazard: Float64Array;
  /** The part of it that those with the event are spared. */
  readonly tiedHazard: Float64Array;
  /** Both, each term times the covariates' mean over its risk set. */
  readonly hazardMean: Float64Array;
  readonly tiedHazardMean: Float64Array;
  /** Sum of (mean weight) / risk²: the hazard's own variance. */
  readonly hazardVariance: Float64Array;
  /** The covariates' mean over those at risk, on average over the tied events. */
  readonly mean: Float64Array;
}

/** O(n p + events p). */
export function riskSums(design: CoxDesign, beta: ArrayLike<number>): RiskSums {
  const { times, start, firstEvent, scale, ties } = design;
  const p = scale.length;
  const risk = relativeRisk(design, scaledCoefficients(design, beta));
  const share = risk.slice();
  weigh(design, share);
  const byTime = () => new Float64Array(times);
  const byCovariate = () => new Float64Array(times * p);
  const sums = {
    risk,
    hazard: byTime(),
    tiedHazard: byTime(),
    hazardMean: byCovariate(),
    tiedHazardMean: byCovariate(),
    hazardVariance: byTime(),
    mean: byCovariate(),
  };
  const all = new Float64Array(p + 1);
  const tied = new Float64Array(p + 1);
  let gone = 0;
  for (let t = times - 1; t >= 0; t--) {
    const from = firstEvent[t]!;
    const d = start[t + 1]! - from;
    addSums(design, share, start[t]!, from, all);
    tied.fill(0);
    addSums(design, share, from, from + d, tied);
    for (let j = 0; j <= p; j++) all[j]! += tied[j]!;
    const weight = d > 0 ? meanEventWeight(design, t) : 0;
    for (let l = 0; l < d; l++) {
      const spared = ties === 'efron' ? l / d : 0;
      const v = 1 / (all[0]! - spared * tied[0]!);
      const hazard = weight * v;
      sums.hazard[t]! += hazard;
      sums.tiedHazard[t]! += spared * hazard;
      sums.hazardVariance[t]! += hazard * v;
      for (let j = 0; j < p; j++) {
        const mean = (all[1 + j]! - spared * tied[1 + j]!) * v;
        sums.mean[t * p + j]! += mean / d;
        sums.hazardMean[t * p + j]! += hazard * mean;
        sums.tiedHazardMean[t * p + j]! += spared * hazard * mean;
      }
    }
    gone = removeSums(design, share, t, gone, all);
  }
  return sums;
}
