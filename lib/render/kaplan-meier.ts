import { scaleLinear } from 'd3-scale';
import { type KaplanMeierFigure, printShare } from '../result/index.ts';
import { backdrop, cornerFor, drawKey, keyOf } from './kaplan-meier-key.ts';
import { type Markup, markup } from './markup.ts';
import { inkOf, QUIET, RULE } from './palette.ts';
import {
  type Box,
  belowAxis,
  besideAxis,
  headOf,
  MARGIN,
  marksBelow,
  marksBeside,
  picture,
  rule,
  stampAcross,
  WIDTH,
} from './picture.ts';
import { labelWidth, riskMarks, riskTable } from './risk-table.ts';
import { band, bandOpacity, type Scales, steps } from './step-curve.ts';

type Curve = KaplanMeierFigure['curves'][number];

const PLOT_HEIGHT = 330;
const MOST_MEDIANS = 4;
const SHARES = [0, 0.2, 0.4, 0.6, 0.8, 1];

/** Survival at a time, from the steps. */
function survivalAt({ time, survival }: Curve, t: number): number {
  let value = 1;
  for (let i = 0; i < time.length && time[i]! <= t; i++) value = survival[i]!;
  return value;
}

/** A stroke through the curve at each time at which somebody was censored. */
function censorTicks(curve: Curve, index: number, { x, y }: Scales): Markup {
  const at = [...new Set(curve.censored)].map((t) => markup`M${x(t)} ${y(survivalAt(curve, t)) - 4.5}v9`);
  return markup`<path d="${at}" fill="none" stroke="${inkOf(index).colour}" stroke-width="1.1"/>`;
}

/** Medians to draw: those of many curves would hatch the picture, and stand in the key anyhow. */
function mediansOf(curves: readonly Curve[]): number[] {
  const medians = curves.flatMap(({ median }) => (median === null ? [] : [median]));
  return medians.length > MOST_MEDIANS ? [] : medians;
}

/** From half of the patients to each median and down to the axis. */
function medianLines(curves: readonly Curve[], { x, y }: Scales): Markup[] {
  const medians = mediansOf(curves);
  if (medians.length === 0) return [];
  return [
    rule(x(0), y(0.5), x(Math.max(...medians)), y(0.5), QUIET, '2 3', 0.8),
    ...medians.map((median) => rule(x(median), y(0.5), x(median), y(0), QUIET, '2 3', 0.8)),
  ];
}

/** What curves, bands and medians cover, in pixels: a rectangle a step. */
function covered(curves: readonly Curve[], { x, y }: Scales): Box[] {
  const medians = mediansOf(curves).map((m) => ({ left: x(m), right: x(m) + 1, top: y(0.5), bottom: y(0) }));
  const steps = curves.flatMap(({ time, survival, lower, upper }) =>
    time.map((t, i) => ({
      left: x(t),
      right: x(time[i + 1] ?? t),
      top: y(upper[i] ?? survival[i]!) - 5,
      bottom: y(Math.min(lower[i] ?? 1, survival[i + 1] ?? survival[i]!)) + 5,
    })),
  );
  return [...steps, ...medians];
}

/** Curves, in steps or lines, with bands, censorings and medians, the numbers at risk below them under the marks of the axis. */
export function drawKaplanMeier(figure: KaplanMeierFigure, name: string): Markup {
  const { between, curves, riskTable: risk, xLabel, yLabel, stamp } = figure;
  const drawn = curves.map((curve) => ({ ...curve, between, value: curve.survival }));
  const last = Math.max(0, ...risk.times, ...curves.flatMap(({ time }) => time.at(-1) ?? 0)) || 1;
  const head = headOf(figure);
  const key = keyOf(figure);
  const side = { left: MARGIN + Math.max(56, labelWidth(figure)), right: WIDTH - MARGIN - 14 };
  const x = scaleLinear([0, last], [side.left, side.right]);
  const at = (top: number): Box => ({ ...side, top, bottom: top + PLOT_HEIGHT });
  const scalesAt = ({ top, bottom }: Box): Scales => ({ x, y: scaleLinear([0, 1], [bottom, top]) });

  const first = at(head.bottom + 12);
  const corner = cornerFor(key, first, covered(curves, scalesAt(first)));
  const plot = corner === undefined ? at(head.bottom + key.height + 24) : first;
  const scales = scalesAt(plot);
  const marks = riskMarks(figure, x);
  const axis = belowAxis(xLabel, plot, 38);
  const table = riskTable(figure, marks, axis.bottom + 28, side.left);
  return picture(figure, name, table.bottom + MARGIN, [
    head.drawn,
    SHARES.map((share) => rule(plot.left, scales.y(share), plot.right, scales.y(share), share === 0 ? QUIET : RULE)),
    rule(plot.left, plot.top, plot.left, plot.bottom, QUIET),
    marksBeside(
      SHARES.map((share) => ({ at: scales.y(share), text: printShare(share).replace('.0', '') })),
      plot,
    ),
    besideAxis(yLabel, plot.left - 48, plot),
    marksBelow(
      marks.map(({ at: mark, time }) => ({ at: mark, text: String(time) })),
      plot,
    ),
    axis.drawn,
    drawn.map((curve, i) => band(curve, i, bandOpacity(curves.length), scales)),
    stampAcross(stamp, plot),
    medianLines(curves, scales),
    curves.map((curve, i) => [steps(drawn[i]!, i, scales), censorTicks(curve, i, scales)]),
    corner && backdrop(key, corner),
    drawKey(key, corner ?? { x: Math.min(plot.left, WIDTH - MARGIN - key.width), y: head.bottom + 8 }),
    table.drawn,
  ]);
}
