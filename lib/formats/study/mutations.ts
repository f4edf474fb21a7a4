import { geneId } from '../../cohort/index.ts';
import { NO_GENE_ID, UNREADABLE } from '../maf.ts';
import { encodedProtein } from '../protein.ts';
import type { ZipFileContent } from '../zip-write.ts';
import type { Rows } from './genes.ts';
import { besideName, layersOf, profile, tabText } from './rows.ts';

/** A class that nobody knows, as cBioPortal has it: the column may not be empty. */
const UNKNOWN_CLASS = 'Unknown';

const FILE = 'data_mutations.txt';

type Columns = Readonly<Record<string, (row: number) => string>>;

/** What cBioPortal takes a mutation by: it refuses a file that has two of one name. */
const NAME = [
  'Entrez_Gene_Id',
  'Chromosome',
  'Start_Position',
  'End_Position',
  'Variant_Classification',
  'Tumor_Seq_Allele2',
  'HGVSp_Short',
  'Tumor_Sample_Barcode',
] as const;

/**
 * https://docs.cbioportal.org/file-formats/#mutation-data. What it would take for a mutation and is none, a gene whose row was set apart, and
 * what it would refuse as told twice stand in files beside.
 */
export function mutationFiles(
  { cell, rows, sample }: Rows,
  study: string,
  build: string | undefined,
): readonly ZipFileContent[] {
  const columns = columnsOf({ cell, rows, sample }, build);
  const isUnreadable = (row: number): boolean => cell('kind', row) === UNREADABLE;
  const text = (of: readonly number[], own: Columns = {}): string => {
    const all = Object.entries({ ...columns, ...own });
    return tabText([all.map(([name]) => name), ...of.map((row) => all.map(([, cellOf]) => cellOf(row)))]);
  };
  const [first = [], ...others] = layersOf(
    rows.filter((row) => !isUnreadable(row)),
    (row) => NAME.map((name) => columns[name]!(row)).join('\t'),
  );
  const unreadable = rows.filter(isUnreadable);
  return [
    { name: FILE, content: text(first) },
    profile(study, FILE, {
      genetic_alteration_type: 'MUTATION_EXTENDED',
      datatype: 'MAF',
      stable_id: 'mutations',
      show_profile_in_analysis_tab: 'true',
      profile_name: 'Mutations',
      profile_description: 'Somatic mutations',
    }),
    ...others.map((of, i) => ({ name: besideName(`${i + 2}_${FILE}`), content: text(of) })),
    ...(unreadable.length === 0
      ? []
      : [{ name: besideName(`unreadable_${FILE}`), content: text(unreadable, { Signet_Kind: () => UNREADABLE }) }]),
  ];
}

function columnsOf({ cell, rows, sample }: Rows, build: string | undefined): Columns {
  const filled = (row: number): string => (cell('gene_id', row) === '' ? (geneId(cell('gene', row)) ?? '') : '');
  return {
    Hugo_Symbol: (row) => cell('gene', row),
    Entrez_Gene_Id: (row) => cell('gene_id', row) || filled(row),
    NCBI_Build: () => build ?? '',
    Chromosome: (row) => cell('chromosome', row),
    Start_Position: (row) => cell('position', row),
    End_Position: (row) => endOf(cell, row),
    Variant_Classification: (row) => cell('class', row) || UNKNOWN_CLASS,
    Reference_Allele: (row) => cell('ref', row),
    Tumor_Seq_Allele1: (row) => (cell('alt', row) === '' ? '' : cell('ref', row)),
    Tumor_Seq_Allele2: (row) => cell('alt', row),
    Tumor_Sample_Barcode: sample,
    HGVSp_Short: (row) => encodedProtein(cell('protein', row)),
    t_depth: (row) => cell('depth', row),
    t_vaf: (row) => cell('allele_fraction', row),
    FILTER: (row) => cell('filter', row),
    Mutation_Status: () => 'SOMATIC',
    ...(rows.some((row) => filled(row) !== '') && {
      Signet_Gene_Id: (row: number) => (filled(row) === '' ? '' : NO_GENE_ID),
    }),
  };
}

function endOf(cell: Rows['cell'], row: number): string {
  const [position, ref] = [cell('position', row), cell('ref', row)];
  if (position === '') return '';
  return cell('end', row) || String(Number(position) + Math.max(1, ref === '-' ? 2 : ref.length) - 1);
}
