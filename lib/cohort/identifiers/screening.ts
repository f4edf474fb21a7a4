import type { ColumnReading, Reading, TableReading } from '../reading/reading.ts';
import { type ExplainedColumn, IdentifierScreen } from './identifiers.ts';

const NUMERIC: ReadonlySet<string> = new Set(['number', 'integer', 'duration']);

/**
 * The screen of a table of a source for direct identifiers. Exempt are columns of identifiers that become keys, and what any table of the same
 * sheet lists as not to be read.
 */
export function screenOf(reading: Reading, table: TableReading, columns: readonly string[]): IdentifierScreen {
  const beside = reading.tables.filter(({ sheet }) => sheet === table.sheet);
  const exempt = new Set<string>();
  const explained = new Map<string, ExplainedColumn>();
  for (const { patient, specimen, panel, ignore = [], columns: mapped } of beside) {
    for (const name of [patient, specimen, panel, ...ignore]) if (name !== undefined) exempt.add(name);
    for (const column of mapped) {
      if (column.type === 'key') exempt.add(column.from);
      explained.set(column.from, explanationOf(column));
    }
  }
  return new IdentifierScreen(columns, exempt, explained, table.patient);
}

function explanationOf({ codes = [], missing, type }: ColumnReading): ExplainedColumn {
  return { codes: new Set([...codes.map(([code]) => code), ...missing]), numeric: NUMERIC.has(type) };
}

/** Columns of alterations by the names that their formats give them: what specimens are called, and numbers that tell of genes and places. */
const KEYS: ReadonlySet<string> = new Set([
  'tumor_sample_barcode',
  'matched_norm_sample_barcode',
  'sample_id',
  'sampleid',
  'patient_id',
  'case_id',
]);
const NUMBERS: ReadonlySet<string> = new Set([
  'entrez_gene_id',
  'start_position',
  'end_position',
  'site1_entrez_gene_id',
  'site2_entrez_gene_id',
  'site1_position',
  'site2_position',
  'locus id',
]);

/**
 * The screen of a file of alterations for direct identifiers, by what the file holds (`maf`, `segments` …): a row is a variant of a specimen.
 * Exempt are specimens' names, which become keys, and what the definition lists as not to be read; of segments and matrices of copy number
 * every column holds numbers.
 */
export function screenOfAlterations(
  columns: readonly string[],
  content: string,
  { specimen, ignore = [] }: { readonly specimen?: string; readonly ignore?: readonly string[] } = {},
): IdentifierScreen {
  const whose = specimenColumn(columns, content, specimen);
  const exempt = new Set(ignore);
  if (whose !== undefined) exempt.add(whose);
  for (const name of columns) if (KEYS.has(name.toLowerCase())) exempt.add(name);
  const numeric: ExplainedColumn = { codes: new Set(), numeric: true };
  const all = content === 'segments' || isMatrix(content);
  const explained = columns.flatMap((name) =>
    all || NUMBERS.has(name.toLowerCase()) ? [[name, numeric] as const] : [],
  );
  return new IdentifierScreen(columns, exempt, new Map(explained), whose, 'variant');
}

/** The column that says whose specimen a row is of; a matrix has one for each. */
function specimenColumn(columns: readonly string[], content: string, specimen?: string): string | undefined {
  if (content === 'segments') return columns[0];
  if (isMatrix(content)) return undefined;
  if (!LISTS.has(content)) return columns.find((name) => name.toLowerCase() === specimen?.toLowerCase());
  return columns.find((name) => /^(?:sample_id|tumor_sample_barcode)$/i.test(name));
}

/** Files that name their specimens as cBioPortal does. */
const LISTS: ReadonlySet<string> = new Set(['structural-variants', 'fusions', 'copy-number-list']);

function isMatrix(content: string): boolean {
  return content === 'discrete-copy-number' || content === 'log2-copy-number';
}
