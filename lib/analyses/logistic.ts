import * as z from 'zod';
import type { Findings } from '../result/index.ts';
import type { Analysis } from './analysis.ts';
import { binaryOutcome, withOutcome } from './binary-outcome.ts';
import { CITATION } from './citations.ts';
import { covariatesOf, withCovariates } from './covariate.ts';
import { laterBy } from './grouping.ts';
import { calibrationFigure, rocFigure } from './logistic-figures.ts';
import { optimismOf, performanceOf } from './logistic-performance.ts';
import { fitLogistic, type LogisticChoices } from './logistic-regression.ts';
import { leftOutTable, modelTable, overallTable } from './logistic-tables.ts';
import {
  logisticAssumptions,
  logisticCitations,
  logisticMethod,
  logisticWarnings,
  wantsFirth,
} from './logistic-words.ts';
import { type ModelWords, modelForest, ratioTable, termTable } from './model-tables.ts';
import { columnsOf, type ModelColumn, termsOf } from './model-terms.ts';
import { covariateSentences, listed, parametersOf } from './model-words.ts';
import { termsTested } from './regression.ts';
import { Covariates, Expression, PART } from './request-parts.ts';
import { countsOf, select, subgroupLater } from './selection.ts';

const LogisticRequest = z
  .strictObject({
    analysis: z.literal('logistic'),
    outcome: Expression.meta({
      description: 'A binary outcome: a group of two labels, a boolean variable, or an expression',
    }),
    covariates: Covariates,
    where: PART.where,
    sensitivity: PART.sensitivity,
    interval: z.enum(['wald', 'profile']).default('wald').meta({ description: 'How intervals are made' }),
    penalty: z.enum(['none', 'firth']).default('none').meta({ description: "Firth's keeps every estimate finite" }),
    bootstrap: z
      .int()
      .min(0)
      .max(1000)
      .default(200)
      .meta({ description: "Samples by which the c-statistic's optimism is told; 0 leaves it out" }),
    level: PART.level,
  })
  .meta({ id: 'LogisticRequest' });
export type LogisticRequest = z.infer<typeof LogisticRequest>;

/** Work of a bootstrap, in rows times covariates times samples, above which it is left out. */
const MOST_WORK = 2e7;

/** Logistic regression on covariates of any kind. Yardstick: glm, drop1, logistf, pROC, ResourceSelection::hoslem.test. */
export const logistic: Analysis<LogisticRequest> = {
  name: 'logistic',
  says: 'Logistic regression of a binary outcome on covariates: odds ratios alone and together, tests, discrimination, calibration.',
  citations: [
    CITATION.logistic,
    CITATION.firth,
    CITATION.firthLogistic,
    CITATION.profile,
    CITATION.delong,
    CITATION.brier,
    CITATION.hosmerLemeshow,
    CITATION.optimism,
  ],
  request: LogisticRequest,

  run(frame, request, progress): Findings {
    progress.stage('choosing patients', 0.05);
    const outcome = binaryOutcome(frame, request.outcome);
    const { covariates, interactions } = covariatesOf(frame, request.covariates, '/covariates');
    const known = withOutcome(select(frame, request.where), outcome);
    const selection = withCovariates(known, covariates);
    const { rows } = selection;
    const n = rows.length;
    const codes = Uint8Array.from(rows, (row) => outcome.codes[row]!);
    const events = codes.reduce((sum, code) => sum + code, 0);
    const rarer = Math.min(events, n - events);
    const terms = termsOf(covariates, interactions, rows);
    const choices: LogisticChoices = request;

    progress.stage('fitting', 0.2);
    const model = fitLogistic(codes, columnsOf(terms), choices);
    const plain = (columns: readonly ModelColumn[]) =>
      fitLogistic(codes, columns, { ...choices, penalty: 'none', interval: 'wald' });
    const alone =
      terms.length < 2
        ? undefined
        : terms.map(({ columns }, t) => (t < covariates.length ? fitLogistic(codes, columns, choices) : undefined));
    progress.stopped();
    const tested = termsTested(plain, terms, model);
    const firth = wantsFirth(rarer, terms, model)
      ? fitLogistic(codes, columnsOf(terms), { ...choices, penalty: 'firth' })
      : undefined;
    const beside = firth?.firth === undefined ? undefined : firth;

    progress.stage('discrimination and its optimism', 0.4);
    const risk = model.fitted ?? beside?.fitted;
    const performance = risk && performanceOf(codes, risk, request.level);
    const tooMuch = n * model.rows.names.length * request.bootstrap > MOST_WORK;
    const optimism =
      model.fitted && model.firth === undefined && !tooMuch && request.bootstrap > 0
        ? optimismOf(model.rows, request.bootstrap, progress)
        : undefined;
    const samples = optimism === undefined ? 0 : request.bootstrap;

    progress.stage('tables and figures', 0.9);
    const words: ModelWords = {
      key: 'odds_ratio',
      ratio: 'Odds ratio',
      p: model.firth === undefined ? 'Wald p' : 'Penalised likelihood-ratio p',
      level: request.level,
      event: codes,
      events: outcome.labels[1],
    };
    const where = request.where === undefined ? '' : `, where ${request.where}`;
    const title = `${outcome.title} (${outcome.labels[1]}): logistic regression on ${listed(terms)}${where}`;
    const shown = !model.result?.ok && beside !== undefined ? beside : model;
    return {
      title,
      method: logisticMethod(
        choices,
        { model, alone: alone !== undefined, outcome: outcome.title, yes: outcome.labels[1], samples },
        covariateSentences(covariates, terms),
      ),
      citations: logisticCitations({
        firth: model.firth !== undefined || beside !== undefined,
        profile: request.interval === 'profile',
        samples,
        performance: performance !== undefined,
      }),
      counts: countsOf(frame, selection, events),
      assumptions: logisticAssumptions(model),
      warnings: [
        ...subgroupLater(request.where, request.where === undefined ? undefined : laterBy(frame, request.where)),
        ...logisticWarnings(request.outcome, rarer, terms, model, beside !== undefined),
        ...(performance !== undefined && optimism === undefined
          ? [
              {
                code: 'no-optimism',
                says: 'The c-statistic was not corrected for optimism: in the patients that a model was made from it is flattered.',
              },
            ]
          : []),
      ],
      tables: [
        ratioTable(terms, { whole: model, alone }, words, []),
        ...(beside === undefined
          ? []
          : [
              {
                ...ratioTable(terms, { whole: beside }, { ...words, p: 'Penalised likelihood-ratio p' }, []),
                id: 'firth',
                title: "Odds ratios by Firth's penalised likelihood",
              },
            ]),
        termTable(
          tested,
          'Likelihood-ratio',
          model.firth === undefined ? [] : ['These tests are of the likelihood without penalty.'],
        ),
        ...overallTable(model, performance),
        modelTable(model, { n, events, parameters: parametersOf(terms, model) }, performance, optimism),
        ...leftOutTable(known, selection, outcome),
      ],
      figures: [
        modelForest(terms, shown, words, { title, stamp: undefined }),
        ...(risk && performance
          ? [...rocFigure(codes, risk, performance, title), calibrationFigure(codes, risk, request.level, title)]
          : []),
      ],
    };
  },
};
