/**
 * Sequence Ontology terms by severity, and the Variant_Classification that each becomes, as vcf2maf (GetEffectPriority and
 * GetVariantClassification, version 1.6.21) has them. `indel`: it hangs on what is inserted or deleted.
 */
const TERMS: readonly (readonly [rank: number, becomes: string, ...terms: readonly string[]])[] = [
  [1, 'Splice_Site', 'transcript_ablation', 'exon_loss_variant'],
  [2, 'Splice_Site', 'splice_donor_variant', 'splice_acceptor_variant'],
  [3, 'Nonsense_Mutation', 'stop_gained'],
  [3, 'shift', 'frameshift_variant'],
  [3, 'Nonstop_Mutation', 'stop_lost'],
  [4, 'Translation_Start_Site', 'start_lost', 'initiator_codon_variant'],
  [5, 'In_Frame_Ins', 'disruptive_inframe_insertion', 'conservative_inframe_insertion', 'inframe_insertion'],
  [5, 'In_Frame_Del', 'disruptive_inframe_deletion', 'conservative_inframe_deletion', 'inframe_deletion'],
  [5, 'altering', 'protein_altering_variant'],
  [6, 'Missense_Mutation', 'missense_variant', 'conservative_missense_variant', 'rare_amino_acid_variant'],
  [7, 'Intron', 'transcript_amplification'],
  [
    8,
    'Splice_Region',
    'splice_region_variant',
    'splice_donor_5th_base_variant',
    'splice_donor_region_variant',
    'splice_polypyrimidine_tract_variant',
  ],
  [9, 'Silent', 'start_retained_variant', 'stop_retained_variant', 'synonymous_variant'],
  [9, 'Silent', 'start_retained', 'stop_retained'],
  [10, 'Silent', 'incomplete_terminal_codon_variant'],
  [11, 'Missense_Mutation', 'coding_sequence_variant'],
  [11, 'RNA', 'mature_miRNA_variant', 'exon_variant'],
  [12, "5'UTR", '5_prime_UTR_variant', '5_prime_UTR_premature_start_codon_gain_variant'],
  [12, "3'UTR", '3_prime_UTR_variant'],
  [13, 'RNA', 'non_coding_exon_variant', 'non_coding_transcript_exon_variant'],
  [14, 'RNA', 'non_coding_transcript_variant', 'nc_transcript_variant'],
  [14, 'Intron', 'intron_variant', 'INTRAGENIC', 'intragenic_variant'],
  [15, 'Silent', 'NMD_transcript_variant'],
  [16, "5'Flank", 'upstream_gene_variant'],
  [16, "3'Flank", 'downstream_gene_variant'],
  [17, 'IGR', 'TF_binding_site_variant', 'regulatory_region_variant', 'regulatory_region'],
  [18, 'IGR', 'intergenic_variant', 'intergenic_region'],
];

const BY_TERM: ReadonlyMap<string, readonly [rank: number, becomes: string]> = new Map(
  TERMS.flatMap(([rank, becomes, ...terms]) => terms.map((term) => [term, [rank, becomes]] as const)),
);

/** Whether it is one of Sequence Ontology's terms that vcf2maf knows. */
export function isTerm(term: string): boolean {
  return BY_TERM.has(term);
}

/** What is neither coding nor at a splice site: it can't change a protein. */
const OUTSIDE: ReadonlySet<string> = new Set([
  'Intron',
  'RNA',
  "5'UTR",
  "3'UTR",
  "5'Flank",
  "3'Flank",
  'IGR',
  'Targeted_Region',
]);

/** Classes that are read only where the definition asks for one of them. */
export function isOutside(ofClass: string): boolean {
  return OUTSIDE.has(ofClass);
}

/** How an allele differs from the reference. */
export interface Change {
  readonly is: 'substitution' | 'insertion' | 'deletion';
  /** Whether it leaves the reading frame. */
  readonly inFrame: boolean;
}

/** The rank of what has no term that is known. */
const NO_TERM = 100;

/** What an annotation says that an allele does to a transcript: the most severe of its terms. */
export class Consequence {
  /** 1 is the most severe. */
  readonly rank: number;
  readonly #becomes: string;

  /** `terms`: joined by `&`. One that isn't known is the least severe. */
  constructor(terms: string) {
    let [rank, becomes] = [NO_TERM, 'Targeted_Region'];
    for (const term of terms.split('&')) {
      const known = BY_TERM.get(term.trim());
      if (known && known[0] < rank) [rank, becomes] = known;
    }
    this.rank = rank;
    this.#becomes = becomes;
  }

  /** The Variant_Classification for an allele that changes so. */
  classOf({ is, inFrame }: Change): string {
    switch (this.#becomes) {
      case 'shift':
        return is === 'insertion' ? 'Frame_Shift_Ins' : 'Frame_Shift_Del';
      case 'altering':
        if (is === 'substitution') return 'Missense_Mutation';
        return `${inFrame ? 'In_Frame' : 'Frame_Shift'}_${is === 'insertion' ? 'Ins' : 'Del'}`;
      default:
        return this.#becomes;
    }
  }

  /**
   * Of an allele without bases: what is certain of it whatever its size; null where it isn't known. A break of the chromosome in an intron may part
   * the gene.
   */
  symbolicClass(breakend: boolean): string | null {
    const becomes = this.#becomes;
    if (this.rank === NO_TERM) return null; // a fusion, a duplication: what vcf2maf has no word for isn't harmless
    if (breakend && becomes === 'Intron') return null;
    return this.rank <= 4 && becomes !== 'shift' ? becomes : isOutside(becomes) ? becomes : null;
  }
}
