import { isoDate } from '../../lib/base/index.ts';
import type { PanelName } from './genes.ts';

/** A row as the site writes it: text by column; a date is yyyy-mm-dd, which the workbook has as a real date. */
export type SiteRow = Record<string, string>;

/** The columns of each table, in its file's order. */
export const COLUMNS = {
  clinical: [
    'patient_id',
    'birth_year',
    'sex',
    'diagnosis_date',
    'liver_mets_date',
    'primary_site',
    'differentiation',
    'ct_stage',
    'cn_stage',
    'mets_number',
    'mets_max_cm',
    'mets_lobes',
    'extrahepatic',
    'cea',
    'ca199',
    'msi',
    'other_malignancy',
    'prior_treatment',
    'ecog',
    'last_contact_date',
    'vital_status',
    'death_date',
    'death_cause',
    'progression_date',
    'site_group',
  ],
  treatment: [
    'patient_id',
    'start_date',
    'end_date',
    'kind',
    'regimen',
    'target',
    'cycles_planned',
    'cycles_given',
    'stop_reason',
  ],
  response: ['patient_id', 'assessed_date', 'modality', 'recist', 'sum_cm', 'resectable'],
  surgery: ['patient_id', 'surgery_date', 'organ', 'margin', 'primary_left', 'extrahepatic_left', 'ned_claimed'],
  specimens: ['patient_id', 'specimen_id', 'panel_id', 'collected_date', 'tissue', 'reported_date', 'purity', 'depth'],
  mutations: [
    'Hugo_Symbol',
    'Entrez_Gene_Id',
    'NCBI_Build',
    'Chromosome',
    'Start_Position',
    'End_Position',
    'Variant_Classification',
    'Reference_Allele',
    'Tumor_Seq_Allele2',
    'Tumor_Sample_Barcode',
    'HGVSp_Short',
    't_depth',
    't_vaf',
    'FILTER',
  ],
  segments: ['ID', 'chrom', 'loc.start', 'loc.end', 'num.mark', 'seg.mean'],
} as const;

export type TableName = keyof typeof COLUMNS;

/** A panel as its file says it: a symbol, or a symbol and its id where an old one was of several genes. */
export interface PanelFile {
  readonly id: PanelName;
  readonly genes: readonly (string | { readonly symbol: string; readonly id: string })[];
  readonly coveredMb: number;
  readonly build: 'GRCh37';
}

/** All that a site has. */
export type SiteTables = Record<TableName, SiteRow[]> & { readonly panels: readonly PanelFile[] };

/** Files of the tables, by their keys in the cohort. */
export const FILES: Readonly<Record<TableName, string>> = {
  clinical: 'clinical.xlsx',
  treatment: 'treatment.csv',
  response: 'response.csv',
  surgery: 'surgery.csv',
  specimens: 'specimens.csv',
  mutations: 'mutations.maf',
  segments: 'segments.seg',
};

/** The first line of every table's file: a comment, which Signet passes over, before the header. */
export const NOTICE = '# SYNTHETIC: invented patients; nobody stands behind any row';

/** Lines before a table's first row: the notice and the header. */
export const LINES_BEFORE = 2;

/** A day as text; nothing where there is none. */
export function dated(day: number | undefined): string {
  return day === undefined ? '' : isoDate(day);
}
