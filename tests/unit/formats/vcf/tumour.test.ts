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
    ['no reads', 'GT:AD 0/1:0,0,0', null, 0],
    ['nothing', 'GT 0/1', null, null],
  ])('has its share of reads from %s', async (_, sample, alleleFraction, depth) => {
    const { alterations } = await read(`1 10 . A T,C . . . ${sample}`);
    expect(alterations).toMatchObject([{ alleleFraction, depth }]);
  });

  it.each([
    ['depths of another number of alleles', 'GT:AD:DP 0/1:10,30:40', 'FORMAT/AD'],
    ['a share above 1', 'GT:AF 0/1:1.5,0', 'FORMAT/AF'],
  ])('lacks its share of reads, told of, where there are %s', async (_, sample, column) => {
    const { alterations, rejected } = await read(`1 10 . A T,C . . . ${sample}`);
    expect(alterations).toMatchObject([{ alleleFraction: null }]);
    expect(rejected).toContainEqual(expect.objectContaining({ rule: 'vcf-reads', level: 'cell', line: 3, column }));
  });

  it("is left out where the caller's status in the sample is not somatic", async () => {
    const { alterations, rejected } = await readVcf(vcf(['1 10 . A T . . . GT:SS 0/1:1 0/1:2'], [], ['P1', 'P2']), {
      bed,
    });
    expect(alterations.map(({ specimenIdentifier }) => specimenIdentifier)).toEqual(['P2']);
    expect(rejected).toContainEqual(expect.objectContaining({ rule: 'left-out-germline', rows: 1 }));
  });
});
