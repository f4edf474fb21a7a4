import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import { type LinesFigure, printShare } from '../result/index.ts';
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

type Line = LinesFigure['lines'][number];
type Scale = (value: number) => number;

const PLOT_HEIGHT = 340;

const PRINT: Readonly<Record<LinesFigure['xFormat'], (x: number) => string>> = {
  number: (x) => String(Number(x.toPrecision(6))).replace('-', '\u2212'),
  share: (x) => printShare(x).replace('.0', '').replace('-', '\u2212'),
};

function bandOf({ x, low, high }: Line, index: number, across: Scale, up: Scale): Markup | undefined {
  if (low === undefined || high === undefined) return undefined;
  const shape = area<number>()
    .defined((i) => typeof low[i] === 'number' && typeof high[i] === 'number')
    .x((i) => across(x[i]!))
    .y0((i) => up(low[i]!))
    .y1((i) => up(high[i]!))
    .digits(2);
  return markup`<path d="${shape([...x.keys()]) ?? ''}" fill="${inkOf(index).colour}" fill-opacity="0.13"/>`;
}

/** A line as what is seen of it: cut where it leaves the axis, with a point at the very edge. */
function cut({ x, y }: Line, from: number, to: number): Pick<Line, 'x' | 'y'> {
  const seen: { x: number[]; y: (number | null)[] } = { x: [], y: [] };
  const add = (at: number, value: number | null) => {
    seen.x.push(at);
    seen.y.push(value);
  };
  y.forEach((value, i) => {
    const before = i > 0 ? (y[i - 1] ?? null) : null;
    if (before !== null && value !== null) {
      const crossed = [from, to]
        .map((edge) => (edge - before) / (value - before))
        .filter((share) => share > 0 && share < 1)
        .sort((a, b) => a - b);
      for (const share of crossed) {
        const at = x[i - 1]! + share * (x[i]! - x[i - 1]!);
        if (seen.y.at(-1) === null) add(at, before + share * (value - before));
        else {
          add(at, before + share * (value - before));
          add(at, null);
        }
      }
    }
    add(x[i]!, value === null || value < from || value > to ? null : value);
  });
  return seen;
}

function path({ x, y, label }: Pick<Line, 'label' | 'x' | 'y'>, index: number, across: Scale, up: Scale): Markup {
  const shape = line<number>()
    .defined((i) => typeof y[i] === 'number')
    .x((i) => across(x[i]!))
    .y((i) => up(y[i]!))
    .digits(2);
  const { colour, dash } = inkOf(index);
  const alone = [...x.keys()].filter(
    (i) => y[i] !== null && (y[i - 1] ?? null) === null && (y[i + 1] ?? null) === null,
  );
  return markup`<g><path d="${shape([...x.keys()]) ?? ''}" fill="none" stroke="${colour}" stroke-width="2" stroke-linejoin="round"${dash === 'none' ? undefined : markup` stroke-dasharray="${dash}"`}><title>${label}</title></path>${alone.map((i) => markup`<circle cx="${across(x[i]!)}" cy="${up(y[i]!)}" r="3.5" fill="${colour}"/>`)}</g>`;
}

/** Lines with their bands; what leaves the vertical axis is cut off at its ends. */
export function drawLines(figure: LinesFigure, name: string): Markup {
  const { lines, xLabel, yLabel, xFormat, yFormat, from, to, reference, stamp } = figure;
  const head = headOf(figure);
  const key = lineKey(
    lines.map(({ label }) => label),
    head.bottom,
  );
  const top = key.bottom + 14;
  const plot: Box = { left: MARGIN + 60, right: WIDTH - MARGIN - 22, top, bottom: top + PLOT_HEIGHT };
  const values = lines.flatMap(({ x }) => x);
  const [first, last] = values.length === 0 ? [0, 1] : [Math.min(...values), Math.max(...values)];
  const x = scaleLinear([first, last > first ? last : first + 1], [plot.left, plot.right]);
  const y = scaleLinear([from, to], [plot.bottom, plot.top]).clamp(true);
  const [across, up] = [x.ticks(8), y.ticks(6)];
  const axis = belowAxis(xLabel, plot, 38);
  return picture(figure, name, axis.bottom + MARGIN, [
    head.drawn,
    key.drawn,
    up.map((tick) => rule(plot.left, y(tick), plot.right, y(tick), RULE)),
    rule(plot.left, plot.bottom, plot.right, plot.bottom, QUIET),
    rule(plot.left, plot.top, plot.left, plot.bottom, QUIET),
    reference === null ? undefined : rule(plot.left, y(reference), plot.right, y(reference), QUIET, '6 4', 1.2),
    marksBeside(
      up.map((tick) => ({ at: y(tick), text: PRINT[yFormat](tick) })),
      plot,
    ),
    marksBelow(
      across.map((tick) => ({ at: x(tick), text: PRINT[xFormat](tick) })),
      plot,
    ),
    axis.drawn,
    besideAxis(yLabel, plot.left - 48, plot),
    stampAcross(stamp, plot),
    lines.map((each, i) => bandOf(each, i, x, y)),
    lines.map((each, i) => path({ label: each.label, ...cut(each, from, to) }, i, x, y)),
  ]);
}
