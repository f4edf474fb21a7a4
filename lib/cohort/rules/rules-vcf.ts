import type { Rule } from './rule.ts';

function of(level: Rule['level'], rules: Readonly<Record<string, readonly [says: string, remedy: string]>>): Rule[] {
  return Object.entries(rules).map(([id, [says, remedy]]) => ({ id, level, says, remedy }));
}

const MEND = 'Correct the record, or write the file again with the caller.';
const LEFT = 'Nothing is to be done: they are left out, and counted.';
const AGAIN = 'Write the file again with a program that follows the specification.';

/** Rules of VCFs: what breaks the specification where a value could change, what could change none, and what isn't somatic. */
export const VCF_RULES: readonly Rule[] = [
  ...of('error', {
    'vcf-columns': ['A record has other columns than the header.', MEND],
    'vcf-chromosome': ['CHROM is no name of a chromosome.', MEND],
    'vcf-position': ['POS is no position.', MEND],
    'vcf-ref': ['REF is no sequence of bases.', MEND],
    'vcf-alt': ['ALT is no allele.', MEND],
    'vcf-filter': ['FILTER is no list of names.', MEND],
    'vcf-quality': ['QUAL is no number.', MEND],
    'vcf-info': ['INFO is no list of keys and values.', MEND],
    'vcf-sample': ['The values of a sample do not fit FORMAT.', MEND],
  }),
  ...of('cell', { 'vcf-reads': ['The reads of a sample are no counts: share and depth are missing.', MEND] }),
  ...of('warning', {
    'vcf-meta': ['A line of the header breaks the specification, and nothing is read from it.', AGAIN],
    'vcf-order': ['Records are not in order.', AGAIN],
    'vcf-blank': ['A line is blank.', AGAIN],
    'vcf-line-end': ['Lines end otherwise than the specification says.', AGAIN],
    'vcf-id': ['An ID holds blanks or stands twice.', AGAIN],
    'vcf-info-key': ['A key of INFO is written as no key may be.', AGAIN],
    'vcf-info-twice': ['A key stands twice in the INFO of one record.', AGAIN],
    'vcf-info-end': ['INFO ends with a semicolon.', AGAIN],
    'vcf-info-flag': ['A flag of INFO has a value.', AGAIN],
    'vcf-info-value': ['A key of INFO has no value.', AGAIN],
    'vcf-info-type': ['A value of INFO, which is not read, is of another type than declared.', AGAIN],
    'vcf-info-number': ['A key of INFO has another number of values than declared.', AGAIN],
    'vcf-sample-type': ['A value of a sample, which is not read, is of another type than declared.', AGAIN],
    'vcf-sample-number': ['A sample has another number of values than declared.', AGAIN],
    'vcf-variant-twice': ['A variant stands twice in the file.', AGAIN],
    'left-out-reference': ['The caller calls no variant in the tumour.', LEFT],
    'left-out-germline': ['The caller calls variants germline.', LEFT],
    'left-out-loh': ['The caller calls variants a loss of heterozygosity.', LEFT],
    'left-out-unknown': ['The caller does not say whether variants are somatic.', LEFT],
    'left-out-genotype': ["The tumour's genotype does not name the allele.", LEFT],
    'not-annotated': [
      'Records have no annotation: what they do is not known.',
      'Annotate the file, or put a BED of genes.',
    ],
    'gene-by-position': [
      'Genes are told by position: what variants do is not known.',
      'Annotate the file with VEP or SnpEff.',
    ],
    'annotation-of-another-allele': ['The annotation names none of the alleles.', 'Annotate the file again.'],
    'indel-not-normalised': ['Insertions and deletions stand where the caller put them.', 'Put the genome as FASTA.'],
    'indel-beyond-reach': [
      'Insertions and deletions could not be moved.',
      'Look whether the FASTA is the right genome.',
    ],
    'ref-mismatch': ['REF is not what the FASTA has there.', 'Look whether the FASTA is the right genome.'],
  }),
];
