import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHROMOSOMES, FIXTURES, readVcf } from './read.ts';

const read = (file: string) => readVcf(path.join(FIXTURES, 'callers', file), { bed: CHROMOSOMES });

describe('A VCF of', () => {
  it.each([
    ['test.vcf', 21, []],
    ['test_b38.vcf', 25, []],
    ['test_delly.vcf', 11, []],
    ['test_mutect.vcf', 424, []],
    ['test_strelka.vcf', 239, []],
    ['test_varscan.vcf', 31, [[110, 'ALT', 'A/T']]],
  ])('a caller is read but for what no allele is: %s', async (file, alterations, apart) => {
    const found = await read(file);
    expect(found.alterations).toHaveLength(alterations);
    const set = found.rejected.filter(({ level }) => level === undefined);
    expect(set.map(({ line, column, value }) => [line, column, value])).toEqual(apart);
    expect(found.rejected.filter(({ level }) => level === 'cell')).toEqual([]);
    expect(found.specimens).toEqual(['TUMOR']);
  });

  const at = async (file: string, line: number) => (await read(file)).alterations.filter((one) => one.line === line);

  it('MuTect has depths of all alleles in AD', async () => {
    expect(await at('test_mutect.vcf', 103)).toMatchObject([{ alleleFraction: 3 / 14, depth: 14, filter: 'REJECT' }]);
  });

  it('Strelka has counts of each base: tier 1 of those that the record names', async () => {
    // C>A, tumour AU 25,27 CU 39,39: the second sample, though it comes after NORMAL
    const [found] = (await read('test_strelka.vcf')).alterations.filter(({ position }) => position === 118_166_116);
    expect(found).toMatchObject({ ref: 'C', alt: 'A', alleleFraction: 25 / 64, depth: 66 });
  });

  it('Strelka has TAR and TIR of an indel', async () => {
    const [found] = (await read('test_strelka.vcf')).alterations.filter(({ position }) => position === 105_977_764);
    expect(found).toMatchObject({ ref: '-', alt: 'CCCC', alleleFraction: 32 / 98, depth: 112 });
  });

  it('VarScan has RD and AD', async () => {
    expect(await at('test_varscan.vcf', 21)).toMatchObject([{ alleleFraction: 4 / 13, depth: 13, filter: 'PASS' }]);
  });

  it('VarScan calls germline, loss of heterozygosity and unknown, which are left out and counted', async () => {
    const { rejected } = await read('test_varscan.vcf');
    const counts = Object.fromEntries(rejected.map(({ rule, rows }) => [rule, rows]));
    expect(counts).toMatchObject({ 'left-out-germline': 425, 'left-out-loh': 42, 'left-out-unknown': 1 });
  });

  it('Delly has junction reads where it is precise, pairs where not', async () => {
    expect(await at('test_delly.vcf', 130)).toMatchObject([{ alt: '[2:33141314[C', alleleFraction: 1, depth: 2 }]);
    const [precise] = await at('test_delly.vcf', 129);
    expect(precise!.alleleFraction).toBeCloseTo(172 / 461, 10);
  });

  it('several alleles is split, and holds only those that the genotype names', async () => {
    // GAAGA > G,GGA: 0/2 with AD 12,0,8; then G,GCA 1/2 with 0,12,8
    const [second, ...no] = await at('test.vcf', 18);
    expect(no).toEqual([]);
    expect(second).toMatchObject({ position: 112_174_758, ref: 'AA', alt: '-', alleleFraction: 0.4, depth: 20 });
    const both = await at('test.vcf', 19);
    expect(both.map(({ ref, alt, alleleFraction }) => [ref, alt, alleleFraction])).toEqual([
      ['AAGA', '-', 0.6],
      ['AAG', 'C', 0.4],
    ]);
  });

  it('a tool that knows no genes gets them by position, and what they do is not known', async () => {
    const { alterations, rejected } = await read('test.vcf');
    expect(new Set(alterations.map(({ class: ofClass }) => ofClass))).toEqual(new Set([null]));
    expect(alterations[0]!.gene).toBe('ON1');
    expect(rejected.find(({ rule }) => rule === 'gene-by-position')).toMatchObject({ level: 'warning', rows: 21 });
  });
});
