import { Resvg } from '@resvg/resvg-js';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { renderHtml, renderSvg } from '../../../lib/render/index.ts';
import { Figure, Findings, ResultDocument } from '../../../lib/result/index.ts';
import { crlmSurvival, FOREST, readScan } from './documents.ts';
import { faultsOf, namesIn } from './well-formed.ts';

/** Kept as they are: they choose among what the document's schema allows. */
const FIXED = new Set(['kind', 'edge', 'format', 'schema', 'answeredFrom', 'key', 'low', 'high', 'why']);

/** Every text of a document, keys aside, replaced. */
function withTexts<T>(value: T, next: () => string, key = ''): T {
  if (typeof value === 'string') return (FIXED.has(key) ? value : next()) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => withTexts(item, next)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withTexts(item, next, name)])) as T;
}

const hostile = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'<>&"\'/=;#x-]![`{}$ a\u0000\u0001\u001b\ufffe\uffff\ud800\udc00\u202e\t\n') }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onload='alert(1)",
    ']]></style><script>',
    '</title><svg onload=alert(1)>',
    '&lt;b&gt;&#x3c;',
    '--><!--',
    '__proto__',
    'constructor',
    '{{7*7}}',
    'http://example.org/a.png',
    'word '.repeat(300),
    'W'.repeat(3000),
  ),
);

let document: ResultDocument;

beforeAll(async () => {
  const [survival, scan] = [await crlmSurvival(), await readScan()];
  document = {
    ...survival,
    refused: [{ source: 's', reason: 'r', answeredFrom: 'nothing' }],
    findings: {
      ...survival.findings,
      warnings: [{ code: 'w', says: 'W' }],
      tables: [...survival.findings.tables, ...scan.findings.tables.map((t) => ({ ...t, rows: t.rows.slice(0, 3) }))],
      figures: [...survival.findings.figures, ...scan.findings.figures, FOREST].map((f) => ({ ...f, stamp: 'S' })),
    },
  };
});

describe('text of a document', () => {
  it('never becomes markup in SVG', () => {
    const plain = document.findings.figures.map(({ id }) => namesIn(renderSvg(document, id)));
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 5 }), fc.nat({ max: 2 }), (texts, which) => {
        let i = 0;
        const figure = withTexts(document.findings.figures[which]!, () => texts[i++ % texts.length]!);
        const svg = renderSvg({ ...document, findings: { ...document.findings, figures: [figure] } });
        expect(faultsOf(svg)).toEqual([]);
        const { elements, attributes } = namesIn(svg);
        expect(plain[which]!.elements).toEqual(expect.arrayContaining(elements));
        expect(plain[which]!.attributes).toEqual(expect.arrayContaining(attributes));
        expect(() => new Resvg(svg, { font: { loadSystemFonts: false } })).not.toThrow();
      }),
      { numRuns: 60 },
    );
  });

  it('never becomes markup in HTML', () => {
    const plain = namesIn(renderHtml(document));
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 5 }), (texts) => {
        let i = 0;
        const html = renderHtml(withTexts(document, () => texts[i++ % texts.length]!));
        expect(faultsOf(html)).toEqual([]);
        const { elements, attributes } = namesIn(html);
        expect([...plain.elements, 'span']).toEqual(expect.arrayContaining(elements)); // a label that repeats
        expect(plain.attributes).toEqual(expect.arrayContaining(attributes));
      }),
      { numRuns: 40 },
    );
  });

  it('is told from markup by the check itself', () => {
    for (const bad of ['<a>', '<a></b>', '<a b=c/>', '<a b="1" b="2"/>', 'a & b', '<a>\u0001</a>', '<a>1 < 2</a>'])
      expect(faultsOf(bad)).not.toEqual([]);
    expect(faultsOf('<!DOCTYPE html>\n<a b="&lt;"><c/>&amp;</a>')).toEqual([]);
  });
});

describe('numbers of a figure', () => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });
  const limit = fc.option(fc.oneof(fc.double({ min: 0, max: 1e9, noNaN: true }), fc.constantFrom(1e-300, 1e300)));
  const forest = fc.array(
    fc.record({ label: fc.string(), n: fc.string(), estimate: limit, low: limit, high: limit, text: fc.string() }),
    { maxLength: 12 },
  );
  const volcano = fc.array(
    fc.record({
      label: fc.string(),
      x: finite,
      edge: fc.constantFrom('none' as const, 'low' as const, 'high' as const),
      y: fc.double({ min: 0, max: 308, noNaN: true }),
      adjusted: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { maxLength: 40 },
  );

  function draws(figure: unknown): void {
    const findings = Findings.parse({ ...document.findings, figures: [Figure.parse(figure)] });
    const svg = renderSvg(ResultDocument.parse({ ...document, findings }));
    expect(faultsOf(svg)).toEqual([]);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  }

  it('are drawn in a forest plot whatever they are', () => {
    fc.assert(
      fc.property(forest, (rows) =>
        draws({ ...FOREST, rows: rows.map((row) => ({ ...row, label: 'l', n: 'n', text: 't' })) }),
      ),
    );
  });

  it('are drawn in a volcano plot whatever they are', () => {
    const { points: _, ...rest } = document.findings.figures[1] as Extract<Figure, { kind: 'volcano' }>;
    const threshold = fc.option(fc.double({ min: 0, max: 308, noNaN: true }));
    fc.assert(
      fc.property(volcano, threshold, (points, line) =>
        draws({
          ...rest,
          title: 't',
          alt: 'a',
          points: points.map((point) => ({ ...point, label: 'G' })),
          threshold: line,
        }),
      ),
    );
  });
});
