import { type KaplanMeierFigure, printCount, printEstimate, printLevel, printNumber } from '../result/index.ts';
import { type Markup, markup } from './markup.ts';
import { inkOf, QUIET } from './palette.ts';
import { type Box, fitted, MARGIN, SAMPLE, SMALL, sample, WIDTH, words } from './picture.ts';
import { widthOf, wrap } from './text.ts';

interface KeyRow {
  readonly label: string;
  readonly lines: readonly string[];
  /** Its first line's place from the key's top. */
  readonly top: number;
}

/** The curves' names with patients, events and medians, and what was said of them below. */
interface Key {
  readonly rows: readonly KeyRow[];
  readonly columns: readonly { readonly head: string; readonly cells: readonly string[]; readonly width: number }[];
  readonly corner: readonly string[];
  readonly labelWidth: number;
  readonly width: number;
  readonly height: number;
}

const LINE = 16;
const GAP = 14;
/** From the rows to what stands below them. */
const SPACE = 5;
/** From the key's left to a group's name. */
const INDENT = SAMPLE + 7;
const FACE = { size: SMALL };
const MOST_WIDTH = WIDTH - 2 * MARGIN;
const MOST_COLUMN = 260;
const MOST_LINES = 3;

function medianOf({ median, medianLow, medianHigh, n }: KaplanMeierFigure['curves'][number]): string {
  if (n === 0) return '';
  return printEstimate(median, { low: medianLow, high: medianHigh }, 'not reached', printNumber);
}

/** The names below each other, under the line of heads. */
function rowsOf(labels: readonly string[], width: number): { rows: KeyRow[]; bottom: number } {
  let bottom = labels.length > 0 ? LINE : 0;
  const rows = labels.map((label) => {
    const row = { label, lines: wrap(label, Math.max(width, 1), FACE, MOST_LINES), top: bottom };
    bottom += Math.max(1, row.lines.length) * LINE;
    return row;
  });
  return { rows, bottom };
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
    width: Math.min(MOST_COLUMN, Math.max(...[head, ...cells].map((text) => widthOf(text, FACE)))),
  }));
  const beside = columns.reduce((sum, { width }) => sum + width + GAP, INDENT);
  const labelWidth = Math.min(Math.max(0, ...labels.map((text) => widthOf(text, FACE))), MOST_WIDTH - beside);
  const width = Math.max(labelWidth + beside, ...corner.map((text) => Math.min(MOST_WIDTH, widthOf(text, FACE))));
  const { rows, bottom } = rowsOf(labels, labelWidth);
  const height = bottom + (corner.length > 0 ? SPACE + corner.length * LINE : 0);
  return { rows, columns, corner, labelWidth, width, height };
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
    const box = { left: x - 4, top: y - 4, right: x + width, bottom: y + height + 4 };
    if (box.left < plot.left || box.right > plot.right || box.top < plot.top) return false;
    return curves.every((curve) => apart(box, curve));
  });
}

/** White under a key that stands in the plot, so that the grid doesn't strike it through. */
export function backdrop({ width, height }: Key, { x, y }: { x: number; y: number }): Markup {
  return markup`<rect x="${x - 4}" y="${y - 2}" width="${width + 6}" height="${height + 4}" fill="#ffffff"/>`;
}

/** The key with its top left corner at `at`. */
export function drawKey(
  { rows, columns, corner, labelWidth, width, height }: Key,
  at: { x: number; y: number },
): Markup {
  const baseline = (top: number) => at.y + top + 11;
  let end = at.x + INDENT + labelWidth;
  const told = columns.map(({ head, cells, width: wide }) => {
    end += GAP + wide;
    const right = end;
    return [
      rows.length > 0 ? fitted(right, baseline(0), head, wide, { anchor: 'end', colour: QUIET }) : undefined,
      rows.map(({ top }, i) => fitted(right, baseline(top), cells[i]!, wide, { anchor: 'end' })),
    ];
  });
  const names = rows.map(({ label, lines, top }, i) => [
    sample(at.x, baseline(top) - 4, inkOf(i)),
    lines.map((text, j) =>
      words(at.x + INDENT, baseline(top + j * LINE), text, {}, j > 0 || lines.length === 1 ? text : label),
    ),
  ]);
  const below = height - corner.length * LINE;
  return markup`<g>${names}${told}${corner.map((text, i) => fitted(at.x, baseline(below + i * LINE), text, width))}</g>`;
}
