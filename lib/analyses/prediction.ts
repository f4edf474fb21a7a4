import type { Findings } from '../result/index.ts';
import type { Analysis } from './analysis.ts';
import { CITATION } from './citations.ts';
import { laterBy } from './grouping.ts';
import { immortalTime, NAIVE } from './immortal-time.ts';
import { columnsOf, termsOf } from './model-terms.ts';
import { covariateSentences, fewEvents, listed } from './model-words.ts';
import { choosePrediction, makingOf } from './prediction-choice.ts';
import { horizonOf, judged } from './prediction-judgement.ts';
import { madeTables } from './prediction-made.ts';
import { eventsOf, linearOf, makeModel, type Predictor, risksFrom } from './prediction-model.ts';
import { optimismFor } from './prediction-optimism.ts';
import { PredictionRequest } from './prediction-request.ts';
import { scoreColumns, scoreRisks } from './prediction-score.ts';
import { coefficientTable, INTERCEPT } from './prediction-tables.ts';
import { type Predicted, predictionAssumptions, predictionCitations, predictionMethod } from './prediction-words.ts';
import { countsOf, subgroupLater } from './selection.ts';

/**
 * A prediction model with what it is worth, or the validation of a score. Yardstick: rms::validate, glmnet::cv.glmnet, riskRegression::Score,
 * dcurves::dca, rms::nomogram.
 */
export const prediction: Analysis<PredictionRequest> = {
  name: 'prediction',
  says: 'A prediction model on covariates chosen beforehand, shrunken or not, or a given score: discrimination, calibration, net benefit, corrected for optimism.',
  citations: [
    CITATION.cox,
    CITATION.logistic,
    CITATION.lasso,
    CITATION.elasticNet,
    CITATION.crossValidation,
    CITATION.concordance,
    CITATION.delong,
    CITATION.brier,
    CITATION.timedArea,
    CITATION.timedBrier,
    CITATION.decisionCurve,
    CITATION.optimism,
    CITATION.tripod,
  ],
  request: PredictionRequest,

  async run(frame, request, progress): Promise<Findings> {
    progress.stage('choosing patients', 0.05);
    const {
      covariates,
      interactions,
      selection,
      target,
      title: what,
      origin,
      competing,
    } = choosePrediction(frame, request);
    const { rows } = selection;
    const binary = target.kind === 'binary';
    const { score } = request;
    const making = makingOf(request);
    const terms = score === undefined ? termsOf(covariates, interactions, rows) : [];
    const columns = score === undefined ? columnsOf(terms) : scoreColumns(covariates, rows);

    progress.stopped();
    progress.stage('making the model', 0.1);
    const given: Predictor | undefined = score && {
      intercept: score.intercept ?? 0,
      coefficients: Float64Array.from(score.terms, ({ coefficient }) => coefficient),
    };
    const made = given === undefined ? await makeModel(target, columns, making, request.seed, progress) : undefined;
    const predictor = given ?? (made?.ok ? made.predictor : undefined);
    const linear = predictor && linearOf(columns, predictor);
    const risk = linear && (score === undefined ? risksFrom(target, linear) : scoreRisks(score, target.kind));
    const { times, horizon } = linear ? horizonOf(target, linear, request) : { times: [], horizon: Number.NaN };

    progress.stage('bootstrap', 0.3);
    const { optimism, tooMuch } = made?.ok
      ? await optimismFor(target, columns, making, horizon, request, progress)
      : { optimism: undefined, tooMuch: false };

    progress.stage('tables and figures', 0.95);
    const event = eventsOf(target);
    const events = event.reduce((sum, e) => sum + e, 0);
    const rarer = binary ? Math.min(events, event.length - events) : events;
    const where = request.where === undefined ? '' : `, where ${request.where}`;
    const title = `${what}: ${score === undefined ? `prediction from ${listed(terms)}` : `validation of a score of ${score.terms.length} terms`}${where}`;
    const of: Predicted = {
      ...request,
      binary,
      validated: score !== undefined,
      making,
      optimism,
      horizon,
      risks: risk !== undefined,
    };
    const shared =
      linear === undefined
        ? { tables: [], figures: [] }
        : judged({
            target,
            linear,
            risk,
            horizon,
            times,
            optimism,
            validated: score !== undefined,
            title: what,
            origin,
            request,
          });
    const naive = covariates.some(({ known }) => known !== undefined);
    return {
      title,
      method: predictionMethod(of, covariateSentences(covariates, terms.length === 0 ? [] : terms)),
      citations: predictionCitations(of),
      counts: countsOf(frame, selection, events),
      assumptions: predictionAssumptions(of),
      warnings: [
        ...covariates.flatMap(({ asked, known, pointer }) => immortalTime({ asked, known, pointer })),
        ...subgroupLater(request.where, request.where === undefined ? undefined : laterBy(frame, request.where)),
        ...(competing.length > 0
          ? [
              {
                code: 'competing-events',
                says: `Competing events (${competing.join(', ')}) count as censored: risks are those that there would be without them.`,
              },
            ]
          : []),
        ...(made !== undefined && !made.ok ? [{ code: 'no-model', says: `There is no model: ${made.problem}.` }] : []),
        ...(made?.ok ? fewEvents(rarer, columns.length, binary ? 'patients with the rarer outcome' : 'events') : []),
        ...(made?.ok && made.predictor.coefficients.every((b) => b === 0)
          ? [
              {
                code: 'nothing-kept',
                says: 'The penalty keeps no covariate: the model predicts the same risk for everybody.',
              },
            ]
          : []),
        ...(made?.ok && optimism === undefined
          ? [
              {
                code: 'no-optimism',
                says: `Performance is not corrected for optimism${tooMuch ? ', since the bootstrap would take too long' : ''}: in the patients that a model was made from it is flattered.`,
              },
            ]
          : []),
        ...(linear !== undefined && risk === undefined
          ? [
              {
                code: 'no-risks',
                says: `The score gives no risks (${binary ? '/score/intercept' : '/score/baseline'}): calibration and decision curve can't be told.`,
              },
            ]
          : []),
        ...(linear !== undefined && Number.isNaN(horizon)
          ? [
              {
                code: 'no-horizon',
                says: 'At none of the times asked for did some have the event while others were followed without it: there is no accuracy in time.',
              },
            ]
          : []),
      ],
      tables: [
        ...(made?.ok && linear !== undefined && risk !== undefined
          ? madeTables(made, { terms, covariates, making, risk, linear, times, horizon, binary })
          : []),
        ...(score === undefined
          ? []
          : [
              coefficientTable(
                [
                  ...(score.intercept === undefined ? [] : [[INTERCEPT, score.intercept, ''] as const]),
                  ...score.terms.map(({ coefficient }, i) => [covariates[i]!.title, coefficient, ''] as const),
                ],
                binary ? 'Odds ratio' : 'Hazard ratio',
                ['As given with the request.'],
              ),
            ]),
        ...shared.tables,
      ],
      figures: naive ? shared.figures.map((figure) => ({ ...figure, stamp: NAIVE })) : shared.figures,
    };
  },
};
