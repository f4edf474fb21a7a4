import { describe, expect, it } from 'vitest';
import type { CohortFrame, PanelRecord } from '../../../lib/cohort/index.ts';
import { alteration, frameOf, pseudonym } from './read.ts';

const YAML = `
title: Two panels
tables:
  - match: specimens.csv
    rows: specimen
    patient: id
    specimen: id
    panel: panel
    columns: {}
alterations:
  - { match: "*.maf", covers: listed, build: GRCh37 }
  - { match: cna.txt, covers: file, panel: exome }
  - { match: sv.txt, covers: present }
qualifying: { filters: any, minVaf: 0 }
derived:
  amer1: altered("FAM123B")
  amplified: altered("ERBB2", kind == "copy number" && value >= 2)
  fused: altered("ALK", kind == "fusion")
`;

const SPECIMENS = 'id,panel\na,v1\nb,v1\nc,v2\nd,exome\ne,lost\nf,\n';

const V1: PanelRecord = {
  id: 'v1',
  genes: [{ symbol: 'KRAS' }, { symbol: 'FAM123B' }, { symbol: 'MLL2', id: '8085' }, { symbol: 'KRASS', line: 4 }],
  coveredMb: 0.42,
};
const V2_LIST: PanelRecord = { id: 'v2', genes: [{ symbol: 'KRAS' }, { symbol: 'TP53' }, { symbol: 'ERBB2' }] };
const V2_BED: PanelRecord = { id: 'v2', genes: [{ symbol: 'ALK_exon2' }], coveredMb: 2 };

type Rows = Parameters<typeof frameOf>[1];

function built(files: Rows = {}) {
  return frameOf(YAML, {
    'specimens.csv': SPECIMENS,
    'panels/v1.json': { rows: [], facts: [{ panels: [V1] }] },
    'panels/v2.txt': { rows: [], facts: [{ panels: [V2_LIST] }] },
    'panels/v2.bed': { rows: [], facts: [{ panels: [V2_BED] }] },
    'm.maf': { rows: [alteration('a', 'KRAS'), alteration('c', 'TP53'), alteration('d', 'WTX', { chromosome: 'X' })] },
    ...files,
  });
}

/** By specimen: 1 altered, 0 wild type, null missing. */
function values(
  frame: CohortFrame,
  cel: string,
  ids: readonly string[] = ['a', 'b', 'c', 'd', 'e', 'f'],
): Record<string, number | null> {
  const column = frame.evaluate(cel, '/x');
  const order = ids.map((id) => pseudonym('patient', id)).sort();
  const all = column.type === 'boolean' || column.type === 'number' ? column.values : new Float64Array();
  return Object.fromEntries(
    ids.map((id) => {
      const value = all[order.indexOf(pseudonym('patient', id))]!;
      return [id, (column.type === 'boolean' && value === 2) || Number.isNaN(value) ? null : value];
    }),
  );
}

describe('A gene that is not on the panel', () => {
  it('is missing, not wild type', () => {
    const { frame } = built();
    expect(values(frame, 'altered("KRAS")')).toEqual({ a: 1, b: 0, c: 0, d: 0, e: null, f: null });
    expect(values(frame, 'altered("TP53")')).toEqual({ a: null, b: null, c: 1, d: 0, e: null, f: null });
    expect(values(frame, 'amer1')).toEqual({ a: 0, b: 0, c: null, d: 1, e: null, f: null });
    expect(values(frame, 'altered("KMT2D")')).toEqual({ a: 0, b: 0, c: null, d: 0, e: null, f: null });
  });

  it('leaves the denominator of a scan', () => {
    const { frame } = built();
    const genes = frame.genes();
    const covered = (symbol: string): number => {
      const [word] = genes.covered(genes.symbols.indexOf(symbol));
      return [0, 1, 2, 3, 4, 5].filter((row) => (word! >>> row) & 1).length;
    };
    expect([covered('KRAS'), covered('TP53'), covered('AMER1')]).toEqual([4, 2, 3]);
  });

  it('does not count where it was found all the same, and that is told', () => {
    const { frame, problems } = built({ 'm.maf': { rows: [alteration('a', 'TP53'), alteration('c', 'TP53')] } });
    expect(values(frame, 'altered("TP53")')).toEqual({ a: null, b: null, c: 1, d: 0, e: null, f: null });
    expect(problems.filter(({ rule }) => rule === 'gene-off-panel')).toMatchObject([
      { file: 'm.maf', line: 2, value: 'v1', rows: 1, says: expect.stringContaining('does not have TP53') },
    ]);
  });
});

it('What is off a panel is told at the first of its rows, whosever they are', () => {
  for (const [first, second] of [['a', 'b'] as const, ['b', 'a'] as const]) {
    const rows = [alteration(first, 'TP53', { line: 275 }), alteration(second, 'ALK', { line: 536 })];
    const off = built({ 'm.maf': { rows } }).problems.filter(({ rule }) => rule === 'gene-off-panel');
    expect(off).toMatchObject([{ line: 275, rows: 2, says: expect.stringContaining('does not have ALK, TP53:') }]);
  }
});

describe('A gene of a file that tells genes by position', () => {
  const BED = { rows: [], facts: [{ positions: [{ symbol: 'WTX', chromosome: 'X' }, { symbol: 'KRAS' }] }] };
  const EXOME = YAML.replace(
    'covers: file, panel: exome }',
    'covers: file, panel: exome }\n  - { match: "*.vcf", covers: file, panel: exome }',
  );
  const file = (specimen: string, byPosition: boolean) => ({
    rows: [alteration(specimen, byPosition ? 'KRAS' : 'TP53')],
    facts: [{ covered: [pseudonym('specimen', specimen)], ...(byPosition && { byPosition: true as const }) }],
  });
  const files = { 'specimens.csv': 'id,panel\na,\nb,\n', 'a.vcf': file('a', true), 'b.vcf': file('b', false) };
  const of = ({ frame }: ReturnType<typeof frameOf>, genes: readonly string[]) =>
    genes.map((gene) => {
      const { a, b } = values(frame, `altered("${gene}")`, ['a', 'b']);
      return [a, b];
    });

  it('is missing where no BED names it, since nobody looked', () => {
    expect(of(frameOf(EXOME, { ...files, 'genes.bed': BED }), ['KRAS', 'AMER1', 'TP53'])).toEqual([
      [1, 0],
      [0, 0],
      [null, 1],
    ]);
  });

  it('is missing where its panel does not have it either', () => {
    const small = EXOME.replace('"*.vcf", covers: file, panel: exome', '"*.vcf", covers: file, panel: v2');
    const panel = { rows: [], facts: [{ panels: [V2_LIST] }] };
    const { frame, problems } = frameOf(small, { ...files, 'genes.bed': BED, 'panels/v2.txt': panel });
    expect(of({ frame, problems }, ['KRAS', 'ERBB2', 'TP53'])).toEqual([
      [1, 0],
      [null, 0],
      [null, 1],
    ]);
  });
});

describe('A row', () => {
  it('that names no gene alters none, and one that names it by number alone alters it', () => {
    const rows = [
      alteration('d', 'NA', { line: 2 }),
      alteration('d', 'NA', { line: 3 }),
      alteration('d', '', { line: 4 }),
      alteration('d', '', { geneId: '3845', line: 5 }),
      alteration('d', '1-Mar', { line: 6 }),
      alteration('d', 'MLL2', { line: 7 }),
    ];
    const { frame, problems } = built({ 'm.maf': { rows } });
    expect(values(frame, 'altered("KRAS")')['d']).toBe(1);
    expect(values(frame, 'altered("AMER1")')['d']).toBe(0);
    const told = problems
      .filter(({ file }) => file === 'm.maf')
      .map(({ rule, line, rows: count }) => [rule, line, count]);
    expect(told.sort()).toEqual([
      ['gene-is-a-date', 6, 1],
      ['no-gene', 2, 2],
      ['no-identifier', 4, undefined],
      ['undecided-gene', 7, 1],
    ]);
  });

  it.each([
    ['MLL2', 'KMT2D'],
    ['MLL2', 'KMT2B'],
    ['1-Mar', 'MARCHF1'],
    ['45352', 'MTARC1'], // the day's number in a spreadsheet
  ])('that says %s, and nothing that tells which, leaves %s open: neither altered nor wild type', (name, gene) => {
    const row = alteration('d', name, { kind: 'mutation' });
    const known = alteration('c', gene);
    const of = (rows: readonly (typeof row)[], cel: string) =>
      values(built({ 'm.maf': { rows: [...rows, known] } }).frame, cel)['d'];
    expect(of([row], `altered("${gene}")`)).toBe(null);
    expect(of([row, alteration('d', gene)], `altered("${gene}")`)).toBe(1);
    expect(of([{ ...row, class: 'Silent' }], `altered("${gene}")`)).toBe(0);
    expect(of([row], `altered("${gene}", chromosome == "1")`)).toBe(null); // its chromosome isn't said
    expect(of([{ ...row, chromosome: '3' }], `altered("${gene}")`)).toBe(0); // neither lies there
    expect(of([row], `altered("${name}")`)).toBe(1);
    const { frame } = built({ 'm.maf': { rows: [row, known] } });
    expect(values(frame, `altered("${name}")`)).toMatchObject({ c: null, d: 1 });
    const genes = frame.genes();
    const place = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => pseudonym('patient', id)).sort();
    const bit = (words: Uint32Array, id: string) => (words[0]! >>> place.indexOf(pseudonym('patient', id))) & 1;
    const at = genes.symbols.indexOf(gene);
    expect([bit(genes.covered(at), 'd'), bit(genes.altered(at), 'd')]).toEqual([0, 0]);
  });

  it('that counts though its filter calls it germline is told, and is not where such do not pass', () => {
    const rows = [
      alteration('a', 'KRAS', { filter: 'PASS', line: 2 }),
      alteration('b', 'KRAS', { filter: 'germline;weak_evidence', line: 3 }),
      alteration('c', 'KRAS', { filter: 'germline_risk', line: 4 }),
      alteration('d', 'KRAS', { filter: 'germline', class: 'Silent', line: 5 }),
    ];
    const told = ({ problems }: ReturnType<typeof frameOf>) =>
      problems.filter(({ rule }) => rule === 'germline-counts');
    expect(told(built({ 'm.maf': { rows } }))).toMatchObject([
      { file: 'm.maf', line: 3, rows: 2, value: 'germline, germline_risk' },
    ]);
    const passing = YAML.replace('filters: any', 'filters: [PASS]');
    const files = { 'specimens.csv': SPECIMENS.replaceAll('v1', 'exome').replaceAll('v2', 'exome'), 'm.maf': { rows } };
    expect(told(frameOf(YAML, files))).toHaveLength(1);
    expect(told(frameOf(passing, files))).toEqual([]);
  });

  it('that was set apart leaves every gene missing that its name may mean', () => {
    const { frame } = built({ 'm.maf': { rows: [], apart: [['d', 'MLL2']] } });
    expect([values(frame, 'altered("KMT2D")')['d'], values(frame, 'altered("KMT2B")')['d']]).toEqual([null, null]);
  });
});

describe('A panel', () => {
  it('is one where a BED and a list have one id', () => {
    const { frame, problems } = built();
    expect(values(frame, 'altered("ALK")')).toEqual({ a: null, b: null, c: 0, d: 0, e: null, f: null });
    expect(problems.filter(({ rule }) => rule === 'panels-disagree')).toEqual([]);
    const { problems: told } = built({
      'panels/x.bed': { rows: [], facts: [{ panels: [{ ...V2_BED, coveredMb: 3 }] }] },
    });
    expect(told.filter(({ rule }) => rule === 'panels-disagree')).toMatchObject([
      { value: 'v2', file: 'panels/x.bed' },
    ]);
  });

  it('tells of a gene that is none, and of specimens whose panel is not known', () => {
    const { problems } = built();
    const told = (rule: string) => problems.filter((problem) => problem.rule === rule);
    expect(told('panel-gene-unknown')).toMatchObject([{ file: 'panels/v1.json', line: 4, value: 'KRASS' }]);
    expect(told('unknown-panel').map(({ value, rows }) => [value, rows])).toEqual([
      [undefined, 1],
      ['lost', 1],
    ]);
    expect(told('undecided-gene')).toEqual([]);
  });

  it('is told by a matrix where no table tells it', () => {
    const sequenced = [{ specimen: pseudonym('specimen', 'f'), panel: 'v2' }];
    const { frame, problems } = built({ 'matrix.maf': { rows: [], facts: [{ sequenced, covered: ['nobody'] }] } });
    expect(problems.filter(({ rule }) => rule === 'unlisted-specimen')).toMatchObject([
      { file: 'matrix.maf', rows: 1 },
    ]);
    expect(values(frame, 'altered("TP53")')).toMatchObject({ e: null, f: 0 });
  });

  it('gives mutations per megabase where it says what it covers, and enough', () => {
    const rows = [
      alteration('a', 'KRAS'),
      alteration('c', 'TP53'),
      alteration('c', 'KRAS'),
      alteration('c', 'KRAS', { class: 'Silent', line: 9 }),
    ];
    const { frame, problems } = built({ 'm.maf': { rows } });
    expect(values(frame, 'tmb')).toEqual({ a: null, b: null, c: 1, d: null, e: null, f: null });
    expect(problems.filter(({ rule }) => rule === 'small-panel')).toMatchObject([{ value: 'v1' }]);
    const { frame: open } = built({ 'm.maf': { rows: [alteration('c', 'KRAS', { class: null })] } });
    expect(values(open, 'tmb')['c']).toBe(null);
  });
});

describe('Copy number and fusions', () => {
  const key = (id: string) => pseudonym('specimen', id);
  const files: Rows = {
    'cna.txt': {
      rows: [alteration('c', 'HER2', { kind: 'copy number', class: 'Amplification', value: 2 })],
      facts: [{ kinds: ['copy number'], covered: [key('c'), key('a')] }],
    },
    'sv.txt': {
      rows: [alteration('d', 'ALK', { kind: 'fusion', class: 'Fusion', alt: 'EML4' })],
      facts: [{ kinds: ['fusion'] }],
    },
  };

  it('are known of those who were looked at for them', () => {
    const { frame } = built(files);
    expect(values(frame, 'amplified')).toEqual({ a: 0, b: null, c: 1, d: null, e: null, f: null });
    expect(values(frame, 'fused')).toEqual({ a: null, b: null, c: null, d: 1, e: null, f: null });
  });

  it('do not make anybody wild type who was not sequenced', () => {
    const { frame } = built({ ...files, 'm.maf': { rows: [] } });
    expect(values(frame, 'altered("ERBB2")')).toEqual({ a: null, b: null, c: 1, d: 0, e: null, f: null });
    const alone = frameOf(YAML.replace('"*.maf"', 'none.maf'), { 'specimens.csv': SPECIMENS, ...files }).frame;
    expect(values(alone, 'altered("ERBB2")')).toMatchObject({ a: null, c: 1 });
  });

  it('are open where a matrix holds nothing, and mutations are not', () => {
    const rows = [alteration('c', 'ERBB2', { kind: 'copy number', class: null, value: null })];
    const facts = [{ kinds: ['copy number' as const], covered: [key('c'), key('d')] }];
    const { frame } = built({ ...files, 'cna.txt': { rows, facts } });
    expect(values(frame, 'amplified')).toMatchObject({ c: null, d: 0 });
    expect(values(frame, 'altered("ERBB2")')).toMatchObject({ c: 0, d: 0 });
  });

  it('of segments give fraction altered and transitions, absent without any', () => {
    const segment = (position: number, end: number, value: number, line: number) =>
      alteration('b', '', { kind: 'segment', class: null, chromosome: 'chr1', position, end, value, line });
    const rows = [segment(1, 20_000_000, 0, 2), segment(20_000_001, 40_000_000, 0.9, 3)];
    const { frame, problems } = built({ 'x.maf': { rows, facts: [{ kinds: ['segment'] }] } });
    expect(values(frame, 'fga')).toEqual({ a: null, b: 0.5, c: null, d: null, e: null, f: null });
    expect(values(frame, 'lst')).toEqual({ a: null, b: 1, c: null, d: null, e: null, f: null });
    expect(problems.filter(({ rule }) => rule === 'no-gene')).toEqual([]);
  });
});
