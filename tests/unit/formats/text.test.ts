import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS, openSource, writeCsv } from '../../../lib/formats/index.ts';
import { faultOf, inPieces, readAll } from './read.ts';

const codeAndLine = async (work: Promise<unknown>) => {
  const { code, place } = await faultOf(work);
  return [code, place.line];
};

function utf16(text: string, order: 'le' | 'be'): Buffer {
  const bytes = Buffer.from(text, 'utf16le');
  return order === 'le' ? bytes : bytes.swap16();
}

const TABLE = 'id;größe;name\r\nP1;1,5;Müller\r\nP2;2;Žižek 𝔄\r\n';
const CELLS = [
  ['P1', '1,5', 'Müller'],
  ['P2', '2', 'Žižek 𝔄'],
];

describe('the same table is read', () => {
  it.each([
    ['as UTF-8', Buffer.from(TABLE)],
    ['with a mark', Buffer.from(`\uFEFF${TABLE}`)],
    ['with line feeds', Buffer.from(TABLE.replaceAll('\r\n', '\n'))],
    ['with carriage returns', Buffer.from(TABLE.replaceAll('\r\n', '\r'))],
    ['without the last line end', Buffer.from(TABLE.trimEnd())],
    ['from commas, quoted', Buffer.from(TABLE.replaceAll(/[^;\r\n]+/g, '"$&"').replaceAll(';', ','))],
    ['from tabs', Buffer.from(TABLE.replaceAll(';', '\t'))],
    ['from bars', Buffer.from(TABLE.replaceAll(';', '|'))],
    ['after empty rows', Buffer.from(`\r\n;;\r\n${TABLE}`)],
    ['after comments', Buffer.from(`#version 2.4\r\n#made by hand; and, by | others\r\n${TABLE}`)],
    ["after Excel's word on the separator", Buffer.from(`sep=;\r\n${TABLE}`)],
    ['as UTF-16, little end first', utf16(`\uFEFF${TABLE}`, 'le')],
    ['as UTF-16, big end first', utf16(`\uFEFF${TABLE}`, 'be')],
    ['as UTF-16 without a mark', utf16(TABLE, 'le')],
    ['as UTF-16 without a mark, big end first', utf16(TABLE, 'be')],
    ['from gzip', gzipSync(TABLE)],
    ['from gzip in several members', Buffer.concat([gzipSync(TABLE.slice(0, 20)), gzipSync(TABLE.slice(20))])],
  ])('%s, however the bytes are cut', async (_, bytes) => {
    for (const size of [1, 2, 3, 7, 65_536]) {
      const read = await readAll(bytes, { size });
      expect(read).toMatchObject({ columns: ['id', 'größe', 'name'], cells: CELLS, rejected: [], notes: [] });
    }
  });

  it('as Windows-1252, and says that it was taken for that', async () => {
    const bytes = Buffer.from(TABLE.replaceAll(/Žižek.*/g, '\x80 5'), 'latin1');
    const { columns, cells, notes } = await readAll(bytes);
    expect(columns).toEqual(['id', 'größe', 'name']);
    expect(cells.map(([, , name]) => name)).toEqual(['Müller', '€ 5']);
    expect(notes.map(({ rule, level }) => [rule, level])).toEqual([['taken-for-windows-1252', 'warning']]);
  });

  it('as Windows-1252 also where the first accent comes late, told beside the rows', async () => {
    const plain = `id\tname\n${'P\tplain\n'.repeat(40_000)}`;
    const { cells, notes, rejected } = await readAll(Buffer.from(`${plain}P\tM\xfcller\nP\tplain\n`, 'latin1'));
    expect([cells.length, cells[40_000], notes]).toEqual([40_002, ['P', 'Müller'], []]);
    expect(rejected.map(({ rule, level, line }) => [rule, level, line])).toEqual([
      ['taken-for-windows-1252', 'warning', 40_002],
    ]);
  });
});

describe('the header', () => {
  it('is the first row that is not empty, and lines keep their numbers', async () => {
    const { lines } = await readAll('\n,,\nid,x\n\nP1,1\n,\nP2,2\n');
    expect(lines).toEqual([5, 7]);
  });

  it('is the line that is named, or the lines', async () => {
    const text = 'Export of 3 May 2024\n\n,Liver,,\nid,size,number,\nP1,2,3,\n';
    expect((await readAll(text, { header: 4 })).columns).toEqual(['id', 'size', 'number']);
    const { columns, cells } = await readAll(text, { header: [3, 4] });
    expect([columns, cells]).toEqual([['id', 'Liver / size', 'number'], [['P1', '2', '3']]]);
  });

  it('may have columns without a name, and none twice', async () => {
    expect((await readAll('id,,x,\nP1,a,b,\n')).columns).toEqual(['id', '', 'x']);
    const { code, place, message } = await faultOf(readAll('\nid,x, id \n1,2,3\n'));
    expect([code, place.line, place.column]).toEqual(['duplicate-header', 2, 'id']);
    expect(message).toContain('columns 1 and 3');
  });

  it('is missing where no cell says anything, or the file ends before it', async () => {
    expect(await codeAndLine(readAll(',,\n,,\n'))).toEqual(['no-header', undefined]);
    expect(await codeAndLine(readAll('id\n1\n', { header: 9 }))).toEqual(['no-header', 9]);
    expect(await codeAndLine(readAll('id\n\n1\n', { header: 2 }))).toEqual(['no-header', 2]);
  });
});

describe('a row', () => {
  it.each([
    ['commas', ','],
    ['tabs', '\t'],
  ])('between %s that does not fit is set apart, the rest goes on', async (_, delimiter) => {
    const text = 'id,a,b\n1,2,3\n1,2\n1,2,3,4\n1,2,3,,\n,,\n4,5,6\n'.replaceAll(',', delimiter);
    const { lines, cells, rejected } = await readAll(text);
    expect([lines, cells[1]]).toEqual([
      [2, 5, 7],
      ['1', '2', '3'],
    ]);
    expect(rejected.map(({ rule, line, level }) => [rule, line, level])).toEqual([
      ['ragged-row', 3, undefined],
      ['ragged-row', 4, undefined],
    ]);
    expect(rejected[0]!.says).toBe('the row has 2 cells, the header 3');
  });

  it('of a MAF holds lone quotes, and a whole cell may be quoted', async () => {
    const { cells } = await readAll('a\tb\tc\n5\'\t3"\t"x ""y"" z"\n"\t"\t""\n');
    expect(cells).toEqual([
      ["5'", '3"', 'x "y" z'],
      ['"', '"', ''],
    ]);
  });

  it('between commas holds quotes that do not begin a cell', async () => {
    const { cells } = await readAll('a,b\n5" thick,"a"\n"line\nbreak","say ""so"""\n');
    expect(cells).toEqual([
      ['5" thick', 'a'],
      ['line\nbreak', 'say "so"'],
    ]);
  });
});

describe('a file is refused', () => {
  it.each([
    ['empty', ''],
    ['of blanks', '\r\n \t\n'],
    ['of a mark', '\uFEFF'],
    ['empty in gzip', gzipSync('')],
  ])('that is %s', async (_, content) => {
    expect((await faultOf(readAll(content))).code).toBe('empty-file');
  });

  it.each([
    ['a PNG picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'binary-file'],
    ['a JPEG picture', Buffer.from('ffd8ffe000104a464946', 'hex'), 'binary-file'],
    ['a PDF', Buffer.from('%PDF-1.7\n%âãÏÓ'), 'binary-file'],
    ['an old Excel workbook', Buffer.from('d0cf11e0a1b11ae10000', 'hex'), 'binary-file'],
    ['a web page (HTML)', Buffer.from('\ufeff\n <HTML lang="de"><table><tr><td>id</td></tr></table>'), 'binary-file'],
    ['an XML document', Buffer.from('<?xml version="1.0"?><Workbook/>'), 'binary-file'],
    ['aligned reads (BAM)', gzipSync('BAM\x01\x00\x00'), 'binary-file'],
    ['a bzip2 file', Buffer.from('BZh91AY&SY'), 'archive-not-read'],
    ['gzip with a gzip file in it', gzipSync(gzipSync('id\n1\n')), 'archive-not-read'],
  ])('that is %s, by name', async (name, content, code) => {
    const error = await faultOf(readAll(content));
    expect([error.code, error.message.includes(name), error.remedy !== '']).toEqual([code, true, true]);
  });

  it('that is not text', async () => {
    expect(await codeAndLine(readAll(Buffer.from('id,x\n1,\0\n')))).toEqual(['not-text', 2]);
    const late = `id,x\n${'1,2\n'.repeat(80_000)}1,\0\n`;
    expect(await codeAndLine(readAll(late))).toEqual(['not-text', 80_002]);
    const noise = Buffer.from(Array.from({ length: 4000 }, (_, i) => 1 + ((i * 89) % 255)));
    expect((await faultOf(readAll(noise))).code).toBe('not-text');
  });

  it('whose UTF-8 ends somewhere, or whose UTF-16 breaks', async () => {
    const late = Buffer.concat([
      Buffer.from(`id,x\n1,ü\n${'1,2\n'.repeat(80_000)}`),
      Buffer.from('1,\xfc\n', 'latin1'),
    ]);
    for (const size of [1000, 65_536])
      expect(await codeAndLine(readAll(late, { size }))).toEqual(['undecodable', 80_003]);
    const half = Buffer.concat([utf16('\uFEFFid,x\n1,', 'le'), Buffer.from('00d8', 'hex'), utf16('\n', 'le')]);
    for (const size of [1, 2, 5, 1000]) expect(await codeAndLine(readAll(half, { size }))).toEqual(['undecodable', 2]);
    expect((await faultOf(readAll(utf16('\uFEFFid,x\n1,2', 'be').subarray(0, -1)))).code).toBe('undecodable');
  });

  it('whose quote stays open, at the line that opens it', async () => {
    expect(await codeAndLine(readAll('a,b\n1,2\n3,"4\n5,6\n7,8\n'))).toEqual(['unclosed-quote', 3]);
    expect(await codeAndLine(readAll('a,b\n1,2\n3,"4\n5,6\n7,"8"\n9,10\n'))).toEqual(['unclosed-quote', 3]);
    expect(await codeAndLine(readAll('a,b\n"1\n2","4\n5,6\n7,"8"\n9,10\n'))).toEqual(['unclosed-quote', 3]);
    expect(await codeAndLine(readAll(`a,b\n1,"2\n${'3,4\n'.repeat(2_500_000)}`))).toEqual(['unclosed-quote', 2]);
  });

  it('that is gzip and ends in the middle, or is damaged', async () => {
    const whole = gzipSync(
      `id,x\n${Array.from({ length: 50_000 }, (_, i) => `P${i},${(i * 7919) % 1000}\n`).join('')}`,
    );
    for (const length of [whole.length >> 1, whole.length - 3])
      expect((await faultOf(readAll(whole.subarray(0, length)))).code).toBe('truncated');
    const damaged = Buffer.from(whole);
    damaged.fill(0xff, 1000, 1100);
    expect((await faultOf(readAll(damaged))).code).toBe('undecodable');
  });

  it('that unpacks to a thousand times its size, long before all of it is there', async () => {
    const member = gzipSync(Buffer.alloc(10_000_000, 'id,x\n'), { level: 9 });
    const bomb = Buffer.concat(Array.from({ length: 40 }, () => member));
    let taken = 0;
    const pieces = (async function* () {
      for await (const piece of inPieces(bomb, 1000)) {
        taken += piece.length;
        yield piece;
      }
    })();
    const drained = async () => {
      const { rows } = await openSource(pieces, { file: 'f' });
      for await (const batch of rows) expect(batch.length).toBeGreaterThan(0);
    };
    const error = await faultOf(drained());
    expect(error.code).toBe('over-limit');
    expect(taken).toBeLessThan(bomb.length / 2);
  });

  it('with a line or a row without end', async () => {
    expect(await codeAndLine(readAll(`id,x\n1,${'2'.repeat(LIMITS.rowBytes + 1)}\n`))).toEqual(['over-limit', 2]);
    for (const delimiter of [',', '\t'])
      expect(await codeAndLine(readAll(`id${delimiter}x\n${delimiter.repeat(LIMITS.columns * 3)}\n`))).toEqual([
        'over-limit',
        2,
      ]);
  }, 120_000);
});

describe('what is written as CSV', () => {
  const cell = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom('=', '+', '-', '@', "'", '"', ',', ';', '\t', '\r', '\n', ' ', '#', 'x') }),
  );

  it('reads back as it was, however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom('P1', '-1', '=1'), cell, cell), { maxLength: 8 }),
        fc.integer({ min: 1, max: 40 }),
        async (rows, size) => {
          fc.pre(rows.flat().every((text) => !text.includes('\0')));
          const { cells, rejected } = await readAll(writeCsv(['id', 'a', 'b'], rows), { size });
          expect([cells, rejected]).toEqual([rows, []]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('runs nothing in a spreadsheet: text gets an apostrophe, numbers stay', () => {
    expect(
      writeCsv(
        ['=x', 'n'],
        [
          ['@SUM(A1)', -1.5],
          ['-5', null],
          ["'=a", true],
        ],
      ),
    ).toBe("'=x,n\r\n'@SUM(A1),-1.5\r\n'-5,\r\n''=a,true\r\n");
  });
});

it('reads tabs alike however the bytes are cut', async () => {
  const text = fc.string({ unit: fc.constantFrom('"', '\t', '\n', '\r\n', 'é', 'x', ' ', '𝔄') });
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 12 }), async (body, size) => {
      const bytes = Buffer.from(`id\tx\n${body}\n`);
      expect(await readAll(bytes, { size })).toEqual(await readAll(bytes));
    }),
  );
});
