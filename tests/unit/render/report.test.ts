import { beforeAll, describe, expect, it } from 'vitest';
import { isTurned } from '../../../lib/render/grid.ts';
import { renderCsv, renderDocx, renderHtml, renderSvg } from '../../../lib/render/index.ts';
import type { ResultColumn, ResultDocument, ResultTable } from '../../../lib/result/index.ts';
import { ask, demoFrame } from '../analyses/asking.ts';
import { documentOf } from './documents.ts';
import { faultsOf } from './well-formed.ts';

let document: ResultDocument;
let page: string;

beforeAll(async () => {
  const request = { analysis: 'report' };
  document = documentOf(await ask(demoFrame('crlm-tcia'), request), request);
  page = renderHtml({ ...document, cohort: { ...document.cohort, stamp: 'SYNTHETIC' } });
}, 120_000);

const decoded = (html: string): string =>
  html
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll(/&#39;|&apos;/g, "'")
    .replaceAll('&amp;', '&');

/** The texts of each row's cells. */
const rowsRead = (html: string): string[][] =>
  [...html.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row]) =>
    [...row!.matchAll(/<t[dh][^>]*>(.*?)<\/t[dh]>/gs)].map(([, cell]) => decoded(cell!)),
  );

interface TableRead {
  readonly label: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A page's tables as a reader sees them. */
function tablesRead(html: string): TableRead[] {
  const found = html.matchAll(/<table>\n<caption><b>(.*?)\.<\/b>.*?<thead>(.*?)<\/thead>\n<tbody>(.*?)<\/tbody>/gs);
  return [...found].map(([, label, head, body]) => ({
    label: decoded(label!),
    head: rowsRead(head!)[0]!,
    rows: rowsRead(body!),
  }));
}

/** What the page says for a column of a row of the document: where the table is set turned, columns are rows. */
function textAt({ head, rows }: TableRead, table: ResultTable, row: number, column: number): string {
  if (!isTurned(table)) return rows[row]![column]!;
  return column === 0 ? head[row + 1]! : rows[column - 1]![row + 1]!;
}

/** The document's tables in the page's order, under the labels that they should have there. */
function tablesHeld({ findings: { tables, report } }: ResultDocument): { label: string; table: ResultTable }[] {
  const of = (label: string, held: readonly ResultTable[]) =>
    held.map((table, i) => ({ label: `${label}able ${i + 1}`, table }));
  return [...report!.parts.flatMap(({ id, findings }) => of(`${id}, t`, findings?.tables ?? [])), ...of('T', tables)];
}

/** Numbers of a text, with half a unit of the last digit that is printed: what they may be off by. */
function numbersIn(text: string): { readonly value: number; readonly off: number }[] {
  return [...text.matchAll(/[<>]?-?\d[\d,]*(?:\.\d+)?(?:e[+-]\d+)?%?/g)].map(([found]) => {
    const share = found.endsWith('%') ? 0.01 : 1;
    const plain = found.replace(/[<>,%]/g, '');
    const [mantissa = '', exponent = '0'] = plain.split('e');
    const digits = mantissa.split('.')[1]?.length ?? 0;
    return { value: Number(plain) * share, off: 0.5 * 10 ** (Number(exponent) - digits) * share };
  });
}

/** The numbers that a cell shows, in their order: itself and its interval. */
function shown(row: ResultTable['rows'][number], { key, low, high }: ResultColumn): number[] {
  return [key, low, high].flatMap((name) => (name !== undefined && typeof row[name] === 'number' ? [row[name]] : []));
}

describe('The page of a report', () => {
  it('is well formed, and its headings stand in their order', () => {
    expect(faultsOf(page)).toEqual([]);
    const levels = [...page.matchAll(/<h(\d)>/g)].map(([, level]) => Number(level));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const [i, level] of levels.slice(1).entries()) expect(level).toBeLessThanOrEqual(levels[i]! + 1);
  });

  it('stands alone: it asks for nothing, and its links go to places that it has', () => {
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(
      /<script|https?:|url\(|@import|src="| on\w+="/,
    );
    const links = [...page.matchAll(/href="([^"]*)"/g)].map(([, href]) => href!);
    expect(links.length).toBeGreaterThan(5);
    for (const link of links) expect(page).toContain(`id="${link.slice(1)}"`);
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('shows every table of every item, under its label', () => {
    const labels = tablesRead(page).map(({ label }) => label);
    for (const { label, table } of tablesHeld(document)) if (table.columns.length > 0) expect(labels).toContain(label);
  });

  it('shows no number that the document does not hold, and each that it does', () => {
    const read = new Map(tablesRead(page).map((table) => [table.label, table]));
    let compared = 0;
    for (const { label, table } of tablesHeld(document)) {
      const seen = read.get(label)!;
      table.rows.slice(0, 200).forEach((row, i) => {
        table.columns.forEach((column, j) => {
          if (column.format === 'text') return;
          const held = shown(row, column);
          const text = textAt(seen, table, i, j);
          if (held.length === 0) return;
          const printed = numbersIn(text.replace(/not [a-z ]+/g, ''));
          expect(printed.length, `${label}, ${column.key}: ${text}`).toBe(held.length);
          held.forEach((value, k) => {
            const { value: shows, off } = printed[k]!;
            if (/^[<>]/.test(text)) expect(text.startsWith('<') ? value < shows : value > shows).toBe(true);
            else
              expect(Math.abs(value - shows), `${label}, ${column.key}: ${text} of ${value}`).toBeLessThanOrEqual(
                off * 1.0001,
              );
            compared += 1;
          });
        });
      });
    }
    expect(compared).toBeGreaterThan(800);
  });

  it('can be read without seeing: every picture has a name and a text, every head its scope', () => {
    const pictures = page.match(/<svg [^>]*role="img"/g) ?? [];
    const planned = document.findings.report!.parts.filter(({ sensitivity }) => sensitivity === undefined);
    expect(pictures).toHaveLength(planned.flatMap(({ findings }) => findings?.figures ?? []).length);
    expect(page.match(/<desc id="[^"]*">[^<]+<\/desc>/g)).toHaveLength(pictures.length);
    for (const [head] of page.matchAll(/<th [^>]*>/g)) expect(head).toContain('scope="');
  });

  it('stamps the page and every picture of a cohort that is stamped', () => {
    expect(page).toContain('<p class="stamp">SYNTHETIC</p>');
    const pictures = [...page.matchAll(/<svg .*?<\/svg>/gs)];
    for (const [picture] of pictures) expect(picture).toContain('SYNTHETIC');
  });
});

describe('The other forms of a report', () => {
  it('are each figure as SVG, under its item', () => {
    const [part] = document.findings.report!.parts.filter(({ id }) => id === 'T6');
    const svg = renderSvg(document, `T6/${part!.findings!.figures[0]!.id}`);
    expect(faultsOf(svg.trim())).toEqual([]);
    expect(() => renderSvg(document, 'T6/none')).toThrow('no such figure');
  });

  it('are one table as CSV, and all', () => {
    const one = renderCsv(document, 'T6/survival-at');
    expect(one.split('\r\n')[0]).toMatch(/^T6: /);
    expect(one).not.toContain('T5: ');
    expect(renderCsv(document)).toContain('T5: ');
    expect(() => renderCsv(document, 'T6/none')).toThrow('no such table');
  });

  it('are all tables as one DOCX, whose cells say what the page says', async () => {
    const docx = await renderDocx(document);
    const { unzipped } = await import('./unzipped.ts');
    const xml = (await unzipped(docx)).get('word/document.xml')!;
    const texts = [...xml.matchAll(/<w:t[^>]*>(.*?)<\/w:t>/gs)].map(([, text]) => decoded(text!));
    const read = new Set(texts);
    for (const { label, rows } of tablesRead(page)) {
      if (!/able \d+$/.test(label)) continue; // the checklists are the page's
      for (const row of rows.slice(0, 200))
        for (const cell of row) if (cell !== '' && rows.length > 1) expect(read).toContain(cell);
    }
    expect(xml.match(/<w:tblHeader\/>/g)?.length).toBe(
      tablesHeld(document).filter(({ table }) => table.columns.length > 0).length,
    );
  });
});
