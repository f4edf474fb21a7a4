import { bufferOf, peek } from './bytes.ts';
import { gunzip } from './gunzip.ts';
import { kindOf } from './magic.ts';

/** What a file holds, told by its content and never by its name. `binary`: nothing that is read here. */
export type ContentKind = 'workbook' | 'binary' | 'index' | 'vcf' | 'fasta' | 'json' | 'maf' | 'bed' | 'table';

/** How each is called in a problem. */
export const KIND_NAMES: Readonly<Record<ContentKind, string>> = {
  workbook: 'a workbook or an archive',
  binary: 'a binary file',
  index: 'an index of another file',
  vcf: 'a VCF',
  fasta: 'a FASTA',
  json: 'a JSON document',
  maf: 'a MAF',
  bed: 'a BED',
  table: 'a table',
};

/** Enough to see the header of any text in. */
const PREFIX_BYTES = 64 * 1024;

/** Index files of tabix and its kin, which are BGZF themselves. */
const INDICES: readonly string[] = ['TBI\u0001', 'CSI\u0001'];

/** What a source holds: looks through gzip and BGZF, and reads no further than a header needs. Throws what `gunzip` throws. */
export async function contentKind(bytes: AsyncIterable<Uint8Array>, file: string): Promise<ContentKind> {
  const outside = await peek(bytes, PREFIX_BYTES);
  try {
    const { is } = kindOf(outside.prefix);
    if (is === 'zip') return 'workbook';
    if (is === 'text') return kindOfText(outside.prefix);
    if (is !== 'gzip') return 'binary';
    const inside = await peek(gunzip(outside.bytes, file), PREFIX_BYTES);
    inside.close();
    if (INDICES.some((magic) => inside.prefix.latin1Slice(0, magic.length) === magic)) return 'index';
    return kindOf(inside.prefix).is === 'text' ? kindOfText(inside.prefix) : 'binary';
  } finally {
    outside.close();
  }
}

/** What text begins like, in this order: the first that fits is it. */
export function kindOfText(prefix: Uint8Array): ContentKind {
  const text = bufferOf(prefix)
    .latin1Slice(0, PREFIX_BYTES)
    .replace(/^\u00EF\u00BB\u00BF/, '');
  if (text.startsWith('##fileformat=VCF')) return 'vcf';
  const begins = text.trimStart();
  if (begins.startsWith('>')) return 'fasta';
  if (/^(\{|\[\s*[[{"\d\]])/.test(begins)) return 'json';
  const lines = text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const header = (lines[0] ?? '').split('\t').map((cell) => cell.trim().toLowerCase());
  if (MAF_COLUMNS.every((column) => header.includes(column))) return 'maf';
  if (isBed(lines)) return 'bed';
  return 'table';
}

const MAF_COLUMNS = ['hugo_symbol', 'tumor_sample_barcode', 'variant_classification'];

/** Rows of chromosome, start and end, without a header; `track` and `browser` lines before them. */
function isBed(lines: readonly string[]): boolean {
  const row = lines.find((line) => !/^(track|browser)\b/.test(line))?.split(/\t/);
  if (!row || row.length < 3) return false;
  const [chromosome = '', start = '', end = ''] = row;
  return /^[\w.-]+$/.test(chromosome) && /^\d+$/.test(start) && /^\d+\s*$/.test(end) && Number(start) <= Number(end);
}
