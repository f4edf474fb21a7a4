import { logistic } from '../../stats/index.ts';
import type { Codebook, StudyAnalysis } from '../documents.ts';
import type { At, ModelAnswer, OwnFit } from './model-rounds.ts';
import { columnsOf, type SiteRows, variableOf } from './site-rows.ts';
import { lowerTriangle } from './symmetric.ts';

type Model = Extract<StudyAnalysis, { readonly method: 'logistic/1' }>;

const MOST_ROUNDS = 100;

/** A site's outcomes and covariates. */
interface Outcomes {
  readonly outcome: Uint8Array;
  readonly values: readonly Float64Array[];
  readonly names: readonly string[];
}

/** Whose outcome is known: a code of the outcome that is neither 0 nor 1 is not. */
function outcomesOf(model: Model, rows: SiteRows, codebook: Codebook): Outcomes {
  const outcome = variableOf(rows, model.outcome);
  const { names, values } = columnsOf(rows, codebook, model.covariates);
  const known = [...outcome.keys()].filter((i) => outcome[i] === 0 || outcome[i] === 1);
  return {
    names,
    outcome: Uint8Array.from(known, (i) => outcome[i]!),
    values: values.map((column) => Float64Array.from(known, (i) => column[i]!)),
  };
}

/** Log likelihood, score and information of intercept and slopes: the intercept is column 0. */
function jointAt({ outcome, values }: Outcomes, theta: ArrayLike<number>) {
  const size = values.length + 1;
  const score = new Float64Array(size);
  const information = new Float64Array(size * size);
  let loglik = 0;
  const row = new Float64Array(size);
  row[0] = 1;
  for (let i = 0; i < outcome.length; i++) {
    for (let j = 1; j < size; j++) row[j] = values[j - 1]![i]!;
    let eta = 0;
    for (let j = 0; j < size; j++) eta += row[j]! * theta[j]!;
    const p = 1 / (1 + Math.exp(-eta));
    loglik -= outcome[i] === 1 ? softplus(-eta) : softplus(eta);
    for (let j = 0; j < size; j++) {
      score[j]! += row[j]! * (outcome[i]! - p);
      for (let k = 0; k <= j; k++) information[j * size + k]! += row[j]! * row[k]! * p * (1 - p);
    }
  }
  for (let j = 0; j < size; j++) for (let k = 0; k < j; k++) information[k * size + j] = information[j * size + k]!;
  return { score, information, loglik };
}

/** log(1 + exp(x)) without overflow. */
function softplus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

/** The intercept at which the site's own score of it is 0, given the slopes: Newton in one dimension, which a logistic likelihood bears. */
function ownIntercept(data: Outcomes, slopes: ArrayLike<number>): number {
  let intercept = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { score, information } = jointAt(data, [intercept, ...Array.from(slopes)]);
    const step = Math.max(-2, Math.min(2, score[0]! / information[0]!));
    if (Number.isNaN(step)) break; // nobody weighs anything: there is nothing to step by
    intercept += step;
    if (!(Math.abs(step) > 1e-13 * Math.max(1, Math.abs(intercept)))) break;
  }
  return intercept;
}

/** What a site says of the slopes with its intercept profiled out: score, and information given that the intercept is fitted. */
function profiledAt(data: Outcomes, slopes: ArrayLike<number>): At {
  const p = slopes.length;
  const size = p + 1;
  const { score, information, loglik } = jointAt(data, [ownIntercept(data, slopes), ...Array.from(slopes)]);
  const reduced = new Float64Array(p * p);
  for (let a = 0; a < p; a++)
    for (let b = 0; b < p; b++)
      reduced[a * p + b] =
        information[(a + 1) * size + b + 1]! -
        (information[(a + 1) * size]! * information[(b + 1) * size]!) / information[0]!;
  return { score: [...score.slice(1)], information: lowerTriangle(reduced, p), loglik };
}

/** The site's own fit of the slopes, its intercept profiled out; null where it has no finite one. */
function ownFit(data: Outcomes): OwnFit | null {
  const fit = logistic.fit({ outcome: data.outcome, covariates: [...data.values], names: [...data.names] });
  if (!fit.ok) return null;
  const beta = fit.coefficients.slice(1);
  const { information, loglik } = profiledAt(data, beta);
  return { beta, information, loglik };
}

/**
 * A site's answer to a round of logistic regression whose sites have intercepts of their own. Open, it also tells its intercept, so that the
 * pooled solution has one a site; masked, it keeps it. Both are the same fit: at each site's own intercept the likelihood of the slopes is
 * the profile likelihood, whose Newton steps end where those of all parameters do.
 */
export function answerLogistic(
  model: Model,
  rows: SiteRows,
  codebook: Codebook,
  round: number,
  beta: ArrayLike<number>,
): ModelAnswer & LogisticOpen {
  const data = outcomesOf(model, rows, codebook);
  const n = data.outcome.length;
  const events = data.outcome.reduce((sum, y) => sum + y, 0);
  const slopes = round === 1 ? new Float64Array(data.values.length) : beta;
  const open = model.mode === 'open' ? { joint: jointOf(data, slopes) } : {};
  if (round > 1) return { n, events, beta: Array.from(beta), at: profiledAt(data, beta), ...open };
  return { n, events, ...(model.mode === 'open' && { own: ownFit(data) }), zero: profiledAt(data, slopes), ...open };
}

/** Of the open mode: the site's intercept at the slopes, and the information of both. */
export interface LogisticOpen {
  readonly joint?: { readonly intercept: number; readonly information: readonly number[] };
}

function jointOf(data: Outcomes, slopes: ArrayLike<number>): NonNullable<LogisticOpen['joint']> {
  const intercept = ownIntercept(data, slopes);
  const { information } = jointAt(data, [intercept, ...Array.from(slopes)]);
  return { intercept, information: lowerTriangle(information, slopes.length + 1) };
}
