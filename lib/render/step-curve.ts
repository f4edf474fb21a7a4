import { area, curveLinear, curveStepAfter, line } from 'd3-shape';
import { type Markup, markup } from './markup.ts';
import { inkOf } from './palette.ts';

/** A value that holds from each time until the next, with its limits, null where undefined; or, of a life table, one that lines join. */
interface StepCurve {
  readonly between?: 'lines' | undefined;
  readonly label: string;
  readonly time: readonly number[];
  readonly value: readonly number[];
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
}

/** From the data's units to pixels. */
export interface Scales {
  readonly x: (time: number) => number;
  readonly y: (value: number) => number;
}

interface Corner {
  readonly time: number;
  readonly low: number;
  readonly high: number;
}

/** Corners of the band, a list a stretch on which both limits are defined; each stretch ends where the next step begins. */
function stretchesOf({ time, lower, upper }: StepCurve): Corner[][] {
  const stretches: Corner[][] = [];
  let open: Corner[] | undefined;
  time.forEach((t, i) => {
    const [low, high, next] = [lower[i] ?? null, upper[i] ?? null, time[i + 1]];
    if (low === null || high === null || next === undefined) {
      open = undefined;
      return;
    }
    if (open === undefined) {
      open = [];
      stretches.push(open);
    } else open.pop();
    open.push({ time: t, low, high }, { time: next, low, high });
  });
  return stretches;
}

/** Corners of a band between lines, a list a stretch on which both limits are defined. */
function linedStretchesOf({ time, lower, upper }: StepCurve): Corner[][] {
  const stretches: Corner[][] = [[]];
  time.forEach((t, i) => {
    const [low, high] = [lower[i] ?? null, upper[i] ?? null];
    if (low === null || high === null) stretches.push([]);
    else stretches.at(-1)!.push({ time: t, low, high });
  });
  return stretches.filter((stretch) => stretch.length > 0);
}

/** Bands of many groups lie over each other: the more, the lighter. */
export function bandOpacity(curves: number): number {
  return Math.max(0.03, Math.min(0.14, 0.3 / Math.max(1, curves)));
}

/** The area between a curve's limits. */
export function band(curve: StepCurve, index: number, opacity: number, { x, y }: Scales): Markup {
  const isLined = curve.between === 'lines';
  const shape = area<Corner>()
    .x(({ time }) => x(time))
    .y0(({ low }) => y(low))
    .y1(({ high }) => y(high))
    .curve(isLined ? curveLinear : curveStepAfter)
    .digits(2);
  const d = (isLined ? linedStretchesOf : stretchesOf)(curve)
    .map((stretch) => shape(stretch))
    .join('');
  return markup`<path d="${d}" fill="${inkOf(index).colour}" fill-opacity="${opacity}"/>`;
}

/** The curve itself. */
export function steps({ between, time, value, label }: StepCurve, index: number, { x, y }: Scales): Markup {
  const corners = time.map((t, i): [number, number] => [x(t), y(value[i]!)]);
  const shape = between === 'lines' ? curveLinear : curveStepAfter;
  const d = line().curve(shape).digits(2)(corners) ?? '';
  const { colour, dash } = inkOf(index);
  return markup`<path d="${d}" fill="none" stroke="${colour}" stroke-width="2" stroke-linejoin="round"${dash === 'none' ? undefined : markup` stroke-dasharray="${dash}"`}><title>${label}</title></path>`;
}
