import { createReadStream } from 'node:fs';
import path from 'node:path';
import type { AlterationText } from '../../../../lib/cohort/index.ts';
import { GenesByPosition, type Rejected, vcfAlterations } from '../../../../lib/formats/index.ts';
import { inPieces } from '../read.ts';

export const FIXTURES = path.join(import.meta.dirname, '../../../fixtures/vcf');

type Options = Omit<Parameters<typeof vcfAlterations>[1], 'file' | 'genes'>;

/** What a VCF comes to. */
export interface ReadVcf {
  readonly alterations: readonly AlterationText[];
  readonly rejected: readonly Rejected[];
  readonly specimens: readonly string[];
}

/** Reads a VCF; `bed`: the text of a BED that its cohort has. */
export async function readVcf(
  bytes: Uint8Array | string,
  { bed, size = 65_536, ...options }: Options & { readonly bed?: string; readonly size?: number } = {},
): Promise<ReadVcf> {
  const genes = new GenesByPosition();
  if (bed !== undefined) await genes.add(inPieces(Buffer.from(bed)), 'genes.bed');
  const alterations: AlterationText[] = [];
  const rejected: Rejected[] = [];
  const named: string[] = [];
  const open = async () => (typeof bytes === 'string' ? createReadStream(bytes) : inPieces(bytes, size));
  for await (const { rows, specimens } of vcfAlterations(open, {
    file: 'f',
    ...(bed !== undefined && { genes }),
    ...options,
  })) {
    named.push(...specimens);
    for (const row of rows) {
      if ('rule' in row) rejected.push(row);
      else alterations.push(row);
    }
  }
  return { alterations, rejected, specimens: named };
}

/** One gene to each chromosome, from end to end. */
export const CHROMOSOMES = [...Array(22).keys()]
  .map((i) => String(i + 1))
  .concat('X', 'Y')
  .map((name) => `chr${name}\t0\t300000000\tON${name}\n`)
  .join('');

export const CSQ =
  '##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from Ensembl VEP. Format: Allele|Consequence|IMPACT|SYMBOL|Gene|Feature_type|Feature|BIOTYPE|HGVSp|CANONICAL|PICK">';

/** A VCF of these records, between blanks in the place of tabs; `head`: more header lines; `samples`: with FORMAT before them. */
export function vcf(
  records: readonly string[],
  head: readonly string[] = [],
  samples: readonly string[] = ['T'],
): Buffer {
  const columns = [
    '#CHROM',
    'POS',
    'ID',
    'REF',
    'ALT',
    'QUAL',
    'FILTER',
    'INFO',
    ...(samples.length > 0 ? ['FORMAT', ...samples] : []),
  ];
  const rows = records.map((record) => record.trim().replaceAll(/ +/g, '\t'));
  return Buffer.from(['##fileformat=VCFv4.2', ...head, columns.join('\t'), ...rows, ''].join('\n'));
}
