import type { Findings, ResultTable } from '../../result/index.ts';
import { proportion, survivalCalibration } from '../../stats/index.ts';
import { rocFigure } from '../logistic/logistic-figures.ts';
import { performanceOf } from '../logistic/logistic-performance.ts';
import {
  accuracyFigure,
  calibrationFigureOf,
  calibrationPoints,
  calibrationTable,
  decisionFigure,
  decisions,
  decisionTable,
} from './prediction-figures.ts';
import { accuracyAt, type Measured, measure, NONE } from './prediction-measures.ts';
import type { RiskAt, Target } from './prediction-model.ts';
import { type Optimism, takenOf } from './prediction-optimism.ts';
import type { PredictionRequest } from './prediction-request.ts';
import { accuracyTable, performanceTable } from './prediction-tables.ts';

/** Observed over expected risk, of survival at the horizon. */
function observedToExpected(target: Target, risk: Float64Array, horizon: number, level: number): Measured {
  if (target.kind === 'binary') {
    const expected = risk.reduce((sum, r) => sum + r, 0) / risk.length;
    const events = target.outcome.reduce((sum, y) => sum + y, 0);
    const [lower, upper] = proportion(events, risk.length, { level }).intervals.wilson;
    return { estimate: events / risk.length / expected, lower: lower / expected, upper: upper / expected };
  }
  // of all as one group: with delayed entry the expected share is weighted, since those at high risk are seen less often
  const [all] = survivalCalibration(target.followUp, risk, horizon, { groups: 1, level });
  if (!all?.ok) return NONE;
  const { observed, lower, upper, predicted } = all;
  const estimate = observed / predicted;
  if (lower === 'undefined' || upper === 'undefined') return { ...NONE, estimate };
  return { estimate, lower: lower / predicted, upper: upper / predicted };
}

/** The last of the times asked for at which some had the event and some were followed without it. */
export function horizonOf(
  target: Target,
  linear: Float64Array,
  {
    horizon,
    score,
    level,
    ...request
  }: Pick<PredictionRequest, 'horizon' | 'level' | 'times'> & { readonly score?: PredictionRequest['score'] },
): { times: number[]; horizon: number } {
  const times = [...new Set(score?.baseline?.map(({ time }) => time) ?? request.times)].sort((a, b) => a - b);
  if (target.kind === 'binary') return { times: [], horizon: 0 };
  const usable = times.filter((time) => accuracyAt(target.followUp, linear, undefined, time, level).ok);
  return { times, horizon: horizon ?? usable.at(-1) ?? Number.NaN };
}

/** What the linear predictor and its risks come to in the patients: tables and figures that a made and a given model share. */
export function judged(of: {
  readonly target: Target;
  readonly linear: Float64Array;
  readonly risk: RiskAt | undefined;
  readonly horizon: number;
  readonly times: readonly number[];
  readonly optimism: Optimism | undefined;
  readonly validated: boolean;
  readonly title: string;
  readonly origin: string;
  /** Of risk, at which net benefit is told. */
  readonly thresholds: readonly number[];
  readonly request: Pick<PredictionRequest, 'level' | 'groups'>;
}): { readonly tables: ResultTable[]; readonly figures: Findings['figures']; readonly performance: ResultTable } {
  const { target, linear, risk, horizon, times, optimism, validated, title, origin, thresholds, request } = of;
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
  const benefits = known ? decisions(target, known, horizon, thresholds) : [];
  const taken = takenOf(optimism);
  const at = binary ? '' : ` at ${Number(horizon.toPrecision(6))} months`;
  const corner = [
    `${binary ? 'c-statistic' : 'Concordance'} ${fixed(found.concordance.estimate)}${corrected(optimism, found.concordance.estimate, 'concordance')}`,
    `Slope ${fixed(found.slope.estimate)}${corrected(optimism, found.slope.estimate, 'slope')}`,
  ];
  const performance = performanceTable(found, observed, { binary, optimism, validated, horizon });
  return {
    performance,
    tables: [
      performance,
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
      ...(benefits.length > 0 ? [decisionTable(benefits, taken, flattered === '' ? [] : [flattered])] : []),
    ],
    figures: [
      ...(known
        ? calibrationFigureOf(points, known, {
            title: `${title}: calibration${at}`,
            xLabel: `Predicted risk${at}`,
            corner,
          })
        : []),
      ...decisionFigure(benefits, taken, `${title}: decision curve${at}`),
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
