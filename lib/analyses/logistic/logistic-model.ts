import type { CohortFrame } from '../../cohort/index.ts';
import type { Findings } from '../../result/index.ts';
import { linearityTable, linearityWarnings, testLinearity } from '../models/linearity.ts';
import { type ModelWords, modelForest, ratioTable, termTable } from '../models/model-tables.ts';
import { columnsOf, type ModelColumn, termsOf } from '../models/model-terms.ts';
import { covariateSentences, listed, parametersOf } from '../models/model-words.ts';
import { termsTested } from '../models/regression.ts';
import type { Progress } from '../parts/analysis.ts';
import type { BinaryOutcome, OutcomeModel } from '../parts/binary-outcome.ts';
import { covariatesOf, valuesOf, withCovariates } from '../parts/covariate.ts';
import { leftOutCharacteristics } from '../parts/left-out.ts';
import { inOwnOrder } from '../parts/own-order.ts';
import type { Selection } from '../parts/selection.ts';
import { type CovariateSet, covariateSetOf } from '../parts/variable-sets.ts';
import { calibrationFigure, rocFigure } from './logistic-figures.ts';
import { logisticImputed } from './logistic-imputed.ts';
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

/** Work of a bootstrap, in rows times covariates times samples, above which it is left out. */
const MOST_WORK = 2e7;

/** What of a request a model depends on. */
export interface ModelRequest extends LogisticChoices {
  readonly outcome: string;
  readonly bootstrap: number;
  readonly impute?: number | undefined;
}

/** A model's part of the findings. */
export interface ModelPart
  extends Pick<Findings, 'method' | 'citations' | 'assumptions' | 'warnings' | 'tables' | 'figures'> {
  readonly selection: Selection;
  readonly title: string;
}

/** The covariates of a set or list. Throws `unknown-set`, and as {@link covariatesOf}. */
export function covariatesIn(frame: CohortFrame, asked: CovariateSet, pointer: string) {
  return covariatesOf(
    frame,
    covariateSetOf(frame, asked, pointer).map((member) => member.asked),
    pointer,
  );
}

/** The outcome's words, for tables of odds ratios. */
export function oddsWords(codes: Uint8Array, outcome: BinaryOutcome, level: number, p: string): ModelWords {
  return { key: 'odds_ratio', ratio: 'Odds ratio', p, level, event: codes, events: outcome.labels[1] };
}

/** By patient of a selection, 1 where the outcome is its second label. */
function outcomeCodes(outcome: BinaryOutcome, { rows }: Selection): Uint8Array {
  return Uint8Array.from(rows, (row) => outcome.codes[row]!);
}

/**
 * All covariates together, of those for whom all are known; `beside` says whether each is also fitted alone, on the same patients. Throws
 * `nothing-to-analyse`.
 */
export function logisticModel(of: OutcomeModel, request: ModelRequest, beside: boolean, progress: Progress): ModelPart {
  const { outcome, covariates, interactions, known } = of;
  const complete = withCovariates(known, covariates);
  const rows = inOwnOrder(complete.rows, [outcomeCodes(outcome, complete), ...valuesOf(covariates, complete.rows)]);
  const selection = { ...complete, rows };
  const n = rows.length;
  const codes = outcomeCodes(outcome, selection);
  const events = codes.reduce((sum, code) => sum + code, 0);
  const rarer = Math.min(events, n - events);
  const terms = termsOf(covariates, interactions, rows);
  const choices: LogisticChoices = request;

  progress.stage('fitting', 0.2);
  const model = fitLogistic(codes, columnsOf(terms), choices);
  const plain = (columns: readonly ModelColumn[]) =>
    fitLogistic(codes, columns, { ...choices, penalty: 'none', interval: 'wald' });
  const alone =
    beside && terms.length > 1
      ? terms.map(({ columns }, t) => (t < covariates.length ? fitLogistic(codes, columns, choices) : undefined))
      : undefined;
  progress.stopped();
  const tested = termsTested(plain, terms, model);
  const bends = testLinearity(plain, covariates, interactions, rows);
  const firth = wantsFirth(rarer, terms, model)
    ? fitLogistic(codes, columnsOf(terms), { ...choices, penalty: 'firth' })
    : undefined;
  const penalised = firth?.firth === undefined ? undefined : firth;

  progress.stage('discrimination and its optimism', 0.4);
  const risk = model.fitted ?? penalised?.fitted;
  const performance = risk && performanceOf(codes, risk, request.level);
  const tooMuch = n * model.rows.names.length * request.bootstrap > MOST_WORK;
  const optimism =
    model.fitted && model.firth === undefined && !tooMuch && request.bootstrap > 0
      ? optimismOf(model.rows, request.bootstrap, progress)
      : undefined;
  const samples = optimism === undefined ? 0 : request.bootstrap;

  progress.stage('tables and figures', 0.9);
  const words = oddsWords(
    codes,
    outcome,
    request.level,
    model.firth === undefined ? 'Wald p' : 'Penalised likelihood-ratio p',
  );
  const title = `${outcome.title} (${outcome.labels[1]}): logistic regression on ${listed(terms)}`;
  const shown = !model.result?.ok && penalised !== undefined ? penalised : model;
  const analysed = { rows, n, events, terms, model };
  const imputed =
    request.impute === undefined
      ? undefined
      : logisticImputed(of, analysed, request.impute, { choices, words, title }, progress);
  const completeOnly = imputed === undefined ? title : `${title}, complete cases`;
  return {
    selection,
    title,
    method: logisticMethod(
      choices,
      { model, alone: alone !== undefined, outcome: outcome.title, yes: outcome.labels[1], samples },
      [
        ...covariateSentences(covariates, terms),
        ...(bends.length > 0
          ? [
              'Each number was tested for bending on the scale of the log odds, beside all others, by the likelihood-ratio test of the further terms of a restricted cubic spline.',
            ]
          : []),
        ...(imputed?.method ?? []),
      ],
    ),
    citations: [
      ...logisticCitations({
        firth: model.firth !== undefined || penalised !== undefined,
        profile: request.interval === 'profile',
        samples,
        performance: performance !== undefined,
      }),
      ...(imputed?.citations ?? []),
    ],
    assumptions: [...logisticAssumptions(model), ...(imputed?.assumptions ?? [])],
    warnings: [
      ...logisticWarnings(request.outcome, rarer, terms, model, penalised !== undefined),
      ...linearityWarnings(bends),
      ...(performance !== undefined && optimism === undefined
        ? [
            {
              code: 'no-optimism',
              says: 'The c-statistic was not corrected for optimism: in the patients that a model was made from it is flattered.',
            },
          ]
        : []),
      ...(imputed?.warnings ?? []),
    ],
    tables: [
      ...(imputed?.tables ?? []),
      ratioTable(terms, { whole: model, alone }, words, []),
      ...(penalised === undefined
        ? []
        : [
            {
              ...ratioTable(terms, { whole: penalised }, { ...words, p: 'Penalised likelihood-ratio p' }, []),
              id: 'firth',
              title: "Odds ratios by Firth's penalised likelihood",
            },
          ]),
      termTable(
        tested,
        'Likelihood-ratio',
        model.firth === undefined ? [] : ['These tests are of the likelihood without penalty.'],
      ),
      ...linearityTable(bends),
      ...overallTable(model, performance),
      modelTable(model, { n, events, parameters: parametersOf(terms, model) }, performance, optimism),
      ...leftOutTable(known, selection, outcome),
      ...leftOutCharacteristics(covariates, rows, known.rows),
    ],
    figures: [
      ...(imputed === undefined ? [] : [imputed.figure]),
      modelForest(terms, shown, words, { title: completeOnly, stamp: undefined }),
      ...(risk && performance
        ? [
            ...rocFigure(codes, risk, performance, completeOnly),
            calibrationFigure(codes, risk, request.level, completeOnly),
          ]
        : []),
    ],
  };
}
