import { beforeAll, describe, expect, it } from 'vitest';
import { toGateway } from '../../../lib/http/index.ts';
import { renderHtml } from '../../../lib/render/index.ts';
import type { ResultColumn, ResultDocument, ResultTable } from '../../../lib/result/index.ts';
import { crlmSurvival, documentOf, FOREST, figuresOnly, readScan } from './documents.ts';
import { faultsOf } from './well-formed.ts';

let document: ResultDocument;
let page: string;

function withTable(table: Partial<ResultTable>, request: ResultDocument['request'] = { analysis: 'none' }): string {
  const whole = { id: 't', title: 'T', columns: [], rows: [], notes: [], ...table };
  return renderHtml(documentOf({ ...figuresOnly([]).findings, tables: [whole] }, request));
}

/** What the cells of the one column say. */
function cells(column: Partial<ResultColumn>, rows: ResultTable['rows']): string[] {
  const html = withTable({ columns: [{ key: 'x', label: 'X', format: 'number', ...column }], rows });
  const body = html.match(/<tbody>(.*?)<\/tbody>/s)![1]!;
  return [...body.matchAll(/<t[dh][^>]*>(.*?)<\/t[dh]>/gs)].map(([, text]) => text!);
}

beforeAll(async () => {
  document = await crlmSurvival();
  page = renderHtml(document);
});

describe('a result as a page', () => {
  it('is well formed and says who may read it how', () => {
    expect(faultsOf(page)).toEqual([]);
    expect(page.startsWith('<!DOCTYPE html>\n<html lang="en">')).toBe(true);
    expect(page).toContain('<meta charset="utf-8"/>');
    expect(page).toContain('@page { size: A4;');
  });

  it('holds the content security policy that replies have, but for what only a header can say', () => {
    const header = toGateway({ status: 200 }).headers['content-security-policy']!;
    expect(header).toContain("default-src 'none'");
    const meta = page.match(/<meta http-equiv="Content-Security-Policy" content="([^"]*)"\/>/)![1]!;
    expect(meta.replaceAll('&#39;', "'")).toBe(header.replace("; frame-ancestors 'none'", ''));
    expect(page.indexOf('http-equiv')).toBeLessThan(page.indexOf('<style>'));
  });

  it('stands alone: no script, no address', () => {
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(
      /<script|https?:|url\(|@import|src="|href=| on\w+="/,
    );
  });

  it('has headings in their order', () => {
    const levels = [...page.matchAll(/<h(\d)>/g)].map(([, level]) => Number(level));
    expect(levels[0]).toBe(1);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const [i, level] of levels.slice(1).entries()) expect(level).toBeLessThanOrEqual(levels[i]! + 1);
  });

  it('gives every table a caption and every head its scope', () => {
    const tables = [...page.matchAll(/<table>.*?<\/table>/gs)].map(([table]) => table);
    expect(tables).toHaveLength(document.findings.tables.length);
    for (const table of tables) {
      expect(table).toMatch(/<caption><b>Table \d\.<\/b> .+<\/caption>/);
      expect(table).not.toMatch(/<th(?! scope="(?:col|row)")[ >]/);
      const columns = table.match(/<th scope="col"/g)!.length;
      for (const [, row] of table.matchAll(/<tr>((?:<t[dh][^>]*>[^<]*<\/t[dh]>)+)<\/tr>/g))
        expect(row!.match(/<t[dh]/g)).toHaveLength(columns);
    }
  });

  it('has the whole document: figures, notes, method, assumptions, references, provenance', () => {
    const { title, method, assumptions, citations, figures, tables } = document.findings;
    const text = page.replaceAll('&#39;', "'");
    for (const said of [
      title,
      ...method,
      ...assumptions.map(({ says }) => says),
      ...citations,
      ...figures.map(({ alt }) => `</b> ${alt}</figcaption>`),
      ...tables.flatMap(({ notes }) => notes),
      '<dd>197</dd>',
      '<dd>168</dd>',
      '29 without crs (crs)',
      document.id,
      document.content,
      document.frame.digest,
      document.frame.revision,
      document.engine,
    ])
      expect(text).toContain(said);
  });

  it('says before the numbers what to know of them: stamps, warnings, sources refused', () => {
    const html = renderHtml({
      ...document,
      refused: [
        { source: 'a.csv', reason: 'truncated', answeredFrom: 'older version' },
        { source: 'b.csv', reason: 'empty-file', answeredFrom: 'nothing' },
      ],
      findings: {
        ...document.findings,
        warnings: [{ code: 'few-events', says: 'Few events.' }],
        figures: [
          { ...document.findings.figures[0]!, stamp: 'NAIVE' },
          { ...FOREST, stamp: 'NAIVE' },
        ],
      },
    });
    const head = html.slice(0, html.indexOf('<main>'));
    expect(head.match(/<p class="stamp">NAIVE<\/p>/g)).toHaveLength(1);
    expect(head).toContain('<li>Few events.</li>');
    expect(head).toContain(
      'The newest version of a.csv was refused (truncated): this result is from an older version.',
    );
    expect(head).toContain('b.csv was refused (empty-file): nothing of it is in this result.');
    expect(page).not.toContain('class="warnings"');
  });

  it('has every id once, though it holds several figures', () => {
    const two = renderHtml(figuresOnly([FOREST, FOREST]));
    const ids = [...two.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(ids.filter((id) => id!.startsWith('figure-'))).toHaveLength(4);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('prints numbers as journals do, and the reason where there is none', () => {
    expect(cells({ format: 'p' }, [{ x: 0.0499999 }, { x: 1e-9 }])).toEqual(['0.0499999', '&lt;0.001']);
    expect(cells({ format: 'share' }, [{ x: 0.6271 }])).toEqual(['62.7%']);
    expect(cells({ format: 'count' }, [{ x: 12345 }])).toEqual(['12,345']);
    expect(cells({ format: 'text' }, [{ x: 'a<b' }, { x: true }])).toEqual(['a&lt;b', 'yes']);
    const interval = { low: 'l', high: 'h', why: 'w' };
    expect(
      cells(interval, [
        { x: 76, l: 67.1, h: 101, w: '' },
        { x: 57.2, l: 51.4, h: null, w: 'not reached' },
        { x: null, l: null, h: null, w: 'reference' },
        { x: null, l: null, h: null, w: '' },
        { x: 2, l: 1, h: null, w: '' },
        {},
      ]),
    ).toEqual(['76.0 (67.1 to 101)', '57.2 (51.4 to not reached)', 'reference', '–', '2.00 (1.00 to –)', '–']);
  });

  it('names unit and level in the head of a column', () => {
    const columns: ResultColumn[] = [
      { key: 'x', label: 'Median', format: 'number', unit: 'months', low: 'l', high: 'h' },
    ];
    expect(withTable({ columns })).toContain('>Median, months (interval)<');
    expect(withTable({ columns }, { analysis: 'none', level: 0.9 })).toContain('>Median, months (90% CI)<');
  });

  it('cuts what would fill a hundred pages, and says so', () => {
    const columns: ResultColumn[] = [{ key: 'x', label: 'X', format: 'text' }];
    const rows = Array.from({ length: 9123 }, (_, i) => ({ x: i === 0 ? 'S'.repeat(5000) : `row ${i}` }));
    const html = withTable({ columns, rows });
    expect(html).toContain('These are the first 200 of 9,123 rows; the CSV form of this result has all.');
    expect(html).toContain('Long lists are cut here');
    expect(html.match(/<tr>/g)).toHaveLength(201);
    expect(html.length).toBeLessThan(30_000);
  });

  it('stays below what a browser and a mailbox bear for a scan of an exome', async () => {
    expect(renderHtml(await readScan({ endpoint: 'os', minAltered: 1 })).length).toBeLessThan(500_000);
  });
});
