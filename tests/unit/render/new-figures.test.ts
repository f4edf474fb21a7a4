import { Resvg } from '@resvg/resvg-js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderSvg } from '../../../lib/render/index.ts';
import type { Figure } from '../../../lib/result/index.ts';
import { figuresOnly } from './documents.ts';
import { ACCURACY, CALIBRATION, DECISION, DIFFERENCES, INCIDENCE, POOLED, STATES } from './new-figures.ts';
import { collisions, rotated, strays, textsOf } from './texts.ts';
import { faultsOf } from './well-formed.ts';

const LONG = 'operated on after conversion chemotherapy with a biological agent and a second line before it, arm';
const ALL: readonly Figure[] = [INCIDENCE, STATES, CALIBRATION, DECISION, ACCURACY, POOLED, DIFFERENCES];

function draw(figure: Figure): string {
  return renderSvg(figuresOnly([figure]));
}

function isClean(figure: Figure): void {
  const svg = draw(figure);
  expect(faultsOf(svg)).toEqual([]);
  expect(svg.replace(/>[^<]*</g, '><')).not.toMatch(/NaN|Infinity|undefined|null/);
  expect(new Resvg(svg, { font: { loadSystemFonts: false } }).width).toBe(760);
  expect(collisions(svg)).toEqual([]);
  expect(strays(svg)).toEqual([]);
}

describe.each(ALL.map((figure) => [figure.title, figure] as const))('The picture of %s', (_, figure) => {
  it('is clean, and told in words', () => {
    isClean(figure);
    expect(draw(figure)).toContain(`<desc id="figure-desc">${figure.alt}</desc>`);
  });

  it('bears its stamp across what it shows, and bears a long title', () => {
    const svg = draw({ ...figure, stamp: 'SYNTHETIC' });
    expect(rotated(svg)).toContain('SYNTHETIC');
    isClean({ ...figure, stamp: 'NAIVE: group known only after time zero', title: `${LONG} `.repeat(3) });
    isClean({ ...figure, xLabel: `${LONG} `.repeat(4), yLabel: `${LONG} `.repeat(4) } as Figure);
  });

  it('asks for nothing outside itself', () => {
    expect(draw(figure).replace('http://www.w3.org/2000/svg', '')).not.toMatch(
      /https?:|url\(|href|<script|<style|<image/,
    );
  });
});

describe('Cumulative incidence', () => {
  it('rises in steps, one scale for all causes', () => {
    const [first] = INCIDENCE.panels[0]!.curves;
    const svg = draw({
      ...INCIDENCE,
      panels: [{ title: 'One', curves: [first!], corner: [] }],
      riskTable: { times: [0], atRisk: [[1]] },
    });
    const path = /<path d="(M[^"]*)" fill="none" stroke="#0072B2" stroke-width="2"/.exec(svg)![1]!;
    const ys = [...path.matchAll(/[ML]([\d.]+),([\d.]+)/g)].map(([, , y]) => Number(y));
    expect(ys.every((y, i) => i === 0 || y <= ys[i - 1]!)).toBe(true);
    expect(ys.at(-1)).toBeLessThan(ys[0]!);
  });

  it('is clean with many groups of long names, with nobody, and with small incidences', () => {
    const labels = Array.from({ length: 9 }, (_, i) => `${LONG} ${i}`);
    const [curve] = INCIDENCE.panels[0]!.curves;
    isClean({
      ...INCIDENCE,
      panels: INCIDENCE.panels.map((panel) => ({ ...panel, curves: labels.map((label) => ({ ...curve!, label })) })),
      riskTable: { ...INCIDENCE.riskTable, atRisk: labels.map(() => INCIDENCE.riskTable.atRisk[0]!) },
    });
    const none = { ...curve!, events: 0, time: [0], incidence: [0], lower: [null], upper: [null] };
    isClean({
      ...INCIDENCE,
      panels: [{ title: 'None', curves: [none], corner: [] }],
      riskTable: { times: [0], atRisk: [[0]] },
    });
    isClean({ ...INCIDENCE, panels: [], riskTable: { times: [], atRisk: [] } });
    isClean({
      ...INCIDENCE,
      panels: INCIDENCE.panels.map((panel) => ({
        ...panel,
        curves: panel.curves.map((each) => ({
          ...each,
          incidence: each.incidence.map((x) => x / 50),
          lower: each.lower.map(() => null),
          upper: each.upper.map(() => null),
        })),
      })),
    });
  });
});

describe('States', () => {
  it('fill the whole height between them', () => {
    const svg = draw(STATES);
    const fills = [...svg.matchAll(/<path d="(M[^"]*)" fill="#[0-9A-F]{6}" fill-opacity="0.3"/g)].map(([, d]) =>
      [...d!.matchAll(/[ML][\d.]+,([\d.]+)/g)].map(([, y]) => Number(y)),
    );
    expect(fills).toHaveLength(3);
    const heights = fills.flat();
    expect(Math.max(...heights) - Math.min(...heights)).toBeCloseTo(330, 1);
  });

  it('are clean from a landmark on, and at one time only', () => {
    isClean({
      ...STATES,
      time: [12, 24],
      states: STATES.states.map((s) => ({ ...s, share: s.share.slice(0, 2) })),
      riskTable: { times: [12, 24], atRisk: STATES.riskTable.atRisk.map((row) => row.slice(0, 2)) },
    });
    isClean({
      ...STATES,
      time: [0],
      states: STATES.states.map((s) => ({ ...s, share: s.share.slice(0, 1) })),
      riskTable: { times: [0], atRisk: [[1], [0], [0]] },
    });
  });
});

describe('Lines', () => {
  it('are cut where they leave the axis, at its very edge', () => {
    const svg = draw({ ...DECISION, lines: [{ label: 'falls', x: [0, 1], y: [0.4, -0.4] }], from: 0, to: 0.4 });
    const [, d] = /<path d="(M[^"]*)" fill="none" stroke="#0072B2" stroke-width="2"/.exec(svg)!;
    const points = [...d!.matchAll(/[ML]([\d.]+),([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
    expect(points).toHaveLength(2);
    expect(points[1]![0]! - points[0]![0]!).toBeCloseTo((760 - 16 - 22 - 76) / 2, 0);
  });

  it('are clean whatever they hold', () => {
    const value = fc.option(fc.double({ min: -1e3, max: 1e3, noNaN: true }));
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.integer({ min: 0, max: 50_000 }).map((x) => x / 100),
            value,
          ),
          { maxLength: 30 },
        ),
        (points) => {
          const sorted = points.toSorted((a, b) => a[0] - b[0]);
          isClean({ ...ACCURACY, lines: [{ label: 'a', x: sorted.map(([x]) => x), y: sorted.map(([, y]) => y) }] });
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('A forest plot', () => {
  it('shows a pooled effect as a diamond as wide as its interval', () => {
    const svg = draw(POOLED);
    expect(svg.match(/fill="#D55E00"/g)).toHaveLength(1);
    expect(svg.match(/<rect [^>]*fill="#0072B2"/g)).toHaveLength(3);
  });

  it('makes the heaviest square the largest', () => {
    const sides = [...draw(POOLED).matchAll(/<rect [^>]*width="([\d.]+)"[^>]*fill="#0072B2"/g)].map(([, w]) =>
      Number(w),
    );
    expect(Math.max(...sides)).toBe(sides[2]);
  });

  it('has a plain axis for differences, with 0 where there is none', () => {
    const texts = textsOf(draw(DIFFERENCES)).map(({ text }) => text);
    expect(texts).toEqual(expect.arrayContaining(['0', '\u2212200']));
  });
});
