import { scaleLinear, scaleLog } from 'd3-scale';
import type { ForestFigure } from '../result/index.ts';
import { type Markup, markup } from './markup.ts';
import { BLUE, QUIET, RULE, TEXT, VERMILLION } from './palette.ts';
import {
  type Box,
  belowAxis,
  headOf,
  MARGIN,
  marksBelow,
  picture,
  rule,
  SMALL,
  stampAcross,
  WIDTH,
  words,
} from './picture.ts';
import { widthOf, wrap } from './text.ts';

type Row = ForestFigure['rows'][number];
type Scale = (ratio: number) => number;

const FACE = { size: SMALL };
const LINE = 15;
const PADDING = 9;
const GAP = 18;
/** Intervals may widen the axis so many times beyond the estimates; what goes further gets an arrow. */
const STRETCH = 8;
/** No axis goes further from 1, either way: an estimate beyond stands as an arrow at its edge. */
const FURTHEST = 1000;

/** A column of texts: its width, and the lines of each row. */
interface Column {
  readonly width: number;
  readonly lines: readonly string[][];
}

function columnOf(texts: readonly string[], most: number): Column {
  const width = Math.min(most, Math.max(0, ...texts.map((text) => widthOf(text, FACE))));
  return { width, lines: texts.map((text) => wrap(text, Math.max(width, 1), FACE, 3)) };
}

function positive(x: number | null): x is number {
  return x !== null && x > 0 && Number.isFinite(x);
}

/** A ratio that an axis shows. */
function shown(x: number | null): x is number {
  return positive(x) && x >= 1 / FURTHEST && x <= FURTHEST;
}

/** Ends of the axis: the estimates and 1 lie within, and of the intervals what isn't too far off. */
function domainOf(rows: readonly Row[]): [number, number] {
  const estimates = rows.flatMap(({ estimate }) => (shown(estimate) ? [estimate] : []));
  const limits = rows.flatMap(({ estimate, low, high }) => (shown(estimate) ? [low, high].filter(shown) : []));
  const [least, most] = [Math.min(1, ...estimates), Math.max(1, ...estimates)];
  const low = Math.max(Math.min(least, ...limits), least / STRETCH);
  const high = Math.min(Math.max(most, ...limits), most * STRETCH);
  return [Math.min(low, 0.8) / 1.05, Math.max(high, 1.25) * 1.05];
}

/** Marks of axes that don't span a decade, the finer first. */
const NARROW = [
  [0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4],
  [0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4],
];

/** Marks in steps that the logarithm bears: 1, 2, 5, or as many as there is room for; 1 is always there. */
function ticksOf([low, high]: readonly [number, number], scale: Scale): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const decades = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const within = (tick: number) => tick >= low && tick <= high;
  const every = (step: number) => decades.filter((d) => d % step === 0).map((d) => Number(`1e${d}`));
  const fine = [1, 2, 5].flatMap((m) => decades.map((d) => Number(`${m}e${d}`))).sort((a, b) => a - b);
  const sets = [...(high / low < 6 ? NARROW : []), fine, every(1), every(2), every(4), every(8), every(32), [1]];
  const fits = (ticks: readonly number[]) =>
    ticks.every((tick, i) => i === 0 || scale(tick) - scale(ticks[i - 1]!) >= widthOf(tickText(tick), FACE) + 12);
  return sets.map((ticks) => ticks.filter(within)).find(fits) ?? [1];
}

function tickText(tick: number): string {
  return tick >= 1e-4 && tick < 1e6 ? String(tick) : tick.toExponential(0).replace('-', '\u2212');
}

/** Length of an interval on the axis, in logarithms; undefined where it has an open end. */
function spanOf({ low, high }: Row): number | undefined {
  if (!positive(low) || !positive(high)) return undefined;
  const span = Math.log(high) - Math.log(low);
  return span > 0 ? span : undefined;
}

/** Side of a row's square: its area goes with its weight, or with the precision of the estimate, against the heaviest. */
function sideOf(row: Row, narrowest: number, heaviest: number): number {
  if (row.weight !== undefined) return Math.max(5, 14 * Math.sqrt(Math.max(0, row.weight) / heaviest));
  const span = spanOf(row);
  return span === undefined ? 7 : Math.max(5, 12 * (narrowest / span));
}

/** An interval from end to end, with an arrow where it leaves the axis or has no end. */
function interval(
  { low, high, estimate }: Row,
  y: number,
  [left, right]: readonly [number, number],
  scale: Scale,
): Markup[] {
  if (estimate === null || estimate < 0 || (low === null && high === null)) return [];
  const from = positive(low) ? scale(low) : Number.NEGATIVE_INFINITY;
  const to = positive(high) ? scale(high) : Number.POSITIVE_INFINITY;
  const clamped = (x: number) => Math.min(Math.max(x, left), right);
  const [start, end] = [clamped(from), clamped(to)];
  const arrow = (x: number, back: number) => markup`<path d="M${x} ${y}l${back} -4v8z" fill="${TEXT}"/>`;
  return [
    rule(start, y, end, y, TEXT, 'none', 1.3),
    from < left - 0.01 ? arrow(left, 7) : rule(start, y - 4, start, y + 4, TEXT, 'none', 1.3),
    to > right + 0.01 ? arrow(right, -7) : rule(end, y - 4, end, y + 4, TEXT, 'none', 1.3),
  ];
}

/** The estimate as a square, or as an arrow where it lies beyond the axis or is 0. */
function square(
  { estimate }: Row,
  y: number,
  side: number,
  [left, right]: readonly [number, number],
  scale: Scale,
): Markup | undefined {
  if (estimate === null || estimate < 0) return undefined;
  const x = estimate === 0 ? Number.NEGATIVE_INFINITY : scale(estimate);
  if (x < left - 0.01) return markup`<path d="M${left} ${y}l9 -5v10z" fill="${BLUE}"/>`;
  if (x > right + 0.01) return markup`<path d="M${right} ${y}l-9 -5v10z" fill="${BLUE}"/>`;
  return markup`<rect x="${x - side / 2}" y="${y - side / 2}" width="${side}" height="${side}" fill="${BLUE}"/>`;
}

/** A pooled effect: as wide as its interval. */
function diamond(
  { estimate, low, high }: Row,
  y: number,
  [left, right]: readonly [number, number],
  scale: Scale,
): Markup | undefined {
  if (estimate === null) return undefined;
  const at = (x: number | null) => Math.min(Math.max(scale(x ?? estimate), left), right);
  const [from, middle, to] = [at(low), at(estimate), at(high)];
  return markup`<path d="M${from} ${y}L${middle} ${y - 7}L${to} ${y}L${middle} ${y + 7}z" fill="${VERMILLION}"/>`;
}

/** Rows and marks on a logarithmic axis. On a plain one each number is drawn as the ratio that stands so far from 1 as it does from 0. */
function axisOf({ rows, scale }: ForestFigure, left: number, right: number) {
  const numbers = rows.flatMap(({ estimate, low, high }) => [estimate, low, high].filter((x) => x !== null));
  const unit = Math.max(0, ...numbers.map(Math.abs)) || 1;
  const ratio = (x: number) => Math.exp(x / unit);
  const of = (x: number | null) => (x === null || scale !== 'linear' ? x : ratio(x));
  const drawn = rows.map((row) => ({ ...row, estimate: of(row.estimate), low: of(row.low), high: of(row.high) }));
  const domain = domainOf(drawn);
  const x = scaleLog(domain, [left, right]);
  if (scale !== 'linear')
    return { drawn, x, marks: ticksOf(domain, x).map((at) => ({ at: x(at), text: tickText(at) })) };
  const [low, high] = domain.map((each) => unit * Math.log(each)) as [number, number];
  const marks = scaleLinear([low, high], [left, right]).ticks(6);
  return { drawn, x, marks: marks.map((at) => ({ at: x(ratio(at)), text: PLAIN(at) })) };
}

const PLAIN = (x: number) => String(Number(x.toPrecision(6))).replace('-', '\u2212');

/** As wide as can be with the same middle: the room for the axis's name, which may be longer than the axis. */
function around(plot: Box): Box {
  const middle = (plot.left + plot.right) / 2;
  const half = Math.min(middle, WIDTH - middle) - MARGIN;
  return { ...plot, left: middle - half, right: middle + half };
}

/** Lines of a cell, centred on a row. */
function cell(lines: readonly string[], x: number, y: number, style: Parameters<typeof words>[3]): Markup[] {
  return lines.map((text, i) => words(x, y + 4 + (i - (lines.length - 1) / 2) * LINE, text, style));
}

/** Ratios with intervals, a row each: name, number, interval on a logarithmic axis, and the estimate as text, or why there is none. */
export function drawForest(figure: ForestFigure, name: string): Markup {
  const { rows: asked, xLabel, stamp } = figure;
  const head = headOf(figure);
  const [labels, numbers, texts] = [
    columnOf(
      asked.map(({ label }) => label),
      230,
    ),
    columnOf(
      asked.map(({ n }) => n),
      90,
    ),
    columnOf(
      asked.map(({ text }) => text),
      180,
    ),
  ] as const;
  const left = MARGIN + labels.width + GAP + numbers.width + GAP;
  const right = WIDTH - MARGIN - texts.width - GAP;
  const { drawn: rows, x, marks } = axisOf(figure, left, right);
  const narrowest = Math.min(...rows.flatMap((row) => spanOf(row) ?? []));
  const heaviest = Math.max(Number.MIN_VALUE, ...rows.map(({ weight = 0 }) => weight));

  let bottom = head.bottom + 8;
  const places = rows.map((_, i) => {
    const lines = Math.max(1, ...[labels, numbers, texts].map((column) => column.lines[i]!.length));
    const top = bottom;
    bottom += lines * LINE + PADDING;
    return { top, y: (top + bottom) / 2, bottom };
  });
  const plot: Box = { left, right, top: head.bottom + 8, bottom: bottom + 6 };
  const axis = belowAxis(xLabel, around(plot), 38);
  return picture(figure, name, axis.bottom + MARGIN, [
    head.drawn,
    places.slice(1).map(({ top }) => rule(MARGIN, top, WIDTH - MARGIN, top, RULE, 'none', 0.6)),
    rule(left, plot.bottom, right, plot.bottom, QUIET),
    rule(x(1), plot.top, x(1), plot.bottom, QUIET, '3 3'),
    marksBelow(marks, plot),
    axis.drawn,
    stampAcross(stamp, { ...plot, left: MARGIN, right: WIDTH - MARGIN }),
    rows.map((row, i) => {
      const { y } = places[i]!;
      const { mark = 'square' } = row;
      const none = row.estimate === null && mark === 'square';
      return [
        cell(labels.lines[i]!, MARGIN, y, {}),
        cell(numbers.lines[i]!, left - GAP, y, { anchor: 'end' }),
        mark === 'diamond' ? undefined : interval(row, y, [left, right], x),
        mark === 'square' ? square(row, y, sideOf(row, narrowest, heaviest), [left, right], x) : undefined,
        mark === 'diamond' ? diamond(row, y, [left, right], x) : undefined,
        cell(texts.lines[i]!, WIDTH - MARGIN, y, {
          anchor: 'end',
          bold: mark === 'diamond',
          italic: none,
          colour: none ? QUIET : TEXT,
        }),
      ];
    }),
  ]);
}
