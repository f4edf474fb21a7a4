import { comesLate } from '../survival/censoring-weights.ts';
import { checkFollowUp, type FollowUp } from '../survival/follow-up.ts';
import { coxEntryLikelihood } from './elastic-net-entry.ts';
import { binomialLikelihood, coxPartialLikelihood, type PredictorLikelihood } from './elastic-net-likelihood.ts';
import { firstMost, NetSolver, solverRoom } from './elastic-net-solver.ts';
import { NetColumns } from './net-columns.ts';

/** What a penalised model is fitted to: an outcome of 0 and 1, or a follow-up (Cox, Breslow's ties). */
export type NetOutcome =
  | { readonly kind: 'binary'; readonly outcome: Uint8Array }
  | {
      readonly kind: 'survival';
      readonly followUp: FollowUp;
      /** The order of times as the fit is to see it, where another program's view of ties is to be followed; default the times themselves. */
      readonly order?: (time: Float64Array, event: Uint8Array) => Float64Array;
    };

/** Which penalties are fitted, and how far each fit goes. */
export interface NetOptions {
  /** 1 is the lasso (default), 0 ridge, between them the elastic net. */
  readonly alpha?: number;
  /** Penalties to fit, descending; by default `count` of them from the largest that matters. */
  readonly lambda?: Float64Array;
  readonly count?: number;
  /** Least over largest penalty; default 1e-4, or 0.01 where covariates outnumber patients. */
  readonly ratio?: number;
  /** Violation of the optimality conditions, as a share of the penalty; default 1e-7. */
  readonly tolerance?: number;
}

/** A path of fits, one a penalty. Coefficients are on the covariates' own scale. */
export interface NetPath {
  readonly ok: true;
  readonly lambda: Float64Array;
  /** The smallest penalty at which nothing is in (for ridge, glmnet's convention: that of alpha 0.001). */
  readonly largestLambda: number;
  readonly alpha: number;
  /** 0 for survival. */
  readonly intercepts: Float64Array;
  /** One array a penalty, one element a covariate. */
  readonly coefficients: readonly Float64Array[];
  /** Covariates in. */
  readonly sizes: Int32Array;
  /** Share of the null deviance explained. */
  readonly devianceRatio: Float64Array;
}

/** `constant`: every covariate has one value. `not converged` at `lambda`. */
export type NetFailure =
  | { readonly ok: false; readonly problem: 'one class' | 'no events' | 'constant' | 'no information' }
  | { readonly ok: false; readonly problem: 'not converged'; readonly lambda: number };

/** Below it ridge's first penalty is taken, as glmnet. */
const LEAST_ALPHA = 0.001;
const LEAST_RATIO = 1e-6;
/** A gradient of standardised columns that is no larger is 0. */
const ROUNDING = 1e-13;

/**
 * Lasso, ridge or elastic net over a path of penalties, for logistic and Cox regression. Covariates are standardised (variance over n); one that
 * is constant has coefficient 0. The path of default penalties ends early as glmnet's does, before the first that doesn't settle too. Delayed
 * entry is taken.
 * Sources: Tibshirani 1996, 1997; Zou & Hastie 2005; solver, see {@link NetSolver}. Yardstick: glmnet::glmnet, families binomial and cox
 * (agreement is bounded by glmnet's own threshold). O(n p) a sweep of the covariates and O(n k^2) a curvature of the k that are in.
 */
export function elasticNet(
  given: NetOutcome,
  covariates: readonly Float64Array[],
  options: NetOptions = {},
): NetPath | NetFailure {
  const failure = withoutInformation(given);
  if (failure !== undefined) return failure;
  const likelihood = likelihoodOf(given);
  for (let most = firstMost(likelihood.n, covariates.length); ; most = Math.min(2 * most, covariates.length + 1)) {
    const path = pathWith(most, likelihood, covariates, given.kind, options);
    if (path !== 'full') return path;
  }
}

/** The path, if at most so many columns come in. */
function pathWith(
  most: number,
  likelihood: PredictorLikelihood,
  covariates: readonly Float64Array[],
  kind: NetOutcome['kind'],
  options: NetOptions,
): NetPath | NetFailure | 'full' {
  const { alpha = 1, count = 100, tolerance = 1e-7 } = options;
  const columns = new NetColumns(covariates, likelihood.order, solverRoom(likelihood.n, most));
  const { centres, scales } = columns;
  if (covariates.every((_, j) => columns.isConstant(j))) return { ok: false, problem: 'constant' };
  const solver = new NetSolver(likelihood, columns, alpha, most);
  const nothing = solver.logLikelihood;
  const gradient = solver.largestGradient();
  const largestLambda = gradient / Math.max(alpha, LEAST_ALPHA);
  if (!(gradient > ROUNDING)) return { ok: false, problem: 'no information' };
  const ratio = Math.max(LEAST_RATIO, options.ratio ?? (likelihood.n < covariates.length ? 0.01 : 1e-4));
  const factor = ratio ** Math.fround(1 / (count - 1)); // glmnet's exponent is of single precision
  const lambda = options.lambda ?? Float64Array.from({ length: count }, (_, l) => largestLambda * factor ** l);
  const path = {
    intercepts: [] as number[],
    coefficients: [] as Float64Array[],
    sizes: [] as number[],
    explained: [] as number[],
  };
  for (const penalty of lambda) {
    const point = solver.solve(penalty, tolerance * penalty * Math.max(alpha, LEAST_ALPHA));
    if (point === undefined && solver.isFull) return 'full';
    // near a monotone likelihood the last penalties may not settle: as glmnet's, a path of default penalties ends before them
    if (point === undefined && options.lambda === undefined && path.sizes.length > 0) break;
    if (point === undefined) return { ok: false, problem: 'not converged', lambda: penalty };
    const coefficients = new Float64Array(covariates.length);
    let intercept = point.intercept;
    point.active.forEach((j, a) => {
      coefficients[j] = point.coefficients[a]! / scales[j]!;
      if (likelihood.hasIntercept) intercept -= coefficients[j]! * centres[j]!;
    });
    path.intercepts.push(intercept);
    path.coefficients.push(coefficients);
    path.sizes.push(point.active.length);
    path.explained.push((point.logLikelihood - nothing) / (likelihood.saturated - nothing));
    if (options.lambda === undefined && isEnough(path.explained, kind)) break;
  }
  return {
    ok: true,
    lambda: lambda.slice(0, path.sizes.length),
    largestLambda,
    alpha,
    intercepts: Float64Array.from(path.intercepts),
    coefficients: path.coefficients,
    sizes: Int32Array.from(path.sizes),
    devianceRatio: Float64Array.from(path.explained),
  };
}

/** What glmnet takes for the end of a path: hardly a gain over five penalties, or nearly all explained. */
function isEnough(explained: readonly number[], kind: NetOutcome['kind']): boolean {
  const [gain, most] = kind === 'survival' ? [1e-3, 0.99] : [1e-5, 0.999];
  const last = explained.at(-1)!;
  if (explained.length < 5) return false;
  return last > most || last - explained.at(-5)! < gain * last;
}

function withoutInformation(given: NetOutcome): NetFailure | undefined {
  if (given.kind === 'binary') {
    const events = given.outcome.reduce((sum, y) => sum + y, 0);
    return events === 0 || events === given.outcome.length ? { ok: false, problem: 'one class' } : undefined;
  }
  checkFollowUp(given.followUp);
  return given.followUp.event.includes(1) ? undefined : { ok: false, problem: 'no events' };
}

/** The likelihood that an outcome has. */
export function likelihoodOf(given: NetOutcome): PredictorLikelihood {
  if (given.kind === 'binary') return binomialLikelihood(given.outcome);
  const { time, event, entry } = given.followUp;
  if (comesLate(given.followUp)) return coxEntryLikelihood(time, event, entry!);
  return coxPartialLikelihood(given.order?.(time, event) ?? time, event);
}
