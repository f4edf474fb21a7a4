import { describe, expect, it } from 'vitest';
import { faultOf } from '../read.ts';
import { CHROMOSOMES, readVcf, vcf } from './read.ts';

const bed = CHROMOSOMES;

/** Identifiers of those who have the record's variant: all samples do. */
async function having(samples: readonly string[], head: readonly string[] = [], specimen?: string) {
  const record = `1 10 . A T . . . GT ${samples.map(() => '0/1').join(' ')}`;
  const file = vcf([record], head, samples);
  const { alterations, specimens } = await readVcf(file, { bed, ...(specimen !== undefined && { specimen }) });
  expect(specimens).toEqual(alterations.map(({ specimenIdentifier }) => specimenIdentifier));
  return specimens;
}

describe('The tumour', () => {
  it('is whom ##tumor_sample names', async () => {
    expect(await having(['A', 'B'], ['##normal_sample=A', '##tumor_sample=B'])).toEqual(['B']);
  });

  it('is whom PEDIGREE calls derived', async () => {
    expect(
      await having(['N', 'A', 'B'], ['##PEDIGREE=<Derived=B,Original=N>', '##PEDIGREE=<Derived=A,Original=N>']),
    ).toEqual(['A', 'B']);
    expect(await having(['N', 'A'], ['##PEDIGREE=<ID=A,Original=N>'])).toEqual(['A']);
  });

  it('is TUMOR beside NORMAL', async () => {
    expect(await having(['NORMAL', 'TUMOR'])).toEqual(['TUMOR']);
    expect(await having(['TUMOR', 'OTHER'])).toEqual(['TUMOR', 'OTHER']);
  });

  it('is every sample where none is marked', async () => {
    expect(await having(['P1', 'P2', 'P3'])).toEqual(['P1', 'P2', 'P3']);
    expect(await having(['P1', 'P2'], ['##tumor_sample=ELSE'])).toEqual(['P1', 'P2']);
  });

  it('bears the name that the key tells', async () => {
    expect(await having(['NORMAL', 'TUMOR'], [], 'P7-T1')).toEqual(['P7-T1']);
    expect(await having(['x'], [], 'P7-T1')).toEqual(['P7-T1']);
  });

  it('is not guessed of two where the key tells one', async () => {
    expect(await faultOf(having(['A', 'B'], [], 'P7-T1'))).toMatchObject({ code: 'unmarked-samples' });
  });

  it("of a file without samples is the key's, and has all its alleles", async () => {
    const file = vcf(['1 10 . A T,C . . DP=3'], [], []);
    const { alterations } = await readVcf(file, { bed, specimen: 'P1' });
    expect(alterations.map(({ specimenIdentifier, alt }) => [specimenIdentifier, alt])).toEqual([
      ['P1', 'T'],
      ['P1', 'C'],
    ]);
    expect(await faultOf(readVcf(file, { bed }))).toMatchObject({ code: 'no-specimen-column' });
  });
});

describe('An alteration', () => {
  const read = (record: string, head: readonly string[] = []) => readVcf(vcf([record], head), { bed });

  it('is an allele that the genotype names, and others are counted', async () => {
    const { alterations, rejected } = await read('1 10 . A T,C,G . . . GT 0|2');
    expect(alterations.map(({ alt }) => alt)).toEqual(['C']);
    expect(rejected).toContainEqual(expect.objectContaining({ rule: 'left-out-genotype', rows: 2 }));
    expect((await read('1 10 . A T . . . GT ./.')).alterations).toEqual([]);
    expect((await read('1 10 . A T . . . DP 7')).alterations).toMatchObject([{ alt: 'T', depth: 7 }]);
  });

  it('is none of a block of the reference, or of a deletion that another record tells of', async () => {
    for (const alt of ['.', '<NON_REF>', '<*>', '*'])
      expect(await read(`1 10 . A ${alt} . . END=20 GT 0/0`)).toMatchObject({ alterations: [], rejected: [] });
    expect((await read('1 10 . A T,<NON_REF> . . . GT:AD 0/1:5,15,0')).alterations).toMatchObject([
      { alt: 'T', alleleFraction: 0.75 },
    ]);
    expect((await read('1 10 . A T,* . . . GT 1/2')).alterations.map(({ alt }) => alt)).toEqual(['T']);
  });

  it('is read without a complaint of the line by which a gVCF says NON_REF', async () => {
    const head = ['##ALT=<ID=NON_REF,Description="Represents any possible alternative allele">'];
    const { rejected } = await readVcf(vcf(['1 10 . A T,<NON_REF> . . . GT 0/1'], head, ['A']), { bed });
    expect(rejected.filter(({ rule }) => rule === 'vcf-meta')).toEqual([]);
  });

  it('bears its filters', async () => {
    const filters = ['PASS', '.', 'q10;s50'].map(
      async (name) => (await read(`1 10 . A T . ${name} . GT 0/1`)).alterations[0]!.filter,
    );
    expect(await Promise.all(filters)).toEqual(['PASS', null, 'q10;s50']);
  });

  it.each([
    ['AD of all alleles', 'GT:AD:DP 0/1:10,30,60:120', 0.3, 120],
    ['FreeBayes without the reference', 'GT:RO:AO 0/1:.:30,60', null, null],
    ['FreeBayes', 'GT:RO:AO 0/1:10:30,60', 0.3, 100],
    ['AF alone', 'GT:AF 0/1:0.25,0.5', 0.25, null],
    ['FREQ alone', 'GT:FREQ 0/1:12.5%,1%', 0.125, null],
    ['AF of the second allele alone', 'GT:AD:AF 0/1:.,.,.:.,0.5', null, null],
    ['no reads', 'GT:AD 0/1:0,0,0', null, 0],
    ['nothing', 'GT 0/1', null, null],
  ])('has its share of reads from %s', async (_, sample, alleleFraction, depth) => {
    const { alterations } = await read(`1 10 . A T,C . . . ${sample}`);
    expect(alterations).toMatchObject([{ alleleFraction, depth }]);
  });

  it.each([
    ['depths of another number of alleles', 'GT:AD:DP 0/1:10,30:40', 'AD', '10,30', 40],
    ['depths that are no counts', 'GT:AD:DP:AF 0/1:10,x,3:40:0.5,0', 'AD', '10,x,3', 40],
    ['depths below 0', 'GT:AD 0/1:10,-3,3', 'AD', '10,-3,3', null],
    ['alternative reads that are no counts', 'GT:RO:AO 0/1:10:many,3', 'AO', 'many,3', null],
    ['a share above 1', 'GT:AF 0/1:1.5,0', 'AF', '1.5,0', null],
    ['a share below 0', 'GT:AF 0/1:-0.5,0', 'AF', '-0.5,0', null],
    ['a share that is no number', 'GT:DP:AF 0/1:40:0.5x,0', 'AF', '0.5x,0', 40],
    ['a share that is not finite', 'GT:AF 0/1:nan,0', 'AF', 'nan,0', null],
    ['shares of another number of alleles', 'GT:AF 0/1:0.5', 'AF', '0.5', null],
    ['a share without its sign', 'GT:FREQ 0/1:12,5%', 'FREQ', '12,5%', null],
  ])('lacks its share of reads, told of, where there are %s', async (_, sample, key, value, depth) => {
    const { alterations, rejected } = await read(`1 10 . A T,C . . . ${sample}`);
    expect(alterations).toMatchObject([{ alleleFraction: null, depth }]);
    const told = rejected.filter(({ rule }) => rule === 'vcf-reads');
    expect(told).toMatchObject([{ level: 'cell', line: 3, column: `FORMAT/${key}`, value }]);
    expect(told[0]!.says).toMatch(`${key} of sample 1 is `);
    expect(told[0]!.says).toMatch(/: the allele fraction is missing$/);
    expect(told[0]!.remedy).not.toBe('');
  });

  it('lacks its depth, told of once, where DP is no count of reads', async () => {
    const { alterations, rejected } = await read('1 10 . A T,C . . . GT:AD:DP 1/2:10,30,60:1e2');
    expect(alterations).toMatchObject([
      { alleleFraction: 0.3, depth: null },
      { alleleFraction: 0.6, depth: null },
    ]);
    const told = rejected.filter(({ rule }) => rule === 'vcf-reads');
    expect(told).toMatchObject([{ column: 'FORMAT/DP', value: '1e2' }]);
    expect(told[0]!.says).toBe('DP of sample 1 is no count of reads: the depth is missing');
  });

  it('takes a share with an exponent', async () => {
    const { alterations, rejected } = await read('1 10 . A T . . . GT:AF 0/1:5e-1');
    expect(alterations).toMatchObject([{ alleleFraction: 0.5 }]);
    expect(rejected.filter(({ rule }) => rule === 'vcf-reads')).toEqual([]);
  });

  it('does not say that nothing hangs on a value that reads are taken from', async () => {
    const head = ['##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">'];
    const { rejected } = await read('1 10 . A T . . . GT:DP:GQ 0/1:x:x', head);
    const [depth, quality] = ['FORMAT/DP', 'FORMAT/GQ'].map((column) =>
      rejected.find((each) => each.rule === 'vcf-sample-type' && each.column === column),
    );
    expect(quality!.remedy).toMatch(/^Nothing that is read depends on it/);
    expect(depth!.remedy).not.toMatch(/^Nothing/);
  });

  it("is left out where the caller's status in the sample is not somatic", async () => {
    const { alterations, rejected } = await readVcf(vcf(['1 10 . A T . . . GT:SS 0/1:1 0/1:2'], [], ['P1', 'P2']), {
      bed,
    });
    expect(alterations.map(({ specimenIdentifier }) => specimenIdentifier)).toEqual(['P2']);
    expect(rejected).toContainEqual(expect.objectContaining({ rule: 'left-out-germline', rows: 1 }));
  });
});
