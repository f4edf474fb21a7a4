import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { DEMO_COHORTS } from '../../../demo/cohorts.ts';
import type { AlterationText, CohortFrame, Problem } from '../../../lib/cohort/index.ts';
import { alteration, frameOf, tally } from './read.ts';

/** The counts are those that the data's own papers and R give; see docs/statistics.md for the results that rest on them. */
function demo(name: string): Record<string, Buffer> {
  const { files } = DEMO_COHORTS.find((cohort) => cohort.name === name)!;
  return Object.fromEntries(files.map(({ key, path }) => [key, readFileSync(path)]));
}

function mafRows(maf: Buffer): AlterationText[] {
  const [head, ...lines] = gunzipSync(maf).toString().trimEnd().split('\n');
  const at = new Map(head!.split('\t').map((name, i) => [name, i]));
  return lines.map((line, i) => {
    const cells = line.split('\t');
    const cell = (name: string): string => cells[at.get(name)!]!;
    return alteration(cell('Tumor_Sample_Barcode'), cell('Hugo_Symbol'), {
      class: cell('Variant_Classification'),
      chromosome: cell('Chromosome'),
      position: Number(cell('Start_Position')),
      ref: cell('Reference_Allele'),
      alt: cell('Tumor_Seq_Allele2'),
      protein: cell('HGVSp_Short'),
      filter: cell('FILTER'),
      line: i + 2,
    });
  });
}

function altered(bits: Uint32Array, of: (row: number) => boolean): number {
  let count = 0;
  for (let row = 0; row < bits.length * 32; row++) if ((bits[row >>> 5]! >>> (row & 31)) & 1 && of(row)) count++;
  return count;
}

describe('The definition of crlm-tcia', () => {
  let frame: CohortFrame;
  let problems: readonly Problem[];
  beforeAll(() => {
    const files = demo('crlm-tcia');
    ({ frame, problems } = frameOf(files['cohort.yaml']!.toString(), {
      'clinical.csv': files['clinical.csv']!.toString(),
    }));
  });

  it('reads 197 patients with 107 deaths, and has nothing to complain of', () => {
    expect(problems).toEqual([]);
    expect(frame.rows).toBe(197);
    const { time, event, origin } = frame.endpoint('os', '/endpoint');
    expect(tally(event)).toEqual({ 0: 90, 1: 107 });
    expect(time.every((months) => months > 0)).toBe(true);
    expect(origin).toBe('liver resection');
  });

  it('groups by Clinical Risk Score, 29 unknown', () => {
    const { labels, codes, columns } = frame.group('crs', '/by');
    expect(labels).toEqual(['CRS 0-2', 'CRS 3-5']);
    expect(tally(codes)).toEqual({ [-1]: 29, 0: 117, 1: 51 });
    expect(columns).toEqual(['crs']);
    const score = frame.group('score', '/by');
    expect(score.labels).toEqual(['CRS 0', 'CRS 1', 'CRS 2', 'CRS 3', 'CRS 4', 'CRS 5']);
    expect(tally(score.codes)).toEqual({ [-1]: 29, 0: 11, 1: 42, 2: 64, 3: 44, 4: 6, 5: 1 });
  });
});

describe('The definition of tcga-read', () => {
  let frame: CohortFrame;
  let problems: readonly Problem[];
  beforeAll(() => {
    const files = demo('tcga-read');
    ({ frame, problems } = frameOf(files['cohort.yaml']!.toString(), {
      'clinical.tsv': files['clinical.tsv']!.toString(),
      'mutations.maf.gz': { rows: mafRows(files['mutations.maf.gz']!) },
    }));
  });

  it('reads 149 patients with 24 deaths, of 150 specimens, and has nothing to complain of', () => {
    expect(problems.filter(({ rule }) => rule !== 'undecided-gene')).toEqual([]);
    expect(frame.rows).toBe(149);
    const { time, event } = frame.endpoint('os', '/endpoint');
    expect(tally(event)).toEqual({ 0: 125, 1: 24 });
    expect(time.filter((months) => months === 0)).toHaveLength(5);
  });

  it('finds KRAS altered in 59 of the 149, 7 of whom died', () => {
    const { codes } = frame.group('kras', '/by');
    expect(tally(codes)).toEqual({ 0: 90, 1: 59 });
    const { event } = frame.endpoint('os', '/endpoint');
    expect(codes.reduce((sum, code, row) => sum + (code === 1 ? event[row]! : 0), 0)).toBe(7);
  });

  it('finds 67 of stage III-IV, 76 of stage I-II, 6 unknown', () => {
    const { labels, codes } = frame.group('stage', '/by');
    expect(labels).toEqual(['stage I-II', 'stage III-IV']);
    expect(tally(codes)).toEqual({ [-1]: 6, 0: 76, 1: 67 });
  });

  /** Symbols as the file of 2018 has them gave 13,535, 1,623 and 13,585: genes that stood under two names are one now. */
  it('finds 13,521 genes altered among the staged, 1,624 of them in five or more, and 13,571 altered in anybody', () => {
    const { codes } = frame.group('stage', '/by');
    const genes = frame.genes();
    const staged = genes.symbols.map((_, gene) => altered(genes.altered(gene), (row) => codes[row]! >= 0));
    expect(staged.filter((count) => count > 0)).toHaveLength(13_521);
    expect(staged.filter((count) => count >= 5)).toHaveLength(1_624);
    const anybody = genes.symbols.map((_, gene) => altered(genes.altered(gene), () => true));
    expect(anybody.filter((count) => count > 0)).toHaveLength(13_571);
    const covered = genes.symbols.map((_, gene) => genes.covered(gene));
    expect(covered.filter((patients) => patients !== covered[0])).toHaveLength(8); // some patient has a variant that may be of it, by a name of several genes
  });

  it('leaves 15 names in 27 rows undecided, and says so', () => {
    const undecided = problems.filter(({ rule }) => rule === 'undecided-gene');
    expect([undecided.length, undecided.reduce((sum, { rows = 0 }) => sum + rows, 0)]).toEqual([15, 27]);
  });

  it('counts the primary of the patient with two specimens', () => {
    const type = frame.variable('specimen_type', '/by');
    expect(type.type === 'category' && tally(type.codes)).toEqual({ 0: 149 });
  });

  it('loses 23 patients with KRAS altered where only PASS counts', () => {
    const files = demo('tcga-read');
    const { frame: passing } = frameOf(files['cohort.yaml']!.toString().replace('filters: any', 'filters: [PASS]'), {
      'clinical.tsv': files['clinical.tsv']!.toString(),
      'mutations.maf.gz': { rows: mafRows(files['mutations.maf.gz']!) },
    });
    expect(tally(passing.group('kras', '/by').codes)).toEqual({ 0: 90 + 23, 1: 59 - 23 });
  });
});
