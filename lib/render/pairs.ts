import { scaleLinear } from 'd3-scale';
import type { PairsFigure } from '../result/index.ts';
import { type Markup, markup } from './markup.ts';
import { QUIET, RULE, TEXT } from './palette.ts';
import { fitted, headOf, MARGIN, picture, SMALL, stampAcross, WIDTH, words } from './picture.ts';
import { widthOf } from './text.ts';

type Pair = PairsFigure['pairs'][number];

const FACE = { size: SMALL };
const MOST_LABEL = 120;
/** log2 of the odds ratio beyond which the colour is the same. */
const DEEPEST = 3;
const APART = '#2f7fb8';
const TOGETHER = '#d9662b';
const colour = scaleLinear<string>().domain([-DEEPEST, 0, DEEPEST]).range([APART, '#ffffff', TOGETHER]).clamp(true);

function depth({ edge, log2 }: Pair): number {
  return edge === 'low' ? -DEEPEST : edge === 'high' ? DEEPEST : log2;
}

/** A plus where two go together, a minus where they exclude each other: the sign tells what the colour tells. */
function sign(x: number, y: number, size: number, together: boolean, strong: boolean): Markup {
  const arm = Math.min(5, size * 0.28);
  const up = together ? `M${x.toFixed(2)} ${(y - arm).toFixed(2)}v${(2 * arm).toFixed(2)}` : '';
  const d = `M${(x - arm).toFixed(2)} ${y.toFixed(2)}h${(2 * arm).toFixed(2)}${up}`;
  return markup`<path d="${d}" fill="none" stroke="${strong ? TEXT : QUIET}" stroke-width="${strong ? 2 : 0.9}"/>`;
}

function cell(pair: Pair, left: number, top: number, size: number, threshold: number): Markup {
  const value = depth(pair);
  const [x, y] = [left + pair.first * size, top + pair.second * size];
  const passes = pair.adjusted < threshold;
  const ground = markup`<rect x="${x + 0.5}" y="${y + 0.5}" width="${size - 1}" height="${size - 1}" fill="${colour(value)}" stroke="${RULE}" stroke-width="0.6"/>`;
  const frame = passes
    ? markup`<rect x="${x + 1.2}" y="${y + 1.2}" width="${size - 2.4}" height="${size - 2.4}" fill="none" stroke="${TEXT}" stroke-width="1.8"/>`
    : undefined;
  return markup`${ground}${value === 0 ? undefined : sign(x + size / 2, y + size / 2, size, value > 0, pair.p < 0.05)}${frame}`;
}

/** The colours with their meaning, from exclusion to going together. */
function key(top: number, threshold: number): { drawn: Markup[]; bottom: number } {
  const steps = [-3, -2, -1, 0, 1, 2, 3];
  const box = (x: number, y: number, value: number, strong: boolean, framed: boolean) => [
    markup`<rect x="${x}" y="${y}" width="18" height="18" fill="${colour(value)}" stroke="${RULE}" stroke-width="0.6"/>`,
    value === 0 ? undefined : sign(x + 9, y + 9, 18, value > 0, strong),
    framed
      ? markup`<rect x="${x + 1}" y="${y + 1}" width="16" height="16" fill="none" stroke="${TEXT}" stroke-width="1.8"/>`
      : undefined,
  ];
  const scale = steps.map((value, i) => {
    const x = MARGIN + 62 + i * 34;
    const text =
      Math.abs(value) === DEEPEST
        ? `${value < 0 ? '\u2264 \u2212' : '\u2265 '}3`
        : String(value).replace('-', '\u2212');
    return markup`<g>${box(x, top, value, false, false)}${words(x + 9, top + 31, text, { anchor: 'middle', colour: QUIET })}</g>`;
  });
  const marks = [
    ['p < 0.05', box(0, 0, 1.5, true, false)] as const,
    [`adjusted p < ${threshold}`, box(0, 0, 1.5, true, true)] as const,
  ].map(([label, drawn], i) => {
    const x = MARGIN + 400 + i * 110;
    return markup`<g><g transform="translate(${x} ${top})">${drawn}</g>${words(x + 24, top + 13, label)}</g>`;
  });
  return {
    drawn: [
      words(MARGIN, top + 13, 'Exclude'),
      ...scale,
      words(MARGIN + 62 + steps.length * 34 - 8, top + 13, 'Go together'),
      words(MARGIN, top + 31, 'log2 OR', { colour: QUIET }),
      ...marks,
    ],
    bottom: top + 40,
  };
}

/** Odds ratios of all pairs as a triangle, names along the diagonal: a row's cells stand left of its name, a column's below. */
export function drawPairs(figure: PairsFigure, name: string): Markup {
  const { labels, pairs, threshold, stamp } = figure;
  const head = headOf(figure);
  const legend = key(head.bottom + 8, threshold);
  const gutter = Math.min(MOST_LABEL, Math.max(20, ...labels.map((label) => widthOf(label, FACE)))) + 8;
  const n = Math.max(1, labels.length);
  const size = Math.max(12.5, Math.min(28, (WIDTH - 2 * MARGIN - gutter) / n));
  const [left, top] = [MARGIN, legend.bottom + 8];
  const bottom = top + n * size;
  return picture(figure, name, bottom + MARGIN, [
    head.drawn,
    legend.drawn,
    pairs.map((pair) => cell(pair, left, top, size, threshold)),
    labels.map((label, i) =>
      fitted(left + i * size + 6, top + i * size + size / 2 + 4, label, gutter, { italic: true }),
    ),
    stampAcross(stamp, { left, top, right: left + n * size, bottom }),
  ]);
}
