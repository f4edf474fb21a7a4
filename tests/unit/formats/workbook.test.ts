import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { type Cell, writeXlsx } from 'hucre/xlsx';
import { describe, expect, it } from 'vitest';
import { LIMITS, writeCsv } from '../../../lib/formats/index.ts';
import { faultOf, readAll, zipOf } from './read.ts';

const CRLM = path.join(import.meta.dirname, '../../../demo/data/crlm-tcia');

/** `<workbook>` is all that tells an archive is one; nothing behind it can be read. */
const SHELL = { name: 'xl/workbook.xml', content: Buffer.from('<workbook/>') };

describe('a workbook', () => {
  it('is read as the CSV of the same table, a line apart', async () => {
    const csv = await readAll(await readFile(path.join(CRLM, 'clinical.csv')));
    const xlsx = await readAll(await readFile(path.join(CRLM, 'clinical.xlsx')), { sheet: 'TCIA_n=197' });
    expect([csv.cells.length, csv.lines[0], xlsx.lines[0]]).toEqual([197, 3, 2]);
    expect(xlsx.columns).toEqual(csv.columns);
    const number = (cell: string) => (cell !== '' && Number.isFinite(Number(cell)) ? Number(cell) : cell);
    expect(xlsx.cells.map((row) => row.map(number))).toEqual(csv.cells.map((row) => row.map(number)));
  });

  it('gives numbers, dates and truth values as text that reads as itself', async () => {
    const rows = [
      ['id', 'n', 'day', 'moment', 'b', 'none'],
      ['P1', 0.1 + 0.2, new Date(Date.UTC(2024, 1, 29)), new Date(Date.UTC(2024, 1, 29, 13, 5)), true, null],
      [null, null, null, null, null, null],
      ['P2', -999, new Date(Date.UTC(1899, 11, 31)), new Date(Date.UTC(1900, 2, 1)), false, null],
    ];
    const { cells, lines } = await readAll(await writeXlsx({ sheets: [{ name: 'A', rows }] }));
    expect(lines).toEqual([2, 4]);
    expect(cells[0]).toEqual(['P1', '0.30000000000000004', '2024-02-29', '2024-02-29T13:05:00', 'true', '']);
    expect([cells[1]![1], cells[1]![3], cells[1]![4]]).toEqual(['-999', '1900-03-01', 'false']);
  });

  it('gives of a formula the value that was saved, and says where there is none', async () => {
    const cells = new Map<string, Partial<Cell>>([
      ['1,1', { value: 3, formula: '1+2', formulaResult: 3 }],
      ['2,1', { value: null, formula: 'WEBSERVICE("http://example.org")' }],
    ]);
    const rows = [
      ['id', 'x'],
      ['P1', null],
      ['P2', null],
    ];
    const read = await readAll(await writeXlsx({ sheets: [{ name: 'A', rows, cells }] }));
    expect(read.cells).toEqual([
      ['P1', '3'],
      ['P2', ''],
    ]);
    expect(read.notes.map(({ rule, level, line, column }) => [rule, level, line, column])).toEqual([
      ['formula-without-value', 'cell', 3, 'B'],
    ]);
  });

  it('has what stands in merged cells of a header above each of their columns', async () => {
    const rows = [
      ['Liver study', null, null, null, null],
      ['id', 'CEA', null, null, 'sex'],
      [null, 'before', 'after', null, null],
      ['P1', 5, 6, 'x', 'f'],
    ];
    const merges = [
      { startRow: 0, startCol: 0, endRow: 0, endCol: 4 },
      { startRow: 1, startCol: 0, endRow: 2, endCol: 0 },
      { startRow: 1, startCol: 1, endRow: 1, endCol: 3 },
    ];
    const bytes = await writeXlsx({ sheets: [{ name: 'A', rows, merges }] });
    const read = await readAll(bytes, { header: [2, 3] });
    expect(read.columns).toEqual(['id', 'CEA / before', 'CEA / after', '', 'sex']);
    expect(read.cells).toEqual([['P1', '5', '6', 'x', 'f']]);
    expect((await readAll(bytes, { header: 2 })).columns).toEqual(['id', 'CEA', '', '', 'sex']);
  });

  it('gives the sheet that is named, else the first that is to be seen', async () => {
    const bytes = await writeXlsx({
      sheets: [
        { name: 'Old', rows: [['a'], ['1']], hidden: true },
        { name: 'Now', rows: [['b'], ['2']] },
        { name: 'More', rows: [['c'], ['3']] },
      ],
    });
    expect((await readAll(bytes)).columns).toEqual(['b']);
    expect((await readAll(bytes, { sheet: 'More' })).columns).toEqual(['c']);
    const error = await faultOf(readAll(bytes, { sheet: 'Mroe' }));
    expect([error.code, error.place.sheet, error.remedy.includes('Old, Now, More')]).toEqual([
      'no-header',
      'Mroe',
      true,
    ]);
  });

  it('places its faults in the sheet', async () => {
    const error = await faultOf(readAll(await writeXlsx({ sheets: [{ name: 'A', rows: [['x', 'x']] }] })));
    expect([error.code, error.place]).toEqual(['duplicate-header', { file: 'f', sheet: 'A', line: 1, column: 'x' }]);
  });
});

/** A workbook of one sheet, as little of it as there may be. */
function bare(sheet: string, more: ReadonlyMap<string, string> = new Map()): Buffer {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const related = (target: string, type: string): string =>
    `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="${office}/${type}" Target="${target}"/></Relationships>`;
  const files = {
    '[Content_Types].xml': '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    '_rels/.rels': related('xl/workbook.xml', 'officeDocument'),
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': related('worksheets/sheet1.xml', 'worksheet'),
    'xl/worksheets/sheet1.xml': sheet,
  };
  return zipOf([...Object.entries(files), ...more].map(([name, text]) => ({ name, content: Buffer.from(text) })));
}

describe('a hostile workbook', () => {
  const cells = (...texts: readonly string[]): string =>
    `<worksheet><sheetData>${texts
      .map((text, i) => `<row r="${i + 1}"><c r="A${i + 1}" t="inlineStr"><is><t>${text}</t></is></c></row>`)
      .join('')}</sheetData></worksheet>`;

  it('is read as far as it is plain', async () => {
    expect(await readAll(bare(cells('id', 'P1')))).toMatchObject({ columns: ['id'], cells: [['P1']] });
  });

  it.each([
    ['a file', `<!DOCTYPE x [<!ENTITY e SYSTEM "file://${path.join(CRLM, 'dictionary.csv')}">]>`],
    [
      'itself a thousand times over',
      `<!DOCTYPE x [<!ENTITY a "${'x'.repeat(1000)}"><!ENTITY e "${'&a;'.repeat(1000)}">]>`,
    ],
  ])('gets no entity resolved that names %s', async (_, type) => {
    const read = await readAll(bare(type + cells('id', '&e;'))).catch(({ code }) => code as string);
    const text = JSON.stringify(read);
    expect(text.includes('Patient-ID') || text.includes('xxx')).toBe(false);
    expect(text.length).toBeLessThan(1000);
  });

  it('tells of formulas that call out only the value saved with them, and reads macros and links as nothing', async () => {
    const called: string[] = [];
    const server = createServer((socket) => {
      called.push('somebody');
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const formulas = [
      `WEBSERVICE("http://127.0.0.1:${port}/")`,
      `cmd|&apos; /C calc&apos;!A0`,
      `[1]Sheet1!A1`,
      `HYPERLINK("http://127.0.0.1:${port}/","here")`,
      `CALL("urlmon","URLDownloadToFileA","JJCCJJ",0,"http://127.0.0.1:${port}/")`,
    ];
    const rows = formulas.map((f, i) => `<row r="${i + 2}"><c r="A${i + 2}"><f>${f}</f><v>${i}</v></c></row>`).join('');
    const head = '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c></row>';
    const files = new Map([
      ['xl/vbaProject.bin', 'Auto_Open'],
      ['xl/externalLinks/externalLink1.xml', `<externalLink><externalBook r:id="rId1"/></externalLink>`],
      ['xl/connections.xml', `<connections><connection id="1" url="http://127.0.0.1:${port}/"/></connections>`],
    ]);
    const read = await readAll(bare(`<worksheet><sheetData>${head}${rows}</sheetData></worksheet>`, files));
    expect(read.cells).toEqual(formulas.map((_, i) => [String(i)]));
    server.close();
    expect(called).toEqual([]);
  });

  it('gives away cells that begin like formulas as text that no spreadsheet runs, and reads them as they were', async () => {
    const hostile = ['=1+1', '+1', '-1', '@SUM(A1)', `=cmd|' /C calc'!A0`, "'=1", '\tx', '\r=1'];
    const { cells } = await readAll(
      await writeXlsx({ sheets: [{ name: 'A', rows: [['id'], ...hostile.map((text) => [text])] }] }),
    );
    expect(cells.flat()).toEqual(hostile);
    const csv = writeCsv(['id'], cells);
    for (const line of csv.split('\r\n').slice(1)) expect(line).not.toMatch(/^"?[=+\-@\t\r]/);
    expect((await readAll(csv)).cells).toEqual(cells);
  });
});

describe('an archive is refused', () => {
  it.each([
    ['an OpenDocument file', 'content.xml'],
    ['a Word document', 'word/document.xml'],
    ['a binary Excel workbook (.xlsb)', 'xl/workbook.bin'],
  ])('that is %s', async (what, name) => {
    const error = await faultOf(readAll(zipOf([{ name, content: Buffer.from('id\n1\n') }])));
    expect([error.code, error.message]).toEqual(['archive-not-read', `the file is ${what}, which is not read`]);
  });

  it('where it is taken for one table, with how its files are matched', async () => {
    const error = await faultOf(readAll(zipOf([{ name: 'clinical.csv', content: Buffer.from('id\n1\n') }])));
    expect(error).toMatchObject({ code: 'archive-not-read', remedy: expect.stringMatching(/^Match the files in it/) });
  });

  it('that ends in the middle, or holds what is no workbook', async () => {
    const whole = await readFile(path.join(CRLM, 'clinical.xlsx'));
    expect((await faultOf(readAll(whole.subarray(0, 50_000)))).code).toBe('truncated');
    expect((await faultOf(readAll(zipOf([SHELL])))).code).toBe('undecodable');
    const damaged = Buffer.from(whole);
    damaged.fill(0xff, 20_000, 40_000);
    expect((await faultOf(readAll(damaged))).code).toBe('undecodable');
  });

  it('that unpacks to too much, whatever it says of its size', async () => {
    const content = Buffer.alloc(50_000_000, '<row/>');
    for (const size of [content.length, 1000]) {
      const bomb = zipOf([SHELL, { name: 'xl/worksheets/sheet1.xml', content, size }]);
      const error = await faultOf(readAll(bomb));
      expect(error.code).toBe(size === content.length ? 'over-limit' : 'undecodable');
    }
    const many = Array.from({ length: LIMITS.workbookEntries }, (_, i) => ({ name: `${i}`, content: Buffer.alloc(1) }));
    expect((await faultOf(readAll(zipOf([SHELL, ...many])))).code).toBe('over-limit');
  });

  it('whose two cells span a sheet of millions', async () => {
    const cells = new Map<string, Partial<Cell>>([['1048575,16383', { value: 1 }]]);
    const bytes = await writeXlsx({ sheets: [{ name: 'A', rows: [['x']], cells }] });
    expect(['over-limit', 'undecodable']).toContain((await faultOf(readAll(bytes))).code);
  });
});
