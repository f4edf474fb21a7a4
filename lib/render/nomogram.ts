import { scaleLinear } from 'd3-scale';
import { type NomogramFigure, printShare } from '../result/index.ts';
import { type Markup, markup } from './markup.ts';
import { BLUE, QUIET, RULE, TEXT } from './palette.ts';
import { fitted, headOf, MARGIN, picture, rule, SMALL, stampAcross, WIDTH, words } from './picture.ts';
import { widthOf, wrap } from './text.ts';

const NAMES = 190;
const ROW = 50;
const LABEL_LINE = 14;
/** Texts of marks stand so far apart at least. */
const APART = 6;
/** Marks nearer than this run into each other. */
const CLOSE = 5;

interface Mark {
  readonly x: number;
  readonly text: string;
}

/** Marks in their order, without those that would run into the one before; the last stays. */
function apart(marks: readonly Mark[]): Mark[] {
  const sorted = [...marks].sort((a, b) => a.x - b.x);
  const last = sorted.at(-1);
  const kept: Mark[] = [];
  for (const mark of sorted) {
    const free = (other: Mark | undefined) => other === undefined || Math.abs(mark.x - other.x) >= CLOSE;
    if (mark === last || (free(kept.at(-1)) && (kept.length === 0 || free(last)))) kept.push(mark);
  }
  return kept;
}

/** Marks on a line with their texts above or, where there is no room, below; one without room on either side stays bare. */
function marked(marks: readonly Mark[], y: number): Markup[] {
  const free = { above: Number.NEGATIVE_INFINITY, below: Number.NEGATIVE_INFINITY };
  return apart(marks).map(({ x, text }) => {
    const half = widthOf(text, { size: SMALL }) / 2;
    const side = x - half > free.above ? 'above' : x - half > free.below ? 'below' : undefined;
    if (side !== undefined) free[side] = x + half + APART;
    const place =
      side === undefined ? undefined : words(x, side === 'above' ? y - 9 : y + 18, text, { anchor: 'middle' });
    return markup`${rule(x, y - 5, x, y + 5, QUIET)}${place}`;
  });
}

/** A scale: its name at the left, its line from the first mark to the last. */
function scale(label: string, marks: readonly Mark[], y: number, colour: string): Markup[] {
  const xs = marks.map(({ x }) => x);
  const lines = wrap(label, NAMES - 12, { size: SMALL, bold: true }, 2);
  return [
    ...lines.map((text, i) =>
      fitted(MARGIN, y + 4 + (i - (lines.length - 1) / 2) * LABEL_LINE, text, NAMES - 12, { bold: true }),
    ),
    ...(xs.length === 0 ? [] : [rule(Math.min(...xs), y, Math.max(...xs), y, colour, 'none', 1.6)]),
    ...marked(marks, y),
  ];
}

/** Scales of points, of each covariate, of totals and of the risk, one below the other. */
export function drawNomogram(figure: NomogramFigure, name: string): Markup {
  const { axes, most, mostTotal, risks, riskLabel, stamp } = figure;
  const head = headOf(figure);
  const [left, right] = [MARGIN + NAMES, WIDTH - MARGIN - 24];
  const points = scaleLinear([0, most], [left, right]);
  const totals = scaleLinear([0, mostTotal], [left, right]);
  const first = head.bottom + 30;
  const at = (row: number) => first + row * ROW;
  const plain = (x: number) => String(Number(x.toPrecision(6)));
  const ruled = points.ticks(10).map((tick) => ({ x: points(tick), text: plain(tick) }));
  const bottom = at(axes.length + 2) + 34;
  return picture(figure, name, bottom + MARGIN, [
    head.drawn,
    points.ticks(10).map((tick) => rule(points(tick), at(0), points(tick), at(axes.length), RULE, '2 4', 0.8)),
    scale('Points', ruled, at(0), TEXT),
    axes.map(({ label, marks }, i) =>
      scale(
        label,
        marks.map((mark) => ({ x: points(mark.points), text: mark.text })),
        at(i + 1),
        BLUE,
      ),
    ),
    scale(
      'Total points',
      totals.ticks(10).map((tick) => ({ x: totals(tick), text: plain(tick) })),
      at(axes.length + 1),
      TEXT,
    ),
    scale(
      riskLabel,
      risks.map(({ risk, total }) => ({ x: totals(total), text: printShare(risk).replace('.0', '') })),
      at(axes.length + 2),
      TEXT,
    ),
    stampAcross(stamp, { left: MARGIN, right: WIDTH - MARGIN, top: head.bottom, bottom }),
  ]);
}
