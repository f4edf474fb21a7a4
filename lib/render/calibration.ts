import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { type CalibrationFigure, printShare } from '../result/index.ts';
import { type Markup, markup } from './markup.ts';
import { BLUE, QUIET, RULE, TEXT } from './palette.ts';
import {
  type Box,
  belowAxis,
  besideAxis,
  fitted,
  headOf,
  MARGIN,
  marksBelow,
  marksBeside,
  picture,
  rule,
  stampAcross,
  WIDTH,
} from './picture.ts';

const SIDE = 420;
const STRIP = 46;
const LINE = 16;

type Scale = (share: number) => number;

/** A group's point, its interval, and what it says when pointed at. */
function point({ predicted, observed, low, high }: CalibrationFigure['points'][number], x: Scale, y: Scale): Markup {
  const at = x(predicted);
  const limits =
    low === null || high === null
      ? undefined
      : [
          rule(at, y(low), at, y(high), TEXT, 'none', 1.2),
          rule(at - 4, y(low), at + 4, y(low), TEXT, 'none', 1.2),
          rule(at - 4, y(high), at + 4, y(high), TEXT, 'none', 1.2),
        ];
  return markup`<g><title>${printShare(predicted)} predicted, ${printShare(observed)} observed</title>${limits}<circle cx="${at}" cy="${y(observed)}" r="4.5" fill="${BLUE}"/></g>`;
}

/** How the patients' risks spread, as bars that stand on the lower edge of their strip. */
function bars(distribution: readonly number[], { left, right, bottom }: Box): Markup {
  const most = Math.max(1, ...distribution);
  const width = (right - left) / Math.max(1, distribution.length);
  return markup`<g fill="${QUIET}" fill-opacity="0.55">${distribution.map((count, i) =>
    count === 0
      ? undefined
      : markup`<rect x="${left + i * width + 0.5}" y="${bottom - (STRIP * count) / most}" width="${width - 1}" height="${(STRIP * count) / most}"/>`,
  )}</g>`;
}

/** Predicted against observed risk with the diagonal of perfect agreement; below it how many patients have each risk. */
export function drawCalibration(figure: CalibrationFigure, name: string): Markup {
  const { points, most, distribution, corner, xLabel, yLabel, stamp } = figure;
  const head = headOf(figure);
  const left = MARGIN + 60;
  const plot: Box = { left, right: left + SIDE, top: head.bottom + 12, bottom: head.bottom + 12 + SIDE };
  const x = scaleLinear([0, most], [plot.left, plot.right]);
  const y = scaleLinear([0, most], [plot.bottom, plot.top]);
  const ticks = x.ticks(5);
  const strip: Box = { ...plot, top: plot.bottom + 8, bottom: plot.bottom + 8 + STRIP };
  const axis = belowAxis(xLabel, strip, 38);
  const within = (share: number) => Math.min(Math.max(share, 0), most);
  const drawn = points.map((each) => ({
    predicted: within(each.predicted),
    observed: within(each.observed),
    low: each.low === null ? null : within(each.low),
    high: each.high === null ? null : within(each.high),
  }));
  const path = line().digits(2)(drawn.map(({ predicted, observed }): [number, number] => [x(predicted), y(observed)]));
  const beside = plot.right + 18;
  return picture(figure, name, axis.bottom + MARGIN, [
    head.drawn,
    ticks.map((tick) => [
      rule(plot.left, y(tick), plot.right, y(tick), tick === 0 ? QUIET : RULE),
      rule(x(tick), plot.top, x(tick), plot.bottom, tick === 0 ? QUIET : RULE),
    ]),
    rule(x(0), y(0), x(most), y(most), QUIET, '6 4', 1.2),
    marksBeside(
      ticks.map((tick) => ({ at: y(tick), text: printShare(tick).replace('.0', '') })),
      plot,
    ),
    besideAxis(yLabel, plot.left - 48, plot),
    bars(distribution, strip),
    rule(strip.left, strip.bottom, strip.right, strip.bottom, QUIET),
    marksBelow(
      ticks.map((tick) => ({ at: x(tick), text: printShare(tick).replace('.0', '') })),
      strip,
    ),
    axis.drawn,
    stampAcross(stamp, plot),
    markup`<path d="${path ?? ''}" fill="none" stroke="${BLUE}" stroke-opacity="0.5" stroke-width="1.4"/>`,
    drawn.map((each) => point(each, x, y)),
    corner.map((text, i) => fitted(beside, plot.top + 14 + i * LINE, text, WIDTH - MARGIN - beside)),
    fitted(beside, strip.bottom - 4, 'Patients by risk', WIDTH - MARGIN - beside, { colour: QUIET }),
  ]);
}
