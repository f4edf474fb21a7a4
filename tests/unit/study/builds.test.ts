import { describe, expect, it } from 'vitest';
import { RULES } from '../../../lib/cohort/index.ts';
import { writeZip } from '../../../lib/formats/index.ts';
import { cohortOf } from './cohort.ts';

const HEADER =
  'Hugo_Symbol\tEntrez_Gene_Id\tNCBI_Build\tChromosome\tStart_Position\tVariant_Classification\tReference_Allele\tTumor_Seq_Allele2\tTumor_Sample_Barcode\n';

const maf = (...rows: readonly (readonly [build: string, gene: string, chromosome: string])[]): string =>
  HEADER +
  rows.map(([build, gene, at], i) => `${gene}\t\t${build}\t${at}\t${i + 1}\tMissense_Mutation\tA\tT\tp1\n`).join('');

const vcf = (...lines: readonly string[]): string =>
  [
    '##fileformat=VCFv4.2',
    ...lines,
    `##INFO=<ID=ANN,Number=.,Type=String,Description="Functional annotations: 'Allele | Annotation | Annotation_Impact | Gene_Name'">`,
    '#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tp1',
    '12\t9\t.\tA\tT\t.\tPASS\tANN=T|missense_variant|MODERATE|TP53\tGT\t0/1\n',
  ].join('\n');

const PATIENTS = { 'p.csv': 'id,age\np1,3\np2,4\n' };

const yaml = (build: string | null): string => `title: Builds
tables:
  - { match: "**p.csv", rows: patient, patient: id, columns: { age: number } }
alterations:
  - { match: "**a.maf", covers: present, panel: exome${build ? `, build: ${build}` : ''} }
  - { match: "**v.vcf", covers: file, panel: exome${build ? `, build: ${build}` : ''} }
  - { match: "**data_sv.txt", covers: present, panel: exome${build ? `, build: ${build}` : ''} }
`;

async function told(files: Readonly<Record<string, string | Uint8Array>>, build: string | null = 'GRCh38') {
  const { problems } = await cohortOf({ 'cohort.yaml': yaml(build), ...PATIENTS, ...files });
  return problems
    .filter(({ rule }) => rule === 'other-build')
    .map(({ file, line, column, value, rows }) => [file, line, column, value, rows]);
}

describe('A build other than the definition says', () => {
  it('is told once for all rows of a MAF that name it, at the first', async () => {
    const files = {
      'a.maf': maf(['GRCh38', 'KRAS', '12'], ['hg19', 'KRAS', '12'], ['37', 'TP53', '17'], ['.', 'APC', '5']),
    };
    expect(await told(files)).toEqual([['a.maf', 3, 'NCBI_Build', 'hg19', 2]]);
    expect(await told(files, 'GRCh37')).toEqual([['a.maf', 2, 'NCBI_Build', 'GRCh38', 1]]);
  });

  it('is told of a build that is neither of the two', async () => {
    expect(await told({ 'a.maf': maf(['mm10', 'KRAS', '12']) })).toEqual([['a.maf', 2, 'NCBI_Build', 'mm10', 1]]);
    expect(await told({ 'a.maf': maf(['GRCm38', 'KRAS', '12']) })).toEqual([['a.maf', 2, 'NCBI_Build', 'GRCm38', 1]]);
  });

  it('is told of a file that names two where the definition says none', async () => {
    const files = { 'a.maf': maf(['38', 'KRAS', '12'], ['hg38', 'APC', '5'], ['GRCh37', 'TP53', '17']) };
    expect(await told(files, null)).toEqual([['a.maf', 4, 'NCBI_Build', 'GRCh37', 1]]);
    expect(await told({ 'a.maf': maf(['hg19', 'KRAS', '12']) }, null)).toEqual([]);
  });

  it.each([
    ['##contig=<ID=chr12,length=133851895>', 2],
    ['##contig=<ID=NC_000012.11,length=133851895>', 2],
    ['##reference=file:///refs/hs37d5.fa', 2],
    ['##reference=/refs/human_g1k_v37.fasta', 2],
    ['##reference=/refs/Homo_sapiens_assembly19.fasta', 2],
    ['##contig=<ID=12,assembly=b37>', 2],
    ['##VEP="v104" time="2021-06-01" assembly="GRCh37.p13" dbSNP="154"', 2],
    ['##SnpEffCmd="SnpEff  GRCh37.75 in.vcf "', 2],
  ])('is told of a VCF whose header has %s', async (meta, line) => {
    expect(await told({ 'v.vcf': vcf(meta) })).toEqual([['v.vcf', line, 'header', meta, undefined]]);
    expect(await told({ 'v.vcf': vcf(meta) }, 'GRCh37')).toEqual([]);
  });

  it('is what the lengths of chromosomes say, whatever a file of the reference is called', async () => {
    const meta = ['##reference=/data/b37/genome.fa', '##contig=<ID=chr12,length=133275309>'];
    expect(await told({ 'v.vcf': vcf(...meta) })).toEqual([]);
    expect(await told({ 'v.vcf': vcf('##reference=file:///genome.fa', '##contig=<ID=12,length=9>') })).toEqual([]);
  });

  it("is told of cBioPortal's meta files, of structural variants and of panels, alone and in an archive", async () => {
    const files = {
      'data_sv.txt': 'Sample_Id\tSite1_Hugo_Symbol\tNCBI_Build\np1\tALK\tGRCh37\n',
      'meta_sv.txt':
        'cancer_study_identifier: x\ngenetic_alteration_type: STRUCTURAL_VARIANT\nreference_genome_id: hg19\ndata_filename: data_sv.txt\n',
      'meta_study.txt': 'type_of_cancer: mixed\ncancer_study_identifier: x\nreference_genome: hg19\n',
      'panels/x.json': '{"id":"x","genes":["KRAS"],"build":"hg19"}',
      'panels/x.bed': 'track name=x db=hg19\nchr12\t1\t10\tKRAS\n',
    };
    const wanted = [
      ['data_sv.txt', 2, 'NCBI_Build', 'GRCh37', 1],
      ['meta_study.txt', 3, 'reference_genome', 'hg19', undefined],
      ['meta_sv.txt', 3, 'reference_genome_id', 'hg19', undefined],
      ['panels/x.bed', undefined, undefined, 'hg19', undefined],
      ['panels/x.json', undefined, undefined, 'hg19', undefined],
    ];
    expect(await told(files)).toEqual(wanted);
    expect(await told(files, 'GRCh37')).toEqual([]);
    const zip = writeZip(Object.entries(files).map(([name, content]) => ({ name, content })));
    expect(await told({ 's.zip': zip })).toEqual(wanted.map(([file, ...of]) => [`s.zip/${file}`, ...of]));
  });

  it('is a rule that is listed', () => {
    expect(RULES.find(({ id }) => id === 'other-build')).toMatchObject({ level: 'warning' });
  });
});

describe('An old symbol', () => {
  it('of a gene on another chromosome stays, does not cover it, and is told', async () => {
    const { problems, tables } = await cohortOf({
      'cohort.yaml': yaml('GRCh38'),
      ...PATIENTS,
      'a.maf': maf(['GRCh38', 'FAM123B', '5'], ['GRCh38', 'FAM123B', 'X']),
    });
    expect(problems.map(({ rule, file, line, value }) => [rule, file, line, value])).toEqual([
      ['undecided-gene', 'a.maf', 2, 'FAM123B'],
    ]);
    const genes = tables.alterations.columns.get('gene');
    expect(genes?.type === 'category' && genes.levels).toEqual(['AMER1', 'FAM123B']);
  });

  it('of several genes is decided by the chromosome in a BED of a panel', async () => {
    const { problems, panels } = await cohortOf({
      'cohort.yaml': `title: Panel
tables:
  - { match: p.csv, rows: patient, patient: id, columns: { age: number } }
alterations:
  - { match: a.maf, covers: present, panel: x }
`,
      ...PATIENTS,
      'a.maf': maf(['GRCh38', 'KRAS', '12']),
      'panels/x.bed': 'chr12\t1\t2000000\tMLL2\nchr12\t3000000\t4000000\tKRAS\n',
    });
    expect(problems).toEqual([]);
    expect(panels['x']!.genes).toEqual(['KMT2D', 'KRAS']);
  });
});
