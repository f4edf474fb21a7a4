/** Variant_Classification of what changes the protein or its splicing. */
const PROTEIN_CHANGING_OR_SPLICE: ReadonlySet<string> = new Set([
  'Missense_Mutation',
  'Nonsense_Mutation',
  'Nonstop_Mutation',
  'Frame_Shift_Del',
  'Frame_Shift_Ins',
  'In_Frame_Del',
  'In_Frame_Ins',
  'Splice_Site',
  'Translation_Start_Site',
]);

/** Variant_Classification of what changes neither, in the words of GDC, vcf2maf and Funcotator. */
const NEITHER: ReadonlySet<string> = new Set([
  'Silent',
  'Splice_Region',
  'Intron',
  'RNA',
  'lincRNA',
  "5'UTR",
  "3'UTR",
  "5'Flank",
  "3'Flank",
  'IGR',
  'Targeted_Region',
  'De_novo_Start_InFrame',
  'De_novo_Start_OutOfFrame',
]);

const CLASSES: ReadonlySet<string> = new Set([...PROTEIN_CHANGING_OR_SPLICE, ...NEITHER, 'Fusion']);

const plain = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]/g, '');

const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ...[...CLASSES].map((name) => [plain(name), name] as const),
  // Oncotator's and Funcotator's
  ...['Start_Codon_SNP', 'Start_Codon_Ins', 'Start_Codon_Del'].map(
    (name) => [plain(name), 'Translation_Start_Site'] as const,
  ),
]);

/** Variant_Classification as the formats write it, whatever its letter case and separators; undefined of a name that none of them has. */
export function variantClass(written: string): string | undefined {
  return CLASSES.has(written) ? written : SPELLINGS.get(plain(written)); // nearly all are written as they should be
}

/** Whether variants of a class change the protein or its splicing; undefined of a class that isn't known. */
export function changesProtein(ofClass: string): boolean | undefined {
  return PROTEIN_CHANGING_OR_SPLICE.has(ofClass) || (NEITHER.has(ofClass) ? false : undefined);
}
