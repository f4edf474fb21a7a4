import { SignetError } from '../base/index.ts';
import type { CohortFrame } from '../cohort/index.ts';
import type { Findings, ResultTable } from '../result/index.ts';
import { kaplanMeier, proportion, survivalAt } from '../stats/index.ts';
import type { Analysis, Progress } from './analysis.ts';
import { binaryOutcome, withOutcome } from './binary-outcome.ts';
import { CITATION } from './citations.ts';
import { type Covariate, covariatesOf, type Interaction, withCovariates } from './covariate.ts';
import { followUpOf, withEndpoint } from './follow-up.ts';
import { laterBy } from './grouping.ts';
import { guardTime, immortalTime, NAIVE } from './immortal-time.ts';
import { rocFigure } from './logistic-figures.ts';
import { performanceOf } from './logistic-performance.ts';
import { columnsOf, type ModelColumn, type Term, termsOf } from './model-terms.ts';
import { covariateSentences, fewEvents, listed } from './model-words.ts';
import { endpointTitle } from './naming.ts';
import {
  accuracyFigure,
  calibrationFigureOf,
  calibrationPoints,
  calibrationTable,
  decisionFigure,
  decisions,
  decisionTable,
  thresholdsOf,
} from './prediction-figures.ts';
import { accuracyAt, type Measured, measure } from './prediction-measures.ts';
import {
  eventsOf,
  linearOf,
  type Made,
  type Making,
  makeModel,
  type Predictor,
  type RiskAt,
  risksFrom,
  type Target,
} from './prediction-model.ts';
import { type Optimism, optimismBy } from './prediction-optimism.ts';
import { PredictionRequest } from './prediction-request.ts';
import { scoreColumns, scoreCovariates, scoreRisks } from './prediction-score.ts';
import {
  accuracyTable,
  baselineTable,
  coefficientTable,
  hasNomogram,
  INTERCEPT,
  modelRows,
  nomogramTables,
  penaltyTable,
  performanceTable,
} from './prediction-tables.ts';
import { type Predicted, predictionAssumptions, predictionCitations, predictionMethod } from './prediction-words.ts';
import { countsOf, select, subgroupLater } from './selection.ts';

/** Work of a bootstrap, in rows times columns times models, above which it is left out. */
const MOST_WORK = 2e9;
/** A path of penalties costs about so many plain fits. */
const PATH_COST = 15;

/** Who is analysed, what is predicted, and from what. */
function choose(frame: CohortFrame, request: PredictionRequest) {
  const { covariates, interactions } = covariatesFor(frame, request);
  for (const { asked, known, pointer } of covariates) guardTime({ asked, known, pointer }, request.naive);
  const begun = select(frame, request.where);
  if (request.endpoint !== undefined) {
    const endpoint = frame.endpoint(request.endpoint, '/endpoint');
    if (endpoint.entry !== undefined) {
      throw new SignetError(
        'delayed-entry',
        `Patients come under observation for ${endpoint.name} only after time zero, by which accuracy in time can't be weighted`,
        {
          place: { pointer: '/endpoint', value: endpoint.name },
          remedy: 'Ask cox, which takes delayed entry and tells concordance; or name an endpoint without it.',
        },
      );
    }
    const selection = withCovariates(withEndpoint(begun, endpoint), covariates);
    const target: Target = { kind: 'survival', followUp: followUpOf(endpoint, selection.rows) };
    const competing = endpoint.competing?.labels ?? [];
    return {
      covariates,
      interactions,
      selection,
      target,
      title: endpointTitle(endpoint.name),
      origin: endpoint.origin,
      competing,
    };
  }
  const outcome = binaryOutcome(frame, request.outcome!);
  const selection = withCovariates(withOutcome(begun, outcome), covariates);
  const target: Target = { kind: 'binary', outcome: Uint8Array.from(selection.rows, (row) => outcome.codes[row]!) };
  return {
    covariates,
    interactions,
    selection,
    target,
    title: `${outcome.title} (${outcome.labels[1]})`,
    origin: '',
    competing: [],
  };
}

function covariatesFor(
  frame: CohortFrame,
  { covariates, score }: PredictionRequest,
): { readonly covariates: readonly Covariate[]; readonly interactions: readonly Interaction[] } {
  if (score !== undefined) return { covariates: scoreCovariates(frame, score), interactions: [] };
  return covariatesOf(frame, covariates!, '/covariates');
}

const ALPHA: Readonly<Record<PredictionRequest['penalty'], number | undefined>> = {
  none: undefined,
  lasso: 1,
  ridge: 0,
  'elastic-net': Number.NaN,
};

function makingOf({ penalty, alpha, folds, choose: chosen }: PredictionRequest): Making {
  return { alpha: penalty === 'elastic-net' ? alpha : ALPHA[penalty], folds, choose: chosen };
}

/** Observed over expected risk, of survival at the horizon. */
function observedToExpected(target: Target, risk: Float64Array, horizon: number, level: number): Measured {
  const expected = risk.reduce((sum, r) => sum + r, 0) / risk.length;
  if (target.kind === 'binary') {
    const events = target.outcome.reduce((sum, y) => sum + y, 0);
    const [lower, upper] = proportion(events, risk.length, { level }).intervals.wilson;
    return { estimate: events / risk.length / expected, lower: lower / expected, upper: upper / expected };
  }
  const curve = kaplanMeier.solve(kaplanMeier.accumulate(target.followUp), { interval: 'log-log', level });
  const { survival, lower, upper } = survivalAt(curve, [horizon])[0]!;
  return { estimate: (1 - survival) / expected, lower: (1 - upper) / expected, upper: (1 - lower) / expected };
}

/** The last of the times asked for at which some had the event and some were followed without it. */
function horizonOf(
  target: Target,
  linear: Float64Array,
  { horizon, score, level, ...request }: PredictionRequest,
): { times: number[]; horizon: number } {
  const times = [...new Set(score?.baseline?.map(({ time }) => time) ?? request.times)].sort((a, b) => a - b);
  if (target.kind === 'binary') return { times: [], horizon: 0 };
  const usable = times.filter((time) => accuracyAt(target.followUp, linear, undefined, time, level).ok);
  return { times, horizon: horizon ?? usable.at(-1) ?? Number.NaN };
}

/** What the linear predictor and its risks come to in the patients: tables and figures that a made and a given model share. */
function judged(of: {
  readonly target: Target;
  readonly linear: Float64Array;
  readonly risk: RiskAt | undefined;
  readonly horizon: number;
  readonly times: readonly number[];
  readonly optimism: Optimism | undefined;
  readonly validated: boolean;
  readonly title: string;
  readonly origin: string;
  readonly request: PredictionRequest;
}): { readonly tables: ResultTable[]; readonly figures: Findings['figures'] } {
  const { target, linear, risk, horizon, times, optimism, validated, title, origin, request } = of;
  const { level } = request;
  const binary = target.kind === 'binary';
  const found = measure(target, linear, risk, horizon, level);
  const risks = risk === undefined || Number.isNaN(horizon) ? undefined : risk(linear, horizon);
  const known = risks?.every((r) => !Number.isNaN(r)) ? risks : undefined;
  const observed = known
    ? observedToExpected(target, known, horizon, level)
    : { estimate: Number.NaN, lower: Number.NaN, upper: Number.NaN };
  const flattered = validated ? '' : 'As seen in the patients that the model was made from, which flatters it.';
  const points = known ? calibrationPoints(target, known, horizon, { groups: request.groups, level }) : [];
  const benefits = known ? decisions(target, known, horizon, request.thresholds ?? thresholdsOf(known)) : [];
  const at = binary ? '' : ` at ${Number(horizon.toPrecision(6))} months`;
  const corner = [
    `${binary ? 'c-statistic' : 'Concordance'} ${fixed(found.concordance.estimate)}${corrected(optimism, found.concordance.estimate, 'concordance')}`,
    `Slope ${fixed(found.slope.estimate)}${corrected(optimism, found.slope.estimate, 'slope')}`,
  ];
  return {
    tables: [
      performanceTable(found, observed, { binary, optimism, validated, horizon }),
      ...(binary
        ? []
        : [
            accuracyTable(
              times.map((time) => accuracyAt(target.followUp, linear, risk, time, level)),
              risk !== undefined,
              flattered,
            ),
          ]),
      ...(points.length > 0 ? [calibrationTable(points, `Calibration${at}`)] : []),
      ...(benefits.length > 0 ? [decisionTable(benefits, flattered === '' ? [] : [flattered])] : []),
    ],
    figures: [
      ...(known
        ? calibrationFigureOf(points, known, {
            title: `${title}: calibration${at}`,
            xLabel: `Predicted risk${at}`,
            corner,
          })
        : []),
      ...decisionFigure(benefits, `${title}: decision curve${at}`),
      ...accuracyFigure(target, linear, { title: `${title}: accuracy in time`, origin, level }),
      ...(target.kind === 'binary'
        ? rocFigure(target.outcome, linear, performanceOf(target.outcome, known ?? linear.map(() => 0.5), level), title)
        : []),
    ],
  };
}

function fixed(x: number): string {
  return Number.isNaN(x) ? 'unknown' : x.toFixed(2);
}

function corrected(optimism: Optimism | undefined, value: number, name: 'concordance' | 'slope'): string {
  return optimism === undefined ? '' : `, corrected ${fixed(value - optimism[name])}`;
}

/** The optimism of a model, unless finding it would take too long. */
async function optimismFor(
  target: Target,
  columns: readonly ModelColumn[],
  making: Making,
  horizon: number,
  request: PredictionRequest,
  progress: Progress,
): Promise<{ readonly optimism: Optimism | undefined; readonly tooMuch: boolean }> {
  const n = eventsOf(target).length;
  const models = request.bootstrap * (making.alpha === undefined ? 1 : making.folds * PATH_COST);
  const tooMuch = n * columns.length * models > MOST_WORK;
  if (request.bootstrap === 0 || tooMuch) return { optimism: undefined, tooMuch };
  const { bootstrap: samples, seed, level } = request;
  return { optimism: await optimismBy(target, columns, making, { samples, seed, horizon, level }, progress), tooMuch };
}

/** Tables of a model that was made here: how, its score, its baseline and its nomogram. */
function modelTables(
  made: Extract<Made, { ok: true }>,
  of: {
    readonly terms: readonly Term[];
    readonly covariates: readonly Covariate[];
    readonly making: Making;
    readonly risk: RiskAt;
    readonly linear: Float64Array;
    readonly times: readonly number[];
    readonly horizon: number;
    readonly binary: boolean;
  },
): ResultTable[] {
  const { terms, covariates, making, risk, linear, times, horizon, binary } = of;
  const { predictor, penalised, dropped } = made;
  const centre = linear.reduce((sum, eta) => sum + eta, 0) / linear.length;
  return [
    ...(penalised === undefined ? [] : [penaltyTable(penalised, making.alpha!, predictor)]),
    coefficientTable(modelRows(terms, predictor, dropped, binary), binary ? 'Odds ratio' : 'Hazard ratio', [
      ...(making.alpha === undefined
        ? []
        : ['Coefficients are shrunken: they have neither intervals nor p values. 0 is out.']),
      ...(binary ? ['Risk is 1 / (1 + exp(-linear predictor)).'] : []),
    ]),
    ...(binary
      ? []
      : [baselineTable(risk, centre, [...new Set([...times, ...(Number.isNaN(horizon) ? [] : [horizon])])])]),
    ...(hasNomogram(terms, covariates, predictor) && !Number.isNaN(horizon)
      ? nomogramTables(terms, covariates, predictor, risk, { horizon, binary })
      : []),
  ];
}

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
    const { covariates, interactions, selection, target, title: what, origin, competing } = choose(frame, request);
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
    const made = given === undefined ? makeModel(target, columns, making, request.seed) : undefined;
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
          ? modelTables(made, { terms, covariates, making, risk, linear, times, horizon, binary })
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
