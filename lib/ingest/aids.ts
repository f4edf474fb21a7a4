import type { Content, Head } from './ports.ts';

/** A source that helps to read others: a genome, or genes by position. */
export interface Aid {
  readonly key: string;
  readonly etag: string;
  readonly sha256: string;
}

/** What a cohort has to read its variants by, in order of content. */
export interface Aids {
  readonly fastas: readonly Aid[];
  readonly beds: readonly Aid[];
}

/** A cohort without any. */
export const NO_AIDS: Aids = { fastas: [], beds: [] };

/** Whether a source of this content changes how others are read. */
export function isAid(content: Content | undefined): boolean {
  return content === 'fasta' || content === 'bed';
}

/**
 * The aids in force. One whose newest version is refused is none: the older version can't be opened any more.
 */
export function aidsOf(heads: readonly Head[]): Aids {
  const of = (content: Content): Aid[] =>
    heads
      .flatMap(({ key, looked, inForce }): Aid[] => {
        const { etag, sha256 } = looked;
        const stands = etag !== undefined && sha256 !== undefined && sha256 === inForce?.sha256;
        return looked.content === content && stands ? [{ key, etag, sha256 }] : [];
      })
      .sort((a, b) => (a.sha256 < b.sha256 ? -1 : a.sha256 > b.sha256 ? 1 : a.key < b.key ? -1 : 1));
  return { fastas: of('fasta'), beds: of('bed') };
}

/** What aids help to read: a VCF, a MAF, whose reference alleles are held against genomes, or an archive, which may hold one. */
export function isReadByAids(content: Content | undefined): boolean {
  return content === 'vcf' || content === 'annotated-vcf' || content === 'maf' || content === 'archive';
}

/** Those that a source of this content is read by; undefined where it is read by none. */
export function aidsFor(content: Content | undefined, { fastas, beds }: Aids): Aids | undefined {
  if (!isReadByAids(content)) return undefined;
  const used = { fastas, beds: content === 'annotated-vcf' || content === 'maf' ? [] : beds };
  return used.fastas.length + used.beds.length > 0 ? used : undefined;
}
