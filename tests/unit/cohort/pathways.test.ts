import { describe, expect, it } from 'vitest';
import { oncogenicPathways } from '../../../lib/cohort/index.ts';
import { alteration, frameOf } from './read.ts';

describe('The oncogenic pathways', () => {
  it('are ten, of 335 genes, each by its current symbol', () => {
    const pathways = oncogenicPathways();
    expect(pathways.map(({ name, genes }) => [name, genes.length])).toEqual([
      ['Cell cycle', 15],
      ['Hippo', 38],
      ['MYC', 13],
      ['NRF2', 3],
      ['Notch', 71],
      ['PI3K', 29],
      ['RTK-RAS', 85],
      ['TGF-beta', 7],
      ['TP53', 6],
      ['Wnt', 68],
    ]);
    expect(pathways.find(({ name }) => name === 'NRF2')!.genes).toEqual(['CUL3', 'KEAP1', 'NFE2L2']);
  });
});

const YAML = `title: T
tables: [{ match: s.csv, rows: specimen, patient: p, specimen: s, panel: panel, columns: { age: number } }]
alterations: [{ match: m.maf, specimen: Tumor_Sample_Barcode, covers: listed }]
qualifying: { filters: any, minVaf: 0.05 }
`;

describe('The genes of a frame', () => {
  const panel = (id: string, genes: readonly string[]) => ({
    rows: [],
    facts: [{ panels: [{ id, genes: genes.map((symbol) => ({ symbol })) }] }],
  });
  const { frame } = frameOf(YAML, {
    's.csv': 'p,s,panel,age\np1,s1,v1,50\np2,s2,v1,60\np3,s3,v2,70\n',
    'm.maf': {
      rows: [
        alteration('s1', 'APC', { class: 'Nonsense_Mutation', alleleFraction: 0.3 }),
        alteration('s1', 'APC', { class: 'Missense_Mutation', alleleFraction: 0.4 }),
        alteration('s2', 'APC', { class: 'Missense_Mutation', alleleFraction: 0.01 }),
        alteration('s2', 'KRAS', { alleleFraction: null }),
      ],
    },
    'panels/v1.json': panel('v1', ['APC', 'KRAS', 'FAM123B']),
    'panels/v2.json': panel('v2', ['APC', 'TP53']),
  });
  const genes = frame.genes();
  const at = (symbol: string) => genes.symbols.indexOf(symbol);
  const rows = (bits: Uint32Array) => [0, 1, 2].filter((row) => (bits[0]! >>> row) & 1);

  it('say what was found, of what qualifies', () => {
    const found = genes.found(at('APC'));
    expect(found.map((each) => each.class)).toEqual(['Nonsense_Mutation', 'Missense_Mutation']);
    expect(new Set(found.map(({ patient }) => patient)).size).toBe(1);
    expect(found.every(({ kind }) => kind === 'mutation')).toBe(true);
  });

  it('say who was looked at for a gene by any name it had, also where what was found leaves it open', () => {
    expect(rows(genes.covering('APC'))).toHaveLength(3);
    expect(rows(genes.covering('KRAS'))).toHaveLength(2);
    expect(rows(genes.covered(at('KRAS')))).toHaveLength(1);
    expect(rows(genes.covering('FAM123B'))).toEqual(rows(genes.covering('KRAS')));
    expect(rows(genes.covering('AMER1'))).toEqual(rows(genes.covering('KRAS')));
    expect(rows(genes.covering('EGFR'))).toEqual([]);
  });
});
