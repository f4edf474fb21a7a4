import { ALTERATION_CLASSES, type AlterationClass, NOT_COVERED, type OncoprintFigure } from '../result/index.ts';
import { type Markup, markup } from './markup.ts';
import { inkOf, QUIET } from './palette.ts';
import { type Box, fitted, headOf, MARGIN, picture, rule, SMALL, stampAcross, WIDTH, words } from './picture.ts';
import { widthOf } from './text.ts';

type Gene = OncoprintFigure['genes'][number];
type Track = OncoprintFigure['tracks'][number];

const FACE = { size: SMALL };
const MOST_LABEL = 170;
/** Room for a percentage beside a row. */
const PERCENT = 50;
const RUG = 13;
const COVERED = '#e4e4e4';

/** How a class is drawn: its colour, and which parts of a cell's height it fills, so that the shape tells as much as the colour. */
const LOOK: Readonly<Record<AlterationClass, { colour: string; parts: readonly (readonly [number, number])[] }>> = {
  truncating: { colour: '#D55E00', parts: [[0, 1]] },
  'splice site': { colour: '#CC79A7', parts: [[0, 0.45]] },
  'in frame': { colour: '#E69F00', parts: [[0.55, 1]] },
  missense: { colour: '#007a59', parts: [[0.28, 0.72]] },
  'other mutation': { colour: '#000000', parts: [[0.42, 0.58]] },
  amplification: { colour: '#0072B2', parts: [[0, 0.2]] },
  deletion: { colour: '#3a8fc4', parts: [[0.8, 1]] },
  fusion: {
    colour: '#5b3a8c',
    parts: [
      [0, 0.14],
      [0.86, 1],
    ],
  },
};
/** What is drawn first lies below. */
const ORDER = Object.keys(LOOK) as AlterationClass[];

function has(cell: number, name: AlterationClass): boolean {
  return cell > 0 && ((cell >> ALTERATION_CLASSES.indexOf(name)) & 1) === 1;
}

/** Stretches of patients for whom something holds, as first and last place. */
function runs(n: number, holds: (patient: number) => boolean): [from: number, to: number][] {
  const found: [number, number][] = [];
  for (let i = 0; i < n; i++) {
    if (!holds(i)) continue;
    const last = found.at(-1);
    if (last?.[1] === i) last[1] = i + 1;
    else found.push([i, i + 1]);
  }
  return found;
}

/** Where patients stand along a row: cells that are wide enough have a gap between them. */
interface Across {
  readonly n: number;
  readonly left: number;
  readonly width: number;
  readonly gap: number;
}

/** Cells as one path; neighbours without a gap are one. */
function cells(
  { n, left, width, gap }: Across,
  top: number,
  bottom: number,
  holds: (patient: number) => boolean,
): string {
  const stretches =
    gap === 0 ? runs(n, holds) : Array.from({ length: n }, (_, i) => [i, i + 1] as const).filter(([i]) => holds(i));
  return stretches
    .map(([from, to]) => {
      const [x, w] = [left + from * width, (to - from) * width - gap];
      return `M${x.toFixed(2)} ${top.toFixed(2)}h${w.toFixed(2)}v${(bottom - top).toFixed(2)}h${(-w).toFixed(2)}z`;
    })
    .join('');
}

function path(d: string, colour: string): Markup | undefined {
  return d === '' ? undefined : markup`<path d="${d}" fill="${colour}"/>`;
}

function geneRow(gene: Gene, across: Across, top: number, height: number): Markup {
  const bottom = top + height;
  const middle = (top + bottom) / 2;
  const open = (patient: number) => gene.cells[patient] === NOT_COVERED;
  return markup`<g>${path(
    cells(across, top, bottom, (i) => !open(i)),
    COVERED,
  )}${path(cells({ ...across, gap: 0 }, middle - 0.6, middle + 0.6, open), QUIET)}${ORDER.map((name) => {
    const { colour, parts } = LOOK[name];
    const d = parts
      .map(([from, to]) => cells(across, top + from * height, top + to * height, (i) => has(gene.cells[i]!, name)))
      .join('');
    return path(d, colour);
  })}</g>`;
}

/** A group as rugs, a line a level, so that who belongs where is told by place. */
function trackRows({ levels, codes }: Track): { label: string; place: number; code: number }[] {
  const known = levels.map((label, code) => ({ label, place: code, code }));
  return codes.includes(-1) ? [...known, { label: 'not known', place: levels.length, code: -1 }] : known;
}

/** The classes that occur, and the two grounds, in lines no wider than the picture. */
function key(figure: OncoprintFigure, top: number): { drawn: Markup[]; bottom: number } {
  const present = ALTERATION_CLASSES.filter((name) =>
    figure.genes.some((gene) => gene.cells.some((c) => has(c, name))),
  );
  const open = figure.genes.some((gene) => gene.cells.includes(NOT_COVERED));
  const one: Across = { n: 1, left: 0, width: 11, gap: 0 };
  const swatch = (name: AlterationClass | 'none' | 'open') => (x: number, y: number) => {
    const across = { ...one, left: x };
    const ground =
      name === 'open'
        ? undefined
        : path(
            cells(across, y, y + 13, () => true),
            COVERED,
          );
    if (name === 'none') return [ground];
    if (name === 'open')
      return [
        path(
          cells(across, y + 5.9, y + 7.1, () => true),
          QUIET,
        ),
      ];
    const { colour, parts } = LOOK[name];
    return [
      ground,
      ...parts.map(([from, to]) =>
        path(
          cells(across, y + from * 13, y + to * 13, () => true),
          colour,
        ),
      ),
    ];
  };
  const entries = [
    ...present.map((name) => [name, swatch(name)] as const),
    ['none found', swatch('none')] as const,
    ...(open ? [['not covered', swatch('open')] as const] : []),
  ];
  let [x, y] = [MARGIN, top];
  const drawn = entries.map(([label, draw]) => {
    const wide = 17 + widthOf(label, FACE) + 16;
    if (x + wide > WIDTH - MARGIN && x > MARGIN) [x, y] = [MARGIN, y + 20];
    const entry = markup`<g>${draw(x, y)}${words(x + 17, y + 10.5, label)}</g>`;
    x += wide;
    return entry;
  });
  return { drawn, bottom: y + 20 };
}

function percent({ altered, covered }: Gene): string {
  return covered === 0 ? '\u2013' : `${((100 * altered) / covered).toFixed(1)}%`;
}

function shareOf({ altered, covered }: Gene): string {
  return `${altered}/${covered}`;
}

/** Which patient has which alteration of which gene, the most frequent gene first; whom the sequencing doesn't tell of, a thin line in place of a cell. */
export function drawOncoprint(figure: OncoprintFigure, name: string): Markup {
  const { patients, tracks, genes, stamp } = figure;
  const head = headOf(figure);
  const legend = key(figure, head.bottom + 6);
  const labels = [
    ...genes.map(({ label }) => label),
    ...tracks.flatMap((track) => trackRows(track).map((r) => r.label)),
  ];
  const gutter = Math.min(MOST_LABEL, Math.max(30, ...labels.map((label) => widthOf(label, FACE))));
  const left = MARGIN + gutter + 8;
  const counts = Math.max(54, ...genes.map((gene) => widthOf(shareOf(gene), FACE)));
  const right = WIDTH - MARGIN - counts - PERCENT;
  const width = (right - left) / Math.max(1, patients);
  const across: Across = { n: patients, left, width, gap: width >= 4 ? Math.min(2, width / 5) : 0 };
  const drawn: Markup[] = [];
  let y = legend.bottom + 4;
  for (const track of tracks) {
    drawn.push(fitted(left, y + 10, track.label, right - left, { bold: true }));
    y += 16;
    for (const { label, place, code } of trackRows(track)) {
      drawn.push(fitted(left - 8, y + 9.5, label, gutter, { anchor: 'end' }));
      drawn.push(rule(left, y + RUG - 1.5, right, y + RUG - 1.5, COVERED));
      const marks = path(
        cells(across, y + 1.5, y + RUG - 1.5, (i) => track.codes[i] === code),
        code < 0 ? QUIET : inkOf(place).colour,
      );
      if (marks !== undefined) drawn.push(marks);
      const n = track.codes.filter((c) => c === code).length;
      drawn.push(words(WIDTH - MARGIN, y + 9.5, String(n), { anchor: 'end', colour: QUIET }));
      y += RUG;
    }
    y += 8;
  }
  drawn.push(words(WIDTH - MARGIN, y + 10, 'Altered of covered', { anchor: 'end', colour: QUIET }));
  y += 17;
  const pitch = genes.length > 30 ? 13 : genes.length > 15 ? 16 : 20;
  const top = y;
  genes.forEach((gene, g) => {
    const at = top + g * pitch;
    const baseline = at + pitch / 2 + 3;
    drawn.push(geneRow(gene, across, at + 1, pitch - 2));
    drawn.push(fitted(left - 8, baseline, gene.label, gutter, { anchor: 'end', italic: true }));
    drawn.push(words(right + PERCENT - 4, baseline, percent(gene), { anchor: 'end' }));
    drawn.push(words(WIDTH - MARGIN, baseline, shareOf(gene), { anchor: 'end', colour: QUIET }));
  });
  const bottom = top + genes.length * pitch;
  const plot: Box = { left, right, top: legend.bottom, bottom };
  const said =
    genes.length === 0
      ? 'No gene is altered in so large a share of the covered patients'
      : `${patients} ${patients === 1 ? 'patient' : 'patients'}, a column each`;
  return picture(figure, name, bottom + 20 + MARGIN, [
    head.drawn,
    legend.drawn,
    drawn,
    words((left + right) / 2, bottom + 18, said, { anchor: 'middle', colour: QUIET }),
    stampAcross(stamp, plot),
  ]);
}
