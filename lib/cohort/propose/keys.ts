import type { SeenAlterations, SeenTable } from './inputs.ts';

/** Columns that say whose a row is. */
export interface Keys {
  readonly patient?: string;
  readonly specimen?: string;
  readonly says: string;
  /** Other columns that could be the patient's. */
  readonly candidates: readonly string[];
}

const PATIENT =
  /patient|subject|(^|[^a-z])(participant|case|person|record)[ _-]?(id|no|nr|number|barcode)?$|^id$|^pat[. _-]*(id|nr|nummer)/i;
const SPECIMEN =
  /(specimen|sample|tumou?r[ _-]?sample|biopsy|aliquot|^(gewebe)?proben?)[ _-]*(id|no|nr|number|nummer|barcode|name)?$/i;

/** The column that is called as if it said whose a row is, before anything of the rows is known. */
export function calledLikePatient(columns: readonly string[]): string | undefined {
  return columns.find((column) => PATIENT.test(column));
}

function cellsOf(table: SeenTable, column: string): string[] {
  const at = table.columns.indexOf(column);
  return table.rows.map((row) => (row[at] ?? '').trim());
}

/**
 * Which columns hold patients and specimens. A specimen column is one whose values the alterations name; the patient column is the longest
 * that begins the specimens' names, row by row, else one that is called like it.
 */
export function keysOf(table: SeenTable, alterations: readonly SeenAlterations[]): Keys {
  const named = new Set(alterations.flatMap(({ specimens }) => specimens));
  const eligible = table.columns.filter((column) => column !== '' && filledShare(table, column) >= 0.95);
  const specimen = joined(table, eligible, named) ?? eligible.find((column) => SPECIMEN.test(column));
  const prefixes = specimen === undefined ? [] : beginning(table, eligible, specimen);
  const called = eligible.filter((column) => column !== specimen && PATIENT.test(column));
  const candidates = prefixes.length > 0 ? prefixes : called;
  const joins = specimen !== undefined && named.size > 0 && joined(table, [specimen], named) !== undefined;
  if (specimen !== undefined && candidates.length === 0 && joins && isDistinct(table, specimen))
    return { patient: specimen, says: 'the alterations name its values, and there is one row of each', candidates: [] };
  const patient = candidates[0] ?? eligible.find((column) => looksLikeKey(table, column));
  const distinct = patient !== undefined && isDistinct(table, patient);
  return {
    ...(patient !== undefined && { patient }),
    ...(specimen !== undefined && specimen !== patient && { specimen }),
    says: [
      specimen === undefined
        ? ''
        : `${specimen} ${joins ? 'holds what the alterations call their specimens' : 'is called so'}`,
      patient === undefined
        ? ''
        : prefixes.includes(patient)
          ? `${patient} begins each of them`
          : `${patient} is ${distinct ? 'another in each row' : 'called so'}`,
    ]
      .filter(Boolean)
      .join('; '),
    candidates: [...new Set([...candidates, ...called])].filter((column) => column !== patient).slice(0, 10),
  };
}

function filledShare(table: SeenTable, column: string): number {
  const cells = cellsOf(table, column);
  return cells.length === 0 ? 0 : cells.filter((cell) => cell !== '').length / cells.length;
}

function isDistinct(table: SeenTable, column: string): boolean {
  const cells = cellsOf(table, column);
  return new Set(cells).size === cells.length;
}

/** The column most of whose values, or of whose values' names, the alterations know. */
function joined(table: SeenTable, columns: readonly string[], named: ReadonlySet<string>): string | undefined {
  if (named.size === 0) return undefined;
  const weighed = columns.map((column) => {
    const values = new Set(cellsOf(table, column));
    const known = [...values].filter((value) => named.has(value)).length;
    return { column, share: known / Math.min(values.size, named.size) };
  });
  const best = weighed.reduce((a, b) => (b.share > a.share ? b : a), { column: '', share: 0 });
  return best.share >= 0.5 ? best.column : undefined;
}

/** Columns whose value begins the specimen's in every row and is shorter: the longest, and of those called like the specimen's column, first. */
function beginning(table: SeenTable, columns: readonly string[], specimen: string): string[] {
  const specimens = cellsOf(table, specimen);
  const found = columns.flatMap((column) => {
    if (column === specimen) return [];
    const cells = cellsOf(table, column);
    const begins = cells.every((cell, i) => specimens[i]!.startsWith(cell) && cell.length < specimens[i]!.length);
    return begins && new Set(cells).size > 1 ? [{ column, length: cells[0]?.length ?? 0 }] : [];
  });
  const likeness = (column: string): number => (column.startsWith(specimen) ? 2 : PATIENT.test(column) ? 1 : 0);
  return found
    .sort((a, b) => b.length - a.length || likeness(b.column) - likeness(a.column))
    .map(({ column }) => column);
}

function looksLikeKey(table: SeenTable, column: string): boolean {
  const cells = cellsOf(table, column);
  return isDistinct(table, column) && cells.every((cell) => /^[\w.-]{1,40}$/.test(cell) && !/^\d+[.,]\d+$/.test(cell));
}

/** TCGA's barcodes say the kind of specimen in their fourth part. */
export const BARCODE = /^TCGA-\w\w-\w{4}-(\d\d)/;

/** What those two digits mean. */
export const SPECIMEN_TYPES: Readonly<Record<string, string>> = {
  '01': 'primary',
  '02': 'recurrence',
  '03': 'primary blood',
  '05': 'additional primary',
  '06': 'metastasis',
  '07': 'additional metastasis',
  '10': 'normal blood',
  '11': 'normal',
};
