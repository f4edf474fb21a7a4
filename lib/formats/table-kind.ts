import { dialectOf } from './delimiter.ts';

/** What rows under a header hold, told by the header's columns and, of numbers alone, by the first rows. */
export type TableKind =
  | 'maf'
  | 'fusions'
  | 'structural-variants'
  | 'discrete-copy-number'
  | 'log2-copy-number'
  | 'copy-number-list'
  | 'panel-matrix'
  | 'redcap-dictionary'
  | 'generic-assay'
  | 'segments'
  | 'table';

/** Columns that every file of the kind has, in the order in which kinds are asked for. */
const REQUIRED: readonly (readonly [TableKind, readonly string[]])[] = [
  ['maf', ['hugo_symbol', 'tumor_sample_barcode', 'variant_classification']],
  ['fusions', ['hugo_symbol', 'tumor_sample_barcode', 'fusion']],
  ['structural-variants', ['sample_id', 'site1_hugo_symbol']],
  ['structural-variants', ['sample_id', 'site1_entrez_gene_id']],
  ['structural-variants', ['sample_id', 'site2_hugo_symbol']],
  ['structural-variants', ['sample_id', 'site2_entrez_gene_id']],
  ['copy-number-list', ['hugo_symbol', 'sample_id', 'value']],
  ['copy-number-list', ['entrez_gene_id', 'sample_id', 'value']],
];

/** Headings of a REDCap dictionary, as its pages and as its API give them. */
const REDCAP: readonly (readonly string[])[] = [
  ['variable / field name', 'form name', 'field type'],
  ['field_name', 'form_name', 'field_type', 'field_label'],
];

/** The kind of a table by its lines, without empty ones and comments; the last may be cut. */
export function kindOfTable(lines: readonly string[]): TableKind {
  const [header = '', ...below] = lines;
  const { delimiter } = dialectOf(header);
  const names = cellsOf(header, delimiter);
  const lower = names.map((name) => name.toLowerCase());
  const known = REQUIRED.find(([, wanted]) => wanted.every((name) => lower.includes(name)));
  if (known) return known[0];
  const whole = below.length > 1 ? below.slice(0, -1) : below;
  const rows = whole.map((line) => cellsOf(line, delimiter));
  const matrix = kindOfMatrix(lower, rows);
  if (matrix) return matrix;
  if (isPanelMatrix(lower)) return 'panel-matrix';
  if (lower[0] === 'entity_stable_id') return 'generic-assay';
  if (REDCAP.some((names) => names.every((name) => lower.includes(name)))) return 'redcap-dictionary';
  if (names.length !== 6) return 'table';
  // where nobody has a segment, or on none of the chromosomes, what the columns are usually called can tell
  const called = SEGMENTS.every((name) => lower.includes(name));
  return called || (rows.length > 0 && rows.every(isSegment)) ? 'segments' : 'table';
}

const SEGMENTS: readonly string[] = ['chrom', 'loc.start', 'loc.end', 'seg.mean'];

function cellsOf(line: string, delimiter: string): readonly string[] {
  return line.split(delimiter).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
}

/** Columns of a matrix that tell of the gene; every other is a specimen. */
export const GENE_COLUMNS: ReadonlySet<string> = new Set([
  'hugo_symbol',
  'entrez_gene_id',
  'gene symbol',
  'locus id',
  'cytoband',
]);

/** GISTIC's levels, and cBioPortal's one between them. */
export const DISCRETE: ReadonlySet<number> = new Set([-2, -1.5, -1, 0, 1, 2]);

const NO_NUMBER = /^(?:NA|NaN|\[Not Available\])?$/i;

/** A row a gene, a column a specimen, nothing but numbers. Where there is none, genes in the first column tell: levels or ratios is the definition's to say. */
function kindOfMatrix(names: readonly string[], rows: readonly (readonly string[])[]): TableKind | undefined {
  if (!names.some((name) => GENE_COLUMNS.has(name) && name !== 'cytoband')) return undefined;
  const specimens = names.flatMap((name, i) => (GENE_COLUMNS.has(name) ? [] : [i]));
  const values = rows.flatMap((cells) => specimens.map((i) => cells[i] ?? '').filter((cell) => !NO_NUMBER.test(cell)));
  if (values.length === 0)
    return GENE_COLUMNS.has(names[0]!) && specimens.length > 0 ? 'discrete-copy-number' : undefined;
  if (!values.every((cell) => Number.isFinite(Number(cell)))) return undefined;
  return values.every((cell) => DISCRETE.has(Number(cell))) ? 'discrete-copy-number' : 'log2-copy-number';
}

/** Under each profile, the specimen's panel. */
const PROFILE = /^(?:mutations?(?:_\w+)?|(?:\w+_)?cna|gistic|log2cna|structural_variants?|fusions?)$/;

function isPanelMatrix([first, ...others]: readonly string[]): boolean {
  return first === 'sample_id' && others.length > 0 && others.every((name) => PROFILE.test(name));
}

/** Six cells, whatever their columns are called: sample, chromosome, three whole numbers, a number. */
function isSegment(cells: readonly string[]): boolean {
  const [sample = '', chromosome = '', start = '', end = '', markers = '', mean = ''] = cells;
  return (
    cells.length === 6 &&
    sample !== '' &&
    /^(?:chr)?(?:\d{1,2}|X|Y|M|MT)$/i.test(chromosome) &&
    [start, end].every((cell) => /^\d+(?:\.0+)?(?:e\+?\d+)?$/i.test(cell)) &&
    /^(?:\d+(?:\.0+)?(?:e\+?\d+)?|NA)?$/i.test(markers) &&
    (NO_NUMBER.test(mean) || Number.isFinite(Number(mean)))
  );
}
