import { attributeOf, type MetaLine } from './meta.ts';

/** Where an annotation has what is read, by place between its bars; -1 where it hasn't. */
export interface AnnotationFields {
  /** The INFO key. */
  readonly key: string;
  readonly allele: number;
  readonly alleleNumber: number;
  readonly consequence: number;
  readonly symbol: number;
  readonly geneId: number;
  readonly protein: number;
  readonly aminoAcids: number;
  readonly residue: number;
  readonly pick: number;
  readonly mane: number;
  readonly canonical: number;
  readonly biotype: number;
  /** The alleles are written as in ALT (SnpEff), not without their first base (VEP). */
  readonly wholeAlleles: boolean;
  /** How many fields have to be parted to see all that is read. */
  readonly width: number;
}

/** Names of each field, VEP's then SnpEff's (ANN, version 1.0). */
const NAMES = {
  allele: ['allele'],
  alleleNumber: ['allele_num'],
  consequence: ['consequence', 'annotation'],
  symbol: ['symbol', 'gene_name', 'hgnc'],
  geneId: ['gene', 'gene_id'],
  protein: ['hgvsp', 'hgvs.p'],
  aminoAcids: ['amino_acids'],
  residue: ['protein_position'],
  pick: ['pick'],
  mane: ['mane_select', 'mane'],
  canonical: ['canonical'],
  biotype: ['biotype', 'transcript_biotype'],
} as const;

/** SnpEff's fields, in case its header line doesn't list them. */
const SNPEFF =
  'Allele | Annotation | Annotation_Impact | Gene_Name | Gene_ID | Feature_Type | Feature_ID | Transcript_BioType | Rank | HGVS.c | HGVS.p';

/** Fields of VEP's `CSQ` (in the order that the header tells), else of SnpEff's `ANN`; undefined where the file has neither. */
export function annotationFields(metas: readonly MetaLine[]): AnnotationFields | undefined {
  for (const key of ['CSQ', 'ANN']) {
    const meta = metas.find((line) => line.key === 'INFO' && attributeOf(line, 'ID') === key);
    if (!meta) continue;
    const description = attributeOf(meta, 'Description') ?? '';
    const vep = /Format:\s*"?([^"']+)/i.exec(description)?.[1];
    const listed = vep ?? /'([^']*\|[^']*)'/.exec(description)?.[1] ?? (key === 'ANN' ? SNPEFF : undefined);
    const fields = listed && fieldsOf(key, listed, vep === undefined);
    if (fields) return fields;
  }
  return undefined;
}

function fieldsOf(key: string, listed: string, wholeAlleles: boolean): AnnotationFields | undefined {
  const names = listed.split('|').map((name) => name.trim().toLowerCase());
  const places = Object.fromEntries(
    Object.entries(NAMES).map(([field, known]) => [
      field,
      known.map((name) => names.indexOf(name)).find((place) => place >= 0) ?? -1,
    ]),
  ) as Record<keyof typeof NAMES, number>;
  if (places.consequence < 0 || (places.symbol < 0 && places.geneId < 0)) return undefined;
  return { key, ...places, wholeAlleles, width: Math.max(...Object.values(places)) + 1 };
}
