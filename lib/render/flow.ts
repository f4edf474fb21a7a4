import { type FlowFigure, printCount } from '../result/index.ts';
import { type Markup, markup } from './markup.ts';
import { QUIET, RULE, TEXT } from './palette.ts';
import { type Box, headOf, MARGIN, picture, SMALL, stampAcross, WIDTH, words } from './picture.ts';
import { wrap } from './text.ts';

const LINE = 15;
const PAD = 7;
/** Between two boxes of one column. */
const GAP = 9;
const ARROW = 6;
/** The column of those who stay, and that of those who leave. */
const STAY = { left: MARGIN, right: MARGIN + 196 };
const LEAVE = { left: STAY.right + 40, right: WIDTH - MARGIN };
const MIDDLE = (STAY.left + STAY.right) / 2;
const MOST_LINES = 4;
const BETWEEN_GROUPS = 12;
const MOST_BESIDE = 5;
const LOW = 2 * PAD + LINE;

/** A box and what is written in it. */
interface Drawn {
  readonly box: Box;
  readonly drawn: Markup;
}

interface Line {
  readonly text: string;
  readonly bold?: boolean;
}

/** Lines no wider than a box; each of them keeps its weight. */
function fittedLines(lines: readonly Line[], width: number): Line[] {
  return lines.flatMap(({ text, bold = false }) =>
    wrap(text, width - 2 * PAD, { size: SMALL, bold }, MOST_LINES).map((part) => ({ text: part, bold })),
  );
}

function boxOf(
  { left, right }: Pick<Box, 'left' | 'right'>,
  top: number,
  lines: readonly Line[],
  middle: boolean,
): Drawn {
  const written = fittedLines(lines, right - left);
  const bottom = top + 2 * PAD + written.length * LINE;
  const x = middle ? (left + right) / 2 : left + PAD;
  const style = { anchor: middle ? ('middle' as const) : ('start' as const) };
  return {
    box: { left, right, top, bottom },
    drawn: markup`<rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" fill="#ffffff" stroke="${middle ? TEXT : RULE}"/>${written.map(({ text, bold = false }, i) => words(x, top + PAD + 11.5 + i * LINE, text, { ...style, bold }))}`,
  };
}

/** A line that ends in an arrow's head, down or to the right. */
function arrow(x1: number, y1: number, x2: number, y2: number): Markup {
  const head = x1 === x2 ? [x2 - 4, y2 - ARROW, x2 + 4, y2 - ARROW] : [x2 - ARROW, y2 - 4, x2 - ARROW, y2 + 4];
  const [ax, ay, bx, by] = head as [number, number, number, number];
  return markup`<path d="M${x1} ${y1}L${x2} ${y2}" stroke="${QUIET}" fill="none"/><path d="M${x2} ${y2}L${ax} ${ay}L${bx} ${by}Z" fill="${QUIET}"/>`;
}

function counted(n: number): string {
  return `n = ${printCount(n)}`;
}

/** What the box beside a step says. */
function leaving({ label, left }: FlowFigure['steps'][number]): Line[] {
  const all = left.reduce((sum, { n }) => sum + n, 0);
  const reasons = left.map(({ label: why, n }) => (left.length === 1 ? why : `${printCount(n)} ${why}`)).join(', ');
  return [{ text: label, bold: true }, { text: all === 0 ? 'Nobody left' : `${printCount(all)} left: ${reasons}` }];
}

/** Groups side by side. */
function groupRow(groups: FlowFigure['groups'], top: number): Drawn[] {
  const width = (LEAVE.right - STAY.left - BETWEEN_GROUPS * (groups.length - 1)) / groups.length;
  return groups.map(({ label, n }, i) => {
    const left = STAY.left + i * (width + BETWEEN_GROUPS);
    return boxOf({ left, right: left + width }, top, [{ text: label, bold: true }, { text: counted(n) }], true);
  });
}

/** Groups that are too many to stand side by side, a line each. */
function groupList(groups: FlowFigure['groups'], top: number): Drawn {
  const lines = groups.map(({ label, n }) => ({ text: `${label}: ${counted(n)}` }));
  return boxOf({ left: STAY.left, right: LEAVE.right }, top, lines, true);
}

/** What those who are analysed divide into, side by side, each in a box; the lines from `above` to them. */
function groupBoxes({ groups }: FlowFigure, above: Box): { drawn: Markup[]; bottom: number } {
  if (groups.length === 0) return { drawn: [], bottom: above.bottom };
  const top = above.bottom + 30;
  const boxes = groups.length > MOST_BESIDE ? [groupList(groups, top)] : groupRow(groups, top);
  const bar = above.bottom + 12;
  const centres = boxes.map(({ box }) => (box.left + box.right) / 2);
  const ends = [MIDDLE, ...centres];
  return {
    drawn: [
      markup`<path d="M${MIDDLE} ${above.bottom}L${MIDDLE} ${bar}M${Math.min(...ends)} ${bar}L${Math.max(...ends)} ${bar}" stroke="${QUIET}" fill="none"/>`,
      ...centres.map((x) => arrow(x, bar, x, top)),
      ...boxes.map(({ drawn }) => drawn),
    ],
    bottom: Math.max(...boxes.map(({ box }) => box.bottom)),
  };
}

/** From who came to who is analysed: those who stay down the left, those who leave to the right of the step at which they do. */
export function drawFlow(figure: FlowFigure, name: string): Markup {
  const head = headOf(figure);
  const { start, steps, end } = figure;
  const top = head.bottom + 4;
  const first = boxOf(STAY, top, [{ text: start.label, bold: true }, { text: counted(start.n) }], true);
  const drawn: Markup[] = [first.drawn];
  let above = first.box;
  let free = top;
  steps.forEach((step, i) => {
    const side = boxOf(LEAVE, Math.max(free, above.bottom + 2), leaving(step), false);
    const at = (side.box.top + side.box.bottom) / 2;
    free = side.box.bottom + GAP;
    const last = i === steps.length - 1;
    const below = Math.max(side.box.bottom + GAP / 2 - (last ? 0 : LOW / 2), at + ARROW + 4, above.bottom + 2 * ARROW);
    const lines = last
      ? [{ text: end.label, bold: true }, { text: counted(end.n) }]
      : [{ text: counted(step.remaining) }];
    const stay = boxOf(STAY, below, lines, true);
    drawn.push(
      arrow(MIDDLE, above.bottom, MIDDLE, stay.box.top),
      arrow(MIDDLE, at, LEAVE.left, at),
      side.drawn,
      stay.drawn,
    );
    above = stay.box;
  });
  if (steps.length === 0) {
    const only = boxOf(STAY, above.bottom + 24, [{ text: end.label, bold: true }, { text: counted(end.n) }], true);
    drawn.push(arrow(MIDDLE, above.bottom, MIDDLE, only.box.top), only.drawn);
    above = only.box;
  }
  const groups = groupBoxes(figure, above);
  const { bottom } = groups;
  return picture(figure, name, bottom + MARGIN, [
    head.drawn,
    drawn,
    groups.drawn,
    stampAcross(figure.stamp, { left: STAY.left, right: LEAVE.right, top, bottom }),
  ]);
}
