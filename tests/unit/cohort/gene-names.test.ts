import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chromosomeName, GENES_DATE, geneName } from '../../../lib/cohort/genes/gene-names.ts';

const symbol = (...args: Parameters<typeof geneName>): string => geneName(...args).symbol;

describe('the current symbol of a gene', () => {
  it('is known as of a date', () => {
    expect(GENES_DATE).toBe('2022-09-12');
  });

  it('is found through aliases and previous symbols', () => {
    expect(geneName('FAM123B')).toEqual({ symbol: 'AMER1', how: 'renamed' });
    expect(geneName('HER2')).toEqual({ symbol: 'ERBB2', how: 'renamed' });
    expect(geneName('KRAS')).toEqual({ symbol: 'KRAS', how: 'current' });
    expect(geneName('AC002472.13')).toEqual({ symbol: 'AC002472.13', how: 'current' });
  });

  it('is decided by gene id, then by chromosome, where an alias was of several genes', () => {
    expect(geneName('MLL2')).toEqual({ symbol: 'MLL2', how: 'undecided', candidates: ['KMT2B', 'KMT2D'] });
    expect(symbol('MLL2', { id: '8085' })).toBe('KMT2D');
    expect(symbol('MLL2', { id: '9757', chromosome: '12' })).toBe('KMT2B');
    expect(symbol('MLL2', { id: '1', chromosome: 'chr12' })).toBe('KMT2D');
    expect(symbol('MLL2', { chromosome: '19' })).toBe('KMT2B');
    expect(geneName('MLL2', { chromosome: '3' }).how).toBe('undecided');
  });

  it("stays where the alias is another gene's symbol", () => {
    expect(symbol('SMRT')).toBe('NCOR2');
    expect(geneName('NAT1', { chromosome: '1' })).toEqual({ symbol: 'NAT1', how: 'current' });
  });

  it('is not taken from another chromosome', () => {
    expect(symbol('TRAC')).toBe('NCOR2');
    expect(symbol('TRAC', { chromosome: '12' })).toBe('NCOR2');
    expect(geneName('TRAC', { chromosome: '14' })).toEqual({ symbol: 'TRAC', how: 'elsewhere', candidates: ['NCOR2'] });
    expect(geneName('FAM123B', { chromosome: '5' })).toEqual({
      symbol: 'FAM123B',
      how: 'elsewhere',
      candidates: ['AMER1'],
    });
    expect(symbol('FAM123B', { chromosome: '23' })).toBe('AMER1');
    expect(symbol('FAM123B', { chromosome: 'chrX' })).toBe('AMER1');
  });

  it('is found in other letter case where no spelling is exact', () => {
    expect(symbol('kras')).toBe('KRAS');
    expect(symbol('C1ORF112')).toBe('C1orf112');
    expect(symbol('fam123b')).toBe('AMER1');
    expect(symbol('C10ORF68')).toBe('CCDC7');
    expect(symbol('C10ORF68', { chromosome: '10' })).toBe('C10ORF68'); // as an annotation of its time has it
  });

  it.each(['', ' ', 'NA', 'Unknown', '.', 'n/a'.toUpperCase()])('is none for %j', (name) => {
    expect(geneName(name)).toEqual({ symbol: '', how: 'none' });
    expect(symbol(name, { id: '3845' })).toBe('KRAS');
  });

  it.each([
    ['1-Mar', '4', 'MARCHF1'],
    ['1-Mar', 'chr1', 'MTARC1'],
    ['Mar-01', '4', 'MARCHF1'],
    ['1-Sep', null, 'SEPTIN1'],
    ['2-Sep', '2', 'SEPTIN2'],
    ['01-Sep-24', null, 'SEPTIN1'],
    ['2024-09-01', null, 'SEPTIN1'],
    ['1-Dec', '9', 'DELEC1'],
    ['45352', '4', 'MARCHF1'], // 2024-03-01
    ['43891', 'chr1', 'MTARC1'], // 2020-03-01
  ])('is found behind the date %s on chromosome %s', (name, chromosome, found) => {
    expect(symbol(name, { chromosome })).toBe(found);
  });

  it('is told where a date leaves it open', () => {
    expect(geneName('1-Mar')).toEqual({ symbol: '1-Mar', how: 'date', candidates: ['MARCHF1', 'MTARC1'] });
    expect(geneName('7-Jan')).toEqual({ symbol: '7-Jan', how: 'date', candidates: [] });
    expect(geneName('45352').how).toBe('date');
    expect(geneName('45300').how).toBe('current'); // 9 January 2024: no gene is called so
    expect(geneName('3845').how).toBe('current'); // a gene's number is no day
  });

  it('is stable: what is current stays, for any text and hint', () => {
    const hint = fc.record({
      id: fc.constantFrom(null, '8085', '', 'x'),
      chromosome: fc.constantFrom(null, '1', 'chr12', 'M', '24', ''),
    });
    const name = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('MLL2', 'FAM123B', 'TRAC', '1-Mar', 'C1ORF112', 'NA', 'constructor', '__proto__'),
    );
    fc.assert(
      fc.property(name, hint, (text, known) => {
        const found = geneName(text, known);
        if (found.how === 'renamed')
          expect(geneName(found.symbol, known)).toEqual({ symbol: found.symbol, how: 'current' });
        else if (found.how !== 'none') expect(found.symbol).toBe(text.trim());
      }),
    );
  });
});

describe('a chromosome', () => {
  it.each([
    ['chr7', '7'],
    ['Chr07', '7'],
    ['23', 'X'],
    ['chr24', 'Y'],
    ['M', 'MT'],
    ['chrMT', 'MT'],
    ['x', 'X'],
    ['NA', null],
    ['', null],
  ])('%j is %j', (text, name) => {
    expect(chromosomeName(text)).toBe(name);
  });
});
