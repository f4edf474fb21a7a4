import { type KaplanMeierFigure, printCount } from '../result/index.ts';
import type { Markup } from './markup.ts';
import { inkOf, QUIET } from './palette.ts';
import { fitted, MARGIN, SMALL, sample, words } from './picture.ts';
import { widthOf } from './text.ts';

const FACE = { size: SMALL };
const SAMPLE = 18;
const LINE = 17;
const MOST_LABEL = 150;
const HEAD = 'Number at risk';

/** A time of the risk table, and where it stands. `column` is its place in the figure's table. */
interface RiskMark {
  readonly column: number;
  readonly time: number;
  readonly at: number;
}

/** Room that the names beside the numbers take, in pixels. */
export function labelWidth(curves: KaplanMeierFigure['curves']): number {
  const widest = Math.max(0, ...curves.map(({ label }) => widthOf(label, FACE)));
  return SAMPLE + 6 + Math.min(MOST_LABEL, widest) + 24;
}

/** The times that can stand side by side: all of them, or every second, third... from 0. */
export function riskMarks(
  { riskTable: { times, atRisk } }: KaplanMeierFigure,
  x: (time: number) => number,
): RiskMark[] {
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
  { curves, riskTable: { atRisk } }: KaplanMeierFigure,
  marks: readonly RiskMark[],
  top: number,
  left: number,
): { drawn: Markup[]; bottom: number } {
  const drawn = [words(MARGIN, top, HEAD, { bold: true, colour: QUIET })];
  curves.forEach(({ label }, i) => {
    const y = top + (i + 1) * LINE + 2;
    drawn.push(
      sample(MARGIN, y - 4, inkOf(i), SAMPLE),
      fitted(MARGIN + SAMPLE + 6, y, label, left - MARGIN - SAMPLE - 6 - 20, {}),
      ...marks.map(({ at, column }) => {
        const n = atRisk[i]?.[column];
        return words(at, y, n === undefined ? '' : printCount(n), { anchor: 'middle' });
      }),
    );
  });
  return { drawn, bottom: top + curves.length * LINE + 4 };
}
