import { multiply } from '../../stats/index.ts';
import { fromTriangle, summed, varianceOf } from './symmetric.ts';

/*
 * How sites fit one regression without a row leaving any: each sends score and information at coefficients that all derive from the answers
 * before. Open, the first round holds each site's own fit too, and the second begins where these meet; masked, the first is at zero. Source:
 * Newton's method on a likelihood that is a sum over sites; combination by information as in fixed-effect multivariate meta-analysis.
 */

/** What a site, or all together, say of a likelihood at some coefficients. `information` is a lower triangle, row by row. */
export interface At {
  readonly score: readonly number[];
  readonly information: readonly number[];
  readonly loglik: number;
}

/** A site's own fit; null where it has no finite one: it joins in the second round. */
export interface OwnFit {
  readonly beta: readonly number[];
  readonly information: readonly number[];
  readonly loglik: number;
}

/** A site's answer to a round of a model. */
export interface ModelAnswer {
  readonly n: number;
  readonly events: number;
  readonly own?: OwnFit | null;
  readonly zero?: At;
  /** Of a later round: where it was asked, and what is there. */
  readonly beta?: readonly number[];
  readonly at?: At;
}

/** Where sites' own fits meet: weighted by their information. Undefined where no site has one, or together they don't determine it. */
export function combinedByInformation(
  own: readonly OwnFit[],
  size: number,
): { readonly beta: Float64Array; readonly variance: Float64Array } | undefined {
  if (own.length === 0) return undefined;
  const matrices = own.map(({ information }) => fromTriangle(information, size));
  const variance = varianceOf(summed(matrices), size);
  if (variance === undefined) return undefined;
  const pulls = own.map(({ beta }, i) => multiply(matrices[i]!, Float64Array.from(beta)));
  return { beta: multiply(variance, summed(pulls)), variance };
}

/** All sites' summaries at one point as one. */
export function summedAt(points: readonly At[]): At {
  return {
    score: [...summed(points.map(({ score }) => score))],
    information: [...summed(points.map(({ information }) => information))],
    loglik: points.reduce((sum, { loglik }) => sum + loglik, 0),
  };
}

/** One Newton step from coefficients at which all sites were asked. */
export interface NewtonStep {
  readonly beta: Float64Array;
  readonly variance: Float64Array;
  /** The longest part of the step, in standard errors. */
  readonly length: number;
}

export function newtonStep(from: ArrayLike<number>, { score, information }: At): NewtonStep | undefined {
  const size = from.length;
  const variance = varianceOf(fromTriangle(information, size), size);
  if (variance === undefined) return undefined;
  const step = multiply(variance, Float64Array.from(score));
  return {
    beta: step.map((value, j) => from[j]! + value),
    variance,
    length: Math.max(...step.map((value, j) => Math.abs(value) / Math.sqrt(variance[j * size + j]!))),
  };
}

/** Where a model stands after some rounds: the coefficients to be asked at next, and how far the last step went. */
export interface ModelState {
  readonly beta: Float64Array;
  /** Of the information at the coefficients before the last step; undefined before any information was summed. */
  readonly variance?: Float64Array;
  /** Of the last step, in standard errors; undefined before one. */
  readonly step?: number;
  /** Summed log likelihoods at zero and where it was last asked. */
  readonly atZero?: At;
  readonly last?: At;
}

/**
 * The state after rounds, each the answers of all its sites in their order. Every site derives the same from the same answers. Undefined where
 * the sites together don't determine the coefficients.
 */
export function stateAfter(
  rounds: readonly (readonly ModelAnswer[])[],
  size: number,
  mode: 'open' | 'masked',
): ModelState | undefined {
  let state: ModelState = { beta: new Float64Array(size) };
  for (const [r, answers] of rounds.entries()) {
    if (r === 0) {
      const atZero = summedAt(answers.flatMap(({ zero }) => (zero ? [zero] : [])));
      const begun = mode === 'open' ? fromOwnFits(answers, size, atZero) : stepped(state, atZero);
      if (begun === undefined) return undefined;
      state = { ...begun, atZero };
    } else {
      const next = stepped(state, summedAt(answers.flatMap(({ at }) => (at ? [at] : []))));
      if (next === undefined) return undefined;
      state = { ...state, ...next };
    }
  }
  return state;
}

function fromOwnFits(answers: readonly ModelAnswer[], size: number, atZero: At): ModelState | undefined {
  const combined = combinedByInformation(
    answers.flatMap(({ own }) => (own ? [own] : [])),
    size,
  );
  return combined ?? stepped({ beta: new Float64Array(size) }, atZero);
}

function stepped({ beta }: ModelState, at: At): ModelState | undefined {
  const next = newtonStep(beta, at);
  return next && { beta: next.beta, variance: next.variance, step: next.length, last: at };
}
