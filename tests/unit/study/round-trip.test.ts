import { describe, expect, it } from 'vitest';
import { writeZip } from '../../../lib/formats/index.ts';
import { studyFiles } from '../../../lib/formats/study/write.ts';
import { cohortOf } from './cohort.ts';
import { FILES } from './files.ts';
import { comparable } from './tables.ts';

describe('A study of cBioPortal', () => {
  it('holds what the cohort held, alone and as an archive', async () => {
    const cohort = await cohortOf(FILES);
    expect(cohort.tables.patients.rows).toBe(4);
    expect(comparable(cohort.tables)['alterations']!.join('\n')).toContain('kind=unreadable');
    const files = studyFiles({ ...cohort, name: 'study' });
    const yaml = String(files.find(({ name }) => name === 'cohort.yaml')!.content);
    const alone = await cohortOf(Object.fromEntries(files.map(({ name, content }) => [name, content])));
    expect(comparable(alone.tables)).toEqual(comparable(cohort.tables));
    expect(alone.panels).toEqual(cohort.panels);
    const archive = await cohortOf({ 'cohort.yaml': yaml, 'cbioportal.zip': writeZip(files) });
    expect(comparable(archive.tables)).toEqual(comparable(cohort.tables));
    expect(archive.problems.filter(({ rule }) => rule === 'unknown-member')).toEqual([]);
  });

  it('has one change of a protein in a cell', async () => {
    const files = new Map(
      studyFiles({ ...(await cohortOf(FILES)), name: 'study' }).map(({ name, content }) => [name, String(content)]),
    );
    expect(files.get('data_mutations.txt')).toContain('\tp.A146T%3Bp%2EK147N%2C%2Bp%2ED33E\t');
  });

  it('gives copies of segments back as they were read, those of mitochondria too', async () => {
    const copies = Array.from(
      { length: 60 },
      (_, i) =>
        `s1 ${i % 5 === 0 ? 'MT' : (i % 22) + 1} ${i + 1} ${i + 9} 9 ${((i * 7 + 3) / 100) * Math.PI ** (i % 7)}`,
    );
    const files = {
      ...FILES,
      'x.seg': FILES['x.seg']!.split('\n')[0]! + copies.map((row) => `\n${row.replaceAll(' ', '\t')}`).join(''),
    };
    const cohort = await cohortOf(files);
    const written = studyFiles({ ...cohort, name: 'study' });
    const again = await cohortOf(Object.fromEntries(written.map(({ name, content }) => [name, content])));
    expect(comparable(again.tables)).toEqual(comparable(cohort.tables));
  });

  it('is the same whenever it is written', async () => {
    const cohort = await cohortOf(FILES);
    const [once, again] = [1, 2].map(() => writeZip(studyFiles({ ...cohort, name: 'study' })));
    expect(once!.equals(again!)).toBe(true);
  });

  it('names nobody as the files did', async () => {
    const cohort = await cohortOf(FILES);
    for (const { content } of studyFiles({ ...cohort, name: 'study' }))
      expect(String(content)).not.toMatch(/\b(?:p[1-4]|s[1-4]b?)\b/);
  });
});

/** https://docs.cbioportal.org/file-formats/ */
describe('A file of the study', () => {
  const study = async () => {
    const files = studyFiles({ ...(await cohortOf(FILES)), name: 'my.study' });
    return new Map(files.map(({ name, content }) => [name, String(content)]));
  };
  const fields = (text: string): Record<string, string> =>
    Object.fromEntries(
      text
        .trimEnd()
        .split('\n')
        .map((line) => line.split(': ', 2) as [string, string]),
    );

  it('is there with its meta file', async () => {
    const files = await study();
    expect([...files.keys()].sort()).toEqual([
      'beside/unreadable_data_mutations.txt',
      'case_lists/cases_all.txt',
      'case_lists/cases_cna.txt',
      'case_lists/cases_cnaseq.txt',
      'case_lists/cases_sequenced.txt',
      'case_lists/cases_sv.txt',
      'cohort.yaml',
      'data_clinical_patient.txt',
      'data_clinical_sample.txt',
      'data_cna.txt',
      'data_cna_hg19.seg',
      'data_gene_panel_matrix.txt',
      'data_gene_panel_v1.txt',
      'data_log2_cna.txt',
      'data_mutations.txt',
      'data_sv.txt',
      'data_timeline_course.txt',
      'meta_clinical_patient.txt',
      'meta_clinical_sample.txt',
      'meta_cna.txt',
      'meta_cna_hg19_seg.txt',
      'meta_gene_panel_matrix.txt',
      'meta_log2_cna.txt',
      'meta_mutations.txt',
      'meta_study.txt',
      'meta_sv.txt',
      'meta_timeline_course.txt',
      'panels/v1.json',
    ]);
  });

  it.each([
    ['meta_study.txt', { type_of_cancer: 'mixed', name: 'A study with all there is', reference_genome: 'hg19' }],
    ['meta_clinical_patient.txt', { genetic_alteration_type: 'CLINICAL', datatype: 'PATIENT_ATTRIBUTES' }],
    ['meta_clinical_sample.txt', { genetic_alteration_type: 'CLINICAL', datatype: 'SAMPLE_ATTRIBUTES' }],
    ['meta_mutations.txt', { genetic_alteration_type: 'MUTATION_EXTENDED', datatype: 'MAF', stable_id: 'mutations' }],
    ['meta_cna.txt', { genetic_alteration_type: 'COPY_NUMBER_ALTERATION', datatype: 'DISCRETE', stable_id: 'cna' }],
    [
      'meta_log2_cna.txt',
      { genetic_alteration_type: 'COPY_NUMBER_ALTERATION', datatype: 'LOG2-VALUE', stable_id: 'log2CNA' },
    ],
    [
      'meta_cna_hg19_seg.txt',
      { genetic_alteration_type: 'COPY_NUMBER_ALTERATION', datatype: 'SEG', reference_genome_id: 'hg19' },
    ],
    [
      'meta_sv.txt',
      { genetic_alteration_type: 'STRUCTURAL_VARIANT', datatype: 'SV', stable_id: 'structural_variants' },
    ],
    ['meta_gene_panel_matrix.txt', { genetic_alteration_type: 'GENE_PANEL_MATRIX', datatype: 'GENE_PANEL_MATRIX' }],
    ['meta_timeline_course.txt', { genetic_alteration_type: 'CLINICAL', datatype: 'TIMELINE' }],
  ])('%s says what the formats ask', async (name, wanted) => {
    const files = await study();
    const said = fields(files.get(name)!);
    expect(said).toMatchObject({ cancer_study_identifier: 'my_study', ...wanted });
    if (name !== 'meta_study.txt') expect(files.has(said['data_filename']!)).toBe(true);
  });

  it.each([
    [
      'data_mutations.txt',
      'Hugo_Symbol Entrez_Gene_Id NCBI_Build Chromosome Start_Position End_Position Variant_Classification Reference_Allele Tumor_Seq_Allele1 Tumor_Seq_Allele2 Tumor_Sample_Barcode HGVSp_Short t_depth t_vaf FILTER Mutation_Status Signet_Gene_Id',
    ],
    [
      'data_sv.txt',
      'Sample_Id SV_Status Site1_Hugo_Symbol Site1_Entrez_Gene_Id Site1_Chromosome Site1_Position Site2_Hugo_Symbol Site2_Entrez_Gene_Id Site2_Chromosome Site2_Position Class Tumor_Read_Count Tumor_Variant_Count NCBI_Build',
    ],
    ['data_cna_hg19.seg', 'ID chrom loc.start loc.end num.mark seg.mean'],
    ['data_gene_panel_matrix.txt', 'SAMPLE_ID mutations cna log2CNA structural_variants'],
    ['data_timeline_course.txt', 'PATIENT_ID START_DATE STOP_DATE EVENT_TYPE DRUG START'],
  ])('%s has the columns of the format', async (name, header) => {
    expect((await study()).get(name)!.split('\n')[0]!.split('\t')).toEqual(header.split(' '));
  });

  it.each([
    [
      'data_clinical_patient.txt',
      'PATIENT_ID AGE CEA DEAD FOUND NOTE OS SEX',
      'STRING NUMBER STRING BOOLEAN STRING STRING NUMBER STRING',
    ],
    ['data_clinical_sample.txt', 'PATIENT_ID SAMPLE_ID SITE TAKEN', 'STRING STRING STRING STRING'],
  ])('%s has four lines of header before its columns', async (name, columns, types) => {
    const lines = (await study())
      .get(name)!
      .split('\n')
      .map((line) => line.split('\t'));
    expect(lines[4]).toEqual(columns.split(' '));
    expect(lines.slice(0, 4).every(([first]) => first!.startsWith('#'))).toBe(true);
    expect(lines[2]!.join(' ').slice(1)).toBe(types);
    expect(lines[3]!.join('')).toMatch(/^#1+$/);
    expect(new Set(lines.slice(0, 5).map(({ length }) => length)).size).toBe(1);
  });

  it('of cases lists the samples that were looked at', async () => {
    const files = await study();
    const of = fields(files.get('case_lists/cases_sequenced.txt')!);
    expect(of).toMatchObject({ stable_id: 'my_study_sequenced', case_list_category: 'all_cases_with_mutation_data' });
    expect(of['case_list_ids']!.split('\t')).toHaveLength(6);
  });
});
