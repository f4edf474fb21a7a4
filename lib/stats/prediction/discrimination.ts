/**
 * Gini's mean difference: the mean distance of two values of the sample; of a linear predictor, the log hazard or odds ratio of two patients.
 * O(n log n). Source: David, Biometrika 1968;55:573. Yardstick: Hmisc::GiniMd; g of rms.
 */
export function giniMeanDifference(values: Float64Array): number {
  const sorted = values.slice().sort();
  const n = sorted.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += (2 * i - n + 1) * sorted[i]!;
  return (2 * sum) / (n * (n - 1));
}

/**
 * Nagelkerke's R², the share of what the likelihood could gain that it did. Source: Nagelkerke, Biometrika 1991;78:691.
 * Yardstick: R2 of rms::cph and rms::lrm. O(1).
 */
export function nagelkerke(n: number, logLikelihoodAtZero: number, logLikelihood: number): number {
  return Math.expm1((2 * (logLikelihoodAtZero - logLikelihood)) / n) / Math.expm1((2 * logLikelihoodAtZero) / n);
}
