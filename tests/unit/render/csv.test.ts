import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderCsv } from '../../../lib/render/index.ts';
import type { ResultDocument, ResultTable } from '../../../lib/result/index.ts';
import { crlmSurvival, documentOf, FOREST, figuresOnly } from './documents.ts';

function lines(csv: string): string[][] {
  return parse(csv, { relax_column_count: true, skip_empty_lines: false });
}

function ofTable(table: Partial<ResultTable>): ResultDocument {
  const { findings } = figuresOnly([]);
  const whole = { id: 't', title: 'T', columns: [], rows: [], notes: [], ...table };
  return documentOf({ ...findings, tables: [whole] }, { analysis: 'none' });
}

describe('a result as CSV', () => {
  it('has every table with its title, its keys, and the doubles with all their digits', async () => {
    const document = await crlmSurvival();
    const read = lines(renderCsv(document));
    for (const { title, rows } of document.findings.tables) {
      const at = read.findIndex(([first]) => first === title);
      const keys = read[at + 1]!;
      expect(keys).toEqual(expect.arrayContaining(Object.keys(rows[0]!)));
      rows.forEach((row, i) => {
        const cells = Object.fromEntries(keys.map((key, j) => [key, read[at + 2 + i]![j]]));
        for (const [key, value] of Object.entries(row)) expect(cells[key]).toBe(value === null ? '' : String(value));
      });
    }
  });

  it('sets the limits and the reason beside the estimate, and writes keys that no column shows', async () => {
    const csv = renderCsv(await crlmSurvival());
    expect(csv).toContain(
      '\r\ngroup,n,events,expected,hazard_ratio,hazard_ratio_low,hazard_ratio_high,hazard_ratio_why,p,p_why,log10_p,coefficient,standard_error\r\n',
    );
  });

  it('says where the numbers come from, what was left out and what to be warned of', async () => {
    const document = await crlmSurvival();
    const warned = {
      ...document,
      refused: [{ source: 'clinical.csv', reason: 'empty-file', answeredFrom: 'older version' as const }],
      findings: { ...document.findings, warnings: [{ code: 'few-events', says: 'Few events' }] },
    };
    const read = lines(renderCsv(warned));
    expect(read).toContainEqual(['result', document.id]);
    expect(read).toContainEqual(['content', document.content]);
    expect(read).toContainEqual(['warning few-events', 'Few events']);
    expect(read).toContainEqual(['source refused', 'clinical.csv: empty-file; answered from older version']);
    expect(read).toContainEqual(['left out', 'without crs: 29']);
  });

  it('carries the stamp of a figure beside the title of each table', () => {
    const document = ofTable({});
    document.findings.figures = [{ ...FOREST, stamp: 'SYNTHETIC' }];
    expect(renderCsv(document).startsWith('T,SYNTHETIC\r\n')).toBe(true);
  });

  it('sets an apostrophe before a text that a spreadsheet would run, and touches no number', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('=', '+', '-', '@', '\t', '\r', "'=", "''@"),
        fc.string({ unit: 'binary' }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (start, rest, number) => {
          const rows = [{ a: start + rest, b: number }];
          const read = lines(renderCsv(ofTable({ title: start, rows })));
          expect(read[0]).toEqual([`'${start}`]);
          expect(read[2]).toEqual([`'${start}${rest}`, String(number)]);
        },
      ),
    );
  });

  it('gives every other text back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!/^'*[=+\-@\t\r]/.test(text));
        expect(lines(renderCsv(ofTable({ rows: [{ key: 1, text }] })))[2]).toEqual(['1', text]);
      }),
    );
  });
});
