import { MISSING } from '../values/frame.ts';
import type { BooleanVector, Bound, NumberVector, TextVector, Vector } from '../values/vector.ts';

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';
export type Arithmetic = '+' | '-' | '*' | '/';

/** Kleene's tables, by 3 * left + right: 0 false, 1 true, 2 missing. */
const KLEENE = { '&&': [0, 0, 0, 0, 1, 2, 0, 2, 2], '||': [0, 1, 2, 1, 1, 1, 2, 1, 2] } as const;

/** Three-valued and, or. */
export function connect(op: '&&' | '||', a: BooleanVector, b: BooleanVector): BooleanVector {
  const table = KLEENE[op];
  return { kind: 'boolean', values: a.values.map((value, row) => table[3 * value + b.values[row]!]!) };
}

/** Three-valued not. */
export function not(a: BooleanVector): BooleanVector {
  return { kind: 'boolean', values: a.values.map((value) => (value === MISSING ? MISSING : 1 - value)) };
}

function holds(op: Comparison, a: number, b: number): boolean {
  switch (op) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
  }
}

const MIRRORED: Readonly<Record<Comparison, Comparison>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/** What is known of a number: `side` as in {@link Bound}. */
interface Known {
  readonly side: number;
  readonly limit: number;
  readonly to: number;
}

/** A number of which bounds are known, compared with `b`: decided where it comes out alike for all such numbers. */
function decided(op: Comparison, { side, limit, to }: Known, b: number): number {
  if (side === 2) {
    if (op === '==' || op === '!=') return b < limit || b > to ? (op === '!=' ? 1 : 0) : MISSING;
    const low = holds(op, limit, b);
    return low === holds(op, to, b) ? (low ? 1 : 0) : MISSING;
  }
  const apart = side < 0 ? limit <= b : limit >= b;
  if (!apart) return MISSING;
  if (op === '==' || op === '!=') return op === '!=' ? 1 : 0;
  return (op === '<' || op === '<=') === side < 0 ? 1 : 0;
}

function knownOf({ side, limit, to }: Bound, row: number): Known {
  return { side: side[row]!, limit: limit[row]!, to: to?.[row] ?? Number.NaN };
}

function withBound(op: Comparison, bound: Bound, row: number, b: NumberVector): number {
  const other = b.values[row]!;
  return Number.isNaN(other) || b.bound?.side[row] ? MISSING : decided(op, knownOf(bound, row), other);
}

/** Compares numbers or dates; missing where one is, or where a bound leaves it open. */
export function compareNumbers(op: Comparison, a: NumberVector, b: NumberVector): BooleanVector {
  const values = new Uint8Array(a.values.length);
  for (let row = 0; row < values.length; row++) {
    const [x, y] = [a.values[row]!, b.values[row]!];
    if (a.bound?.side[row]) values[row] = withBound(op, a.bound, row, b);
    else if (b.bound?.side[row]) values[row] = withBound(MIRRORED[op], b.bound, row, a);
    else values[row] = Number.isNaN(x) || Number.isNaN(y) ? MISSING : holds(op, x, y) ? 1 : 0;
  }
  return { kind: 'boolean', values };
}

/** Whether booleans, or texts, are alike. */
export function compareEqual(
  op: '==' | '!=',
  a: BooleanVector | TextVector,
  b: BooleanVector | TextVector,
): BooleanVector {
  const [x, y] = [codesOf(a), aligned(a, b)];
  const same = op === '==' ? 1 : 0;
  const values = new Uint8Array(x.length);
  for (let row = 0; row < values.length; row++)
    values[row] = x[row]! < 0 || y[row] === ABSENT ? MISSING : x[row] === y[row] ? same : 1 - same;
  return { kind: 'boolean', values };
}

const ABSENT = -1;

function codesOf(a: BooleanVector | TextVector): Int32Array {
  return a.kind === 'text' ? a.codes : Int32Array.from(a.values, (value) => (value === MISSING ? ABSENT : value));
}

/** `b` in the codes of `a`; a text that `a` doesn't have gets a code of its own, -2. */
function aligned(a: BooleanVector | TextVector, b: BooleanVector | TextVector): Int32Array {
  if (a.kind !== 'text' || b.kind !== 'text') return codesOf(b);
  const place = new Map(a.levels.map((level, code) => [level, code]));
  const codes = b.levels.map((level) => place.get(level) ?? -2);
  return b.codes.map((code) => (code < 0 ? ABSENT : codes[code]!));
}

/** Whether a text is one of a list. */
export function textIn({ levels, codes }: TextVector, list: ReadonlySet<string>): BooleanVector {
  const among = levels.map((level) => (list.has(level) ? 1 : 0));
  return { kind: 'boolean', values: Uint8Array.from(codes, (code) => (code < 0 ? MISSING : among[code]!)) };
}

/** Whether a number is one of a list: of one that is known by a bound only where it can be none of them. */
export function numberIn({ values, bound }: NumberVector, list: ReadonlySet<number>): BooleanVector {
  const among = (row: number, x: number): number => {
    const side = bound?.side[row];
    if (side) return [...list].every((b) => decided('==', knownOf(bound, row), b) === 0) ? 0 : MISSING;
    return Number.isNaN(x) ? MISSING : list.has(x) ? 1 : 0;
  };
  return { kind: 'boolean', values: Uint8Array.from(values, (x, row) => among(row, x)) };
}

/** What isn't a finite number is missing: a division by zero is. */
export function finite(x: number): number {
  return Number.isFinite(x) ? x : Number.NaN;
}

/** Arithmetic of numbers; 7 / 2 is 3.5. */
export function compute(op: Arithmetic, { values: a }: NumberVector, { values: b }: NumberVector): NumberVector {
  const values = new Float64Array(a.length);
  for (let row = 0; row < values.length; row++) {
    const [x, y] = [a[row]!, b[row]!];
    values[row] = finite(op === '+' ? x + y : op === '-' ? x - y : op === '*' ? x * y : x / y);
  }
  return { kind: 'number', values };
}

/** `then` where the condition is true, `otherwise` where it is false, missing where it is. Levels of both, those of `then` first. */
export function choose(condition: BooleanVector, then: Vector, otherwise: Vector): Vector {
  const c = condition.values;
  if (then.kind === 'text' && otherwise.kind === 'text') {
    const levels = [...new Set([...then.levels, ...otherwise.levels])];
    const place = otherwise.levels.map((level) => levels.indexOf(level));
    const codes = then.codes.map((code, row) => {
      const other = otherwise.codes[row]!;
      return c[row] === 1 ? code : c[row] === 0 && other >= 0 ? place[other]! : -1;
    });
    return { kind: 'text', levels, codes };
  }
  if (then.kind === 'boolean' && otherwise.kind === 'boolean')
    return {
      kind: 'boolean',
      values: then.values.map((value, row) => (c[row] === 1 ? value : c[row] === 0 ? otherwise.values[row]! : MISSING)),
    };
  const [a, b] = [then as NumberVector, otherwise as NumberVector];
  const pick = (row: number): NumberVector | undefined => (c[row] === 1 ? a : c[row] === 0 ? b : undefined);
  const values = a.values.map((_, row) => pick(row)?.values[row] ?? Number.NaN);
  if (!a.bound && !b.bound) return { kind: a.kind, values };
  const side = Int8Array.from(values, (_, row) => pick(row)?.bound?.side[row] ?? 0);
  const limit = Float64Array.from(values, (_, row) => pick(row)?.bound?.limit[row] ?? Number.NaN);
  const to =
    (a.bound?.to ?? b.bound?.to) && Float64Array.from(values, (_, row) => pick(row)?.bound?.to?.[row] ?? Number.NaN);
  return { kind: a.kind, values, bound: { side, limit, ...(to && { to }) } };
}
