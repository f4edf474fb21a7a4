import { SignetError } from '../../base/index.ts';
import { compile } from '../expressions/compile.ts';
import type { Expression, Rows } from '../expressions/expression.ts';
import { MISSING } from '../values/frame.ts';
import type { Vector } from '../values/vector.ts';
import type { Dictionary } from './dictionary.ts';
import type { GroupDefinition } from './schema.ts';

/** Who belongs where. */
export interface Group {
  readonly name: string;
  /** The first is the reference. */
  readonly labels: readonly string[];
  /** By patient the place in `labels`; -1 where it isn't known. */
  readonly codes: Int32Array;
  /** Columns it rests on. */
  readonly columns: readonly string[];
  /** The date at which membership became known, where that is after time zero. */
  readonly known?: string;
}

/** More distinct numbers than these are a scale. */
const MOST_NUMBERS = 20;

interface GroupContext {
  readonly dictionary: Dictionary;
  readonly rows: Rows;
  readonly pointer: string;
}

/** Works a group out: labels in the definition's order, values that it doesn't label after them under their own name. */
export function groupOf(
  name: string,
  group: GroupDefinition,
  by: Expression,
  { dictionary, rows, pointer }: GroupContext,
): Group {
  const { values, codes } = valuesOf(name, by.run(rows), pointer);
  const labels = new Map(group.labels);
  const order = [...labels.keys(), ...values.filter((value) => !labels.has(value))];
  const place = values.map((value) => order.indexOf(value));
  const known = group.known === undefined ? [] : dictionary.basis(compile(group.known, dictionary.scope));
  return {
    name,
    labels: order.map((value) => labels.get(value) ?? value),
    codes: codes.map((code) => (code < 0 ? -1 : place[code]!)),
    columns: [...new Set([...dictionary.basis(by), ...known])].sort(),
    ...(group.known !== undefined && { known: group.known }),
  };
}

function valuesOf(name: string, vector: Vector, pointer: string): { values: readonly string[]; codes: Int32Array } {
  if (vector.kind === 'text') return { values: vector.levels, codes: vector.codes };
  if (vector.kind === 'boolean')
    return {
      values: ['false', 'true'],
      codes: Int32Array.from(vector.values, (value) => (value === MISSING ? -1 : value)),
    };
  const numbers = [...new Set(vector.values)].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  if (vector.kind === 'date' || numbers.length > MOST_NUMBERS)
    throw new SignetError('not-a-group', `${name} is a ${vector.kind} and makes no groups`, {
      place: { pointer, value: name },
      remedy: 'Compare it with something, such as age >= 65.',
    });
  const place = new Map(numbers.map((value, code) => [value, code]));
  return { values: numbers.map(String), codes: Int32Array.from(vector.values, (value) => place.get(value) ?? -1) };
}
