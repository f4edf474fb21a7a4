import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlterationText } from '../../../lib/cohort/index.ts';
import { openArchive } from '../../../lib/formats/archive.ts';
import { type AlterationBatches, copyNumber, type Kept } from '../../../lib/formats/copy-number.ts';
import { copyNumberList, openSource, type Rejected } from '../../../lib/formats/index.ts';
import { panelMatrix } from '../../../lib/formats/panel-matrix.ts';
import { segments } from '../../../lib/formats/segments.ts';
import { structuralVariants } from '../../../lib/formats/structural-variants.ts';
import { faultOf, inPieces, zipOf } from './read.ts';

const tsv = (...rows: readonly string[]): string => rows.map((row) => `${row.replaceAll(' ', '\t')}\n`).join('');
const source = (content: string | Uint8Array) =>
  openSource(inPieces(Buffer.from(content as string), 17), { file: 'f' });

async function all<T>(batches: AsyncIterable<readonly T[]>): Promise<T[]> {
  const items: T[] = [];
  for await (const batch of batches) items.push(...batch);
  return items;
}

async function told(batches: AlterationBatches) {
  const items = await all(batches);
  return {
    rows: items.filter((item): item is AlterationText => !('rule' in item)),
    faults: items.filter((item): item is Rejected => 'rule' in item),
  };
}

const matrix = async (content: string, kind: 'discrete' | 'log2' = 'discrete', kept?: Kept) => {
  const { specimens, batches } = copyNumber(await source(content), kind, kept);
  const { rows, faults } = await told(batches);
  return {
    specimens,
    faults,
    cells: rows.map((row) => [row.specimenIdentifier, row.gene, row.geneId, row.class, row.value]),
  };
};

describe('A matrix of copy number', () => {
  it('gives amplifications and deep deletions of each specimen, and names all specimens', async () => {
    const { specimens, cells, faults } = await matrix(
      tsv('Hugo_Symbol Entrez_Gene_Id s1 s2 s3', 'ERBB2 2064 2 0 NA', 'PTEN 0 -2 -1 1', 'CDKN2A -1.5 -1.5 0'),
    );
    expect(specimens).toEqual(['s1', 's2', 's3']);
    expect(cells).toEqual([
      ['s1', 'ERBB2', '2064', 'Amplification', 2],
      ['s3', 'ERBB2', '2064', null, null],
      ['s1', 'PTEN', null, 'Deep_Deletion', -2],
    ]);
    expect(faults).toMatchObject([
      { rule: 'ragged-row', line: 4, missing: [{ specimen: 's1', gene: 'CDKN2A' }, {}, {}] },
    ]);
  });

  it('keeps the levels and ratios that are asked for', async () => {
    const levels = await matrix(tsv('Hugo_Symbol s1 s2', 'ERBB2 1 -1'), 'discrete', { levels: [-1, 1] });
    expect(levels.cells.map(([, , , ofClass]) => ofClass)).toEqual(['Gain', 'Shallow_Deletion']);
    const log2 = tsv('Hugo_Symbol s1 s2 s3', 'ERBB2 1.5 0.9 -0.99', 'PTEN -1 x 0');
    expect((await matrix(log2, 'log2')).cells.map(([specimen, gene, , , value]) => [specimen, gene, value])).toEqual([
      ['s1', 'ERBB2', 1.5],
      ['s1', 'PTEN', -1],
      ['s2', 'PTEN', null],
    ]);
    expect((await matrix(log2, 'log2')).faults).toMatchObject([
      { rule: 'not-a-number', level: 'cell', line: 3, column: 's2' },
    ]);
    expect((await matrix(log2, 'log2', { log2: [-0.5, 0.5] })).cells).toHaveLength(5);
  });

  it('has a gene once, whatever it is called: rows of other values are told', async () => {
    const twice = tsv('Hugo_Symbol s1 s2', 'MYC 2 0', 'myc 0 0', 'FAM123B 0 -2', 'AMER1 0 -2', 'WTX 2 0');
    expect((await matrix(twice)).faults.map(({ rule, line }) => [rule, line])).toEqual([
      ['duplicate-gene', 3],
      ['duplicate-gene', 6],
    ]);
  });

  it('is refused as ratios where the numbers are whole, or look like copies, and nobody says that they are ratios', async () => {
    const slip = tsv('Hugo_Symbol s1 s2', 'ERBB2 5 0', 'PTEN -1 1');
    const copies = tsv('Hugo_Symbol s1 s2', 'ERBB2 2.1 1.9', 'PTEN 0.4 3.8');
    expect(await faultOf(matrix(slip, 'log2'))).toMatchObject({ code: 'other-format' });
    expect((await faultOf(matrix(copies, 'log2'))).message).toMatch(/counts of copies/);
    expect((await matrix(slip, 'log2', { log2: [-1, 1] })).cells).toHaveLength(3);
    expect((await matrix(tsv('Hugo_Symbol s1 s2', 'ERBB2 0.1 0.3', 'MYC 1.2 0'), 'log2')).cells).toHaveLength(1);
  });

  it('is read as GISTIC writes it, and a gene by its number alone', async () => {
    const { cells } = await matrix(
      tsv('Gene_Symbol s1', 'ERBB2 2')
        .replace('Gene_Symbol', 'Gene Symbol\tLocus ID\tCytoband')
        .replace('ERBB2', 'ERBB2\t2064\t17q12'),
    );
    expect(cells).toEqual([['s1', 'ERBB2', '2064', 'Amplification', 2]]);
    expect((await matrix(tsv('Entrez_Gene_Id s1', '2064 2'))).cells).toEqual([['s1', '', '2064', 'Amplification', 2]]);
    expect((await faultOf(matrix('a\tb\n1\t2\n'))).code).toBe('no-header');
  });
});

describe('A list of copy number', () => {
  it('is kept as a matrix is, and names every specimen that it lists', async () => {
    const { specimens, batches } = copyNumberList(
      await source(
        tsv(
          'Hugo_Symbol Entrez_Gene_Id Sample_Id Value',
          'ERBB2 2064 s1 2',
          'SMAD4 4089 s2 0',
          'SMAD4 4089 s1 -1.5',
          'MYC 0 s2 NA',
          'KRAS 3845 s3 1',
          'ALK 238 s3 9',
        ),
      ),
    );
    const { rows, faults } = await told(batches);
    expect(rows.map((row) => [row.specimenIdentifier, row.gene, row.geneId, row.class, row.value])).toEqual([
      ['s1', 'ERBB2', '2064', 'Amplification', 2],
      ['s1', 'SMAD4', '4089', 'Deep_Deletion', -1.5],
      ['s2', 'MYC', null, null, null],
      ['s3', 'ALK', '238', null, null],
    ]);
    expect(faults).toMatchObject([{ rule: 'not-a-level', level: 'cell', line: 7, column: 'Value', value: '9' }]);
    expect([...specimens]).toEqual(['s1', 's2', 's3']);
  });
});

describe('Copy-number segments', () => {
  const read = (content: string | Uint8Array) => told(segments(() => source(content), 'f', { ratios: false }));

  it('are log2 where any mean is negative, whatever the columns are called', async () => {
    const { rows, faults } = await read(
      tsv('a b c d e f', 's1 chr1 1 100 5 0.5', 's1 2 1 50 3 -0.5', 's1 2 90 50 3 0', 's2 X 1 9 3 NA'),
    );
    expect(
      rows.map((row) => [row.specimenIdentifier, row.chromosome, row.position, row.end, row.value, row.kind]),
    ).toEqual([
      ['s1', 'chr1', 1, 100, 0.5, 'segment'],
      ['s1', '2', 1, 50, -0.5, 'segment'],
    ]);
    expect(faults.map(({ rule, line }) => [rule, line])).toEqual([
      ['no-interval', 4],
      ['not-a-number', 5],
    ]);
  });

  it('are copies else, read as log2 of half of them', async () => {
    const { rows } = await read(tsv('a b c d e f', 's1 1 1 100 5 2', 's1 2 1 50 3 4', 's1 3 1 50 3 0', 's1 4 1 9 2 1'));
    expect(rows.map(({ value }) => value)).toEqual([0, 1, -10, -1]);
  });

  it('tell where copies look like ratios, since most would be fewer than one', async () => {
    const rows = ['s1 1 1 100 5 0.02', 's1 2 1 50 3 0.4', 's1 3 1 50 3 2'];
    const { faults } = await read(tsv('a b c d e f', ...rows));
    expect(faults).toMatchObject([{ rule: 'segments-as-copies', level: 'warning', line: 2, rows: 2 }]);
    expect((await read(tsv('a b c d e f', ...rows.slice(1)))).faults).toEqual([]);
  });

  it('are log2 where the definition says so, though none is negative', async () => {
    const { rows } = await told(segments(() => source(tsv('a b c d e f', 's1 1 1 100 5 2')), 'f', { ratios: true }));
    expect(rows.map(({ value }) => value)).toEqual([2]);
  });

  it('are read of the leukaemias of TCGA', async () => {
    const { rows, faults } = await read(
      readFileSync(new URL('../../fixtures/tcga-laml/LAML_CBS_segments.tsv.gz', import.meta.url)),
    );
    expect(faults).toEqual([]);
    expect(rows.length).toBeGreaterThan(1000);
    expect(rows.some(({ value }) => value! < 0)).toBe(true);
  });

  it('have six columns', async () => {
    expect((await faultOf(read('a\tb\n1\t2\n'))).code).toBe('no-header');
  });
});

describe('Structural variants', () => {
  const read = async (content: string) => told(structuralVariants(await source(content)));
  const HEADER =
    'Sample_Id SV_Status Site1_Hugo_Symbol Site1_Chromosome Site1_Position Site2_Hugo_Symbol Class Tumor_Read_Count Tumor_Variant_Count';

  it('alter the genes at both sites, germline ones none', async () => {
    const { rows, faults } = await read(
      tsv(
        HEADER,
        's1 SOMATIC EML4 2 42522656 ALK INVERSION 100 20',
        's1 GERMLINE BRCA1 17 1 BRCA1 DELETION NA NA',
        's2 SOMATIC TP53 17 7 TP53 NA NA NA',
        's3 SOMATIC NA NA NA NA DELETION 1 2',
      ),
    );
    expect(
      rows.map((row) => [row.specimenIdentifier, row.gene, row.alt, row.class, row.alleleFraction, row.position]),
    ).toEqual([
      ['s1', 'EML4', 'ALK', 'INVERSION', 0.2, 42522656],
      ['s1', 'ALK', 'EML4', 'INVERSION', 0.2, null],
      ['s2', 'TP53', 'TP53', 'Fusion', null, 7],
    ]);
    expect(faults.map(({ rule, rows: count }) => [rule, count])).toEqual([
      ['no-gene', undefined],
      ['germline', 1],
    ]);
  });

  it("are read in cBioPortal's old form of fusions", async () => {
    const { rows } = await read('Hugo_Symbol\tTumor_Sample_Barcode\tFusion\nALK\ts1\tEML4-ALK\n');
    expect(rows).toMatchObject([{ gene: 'ALK', specimenIdentifier: 's1', kind: 'fusion', class: 'Fusion', alt: null }]);
  });

  it('leave genes missing whose row cannot be read', async () => {
    const { faults } = await read(tsv('Sample_Id Site1_Hugo_Symbol Site2_Hugo_Symbol', 's1 EML4 ALK extra'));
    expect(faults).toMatchObject([
      {
        rule: 'ragged-row',
        missing: [
          { specimen: 's1', gene: 'EML4' },
          { specimen: 's1', gene: 'ALK' },
        ],
      },
    ]);
  });
});

describe('A gene panel matrix', () => {
  it('tells what each specimen was sequenced with', async () => {
    const rows = await all(
      panelMatrix(await source(tsv('SAMPLE_ID mutations cna', 's1 v1 v1', 's2 WES NA', 's3 NA NA', 's4 v1 v2'))),
    );
    expect(rows).toEqual([
      { specimen: 's1', panel: 'v1', kind: 'mutation' },
      { specimen: 's1', panel: 'v1', kind: 'copy number' },
      { specimen: 's2', panel: 'exome', kind: 'mutation' },
      { specimen: 's4', panel: 'v1', kind: 'mutation' },
      { specimen: 's4', panel: 'v2', kind: 'copy number' },
    ]);
  });
});

describe('An archive of files', () => {
  const content = Buffer.from('id,age\n1,2\n');
  const open = (bytes: Uint8Array, most?: Parameters<typeof openArchive>[2]) =>
    openArchive(inPieces(bytes), 'study.zip', most);
  const MOST = { members: 3, bytes: 1000, ratio: 200, ratioFromBytes: 500 };

  it('gives its files, each as often as it is asked for', async () => {
    const members = await open(
      zipOf([
        { name: 'a.csv', content },
        { name: 'sub/b.csv', content: Buffer.from('x') },
        { name: '__MACOSX/._a.csv', content },
        { name: '.DS_Store', content },
      ]),
    );
    expect(members.map(({ name }) => name)).toEqual(['a.csv', 'sub/b.csv']);
    for (const _ of [1, 2]) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of await members[0]!.open()) chunks.push(chunk);
      expect(Buffer.concat(chunks).equals(content)).toBe(true);
    }
  });

  it('is looked at from the folder that all files lie in', async () => {
    const names = async (...all: readonly string[]) =>
      (await open(zipOf(all.map((name) => ({ name, content }))))).map(({ name }) => name);
    expect(await names('study/a.csv', 'study/panels/v1.txt')).toEqual(['a.csv', 'panels/v1.txt']);
    expect(await names('panels/a.txt', 'panels/b.txt')).toEqual(['panels/a.txt', 'panels/b.txt']);
    expect(await names('a/x.csv', 'b/y.csv')).toEqual(['a/x.csv', 'b/y.csv']);
  });

  it.each([
    ['of too many files', zipOf([1, 2, 3, 4].map((n) => ({ name: `${n}`, content }))), 'over-limit'],
    [
      'of too many bytes',
      zipOf([1, 2].map((n) => ({ name: `${n}`, content: Buffer.alloc(600, Math.random().toString()) }))),
      'over-limit',
    ],
    ['that is a bomb', zipOf([{ name: 'a', content: Buffer.alloc(900_000), size: 9 }]), 'undecodable'],
    ['inside an archive', zipOf([{ name: 'a.zip', content: zipOf([{ name: 'b', content }]) }]), 'archive-not-read'],
    [
      'with a file twice',
      zipOf([
        { name: 'a', content },
        { name: 'a', content },
      ]),
      'undecodable',
    ],
    ['with a file outside', zipOf([{ name: '../a', content }]), 'undecodable'],
    ['of nothing but litter', zipOf([{ name: '.DS_Store', content }]), 'empty-file'],
    ['without its end', zipOf([{ name: 'a', content }]).subarray(0, 60), 'truncated'],
  ])('%s is refused', async (_, bytes, code) => {
    expect((await faultOf(open(bytes, MOST))).code).toBe(code);
  });

  it('is refused by ratio, whatever its files are called', async () => {
    const bytes = zipOf([{ name: 'a.csv', content: Buffer.alloc(900_000, 'a,b\n') }]);
    expect((await faultOf(open(bytes, { ...MOST, bytes: 2_000_000 }))).code).toBe('over-limit');
  });

  it('is read or refused, whatever happened to its bytes', async () => {
    const whole = zipOf([
      { name: 'a.csv', content },
      { name: 'b.txt', content },
    ]);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }), async (at, byte) => {
        const bytes = Buffer.from(whole);
        bytes[at] = byte;
        const came = await open(bytes).then(
          (members) => members.every(({ name }) => !name.startsWith('/') && !name.split('/').includes('..')),
          (error: Error) => 'code' in error && 'place' in error,
        );
        expect(came).toBe(true);
      }),
    );
  });
});

describe('Files of genes', () => {
  it('are read or refused, whatever is in them', async () => {
    const begin = fc.constantFrom(
      tsv('Hugo_Symbol s1 s2', 'KRAS 2 NA'),
      tsv('a b c d e f', 's1 1 1 2 3 -1'),
      tsv('Sample_Id Site1_Hugo_Symbol Site2_Hugo_Symbol', 's1 A B'),
      tsv('SAMPLE_ID mutations', 's1 v1'),
    );
    await fc.assert(
      fc.asyncProperty(
        begin,
        fc.string({ maxLength: 60, unit: fc.constantFrom('\t', '\n', '"', '-', '9', 'N', 'A', 'é', ' ') }),
        async (text, noise) => {
          for (const read of [
            async () => copyNumber(await source(text + noise), 'log2').batches,
            async () => segments(() => source(text + noise), 'f', { ratios: false }),
            async () => structuralVariants(await source(text + noise)),
          ]) {
            const rows = await (async () => told(await read()))().catch((error: Error & { code?: string }) => {
              expect(error.code).toBeDefined();
              return undefined;
            });
            for (const row of rows?.rows ?? [])
              expect(row.value === null || row.value === undefined || Number.isFinite(row.value)).toBe(true);
          }
        },
      ),
    );
  });
});
