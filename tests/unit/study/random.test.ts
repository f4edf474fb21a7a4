import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FrameTables } from '../../../lib/cohort/index.ts';
import { studyFiles } from '../../../lib/formats/index.ts';
import { cellText } from '../../../lib/formats/study/rows.ts';
import { cohortOf } from './cohort.ts';
import { importerFaults } from './importer.ts';
import { comparable } from './tables.ts';

const SPECIMENS = ['s1', 's1b', 's2', 's2b', 's3'];
const specimen = fc.constantFrom(...SPECIMENS);
const of = (...cells: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...cells);

function table(
  columns: Readonly<Record<string, fc.Arbitrary<string>>>,
  rows: { readonly minLength?: number; readonly maxLength: number },
): fc.Arbitrary<string> {
  return fc
    .array(fc.tuple(...Object.values(columns)), rows)
    .map((lines) => [Object.keys(columns), ...lines].map((cells) => `${cells.join('\t')}\n`).join(''));
}

const MUTATIONS = {
  Hugo_Symbol: of('KRAS', 'TP53', 'FAM123B', 'MLL2', 'ALK', '', 'HIST1H2BC', 'C10ORF68'),
  Entrez_Gene_Id: of('', '', '3845', '8085'),
  Chromosome: of('', '12', 'chr12', '23', '5'),
  Start_Position: of('', '5', '7'),
  Variant_Classification: of('', 'Missense_Mutation', 'Fusion', 'Silent', 'Weird'),
  Reference_Allele: of('A', '', '-'),
  Tumor_Seq_Allele1: of('A', '', 'T'),
  Tumor_Seq_Allele2: of('T', '', 'A', '-'),
  Tumor_Sample_Barcode: specimen,
  HGVSp_Short: of('', 'p.G12D', 'p.A1;p.B2', 'p.?', 'fusion x'),
  t_vaf: of('', '0.2', '0.333333333', '1e-3'),
  t_depth: of('', '100', '7'),
  FILTER: of('', 'PASS', 'a;b'),
};

const VARIANTS = {
  Sample_Id: specimen,
  SV_Status: of('SOMATIC'),
  Site1_Hugo_Symbol: of('ALK', 'EML4', 'MLL2', ''),
  Site1_Entrez_Gene_Id: of('', '238'),
  Site1_Chromosome: of('', '2', '12'),
  Site1_Position: of('', '5'),
  Site2_Hugo_Symbol: of('ALK', 'EML4', '', 'C10ORF68', '--'),
  Site2_Position: of('', '9'),
  Class: of('', 'DELETION', 'Fusion'),
  Tumor_Read_Count: of('', '100', '7'),
  Tumor_Variant_Count: of('', '3', '7'),
};

const segments = (mean: fc.Arbitrary<string>) =>
  table(
    {
      ID: specimen,
      chrom: of('1', 'X', 'MT', '23', 'chr2'),
      'loc.start': of('1', '100'),
      'loc.end': of('50000', '249000000'),
      'num.mark': of('3'),
      'seg.mean': mean,
    },
    { minLength: 1, maxLength: 6 },
  );

const matrix = (genes: readonly string[], cells: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(...genes.map((gene) => fc.tuple(of('', gene === 'ERBB2' ? '2064' : ''), ...SPECIMENS.map(() => cells))))
    .map((rows) =>
      [['Hugo_Symbol', 'Entrez_Gene_Id', ...SPECIMENS], ...rows.map((row, i) => [genes[i]!, ...row])]
        .map((line) => `${line.join('\t')}\n`)
        .join(''),
    );

const YAML = (panel: string, covers: string): string => `title: Any
tables:
  - { match: p.csv, rows: patient, patient: id, columns: { os: number, age: { type: number, bounds: true } } }
  - { match: s.csv, rows: specimen, patient: id, specimen: sample, panel: panel, columns: { na: { type: number, label: Na } } }
alterations:
  - { match: "*.maf", covers: ${covers}${panel}, build: GRCh38 }
  - { match: sv.txt, covers: present }
  - { match: "cna*.txt", covers: file }
  - { match: log2.txt, covers: file, log2: [-1, 0.7] }
`;

const cohort = fc.record({
  'cohort.yaml': fc.tuple(of('', ', panel: v1'), of('listed', 'present')).map(([panel, covers]) => YAML(panel, covers)),
  'p.csv': fc.constant('id,os,age\np1,3,<5\np2,4,x\np3,,\n'),
  's.csv': fc.constant('id,sample,panel,na\np1,s1,v1,140\np1,s1b,exome,\np2,s2,v1,139\np2,s2b,,\np3,s3,v2,x\n'),
  'panels/v1.json': fc.constant('{"id":"v1","genes":["KRAS","FAM123B","ALK"],"coveredMb":1.1}'),
  'panels/v2.txt': fc.constant('KRAS\nTP53\nMLL2\n'),
  'a.maf': table(MUTATIONS, { maxLength: 12 }),
  'b.maf': table(MUTATIONS, { maxLength: 4 }),
  'sv.txt': table(VARIANTS, { maxLength: 8 }),
  'cna1.txt': matrix(['ERBB2', 'KRAS'], of('0', '1', '2', '-2', '-1.5', 'NA')),
  'cna2.txt': matrix(['ERBB2', 'MYC'], of('0', '1', '2', '-2')),
  'log2.txt': matrix(['ERBB2', 'TP53'], of('0.1', '-1.75', '0', '1', '0.7', 'NA')),
  'x.seg': segments(fc.double({ min: 0, max: 3000, noNaN: true }).map(String)),
  'y.seg': segments(fc.double({ min: -1, max: 1, noNaN: true }).map(String)),
});

const text = of(
  '',
  'NA',
  '[Discrepancy]',
  ' x ',
  'a\tb',
  'li\nne',
  'say "hi"',
  '=1+1',
  '#x',
  'Jan-99',
  'é ü',
  '[Not Available]',
  '-',
);

/** A CSV of quoted cells; the first column is the number of the row, or what `id` makes of it. */
function csv(
  columns: Readonly<Record<string, fc.Arbitrary<string>>>,
  rows: number,
  id: (row: number) => readonly string[],
): fc.Arbitrary<string> {
  const quoted = (cells: readonly string[]): string =>
    `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\n`;
  return fc
    .array(fc.tuple(...Object.values(columns)), { minLength: rows, maxLength: rows })
    .map((lines) => lines.map((cells, i) => quoted([...id(i), ...cells])).join(''))
    .map((lines) => quoted(['id', ...(id(0).length > 1 ? ['sid'] : []), ...Object.keys(columns)]) + lines);
}

const CLINICAL = `title: Any patients
missing: ["", unk]
tables:
  - match: p.csv
    rows: patient
    patient: id
    columns:
      note: text
      cat: { codes: { "1": NA, "2": "a: b" } }
      flag: { type: boolean, codes: { ja: true, nein: false } }
      n: { type: number, range: [0, 100] }
      d: date
      os: { type: duration, unit: days }
      age: { type: number, bounds: true }
  - { match: s.csv, rows: specimen, patient: id, specimen: sid, date: taken, columns: { taken: date, site: { codes: [primary, liver] }, remark: text } }
  - { match: e.csv, rows: event, name: meta_visits, patient: id, date: day, columns: { day: date, what: text, x: number } }
specimens: { counts: site == "primary" }
derived: { visited: 'exists(meta_visits, x > 0.5)' }
`;

const clinic = fc.record({
  'cohort.yaml': fc.constant(CLINICAL),
  'p.csv': csv(
    {
      note: text,
      cat: of('1', '2', 'unk', '9'),
      flag: of('ja', 'nein', '', 'vielleicht'),
      n: of('5', '5.5', '-3', 'x', ''),
      d: of('2020-01-02', '2020-13-02', ''),
      os: of('10', '0', '1.5', '-4'),
      age: of('<5', '>7', '3.25', ''),
    },
    5,
    (row) => [`p${row}`],
  ),
  's.csv': csv(
    { taken: of('2020-01-02', '2019-05-05', ''), site: of('primary', 'liver', ''), remark: text },
    7,
    (row) => [`p${row % 5}`, `s${row}`],
  ),
  'e.csv': csv({ day: of('2020-01-02', '2019-05-05', '', 'bad'), what: text, x: of('1', 'x', '') }, 6, (row) => [
    `p${(row * 2) % 5}`,
  ]),
});

/** Rows without the keys that tell whose they are. */
function anonymous(tables: FrameTables): readonly (readonly string[])[] {
  return [tables.patients, ...(tables.lists?.values() ?? [])].map((table) =>
    Array.from({ length: table.rows }, (_, row) =>
      [...table.columns]
        .map(([name, column]) => (/^(patient|specimen)$/.test(name) ? '' : cellText(column, row)))
        .join('|'),
    ).sort(),
  );
}

describe('A study of any cohort', () => {
  it('gives the same patients, specimens and events', async () => {
    await fc.assert(
      fc.asyncProperty(clinic, async (files) => {
        const before = await cohortOf(files);
        const study = studyFiles({ ...before, name: 'any' });
        const again = await cohortOf(Object.fromEntries(study.map(({ name, content }) => [name, content])));
        expect(anonymous(again.tables)).toEqual(anonymous(before.tables));
        expect(importerFaults(new Map(study.map(({ name, content }) => [name, String(content)])))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it('gives the same tables, and nothing that the importer refuses', async () => {
    await fc.assert(
      fc.asyncProperty(cohort, async (files) => {
        const before = await cohortOf(files);
        const study = studyFiles({ ...before, name: 'any' });
        const again = await cohortOf(Object.fromEntries(study.map(({ name, content }) => [name, content])));
        expect(comparable(again.tables)).toEqual(comparable(before.tables));
        expect(importerFaults(new Map(study.map(({ name, content }) => [name, String(content)])))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});
