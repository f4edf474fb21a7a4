import { scaleLinear } from 'd3-scale';
import { area, curveStepAfter } from 'd3-shape';
import { printShare, type StatesFigure } from '../result/index.ts';
import { lineKey } from './line-key.ts';
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
import { type Scales, steps } from './step-curve.ts';

const PLOT_HEIGHT = 330;
const SHARES = [0, 0.2, 0.4, 0.6, 0.8, 1];

interface Corner {
  readonly time: number;
  readonly from: number;
  readonly to: number;
}

/** What lies below each state and what with it, at each time. */
function layersOf({ time, states }: StatesFigure): Corner[][] {
  const below = time.map(() => 0);
  return states.map(({ share }) =>
    time.map((t, i) => {
      const from = below[i]!;
      below[i] = from + share[i]!;
      return { time: t, from, to: below[i]! };
    }),
  );
}

function layer(corners: readonly Corner[], index: number, label: string, scales: Scales): Markup {
  const { x, y } = scales;
  const shape = area<Corner>()
    .x(({ time }) => x(time))
    .y0(({ from }) => y(from))
    .y1(({ to }) => y(to))
    .curve(curveStepAfter)
    .digits(2);
  const edge = {
    label,
    time: corners.map(({ time }) => time),
    value: corners.map(({ to }) => to),
    lower: [],
    upper: [],
  };
  return markup`<path d="${shape([...corners]) ?? ''}" fill="${inkOf(index).colour}" fill-opacity="0.3"/>${steps(edge, index, scales)}`;
}

/** Shares of the patients in each state, one over the other, with the numbers under observation in each. */
export function drawStates(figure: StatesFigure, name: string): Markup {
  const { time, states, riskTable: risk, xLabel, yLabel, stamp } = figure;
  const rows = { curves: states, riskTable: risk };
  const [first, last] = [risk.times[0] ?? 0, Math.max(...risk.times, ...time.slice(-1))];
  const head = headOf(figure);
  const key = lineKey(
    states.map(({ label }) => label),
    head.bottom,
  );
  const top = key.bottom + 14;
  const plot: Box = {
    left: MARGIN + Math.max(56, labelWidth(rows)),
    right: WIDTH - MARGIN - 14,
    top,
    bottom: top + PLOT_HEIGHT,
  };
  const x = scaleLinear([first, last > first ? last : first + 1], [plot.left, plot.right]);
  const y = scaleLinear([0, 1], [plot.bottom, plot.top]);
  const marks = riskMarks(rows, x);
  const axis = belowAxis(xLabel, plot, 38);
  const table = riskTable(rows, marks, axis.bottom + 28, plot.left);
  return picture(figure, name, table.bottom + MARGIN, [
    head.drawn,
    key.drawn,
    layersOf(figure).map((corners, i) => layer(corners, i, states[i]!.label, { x, y })),
    SHARES.map((share) =>
      rule(plot.left, y(share), plot.right, y(share), share === 0 ? QUIET : RULE, share === 0 ? 'none' : '2 4'),
    ),
    rule(plot.left, plot.top, plot.left, plot.bottom, QUIET),
    marksBeside(
      SHARES.map((share) => ({ at: y(share), text: printShare(share).replace('.0', '') })),
      plot,
    ),
    besideAxis(yLabel, plot.left - 48, plot),
    marksBelow(
      marks.map(({ at, time: mark }) => ({ at, text: String(mark) })),
      plot,
    ),
    axis.drawn,
    stampAcross(stamp, plot),
    table.drawn,
  ]);
}
