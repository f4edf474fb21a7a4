import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { DAYS_PER_MONTH } from '../../../lib/base/index.ts';
import { geneName } from '../../../lib/cohort/genes/gene-names.ts';
import type { CohortFrame } from '../../../lib/cohort/index.ts';
import { frameOf, type SmallFrame } from './frames.ts';

/*
 * The two demo cohorts read without the rooms that read them in earnest: a second reading, so that what analyses say of these data does not
 * rest on how they came into the frame.
 */

function demo(...parts: string[]): Buffer {
  return readFileSync(path.join(import.meta.dirname, '../../../demo/data', ...parts));
}

function number(text: string): number {
  const value = Number(text);
  return text === '' || value === -999 || Number.isNaN(value) ? Number.NaN : value;
}

/** 197 patients with resected colorectal liver metastases; `crs` is Clinical Risk Score 3 to 5 against 0 to 2, `score` the six scores. */
export function crlmTcia(): CohortFrame {
  const rows: Record<string, string>[] = parse(demo('crlm-tcia', 'clinical.csv'), { from_line: 2, columns: true });
  const score = rows.map((row) => number(row['clinrisk_score']!));
  return frameOf({
    title: 'Resected colorectal liver metastases',
    origin: 'liver resection',
    time: rows.map((row) => number(row['overall_survival_months']!)),
    event: rows.map((row) => number(row['vital_status']!)),
    groups: {
      crs: { labels: ['CRS 0-2', 'CRS 3-5'], codes: score.map((s) => (Number.isNaN(s) ? -1 : s >= 3 ? 1 : 0)) },
      score: {
        labels: ['CRS 0', 'CRS 1', 'CRS 2', 'CRS 3', 'CRS 4', 'CRS 5'],
        codes: score.map((s) => (Number.isNaN(s) ? -1 : s)),
      },
    },
  });
}

const ADVANCED = /^Stage (III|IV)[ABC]?$/;
const EARLY = /^Stage (I|II)[ABC]?$/;

/** 149 patients with a primary rectal adenocarcinoma; `stage` is III-IV against I-II; `kras` as an expression too. */
export function tcgaRead(): CohortFrame {
  const clinical: Record<string, string>[] = parse(demo('tcga-read', 'clinical.tsv'), {
    delimiter: '\t',
    columns: true,
    quote: null,
  });
  const patients = clinical
    .filter((row) => row['Tumor_Sample_Barcode']!.slice(13, 15) === '01')
    .sort((a, b) => (a['Tumor_Sample_Barcode']! < b['Tumor_Sample_Barcode']! ? -1 : 1));
  const rowOf = new Map(patients.map((row, i) => [row['Tumor_Sample_Barcode']!, i]));
  const altered = new Map<string, number[]>();
  const [head, ...lines] = gunzipSync(demo('tcga-read', 'mutations.maf.gz')).toString().trimEnd().split('\n');
  const specimen = head!.split('\t').indexOf('Tumor_Sample_Barcode');
  const chromosome = head!.split('\t').indexOf('Chromosome');
  for (const line of lines) {
    const cells = line.split('\t');
    const row = rowOf.get(cells[specimen]!);
    const { symbol } = geneName(cells[0]!, { chromosome: cells[chromosome]! });
    if (row === undefined) continue;
    if (!altered.has(symbol)) altered.set(symbol, []);
    altered.get(symbol)!.push(row);
  }
  const genes: NonNullable<SmallFrame['genes']> = Object.fromEntries(
    [...altered].map(([symbol, rows]) => [symbol, { altered: rows }]),
  );
  const kras = Uint8Array.from(patients, (_, row) => (altered.get('KRAS')!.includes(row) ? 1 : 0));
  return frameOf({
    title: 'TCGA rectal adenocarcinoma (MC3)',
    time: patients.map((row) => number(row['CDR_OS.time']!) / DAYS_PER_MONTH),
    event: patients.map((row) => (row['CDR_OS'] === '1' ? 1 : row['CDR_OS'] === '0' ? 0 : 2)),
    genes,
    groups: {
      stage: {
        labels: ['stage I-II', 'stage III-IV'],
        codes: patients.map(({ pathologic_stage: stage }) => (ADVANCED.test(stage!) ? 1 : EARLY.test(stage!) ? 0 : -1)),
      },
    },
    expressions: { 'altered("KRAS")': { type: 'boolean', values: kras } },
  });
}
