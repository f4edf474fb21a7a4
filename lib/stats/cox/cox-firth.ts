import { chiSquareTest, type Test } from '../numeric/distributions.ts';
import { inverse, logDeterminant, rowsOf } from '../numeric/linear.ts';
import { maximise, type Objective, type ProfileLimit } from '../numeric/profile.ts';
import { cox } from './cox.ts';
import { type CoxDesign, type CoxRows, coxDesigns, type Ties } from './cox-design.ts';
import { coxLikelihood, mergeSummaries } from './cox-likelihood.ts';
import { profiled } from './cox-profile.ts';
import type { CoxFailure } from './cox-result.ts';
import { meanEventWeight, relativeRisk, scaledCoefficients, weigh } from './cox-risk.ts';

/** A penalised fit, which exists also where the likelihood is monotone. Lists have one element a covariate. */
export interface FirthCoxFit {
  readonly ok: true;
  readonly ties: Ties;
  readonly n: number;
  /** Rows of weight 0, which were left out and are no part of `n`. */
  readonly dropped: number;
  readonly events: number;
  readonly names: readonly string[];
  readonly coefficients: readonly number[];
  /** From the information (unpenalised) at the estimate. */
  readonly standardErrors: readonly number[];
  readonly variance: readonly (readonly number[])[];
  readonly hazardRatios: readonly number[];
  /** Of the hazard ratios, by the profile of the penalised likelihood. */
  readonly lower: readonly ProfileLimit[];
  readonly upper: readonly ProfileLimit[];
  readonly level: number;
  /** Penalised likelihood-ratio test of each coefficient (undefined where the others have no maximum without it), and of all. */
  readonly tests: readonly (Test | undefined)[];
  readonly likelihoodRatio: Test;
  /** Log likelihood plus half the logarithm of the information's determinant. */
  readonly penalisedLogLikelihoodAtZero: number;
  readonly penalisedLogLikelihood: number;
  readonly iterations: number;
}

/** How ties are taken, and the level of the intervals. */
export interface FirthCoxOptions {
  /** Efron's unless said. */
  readonly ties?: Exclude<Ties, 'exact'>;
  readonly level?: number;
}

/**
 * Cox regression with Firth's penalty: half the logarithm of the information's determinant, which keeps every coefficient finite. In tests and limits
 * the determinant is that of all covariates, also where one is held. O(n p²) a round.
 * Source: Heinze & Schemper, Biometrics 2001;57:114. Yardstick: coxphf.
 */
export function firthCox(
  rows: CoxRows,
  { ties = 'efron', level = 0.95 }: FirthCoxOptions = {},
): FirthCoxFit | CoxFailure {
  const { names } = rows;
  const designs = coxDesigns(rows, ties);
  const zero = new Float64Array(names.length);
  const first = designs.map((design) => coxLikelihood(design, zero)).reduce(mergeSummaries);
  const failure = cox.withoutEstimate(names, first);
  if (failure !== undefined) return failure;
  const objective = penalised(designs);
  const { n, dropped, events } = first;
  const maximum = maximise(objective, zero, [...zero.keys()]);
  const variance = maximum && inverse(maximum.curvature, names.length, 0);
  if (maximum === undefined || variance === undefined || 'dependent' in variance) {
    return { ok: false, n, dropped, events, problem: 'overflow', columns: names };
  }
  const { beta, value, iterations } = maximum;
  const profile = profiled(objective, names, maximum, level);
  const atZero = objective(zero).value;
  const standardErrors = Array.from(beta, (_, j) => Math.sqrt(variance[j * names.length + j]!));
  return {
    ok: true,
    ties,
    n,
    dropped,
    events,
    names,
    coefficients: Array.from(beta),
    standardErrors,
    variance: rowsOf(variance, names.length),
    hazardRatios: Array.from(beta, Math.exp),
    lower: profile.lower.map(asRatio),
    upper: profile.upper.map(asRatio),
    level,
    tests: profile.tests,
    likelihoodRatio: chiSquareTest(Math.max(0, 2 * (value - atZero)), names.length),
    penalisedLogLikelihoodAtZero: atZero,
    penalisedLogLikelihood: value,
    iterations,
  };
}

function asRatio(limit: ProfileLimit): ProfileLimit {
  return limit === 'not followed' ? limit : Math.exp(limit);
}

/** The penalised likelihood, with the information as its curvature. */
function penalised(designs: readonly CoxDesign[]): Objective {
  return (beta) => {
    const { logLikelihood, score, information } = designs
      .map((design) => coxLikelihood(design, beta))
      .reduce(mergeSummaries);
    const variance = inverse(information, beta.length, 0);
    if ('dependent' in variance) return { value: Number.NEGATIVE_INFINITY, gradient: score, curvature: information };
    const gradient = score.slice();
    for (const design of designs) addPenaltyScore(design, beta, variance, gradient);
    return { value: logLikelihood + logDeterminant(information, beta.length) / 2, gradient, curvature: information };
  };
}

/**
 * Adds half the trace of variance times the derivative of a stratum's information. That derivative is the third moment of the covariates about
 * their mean over those at risk: by slot, E[q x] - 2 E[x x'] V m - m E[q] + 2 m (m' V m), with q = x' V x and m the mean.
 */
function addPenaltyScore(design: CoxDesign, beta: Float64Array, variance: Float64Array, gradient: Float64Array): void {
  const { rows, x, times, start, firstEvent, scale, ties, entry } = design;
  const p = scale.length;
  const v = variance.map((value, at) => value / (scale[Math.floor(at / p)]! * scale[at % p]!)); // of scaled covariates
  const risk = relativeRisk(design, scaledCoefficients(design, beta));
  weigh(design, risk);
  const moments = new Float64Array(2 + 2 * p + p * p); // sums of r, r q, r x, r q x, r x x'
  const tied = new Float64Array(moments.length);
  const slot = new Float64Array(moments.length);
  const half = new Float64Array(p);
  const add = (i: number, sign: number, into: Float64Array) => {
    const r = sign * risk[i]!;
    let q = 0;
    for (let j = 0; j < p; j++) {
      let sum = 0;
      for (let k = 0; k < p; k++) sum += v[j * p + k]! * x[k * rows + i]!;
      q += sum * x[j * rows + i]!;
    }
    into[0]! += r;
    into[1]! += r * q;
    for (let j = 0; j < p; j++) {
      const rx = r * x[j * rows + i]!;
      into[2 + j]! += rx;
      into[2 + p + j]! += rx * q;
      for (let k = 0; k < p; k++) into[2 + 2 * p + j * p + k]! += rx * x[k * rows + i]!;
    }
  };
  for (let t = times - 1, gone = 0; t >= 0; t--) {
    const from = firstEvent[t]!;
    const to = start[t + 1]!;
    for (let i = start[t]!; i < to; i++) add(i, 1, moments);
    const d = to - from;
    if (d > 0) {
      tied.fill(0);
      for (let i = from; i < to; i++) add(i, 1, tied);
      const weight = meanEventWeight(design, t);
      for (let l = 0; l < d; l++) {
        const share = ties === 'efron' ? l / d : 0;
        const total = moments[0]! - share * tied[0]!;
        for (let m = 0; m < slot.length; m++) slot[m] = (moments[m]! - share * tied[m]!) / total;
        let form = 0; // m' V m
        for (let j = 0; j < p; j++) {
          half[j] = 0;
          for (let k = 0; k < p; k++) half[j]! += v[j * p + k]! * slot[2 + k]!;
          form += half[j]! * slot[2 + j]!;
        }
        for (let j = 0; j < p; j++) {
          let third = slot[2 + p + j]! + slot[2 + j]! * (2 * form - slot[1]!);
          for (let k = 0; k < p; k++) third -= 2 * slot[2 + 2 * p + j * p + k]! * half[k]!;
          if (scale[j] !== 0) gradient[j]! += (weight * third) / (2 * scale[j]!);
        }
      }
    }
    if (entry !== undefined) {
      for (; gone < entry.latestFirst.length && entry.from[entry.latestFirst[gone]!]! >= t; gone++) {
        add(entry.latestFirst[gone]!, -1, moments);
      }
      if (gone === rows - start[t]!) moments.fill(0);
    }
  }
}
