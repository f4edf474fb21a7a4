import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { studyFiles } from '../../../lib/formats/index.ts';
import { cohortOf } from './cohort.ts';
import { FILES } from './files.ts';
import { importerFaults } from './importer.ts';

const DEMO = path.join(import.meta.dirname, '../../../demo');
const demo = (file: string): Buffer => readFileSync(path.join(DEMO, file));

async function exported(
  files: Readonly<Record<string, string | Uint8Array>>,
  name: string,
): Promise<Map<string, string>> {
  const study = studyFiles({ ...(await cohortOf(files)), name });
  return new Map(study.map(({ name: file, content }) => [file, String(content)]));
}

/** A cohort whose columns are called as cBioPortal's own, and are others. */
const NAMED = {
  'cohort.yaml': `
title: Columns with names of others
tables:
  - { match: p.csv, rows: patient, patient: id, columns: { primary_site: { codes: [right, left] }, os_status: boolean, os_months: number,
      age: { codes: [old, young] }, mutation_count: integer, sample_id: text, rfs_status: { codes: [a, b] }, rfs_months: number } }
  - { match: s.csv, name: specimens, rows: specimen, patient: id, specimen: sample, date: taken, columns: { taken: date, sex: { codes: [m, f] } } }
alterations:
  - { match: x.maf, covers: listed, panel: exome, build: GRCh38 }
specimens: { counts: 'sex == "f"' }
derived:
  late: { of: specimens, cel: taken > date("2020-01-01") }
`,
  'p.csv':
    'id,primary_site,os_status,os_months,age,mutation_count,sample_id,rfs_status,rfs_months\na,right,yes,2,old,4,x,a,1\nb,left,no,x,young,,y,b,2\n',
  's.csv': 'id,sample,taken,sex\na,a1,2020-02-01,m\na,a2,2019-02-01,f\nb,b1,2021-01-01,f\n',
  'x.maf':
    'Hugo_Symbol\tVariant_Classification\tTumor_Sample_Barcode\tChromosome\tStart_Position\tReference_Allele\tTumor_Seq_Allele2\nKRAS\tMissense_Mutation\ta2\t12\t5\tA\tT\nTP53\t\tb1\t17\t7\tA\t-\n',
};

describe("cBioPortal's importer has nothing against", () => {
  it.each([
    ['a cohort with all there is', FILES, 'My-Study.2'],
    ['columns that are called like its own', NAMED, 'named'],
    [
      'resected metastases',
      { 'cohort.yaml': demo('crlm-tcia/cohort.yaml'), 'clinical.csv': demo('data/crlm-tcia/clinical.csv') },
      'crlm-tcia',
    ],
    [
      'rectal cancer',
      {
        'cohort.yaml': demo('tcga-read/cohort.yaml'),
        'clinical.tsv': demo('data/tcga-read/clinical.tsv'),
        'mutations.maf.gz': demo('data/tcga-read/mutations.maf.gz'),
      },
      'tcga-read',
    ],
  ] as const)('%s', async (_, files, name) => {
    expect(importerFaults(await exported(files, name)).slice(0, 20)).toEqual([]);
  });

  it.each([
    ['a value that its column cannot hold', 'data_clinical_patient.txt', /\tTRUE/, '\tyes', /DEAD is yes/],
    ['a level that is none', 'data_cna.txt', /\t2\t/, '\t5\t', /a cell is 5/],
    ['a sample that nobody defined', 'data_sv.txt', /\n[0-9a-f]{32}-01/, '\nnobody', /its sample is not known/],
    ['a panel that nobody defined', 'data_gene_panel_matrix.txt', /WXS/, 'WES', /WES is no panel/],
    ['a meta file without a field', 'meta_mutations.txt', /profile_name: .*\n/, '', /profile_name is missing/],
    ['an empty class', 'data_mutations.txt', /Missense_Mutation/, '', /Variant_Classification is empty/],
  ])('what holds, and something against %s', async (_, file, was, is, says) => {
    const files = await exported(FILES, 'study');
    expect(files.get(file)).toMatch(was);
    files.set(file, files.get(file)!.replace(was, is));
    expect(importerFaults(files).join('\n')).toMatch(says);
  });
});

describe('A named table of specimens', () => {
  it('is there again in the study, with the rows of specimens that do not count', async () => {
    const before = await cohortOf(NAMED);
    const again = await cohortOf(Object.fromEntries(await exported(NAMED, 'named')));
    const rows = ({ tables }: typeof before) => {
      const list = tables.lists!.get('specimens')!;
      const late = list.columns.get('late');
      return [list.rows, late?.type === 'boolean' ? [...late.values].sort() : undefined];
    };
    expect(rows(again)).toEqual(rows(before));
    expect(rows(before)).toEqual([3, [0, 1, 1]]);
    expect(again.problems.map(({ rule }) => rule)).toEqual(['not-a-number']); // os_months of x was set aside, and is again
  });
});
