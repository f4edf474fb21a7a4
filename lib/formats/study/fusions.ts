import { FUSION_ALONE } from '../structural-variants.ts';
import type { ZipFileContent } from '../zip-write.ts';
import type { Rows } from './genes.ts';
import { besideName, layersOf, profile, tabText } from './rows.ts';

/** The rows of a variant's two genes, or one alone. */
type Sites = readonly [first: number, second: number | undefined];

const SITE = ['gene', 'gene_id', 'chromosome', 'position'] as const;

const HEADER = [
  'Sample_Id',
  'SV_Status',
  ...['1', '2'].flatMap((n) =>
    ['Hugo_Symbol', 'Entrez_Gene_Id', 'Chromosome', 'Position'].map((name) => `Site${n}_${name}`),
  ),
  'Class',
  'Tumor_Read_Count',
  'Tumor_Variant_Count',
];

const FILE = 'data_sv.txt';

/** Columns that tell of specimen and sites end before this. */
const SITES_END = HEADER.indexOf('Class');

/** What cBioPortal has no column for, of a fusion that a MAF told of, or whose other gene isn't known. */
const OWN = {
  Signet_Ref: 'ref',
  Signet_Alt: 'alt',
  Signet_Protein: 'protein',
  Signet_Filter: 'filter',
  Signet_Fraction: 'allele_fraction',
} as const;

/**
 * https://docs.cbioportal.org/file-formats/#structural-variant-data; the rows of a variant's two genes are one. Where a fusion has more than that
 * says, the file has columns of Signet's own; cBioPortal refuses two of the same sites, so that further ones stand beside.
 */
export function fusionFiles(
  { cell, rows, sample }: Rows,
  study: string,
  build: string | undefined,
): readonly ZipFileContent[] {
  const pairs = pairsOf({ cell, rows, sample });
  const own = pairs.map(([first, second]) => isAlone(cell, first, second));
  const site = (row: number | undefined): string[] => SITE.map((name) => (row === undefined ? '' : cell(name, row)));
  const lines = pairs.map(([first, second], i) => {
    const twice = second === undefined && cell('gene', first) === cell('alt', first);
    const ofClass = cell('class', first);
    return [
      sample(first),
      'SOMATIC',
      ...site(first),
      ...site(twice ? first : second),
      ofClass === 'Fusion' ? '' : ofClass,
      cell('depth', first),
      readsOf(cell, first),
      ...(build === undefined ? [] : [build]),
      ...(own.includes(true)
        ? [own[i] ? FUSION_ALONE : '', ...Object.values(OWN).map((name) => (own[i] ? cell(name, first) : ''))]
        : []),
    ];
  });
  const header = [
    ...HEADER,
    ...(build === undefined ? [] : ['NCBI_Build']),
    ...(own.includes(true) ? ['Signet_Kind', ...Object.keys(OWN)] : []),
  ];
  const [plain = [], ...others] = layersOf(lines, (cells) => cells.slice(0, SITES_END).join('\t'));
  return [
    { name: FILE, content: tabText([header, ...plain]) },
    profile(study, FILE, {
      genetic_alteration_type: 'STRUCTURAL_VARIANT',
      datatype: 'SV',
      stable_id: 'structural_variants',
      show_profile_in_analysis_tab: 'true',
      profile_name: 'Structural variants',
      profile_description: 'Structural variants',
    }),
    ...others.map((of, i) => ({ name: besideName(`${i + 2}_${FILE}`), content: tabText([header, ...of]) })),
  ];
}

function pairsOf({ cell, rows, sample }: Rows): readonly Sites[] {
  const nameOf = (row: number, gene: string, other: string): string =>
    [sample(row), gene, other, cell('class', row), cell('depth', row), cell('allele_fraction', row)].join('\t');
  const open = new Map<string, number[]>();
  const pairs: [number, number | undefined][] = [];
  for (const row of rows) {
    const [gene, other] = [cell('gene', row), cell('alt', row)];
    const partner = gene === other ? undefined : open.get(nameOf(row, other, gene))?.shift();
    if (partner !== undefined) pairs[partner]![1] = row;
    else {
      const name = nameOf(row, gene, other);
      const waiting = open.get(name);
      if (waiting) waiting.push(pairs.length);
      else open.set(name, [pairs.length]);
      pairs.push([row, undefined]);
    }
  }
  return pairs;
}

/** Reads of the fusion, where depth and share tell. */
function readsOf(cell: Rows['cell'], row: number): string {
  const [depth, share] = [cell('depth', row), cell('allele_fraction', row)];
  return depth === '' || share === '' ? '' : String(Math.round(Number(depth) * Number(share)));
}

/** Whether a row has what the columns of the format don't tell. */
function isAlone(cell: Rows['cell'], row: number, partner: number | undefined): boolean {
  if (partner !== undefined) return false;
  const [alt, share] = [cell('alt', row), cell('allele_fraction', row)];
  const told = readsOf(cell, row) === '' ? '' : String(Number(readsOf(cell, row)) / Number(cell('depth', row)));
  const partnerless = alt !== '' && alt !== cell('gene', row);
  return partnerless || share !== told || ['ref', 'protein', 'filter'].some((name) => cell(name, row) !== '');
}
