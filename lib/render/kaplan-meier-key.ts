import { type KaplanMeierFigure, printCount, printEstimate, printLevel, printNumber } from '../result/index.ts';
import { type Markup, markup } from './markup.ts';
import { inkOf, QUIET } from './palette.ts';
import { type Box, fitted, MARGIN, SAMPLE, SMALL, sample, WIDTH } from './picture.ts';
import { widthOf } from './text.ts';

/** The curves' names with patients, events and medians, and what was said of them below. */
interface Key {
  readonly labels: readonly string[];
  readonly columns: readonly { readonly head: string; readonly cells: readonly string[]; readonly width: number }[];
  readonly corner: readonly string[];
  readonly labelWidth: number;
  readonly width: number;
  readonly height: number;
}

const LINE = 16;
const GAP = 14;
/** From a group's line to its name. */
const INDENT = SAMPLE + 7;
const FACE = { size: SMALL };
const MOST = WIDTH - 2 * MARGIN - 70;

function medianOf({ median, medianLow, medianHigh, n }: KaplanMeierFigure['curves'][number]): string {
  if (n === 0) return '';
  return printEstimate(median, { low: medianLow, high: medianHigh }, 'not reached', printNumber);
}

/** What the key says and how much room that takes. */
export function keyOf({ curves, corner, level, unit }: KaplanMeierFigure): Key {
  const labels = curves.map(({ label }) => label);
  const columns = [
    { head: 'Patients', cells: curves.map(({ n }) => printCount(n)) },
    { head: 'Events', cells: curves.map(({ events }) => printCount(events)) },
    { head: `Median, ${unit} (${printLevel(level)} CI)`, cells: curves.map(medianOf) },
  ].map(({ head, cells }) => ({
    head,
    cells,
    width: Math.min(260, Math.max(...[head, ...cells].map((text) => widthOf(text, FACE)))),
  }));
  const beside = columns.reduce((sum, { width }) => sum + width + GAP, INDENT);
  const labelWidth = Math.min(Math.max(0, ...labels.map((text) => widthOf(text, FACE))), MOST - beside);
  const width = Math.max(labelWidth + beside, ...corner.map((text) => Math.min(MOST, widthOf(text, FACE))));
  const rows = (curves.length > 0 ? curves.length + 1 : 0) + corner.length;
  return { labels, columns, corner, labelWidth, width, height: rows * LINE + (corner.length > 0 ? 5 : 0) };
}

function apart(a: Box, b: Box): boolean {
  return a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
}

/** The corner of the plot in which the key covers no curve and no band: top right, or bottom left; undefined where both are taken. */
export function cornerFor(
  { width, height }: Key,
  plot: Box,
  curves: readonly Box[],
): { x: number; y: number } | undefined {
  const corners = [
    { x: plot.right - width - 2, y: plot.top + 5 },
    { x: plot.left + 10, y: plot.bottom - height - 9 },
  ];
  return corners.find(({ x, y }) => {
    if (x < plot.left + 4) return false;
    const box = { left: x - 4, top: y - 4, right: x + width, bottom: y + height + 4 };
    return curves.every((curve) => apart(box, curve));
  });
}

/** The key with its top left corner at `at`. */
export function drawKey({ labels, columns, corner, labelWidth, width }: Key, at: { x: number; y: number }): Markup {
  const row = (i: number) => at.y + i * LINE + 11;
  let end = at.x + INDENT + labelWidth;
  const told = columns.map(({ head, cells, width: wide }) => {
    end += GAP + wide;
    const x = end;
    return [
      labels.length > 0 ? fitted(x, row(0), head, wide, { anchor: 'end', colour: QUIET }) : undefined,
      cells.map((text, i) => fitted(x, row(i + 1), text, wide, { anchor: 'end' })),
    ];
  });
  const below = (labels.length > 0 ? labels.length + 1 : 0) * LINE + 5;
  return markup`<g>${labels.map((label, i) => [
    sample(at.x, row(i + 1) - 4, inkOf(i)),
    fitted(at.x + INDENT, row(i + 1), label, labelWidth, {}),
  ])}${told}${corner.map((text, i) => fitted(at.x, at.y + below + i * LINE + 11, text, width, {}))}</g>`;
}
