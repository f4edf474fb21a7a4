import { scaleLinear } from 'd3-scale';
import { type IncidenceFigure, printShare } from '../result/index.ts';
import { lineKey } from './line-key.ts';
import { type Markup, markup } from './markup.ts';
import { QUIET, RULE } from './palette.ts';
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
import { labelWidth, riskMarks, riskTable } from './risk-table.ts';
import { band, bandOpacity, type Scales, steps } from './step-curve.ts';

type Panel = IncidenceFigure['panels'][number];

const PANEL_HEIGHT = 210;
const ONLY_PANEL_HEIGHT = 320;
const LINE = 16;
/** Ends of the axis of shares, with the distance of its marks. */
const TOPS = [
  [0.05, 0.01],
  [0.1, 0.02],
  [0.2, 0.05],
  [0.3, 0.1],
  [0.5, 0.1],
  [1, 0.2],
] as const;

/** The axis holds every curve, and of the bands what doesn't press the curves flat. */
function topOf(panels: readonly Panel[]): readonly [top: number, step: number] {
  const curves = panels.flatMap((panel) => panel.curves);
  const most = Math.max(0, ...curves.flatMap(({ incidence }) => incidence));
  const widest = Math.max(0, ...curves.flatMap(({ upper }) => upper.map((u) => u ?? 0)));
  return TOPS.find(([top]) => top >= most && top >= Math.min(widest, 2 * most)) ?? TOPS.at(-1)!;
}

function panelOf({ title, curves, corner }: Panel, plot: Box, scales: Scales, top: number): Markup {
  const drawn = curves.map((curve) => ({
    ...curve,
    value: curve.incidence,
    lower: curve.lower.map((limit) => (limit === null ? null : Math.min(limit, top))),
    upper: curve.upper.map((limit) => (limit === null ? null : Math.min(limit, top))),
  }));
  const width = plot.right - plot.left - 24;
  const lines = [title, ...corner];
  return markup`<g>${drawn.map((curve, i) => band(curve, i, bandOpacity(curves.length), scales))}${drawn.map((curve, i) => steps(curve, i, scales))}${lines.map((text, i) => fitted(plot.left + 12, plot.top + 14 + i * LINE, text, width, { bold: i === 0 }))}</g>`;
}

/** Cumulative incidence of each cause in its panel, one scale for all, the numbers at risk below them. */
export function drawIncidence(figure: IncidenceFigure, name: string): Markup {
  const { panels, riskTable: risk, xLabel, yLabel, stamp } = figure;
  const rows = { curves: panels[0]?.curves ?? [], riskTable: risk };
  const last = Math.max(
    0,
    ...risk.times,
    ...panels.flatMap(({ curves }) => curves.flatMap(({ time }) => time.at(-1) ?? 0)),
  );
  const head = headOf(figure);
  const key = lineKey(
    rows.curves.map(({ label }) => label),
    head.bottom,
  );
  const side = { left: MARGIN + Math.max(56, labelWidth(rows)), right: WIDTH - MARGIN - 14 };
  const x = scaleLinear([0, last || 1], [side.left, side.right]);
  const [top, step] = topOf(panels);
  const shares = Array.from({ length: Math.round(top / step) + 1 }, (_, i) => i * step);
  const height = panels.length > 1 ? PANEL_HEIGHT : ONLY_PANEL_HEIGHT;
  const plots = panels.map((_, i): Box => {
    const from = key.bottom + 14 + i * (height + 22);
    return { ...side, top: from, bottom: from + height };
  });
  const bottom = plots.at(-1) ?? { ...side, top: key.bottom, bottom: key.bottom + height };
  const marks = riskMarks(rows, x);
  const axis = belowAxis(xLabel, bottom, 38);
  const table = riskTable(rows, marks, axis.bottom + 28, side.left);
  return picture(figure, name, table.bottom + MARGIN, [
    head.drawn,
    key.drawn,
    plots.map((plot, i) => {
      const y = scaleLinear([0, top], [plot.bottom, plot.top]);
      return [
        shares.map((share) => rule(plot.left, y(share), plot.right, y(share), share === 0 ? QUIET : RULE)),
        rule(plot.left, plot.top, plot.left, plot.bottom, QUIET),
        marksBeside(
          shares.map((share) => ({ at: y(share), text: printShare(share).replace('.0', '') })),
          plot,
        ),
        besideAxis(yLabel, plot.left - 48, plot),
        stampAcross(stamp, plot),
        panelOf(panels[i]!, plot, { x, y }, top),
      ];
    }),
    marksBelow(
      marks.map(({ at, time }) => ({ at, text: String(time) })),
      bottom,
    ),
    axis.drawn,
    table.drawn,
  ]);
}
