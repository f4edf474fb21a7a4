import { createCipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { type CellValue, readXlsx, writeXlsx } from 'hucre/xlsx';
import { describe, expect, it } from 'vitest';
import { openSource } from '../../../lib/formats/index.ts';
import { sheetNames } from '../../../lib/formats/workbook.ts';
import { faultOf, inPieces, readAll, zipOf } from './read.ts';

const CLINICAL = readFileSync(path.join(import.meta.dirname, '../../../demo/data/crlm-tcia/clinical.xlsx'));

/** Every row of a sheet that isn't empty, as text: the whole of it read by another library at once. */
async function whole(bytes: Uint8Array, name: string): Promise<readonly (readonly string[])[]> {
  const { sheets } = await readXlsx(bytes, { sheets: [name] });
  const rows = sheets[0]!.rows.map((row) => row.map(textOf));
  return rows.filter((row) => row.some((cell) => cell.trim() !== ''));
}

function textOf(value: CellValue | undefined): string {
  if (!(value instanceof Date)) return value === null || value === undefined ? '' : String(value);
  const [day, time] = value.toISOString().split('T') as [string, string];
  return time === '00:00:00.000Z' ? day : `${day}T${time.slice(0, 8)}`;
}

async function streamed(bytes: Uint8Array, sheet: string): Promise<readonly (readonly string[])[]> {
  const { columns, cells } = await readAll(bytes, { sheet });
  return [columns, ...cells];
}

describe('A sheet that is streamed', () => {
  it('is what it is when it is read whole, in each sheet of a hospital', async () => {
    const names = (await readXlsx(CLINICAL)).sheets.map(({ name }) => name);
    expect(names.length).toBeGreaterThan(1);
    for (const name of names) {
      const [header = [], ...rows] = await whole(CLINICAL, name);
      const trimmed = header.map((cell) => cell.trim());
      const named = trimmed.slice(0, trimmed.findLastIndex((cell) => cell !== '') + 1);
      expect(await streamed(CLINICAL, name)).toEqual([named, ...rows.map((row) => row.slice(0, named.length))]);
    }
  });

  it('is what it is when it is read whole, whatever is in it', async () => {
    const day = fc.date({ min: new Date('1901-01-01'), max: new Date('2090-01-01'), noInvalidDate: true });
    const value = fc.oneof(
      fc.constant(null),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.boolean(),
      day.map((date) => new Date(Math.round(date.getTime() / 1000) * 1000)),
      fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => text.replaceAll(/[\p{C}\r]/gu, '')),
      fc.constantFrom('a <b> & "c"', '_x0041_', ' spaced ', "d'e", '\n', 'ﬁ', '𝛼'),
    );
    const row = fc.array(value, { minLength: 6, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 8 }), async (rows) => {
        const header = ['a', 'b', 'c', 'd', 'e', 'f'];
        const bytes = await writeXlsx({ sheets: [{ name: 'A', rows: [header, ...rows] }] });
        expect(await streamed(bytes, 'A')).toEqual(await whole(bytes, 'A'));
      }),
      { numRuns: 60 },
    );
  });

  it('is no further ahead than its rows are taken', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => [`p${i}`, i, i / 7]);
    const bytes = await writeXlsx({ sheets: [{ name: 'A', rows: [['id', 'a', 'b'], ...rows] }] });
    const source = await openSource(inPieces(bytes), { file: 'f' });
    let largest = 0;
    let seen = 0;
    for await (const batch of source.rows) {
      largest = Math.max(largest, batch.length);
      seen += batch.length;
    }
    expect(seen).toBe(20_000);
    expect(largest).toBeLessThan(3_000);
  });

  it('keeps a large workbook in no file that has a name', async () => {
    const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(
      Buffer.alloc(20 * 1024 ** 2),
    );
    const parts = await bookOf(
      '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c></row><row><c><v>1</v></c></row>',
    );
    const bytes = zipOf([...parts, { name: 'xl/media/scan.bin', content: noise }]);
    expect(bytes.length).toBeGreaterThan(17 * 1024 ** 2);
    expect((await readAll(bytes)).cells).toEqual([['1']]);
    expect((await sheetNames(inPieces(bytes), 'f')).map(({ name }) => name)).toEqual(['A']);
    expect((await faultOf(readAll(bytes.subarray(0, -5000)))).code).toBe('truncated');
  });
});

/** The parts of a workbook of one sheet, as little of it as there may be. */
async function bookOf(
  rows: string,
  { more = '', strings = '', book = '', prefix = '' } = {},
): Promise<{ name: string; content: Buffer }[]> {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const related = (...targets: readonly (readonly [string, string])[]): string =>
    `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${targets
      .map(([target, type], i) => `<Relationship Id="r${i + 1}" Type="${office}/${type}" Target="${target}"/>`)
      .join('')}</Relationships>`;
  const p = prefix === '' ? '' : `${prefix}:`;
  const space = prefix === '' ? 'xmlns' : `xmlns:${prefix}`;
  return Object.entries({
    '[Content_Types].xml': '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    '_rels/.rels': related(['/xl/workbook.xml', 'officeDocument']),
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${office}">${book}<sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': related(
      ['worksheets/sheet1.xml', 'worksheet'],
      ['sharedStrings.xml', 'sharedStrings'],
      ['styles.xml', 'styles'],
    ),
    'xl/sharedStrings.xml': `<sst xmlns="${main}">${strings}</sst>`,
    'xl/styles.xml': `<styleSheet xmlns="${main}"><numFmts><numFmt numFmtId="200" formatCode="dd.mm.yyyy"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="200"/><xf numFmtId="14"/><xf numFmtId="10"/></cellXfs></styleSheet>`,
    'xl/worksheets/sheet1.xml': `<?xml version="1.0"?><${p}worksheet ${space}="${main}"><${p}sheetData>${rows}</${p}sheetData>${more}</${p}worksheet>`,
  }).map(([name, text]) => ({ name, content: Buffer.from(text) }));
}

async function read(rows: string, options: Parameters<typeof bookOf>[1] = {}, header?: readonly number[]) {
  return readAll(zipOf(await bookOf(rows, options)), header ? { header } : {});
}

describe('A sheet as programs write it', () => {
  const strings =
    '<si><t>id</t></si><si><r><t>on</t></r><r><rPr><b/></rPr><t xml:space="preserve">set </t></r></si><si><t>日</t><rPh sb="0" eb="1"><t>hi</t></rPh></si><si><t>a_x000D_b</t></si>';

  it('shares texts, formatted and with how they are spoken', async () => {
    const rows = `<row r="1">${[0, 1].map((i) => `<c t="s"><v>${i}</v></c>`).join('')}</row><row r="2"><c t="s"><v>2</v></c><c t="s"><v>3</v></c></row><row r="3"><c t="s"><v>99</v></c><c t="s"/></row>`;
    const { columns, cells } = await read(rows, { strings });
    expect([columns, cells]).toEqual([['id', 'onset'], [['日', 'a\rb']]]);
  });

  it('has names with a prefix, numbers without a place, rows without a number', async () => {
    const rows =
      '<x:row><x:c t="str"><x:v>id</x:v></x:c><x:c t="inlineStr"><x:is><x:t>n</x:t></x:is></x:c></x:row><x:row/><x:row><x:c><x:v>7</x:v></x:c><x:c><x:v>1E-3</x:v></x:c></x:row>';
    const { columns, cells, lines } = await read(rows, { prefix: 'x' });
    expect([columns, cells, lines]).toEqual([['id', 'n'], [['7', '0.001']], [3]]);
  });

  it.each([
    ['1900', '', ['2024-02-29', '2024-02-29T12:00:00', '1900-01-01', '1.5', '45351']],
    ['1904', '<workbookPr date1904="1"/>', ['2028-03-01', '2028-03-01T12:00:00', '1904-01-02', '1.5', '45351']],
  ])('counts days from %s', async (_, book, dates) => {
    const head = ['a', 'b', 'c', 'd', 'e'].map((name) => `<c t="str"><v>${name}</v></c>`).join('');
    const cells =
      '<c s="1"><v>45351</v></c><c s="2"><v>45351.5</v></c><c s="1"><v>1</v></c><c s="3"><v>1.5</v></c><c s="0"><v>45351</v></c>';
    expect((await read(`<row>${head}</row><row>${cells}</row>`, { book })).cells).toEqual([dates]);
  });

  it('ends rows where they are empty, and holds remarks beyond its columns', async () => {
    const rows =
      '<row r="2"><c r="A2" t="str"><v>id</v></c><c r="B2" t="str"><v>age</v></c></row><row r="4"><c r="A4"><v>1</v></c></row><row r="7"><c r="B7"><v>60</v></c><c r="F7" t="str"><v>ask again</v></c><c r="A7"><v>2</v></c></row>';
    const { cells, lines, rejected } = await read(rows);
    expect([cells, lines, rejected]).toEqual([
      [
        ['1', ''],
        ['2', '60'],
      ],
      [4, 7],
      [],
    ]);
  });

  it('is the first that has cells: a chart has none', async () => {
    const parts = await bookOf('<row><c t="str"><v>id</v></c></row><row><c><v>1</v></c></row>');
    const charted = parts.map(({ name, content }) => {
      const chart = '<sheet name="Chart" sheetId="9" r:id="r9"/>';
      return name === 'xl/workbook.xml'
        ? { name, content: Buffer.from(`${content}`.replace('<sheets>', `<sheets>${chart}`)) }
        : { name, content };
    });
    expect((await readAll(zipOf(charted))).cells).toEqual([['1']]);
    expect(await sheetNames(inPieces(zipOf(charted)), 'f')).toEqual([{ name: 'A', first: true }]);
    expect((await faultOf(readAll(zipOf(charted), { sheet: 'Chart' }))).code).toBe('undecodable');
  });

  it('has cells merged that it names behind all rows', async () => {
    const rows =
      '<row><c t="str"><v>Study</v></c></row><row><c t="str"><v>id</v></c><c t="str"><v>CEA</v></c></row><row><c r="B3" t="str"><v>before</v></c><c t="str"><v>after</v></c></row><row><c><v>1</v></c><c><v>2</v></c><c><v>3</v></c></row>';
    const more = '<mergeCells count="2"><mergeCell ref="A1:C1"/><mergeCell ref="B2:C2"/></mergeCells>';
    const { columns, cells } = await read(rows, { more }, [2, 3]);
    expect([columns, cells]).toEqual([['id', 'CEA / before', 'CEA / after'], [['1', '2', '3']]]);
  });

  it.each([
    ['rows go back', '<row r="3"><c><v>1</v></c></row><row r="2"><c><v>1</v></c></row>', 'undecodable'],
    ['a row stands twice', '<row r="2"><c><v>1</v></c></row><row r="2"><c><v>1</v></c></row>', 'undecodable'],
    ['a cell is of another row', '<row r="1"><c r="A1"><v>1</v></c><c r="B2"><v>1</v></c></row>', 'undecodable'],
    ['a cell is beyond the last column', '<row r="1"><c r="XFE1"><v>1</v></c></row>', 'undecodable'],
    ['tags are not closed', '<row r="1"><c r="A1"><v>1</v></row>', 'undecodable'],
    ['tags have no end', `<row r="1"><c r="A1">${'<v>'.repeat(200)}`, 'over-limit'],
  ])('is refused where %s', async (_, rows, code) => {
    expect((await faultOf(read(rows))).code).toBe(code);
  });

  it('is refused where one text has no end', async () => {
    const text = 'x'.repeat(1024 ** 2);
    const cell = `<c t="inlineStr"><is><t>${text}</t></is></c>`;
    expect((await faultOf(read(`<row>${cell.repeat(9)}</row>`))).code).toBe('over-limit');
    expect((await faultOf(read(`<row><!--${text.repeat(9)}--></row>`))).code).toBe('over-limit');
  });
});
