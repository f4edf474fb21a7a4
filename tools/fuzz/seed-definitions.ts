import { readFileSync } from 'node:fs';
import path from 'node:path';

const demo = (file: string): string => readFileSync(path.join(import.meta.dirname, '../../demo', file), 'utf8');

/** The demo cohorts' own, of which the first maps the workbook too. */
export const CRLM: string = demo('crlm-tcia/cohort.yaml').replace('match: clinical.csv', 'match: clinical.*');
export const READ: string = demo('tcga-read/cohort.yaml');

/** A table of patients as it came. */
export const CLINICAL = `
title: Acute myeloid leukaemia
missing: ["", NA, "-Inf", inf]
tables:
  - match: annotation.tsv
    rows: specimen
    patient: Tumor_Sample_Barcode
    specimen: Tumor_Sample_Barcode
    columns:
      fab: { from: FAB_classification, codes: [M0, M1, M2, M3, M4, M5, M6, M7] }
      os_time: { from: days_to_last_followup, type: duration, unit: days }
      dead: { from: Overall_Survival_Status, type: boolean }
`;

/** Tables in other clothes, with columns of every type. */
export const TABLES = `
title: Tables of every kind
missing: ["", NA, "-999"]
tables:
  - match: semicolon.csv
    header: 2
    rows: patient
    patient: id
    columns:
      height: { from: Größe, type: number, unit: m, range: [0.5, 2.5] }
      years: { from: Alter, type: integer, unit: years }
      diagnosed: { from: Diagnose, type: date }
  - match: redcap_export.csv
    only: { redcap_repeat_instrument: [""] }
    rows: patient
    patient: record_id
    columns:
      sex: { codes: { "1": male, "2": female } }
      age: { type: number, bounds: true }
      liver: { from: site___1, type: boolean }
      lung: { from: site___2, type: text }
  - match: redcap_export.csv
    only: { redcap_repeat_instrument: [follow_up] }
    rows: event
    name: follow_up
    patient: record_id
    columns:
      visit: { from: redcap_repeat_instance, type: integer }
      dead: boolean
`;

const STUDY_TABLES = `
  - match: "{in}data_clinical_patient.txt"
    rows: patient
    patient: PATIENT_ID
    columns:
      age: { from: AGE, type: number, unit: years }
      sex: { from: SEX, codes: { Female: female, Male: male } }
      os_time: { from: OS_MONTHS, type: duration, unit: months }
      dead: { from: OS_STATUS, type: boolean, codes: { "1:DECEASED": true, "0:LIVING": false } }
      seen: { from: LAST_SEEN, type: date }
  - match: "{in}data_clinical_sample.txt"
    name: samples
    rows: specimen
    patient: PATIENT_ID
    specimen: SAMPLE_ID
    date: taken
    columns:
      site: { from: SITE, codes: [primary, liver] }
      taken: { from: TAKEN, type: date }
  - match: "{in}data_timeline_treatment.txt"
    name: treatment
    rows: event
    patient: PATIENT_ID
    columns:
      begins: { from: START_DATE, type: integer, unit: days }
      ends: { from: STOP_DATE, type: integer, unit: days }
      agent: { from: AGENT, type: category }
`;

/** A study of cBioPortal, as files and as an archive of them. */
export const STUDY: string = `
title: A study of cBioPortal
missing: ["", "[Not Available]", NA]
tables:${STUDY_TABLES.replaceAll('{in}', '**')}
alterations:
  - { match: "**data_mutations.txt", covers: listed, panel: exome, build: GRCh37 }
  - { match: "**data_cna.txt", covers: file, panel: exome, levels: [-2, -1.5, -1, 1, 2] }
  - { match: "**data_log2_cna.txt", covers: file, panel: exome, log2: [-0.5, 0.5] }
  - { match: "**data_sv.txt", covers: present, panel: exome }
  - { match: "**data_fusions.txt", covers: present, panel: exome }
derived:
  kras: altered("KRAS")
endpoints:
  os: { origin: diagnosis, time: os_time, event: dead }
`;

/** What a laboratory sends. */
export const LAB = `
title: Files of a laboratory
tables: [{ match: patients.csv, rows: patient, patient: id, columns: { age: number } }]
alterations:
  - { match: "*.maf*", covers: present, panel: exome, build: GRCh37 }
  - { match: "vcf/*", covers: file, panel: exome, build: GRCh37 }
qualifying: { filters: any, minVaf: 0, classes: any }
`;
