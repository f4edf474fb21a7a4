import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAnnotated, openSource } from '../../../lib/formats/index.ts';
import { contentKind, KIND_NAMES, kindOfText } from '../../../lib/formats/kind.ts';
import { faultOf, inPieces, zipOf } from './read.ts';
import { bgzip } from './vcf/bgzip.ts';

const tsv = (...rows: readonly string[]): string => rows.map((row) => `${row.replaceAll(' ', '\t')}\n`).join('');

const EXAMPLES: readonly (readonly [string, string, string])[] = [
  ['a VCF', '##fileformat=VCFv4.2\n#CHROM\tPOS\n', 'vcf'],
  ['a FASTA', '>chr1\nACGT\n', 'fasta'],
  ['a panel as JSON', '{ "id": "v1", "genes": ["KRAS"] }', 'panel'],
  ['other JSON', '[1, 2]', 'json'],
  ['a BED', tsv('chr7 140719327 140924929 BRAF'), 'bed'],
  ['a BED with a track line', 'track name="x"\nchr7\t1\t2\n', 'bed'],
  ["cBioPortal's panel", 'stable_id: v1\ndescription: d\ngene_list:\tKRAS\tTP53\n', 'panel'],
  ['a list of copy number', 'Hugo_Symbol\tSample_Id\tValue\nKRAS\ts1\t2\n', 'copy-number-list'],
  ['a generic assay', 'ENTITY_STABLE_ID\tNAME\ts1\nSBS3\tSBS3\t0.2\n', 'generic-assay'],
  ['a meta file', 'cancer_study_identifier: x\ngenetic_alteration_type: CLINICAL\n', 'study-text'],
  ['a MAF', '#version 2.4\nHugo_Symbol\tVariant_Classification\tTumor_Sample_Barcode\n', 'maf'],
  ['structural variants', tsv('Sample_Id Site1_Hugo_Symbol Site2_Hugo_Symbol', 's1 EML4 ALK'), 'structural-variants'],
  ['discrete copy number', tsv('Hugo_Symbol s1 s2', 'KRAS -2 NA', 'TP53 0 2'), 'discrete-copy-number'],
  ['log2 copy number', tsv('Hugo_Symbol Entrez_Gene_Id s1', 'KRAS 3845 -0.31', 'TP53 7157 0'), 'log2-copy-number'],
  ['a gene panel matrix', tsv('SAMPLE_ID mutations cna', 's1 v1 v1'), 'panel-matrix'],
  ['a REDCap dictionary', '"Variable / Field Name","Form Name","Field Type"\n"a","b","text"\n', 'redcap-dictionary'],
  ['a REDCap dictionary of its API', 'field_name,form_name,field_type,field_label\na,b,text,A\n', 'redcap-dictionary'],
  ['segments of nobody', tsv('ID chrom loc.start loc.end num.mark seg.mean'), 'segments'],
  ['six columns of no rows', tsv('a b c d e f'), 'table'],
  ['segments, whatever they are called', tsv('a b c d e f', 's1 chrX 1 200 3 -0.2', 's1 1 1 2 NA 1'), 'segments'],
  ['a table of the header alone', 'id,age\n', 'table'],
  ['a table of six columns that are no segments', tsv('a b c d e f', 's1 liver 1 200 3 -0.2'), 'table'],
  ['a table of genes', tsv('Hugo_Symbol note', 'KRAS high'), 'table'],
  ['nothing', '', 'table'],
];

describe('the kind of a file', () => {
  it.each(EXAMPLES)('is told of %s', async (_, content, kind) => {
    expect(kindOfText(Buffer.from(content))).toBe(kind);
    expect(kindOfText(Buffer.from(content.replaceAll('\n', '\r\n')))).toBe(kind);
    for (const bytes of [Buffer.from(content), gzipSync(content)])
      expect(await contentKind(inPieces(bytes, 7), 'f')).toBe(kind);
  });

  it('is told of UTF-16 as of UTF-8', async () => {
    const bytes = Buffer.from('\uFEFFHugo_Symbol\tVariant_Classification\tTumor_Sample_Barcode\n', 'utf16le');
    expect(await contentKind(inPieces(bytes), 'f')).toBe('maf');
  });

  it('tells a workbook from an archive by what is in it', async () => {
    const content = Buffer.from('x');
    const workbook = zipOf([
      { name: 'docProps/app.xml', content },
      { name: 'xl/workbook.xml', content },
    ]);
    expect(await contentKind(inPieces(workbook), 'f')).toBe('workbook');
    expect(await contentKind(inPieces(zipOf([{ name: 'a.csv', content }])), 'f')).toBe('archive');
    const other = await faultOf(contentKind(inPieces(zipOf([{ name: 'word/document.xml', content }])), 'f'));
    expect([other.code, other.message]).toEqual(['archive-not-read', 'the file is a Word document, which is not read']);
  });

  it('is binary for what is none of them', async () => {
    expect(await contentKind(inPieces(Buffer.from('%PDF-1.7')), 'f')).toBe('binary');
    expect(await contentKind(inPieces(Buffer.from('BZh91AY')), 'f')).toBe('binary');
  });

  it.each([
    ['TBI', 'an index of tabix (.tbi)'],
    ['CSI', 'an index of bcftools or samtools (.csi)'],
    ['BAI', 'an index of aligned reads (.bai)'],
  ])(
    'is an index for %s, compressed or not, and is refused by its name as a table and as a VCF',
    async (magic, name) => {
      const index = Buffer.from(`${magic}\u0001\u0002\0\0\0chr1\0`);
      for (const bytes of [index, gzipSync(index), bgzip(index)]) {
        expect(await contentKind(inPieces(bytes), 'f')).toBe('index');
        for (const read of [
          async () => openSource(inPieces(bytes), { file: 'f' }),
          async () => isAnnotated(inPieces(bytes), 'f'),
        ])
          expect(await faultOf(read())).toMatchObject({
            code: 'binary-file',
            message: `the file is ${name}, which is not read`,
          });
      }
    },
  );

  it('ends for any text and any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(...EXAMPLES), async (noise, [, text]) => {
        const bytes = Buffer.concat([Buffer.from(text).subarray(0, noise[0] ?? 0), noise]);
        const kind = await contentKind(inPieces(bytes, 7), 'f').catch((error: Error & { code: string }) => error.code);
        expect([...Object.keys(KIND_NAMES), 'archive-not-read', 'truncated', 'undecodable']).toContain(kind);
      }),
    );
  });
});
