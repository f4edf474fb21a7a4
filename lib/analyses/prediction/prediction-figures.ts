import { type CalibrationFigure, type LinesFigure, printShare, type ResultTable } from '../../result/index.ts';
import {
  type CalibrationGroup,
  decisionCurve,
  type NetBenefit,
  proportion,
  riskGroups,
  survivalCalibration,
  survivalDecisionCurve,
} from '../../stats/index.ts';
import { cell } from '../parts/cells.ts';
import { accuracyAt } from './prediction-measures.ts';
import type { Target } from './prediction-model.ts';

/** A group of patients of like risk. */
export type CalibrationPoint = CalibrationGroup;

/** Predicted and observed risks, in groups by risk; of survival at the horizon. */
export function calibrationPoints(
  target: Target,
  risk: Float64Array,
  horizon: number,
  of: { readonly groups: number; readonly level: number },
): CalibrationPoint[] {
  if (target.kind === 'survival') return survivalCalibration(target.followUp, risk, horizon, of);
  return riskGroups(target.outcome, risk, of.groups).map(({ n, events, expected }) => {
    const [lower, upper] = proportion(events, n, { level: of.level }).intervals.wilson;
    return { n, events, predicted: expected / n, ok: true, observed: events / n, lower, upper };
  });
}

/** The groups as a table. */
export function calibrationTable(points: readonly CalibrationPoint[], title: string): ResultTable {
  return {
    id: 'calibration',
    title,
    columns: [
      { key: 'group', label: 'Group by risk', format: 'count' },
      { key: 'n', label: 'Patients', format: 'count' },
      { key: 'events', label: 'Events', format: 'count' },
      { key: 'predicted', label: 'Predicted risk', format: 'share' },
      {
        key: 'observed',
        label: 'Observed risk',
        format: 'share',
        low: 'observed_low',
        high: 'observed_high',
        why: 'observed_why',
      },
    ],
    rows: points.map((point, i) => ({
      group: i + 1,
      n: point.n,
      events: point.events,
      predicted: cell(point.predicted),
      ...(point.ok
        ? {
            observed: cell(point.observed),
            observed_low: cell(point.lower),
            observed_high: cell(point.upper),
            observed_why: point.lower === 'undefined' ? 'the interval is undefined' : '',
          }
        : { observed: null, observed_low: null, observed_high: null, observed_why: 'followed for less long' }),
    })),
    notes: [],
  };
}

const ENDS = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1];
/** Parts of the axis in which patients are counted. */
const PARTS = 25;

/** Predicted against observed. */
export function calibrationFigureOf(
  points: readonly CalibrationPoint[],
  risk: Float64Array,
  of: { readonly title: string; readonly xLabel: string; readonly corner: readonly string[] },
): CalibrationFigure[] {
  const known = points.filter((point) => point.ok);
  if (known.length === 0) return [];
  const highest = Math.max(...known.flatMap(({ predicted, observed }) => [predicted, observed]));
  const most = ENDS.find((end) => end >= highest) ?? 1;
  const distribution = new Array<number>(PARTS).fill(0);
  for (const r of risk) if (r <= most) distribution[Math.min(PARTS - 1, Math.floor((r / most) * PARTS))]!++;
  const told = known.map(
    ({ predicted, observed }) => `${printShare(predicted)} predicted, ${printShare(observed)} observed`,
  );
  return [
    {
      kind: 'calibration',
      id: 'calibration',
      title: of.title,
      alt: `Calibration in ${known.length} groups of patients by risk. ${of.title}. ${told.join('; ')}.`,
      xLabel: of.xLabel,
      yLabel: 'Observed risk',
      most,
      points: known.map(({ predicted, observed, lower, upper }) => ({
        predicted,
        observed,
        low: cell(lower),
        high: cell(upper),
      })),
      distribution,
      corner: [...of.corner],
    },
  ];
}

/** Net benefit at each threshold. */
export function decisions(
  target: Target,
  risk: Float64Array,
  horizon: number,
  thresholds: readonly number[],
): readonly NetBenefit[] {
  return target.kind === 'survival'
    ? survivalDecisionCurve(target.followUp, risk, horizon, thresholds)
    : decisionCurve(target.outcome, risk, thresholds);
}

/** Hundredths up to the largest risk. */
export function thresholdsOf(risk: Float64Array): number[] {
  const most = risk.reduce((max, r) => Math.max(max, r), 0);
  const last = Math.min(99, Math.max(1, Math.floor(most * 100)));
  return Array.from({ length: last }, (_, i) => (i + 1) / 100);
}

/** What the model's net benefit is at a threshold once the bootstrap has taken back its share; NaN where that isn't known. */
export function correctedBenefits(benefits: readonly NetBenefit[], optimism: readonly number[] | undefined): number[] {
  return benefits.map(({ model }, t) => model - (optimism?.[t] ?? Number.NaN));
}

/** The curve as a table; `optimism` is what the bootstrap takes back at each threshold. */
export function decisionTable(
  benefits: readonly NetBenefit[],
  optimism: readonly number[] | undefined,
  notes: readonly string[],
): ResultTable {
  const corrected = correctedBenefits(benefits, optimism);
  return {
    id: 'decision-curve',
    title: 'Net benefit by threshold of risk',
    columns: [
      { key: 'threshold', label: 'Threshold', format: 'share' },
      { key: 'treated', label: 'Patients at or above it', format: 'share' },
      { key: 'model', label: 'Net benefit of the model', format: 'number' },
      ...(optimism === undefined
        ? []
        : [{ key: 'corrected', label: 'Corrected for optimism', format: 'number' as const, why: 'corrected_why' }]),
      { key: 'all', label: 'Of treating all', format: 'number' },
      { key: 'gain', label: 'Gain over the better of all and none', format: 'number' },
    ],
    rows: benefits.map(({ threshold, treated, model, all }, t) => ({
      threshold,
      treated,
      model: cell(model),
      ...(optimism === undefined
        ? {}
        : { corrected: cell(corrected[t]!), corrected_why: Number.isNaN(corrected[t]!) ? 'not corrected' : '' }),
      all: cell(all),
      gain: cell(model - Math.max(all, 0)),
    })),
    notes: ['Treating nobody has a net benefit of 0.', ...notes],
  };
}

/** The line of the model less its optimism. */
export const CORRECTED = 'Corrected for optimism';

/** The curve as a picture. */
export function decisionFigure(
  benefits: readonly NetBenefit[],
  optimism: readonly number[] | undefined,
  title: string,
): LinesFigure[] {
  if (benefits.length < 2) return [];
  const x = benefits.map(({ threshold }) => threshold);
  const to = 1.08 * Math.max(0.01, ...benefits.flatMap(({ model, all }) => [model, all]));
  const corrected = correctedBenefits(benefits, optimism);
  const judged = optimism === undefined ? benefits.map(({ model }) => model) : corrected;
  const useful = benefits
    .filter(({ all }, t) => judged[t]! > Math.max(all, 0) + 1e-12)
    .map(({ threshold }) => threshold);
  const model = optimism === undefined ? 'The model' : 'Corrected for optimism, the model';
  const told =
    useful.length === 0
      ? `${model} is nowhere better than treating all or none`
      : `${model} is better than treating all and none at ${useful.length} of ${x.length} thresholds, from ${printShare(useful[0]!)} to ${printShare(useful.at(-1)!)}`;
  return [
    {
      kind: 'lines',
      id: 'decision-curve',
      title,
      alt: `Decision curve. ${title}. ${told}.`,
      xLabel: 'Threshold of risk',
      yLabel: 'Net benefit',
      xFormat: 'share',
      yFormat: 'number',
      lines: [
        { label: 'The model', x, y: benefits.map((each) => cell(each.model)) },
        ...(optimism === undefined ? [] : [{ label: CORRECTED, x, y: corrected.map(cell) }]),
        { label: 'Treat all', x, y: benefits.map(({ all }) => cell(all)) },
        { label: 'Treat none', x, y: x.map(() => 0) },
      ],
      from: -0.15 * to,
      to,
      reference: null,
    },
  ];
}

/** The curve of accuracy in time has so many points, of times with so many patients on either side. */
const POINTS = 30;
const LEAST = 5;

/** The area under the curve in time. */
export function accuracyFigure(
  target: Target,
  linear: Float64Array,
  of: { readonly title: string; readonly origin: string; readonly level: number },
): LinesFigure[] {
  if (target.kind === 'binary') return [];
  const { time, event } = target.followUp;
  const ends = [...time].filter((_, i) => event[i] === 1).sort((a, b) => a - b);
  const all = [...time].sort((a, b) => a - b);
  const [first, last] = [ends[LEAST - 1], all.at(-LEAST - 1)];
  if (first === undefined || last === undefined || last <= first) return [];
  const x = Array.from({ length: POINTS }, (_, i) => first + ((last - first) * i) / (POINTS - 1));
  // risks rise with the predictor, so that the area is the same by either
  const found = x.map((at) => accuracyAt(target.followUp, linear, undefined, at, of.level));
  const areas = found.map((at) => (at.ok ? at.area : undefined));
  const y = areas.map((area) => (area === undefined ? null : cell(area.estimate)));
  const shown = y.filter((value) => value !== null);
  if (shown.length === 0) return [];
  const least = Math.min(0.5, ...shown);
  return [
    {
      kind: 'lines',
      id: 'accuracy',
      title: of.title,
      alt: `Area under the curve in time. ${of.title}. From ${shown[0]!.toFixed(2)} at ${first.toFixed(0)} months to ${shown.at(-1)!.toFixed(2)} at ${last.toFixed(0)} months, between ${Math.min(...shown).toFixed(2)} and ${Math.max(...shown).toFixed(2)}.`,
      xLabel: `Months since ${of.origin}`,
      yLabel: 'Area under the curve',
      xFormat: 'number',
      yFormat: 'number',
      lines: [
        {
          label: 'AUC by time, with its interval',
          x,
          y,
          low: areas.map((area) => (area === undefined ? null : cell(area.lower))),
          high: areas.map((area) => (area === undefined ? null : cell(area.upper))),
        },
      ],
      from: Math.floor((least - 0.1) * 10) / 10,
      to: 1,
      reference: 0.5,
    },
  ];
}
