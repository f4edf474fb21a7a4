import { CHROMOSOME_LENGTHS } from '../chromosome-lengths.ts';
import type { ZipFileContent } from '../zip-write.ts';
import type { Rows } from './genes.ts';
import { besideName, metaText, tabText } from './rows.ts';

const HEADER = ['ID', 'chrom', 'loc.start', 'loc.end', 'num.mark', 'seg.mean'];

/**
 * Segments as cBioPortal has them (https://docs.cbioportal.org/file-formats/#segmented-data), means as log2 ratios, with their meta file; those of
 * other chromosomes, or beyond the end of one, in a file beside, since it refuses them.
 */
export function segmentFiles(
  { cell, rows, sample }: Rows,
  study: string,
  build: string | undefined,
): readonly ZipFileContent[] {
  const genome = build === 'GRCh38' ? 'hg38' : 'hg19';
  const lengths = CHROMOSOME_LENGTHS[genome === 'hg38' ? 'GRCh38' : 'GRCh37'];
  const isKnown = (row: number): boolean => Number(cell('end', row)) <= (lengths.get(cell('chromosome', row)) ?? -1);
  const text = (of: readonly number[]): string =>
    tabText([
      HEADER,
      ...of.map((row) => [
        sample(row),
        cell('chromosome', row),
        cell('position', row),
        cell('end', row),
        '0',
        cell('value', row),
      ]),
    ]);
  const [known, others] = [rows.filter(isKnown), rows.filter((row) => !isKnown(row))];
  const file = `data_cna_${genome}.seg`;
  const fields = {
    cancer_study_identifier: study,
    genetic_alteration_type: 'COPY_NUMBER_ALTERATION',
    datatype: 'SEG',
    reference_genome_id: genome,
    description: 'Segmented copy number',
    data_filename: file,
  };
  return [
    ...(known.length === 0
      ? []
      : [
          { name: file, content: text(known) },
          { name: `meta_cna_${genome}_seg.txt`, content: metaText(fields) },
        ]),
    ...(others.length === 0 ? [] : [{ name: besideName('elsewhere.seg'), content: text(others) }]),
  ];
}
