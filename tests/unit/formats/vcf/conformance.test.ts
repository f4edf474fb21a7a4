import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { conformanceOf, printConformance } from '../../../../tools/conformance/run.ts';
import { FIXTURES } from './read.ts';

/** Files that break the specification in what can't change a value, and aren't told of. */
const HARMLESS: Readonly<Record<string, string>> = {
  'v4.1/failed/failed_body_format_003.vcf':
    'a key of FORMAT has an underscore, which 4.1 does not forbid and 4.3 allows; the key is not read',
  'v4.2/failed/failed_body_format_003.vcf':
    'a key of FORMAT has an underscore, which 4.2 does not forbid and 4.3 allows; the key is not read',
  'v4.1/failed/failed_meta_assembly_001.vcf':
    'the address of the assembly, which is not read, has a part that no address has',
  'v4.2/failed/failed_meta_pedigreedb_002.vcf':
    'the address of the pedigree database, which is not read, has a part that no address has',
  'v4.3/failed/failed_body_chrom_003.vcf':
    'the name of the chromosome has an asterisk, which the text of 4.3 allows but at the beginning; it is read as it stands',
};

describe("The EBI's files of VCF", async () => {
  const outcome = await conformanceOf(path.join(FIXTURES, 'conformance'));

  it('are all read where they are valid', () => {
    const refused = outcome.files.filter(({ side, reasons }) => side === 'valid' && reasons.length > 0);
    expect([outcome.valid, refused]).toEqual([41, []]);
  });

  it('are caught where they are not, but for those whose fault changes no value', () => {
    const missed = outcome.files.filter(({ side, reasons }) => side !== 'valid' && reasons.length === 0);
    expect(missed.map(({ file }) => file).sort()).toEqual(Object.keys(HARMLESS).sort());
  });

  it('are refused by name where they are bzip2, and count on neither side', () => {
    expect(outcome.left.map((file) => path.basename(file))).toEqual([
      'failed_compressed.vcf.bz2',
      'passed_compressed.vcf.bz2',
    ]);
  });

  it('end in a line that sums them up', () => {
    expect(printConformance(outcome).at(-1)).toBe('41 valid, 0 refused; 305 invalid, 300 caught');
  });
});

describe('Files of VCF 4.4 and 4.5', async () => {
  const outcome = await conformanceOf(path.join(FIXTURES, 'own'));

  it('are read where they are valid, and caught where they are not', () => {
    expect(printConformance(outcome).at(-1)).toBe('8 valid, 0 refused; 10 invalid, 10 caught');
  });
});
