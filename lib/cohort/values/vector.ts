import { type Column, MISSING } from './frame.ts';

/** Values of an expression, one a row: as in a {@link Column}, where text is always by code. */
export type Vector = NumberVector | BooleanVector | TextVector;

export interface NumberVector {
  readonly kind: 'number' | 'date';
  readonly values: Float64Array;
  readonly bound?: Bound;
}

export interface BooleanVector {
  readonly kind: 'boolean';
  readonly values: Uint8Array;
}

export interface TextVector {
  readonly kind: 'text';
  readonly levels: readonly string[];
  readonly codes: Int32Array;
}

/**
 * Numbers that are known only to lie below (-1) or above (1) a limit, or from the limit to `to` (2), both included; 0 where the number is
 * known, or nothing is.
 */
export interface Bound {
  readonly side: Int8Array;
  readonly limit: Float64Array;
  readonly to?: Float64Array;
}

/** Text by code, levels in order of `levels` first, then as they come. */
export function textVector(values: readonly (string | null)[], levels: readonly string[] = []): TextVector {
  const all = [...levels];
  const codeOf = new Map(all.map((level, code) => [level, code]));
  const codes = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    let code = value == null ? -1 : codeOf.get(value);
    if (code === undefined) {
      code = all.length;
      all.push(value!);
      codeOf.set(value!, code);
    }
    codes[i] = code;
  }
  return { kind: 'text', levels: all, codes };
}

/** The same text with its levels in the order of `levels`, those that aren't among them after, by alphabet. */
export function withLevels(vector: TextVector, levels: readonly string[]): TextVector {
  const known = new Set(levels);
  const all = [...levels, ...vector.levels.filter((level) => !known.has(level)).sort()];
  const place = new Map(all.map((level, code) => [level, code]));
  const codes = vector.codes.map((code) => (code < 0 ? -1 : place.get(vector.levels[code]!)!));
  return { kind: 'text', levels: all, codes };
}

/** A column's values as an expression sees them. */
export function vectorOf(column: Column): Vector {
  switch (column.type) {
    case 'number':
    case 'date':
      return { kind: column.type, values: column.values };
    case 'boolean':
      return { kind: 'boolean', values: column.values };
    case 'category':
      return { kind: 'text', levels: column.levels, codes: column.codes };
    case 'text':
      return textVector(column.values);
  }
}

/** An expression's values as a column; text is a category. */
export function columnOf(vector: Vector, unit?: string): Column {
  switch (vector.kind) {
    case 'number':
      return { type: 'number', ...(unit !== undefined && { unit }), values: vector.values };
    case 'date':
      return { type: 'date', values: vector.values };
    case 'boolean':
      return { type: 'boolean', values: vector.values };
    case 'text':
      return { type: 'category', levels: vector.levels, codes: vector.codes };
  }
}

/** Whether nothing is known of a row. A number below or above a limit is not missing: the file has it. A score with bounds is. */
export function isMissing(vector: Vector, row: number): boolean {
  switch (vector.kind) {
    case 'boolean':
      return vector.values[row] === MISSING;
    case 'text':
      return vector.codes[row]! < 0;
    default:
      return Number.isNaN(vector.values[row]!) && (vector.bound?.side[row] ?? 0) % 2 === 0;
  }
}

/** Rows taken in the order of `rows`; -1 is a row of nothing. */
export function take(vector: Vector, rows: Int32Array): Vector {
  switch (vector.kind) {
    case 'boolean':
      return { kind: 'boolean', values: Uint8Array.from(rows, (row) => (row < 0 ? MISSING : vector.values[row]!)) };
    case 'text':
      return { ...vector, codes: rows.map((row) => (row < 0 ? -1 : vector.codes[row]!)) };
    default: {
      const values = Float64Array.from(rows, (row) => (row < 0 ? Number.NaN : vector.values[row]!));
      const { bound } = vector;
      if (!bound) return { kind: vector.kind, values };
      const side = Int8Array.from(rows, (row) => (row < 0 ? 0 : bound.side[row]!));
      const limit = Float64Array.from(rows, (row) => (row < 0 ? Number.NaN : bound.limit[row]!));
      const to = bound.to && Float64Array.from(rows, (row) => (row < 0 ? Number.NaN : bound.to![row]!));
      return { kind: vector.kind, values, bound: { side, limit, ...(to && { to }) } };
    }
  }
}

/** A column of nothing. */
export function nothing(kind: Vector['kind'], rows: number): Vector {
  return take(
    kind === 'boolean'
      ? { kind, values: new Uint8Array(0) }
      : kind === 'text'
        ? { kind, levels: [], codes: new Int32Array(0) }
        : { kind, values: new Float64Array(0) },
    new Int32Array(rows).fill(-1),
  );
}
