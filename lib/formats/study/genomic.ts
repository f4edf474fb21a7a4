import type { FrameTables, Panel } from '../../cohort/index.ts';
import { UNREADABLE } from '../maf.ts';
import { encodedProtein } from '../protein.ts';
import type { ZipFileContent } from '../zip-write.ts';
import type { Sample } from './people.ts';
import { cellsOf, metaText, tabText } from './rows.ts';

/** What a study's files of genes are made of. */
export interface StudyGenes {
  readonly tables: FrameTables;
  readonly panels: Readonly<Record<string, Panel>>;
  readonly samples: readonly Sample[];
  /** cBioPortal's identifier. */
  readonly study: string;
  readonly build: string | undefined;
}

/** What the files hold, for the definition that reads them. */
export interface GeneFiles {
  readonly files: readonly ZipFileContent[];
  readonly has: ReadonlySet<'mutations' | 'discrete' | 'log2' | 'fusions' | 'segments'>;
  /** The thresholds that keep the very ratios that are there; infinite where there are none on a side. */
  readonly log2: readonly [number, number];
}

type Cell = (name: string, row: number) => string;

const LEVELS: ReadonlySet<string> = new Set(['-2', '-1.5', '-1', '1', '2']);

/** Files of mutations, copy number, structural variants, segments, and of what was sequenced. */
export function geneFiles(genes: StudyGenes): GeneFiles {
  const { alterations } = genes.tables;
  const cell = cellsOf(alterations);
  const idOf = new Map(genes.samples.map(({ key, id }) => [key, id]));
  const rowsOf = (...kinds: readonly string[]): number[] =>
    Array.from({ length: alterations.rows }, (_, row) => row).filter((row) => kinds.includes(cell('kind', row)));
  const sample = (row: number): string => idOf.get(cell('specimen', row)) ?? '';
  const copies = rowsOf('copy number');
  const isLog2 = (row: number): boolean => {
    const [ofClass, value] = [cell('class', row), cell('value', row)];
    return (
      ofClass === 'Deletion' || (ofClass === 'Amplification' && value !== '2') || (value !== '' && !LEVELS.has(value))
    );
  };
  const log2 = copies.filter(isLog2);
  const discrete = copies.filter((row) => !isLog2(row));
  const values = log2.map((row) => Number(cell('value', row)));
  const [mutations, fusions, segments] = [rowsOf('mutation', 'unreadable'), rowsOf('fusion'), rowsOf('segment')];
  const covered = coveredBy(genes);
  const looked = (kind: string): readonly string[] =>
    genes.samples.filter(({ key }) => covered.get(key)?.has(kind)).map(({ id }) => id);
  const has = new Set<'mutations' | 'discrete' | 'log2' | 'fusions' | 'segments'>();
  const files: ZipFileContent[] = [];
  const add = (what: Parameters<typeof has.add>[0], ...more: readonly ZipFileContent[]): void => {
    has.add(what);
    files.push(...more);
  };
  if (mutations.length > 0 || looked('mutation').length > 0)
    add('mutations', ...mutationFiles(genes, cell, mutations, sample));
  const copyNumberOf = looked('copy number');
  if (discrete.length > 0 || (copyNumberOf.length > 0 && log2.length === 0))
    add('discrete', ...matrixFiles(genes, cell, discrete, sample, copyNumberOf, 'DISCRETE'));
  if (log2.length > 0) add('log2', ...matrixFiles(genes, cell, log2, sample, copyNumberOf, 'LOG2-VALUE'));
  if (fusions.length > 0 || looked('fusion').length > 0) add('fusions', ...fusionFiles(genes, cell, fusions, sample));
  if (segments.length > 0) add('segments', ...segmentFiles(genes, cell, segments, sample));
  return {
    files: [...files, ...panelFiles(genes, covered, has), ...caseLists(genes, looked)],
    has,
    log2: [
      values.reduce((most, value) => (value < 0 && value > most ? value : most), Number.NEGATIVE_INFINITY),
      values.reduce((least, value) => (value > 0 && value < least ? value : least), Number.POSITIVE_INFINITY),
    ],
  };
}

/** By specimen and kind its panel. */
function coveredBy({ tables: { coverage } }: StudyGenes): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const cell = cellsOf(coverage);
  const covered = new Map<string, Map<string, string>>();
  for (let row = 0; row < coverage.rows; row++) {
    const of = covered.get(cell('specimen', row)) ?? new Map<string, string>();
    covered.set(cell('specimen', row), of);
    if (!of.has(cell('kind', row))) of.set(cell('kind', row), cell('panel', row));
  }
  return covered;
}

function profile(
  { study }: StudyGenes,
  file: string,
  fields: Readonly<Record<string, string | undefined>>,
): ZipFileContent {
  return {
    name: file.replace(/^data_/, 'meta_').replace(/\.seg$/, '_seg.txt'),
    content: metaText({ cancer_study_identifier: study, ...fields, data_filename: file }),
  };
}

/** A class that nobody knows, as cBioPortal has it: the column may not be empty. */
const UNKNOWN_CLASS = 'Unknown';

/** https://docs.cbioportal.org/file-formats/#mutation-data */
function mutationFiles(genes: StudyGenes, cell: Cell, rows: readonly number[], sample: (row: number) => string) {
  const columns: readonly (readonly [string, (row: number) => string])[] = [
    ['Hugo_Symbol', (row) => cell('gene', row)],
    ['Entrez_Gene_Id', (row) => cell('gene_id', row)],
    ['NCBI_Build', () => genes.build ?? ''],
    ['Chromosome', (row) => cell('chromosome', row)],
    ['Start_Position', (row) => cell('position', row)],
    ['End_Position', (row) => endOf(cell, row)],
    ['Variant_Classification', (row) => cell('class', row) || UNKNOWN_CLASS],
    ['Reference_Allele', (row) => cell('ref', row)],
    ['Tumor_Seq_Allele1', (row) => cell('ref', row)],
    ['Tumor_Seq_Allele2', (row) => cell('alt', row)],
    ['Tumor_Sample_Barcode', sample],
    ['HGVSp_Short', (row) => encodedProtein(cell('protein', row))],
    ['t_depth', (row) => cell('depth', row)],
    ['t_vaf', (row) => cell('allele_fraction', row)],
    ['FILTER', (row) => cell('filter', row)],
    ['Mutation_Status', () => 'SOMATIC'],
    ...(rows.some((row) => cell('kind', row) === UNREADABLE)
      ? ([['Signet_Kind', (row: number) => cell('kind', row)]] as const)
      : []),
  ];
  const content = tabText([columns.map(([name]) => name), ...rows.map((row) => columns.map(([, of]) => of(row)))]);
  return [
    { name: 'data_mutations.txt', content },
    profile(genes, 'data_mutations.txt', {
      genetic_alteration_type: 'MUTATION_EXTENDED',
      datatype: 'MAF',
      stable_id: 'mutations',
      show_profile_in_analysis_tab: 'true',
      profile_name: 'Mutations',
      profile_description: 'Somatic mutations',
    }),
  ];
}

function endOf(cell: Cell, row: number): string {
  const [position, ref] = [cell('position', row), cell('ref', row)];
  if (position === '') return '';
  return cell('end', row) || String(Number(position) + Math.max(1, ref === '-' ? 2 : ref.length) - 1);
}

/** https://docs.cbioportal.org/file-formats/#discrete-copy-number-data */
function matrixFiles(
  genes: StudyGenes,
  cell: Cell,
  rows: readonly number[],
  sample: (row: number) => string,
  looked: readonly string[],
  datatype: 'DISCRETE' | 'LOG2-VALUE',
) {
  const samples = [...new Set([...looked, ...rows.map(sample)])].sort();
  const byGene = new Map<string, { readonly id: string; readonly values: Map<string, string> }>();
  for (const row of rows) {
    const gene = byGene.get(cell('gene', row)) ?? { id: cell('gene_id', row), values: new Map<string, string>() };
    byGene.set(cell('gene', row), gene);
    gene.values.set(sample(row), cell('value', row) || 'NA');
  }
  const lines = [...byGene]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([gene, { id, values }]) => [gene, id, ...samples.map((one) => values.get(one) ?? '0')]);
  const file = datatype === 'DISCRETE' ? 'data_cna.txt' : 'data_log2_cna.txt';
  return [
    { name: file, content: tabText([['Hugo_Symbol', 'Entrez_Gene_Id', ...samples], ...lines]) },
    profile(genes, file, {
      genetic_alteration_type: 'COPY_NUMBER_ALTERATION',
      datatype,
      stable_id: datatype === 'DISCRETE' ? 'cna' : 'log2CNA',
      show_profile_in_analysis_tab: datatype === 'DISCRETE' ? 'true' : 'false',
      profile_name: datatype === 'DISCRETE' ? 'Copy number' : 'Log2 copy number',
      profile_description: 'Copy number by gene',
    }),
  ];
}

/** https://docs.cbioportal.org/file-formats/#structural-variant-data; the rows of a variant's two genes are one. */
function fusionFiles(genes: StudyGenes, cell: Cell, rows: readonly number[], sample: (row: number) => string) {
  const nameOf = (row: number, gene: string, other: string): string =>
    [sample(row), gene, other, cell('class', row), cell('depth', row), cell('allele_fraction', row)].join('\t');
  const open = new Map<string, number[]>();
  const pairs: (readonly [number, number | undefined])[] = [];
  for (const row of rows) {
    const [gene, other] = [cell('gene', row), cell('alt', row)];
    const partner = gene === other ? undefined : open.get(nameOf(row, other, gene))?.shift();
    if (partner !== undefined) pairs[pairs.findIndex(([first]) => first === partner)] = [partner, row];
    else {
      pairs.push([row, undefined]);
      const name = nameOf(row, gene, other);
      open.set(name, [...(open.get(name) ?? []), row]);
    }
  }
  const site = (row: number | undefined): string[] =>
    row === undefined ? ['', '', '', ''] : ['gene', 'gene_id', 'chromosome', 'position'].map((name) => cell(name, row));
  const lines = pairs.map(([first, second]) => {
    const depth = cell('depth', first);
    const altReads =
      depth === '' ? '' : String(Math.round(Number(depth) * Number(cell('allele_fraction', first) || 0)));
    const twice = second === undefined && cell('gene', first) === cell('alt', first);
    const ofClass = cell('class', first);
    return [
      sample(first),
      'SOMATIC',
      ...site(first),
      ...site(twice ? first : second),
      ofClass === 'Fusion' ? '' : ofClass,
      depth,
      cell('allele_fraction', first) === '' ? '' : altReads,
    ];
  });
  const sites = ['1', '2'].flatMap((n) =>
    ['Hugo_Symbol', 'Entrez_Gene_Id', 'Chromosome', 'Position'].map((name) => `Site${n}_${name}`),
  );
  const header = ['Sample_Id', 'SV_Status', ...sites, 'Class', 'Tumor_Read_Count', 'Tumor_Variant_Count'];
  return [
    { name: 'data_sv.txt', content: tabText([header, ...lines]) },
    profile(genes, 'data_sv.txt', {
      genetic_alteration_type: 'STRUCTURAL_VARIANT',
      datatype: 'SV',
      stable_id: 'structural_variants',
      show_profile_in_analysis_tab: 'true',
      profile_name: 'Structural variants',
      profile_description: 'Structural variants',
    }),
  ];
}

/** Copies of a log2 ratio that were read as it: the digits that a file gave, without what the logarithm left behind them. */
function copiesOf(ratio: number): string {
  return String(Number((2 ** (ratio + 1)).toPrecision(15)));
}

/** https://docs.cbioportal.org/file-formats/#segmented-data. Where no ratio is negative, copies are written: they would be read as such. */
function segmentFiles(genes: StudyGenes, cell: Cell, rows: readonly number[], sample: (row: number) => string) {
  const absolute = !rows.some((row) => Number(cell('value', row)) < 0);
  const lines = rows.map((row) => [
    sample(row),
    cell('chromosome', row),
    cell('position', row),
    cell('end', row),
    '0',
    absolute ? copiesOf(Number(cell('value', row))) : cell('value', row),
  ]);
  const genome = genes.build === 'GRCh38' ? 'hg38' : 'hg19';
  const file = `data_cna_${genome}.seg`;
  return [
    { name: file, content: tabText([['ID', 'chrom', 'loc.start', 'loc.end', 'num.mark', 'seg.mean'], ...lines]) },
    profile(genes, file, {
      genetic_alteration_type: 'COPY_NUMBER_ALTERATION',
      datatype: 'SEG',
      reference_genome_id: genome,
      description: 'Segmented copy number',
    }),
  ];
}

/** Columns of the gene panel matrix: of each profile that the study has. */
const PROFILES: readonly (readonly [
  file: 'mutations' | 'discrete' | 'log2' | 'fusions',
  kind: string,
  column: string,
])[] = [
  ['mutations', 'mutation', 'mutations'],
  ['discrete', 'copy number', 'cna'],
  ['log2', 'copy number', 'log2CNA'],
  ['fusions', 'fusion', 'structural_variants'],
];

const WHOLE: Readonly<Record<string, string>> = { exome: 'WXS', genome: 'WGS' };

/** Panels, also as JSON with what cBioPortal has no place for, and which specimen was looked at with which. */
function panelFiles(
  genes: StudyGenes,
  covered: ReadonlyMap<string, ReadonlyMap<string, string>>,
  has: GeneFiles['has'],
): ZipFileContent[] {
  const profiles = PROFILES.filter(([file]) => has.has(file));
  const panels = Object.entries(genes.panels).flatMap(([id, { genes: listed, coveredMb }]): ZipFileContent[] => [
    ...(listed === null
      ? []
      : [
          {
            name: `data_gene_panel_${id.replaceAll(/[^\w.-]/g, '_')}.txt`,
            content: `stable_id: ${id}\ndescription: ${id}, ${listed.length} genes\ngene_list:\t${listed.join('\t')}\n`,
          },
        ]),
    ...(coveredMb === undefined
      ? []
      : [
          {
            name: `panels/${id.replaceAll(/[^\w.-]/g, '_')}.json`,
            content: `${JSON.stringify({ id, genes: listed ?? [], coveredMb }, null, 2)}\n`,
          },
        ]),
  ]);
  const lines = genes.samples.flatMap(({ key, id }) => {
    const of = covered.get(key);
    return of ? [[id, ...profiles.map(([, kind]) => WHOLE[of.get(kind) ?? ''] ?? of.get(kind) ?? 'NA')]] : [];
  });
  if (lines.length === 0) return panels;
  return [
    ...panels,
    {
      name: 'data_gene_panel_matrix.txt',
      content: tabText([['SAMPLE_ID', ...profiles.map(([, , column]) => column)], ...lines]),
    },
    profile(genes, 'data_gene_panel_matrix.txt', {
      genetic_alteration_type: 'GENE_PANEL_MATRIX',
      datatype: 'GENE_PANEL_MATRIX',
    }),
  ];
}

/** https://docs.cbioportal.org/file-formats/#case-lists */
function caseLists({ study, samples }: StudyGenes, looked: (kind: string) => readonly string[]): ZipFileContent[] {
  const lists: readonly (readonly [string, string, string, readonly string[]])[] = [
    ['all', 'All samples', 'all_cases_in_study', samples.map(({ id }) => id)],
    ['sequenced', 'Samples with mutation data', 'all_cases_with_mutation_data', looked('mutation')],
    ['cna', 'Samples with copy number data', 'all_cases_with_cna_data', looked('copy number')],
    ['sv', 'Samples with structural variant data', 'all_cases_with_sv_data', looked('fusion')],
  ];
  return lists.flatMap(([name, title, category, ids]) =>
    ids.length === 0
      ? []
      : [
          {
            name: `case_lists/cases_${name}.txt`,
            content: `${metaText({
              cancer_study_identifier: study,
              stable_id: `${study}_${name}`,
              case_list_name: title,
              case_list_description: `${title} (${ids.length})`,
              case_list_category: category,
            })}case_list_ids: ${ids.join('\t')}\n`,
          },
        ],
  );
}
