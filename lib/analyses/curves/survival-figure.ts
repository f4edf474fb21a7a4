import {
  type KaplanMeierFigure,
  printEstimate,
  printLevel,
  printNumber,
  printP,
  printRatio,
} from '../../result/index.ts';
import { type SurvivalCurve, survivalAt } from '../../stats/index.ts';
import { cell } from '../parts/cells.ts';
import type { Comparison } from './survival-comparison.ts';
import type { Curve } from './survival-curves.ts';

/** Distances between marks of an axis in months. */
const STEPS = [1, 2, 3, 6, 12, 24, 36, 48, 60, 120, 240, 480];
const MOST_STEPS = 9;

/** Marks of an axis of months: from 0, in steps that calendars know. */
export function monthMarks(last: number): number[] {
  const step = STEPS.find((s) => last / s <= MOST_STEPS) ?? STEPS.at(-1)!;
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, i) => i * step);
}

/** A curve as its corners: where survival falls, and where it ends. */
function corners(
  curve: SurvivalCurve,
): Pick<KaplanMeierFigure['curves'][number], 'time' | 'survival' | 'lower' | 'upper' | 'censored'> {
  const last = curve.time.length - 1;
  const at = [...curve.time.keys()].filter((i) => curve.event[i]! > 0 || i === last);
  return {
    time: [0, ...at.map((i) => curve.time[i]!)],
    survival: [1, ...at.map((i) => curve.survival[i]!)],
    lower: [1, ...at.map((i) => cell(curve.lower[i]!))],
    upper: [1, ...at.map((i) => cell(curve.upper[i]!))],
    censored: [...curve.time].filter((_, i) => curve.censored[i]! > 0),
  };
}

/** What the corner says of a comparison. Of three groups and more the hazard ratios stand in their table. */
function cornerOf(comparison: Comparison | undefined, level: number): string[] {
  if (comparison === undefined) return [];
  const { logRank, againstFirst } = comparison;
  const [only, ...more] = againstFirst;
  const lines: string[] = [];
  if (only !== undefined && more.length === 0) {
    const limits = { low: cell(only.lower), high: cell(only.upper) };
    const ratio = printEstimate(cell(only.hazardRatio), limits, only.why, printRatio);
    lines.push(`Hazard ratio ${only.why === '' ? ratio.replace('(', `(${printLevel(level)} CI `) : ratio}`);
  }
  if (logRank.ok) lines.push(`Log-rank p ${logRank.p < 0.001 ? '' : '= '}${printP(logRank.p).replace('<', '< ')}`);
  return lines;
}

function altOf(title: string, curves: readonly Curve[], corner: readonly string[]): string {
  const each = curves.map(({ label, curve, median }) => {
    const reached = median.estimate === 'not reached' ? median.estimate : `${printNumber(median.estimate)} months`;
    return `${label}: ${curve.n} patients, ${curve.events} events, median ${reached}`;
  });
  return [`Kaplan-Meier curves. ${title}`, ...each, ...corner].join('. ') + '.';
}

/** The picture of the curves. */
export function survivalFigure(of: {
  readonly title: string;
  readonly yLabel: string;
  readonly origin: string;
  readonly curves: readonly Curve[];
  readonly comparison: Comparison | undefined;
  readonly level: number;
  readonly stamp: string | undefined;
}): KaplanMeierFigure {
  const { title, yLabel, origin, curves, comparison, level, stamp } = of;
  const corner = cornerOf(comparison, level);
  const last = Math.max(...curves.map(({ curve }) => curve.time.at(-1) ?? 0));
  const times = monthMarks(last);
  return {
    kind: 'kaplan-meier',
    id: 'kaplan-meier',
    title,
    alt: altOf(title, curves, corner),
    xLabel: `Months since ${origin}`,
    yLabel,
    curves: curves.map(({ label, curve, median }) => ({
      label,
      n: curve.n,
      events: curve.events,
      ...corners(curve),
      median: cell(median.estimate),
      medianLow: cell(median.lower),
      medianHigh: cell(median.upper),
    })),
    level,
    unit: 'months',
    riskTable: { times, atRisk: curves.map(({ curve }) => survivalAt(curve, times).map(({ atRisk }) => atRisk)) },
    corner,
    ...(stamp === undefined ? {} : { stamp }),
  };
}
