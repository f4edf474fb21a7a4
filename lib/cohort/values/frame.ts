/**
 * A cohort as tables: what analyses read. Columns are typed arrays, one element a row; missing is NaN for numbers and dates, -1 for a
 * category's code, 2 for a boolean, null for text.
 */
export type Column =
  | { readonly type: 'number'; readonly unit?: string; readonly label?: string; readonly values: Float64Array }
  | { readonly type: 'date'; readonly label?: string /** Days since 1970-01-01. */; readonly values: Float64Array }
  | {
      readonly type: 'category';
      readonly label?: string;
      readonly levels: readonly string[];
      readonly codes: Int32Array;
    }
  | { readonly type: 'boolean'; readonly label?: string; readonly values: Uint8Array }
  | { readonly type: 'text'; readonly label?: string; readonly values: readonly (string | null)[] };

/** The boolean that is neither. */
export const MISSING = 2;

export interface Table {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, Column>;
}

/**
 * A revision as tables, under one digest.
 * - `patients`: one row a patient, in order of key: `patient` (opaque key), `specimen` (opaque key of the specimen that counts, or null),
 *   every dictionary column and every derived variable.
 * - `alterations`: `patient`, `specimen`, `gene`, `gene_id`, `kind`, `class`, `protein`, `chromosome`, `position`, `end`, `ref`,
 *   `alt`, `allele_fraction`, `depth`, `value` (copy number), `filter`, `qualifies`; segments have no gene; sorted by specimen, then in the source's order. A gene whose row was set apart is a
 *   row with kind `unreadable`.
 * - `coverage`: `patient`, `specimen`, `panel`, `kind` (of alteration that was looked for); a specimen that no alteration source covers has no
 *   row.
 */
export interface FrameTables {
  readonly patients: Table;
  readonly alterations: Table;
  readonly coverage: Table;
  /** Rows of the definition's named tables, by name: `patient` (opaque key), in order of key and date, and every column. */
  readonly lists?: ReadonlyMap<string, Table>;
}

export const FRAME_TABLES = ['patients', 'alterations', 'coverage'] as const;
export type FrameTable = (typeof FRAME_TABLES)[number];
