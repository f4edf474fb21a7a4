import { timeRanks } from '../survival/times.ts';

/** Rows in order of time, covariates centred and scaled. Row `i`, column `j` stand at `i * columns + j`. */
export interface SubdistributionDesign {
  readonly rows: number;
  readonly columns: number;
  readonly x: Float64Array;
  readonly scale: Float64Array;
  /** 0 censored, 1 the event of interest, 2 another. */
  readonly status: Uint8Array;
  /** First row of each distinct time, and the number of rows. */
  readonly start: Int32Array;
  /** Probability of being uncensored right before each time. */
  readonly uncensored: Float64Array;
  readonly events: Float64Array;
  readonly censored: Float64Array;
}

/** Orders the rows; `status` as in the design. O(n p + n log n). */
export function subdistributionDesign(
  time: Float64Array,
  status: Uint8Array,
  covariates: readonly Float64Array[],
): SubdistributionDesign {
  const n = time.length;
  const p = covariates.length;
  const { distinct, rank } = timeRanks(time);
  const times = distinct.length;
  const start = new Int32Array(times + 1);
  for (let i = 0; i < n; i++) start[rank[i]! + 1]!++;
  for (let k = 0; k < times; k++) start[k + 1]! += start[k]!;
  const next = start.slice();
  const place = new Int32Array(n);
  for (let i = 0; i < n; i++) place[i] = next[rank[i]!]!++;
  const ordered = new Uint8Array(n);
  const x = new Float64Array(n * p);
  const scale = new Float64Array(p);
  for (let i = 0; i < n; i++) ordered[place[i]!] = status[i]!;
  covariates.forEach((values, j) => {
    const first = values[0]!;
    let centre = 0;
    for (let i = 0; i < n; i++) centre += values[i]! - first;
    centre = first + centre / n;
    let squares = 0;
    for (let i = 0; i < n; i++) squares += (values[i]! - centre) ** 2;
    const spread = Math.sqrt(squares / n);
    scale[j] = spread > 1e-14 * Math.abs(centre) ? spread : 0;
    if (scale[j] === 0) return;
    for (let i = 0; i < n; i++) x[place[i]! * p + j] = (values[i]! - centre) / spread;
  });
  const uncensored = new Float64Array(times);
  const events = new Float64Array(times);
  const censored = new Float64Array(times);
  for (let k = 0, g = 1; k < times; k++) {
    uncensored[k] = g;
    for (let i = start[k]!; i < start[k + 1]!; i++) {
      if (ordered[i] === 1) events[k]!++;
      else if (ordered[i] === 0) censored[k]!++;
    }
    g *= 1 - censored[k]! / (n - start[k]!);
  }
  return { rows: n, columns: p, x, scale, status: ordered, start, uncensored, events, censored };
}

/** Likelihood at some coefficients, and what score, information and residuals need of it. */
export interface SubdistributionSums {
  readonly logLikelihood: number;
  /** Relative risk of each row. */
  readonly risk: Float64Array;
  /** Sum over each time's weighted risk set of the relative risk, and of it times the covariates. */
  readonly riskSum: Float64Array;
  readonly covariateSum: Float64Array;
}

/**
 * Two scans: backwards over everyone with a time at least t, forwards over those with an earlier competing event, who stay at risk with weight
 * G(t-)/G(T-). O(n p). Source: Fine & Gray, JASA 1999;94:496; Kawaguchi et al, R J 2021;13:43.
 */
export function subdistributionSums(design: SubdistributionDesign, beta: Float64Array): SubdistributionSums {
  const { rows, columns: p, x, status, start, uncensored, events } = design;
  const times = events.length;
  const predictor = new Float64Array(rows);
  let most = Number.NEGATIVE_INFINITY;
  let logLikelihood = 0;
  for (let i = 0, row = 0; i < rows; i++, row += p) {
    let sum = 0;
    for (let j = 0; j < p; j++) sum += x[row + j]! * beta[j]!;
    predictor[i] = sum;
    if (sum > most) most = sum;
    if (status[i] === 1) logLikelihood += sum;
  }
  const shift = most > 300 ? most - 300 : 0; // keeps the exponentials finite; ratios don't change
  const risk = predictor;
  for (let i = 0; i < rows; i++) risk[i] = Math.exp(predictor[i]! - shift);
  const riskSum = new Float64Array(times);
  const covariateSum = new Float64Array(times * p);
  const gathered = new Float64Array(p);
  let sum = 0;
  for (let k = times - 1; k >= 0; k--) {
    for (let i = start[k + 1]! - 1; i >= start[k]!; i--) {
      sum += risk[i]!;
      for (let j = 0; j < p; j++) gathered[j]! += risk[i]! * x[i * p + j]!;
    }
    riskSum[k] = sum;
    for (let j = 0; j < p; j++) covariateSum[k * p + j] = gathered[j]!;
  }
  gathered.fill(0);
  sum = 0;
  for (let k = 0; k < times; k++) {
    const g = uncensored[k]!;
    riskSum[k]! += g * sum;
    for (let j = 0; j < p; j++) covariateSum[k * p + j]! += g * gathered[j]!;
    if (events[k]! > 0) logLikelihood -= events[k]! * (Math.log(riskSum[k]!) + shift);
    for (let i = start[k]!; i < start[k + 1]!; i++) {
      if (status[i] !== 2) continue;
      const weighted = risk[i]! / g;
      sum += weighted;
      for (let j = 0; j < p; j++) gathered[j]! += weighted * x[i * p + j]!;
    }
  }
  return { logLikelihood, risk, riskSum, covariateSum };
}

/** Score and information. The sums over risk sets are turned into one over rows, so that no matrix is kept a time. O(n p²). */
export function subdistributionScore(design: SubdistributionDesign, sums: SubdistributionSums) {
  const { columns: p, x, status, start, uncensored, events } = design;
  const { risk, riskSum, covariateSum } = sums;
  const times = events.length;
  const score = new Float64Array(p);
  const information = new Float64Array(p * p);
  const upTo = new Float64Array(times);
  const later = new Float64Array(times);
  for (let k = 0, hazard = 0; k < times; k++) {
    if (events[k]! > 0) {
      hazard += events[k]! / riskSum[k]!;
      for (let a = 0; a < p; a++) {
        const mean = covariateSum[k * p + a]! / riskSum[k]!;
        for (let b = a; b < p; b++) {
          information[a * p + b]! -= (events[k]! * mean * covariateSum[k * p + b]!) / riskSum[k]!;
        }
      }
    }
    upTo[k] = hazard;
  }
  for (let k = times - 1, hazard = 0; k >= 0; k--) {
    later[k] = hazard;
    hazard += (events[k]! * uncensored[k]!) / riskSum[k]!;
  }
  for (let k = 0; k < times; k++) {
    for (let i = start[k]!; i < start[k + 1]!; i++) {
      const expected = risk[i]! * (upTo[k]! + (status[i] === 2 ? later[k]! / uncensored[k]! : 0));
      const residual = (status[i] === 1 ? 1 : 0) - expected;
      for (let a = 0, row = i * p; a < p; a++) {
        score[a]! += residual * x[row + a]!;
        const part = expected * x[row + a]!;
        for (let b = a; b < p; b++) information[a * p + b]! += part * x[row + b]!;
      }
    }
  }
  for (let a = 0; a < p; a++) for (let b = 0; b < a; b++) information[a * p + b] = information[b * p + a]!;
  return { score, information };
}

/**
 * Sum of the squared residuals of Fine and Gray's robust variance, flat: each row's score residual and its part in the estimated censoring.
 * Everyone with a time at least u is at risk of censoring at u; the censoring part counts failures at u itself, as crr's. O(n p²).
 */
export function subdistributionMeat(design: SubdistributionDesign, sums: SubdistributionSums): Float64Array {
  const { rows, columns: p, x, status, start, uncensored, events, censored } = design;
  const { risk, riskSum, covariateSum } = sums;
  const times = events.length;
  const meat = new Float64Array(p * p);
  // from each time on: sums of G dN/S0, and of the same times the mean covariates
  const laterHazard = new Float64Array(times + 1);
  const laterMean = new Float64Array((times + 1) * p);
  for (let k = times - 1; k >= 0; k--) {
    const step = (events[k]! * uncensored[k]!) / riskSum[k]!;
    laterHazard[k] = laterHazard[k + 1]! + step;
    for (let j = 0; j < p; j++) {
      laterMean[k * p + j] = laterMean[(k + 1) * p + j]! + (step * covariateSum[k * p + j]!) / riskSum[k]!;
    }
  }
  let hazard = 0;
  const mean = new Float64Array(p);
  // rows with an earlier competing event: sum of risk/G, and of the same times the covariates
  let competing = 0;
  const competingCovariates = new Float64Array(p);
  const exposure = new Float64Array(p);
  const compensator = new Float64Array(p);
  const residual = new Float64Array(p);
  for (let k = 0; k < times; k++) {
    const atRisk = rows - start[k]!;
    const step = events[k]! / riskSum[k]!;
    hazard += step;
    for (let j = 0; j < p; j++) {
      mean[j]! += (step * covariateSum[k * p + j]!) / riskSum[k]!;
      exposure[j] = competingCovariates[j]! * laterHazard[k]! - competing * laterMean[k * p + j]!;
      compensator[j]! -= (censored[k]! * exposure[j]!) / atRisk ** 2;
    }
    for (let i = start[k]!; i < start[k + 1]!; i++) {
      const row = i * p;
      for (let j = 0; j < p; j++) {
        let value = compensator[j]! - risk[i]! * (x[row + j]! * hazard - mean[j]!);
        if (status[i] === 1) value += x[row + j]! - covariateSum[k * p + j]! / riskSum[k]!;
        else if (status[i] === 0) value += exposure[j]! / atRisk;
        else value -= (risk[i]! / uncensored[k]!) * (x[row + j]! * laterHazard[k + 1]! - laterMean[(k + 1) * p + j]!);
        residual[j] = value;
      }
      for (let a = 0; a < p; a++) for (let b = a; b < p; b++) meat[a * p + b]! += residual[a]! * residual[b]!;
    }
    for (let i = start[k]!; i < start[k + 1]!; i++) {
      if (status[i] !== 2) continue;
      const weighted = risk[i]! / uncensored[k]!;
      competing += weighted;
      for (let j = 0; j < p; j++) competingCovariates[j]! += weighted * x[i * p + j]!;
    }
  }
  for (let a = 0; a < p; a++) for (let b = 0; b < a; b++) meat[a * p + b] = meat[b * p + a]!;
  return meat;
}
