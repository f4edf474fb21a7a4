import type { Variable } from '../definition/dictionary.ts';
import type { Merged } from '../people/merge.ts';
import { type Column, MISSING } from '../values/frame.ts';
import type { Value } from '../values/record.ts';
import { textVector, type Vector, withLevels } from '../values/vector.ts';

/** Names of the frame's columns beside the dictionary's. A variable's name holds no point. */
export const SET_ASIDE = 'set_aside';

/** The column that holds what a file writes as `<x` or `>x`, and the bounds of a score as `x..y`. */
function boundName(name: string): string {
  return `${name}.bound`;
}

const BOUND = /^([<>])(.+)$/;
const SCORED = /^()(-?[\d.e+-]+?)\.\.(-?[\d.e+-]+)$/;

function sideOf(sign: string | undefined): number {
  if (sign === undefined) return 0;
  return sign === '<' ? -1 : sign === '>' ? 1 : 2;
}

/** What records tell of a variable, by row. */
export function vectorOfRecords(variable: Variable, rows: readonly Merged[]): Vector {
  const { name, type, levels } = variable;
  const values = rows.map((row): Value => row.values.get(name) ?? null);
  switch (type) {
    case 'number':
      return numberVector(values);
    case 'date':
      return {
        kind: 'date',
        values: Float64Array.from(values, (value) => (typeof value === 'number' ? value : Number.NaN)),
      };
    case 'boolean':
      return {
        kind: 'boolean',
        values: Uint8Array.from(values, (value) => (value === null ? MISSING : value ? 1 : 0)),
      };
    default:
      return withLevels(textVector(values.map((value) => (value === null ? null : String(value)))), levels ?? []);
  }
}

/** Numbers; `<x` is half of x where a number is needed, `>x` is none. */
function numberVector(texts: readonly Value[]): Vector {
  const values = new Float64Array(texts.length);
  const side = new Int8Array(texts.length);
  const limit = new Float64Array(texts.length).fill(Number.NaN);
  for (const [row, value] of texts.entries()) {
    const [, sign, bound] = (typeof value === 'string' && BOUND.exec(value)) || [];
    values[row] = typeof value === 'number' ? value : sign === '<' ? Number(bound) / 2 : Number.NaN;
    if (sign === undefined) continue;
    side[row] = sign === '<' ? -1 : 1;
    limit[row] = Number(bound);
  }
  return { kind: 'number', values, ...(side.some((s) => s !== 0) && { bound: { side, limit } }) };
}

/** A variable's vector as columns of the frame: one, and another where bounds are known. */
export function columnsOf(variable: Variable, vector: Vector): readonly (readonly [string, Column])[] {
  const { name, type, unit, label } = variable;
  const rest = label === undefined ? {} : { label };
  switch (vector.kind) {
    case 'boolean':
      return [[name, { type: 'boolean', ...rest, values: vector.values }]];
    case 'date':
      return [[name, { type: 'date', ...rest, values: vector.values }]];
    case 'text': {
      const { levels, codes } = vector;
      if (type === 'text')
        return [[name, { type: 'text', ...rest, values: Array.from(codes, (code) => levels[code] ?? null) }]];
      return [[name, { type: 'category', ...rest, levels, codes }]];
    }
    case 'number': {
      const { values, bound } = vector;
      const column: readonly [string, Column] = [
        name,
        { type: 'number', ...(unit !== undefined && { unit }), ...rest, values },
      ];
      if (!bound) return [column];
      const texts = Array.from(bound.side, (side, row) =>
        side === 0
          ? null
          : side === 2
            ? `${bound.limit[row]}..${bound.to?.[row]}`
            : `${side < 0 ? '<' : '>'}${bound.limit[row]}`,
      );
      return [column, [boundName(name), { type: 'text', values: texts }]];
    }
  }
}

/** A column of the frame, read again, as the dictionary has it: levels in the definition's order, bounds with their numbers. */
export function vectorOfColumn(variable: Variable, columns: ReadonlyMap<string, Column>, rows: number): Vector {
  const { name, type, levels } = variable;
  const column = columns.get(name);
  if (!column)
    return vectorOfRecords(
      variable,
      Array.from({ length: rows }, () => EMPTY),
    );
  if (column.type === 'category' || column.type === 'text') {
    const { codes, levels: found } = column.type === 'text' ? textVector(column.values) : column;
    return withLevels({ kind: 'text', levels: found, codes }, levels ?? []);
  }
  if (column.type === 'boolean') return { kind: 'boolean', values: column.values };
  const bounds = columns.get(boundName(name));
  const kind = type === 'date' ? 'date' : 'number';
  if (!bounds) return { kind, values: column.values };
  const { codes, levels: texts } =
    bounds.type === 'text' ? textVector(bounds.values) : (bounds as Extract<Column, { type: 'category' }>);
  const parts = texts.map((text) => BOUND.exec(text) ?? SCORED.exec(text) ?? []);
  const side = Int8Array.from(codes, (code) => sideOf(parts[code]?.[1]));
  const limit = Float64Array.from(codes, (code) => Number(parts[code]?.[2] ?? Number.NaN));
  const to = Float64Array.from(codes, (code) => Number(parts[code]?.[3] ?? Number.NaN));
  return { kind, values: column.values, bound: { side, limit, ...(side.includes(2) && { to }) } };
}

const EMPTY: Merged = { values: new Map(), setAside: new Set(), conflicts: [] };
