import { Resvg } from '@resvg/resvg-js';
import { describe, expect, it } from 'vitest';
import { renderSvg } from '../../../lib/render/index.ts';
import type { Figure } from '../../../lib/result/index.ts';
import { figuresOnly } from './documents.ts';
import { oncoprint, pairs } from './gene-figures.ts';
import { collisions, strays, textsOf } from './texts.ts';
import { faultsOf } from './well-formed.ts';

const draw = (figure: Figure) => renderSvg(figuresOnly([figure]));

/** The outlines of one colour. */
function areas(svg: string, colour: string): [x: number, y: number, width: number, height: number][] {
  const paths = [...svg.matchAll(/<path d="([^"]*)" fill="([^"]*)"\/>/g)].filter(([, , fill]) => fill === colour);
  return paths.flatMap(([, d = '']) =>
    [...d.matchAll(/M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)/g)].map(
      ([, x, y, w, h]) => [Number(x), Number(y), Number(w), Number(h)] as [number, number, number, number],
    ),
  );
}

const HOSTILE = `</text><script>alert("1")</script>&'${'W'.repeat(60)}`;

describe.each([
  ['an oncoprint of 286 patients and 40 genes', oncoprint(286, 40)],
  ['of 2,000 patients', oncoprint(2000, 40)],
  ['of one patient and one gene', oncoprint(1, 1)],
  ['without a gene', oncoprint(20, 0)],
  ['stamped', { ...oncoprint(50, 12), stamp: 'SYNTHETIC' }],
  [
    'of long names',
    {
      ...oncoprint(30, 4),
      tracks: [{ label: 'x '.repeat(300), levels: ['y '.repeat(99)], codes: Array(30).fill(0) as number[] }],
    },
  ],
  [
    'of hostile names',
    { ...oncoprint(12, 2), title: HOSTILE, genes: oncoprint(12, 2).genes.map((gene) => ({ ...gene, label: HOSTILE })) },
  ],
  ['a triangle of hostile names', { ...pairs(3), title: HOSTILE, labels: [HOSTILE, HOSTILE, HOSTILE] }],
  ['a triangle of 40 genes', pairs(40)],
  ['a triangle of two', pairs(2)],
  ['a triangle of one', pairs(1)],
  ['a stamped triangle', { ...pairs(12), stamp: 'SYNTHETIC' }],
] as [string, Figure][])('%s', (_, figure) => {
  it('can be published: no text over another or outside, readable by a strict parser', () => {
    const svg = draw(figure);
    expect(faultsOf(svg)).toEqual([]);
    expect(svg.replace(/>[^<]*</g, '><')).not.toMatch(/NaN|Infinity|undefined|null/);
    expect(new Resvg(svg, { font: { loadSystemFonts: false } }).width).toBe(760);
    expect(collisions(svg)).toEqual([]);
    expect(strays(svg)).toEqual([]);
  });
});

describe('An oncoprint', () => {
  const print = oncoprint(24, 3);
  const svg = draw(print);

  it('says of each gene how many of the covered are altered', () => {
    const texts = textsOf(svg).map(({ text }) => text);
    for (const { label, altered, covered } of print.genes) {
      expect(texts).toContain(label);
      expect(texts).toContain(`${altered}/${covered}`);
      expect(texts).toContain(`${((100 * altered) / covered).toFixed(1)}%`);
    }
  });

  it('draws each altered cell in the colour of its class and no other', () => {
    const truncating = print.genes.flatMap(({ cells }) => cells).filter((cell) => cell > 0 && (cell & 1) === 1).length;
    const swatch = 1;
    expect(areas(svg, '#D55E00').length).toBe(
      truncating + swatch + print.tracks[0]!.codes.filter((c) => c === 1).length,
    );
  });

  it('leaves whom the sequencing does not tell of without a cell, so that she does not look wild type', () => {
    const covered = print.genes.flatMap(({ cells }) => cells).filter((cell) => cell >= 0).length;
    const key = 9;
    expect(areas(svg, '#e4e4e4').length).toBe(covered + key);
  });

  it('draws no two classes in one shape', () => {
    const shapes = ['#D55E00', '#CC79A7', '#E69F00', '#007a59', '#000000', '#0072B2', '#3a8fc4', '#5b3a8c'].map(
      (colour) => {
        const [, y, , height] = areas(svg, colour)[0]!;
        const ground = areas(svg, '#e4e4e4')[0]!;
        return `${(y - ground[1]).toFixed(1)} ${height.toFixed(1)}`;
      },
    );
    expect(new Set(shapes).size).toBe(shapes.length);
  });
});
