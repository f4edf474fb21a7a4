import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Reading } from '../../../lib/cohort/index.ts';
import { type Telling, withoutHer } from '../../../lib/erasure/cut.ts';
import { distinctive, finderOf, mentions } from '../../../lib/erasure/mentions.ts';
import { writeZip } from '../../../lib/formats/index.ts';

const her = { patient: 'k', keys: new Set(['k']), identifiers: new Set(['P1', 'Müller-1']) };
const table: Reading = { tables: [{ only: [], rows: 'patient', patient: 'id', columns: [] }] };
const maf: Reading = { tables: [], alterations: { specimen: 'Tumor_Sample_Barcode' } };
const bytes = (text: string): Uint8Array => Buffer.from(text);
const cut = async (text: string, reading: Telling = table): Promise<string | undefined> => {
  const left = await withoutHer(bytes(text), 'a.csv', reading, her);
  return left && Buffer.from(left).toString();
};

describe('A text table', () => {
  it.each([
    ['loses her row and keeps every other byte', 'id,x\nP2,1\nP1,2\nP3,3\n', 'id,x\nP2,1\nP3,3\n'],
    ['loses all of her rows, the first and the last', 'id,x\nP1,1\nP2,2\nP1,3', 'id,x\nP2,2\n'],
    ['keeps its line ends', 'id,x\r\nP2,1\r\nP1,2\r\nP3,3\r\n', 'id,x\r\nP2,1\r\nP3,3\r\n'],
    ['loses a row of several lines whole', 'id,x\nP1,"a\nb\nc"\nP2,"d\ne"\n', 'id,x\nP2,"d\ne"\n'],
    ['loses a ragged row of hers', 'id,x\nP2,1\nP1,2,3,4\nP3,3\n', 'id,x\nP2,1\nP3,3\n'],
    ['knows her with spaces and in quotes', 'id,x\n" P1 ",1\nP2,1\n', 'id,x\nP2,1\n'],
    ['knows her letters however they are composed', 'id,x\nMu\u0308ller-1,1\nP2,1\n', 'id,x\nP2,1\n'],
    ['keeps who is called alike', 'id,x\nP1,1\nP12,2\nxP1,3\n', 'id,x\nP12,2\nxP1,3\n'],
    ['keeps who has her name in another column', 'id,x\nP1,1\nP2,P1\n', 'id,x\nP2,P1\n'],
  ])('%s', async (_, before, after) => {
    expect(await cut(before)).toBe(after);
  });

  it('is left to people where no column says whose a row is, or lines are no lines', async () => {
    expect(await cut('name,x\nP1,1\n')).toBeUndefined();
    expect(await cut('id,x\rP1,1\rP2,1\r')).toBeUndefined();
    expect(await withoutHer(Buffer.from('id,x\nP1,1\n', 'utf16le'), 'a.csv', table, her)).toBeUndefined();
  });

  it('may be one that no definition maps, whose first column says whose a row is', async () => {
    const head = '# SYNTHETIC\nID\tchrom\tloc.start\tloc.end\tnum.mark\tseg.mean\n';
    const rows = 'P1\t1\t1\t9\t2\t-0.1\nP2\t1\t1\t9\t2\t0.2\n';
    expect(await cut(`${head}${rows}P1\t2\t1\t9\t2\t0.1\n`, 'first')).toBe(`${head}P2\t1\t1\t9\t2\t0.2\n`);
    expect(await cut('SAMPLE_ID\tmutations\nP1\tA\nP2\tP1\n', 'first')).toBe('SAMPLE_ID\tmutations\nP2\tP1\n');
  });

  it('may be a MAF after its comments, or gzip', async () => {
    const head = '#version 2.4\nHugo_Symbol\tVariant_Classification\tTumor_Sample_Barcode\n';
    expect(await cut(`${head}KRAS\tx\tP1\nTP53\tx\tP2\n`, maf)).toBe(`${head}TP53\tx\tP2\n`);
    const packed = await withoutHer(gzipSync('id,x\nP1,1\nP2,2\n'), 'a.csv.gz', table, her);
    expect(gunzipSync(packed!).toString()).toBe('id,x\nP2,2\n');
  });
});

describe('A mention', () => {
  const finds = finderOf(['A-1.2', 'Müller']);

  it.each([
    ['no', 'A-1.23'],
    ['no', 'XA-1.2'],
    ['no', 'A-1x2'],
    ['yes', '"A-1.2",'],
    ['yes', 'of Mu\u0308ller, yesterday'],
    ['yes', '/sites/A-1.2_T.vcf'],
  ])('is one (%s) in %j', async (mention, text) => {
    expect(await mentions(bytes(text), finds)).toBe(mention);
  });

  it('is found in gzip, in the files of a zip and in their names, and in UTF-16', async () => {
    expect(await mentions(gzipSync('x A-1.2 y'), finds)).toBe('yes');
    expect(await mentions(Buffer.from('\uFEFFx A-1.2 y', 'utf16le'), finds)).toBe('yes');
    const zip = (files: Record<string, string>) =>
      writeZip(Object.entries(files).map(([name, text]) => ({ name, content: text })) as never);
    expect(await mentions(zip({ 'a.txt': 'x', 'b.txt': 'A-1.2' }), finds)).toBe('yes');
    expect(await mentions(zip({ 'a.txt': 'x', 'b.txt': 'y' }), finds)).toBe('no');
  });

  it('cannot be told of what is damaged', async () => {
    expect(await mentions(bytes('PK\u0003\u0004 and no more'), finds)).toBe('unreadable');
  });

  it('is certain only of what means nobody else', () => {
    expect(['12', 'P1', '12345', 'AB-1', '123456'].map(distinctive)).toEqual([false, false, false, true, true]);
  });
});
