import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkVcf, contentKind } from '../../../../lib/formats/index.ts';
import { faultOf, inPieces } from '../read.ts';
import { bgzip } from './bgzip.ts';
import { CHROMOSOMES, FIXTURES, readVcf, vcf } from './read.ts';

const VARSCAN = readFileSync(path.join(FIXTURES, 'callers/test_varscan.vcf'));
const bed = CHROMOSOMES;

describe('A VCF', () => {
  it('is the same plain, gzipped and in blocks', async () => {
    const plain = await readVcf(VARSCAN, { bed });
    expect(await readVcf(gzipSync(VARSCAN), { bed })).toEqual(plain);
    expect(await readVcf(bgzip(VARSCAN, 4000), { bed })).toEqual(plain);
  });

  it('is the same however its bytes are cut', async () => {
    const small = VARSCAN.subarray(0, 12_000);
    const cut = small.subarray(0, small.lastIndexOf(10) + 1);
    const plain = await readVcf(cut, { bed });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5000 }), fc.boolean(), async (size, packed) => {
        expect(await readVcf(packed ? bgzip(cut, 3000) : cut, { bed, size })).toEqual(plain);
      }),
      { numRuns: 40 },
    );
  });

  it('is the same in one piece that is longer than what is parted at once', async () => {
    const lines = VARSCAN.toString().trimEnd().split('\n');
    const records = lines.filter((line) => !line.startsWith('#'));
    const head = lines.slice(0, lines.length - records.length);
    const note = `##note=${'x'.repeat(1_200_000)}`;
    const long = Buffer.from([head[0], note, ...head.slice(1), ...Array(30).fill(records).flat()].join('\n'));
    expect(long.length).toBeGreaterThan(3_000_000);
    expect(await readVcf(long, { bed, size: long.length })).toEqual(await readVcf(long, { bed, size: 50_000 }));
  });

  it('is the same with line ends of Windows', async () => {
    const windows = Buffer.from(VARSCAN.toString().replaceAll('\n', '\r\n'));
    expect(await readVcf(windows, { bed })).toEqual(await readVcf(VARSCAN, { bed }));
  });

  it('in blocks without the one that ends it is refused as truncated, and so is one cut within', async () => {
    const whole = bgzip(VARSCAN, 4000);
    for (const bytes of [whole.subarray(0, -28), whole.subarray(0, -100), whole.subarray(0, 1000)])
      expect(await faultOf(readVcf(bytes, { bed }))).toMatchObject({ code: 'truncated' });
    const damaged = Buffer.from(whole);
    damaged[3000]! ^= 255;
    expect(['undecodable', 'truncated']).toContain((await faultOf(readVcf(damaged, { bed }))).code);
    const plain = Buffer.concat([bgzip(VARSCAN, 4000).subarray(0, -28), gzipSync('x'), whole.subarray(-28)]);
    expect(await faultOf(readVcf(plain, { bed }))).toMatchObject({ code: 'undecodable' });
  });

  it('is told by its content, an index beside it too', async () => {
    const kind = (bytes: Uint8Array) => contentKind(inPieces(bytes), 'f');
    expect(await kind(bgzip(VARSCAN, 4000))).toBe('vcf');
    expect(await kind(bgzip(Buffer.from('TBI\u0001 and so on'), 4000))).toBe('index');
    expect(await kind(Buffer.from('>chr1 of something\nACGT\n'))).toBe('fasta');
    expect(await kind(Buffer.from('#x\nchr1\t0\t10\tKRAS\n'))).toBe('bed');
  });

  it.each([
    ['another version', '##fileformat=VCFv4.0\n#CHROM', 'unknown-version'],
    ['no columns', '##fileformat=VCFv4.2\n##x=y\n', 'no-header'],
    ['a record before the columns', '##fileformat=VCFv4.2\n1\t2\t.\tA\tT\t.\t.\t.\n', 'no-header'],
    ['nothing', '', 'empty-file'],
  ])('with %s is refused', async (_, text, code) => {
    expect(await faultOf(readVcf(Buffer.from(text), { bed }))).toMatchObject({ code });
  });

  it('with one name of two samples is refused', async () => {
    expect(await faultOf(readVcf(vcf([], [], ['A', 'A']), { bed }))).toMatchObject({ code: 'duplicate-header' });
  });

  it('names line and column of what is wrong, and reads the rest', async () => {
    const file = vcf(
      [
        '1 10 . A T . . . GT 0/1',
        '1 1x . A T . . . GT 0/1',
        '1 12 . A T . . . GT 0/3',
        '1 13 . A T . . .',
        '1 14 . A T . . DP=-1 GT 0/1',
      ],
      ['##INFO=<ID=DP,Number=1,Type=Integer,Description="Depth">'],
    );
    const { alterations, rejected } = await readVcf(file, { bed });
    expect(alterations.map(({ line }) => line)).toEqual([4, 8]);
    expect(
      rejected
        .filter(({ rule }) => rule.startsWith('vcf'))
        .map(({ rule, level, line, column }) => [rule, level, line, column]),
    ).toEqual([
      ['vcf-position', undefined, 5, 'POS'],
      ['vcf-sample', undefined, 6, 'T/GT'],
      ['vcf-columns', undefined, 7, 'CHROM'],
      ['vcf-info-type', 'warning', 8, 'INFO/DP'],
    ]);
  });

  it('says once what each of its records has', async () => {
    const records = Array.from({ length: 500 }, (_, i) => `1 ${i + 1} . A T . . DP=x GT 0/1`);
    const { problems } = await checkVcf(inPieces(vcf(records)), 'f');
    expect(problems).toMatchObject([{ rule: 'vcf-info-type', line: 3, rows: 500 }]);
  });

  it('of any bytes is read or refused, and nothing else', async () => {
    const file = vcf(
      ['1 10 . A T,<DEL> . PASS DP=3;END=12 GT:AD 0/1:3,4,5', '2 10 x AC A 3 q;s . GT 1'],
      ['##source=x'],
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ at: fc.nat(file.length - 1), byte: fc.integer({ min: 0, max: 255 }) }), { maxLength: 6 }),
        async (changes) => {
          const bytes = Buffer.from(file);
          for (const { at, byte } of changes) bytes[at] = byte;
          const { refused, records, problems } = await checkVcf(inPieces(bytes), 'f');
          expect(refused !== undefined || records + problems.length >= 0).toBe(true);
          if (refused === undefined)
            await readVcf(bytes, { bed }).catch((error) => expect(error).toHaveProperty('code'));
        },
      ),
      { numRuns: 300 },
    );
  });
});
