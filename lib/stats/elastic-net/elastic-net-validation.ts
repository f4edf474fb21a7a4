import { expit } from '../logistic/logistic-likelihood.ts';
import { addMultiples } from '../numeric/column-products.ts';
import {
  elasticNet,
  likelihoodOf,
  type NetFailure,
  type NetOptions,
  type NetOutcome,
  type NetPath,
} from './elastic-net.ts';

/** A path with its cross-validated deviance. */
export interface NetValidation {
  readonly ok: true;
  readonly path: NetPath;
  /** By penalty: mean deviance over folds and its standard error. */
  readonly mean: Float64Array;
  readonly standardError: Float64Array;
  /** The penalty of least mean deviance, and the largest within a standard error of it. */
  readonly leastLambda: number;
  readonly oneErrorLambda: number;
  /** Folds without an event, or without anybody: they have no deviance of their own, yet count among the folds. */
  readonly unscored: readonly number[];
}

/** A fold, counted from 0, whose complement can't be fitted. */
export type NetValidationFailure = NetFailure & { readonly fold?: number };

/** Where cv.glmnet cuts risks before their logarithm. */
const LEAST_RISK = 1e-5;

/**
 * Cross-validation of {@link elasticNet}: deviance of the left-out patients; for survival, of all less that of those fitted, over the left-out
 * events. Where no penalties are given, each fold's path has its own and is interpolated at those of the whole.
 * `folds` holds each patient's fold from 0.
 * Source: Simon et al., J Stat Softw 2011;39(5); van Houwelingen et al. 2006. Yardstick: glmnet::cv.glmnet. A path for each fold and one for all.
 */
export function validateElasticNet(
  given: NetOutcome,
  covariates: readonly Float64Array[],
  folds: Int32Array,
  options: NetOptions = {},
): NetValidation | NetValidationFailure {
  const fits: (NetPath | NetFailure)[] = [];
  for (let piece = 0; piece <= foldCount(folds); piece++) {
    const fit = validationFit(given, covariates, folds, options, piece);
    fits.push(fit);
    if (!fit.ok) break;
  }
  return validationFrom(given, covariates, folds, fits);
}

/** How many folds there are. */
export function foldCount(folds: Int32Array): number {
  return folds.reduce((most, fold) => Math.max(most, fold), 0) + 1;
}

/** Of the fits that a validation is made of, the first is to all patients, the next to those outside fold 0, ... */
export function validationFit(
  given: NetOutcome,
  covariates: readonly Float64Array[],
  folds: Int32Array,
  options: NetOptions,
  piece: number,
): NetPath | NetFailure {
  if (piece === 0) return elasticNet(given, covariates, options);
  const rows = [...folds.keys()].filter((i) => folds[i] !== piece - 1);
  return elasticNet(
    rowsOf(given, rows),
    covariates.map((x) => {
      const part = new Float64Array(rows.length);
      for (let i = 0; i < part.length; i++) part[i] = x[rows[i]!]!;
      return part;
    }),
    options,
  );
}

/** The fits put together; the first that failed, if any did. */
export function validationFrom(
  given: NetOutcome,
  covariates: readonly Float64Array[],
  folds: Int32Array,
  [path, ...parts]: readonly (NetPath | NetFailure)[],
): NetValidation | NetValidationFailure {
  if (path === undefined || !path.ok) return path ?? { ok: false, problem: 'no information' };
  const count = foldCount(folds);
  const weights = new Float64Array(count);
  const scores: Float64Array[] = [];
  const deviance = devianceOfLeftOut(given, folds);
  for (let fold = 0; fold < count; fold++) {
    const left = [...folds.keys()].filter((i) => folds[i] === fold);
    const part = parts[fold]!;
    if (!part.ok) return { ...part, fold };
    weights[fold] = given.kind === 'binary' ? left.length : left.reduce((sum, i) => sum + given.followUp.event[i]!, 0);
    const score = deviance(fold, left);
    scores.push(path.lambda.map((lambda) => score(predictor(covariates, at(part, lambda)))));
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  // a fold without events has no score of its own, yet counts among the folds
  const over = (value: (fold: number) => number) =>
    weights.reduce((sum, weight, fold) => sum + (weight > 0 ? weight * value(fold) : 0), 0) / total;
  const mean = path.lambda.map((_, l) => over((fold) => scores[fold]![l]! / scale(given, weights[fold]!)));
  const standardError = path.lambda.map((_, l) =>
    Math.sqrt(over((fold) => (scores[fold]![l]! / scale(given, weights[fold]!) - mean[l]!) ** 2) / (count - 1)),
  );
  let least = 0;
  mean.forEach((value, l) => {
    if (value < mean[least]!) least = l;
  });
  const near = mean.findIndex((value) => value <= mean[least]! + standardError[least]!);
  return {
    ok: true,
    path,
    mean,
    standardError,
    leastLambda: path.lambda[least]!,
    oneErrorLambda: path.lambda[near]!,
    unscored: [...weights.keys()].filter((fold) => weights[fold] === 0),
  };
}

function scale({ kind }: NetOutcome, weight: number): number {
  return kind === 'binary' ? 1 : weight;
}

function rowsOf(given: NetOutcome, rows: readonly number[]): NetOutcome {
  if (given.kind === 'binary') return { kind: 'binary', outcome: Uint8Array.from(rows, (i) => given.outcome[i]!) };
  const { time, event, entry } = given.followUp;
  return {
    ...given,
    followUp: {
      time: Float64Array.from(rows, (i) => time[i]!),
      event: Uint8Array.from(rows, (i) => event[i]!),
      ...(entry === undefined ? {} : { entry: Float64Array.from(rows, (i) => entry[i]!) }),
    },
  };
}

interface Coefficients {
  readonly intercept: number;
  readonly coefficients: Float64Array;
}

/** Coefficients at any penalty, linear between those of the path. */
function at({ lambda, intercepts, coefficients }: NetPath, penalty: number): Coefficients {
  const below = lambda.findIndex((value) => value <= penalty);
  if (below <= 0) {
    const end = below === 0 ? 0 : lambda.length - 1;
    return { intercept: intercepts[end]!, coefficients: coefficients[end]! };
  }
  const share = (lambda[below - 1]! - penalty) / (lambda[below - 1]! - lambda[below]!);
  const [before, after] = [coefficients[below - 1]!, coefficients[below]!];
  const between = new Float64Array(after.length);
  for (let j = 0; j < between.length; j++) between[j] = (1 - share) * before[j]! + share * after[j]!;
  return { intercept: (1 - share) * intercepts[below - 1]! + share * intercepts[below]!, coefficients: between };
}

function predictor(covariates: readonly Float64Array[], { intercept, coefficients }: Coefficients): Float64Array {
  const eta = new Float64Array(covariates[0]?.length ?? 0).fill(intercept);
  const isIn: number[] = [];
  for (let j = 0; j < coefficients.length; j++) if (coefficients[j] !== 0) isIn.push(j);
  addMultiples(
    eta,
    isIn.map((j) => covariates[j]!),
    isIn.map((j) => coefficients[j]!),
  );
  return eta;
}

type Deviance = (eta: Float64Array) => number;

/** By fold: the deviance of those left out; for survival, of all less that of those fitted. */
function devianceOfLeftOut(given: NetOutcome, folds: Int32Array): (fold: number, left: readonly number[]) => Deviance {
  if (given.kind === 'binary') return (_, left) => binomialDeviance(given.outcome, left);
  const whole = partialDeviance(given);
  return (fold) => {
    const rows = [...folds.keys()].filter((i) => folds[i] !== fold);
    const fitted = partialDeviance(rowsOf(given, rows));
    const part = new Float64Array(rows.length);
    return (eta) => {
      for (let i = 0; i < part.length; i++) part[i] = eta[rows[i]!]!;
      return whole(eta) - fitted(part);
    };
  };
}

function partialDeviance(given: NetOutcome): Deviance {
  const likelihood = likelihoodOf(given);
  const { n, order, saturated } = likelihood;
  const ordered = new Float64Array(n);
  return (eta) => {
    for (let i = 0; i < n; i++) ordered[i] = eta[order[i]!]!;
    return 2 * n * (saturated - likelihood.evaluate(ordered));
  };
}

function binomialDeviance(outcome: Uint8Array, left: readonly number[]): Deviance {
  return (eta) => {
    let sum = 0;
    for (const i of left) {
      const p = Math.min(1 - LEAST_RISK, Math.max(LEAST_RISK, expit(eta[i]!)));
      sum -= 2 * Math.log(outcome[i] === 1 ? p : 1 - p);
    }
    return sum / left.length;
  };
}
