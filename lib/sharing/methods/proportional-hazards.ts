import { type CoxRows, cox, fineGrayIntervals, type Ties } from '../../stats/index.ts';
import type { Codebook, StudyAnalysis } from '../documents.ts';
import type { At, ModelAnswer, OwnFit } from './model-rounds.ts';
import { columnsOf, endpointOf, type SiteRows, variableOf } from './site-rows.ts';
import { lowerTriangle } from './symmetric.ts';

type Model = Extract<StudyAnalysis, { readonly method: 'cox/1' | 'fine-gray/1' }>;

/** A site's rows as a partial likelihood takes them, and how it handles ties: risk sets never leave the site, or its stratum. */
function hazardRows(model: Model, rows: SiteRows, codebook: Codebook): { readonly rows: CoxRows; readonly ties: Ties } {
  const { time, cause } = endpointOf(rows, model.endpoint);
  const { names, values } = columnsOf(rows, codebook, model.covariates);
  if (model.method === 'fine-gray/1')
    return {
      rows: fineGrayIntervals({ time, cause, covariates: values, names }, { censored: 'after-events' }).rows,
      ties: 'breslow',
    };
  const event = cause.map((code) => (code === 1 ? 1 : 0));
  const strata = model.strata === undefined ? {} : { strata: Int32Array.from(variableOf(rows, model.strata)) };
  return { rows: { time, event, covariates: values, names, ...strata }, ties: model.ties };
}

function likelihoodAt(rows: CoxRows, ties: Ties, beta: ArrayLike<number>): At {
  const at = Float64Array.from(beta);
  const summaries = stratified(rows).map((stratum) => cox.accumulate(cox.design(stratum, ties), at));
  const { score, information, logLikelihood } = summaries.reduce(cox.merge);
  return { score: [...score], information: lowerTriangle(information, at.length), loglik: logLikelihood };
}

/** Rows of each stratum apart. */
function stratified({ strata, ...rows }: CoxRows): CoxRows[] {
  if (strata === undefined) return [rows];
  return [...Map.groupBy(strata.keys(), (i) => strata[i]!).values()].map((own) => ({
    ...rows,
    time: Float64Array.from(own, (i) => rows.time[i]!),
    event: Uint8Array.from(own, (i) => rows.event[i]!),
    covariates: rows.covariates.map((values) => Float64Array.from(own, (i) => values[i]!)),
  }));
}

/** The site's own fit; null where it has no finite one. */
function ownFit(rows: CoxRows, ties: Ties): OwnFit | null {
  const fit = cox.fit(rows, { ties });
  if (!fit.ok) return null;
  const { information, loglik } = likelihoodAt(rows, ties, fit.coefficients);
  return { beta: fit.coefficients, information, loglik };
}

/**
 * A site's answer to a round of a Cox or Fine-Gray model: in the first its own fit (open) and what it says at zero, later what it says at the
 * coefficients that all sites derived.
 */
export function answerHazards(
  model: Model,
  rows: SiteRows,
  codebook: Codebook,
  round: number,
  beta: ArrayLike<number>,
): ModelAnswer {
  const { rows: own, ties } = hazardRows(model, rows, codebook);
  const { cause } = endpointOf(rows, model.endpoint);
  const counts = { n: rows.n, events: cause.reduce((sum, code) => sum + (code === 1 ? 1 : 0), 0) };
  if (round > 1) return { ...counts, beta: Array.from(beta), at: likelihoodAt(own, ties, beta) };
  const zero = likelihoodAt(own, ties, new Float64Array(own.names.length));
  return { ...counts, ...(model.mode === 'open' && { own: ownFit(own, ties) }), zero };
}
