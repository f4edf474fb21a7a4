import { describe, expect, it } from 'vitest';
import { drawFigure } from '../../../lib/render/svg.ts';
import { type FlowFigure, FlowFigure as Schema } from '../../../lib/result/index.ts';
import { faultsOf } from './well-formed.ts';

const FLOW: FlowFigure = {
  kind: 'flow',
  id: 'flow',
  title: 'Flow of patients',
  alt: 'Of 318 patients 286 are analysed.',
  start: { label: 'All patients', n: 318 },
  steps: [
    { label: '1. diagnosed 2016-2018', left: [{ label: 'not met', n: 12 }], remaining: 306 },
    {
      label: '2. CRS 3 or more',
      left: [
        { label: 'not met', n: 15 },
        { label: 'not recorded', n: 5 },
      ],
      remaining: 286,
    },
    { label: '3. MSS', left: [], remaining: 286 },
  ],
  end: { label: 'Analysed', n: 286 },
  groups: [
    { label: 'FCTG', n: 170 },
    { label: 'SCTG', n: 116 },
  ],
};

const texts = (svg: string): string[] => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!);
const drawn = (figure: FlowFigure): string => String(drawFigure(Schema.parse(figure), 'f'));
/** Boxes by their edges: left, top, right, bottom. */
const boxes = (svg: string): number[][] =>
  [...svg.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g)].map(([, ...edges]) => {
    const [x, y, width, height] = edges.map(Number) as [number, number, number, number];
    return [x, y, x + width, y + height];
  });

describe('A flow diagram', () => {
  const svg = drawn(FLOW);

  it('says who came, who left and why, who remained, and what they divide into', () => {
    expect(texts(svg)).toEqual([
      'Flow of patients',
      'All patients',
      'n = 318',
      '1. diagnosed 2016-2018',
      '12 left: not met',
      'n = 306',
      '2. CRS 3 or more',
      '20 left: 15 not met, 5 not recorded',
      'n = 286',
      '3. MSS',
      'Nobody left',
      'Analysed',
      'n = 286',
      'FCTG',
      'n = 170',
      'SCTG',
      'n = 116',
    ]);
    expect(svg).toContain('<desc id="f-desc">Of 318 patients 286 are analysed.</desc>');
    expect(faultsOf(svg)).toEqual([]);
  });

  it.each([
    ['as it is', FLOW],
    ['without steps', { ...FLOW, steps: [], groups: [] }],
    [
      'of long texts',
      { ...FLOW, steps: FLOW.steps.map((step) => ({ ...step, label: 'very long words '.repeat(30) })) },
    ],
    ['of many groups', { ...FLOW, groups: Array.from({ length: 20 }, (_, i) => ({ label: `group ${i}`, n: i })) }],
  ])('has no box over another, %s', (_, figure) => {
    const all = boxes(drawn(figure));
    for (const [i, a] of all.entries())
      for (const b of all.slice(i + 1)) {
        const apart = a[2]! <= b[0]! || b[2]! <= a[0]! || a[3]! <= b[1]! || b[3]! <= a[1]!;
        expect([a, b, apart]).toEqual([a, b, true]);
      }
  });

  it('is stamped where it has a stamp', () => {
    expect(texts(drawn({ ...FLOW, stamp: 'SYNTHETIC' })).filter((text) => text === 'SYNTHETIC')).toHaveLength(2);
  });
});
