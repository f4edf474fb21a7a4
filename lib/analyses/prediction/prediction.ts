import type { Findings } from '../../result/index.ts';
import { columnsOf, termsOf } from '../models/model-terms.ts';
import { covariateSentences, listed } from '../models/model-words.ts';
import type { Analysis } from '../parts/analysis.ts';
import { CITATION } from '../parts/citations.ts';
import { laterBy } from '../parts/grouping.ts';
import { immortalTime, NAIVE } from '../parts/immortal-time.ts';
import { leftOutCharacteristics } from '../parts/left-out.ts';
import { countsOf, subgroupLater } from '../parts/selection.ts';
import { against, againstFigures, scoresAgainst } from './prediction-against.ts';
import { againstTable } from './prediction-against-table.ts';
import { leftOutCandidates } from './prediction-candidates.ts';
import { choosePrediction, makingOf } from './prediction-choice.ts';
import { modelContent } from './prediction-document.ts';
import { thresholdsOf } from './prediction-figures.ts';
import { horizonOf, judged } from './prediction-judgement.ts';
import { centreOf, madeOf } from './prediction-made.ts';
import { eventsOf, linearOf, makeModel, type Predictor, risksFrom } from './prediction-model.ts';
import { optimismFor } from './prediction-optimism.ts';
import { PredictionRequest } from './prediction-request.ts';
import { scoreColumns, scoreRisks } from './prediction-score.ts';
import { stabilityOf } from './prediction-stability.ts';
import { coefficientTable, INTERCEPT } from './prediction-tables.ts';
import { predictionWarnings } from './prediction-warnings.ts';
import { type Predicted, predictionAssumptions, predictionCitations, predictionMethod } from './prediction-words.ts';

/**
 * A prediction model with what it is worth, or the validation of a score. Yardstick: rms::validate, glmnet::cv.glmnet, riskRegression::Score,
 * dcurves::dca, rms::nomogram.
 */
export const prediction: Analysis<PredictionRequest> = {
  name: 'prediction',
  says: 'A prediction model on covariates chosen beforehand, shrunken or not, a signature chosen from candidates, or a given score: discrimination, calibration, net benefit, corrected for optimism.',
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
    CITATION.stability,
  ],
  request: PredictionRequest,

  async run(frame, request, progress): Promise<Findings> {
    progress.stage('choosing patients', 0.05);
    const chosen = choosePrediction(frame, request);
    const { covariates, interactions, candidates, known, selection, target, title: what, origin } = chosen;
    const { rows } = selection;
    const binary = target.kind === 'binary';
    const { score, level } = request;
    const making = makingOf(request);
    const terms = score === undefined ? termsOf(covariates, interactions, rows) : [];
    const columns = score === undefined ? columnsOf(terms) : scoreColumns(covariates, rows);
    const scores = scoresAgainst(frame, request.against ?? [], request.naive);

    progress.stopped();
    progress.stage('making the model', 0.1);
    const given: Predictor | undefined = score && {
      intercept: score.intercept ?? 0,
      coefficients: Float64Array.from(score.terms, ({ coefficient }) => coefficient),
    };
    const { seed } = request;
    const made = given === undefined ? await makeModel(target, columns, making, { seed }, progress) : undefined;
    const predictor = given ?? (made?.ok ? made.predictor : undefined);
    const linear = predictor && linearOf(columns, predictor);
    const risk = linear && (score === undefined ? risksFrom(target, linear) : scoreRisks(score, target.kind));
    const { times, horizon } = linear ? horizonOf(target, linear, request) : { times: [], horizon: Number.NaN };

    const thresholds =
      request.thresholds ?? (risk && linear && !Number.isNaN(horizon) ? thresholdsOf(risk(linear, horizon)) : []);

    const { stability: halves } = request;
    const stability =
      made?.ok && made.penalised !== undefined && halves > 0
        ? await stabilityOf(
            target,
            columns,
            { alpha: making.alpha!, path: made.penalised.path, halves, seed },
            progress,
          )
        : undefined;
    progress.stage('bootstrap', 0.3);
    const { optimism, tooMuch } = made?.ok
      ? await optimismFor(target, columns, making, { horizon, thresholds }, request, progress)
      : { optimism: undefined, tooMuch: false };

    progress.stage('tables and figures', 0.95);
    const event = eventsOf(target);
    const events = event.reduce((sum, e) => sum + e, 0);
    const validated = score !== undefined;
    const where = request.where === undefined ? '' : `, where ${request.where}`;
    const title = `${what}: ${score !== undefined ? `validation of a score of ${score.terms.length} terms` : candidates === undefined ? `prediction from ${listed(terms)}` : `a signature from ${covariates.length} candidates`}${where}`;
    const of: Predicted = {
      ...request,
      binary,
      validated,
      making,
      optimism,
      horizon,
      risks: risk !== undefined,
      stability,
      candidates,
    };
    const shared =
      linear === undefined
        ? { tables: [], figures: [], performance: undefined }
        : judged({
            target,
            linear,
            risk,
            horizon,
            times,
            optimism,
            validated,
            title: what,
            origin,
            thresholds,
            request,
          });
    const own =
      made?.ok && linear !== undefined && risk !== undefined
        ? madeOf(made, {
            terms,
            covariates,
            making,
            risk,
            linear,
            times,
            horizon,
            binary,
            title: what,
            stability,
            optimism,
          })
        : { tables: [], figures: [] };
    const rivals =
      scores.length > 0 && linear !== undefined && risk !== undefined
        ? against(scores, { target, linear, risk, rows, frame })
        : undefined;
    const naive = [...covariates, ...scores].some((covariate) => covariate.known !== undefined);
    const method = predictionMethod(of, [
      ...chosen.lateness(target),
      ...covariateSentences(covariates, terms.length === 0 ? [] : terms),
    ]);
    const figures = [
      ...shared.figures,
      ...(rivals === undefined
        ? []
        : againstFigures(rivals, { title: what, origin, horizon, level, thresholds, optimism })),
      ...own.figures,
    ];
    return {
      title,
      method,
      citations: predictionCitations(of),
      counts: countsOf(frame, selection, events),
      ...(made?.ok && linear !== undefined && risk !== undefined && shared.performance !== undefined
        ? {
            model: modelContent({
              frame,
              title,
              outcome: {
                kind: target.kind,
                name: chosen.outcome,
                title: what,
                origin,
                ...(binary ? {} : { unit: 'months' as const }),
              },
              covariates,
              interactions,
              terms,
              predictor: made.predictor,
              target,
              risk,
              centre: centreOf(linear),
              horizon,
              times,
              performance: shared.performance,
              method,
            }),
          }
        : {}),
      assumptions: predictionAssumptions({ ...of, late: chosen.lateness(target).length > 0 }),
      warnings: [
        ...[...covariates, ...scores].flatMap(({ asked, known: at, pointer }) =>
          immortalTime({ asked, known: at, pointer }),
        ),
        ...subgroupLater(request.where, request.where === undefined ? undefined : laterBy(frame, request.where)),
        ...predictionWarnings({
          made,
          events: binary ? Math.min(events, event.length - events) : events,
          columns: columns.length,
          binary,
          genes: candidates?.genes,
          competing: chosen.competing,
          optimism,
          tooMuch,
          withoutRisks: linear !== undefined && risk === undefined,
          withoutHorizon: linear !== undefined && Number.isNaN(horizon),
        }),
      ],
      tables: [
        ...own.tables,
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
        ...(rivals === undefined ? [] : [againstTable(rivals, frame, { horizon, level, optimism })]),
        ...(candidates === undefined ? [] : leftOutCandidates(candidates)),
        ...leftOutCharacteristics(covariates, rows, known.rows),
      ],
      figures: naive ? figures.map((figure) => ({ ...figure, stamp: NAIVE })) : figures,
    };
  },
};
