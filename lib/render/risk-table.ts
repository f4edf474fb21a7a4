import { printCount } from '../result/index.ts';
import type { Markup } from './markup.ts';
import { inkOf, QUIET } from './palette.ts';
import { fitted, MARGIN, SAMPLE, SMALL, sample, words } from './picture.ts';
import { widthOf } from './text.ts';

const FACE = { size: SMALL };
/** From the left to a name, over the piece of its line. */
const INDENT = SAMPLE + 6;
const LINE = 17;
const MOST_LABEL = 150;
const HEAD = 'Number at risk';

/** What has a risk table: a row of it a curve. */
interface RiskFigure {
  readonly curves: readonly { readonly label: string }[];
  readonly riskTable: { readonly times: readonly number[]; readonly atRisk: readonly (readonly number[])[] };
}

/** A time of the risk table, and where it stands. `column` is its place in the figure's table. */
interface RiskMark {
  readonly column: number;
  readonly time: number;
  readonly at: number;
}

/** From the names to the axis: half of the widest number at time 0, and some air. */
function gapOf({ riskTable: { atRisk } }: RiskFigure): number {
  return Math.max(0, ...atRisk.map(([first = 0]) => widthOf(printCount(first), FACE))) / 2 + 12;
}

/** Room that the names beside the numbers take, in pixels. */
export function labelWidth(figure: RiskFigure): number {
  const widest = Math.max(0, ...figure.curves.map(({ label }) => widthOf(label, FACE)));
  return INDENT + Math.min(MOST_LABEL, widest) + gapOf(figure);
}

/** The times that can stand side by side: all of them, or every second, third... from 0. */
export function riskMarks({ riskTable: { times, atRisk } }: RiskFigure, x: (time: number) => number): RiskMark[] {
  const texts = [...times.map(String), ...atRisk.flat().map(printCount)];
  const widest = Math.max(0, ...texts.map((text) => widthOf(text, FACE))) + 8;
  const marks = times.map((time, column) => ({ column, time, at: x(time) }));
  const fits = (step: number) => {
    const kept = marks.filter((_, i) => i % step === 0);
    return kept.every(({ at }, i) => i === 0 || at - kept[i - 1]!.at >= widest);
  };
  const step = marks.findIndex((_, i) => fits(i + 1)) + 1;
  return marks.filter((_, i) => i % Math.max(1, step) === 0);
}

/** The numbers at risk, each under its mark of the axis, a row a curve; from `top` down. */
export function riskTable(
  figure: RiskFigure,
  marks: readonly RiskMark[],
  top: number,
  left: number,
): { drawn: Markup[]; bottom: number } {
  const { curves, riskTable: risk } = figure;
  const room = left - MARGIN - INDENT - gapOf(figure);
  const drawn = [words(MARGIN, top, HEAD, { bold: true, colour: QUIET })];
  curves.forEach(({ label }, i) => {
    const y = top + (i + 1) * LINE + 2;
    drawn.push(
      sample(MARGIN, y - 4, inkOf(i)),
      fitted(MARGIN + INDENT, y, label, room + 1),
      ...marks.map(({ at, column }) => {
        const n = risk.atRisk[i]?.[column];
        return words(at, y, n === undefined ? '' : printCount(n), { anchor: 'middle' });
      }),
    );
  });
  return { drawn, bottom: top + curves.length * LINE + 4 };
}
