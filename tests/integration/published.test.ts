import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { give } from './cohort.ts';
import { drawn, type Json, rowsOf } from './drawn.ts';

/*
 * Tables whose counts are printed in papers, as cohorts of one row a patient, and what the papers print of them. Each figure comes out under one
 * convention, which the test names; what no convention reproduces is left out.
 */

interface Printed {
  readonly id: string;
  readonly rows: readonly [string, string];
  readonly columns: readonly [string, string];
  readonly table: readonly [readonly [number, number], readonly [number, number]];
}

const { tables } = JSON.parse(readFileSync('tests/oracles/data/published-tables.json', 'utf8')) as {
  readonly tables: readonly Printed[];
};

const TABLES: readonly Printed[] = [
  ...tables.map(
    (each): Printed => ({
      ...each,
      columns: [each.columns[0], each.columns[1].replace(/^not$/, `not ${each.columns[0]}`)],
    }),
  ),
  {
    id: 'kolbeinsson-kras', // Kolbeinsson 2022, PMC8899764: KRAS mutation by conversion of unresectable metastases
    rows: ['KRAS mutated', 'KRAS wild type'],
    columns: ['converted', 'not converted'],
    table: [
      [2, 9],
      [8, 5],
    ],
  },
  {
    id: 'ye-r0', // Ye 2013, J Clin Oncol: R0 resection with cetuximab
    rows: ['with cetuximab', 'chemotherapy alone'],
    columns: ['R0 resection', 'no R0 resection'],
    table: [
      [18, 52],
      [5, 63],
    ],
  },
  {
    id: 'feng-control', // Feng 2016, PMC4905480: disease control
    rows: ['first arm', 'second arm'],
    columns: ['controlled', 'not controlled'],
    table: [
      [72, 30],
      [51, 45],
    ],
  },
];

const COHORT = 'published';
const GENE = 'published-kras';

/** A row a patient: study, arm, outcome. */
function patientsOf({ id, rows, columns, table }: Printed): string[] {
  return table.flatMap((counts, r) =>
    counts.flatMap((n, c) => Array.from({ length: n }, (_, i) => `${id}-${r}${c}-${i},${id},${rows[r]},${columns[c]}`)),
  );
}

const list = (texts: Iterable<string>) => `[${[...new Set(texts)].map((each) => JSON.stringify(each)).join(', ')}]`;

const DEFINITION = `title: Tables printed in papers
tables:
  - { match: patients.csv, rows: patient, patient: id, columns: {
      study: { codes: ${list(TABLES.map(({ id }) => id))} },
      arm: { codes: ${list(TABLES.flatMap(({ rows }) => rows))} },
      outcome: { codes: ${list(TABLES.flatMap(({ columns }) => columns))} } } }
`;

const KRAS = TABLES.find(({ id }) => id === 'kolbeinsson-kras')!;

const WITH_GENE = `title: KRAS and conversion, as printed
tables: [{ match: patients.csv, rows: specimen, patient: id, specimen: specimen, panel: panel, columns: { converted: boolean } }]
alterations: [{ match: mutations.maf, specimen: Tumor_Sample_Barcode, covers: listed, build: GRCh37 }]
qualifying: { filters: any, minVaf: 0 }
`;

function krasFiles(): Record<string, string> {
  const patients = KRAS.table.flatMap((counts, r) =>
    counts.flatMap((n, c) =>
      Array.from({ length: n }, (_, i) => ({ id: `k${r}${c}${i}`, mutated: r === 0, yes: c === 0 })),
    ),
  );
  const maf = patients
    .filter(({ mutated }) => mutated)
    .map(({ id }) => `KRAS\tMissense_Mutation\tp.G12D\t12\t25398284\tC\tT\t${id}-1`);
  return {
    'cohort.yaml': WITH_GENE,
    'patients.csv': [
      'id,specimen,panel,converted',
      ...patients.map(({ id, yes }) => `${id},${id}-1,kras,${yes ? 'yes' : 'no'}`),
    ].join('\n'),
    'mutations.maf': [
      'Hugo_Symbol\tVariant_Classification\tHGVSp_Short\tChromosome\tStart_Position\tReference_Allele\tTumor_Seq_Allele2\tTumor_Sample_Barcode',
      ...maf,
      '',
    ].join('\n'),
    'panels/kras.json': JSON.stringify({ id: 'kras', genes: ['KRAS'], build: 'GRCh37' }),
  };
}

beforeAll(async () => {
  await give(COHORT, {
    'cohort.yaml': DEFINITION,
    'patients.csv': ['id,study,arm,outcome', ...TABLES.flatMap(patientsOf)].join('\n'),
  });
  await give(GENE, krasFiles());
});

/** The row of a table of outcomes by arm. */
async function compared(study: string, more: object = {}): Promise<Json> {
  const json = await drawn(COHORT, {
    analysis: 'table-one',
    by: 'outcome',
    variables: ['arm'],
    where: `study == "${study}"`,
    ...more,
  });
  return rowsOf(json, 'table-one')[0];
}

describe('What papers print of their tables', () => {
  it('is Pearson’s p without correction, of RAS and resection margins (Brudvik 2016): 0.007', async () => {
    const row = await compared('brudvik2016-ras-margin');
    expect(row.test).toBe("Pearson's chi-square test, without correction");
    expect(row.p.toFixed(3)).toBe('0.007');
  });

  it('is the odds ratio of the sample with Woolf’s interval, which is logistic regression’s with Wald’s (VOLFI): 4.469 (1.61 to 12.38)', async () => {
    const json = await drawn(COHORT, {
      analysis: 'logistic',
      outcome: 'outcome == "response"',
      univariable: [{ of: 'arm', reference: 'FOLFOXIRI' }],
      where: 'study == "volfi-orr-final"',
    });
    const row = rowsOf(json, 'factors').find(({ level }) => level === 'mFOLFOXIRI+panitumumab');
    expect([row.odds_ratio.toFixed(3), row.odds_ratio_low.toFixed(2), row.odds_ratio_high.toFixed(2)]).toEqual([
      '4.469',
      '1.61',
      '12.38',
    ]);
  });

  it('is Fisher’s p beside it (VOLFI): 0.004, the conditional odds ratio being 4.39', async () => {
    const row = await compared('volfi-orr-final', { levelTest: 'fisher' });
    expect([row.test, row.p.toFixed(3), row.odds_ratio.toFixed(2)]).toEqual(["Fisher's exact test", '0.004', '4.39']);
  });

  it('is Clopper and Pearson’s interval of each rate (OLIVIA): 61% (45 to 76) and 49% (32 to 65)', async () => {
    const json = await drawn(COHORT, {
      analysis: 'table-one',
      by: 'arm',
      variables: ['outcome'],
      where: 'study == "olivia-resection"',
    });
    const row = rowsOf(json, 'table-one').find(({ level }) => level === 'resected');
    const told = [1, 2].map((g) =>
      ['share', 'share_low', 'share_high'].map((key) => Math.round(Math.round(1000 * row[`group_${g}_${key}`]) / 10)),
    );
    expect(told).toEqual([
      [61, 45, 76],
      [49, 32, 65],
    ]);
  });

  it('is R’s own of Fisher’s twins: p 0.00054, odds ratio 0.047 (0.0033 to 0.36)', async () => {
    const row = await compared('fisher-twins-convictions', { levelTest: 'fisher' });
    expect(row.p.toPrecision(4)).toBe('0.0005367');
    expect([row.odds_ratio, row.odds_ratio_low, row.odds_ratio_high].map((x) => x.toPrecision(2))).toEqual([
      '0.047',
      '0.0033',
      '0.36',
    ]);
  });

  it('is Fisher’s p of a gene’s scan (Kolbeinsson 2022): 0.05, and the answer says why its interval, 0.011 to 1.185, holds 1', async () => {
    const json = await drawn(GENE, { analysis: 'association-scan', outcome: 'converted', minAltered: 5 });
    const [row] = rowsOf(json, 'genes');
    expect(row).toMatchObject({ gene: 'KRAS', altered: 11, covered: 24 });
    expect([row.p.toFixed(5), row.p.toFixed(2)]).toEqual(['0.04718', '0.05']);
    expect([row.odds_ratio_low.toFixed(3), row.odds_ratio_high.toFixed(3)]).toEqual(['0.011', '1.185']);
    expect(json.findings.tables[0].notes.join(' ')).toContain('may hold 1 where p is below 0.05, here for one gene');
  });

  it('is Fisher’s p of R0 resections (Ye 2013): 0.00538', async () => {
    expect((await compared('ye-r0', { levelTest: 'fisher' })).p.toFixed(5)).toBe('0.00538');
  });

  it('is Pearson’s p of disease control (Feng 2016): 0.011, where Fisher’s is 0.013', async () => {
    expect((await compared('feng-control')).p.toFixed(3)).toBe('0.011');
    expect((await compared('feng-control', { levelTest: 'fisher' })).p.toFixed(4)).toBe('0.0130');
    expect((await compared('feng-control', { levelTest: 'yates' })).test).toContain("with Yates's correction");
  });
});
