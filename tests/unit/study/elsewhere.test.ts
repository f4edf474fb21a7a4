import { describe, expect, it } from 'vitest';
import { listed, lookAt } from '../../../lib/answer/bucket.ts';
import { openCohort, parseDefinition, propose } from '../../../lib/cohort/index.ts';
import { writeZip } from '../../../lib/formats/index.ts';
import { findingsOf, rowsOf } from '../analyses/findings.ts';
import { World } from '../answer/world.ts';
import { cohortOf } from './cohort.ts';

const tsv = (...rows: readonly string[]): string => rows.map((row) => `${row.split(/ *\| */).join('\t')}\n`).join('');

const meta = (type: string, datatype: string, file: string, more = ''): string =>
  `cancer_study_identifier: crc\ngenetic_alteration_type: ${type}\ndatatype: ${datatype}\ndata_filename: ${file}\n${more}`;

/** Twelve patients, a specimen each, with the contribution of a signature that somebody fitted. */
const PEOPLE = Array.from({ length: 12 }, (_, i) => ({
  id: `P-${String(i + 1).padStart(2, '0')}`,
  sbs3: i % 2 === 0 ? 0.3 + i / 100 : i / 100,
  months: i % 2 === 0 ? 30 + i : 6 + i,
  dead: i % 3 !== 0,
}));

const STUDY: Readonly<Record<string, string>> = {
  'meta_study.txt': 'type_of_cancer: coadread\ncancer_study_identifier: crc\nreference_genome: hg38\n',
  'meta_clinical_patient.txt': meta('CLINICAL', 'PATIENT_ATTRIBUTES', 'data_clinical_patient.txt'),
  'data_clinical_patient.txt': tsv(
    '#Patient | OS status | OS months',
    '#Patient | OS status | OS months',
    '#STRING | STRING | NUMBER',
    '#1 | 1 | 1',
    'PATIENT_ID | OS_STATUS | OS_MONTHS',
    ...PEOPLE.map(({ id, months, dead }) => `${id} | ${dead ? '1:DECEASED' : '0:LIVING'} | ${months}`),
  ),
  'meta_clinical_sample.txt': meta('CLINICAL', 'SAMPLE_ATTRIBUTES', 'data_clinical_sample.txt'),
  'data_clinical_sample.txt': tsv(
    '#Sample | Patient | Contribution of SBS3',
    '#Sample | Patient | Contribution of SBS3',
    '#STRING | STRING | NUMBER',
    '#1 | 1 | 1',
    'SAMPLE_ID | PATIENT_ID | SBS3_CONTRIBUTION',
    ...PEOPLE.map(({ id, sbs3 }) => `${id}-T1 | ${id} | ${sbs3}`),
  ),
  'meta_mutations.txt': meta('MUTATION_EXTENDED', 'MAF', 'data_mutations.txt'),
  'data_mutations.txt': tsv(
    'Hugo_Symbol | Chromosome | Start_Position | Variant_Classification | Reference_Allele | Tumor_Seq_Allele2 | Tumor_Sample_Barcode',
    'KRAS | 12 | 1 | Missense_Mutation | C | T | P-01-T1',
    'TP53 | 17 | 2 | Missense_Mutation | C | T | P-01-T1',
    'TP53 | 17 | 3 | Missense_Mutation | C | T | P-02-T1',
  ),
  'panels/v1.bed': '12\t0\t1000000\tKRAS\n17\t500\t1500000\tTP53\n17\t1000000\t1500500\tTP53\n',
  'data_gene_matrix.txt': tsv('SAMPLE_ID | mutations', ...PEOPLE.map(({ id }) => `${id}-T1 | v1`)),
  'meta_signatures.txt': meta('GENERIC_ASSAY', 'LIMIT-VALUE', 'data_signatures.txt'),
  'data_signatures.txt': tsv('ENTITY_STABLE_ID | NAME | P-01-T1 | P-02-T1', 'SBS3 | SBS3 | 0.3 | 0.01'),
  'meta_expression.txt': meta('MRNA_EXPRESSION', 'CONTINUOUS', 'data_mrna.txt'),
  'data_mrna.txt': tsv('Hugo_Symbol | Entrez_Gene_Id | P-01-T1 | P-02-T1', 'ERBB2 | 2064 | 1345.5 | 12.25'),
  'data_ratios.txt': tsv('Hugo_Symbol | Entrez_Gene_Id | P-01-T1 | P-02-T1', 'ERBB2 | 2064 | 2.5 | -0.25'),
};

async function drafted(files: Readonly<Record<string, string | Uint8Array>>) {
  const world = new World();
  for (const [key, content] of Object.entries(files)) world.objects.set(key, Buffer.from(content as string));
  const of = { site: 'a', cohort: 'crc' };
  const proposal = propose(await lookAt(of, await listed(of, world), world));
  const yaml = JSON.stringify(proposal.definition);
  parseDefinition(yaml, 'cohort.yaml');
  const cohort = await cohortOf({ ...files, 'cohort.yaml': yaml });
  const frame = openCohort({ ...cohort, digest: 'd', revision: 'r', name: 'crc' });
  return { ...proposal, cohort, frame };
}

const zip = (): Buffer => writeZip(Object.entries(STUDY).map(([name, content]) => ({ name: `crc/${name}`, content })));

describe.each([
  ['in a folder', (): Readonly<Record<string, string | Uint8Array>> => STUDY],
  ['in one zip', (): Readonly<Record<string, string | Uint8Array>> => ({ 'crc.zip': zip() })],
])('A study from elsewhere, %s', (_, files) => {
  it('gets a definition from a draft, in which its meta files and its matrix of panels speak', async () => {
    const { definition, evidence, questions } = await drafted(files());
    const tables = definition['tables'] as readonly { readonly match: string; readonly rows: string }[];
    expect(tables.map(({ match, rows }) => [match.replace('crc.zip/', ''), rows])).toEqual([
      ['data_clinical_patient.txt', 'patient'],
      ['data_clinical_sample.txt', 'specimen'],
    ]);
    expect(definition['alterations']).toMatchObject([
      { match: expect.stringContaining('data_mutations.txt'), build: 'GRCh38', covers: 'matrix' },
    ]);
    const left = evidence.filter(({ says }) => says.startsWith('left out'));
    expect(left.map(({ file, says }) => [file!.replace('crc.zip/', ''), says]).sort()).toEqual([
      ['data_mrna.txt', 'left out: its meta file says MRNA_EXPRESSION CONTINUOUS'],
      ['data_signatures.txt', 'left out: it is a generic assay of cBioPortal, whose columns are specimens'],
    ]);
    expect(questions.filter(({ place }) => place === '/alterations/-')).toMatchObject([
      {
        asks: expect.stringContaining('data_ratios.txt'),
        choices: [{ match: expect.stringContaining('data_ratios.txt'), covers: 'matrix' }],
      },
    ]);
  });

  it("answers a question about a signature's contribution, which somebody else computed", async () => {
    const { frame } = await drafted(files());
    const survival = await findingsOf(frame, { analysis: 'survival', endpoint: 'os', by: 'SBS3_CONTRIBUTION >= 0.25' });
    expect(rowsOf(survival, 'survival').map(({ group, n, median }) => [group, n, median])).toEqual([
      ['All patients', 12, 34],
      ['SBS3_CONTRIBUTION >= 0.25: no', 6, 13],
      ['SBS3_CONTRIBUTION >= 0.25: yes', 6, 38],
    ]);
  });

  it('has mutations per megabase by the BED of its panel', async () => {
    const { frame } = await drafted(files());
    const tmb = frame.variable('tmb', '/by');
    const values = tmb.type === 'number' ? [...tmb.values] : [];
    // 1 Mb on chromosome 12 and 1.5 Mb on 17, where two intervals overlap: two mutations, one, none
    expect(values.filter((value) => value > 0).sort()).toEqual([1 / 2.5, 2 / 2.5]);
    expect(values.filter((value) => value === 0)).toHaveLength(10);
  });
});
