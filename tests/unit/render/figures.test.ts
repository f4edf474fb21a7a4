import { Resvg } from '@resvg/resvg-js';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { renderSvg } from '../../../lib/render/index.ts';
import type { Figure, KaplanMeierFigure, ResultDocument, VolcanoFigure } from '../../../lib/result/index.ts';
import { frameOf } from '../analyses/frames.ts';
import { crlmSurvival, FOREST, figuresOnly, groupedFrame, readScan, survivalOf } from './documents.ts';
import { collisions, marksAt, rotated, strays, textsOf } from './texts.ts';
import { faultsOf } from './well-formed.ts';

const LONG =
  'patients operated on after conversion chemotherapy with a biological agent and a second line before it, arm';

function figureOf<F extends Figure>(document: ResultDocument): F {
  return document.findings.figures[0] as F;
}

function draw(figure: Figure): string {
  return renderSvg(figuresOnly([figure]));
}

/** Lands in a picture that can be published: readable by a strict parser, no text over another or outside. */
function isClean(figure: Figure): void {
  const svg = draw(figure);
  expect(faultsOf(svg)).toEqual([]);
  expect(svg.replace(/>[^<]*</g, '><')).not.toMatch(/NaN|Infinity|undefined|null/);
  expect(new Resvg(svg, { font: { loadSystemFonts: false } }).width).toBe(760);
  expect(collisions(svg)).toEqual([]);
  expect(strays(svg)).toEqual([]);
}

/** Without points that repeat the one before. */
function onlyCorners(points: [number, number][]): [number, number][] {
  return points.filter(([x, y], i) => i === 0 || Math.hypot(x - points[i - 1]![0], y - points[i - 1]![1]) > 0.01);
}

let crlm: KaplanMeierFigure;
let scan: VolcanoFigure;

beforeAll(async () => {
  crlm = figureOf(await crlmSurvival());
  scan = figureOf(await readScan({ endpoint: 'os' }));
});

describe('a figure', () => {
  it('is told in words to who cannot see it', () => {
    const svg = draw(crlm);
    expect(svg).toContain(`<title id="figure-title">${crlm.title}</title><desc id="figure-desc">${crlm.alt}</desc>`);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 760 \d+(\.\d+)?"/);
    expect(svg).toContain('aria-labelledby="figure-title figure-desc"');
  });

  it('asks for nothing outside itself', () => {
    for (const figure of [crlm, scan, FOREST])
      expect(draw(figure).replace('http://www.w3.org/2000/svg', '')).not.toMatch(
        /https?:|url\(|href|<script|<style|<image/,
      );
  });

  it('is the first of the document, or the one named', () => {
    const document = figuresOnly([crlm, FOREST]);
    expect(renderSvg(document)).toBe(renderSvg(document, 'kaplan-meier'));
    expect(renderSvg(document, 'forest')).toContain(FOREST.title);
    expect(() => renderSvg(document, 'volcano')).toThrow(expect.objectContaining({ code: 'not-found' }));
    expect(() => renderSvg(figuresOnly([]))).toThrow(expect.objectContaining({ code: 'not-acceptable' }));
  });

  it('bears its stamp twice: in its head and across what it shows', () => {
    for (const figure of [crlm, scan, FOREST]) {
      const svg = draw({ ...figure, stamp: 'SYNTHETIC' });
      expect(svg.match(/>SYNTHETIC</g)).toHaveLength(2);
      expect(rotated(svg)).toContain('SYNTHETIC');
      isClean({
        ...figure,
        stamp: 'NAIVE: group known only after time zero, which flatters those who lived to be in it',
      });
    }
  });

  it('wraps a long title and cuts an endless one', () => {
    for (const figure of [crlm, scan, FOREST])
      for (const title of [`${LONG} `.repeat(3), 'W'.repeat(900), `${LONG} `.repeat(99)]) isClean({ ...figure, title });
  });
});

describe('Kaplan-Meier curves', () => {
  it('are clean for one group, two, six, and eight with long names', async () => {
    const names = Array.from({ length: 8 }, (_, i) => `${LONG} ${i}`);
    const documents = [
      await crlmSurvival(),
      await crlmSurvival({}),
      await crlmSurvival({ by: 'score' }),
      await survivalOf(groupedFrame(names, 12), { by: 'arm' }),
      await survivalOf(
        groupedFrame(
          Array.from({ length: 20 }, (_, i) => `g${i}`),
          3,
        ),
        { by: 'arm' },
      ),
    ];
    for (const document of documents) isClean(figureOf(document));
  });

  it('are clean without events, without follow-up, with nobody and without curves', async () => {
    isClean(figureOf(await survivalOf(groupedFrame(['a', 'b'], 9, false), { by: 'arm' })));
    isClean(figureOf(await survivalOf(frameOf({ time: [0, 0], event: [1, 0] }), {})));
    const [curve] = crlm.curves;
    const nobody = {
      ...curve!,
      n: 0,
      events: 0,
      time: [0],
      survival: [1],
      lower: [1],
      upper: [1],
      censored: [],
      median: null,
    };
    isClean({ ...crlm, curves: [nobody], riskTable: { times: [0], atRisk: [[0]] } });
    isClean({ ...crlm, curves: [], riskTable: { times: [0, 12], atRisk: [] }, corner: [] });
  });

  /** Corners of the first path that has these attributes, in months and shares. */
  function cornersOf(figure: KaplanMeierFigure, path: RegExp): [number, number][] {
    const svg = draw(figure);
    const d = svg.match(path)![1]!;
    const [zero, one] = marksAt(svg);
    const month = (one! - zero!) / figure.riskTable.times[1]!;
    const top = Number(textsOf(svg).find(({ text }) => text === '100%')!.y) - 4;
    return [...d.matchAll(/[ML]([\d.]+),([\d.]+)/g)].map(([, x, y]) => [
      (Number(x) - zero!) / month,
      1 - (Number(y) - top) / 330,
    ]);
  }

  function near(corners: [number, number][], expected: [number, number][]): void {
    expect(corners).toHaveLength(expected.length);
    corners.forEach(([time, share], i) => {
      expect(time).toBeCloseTo(expected[i]![0], 1);
      expect(share).toBeCloseTo(expected[i]![1], 3);
    });
  }

  const LINE = /<path d="(M[^"]*)" fill="none" stroke="#0072B2" stroke-width="2"/;
  const BAND = /<path d="(M[^"]*)" fill="#0072B2" fill-opacity/;

  it('keep their height until each event and fall at it, to the survival that the figure holds', () => {
    const { time, survival } = crlm.curves[0]!;
    const expected = time.flatMap((t, i): [number, number][] =>
      i === 0
        ? [[0, 1]]
        : [
            [t, survival[i - 1]!],
            [t, survival[i]!],
          ],
    );
    near(cornersOf(crlm, LINE), expected);
  });

  it('have a band as far as its limits are defined, in as many pieces', () => {
    const [first] = crlm.curves;
    const curve = {
      ...first!,
      time: [0, 10, 20, 30, 40],
      survival: [1, 0.8, 0.6, 0.4, 0],
      lower: [1, 0.7, null, 0.2, null],
      upper: [1, 0.9, null, 0.6, null],
    };
    const upper: [number, number][] = [
      [0, 1],
      [10, 1],
      [10, 0.9],
      [20, 0.9],
    ];
    const lower: [number, number][] = [
      [20, 0.7],
      [10, 0.7],
      [10, 1],
      [0, 1],
    ];
    const second: [number, number][] = [
      [30, 0.6],
      [40, 0.6],
      [40, 0.2],
      [30, 0.2],
    ];
    near(onlyCorners(cornersOf({ ...crlm, curves: [curve] }, BAND)), [...upper, ...lower, ...second]);
  });

  it('of a life table are joined by straight lines between its edges, and so is their band', () => {
    const [first] = crlm.curves;
    const curve = {
      ...first!,
      time: [0, 10, 20, 30],
      survival: [1, 0.8, 0.6, 0.4],
      lower: [1, 0.7, 0.5, null],
      upper: [1, 0.9, 0.7, null],
      censored: [],
    };
    const figure = { ...crlm, between: 'lines' as const, curves: [curve] };
    isClean(figure);
    near(cornersOf(figure, LINE), [
      [0, 1],
      [10, 0.8],
      [20, 0.6],
      [30, 0.4],
    ]);
    near(onlyCorners(cornersOf(figure, BAND)), [
      [0, 1],
      [10, 0.9],
      [20, 0.7],
      [20, 0.5],
      [10, 0.7],
      [0, 1],
    ]);
  });

  it('mark censorings at their time on the curve, after an event at the same time', () => {
    const [first] = crlm.curves;
    const curve = {
      ...first!,
      time: [0, 24],
      survival: [1, 0.5],
      lower: [1, null],
      upper: [1, null],
      censored: [12, 24, 24],
    };
    const svg = draw({ ...crlm, curves: [curve] });
    const [zero, one] = marksAt(svg);
    const top = textsOf(svg).find(({ text }) => text === '100%')!.y - 4;
    const ticks = [...svg.matchAll(/M([\d.]+) ([\d.]+)v9/g)].map(([, x, y]) => [Number(x), Number(y) + 4.5 - top]);
    expect(ticks).toEqual([
      [expect.closeTo((zero! + one!) / 2, 1), 0],
      [one, 165],
    ]);
  });

  it('have the numbers at risk under the marks of their axis', () => {
    const svg = draw(crlm);
    for (const [column, time] of crlm.riskTable.times.entries()) {
      const mark = textsOf(svg).find(({ text, anchor }) => text === String(time) && anchor === 'middle')!;
      const below = textsOf(svg).filter(({ x, y }) => x === mark.x && y > mark.y);
      expect(below.map(({ text }) => Number(text))).toEqual(crlm.riskTable.atRisk.map((row) => row[column]));
      expect(marksAt(svg)).toContain(mark.x);
    }
  });

  it('tell in their key what the figure holds: patients, events, medians, tests', () => {
    const texts = textsOf(draw(crlm)).map(({ text }) => text);
    expect(texts).toEqual(
      expect.arrayContaining(['117', '58', '90.2 (74.2 to not reached)', '60.2 (41.7 to 82.0)', ...crlm.corner]),
    );
    expect(texts).toContain('Median, months (95% CI)');
  });

  it('differ by dashes as well as colour', async () => {
    const names = Array.from({ length: 8 }, (_, i) => `g${i}`);
    const svg = draw(figureOf(await survivalOf(groupedFrame(names, 9), { by: 'arm' })));
    const curves = [...svg.matchAll(/stroke-width="2" stroke-linejoin="round"( stroke-dasharray="[^"]*")?/g)];
    expect(new Set(curves.map(([, dash = 'none']) => dash)).size).toBe(8);
  });

  it('draw no band where its limits are undefined', () => {
    const [curve] = crlm.curves;
    const nothing = curve!.time.map(() => null);
    const svg = draw({ ...crlm, curves: [{ ...curve!, lower: nothing, upper: nothing }] });
    expect(svg).toMatch(/<path d="" fill="#0072B2" fill-opacity/);
    isClean({ ...crlm, curves: [{ ...curve!, lower: nothing, upper: nothing }] });
  });

  it('leave out marks for which there is no room', () => {
    const times = Array.from({ length: 131 }, (_, i) => i);
    isClean({ ...crlm, riskTable: { times, atRisk: crlm.curves.map(() => times.map((t) => 1_000_000 - t)) } });
  });
});

describe('a volcano plot', () => {
  const point = { label: 'KRAS', x: 1, edge: 'none', y: 3, adjusted: 0.01 } as const;

  it('is clean for real scans, for one gene, and for none', async () => {
    isClean(scan);
    isClean(figureOf(await readScan()));
    isClean({ ...scan, points: [point] });
    isClean({ ...scan, points: [] });
  });

  it('names the genes that pass, each once and none over another', () => {
    const points = Array.from({ length: 40 }, (_, i) => ({
      ...point,
      label: `GENE${i}`,
      x: 2 + (i % 7) / 50,
      y: 5 - i / 40,
    }));
    const figure = { ...scan, points, threshold: 4.2, thresholdLabel: 'adjusted p < 0.05' };
    isClean(figure);
    const named = textsOf(draw(figure)).filter(({ text }) => text.startsWith('GENE'));
    expect(named.length).toBeGreaterThan(10);
    expect(named.every(({ text }) => Number(text.slice(4)) <= 32)).toBe(true);
  });

  it('draws infinite ratios and ratios of 0 as arrows at their edge, and says so', () => {
    const low = { ...point, label: 'LOW', x: 0, edge: 'low' } as const;
    const high = { ...point, label: 'HIGH', x: 0, edge: 'high' } as const;
    const figure = { ...scan, points: [point, low, high], threshold: 2, thresholdLabel: 'adjusted p < 0.05' };
    isClean(figure);
    const svg = draw(figure);
    expect(textsOf(svg).map(({ text }) => text)).toEqual(
      expect.arrayContaining(['ratio 0', 'infinite', 'LOW', 'HIGH']),
    );
    const arrows = [...svg.matchAll(/M([\d.]+) [\d.]+l(-?\d+) -4.5v9z/g)].map(([, x, back]) => [
      Number(x),
      Number(back),
    ]);
    expect(arrows).toHaveLength(2);
    for (const [x, back] of arrows) expect(back! > 0 ? x! < 110 : x! > 690).toBe(true);
  });

  it('names several genes at one place together', async () => {
    const document = await readScan();
    expect(textsOf(renderSvg(document)).map(({ text }) => text)).toEqual(
      expect.arrayContaining(['ABCC1, COL24A1, KMT2B and 2 more', 'SMAD4']),
    );
  });

  it('draws its line only where a gene passes, and always says what it means', () => {
    const line = /stroke-dasharray="6 4"/g;
    const texts = (figure: Figure) => textsOf(draw(figure)).map(({ text }) => text);
    expect(draw(scan).match(line)).toBeNull();
    expect(texts(scan)).toContain(scan.thresholdLabel);
    const passing = { ...scan, threshold: 2, thresholdLabel: 'adjusted p < 0.05' };
    expect(draw(passing).match(line)).toHaveLength(2);
    expect(texts(passing)).toContain('adjusted p < 0.05');
  });

  it('draws the genes of a genome without a mark each', () => {
    const points = Array.from({ length: 20_000 }, (_, i) => ({
      ...point,
      label: `G${i}`,
      x: Math.sin(i) * 3,
      y: (i * 7919) % 5,
      adjusted: 1,
    }));
    const svg = draw({ ...scan, points, threshold: null });
    expect(svg.length).toBeLessThan(400_000);
  });
});

describe('a forest plot', () => {
  const [row] = FOREST.rows;
  const line = (low: number | null, high: number | null, estimate: number | null = 2) =>
    draw({ ...FOREST, rows: [{ ...row!, estimate, low, high }] });
  const arrows = (svg: string) => [...svg.matchAll(/l(-?)7 -4v8z/g)].map(([, minus]) => (minus ? 'right' : 'left'));

  it('is clean for rows of all sorts, for one, and for none', () => {
    isClean(FOREST);
    isClean({ ...FOREST, rows: [row!] });
    isClean({ ...FOREST, rows: [] });
    isClean({
      ...FOREST,
      rows: FOREST.rows.map((r) => ({ ...r, label: `${LONG} ${LONG}`, n: '1,234,567/7,654,321', text: `${LONG}` })),
    });
  });

  it('draws an arrow where an interval leaves the axis or has no end', () => {
    expect(arrows(line(1.1, 3))).toEqual([]);
    expect(arrows(line(1.1, 1e5))).toEqual(['right']);
    expect(arrows(line(1e-5, 3))).toEqual(['left']);
    expect(arrows(line(1.1, null))).toEqual(['right']);
    expect(arrows(line(null, 3))).toEqual(['left']);
    expect(arrows(line(null, null))).toEqual([]);
  });

  it('shows an estimate beyond the axis at its edge, and none where there is none', () => {
    const beyond = (svg: string) => [...svg.matchAll(/l(-?)9 -5v10z/g)].map(([, minus]) => (minus ? 'right' : 'left'));
    expect(beyond(line(null, null, 0))).toEqual(['left']);
    expect(arrows(line(0, 0.8, 0))).toEqual(['left']);
    expect(beyond(line(1, null, 1e7))).toEqual(['right']);
    const none = draw({
      ...FOREST,
      rows: [{ ...row!, estimate: null, low: null, high: null, text: 'infinite, monotone likelihood' }],
    });
    expect(none).not.toMatch(/fill="#0072B2"/);
    expect(textsOf(none).map(({ text }) => text)).toContain('infinite, monotone likelihood');
  });

  it('has 1 on its axis, and equal ratios equally far apart', () => {
    const marks = textsOf(draw(FOREST)).filter(({ text, anchor }) => anchor === 'middle' && Number(text) > 0);
    const at = new Map(marks.map(({ text, x }) => [Number(text), x]));
    expect(at.has(1)).toBe(true);
    expect(at.get(10)! - at.get(5)!).toBeCloseTo(at.get(2)! - at.get(1)!, 1);
  });
});

describe('texts of a figure', () => {
  const label = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.lorem({ maxCount: 30 }),
    fc.constantFrom('', 'W'.repeat(80), '肝'.repeat(60)),
  );

  it('stay apart and within the picture for any groups, counts and marks', () => {
    const big = fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 9_999_999 }));
    const curve = fc.record({
      label,
      n: big,
      events: big,
      median: fc.option(fc.double({ min: 0, max: 1e5, noNaN: true })),
    });
    fc.assert(
      fc.property(
        fc.array(curve, { maxLength: 8 }),
        fc.array(label, { maxLength: 3 }),
        fc.array(fc.nat({ max: 400 }), { maxLength: 20 }),
        fc.record({ title: label, xLabel: label, yLabel: label }),
        (curves, corner, times, labels) => {
          const marks = [0, ...new Set(times.filter((t) => t > 0))].sort((a, b) => a - b);
          isClean({
            ...crlm,
            ...labels,
            corner,
            curves: curves.map((c, i) => ({ ...crlm.curves[i % 2]!, ...c })),
            riskTable: { times: marks, atRisk: curves.map(({ n }) => marks.map(() => n)) },
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('stay apart and within the picture for any genes', () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    const edge = fc.constantFrom('none' as const, 'none' as const, 'low' as const, 'high' as const);
    const points = fc.array(fc.record({ label, x: unit, y: unit, edge, adjusted: unit }), { maxLength: 60 });
    fc.assert(
      fc.property(points, fc.option(unit), label, label, (of, threshold, title, thresholdLabel) =>
        isClean({ ...scan, points: of, threshold, title, thresholdLabel }),
      ),
      { numRuns: 60 },
    );
  });

  it('stay apart and within the picture for any rows', () => {
    const ratio = fc.option(fc.double({ min: 1e-4, max: 1e4, noNaN: true }));
    const row = fc.record({ label, n: label, text: label, estimate: ratio, low: ratio, high: ratio });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 12 }), label, (rows, xLabel) => isClean({ ...FOREST, rows, xLabel })),
      { numRuns: 60 },
    );
  });
});
