/**
 * The score statistic U' I^-1 U at coefficients that a site is sent: how many standard errors, squared, they lie from the site's own fit. Honest
 * ones stay below 19; those that single a row out begin at 65,000. `information` is row by row, p x p; not positive definite gives infinity.
 */
export function scoreStatistic(score: ArrayLike<number>, information: ArrayLike<number>): number {
  const p = score.length;
  const lower = new Float64Array(p * p);
  const solved = new Float64Array(p);
  let statistic = 0;
  for (let i = 0; i < p; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = information[i * p + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * p + k]! * lower[j * p + k]!;
      if (j < i) lower[i * p + j] = sum / lower[j * p + j]!;
      else if (sum > 1e-12 * information[i * p + i]!) lower[i * p + i] = Math.sqrt(sum);
      else return Number.POSITIVE_INFINITY;
    }
    let rest = score[i]!;
    for (let k = 0; k < i; k++) rest -= lower[i * p + k]! * solved[k]!;
    solved[i] = rest / lower[i * p + i]!;
    statistic += solved[i]! ** 2;
  }
  return statistic;
}

/**
 * The largest share of one patient in any term of a logistic information X'WX: `rows` are the design's, row by row, `weights` those of the fit.
 * Above a third, the term says that patient's covariates.
 */
export function largestShare(rows: ArrayLike<number>, weights: ArrayLike<number>, p: number): number {
  const n = weights.length;
  let worst = 0;
  for (let a = 0; a < p; a++)
    for (let b = a; b < p; b++) {
      let sum = 0;
      let most = 0;
      for (let i = 0; i < n; i++) {
        const term = Math.abs(weights[i]! * rows[i * p + a]! * rows[i * p + b]!);
        sum += term;
        if (term > most) most = term;
      }
      if (sum > 0) worst = Math.max(worst, most / sum);
    }
  return worst;
}
