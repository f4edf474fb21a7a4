import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { fromBufferPromise } from 'yauzl';
import type { Packing, Part } from './packing.ts';
import { CLINICAL, CRLM, LAB, READ, STUDY, TABLES } from './seed-definitions.ts';

/** A real file, small enough to be read a hundred thousand times, and how its cohort reads it. */
export interface Seed {
  /** The source's key. */
  readonly file: string;
  readonly packing: Packing;
  readonly parts: readonly Part[];
  /** The text of the definition that maps it. */
  readonly definition: string;
  /** The mutated file helps to read this one, which is left as it is; or is a definition by itself. */
  readonly role?: 'fasta' | 'bed' | 'definition';
  /** The VCF is read with the genome and the genes by position of the fixtures. */
  readonly aided?: true;
}

const ROOT = path.join(import.meta.dirname, '../..');
const at = (file: string): Buffer => readFileSync(path.join(ROOT, file));
const fixture = (file: string): Buffer => at(`tests/fixtures/formats/${file}`);

/** The first lines of a text, and of the rest as many as there are asked for, evenly. */
function lines(bytes: Buffer, most: number): Buffer {
  const all = bytes.toString('latin1').split('\n');
  return Buffer.from(`${all.slice(0, most).join('\n')}\n`, 'latin1');
}

/** A VCF's header with every so many lines of it, and a few records. */
function shortVcf(file: string, meta: number, records: number): Buffer {
  const all = at(`tests/fixtures/vcf/${file}`).toString('latin1').split('\n');
  const head = all.filter((line) => line.startsWith('##'));
  const kept = head.filter((line, i) => i === 0 || /CSQ|ANN|tumor_sample|PEDIGREE/.test(line) || i < meta);
  const rows = all.filter((line) => !line.startsWith('##') && line !== '');
  return Buffer.from(`${[...kept, ...rows.slice(0, records + 1)].join('\n')}\n`, 'latin1');
}

/** The hospital's workbook with its first rows: every part as Excel wrote it. */
async function workbook(): Promise<Part[]> {
  const bytes = at('demo/data/crlm-tcia/clinical.xlsx');
  const parts: Part[] = [];
  const zip = await fromBufferPromise(bytes, { lazyEntries: true, autoClose: false });
  for await (const entry of zip.eachEntry()) {
    const { fileName: name } = entry;
    if (name.includes('printerSettings')) continue;
    const content = await buffer(await zip.openReadStreamPromise(entry));
    parts.push({ name, content: /\/sheet\d\.xml$/.test(name) ? Buffer.from(firstRows(content.toString())) : content });
  }
  return parts;
}

function firstRows(sheet: string): string {
  let seen = 0;
  return sheet.replaceAll(/<row [^>]*(?:\/>|>.*?<\/row>)/gs, (row) => (++seen <= 10 ? row : ''));
}

/** The bytes in pieces of this size. */
export async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

/** A genome and genes by position, for VCFs that are read with them. */
export const AIDS = { fasta: fixture('genome.fa'), bed: fixture('genes.bed'), vcf: fixture('unannotated.vcf') };

const STUDY_FILES = [
  'meta_study.txt',
  'meta_mutations.txt',
  'data_clinical_patient.txt',
  'data_clinical_sample.txt',
  'data_timeline_treatment.txt',
  'data_mutations.txt',
  'data_cna.txt',
  'data_sv.txt',
  'data_gene_panel_v1.txt',
  'data_gene_panel_matrix.txt',
];

/** The real files of every kind that the tree holds. */
export async function seeds(): Promise<readonly Seed[]> {
  const plain = (file: string, content: Buffer, definition: string, more: Partial<Seed> = {}): Seed => ({
    file,
    packing: 'plain',
    parts: [{ name: file, content }],
    definition,
    ...more,
  });
  const maf = lines(gunzipSync(at('demo/data/tcga-read/mutations.maf.gz')), 25);
  const laml = lines(gunzipSync(at('tests/fixtures/tcga-laml/tcga_laml.maf.gz')), 15);
  const seg = lines(gunzipSync(at('tests/fixtures/tcga-laml/LAML_CBS_segments.tsv.gz')), 40);
  const callers = (name: string, records = 8): Buffer => shortVcf(`callers/${name}`, 25, records);
  const zip = (file: string, names: readonly string[]): Seed => ({
    file,
    packing: 'zip',
    parts: names.map((name) => ({ name: `study/${name}`, content: fixture(name) })),
    definition: STUDY,
  });
  return [
    plain('clinical.csv', lines(at('demo/data/crlm-tcia/clinical.csv'), 14), CRLM),
    { file: 'clinical.xlsx', packing: 'zip', parts: await workbook(), definition: CRLM },
    plain('clinical.tsv', lines(at('demo/data/tcga-read/clinical.tsv'), 7), READ),
    plain('annotation.tsv', lines(at('tests/fixtures/tcga-laml/tcga_laml_annot.tsv'), 20), CLINICAL),
    plain('semicolon.csv', fixture('semicolon.csv'), TABLES),
    plain('redcap_export.csv', fixture('redcap_export.csv'), TABLES),
    plain('redcap_dictionary.csv', fixture('redcap_dictionary.csv'), TABLES),
    plain('data_clinical_patient.txt', fixture('data_clinical_patient.txt'), STUDY),
    plain('data_clinical_sample.txt', fixture('data_clinical_sample.txt'), STUDY),
    plain('data_timeline_treatment.txt', fixture('data_timeline_treatment.txt'), STUDY),
    plain('data_mutations.txt', fixture('data_mutations.txt'), STUDY),
    plain('read.maf', maf, LAB),
    { ...plain('read.maf.gz', maf, LAB), packing: 'gzip' },
    { ...plain('laml.maf.gz', laml, LAB), packing: 'bgzf' },
    plain('vep.maf', lines(at('tests/fixtures/maf/vep-isoforms.maf'), 8), LAB),
    plain('vcf/mutect.vcf', callers('test_mutect.vcf'), LAB, { aided: true }),
    plain('vcf/strelka.vcf', callers('test_strelka.vcf'), LAB, { aided: true }),
    plain('vcf/varscan.vcf', callers('test_varscan.vcf', 12), LAB, { aided: true }),
    plain('vcf/delly.vcf', callers('test_delly.vcf', 5), LAB, { aided: true }),
    { ...plain('vcf/mutect.vcf.gz', callers('test_mutect.vcf'), LAB, { aided: true }), packing: 'gzip' },
    { ...plain('vcf/mutect.bgzf.gz', callers('test_mutect.vcf'), LAB, { aided: true }), packing: 'bgzf' },
    plain('vcf/v45.vcf', at('tests/fixtures/vcf/own/v4.5/passed/reference_blocks.vcf'), LAB, { aided: true }),
    plain('vcf/info.vcf', at('tests/fixtures/vcf/conformance/v4.3/passed/passed_body_info.vcf'), LAB, { aided: true }),
    plain('vcf/vep.vcf', fixture('vep.vcf'), LAB, { aided: true }),
    { ...plain('vcf/vep.vcf.gz', fixture('vep.vcf'), LAB), packing: 'bgzf' },
    plain('vcf/snpeff.vcf', fixture('snpeff.vcf'), LAB),
    plain('vcf/own.vcf', fixture('unannotated.vcf'), LAB, { aided: true }),
    plain('genome.fa', fixture('genome.fa'), LAB, { role: 'fasta' }),
    { ...plain('genome.fa.gz', fixture('genome.fa'), LAB, { role: 'fasta' }), packing: 'gzip' },
    plain('genes.bed', fixture('genes.bed'), LAB, { role: 'bed' }),
    plain('laml.seg', seg, LAB),
    { ...plain('laml.seg.gz', seg, LAB), packing: 'gzip' },
    plain('data_cna.txt', fixture('data_cna.txt'), STUDY),
    plain('data_log2_cna.txt', fixture('data_log2_cna.txt'), STUDY),
    plain('data_sv.txt', fixture('data_sv.txt'), STUDY),
    plain('data_fusions.txt', fixture('data_fusions.txt'), STUDY),
    plain('panels/v1.txt', fixture('data_gene_panel_v1.txt'), STUDY),
    plain('panels/v2.json', fixture('panels/v2.json'), STUDY),
    plain('panels/v3.bed', fixture('panels/v3.bed'), STUDY),
    plain('panels/list.txt', fixture('panels/list.txt'), STUDY),
    plain('data_gene_panel_matrix.txt', fixture('data_gene_panel_matrix.txt'), STUDY),
    plain('meta_study.txt', fixture('meta_study.txt'), STUDY),
    zip('study.zip', STUDY_FILES),
    zip('small.zip', ['data_clinical_patient.txt', 'data_mutations.txt']),
    plain('cohort.yaml', at('demo/crlm-tcia/cohort.yaml'), LAB, { role: 'definition' }),
    plain('cohort.yaml', at('demo/tcga-read/cohort.yaml'), LAB, { role: 'definition' }),
    plain('cohort.yaml', at('demo/crlm-synthetic/cohort.yaml'), LAB, { role: 'definition' }),
    plain('cohort.yaml', Buffer.from(STUDY), LAB, { role: 'definition' }),
  ];
}
