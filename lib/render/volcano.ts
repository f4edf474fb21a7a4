import { scaleLinear } from 'd3-scale';
import { printCount, type VolcanoFigure } from '../result/index.ts';
import { type Markup, markup } from './markup.ts';
import { BLUE, QUIET, RULE, VERMILLION } from './palette.ts';
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
  words,
} from './picture.ts';
import { placeLabels } from './point-labels.ts';

type Point = VolcanoFigure['points'][number];

/** A point where it is drawn, in pixels. */
interface Drawn extends Point {
  readonly px: number;
  readonly py: number;
  readonly passes: boolean;
}

const PLOT_HEIGHT = 400;
/** Width of the strips at the sides, in which ratios of 0 and infinity stand. */
const STRIP = 44;
const MOST_NAMED = 20;
const NAMED_ANYWAY = 5;
const NAMES_A_PLACE = 3;
const GREY = '#8a8a8a';

/** Marks of a kind as one path of dots, of which points at one place are one. */
function dots(points: readonly Drawn[], colour: string, width: number, opacity: number): Markup {
  const places = [...new Set(points.map(({ px, py }) => `M${px.toFixed(1)} ${py.toFixed(1)}h0.01`))].join('');
  return markup`<path d="${places}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-opacity="${opacity}"/>`;
}

/** Triangles that point over the edge. */
function arrows(points: readonly Drawn[], colour: string): Markup {
  const places = points.map(({ px, py, edge }) => {
    const out = edge === 'low' ? -5 : 5;
    return `M${(px + out).toFixed(1)} ${py.toFixed(1)}l${-2 * out} -4.5v9z`;
  });
  return markup`<path d="${[...new Set(places)].join('')}" fill="${colour}"/>`;
}

function colourOf({ passes, x, edge }: Drawn): string {
  if (!passes) return GREY;
  return edge === 'low' || (edge === 'none' && x < 0) ? BLUE : VERMILLION;
}

function marks(points: readonly Drawn[]): Markup[] {
  return [GREY, BLUE, VERMILLION].flatMap((colour) => {
    const own = points.filter((point) => colourOf(point) === colour);
    const inside = own.filter(({ edge }) => edge === 'none');
    const outside = own.filter(({ edge }) => edge !== 'none');
    return [
      ...(inside.length > 0 ? [dots(inside, colour, colour === GREY ? 4.5 : 6.5, colour === GREY ? 0.55 : 0.9)] : []),
      ...(outside.length > 0 ? [arrows(outside, colour)] : []),
    ];
  });
}

/** A name for a place: those of all points there, as many as fit, and how many more there are. */
function nameOf(points: readonly Drawn[]): string {
  const shown = points.slice(0, NAMES_A_PLACE).map(({ label }) => label);
  const more = points.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${printCount(more)} more` : shown.join(', ');
}

/** The places that get a name: of those that pass, or where none does of the first few, by significance. Often several genes stand at one. */
function namedOf(points: readonly Drawn[]): { label: string; x: number; y: number }[] {
  const ordered = points.toSorted((a, b) => b.y - a.y || a.adjusted - b.adjusted);
  const passing = ordered.filter(({ passes }) => passes);
  const place = ({ px, py }: Drawn) => `${px.toFixed(1)} ${py.toFixed(1)}`;
  const places = Map.groupBy(ordered, place);
  const first = [...new Set((passing.length > 0 ? passing : ordered).map(place))];
  return first.slice(0, passing.length > 0 ? MOST_NAMED : NAMED_ANYWAY).map((at) => {
    const here = places.get(at)!;
    return { label: nameOf(here), x: here[0]!.px, y: here[0]!.py };
  });
}

function names(points: readonly Drawn[], plot: Box): Markup[] {
  const others = points.map(({ px, py }) => ({ x: px, y: py }));
  return placeLabels(namedOf(points), others, plot).map(({ x, y, at, box, text, label, led }) => {
    const near = { x: Math.min(Math.max(x, box.left), box.right), y: Math.min(Math.max(y, box.top), box.bottom) };
    return markup`<g paint-order="stroke" stroke="#ffffff" stroke-width="3" stroke-linejoin="round">${led ? rule(x, y, near.x, near.y, QUIET, 'none', 0.7) : undefined}${words(at.x, at.y, text, { italic: true }, label)}</g>`;
  });
}

/** What the line means, or its absence, in a line above the plot. */
function key({ threshold, thresholdLabel }: VolcanoFigure, y: number): Markup {
  const line = threshold === null ? undefined : rule(MARGIN, y - 4, MARGIN + 30, y - 4, VERMILLION, '6 4', 1.3);
  const indent = line === undefined ? 0 : 37;
  return markup`<g>${line}${fitted(MARGIN + indent, y, thresholdLabel, WIDTH - 2 * MARGIN - indent)}</g>`;
}

/** A name in the strip at one side, and the rule that parts it from the axis. */
function strip(edge: 'low' | 'high', plot: Box): Markup {
  const [at, x] =
    edge === 'low' ? [plot.left + STRIP, plot.left + STRIP / 2] : [plot.right - STRIP, plot.right - STRIP / 2];
  return markup`<g>${rule(at, plot.top, at, plot.bottom, RULE, '2 3')}${words(x, plot.bottom + 18, edge === 'low' ? 'ratio 0' : 'infinite', { anchor: 'middle', colour: QUIET })}</g>`;
}

/** Effect against significance, the outstanding genes by name; ratios of 0 and infinity as arrows in a strip at their side. */
export function drawVolcano(figure: VolcanoFigure, name: string): Markup {
  const { points, threshold, xLabel, yLabel, stamp } = figure;
  const head = headOf(figure);
  const top = head.bottom + 30;
  const plot: Box = { left: MARGIN + 58, right: WIDTH - MARGIN - 6, top, bottom: top + PLOT_HEIGHT };
  const edges = (['low', 'high'] as const).filter((edge) => points.some((point) => point.edge === edge));
  const room = (edge: 'low' | 'high') => (edges.includes(edge) ? STRIP : 0) + 12;

  const widest = Math.max(1, ...points.map(({ x }) => Math.abs(x))) * 1.05;
  const highest = Math.max(1, threshold ?? 0, ...points.map(({ y }) => y)) * 1.08;
  const x = scaleLinear([-widest, widest], [plot.left + room('low'), plot.right - room('high')]);
  const y = scaleLinear([0, highest], [plot.bottom, plot.top]);
  const placeOf = { low: plot.left + STRIP / 2, high: plot.right - STRIP / 2 };
  const drawn = points.map((point) => ({
    ...point,
    px: point.edge === 'none' ? x(point.x) : placeOf[point.edge],
    py: y(point.y),
    passes: threshold !== null && point.y >= threshold,
  }));
  const axis = belowAxis(xLabel, plot, 38);
  const across = x.ticks(8);
  const up = y.ticks(6);
  return picture(figure, name, axis.bottom + MARGIN, [
    head.drawn,
    key(figure, head.bottom + 14),
    up.map((tick) => rule(plot.left, y(tick), plot.right, y(tick), tick === 0 ? QUIET : RULE)),
    rule(plot.left, plot.top, plot.left, plot.bottom, QUIET),
    rule(x(0), plot.top, x(0), plot.bottom, RULE),
    marksBelow(
      across.map((tick) => ({ at: x(tick), text: signed(tick) })),
      plot,
    ),
    marksBeside(
      up.map((tick) => ({ at: y(tick), text: signed(tick) })),
      plot,
    ),
    axis.drawn,
    besideAxis(yLabel, plot.left - 48, plot),
    edges.map((edge) => strip(edge, plot)),
    stampAcross(stamp, plot),
    threshold === null ? undefined : rule(plot.left, y(threshold), plot.right, y(threshold), VERMILLION, '6 4', 1.3),
    marks(drawn),
    names(drawn, { ...plot, left: plot.left + 2, right: WIDTH - 8, top: plot.top - 4 }),
  ]);
}

/** A mark of an axis, with a true minus. */
function signed(x: number): string {
  return String(Number(x.toPrecision(6))).replace('-', '\u2212');
}
