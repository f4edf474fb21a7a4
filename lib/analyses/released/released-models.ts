import type { CohortFrame } from '../../cohort/index.ts';
import type { ModelContent } from '../../result/index.ts';
import { chooseCox, cox } from '../cox/cox.ts';
import { fitCox } from '../cox/cox-regression.ts';
import { logistic } from '../logistic/logistic.ts';
import { covariatesIn } from '../logistic/logistic-model.ts';
import { fitLogistic } from '../logistic/logistic-regression.ts';
import { columnsOf, columnWords, type Term, termsOf } from '../models/model-terms.ts';
import type { Fit } from '../models/regression.ts';
import { binaryOutcome, withOutcome } from '../parts/binary-outcome.ts';
import { type Covariate, type Interaction, withCovariates } from '../parts/covariate.ts';
import { followUpOf } from '../parts/follow-up.ts';
import { endpointTitle } from '../parts/naming.ts';
import { select } from '../parts/selection.ts';
import { stratumCodes } from '../parts/strata.ts';
import { prediction } from '../prediction/prediction.ts';
import { choosePrediction } from '../prediction/prediction-choice.ts';
import {
  checkNamed,
  notReleased,
  outcomeNamed,
  type ReleaseBasis,
  type ReleasedModel,
  refuseEntry,
  variableOf,
} from './released-parts.ts';

const PLAIN = { robust: false, interval: 'wald', penalty: 'none' } as const;

/** Main effects of named variables, uncut: knots are order statistics, and a column of an expression can be of one patient. */
function checkCovariates(covariates: readonly Covariate[], interactions: readonly Interaction[]): void {
  if (interactions.length > 0) throw notReleased('Its model has interactions: a product can be a column of few');
  for (const covariate of covariates) {
    const { asked, values } = covariate;
    checkNamed(covariate);
    if (values.kind === 'number' && values.knots !== undefined)
      throw notReleased(`The spline of ${asked} bends at quantiles, which are values of single patients`);
  }
}

/** Outcome of a model without time: at one time for all. */
function outcomeWithoutTime(name: string, title: string, event: Uint8Array) {
  return { name, title, origin: '', time: new Float64Array(event.length).fill(1), event };
}

/** Of a Cox regression: coefficients and their covariance. */
export function releasedCox(frame: CohortFrame, asked: unknown): ReleaseBasis {
  const request = cox.request.parse(asked);
  if (request.penalty !== 'none' || request.robust || request.cluster !== undefined || request.ties === 'exact')
    throw notReleased('Its model is penalised, robust or of exact ties: ask the plain one');
  const { endpoint, covariates, interactions, entry, strata, selection } = chooseCox(frame, request);
  checkCovariates(covariates, interactions);
  refuseEntry(entry !== undefined);
  const { rows } = selection;
  const { time, event } = followUpOf(endpoint, rows);
  const codes = strata && stratumCodes(strata, rows);
  const terms = termsOf(covariates, [], rows);
  const columns = columnsOf(terms);
  const { ties, level } = request;
  const fit = fitCox({ followUp: { time, event }, strata: codes?.codes }, columns, { ...PLAIN, ties, level });
  if (!fit.result?.ok) throw notReleased('Its model has no finite fit');
  return {
    kind: 'model',
    rows,
    outcome: { name: endpoint.name, title: endpointTitle(endpoint.name), origin: endpoint.origin, time, event },
    ...(codes && {
      strata: {
        title: strata.title,
        levels: Array.from({ length: codes.strata }, (_, s) => `stratum ${s + 1}`),
        values: Float64Array.from(codes.codes),
      },
    }),
    variables: covariates.map((covariate) => variableOf(covariate, rows)),
    model: modelOf(fit, terms, { kind: 'cox', ties }),
    genes: [],
    without: [
      'hazard ratios of each covariate alone, tests of proportional hazards, concordance',
      ...(request.impute === undefined ? [] : ['the imputed estimates']),
    ],
  };
}

/** Of a logistic regression: coefficients beside an intercept, which stays here. */
export function releasedLogistic(frame: CohortFrame, asked: unknown): ReleaseBasis {
  const request = logistic.request.parse(asked);
  const together = request.covariates ?? request.adjust;
  if (together === undefined) throw notReleased('It is of factors one by one: share a model');
  if (request.penalty !== 'none') throw notReleased('Its model is penalised: ask the plain one');
  const outcome = binaryOutcome(frame, outcomeNamed(request.outcome));
  const at = request.covariates === undefined ? '/adjust' : '/covariates';
  const { covariates, interactions } = covariatesIn(frame, together, at);
  checkCovariates(covariates, interactions);
  const { rows } = withCovariates(withOutcome(select(frame, request.where), outcome), covariates);
  const event = Uint8Array.from(rows, (row) => outcome.codes[row]!);
  const terms = termsOf(covariates, [], rows);
  const fit = fitLogistic(event, columnsOf(terms), { ...PLAIN, level: request.level });
  if (!fit.result?.ok) throw notReleased('Its model has no finite fit');
  return {
    kind: 'model',
    rows,
    outcome: outcomeWithoutTime(request.outcome, `${outcome.title} (${outcome.labels[1]})`, event),
    variables: covariates.map((covariate) => variableOf(covariate, rows)),
    model: modelOf(fit, terms, { kind: 'logistic', ties: 'efron' }),
    genes: [],
    without: [
      'the intercept, discrimination and calibration',
      ...(request.univariable === undefined ? [] : ['the factors one by one']),
      ...(request.impute === undefined ? [] : ['the imputed estimates']),
    ],
  };
}

function modelOf(fit: Fit, terms: readonly Term[], of: Pick<ReleasedModel, 'kind' | 'ties'>): ReleasedModel {
  const names = columnsOf(terms).flatMap(({ name }) => (fit.dropped.has(name) ? [] : [name]));
  return {
    ...of,
    terms: names.map((name) => columnWords(terms, name)),
    beta: names.map((name) => fit.estimates.get(name)!.coefficient),
    covariance: names.flatMap((a, i) => names.slice(0, i + 1).map((b) => fit.covariance(a, b))),
  };
}

/** Of a prediction: its model as a document that others apply. */
export function releasedPrediction(
  frame: CohortFrame,
  asked: unknown,
  content: ModelContent | undefined,
): ReleaseBasis {
  const request = prediction.request.parse(asked);
  if (content === undefined) throw notReleased('It made no model');
  const { covariates, selection, target, title, origin } = choosePrediction(frame, request);
  const { rows } = selection;
  const used = covariates.filter((covariate) => content.variables.some(({ name }) => name === covariate.asked));
  const isProduct = content.terms.some(({ of }) => of.length > 1);
  checkCovariates(used, isProduct ? [[0, 0]] : []);
  const name = request.endpoint ?? outcomeNamed(request.outcome!);
  refuseEntry(target.kind === 'survival' && target.followUp.entry !== undefined);
  return {
    kind: 'prediction',
    rows,
    outcome:
      target.kind === 'binary'
        ? outcomeWithoutTime(name, title, target.outcome)
        : { name, title, origin, time: target.followUp.time, event: target.followUp.event },
    variables: used.map((covariate) => variableOf(covariate, rows)),
    model: {
      kind: target.kind === 'binary' ? 'logistic' : 'cox',
      ties: 'efron',
      terms: content.terms.map(({ label }) => label),
      beta: content.terms.map(({ coefficient }) => coefficient),
      covariance: [],
      content,
    },
    genes: [],
    without: ['calibration, decision curves and nomogram'],
  };
}
