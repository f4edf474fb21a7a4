import { bufferOf, type Peeked, peek } from './bytes.ts';
import { fault } from './fault.ts';
import { gunzip } from './gunzip.ts';
import { hold } from './held.ts';
import { LIMITS } from './limits.ts';
import { type Kind, kindOf } from './magic.ts';
import { kindOfTable, type TableKind } from './table-kind.ts';
import { isWorkbook } from './zip.ts';

/** What a file holds, told by its content and never by its name. `binary`: nothing that is read here. */
export type ContentKind =
  | 'workbook'
  | 'archive'
  | 'binary'
  | 'index'
  | 'vcf'
  | 'fasta'
  | 'json'
  | 'panel'
  | 'study-text'
  | 'bed'
  | TableKind;

/** How each is called in a problem. */
export const KIND_NAMES: Readonly<Record<ContentKind, string>> = {
  workbook: 'an Excel workbook',
  archive: 'a zip archive',
  binary: 'a binary file',
  index: 'an index of another file (.tbi, .csi or .bai)',
  vcf: 'a VCF',
  fasta: 'a FASTA',
  json: 'a JSON document',
  panel: 'a gene panel',
  'study-text': 'a meta file or a list of cases of cBioPortal',
  bed: 'a BED',
  maf: 'a MAF',
  fusions: "a table of fusions in cBioPortal's old form",
  'structural-variants': 'a table of structural variants',
  'discrete-copy-number': 'a matrix of discrete copy number',
  'log2-copy-number': 'a matrix of log2 copy number',
  'copy-number-list': 'a list of discrete copy number',
  'panel-matrix': 'a gene panel matrix',
  'redcap-dictionary': 'a REDCap data dictionary',
  'generic-assay': 'a generic assay of cBioPortal, whose columns are specimens',
  segments: 'copy-number segments (seg)',
  table: 'a table',
};

/** Enough to see the header of any text in. */
const PREFIX_BYTES = 64 * 1024;

/** What a source holds: looks through gzip and BGZF, and reads no further than a header needs. Throws what `gunzip` throws. */
export async function contentKind(bytes: AsyncIterable<Uint8Array>, file: string): Promise<ContentKind> {
  const outside = await peek(bytes, PREFIX_BYTES);
  try {
    const { is } = kindOf(outside.prefix);
    if (is === 'zip') {
      const held = await hold(outside.bytes, file, LIMITS.archiveBytes, () =>
        fault('over-limit', `the zip archive has more than ${LIMITS.archiveBytes} bytes`, { file }, 'Split it.'),
      );
      try {
        return (await isWorkbook(held, file)) ? 'workbook' : 'archive';
      } finally {
        await held.close();
      }
    }
    if (is !== 'gzip') return kindOfContent(is, outside.prefix);
    const inside = await peek(gunzip(outside.bytes, file), PREFIX_BYTES);
    inside.close();
    return kindOfContent(kindOf(inside.prefix).is, inside.prefix);
  } finally {
    outside.close();
  }
}

function kindOfContent(is: Kind['is'], prefix: Buffer): ContentKind {
  if (is === 'text') return kindOfText(prefix);
  return is === 'index' ? 'index' : 'binary';
}

/**
 * What a source of that content is called, more closely than its kind tells: an empty file, and of what isn't read here the format (a PDF, a
 * bzip2 file, an index of tabix). Looks through gzip and BGZF. Throws what `gunzip` throws.
 */
export async function contentName(
  bytes: AsyncIterable<Uint8Array>,
  file: string,
  content: ContentKind,
): Promise<string> {
  const outside = await peek(bytes, PREFIX_BYTES);
  try {
    const kind = kindOf(outside.prefix);
    if (kind.is !== 'gzip') return nameOfPrefix(kind, outside, content);
    const inside = await peek(gunzip(outside.bytes, file), PREFIX_BYTES);
    inside.close();
    return nameOfPrefix(kindOf(inside.prefix), inside, content);
  } finally {
    outside.close();
  }
}

function nameOfPrefix(kind: Kind, { prefix, whole }: Pick<Peeked, 'prefix' | 'whole'>, content: ContentKind): string {
  if (whole && textOf(prefix).trim() === '') return 'an empty file';
  return 'name' in kind ? kind.name : KIND_NAMES[content];
}

/** Whether a file begins like a zip, whatever may be wrong with it. */
export async function beginsLikeZip(bytes: AsyncIterable<Uint8Array>): Promise<boolean> {
  const { prefix, close } = await peek(bytes, PREFIX_BYTES);
  close();
  return kindOf(prefix).is === 'zip';
}

/** What text begins like, in this order: the first that fits is it. */
export function kindOfText(prefix: Uint8Array): ContentKind {
  const text = textOf(bufferOf(prefix)).replace(/^\u00EF\u00BB\u00BF/, '');
  if (text.startsWith('##fileformat=VCF')) return 'vcf';
  const begins = text.trimStart();
  if (begins.startsWith('>')) return 'fasta';
  if (/^(\{|\[\s*[[{"\d\]])/.test(begins)) return /"genes"\s*:/.test(begins) ? 'panel' : 'json';
  const lines = text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  if (lines.some((line) => /^gene_list\s*:/.test(line))) return 'panel';
  if (/^[a-z_]+\s*:/.test(lines[0] ?? '') && lines.some((line) => /^cancer_study_identifier\s*:/.test(line)))
    return 'study-text';
  if (isBed(lines)) return 'bed';
  return kindOfTable(lines);
}

/** Rows of chromosome, start and end, without a header; `track` and `browser` lines before them. */
function isBed(lines: readonly string[]): boolean {
  const row = lines.find((line) => !/^(track|browser)\b/.test(line))?.split(/\t/);
  if (!row || row.length < 3) return false;
  const [chromosome = '', start = '', end = ''] = row;
  return /^[\w.-]+$/.test(chromosome) && /^\d+$/.test(start) && /^\d+\s*$/.test(end) && Number(start) <= Number(end);
}

/** Letters enough to tell: whatever isn't ASCII plays no part. */
function textOf(prefix: Buffer): string {
  const wide = prefix[0] === 0xff && prefix[1] === 0xfe;
  const swapped = prefix[0] === 0xfe && prefix[1] === 0xff;
  if (wide || swapped) return new TextDecoder(wide ? 'utf-16le' : 'utf-16be').decode(prefix.subarray(0, PREFIX_BYTES));
  return prefix.toString('latin1', 0, PREFIX_BYTES);
}
