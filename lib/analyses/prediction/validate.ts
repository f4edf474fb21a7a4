import * as z from 'zod';
import { SignetError } from '../../base/index.ts';
import type { CohortFrame } from '../../cohort/index.ts';
import { checkModel, type Findings, ModelDocument, printLevel, type ResultTable } from '../../result/index.ts';
import { type CalibrationInTheLarge, hazardInTheLarge, riskInTheLarge } from '../../stats/index.ts';
import type { Analysis } from '../parts/analysis.ts';
import { cell } from '../parts/cells.ts';
import { CITATION, YARDSTICK } from '../parts/citations.ts';
import { withCovariates } from '../parts/covariate.ts';
import { laterBy } from '../parts/grouping.ts';
import { guardTime, immortalTime, NAIVE } from '../parts/immortal-time.ts';
import { leftOutCharacteristics } from '../parts/left-out.ts';
import { Expression, PART } from '../parts/request-parts.ts';
import { countsOf, subgroupLater } from '../parts/selection.ts';
import { applyVariables, baselineHazardOf, linearOfModel, riskOfModel } from './model-applied.ts';
import { targetOf } from './prediction-choice.ts';
import { thresholdsOf } from './prediction-figures.ts';
import { horizonOf, judged } from './prediction-judgement.ts';
import { eventsOf, type Target } from './prediction-model.ts';
import { predictionAssumptions } from './prediction-words.ts';

const ValidateRequest = z
  .strictObject({
    analysis: z.literal('validate'),
    model: ModelDocument,
    endpoint: PART.endpoint.optional().meta({ description: "Default the model's own, of that name" }),
    outcome: Expression.optional().meta({ description: "Of a model of a binary outcome; default the model's own" }),
    variables: z
      .record(z.string().min(1).max(200), Expression)
      .default({})
      .meta({ description: "By the model's name of a variable what gives it here, where it isn't called so" }),
    where: PART.where,
    sensitivity: PART.sensitivity,
    entry: PART.entry,
    times: z
      .array(z.number().positive())
      .min(1)
      .max(20)
      .default([12, 36, 60])
      .meta({ description: 'Months at which accuracy is told' }),
    horizon: z.number().positive().optional().meta({
      description: "Months of calibration and decision curve; default the model's, else the last of times followed to",
    }),
    groups: z.int().min(2).max(20).default(5).meta({ description: 'Of the calibration plot' }),
    thresholds: z.array(z.number().gt(0).lt(1)).min(1).max(200).optional().meta({
      description: 'Of the decision curve; default hundredths',
    }),
    level: PART.level,
    naive: PART.naive,
  })
  .meta({ id: 'ValidateRequest' });
type ValidateRequest = z.infer<typeof ValidateRequest>;

/** Endpoint or outcome: what the request names, else what the model predicts. */
function asked({ model: { model }, endpoint, outcome, where, entry }: ValidateRequest) {
  const survival = model.outcome.kind === 'survival';
  if (survival ? outcome !== undefined : endpoint !== undefined) {
    throw new SignetError(
      'other-outcome',
      `The model is of ${survival ? 'survival' : 'a binary outcome'}, which ${survival ? 'an endpoint' : 'an outcome'} is asked for`,
      { place: { pointer: survival ? '/outcome' : '/endpoint' }, remedy: 'Leave it out.' },
    );
  }
  return survival
    ? { where, endpoint: endpoint ?? model.outcome.name, entry }
    : { where, outcome: outcome ?? model.outcome.name };
}

/** How far the model's risks are off on the whole, up to the end of its baseline. */
function inTheLarge(
  target: Target,
  linear: Float64Array,
  { model: { model }, level }: ValidateRequest,
): CalibrationInTheLarge {
  if (target.kind === 'binary') return riskInTheLarge(target.outcome, linear, level);
  const hazard = baselineHazardOf(model);
  const last = model.baseline.at(-1)?.time ?? 0;
  const { time, event, entry } = target.followUp;
  const lived = (i: number) => hazard(Math.min(time[i]!, last)) - hazard(Math.min(Math.max(0, entry?.[i] ?? 0), last));
  return hazardInTheLarge(
    event.map((e, i) => (time[i]! <= last ? e : 0)),
    linear.map((eta, i) => lived(i) * Math.exp(eta - model.centre)),
    level,
  );
}

function inTheLargeTable(found: CalibrationInTheLarge, target: Target, last: number): ResultTable {
  const { observed, expected } = found;
  const ratioLimit = (limit: number) => (target.kind === 'binary' ? null : cell(Math.exp(limit)));
  return {
    id: 'calibration-in-the-large',
    title: 'Calibration in the large',
    columns: [
      { key: 'observed', label: 'Events seen', format: 'count' },
      { key: 'expected', label: 'Events that the model expects', format: 'number' },
      { key: 'ratio', label: 'Seen to expected', format: 'ratio', low: 'ratio_low', high: 'ratio_high', why: 'why' },
      {
        key: 'intercept',
        label: 'Intercept',
        format: 'number',
        low: 'intercept_low',
        high: 'intercept_high',
        why: 'why',
      },
    ],
    rows: [
      {
        observed,
        expected: cell(expected),
        ratio: cell(observed / expected),
        ...(found.ok
          ? {
              ratio_low: ratioLimit(found.lower),
              ratio_high: ratioLimit(found.upper),
              intercept: cell(found.intercept),
              intercept_low: cell(found.lower),
              intercept_high: cell(found.upper),
              standard_error: cell(found.standardError),
              why: '',
            }
          : {
              ratio_low: null,
              ratio_high: null,
              intercept: null,
              intercept_low: null,
              intercept_high: null,
              standard_error: null,
              why: 'no event, or all had it',
            }),
      },
    ],
    notes: [
      target.kind === 'binary'
        ? 'The intercept is that of a logistic regression with the linear predictor as offset: 0 where risks are right on the whole.'
        : `The intercept is the logarithm of events seen to expected by the model's own baseline, up to ${Number(last.toPrecision(6))} months: 0 where risks are right on the whole.`,
    ],
  };
}

/**
 * A model made elsewhere, judged in these patients. Yardstick: survival::concordance, riskRegression::Score, rms::val.surv,
 * glm(family = poisson) as Crowson.
 */
export const validate: Analysis<ValidateRequest> = {
  name: 'validate',
  says: "A prediction model that another cohort made, given as its document, applied to this cohort's patients: discrimination, calibration, net benefit.",
  citations: [
    CITATION.concordance,
    CITATION.timedArea,
    CITATION.timedBrier,
    CITATION.calibrationSurvival,
    CITATION.delong,
    CITATION.brier,
    CITATION.decisionCurve,
    CITATION.tripod,
  ],
  request: ValidateRequest,

  run(frame: CohortFrame, request, progress): Findings {
    progress.stage('choosing patients', 0.1);
    const { model } = request.model;
    checkModel(request.model, '/model');
    const { known, target: targetFor, lateness, title: what, origin, competing } = targetOf(frame, asked(request));
    const { covariates, warnings } = applyVariables(frame, model, request.variables);
    for (const { asked: name, known: at, pointer } of covariates)
      guardTime({ asked: name, known: at, pointer }, request.naive);
    const selection = withCovariates(known, covariates);
    const { rows } = selection;
    const target = targetFor(rows);
    const binary = target.kind === 'binary';

    progress.stopped();
    progress.stage('applying the model', 0.4);
    const linear = linearOfModel(model, covariates, rows);
    const risk = riskOfModel(model);
    const last = model.baseline.at(-1)?.time ?? 0;
    const within = request.times.filter((time) => time <= last);
    const wanted = request.horizon ?? model.horizon ?? undefined;
    if (!binary && wanted !== undefined && wanted > last) {
      throw new SignetError('beyond-the-baseline', `The model's baseline ends at ${last} months`, {
        place: { pointer: '/horizon' },
        remedy: 'Ask of an earlier horizon.',
      });
    }
    const { times, horizon } = horizonOf(target, linear, {
      times: within.length > 0 ? within : [last],
      horizon: wanted,
      level: request.level,
    });

    progress.stage('tables and figures', 0.7);
    const events = eventsOf(target).reduce((sum, e) => sum + e, 0);
    const where = request.where === undefined ? '' : `, where ${request.where}`;
    const shared = judged({
      target,
      linear,
      risk,
      horizon,
      times,
      optimism: undefined,
      validated: true,
      title: what,
      origin,
      thresholds: request.thresholds ?? (Number.isNaN(horizon) ? [] : thresholdsOf(risk(linear, horizon))),
      request,
    });
    const naive = covariates.some((covariate) => covariate.known !== undefined);
    const percent = printLevel(request.level);
    return {
      title: `${what}: validation of the model of ${request.model.cohort.title}${where}`,
      method: [
        `The model (${model.title}; document ${request.model.id}) was made from ${model.patients} patients of ${request.model.cohort.title} (${model.events} events) and is judged as it is: nothing was fitted to these patients but what is told of performance.`,
        ...(binary
          ? [
              `The c-statistic is the area under the receiver operating characteristic, with DeLong's ${percent} confidence interval; slope and intercept are those of logistic regressions on the linear predictor.`,
            ]
          : [
              "Concordance is Harrell's, with its standard error by the infinitesimal jackknife; the calibration slope is that of a Cox regression on the linear predictor.",
              "Calibration in the large compares events seen with those that the model's own baseline expects over each patient's time (Poisson).",
              `Time-dependent AUC and Brier scores are by inverse probability of censoring weights (Kaplan-Meier), with ${percent} confidence intervals that account for the estimated censoring.`,
              `Between the points of its baseline the model's cumulative hazard rises evenly.`,
            ]),
        ...lateness(target),
        'Patients with a missing value were left out (complete cases); they are counted by reason and compared with those analysed.',
        YARDSTICK,
      ],
      citations: [
        ...(binary
          ? [CITATION.delong, CITATION.brier]
          : [CITATION.concordance, CITATION.timedArea, CITATION.timedBrier, CITATION.calibrationSurvival]),
        CITATION.decisionCurve,
        CITATION.tripod,
      ],
      counts: countsOf(frame, selection, events),
      assumptions: predictionAssumptions({ binary, validated: true, late: lateness(target).length > 0 }),
      warnings: [
        ...warnings,
        ...covariates.flatMap(({ asked: name, known: at, pointer }) =>
          immortalTime({ asked: name, known: at, pointer }),
        ),
        ...subgroupLater(request.where, request.where === undefined ? undefined : laterBy(frame, request.where)),
        ...(!binary && model.outcome.origin !== origin
          ? [
              {
                code: 'other-origin',
                says: `Time is counted from ${origin} here and from ${model.outcome.origin} where the model was made: its risks hold only if these are the same.`,
              },
            ]
          : []),
        ...(competing.length > 0
          ? [
              {
                code: 'competing-events',
                says: `Competing events (${competing.join(', ')}) count as censored: risks are those that there would be without them.`,
              },
            ]
          : []),
        ...(request.model.frame === frame.digest
          ? [
              {
                code: 'own-patients',
                says: 'The model was made from these very data: this validates nothing.',
              },
            ]
          : []),
      ],
      tables: [
        ...shared.tables.slice(0, 1),
        inTheLargeTable(inTheLarge(target, linear, request), target, last),
        ...shared.tables.slice(1),
        ...leftOutCharacteristics(covariates, rows, known.rows),
      ],
      figures: naive ? shared.figures.map((figure) => ({ ...figure, stamp: NAIVE })) : shared.figures,
    };
  },
};
