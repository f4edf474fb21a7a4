import { MISSING } from '../values/frame.ts';
import { type BooleanVector, nothing, take, type Vector } from '../values/vector.ts';
import type { ListedRows, Rows, ValueType } from './expression.ts';

const FORMS = {
  exists: 'exists(table, condition)',
  first: 'first(table, condition, value)',
  last: 'last(table, condition, value)',
} as const;

/** Functions that go through the rows a patient has in a table. */
export type ListFunction = keyof typeof FORMS;

export function isListFunction(name: string): name is ListFunction {
  return Object.hasOwn(FORMS, name);
}

/** As it is shown to someone who called it wrongly. */
export function listForm(name: ListFunction): string {
  return FORMS[name];
}

interface ValueOf {
  readonly kind: ValueType['kind'];
  readonly run: (rows: Rows) => Vector;
}

/**
 * What a list function comes to. `exists` is true where the condition is true of some row, missing where it might be, else false. `first` and
 * `last` are the value of the first or last row of which the condition is true; missing where it isn't known of a row that would come before,
 * and where there is none. Of a table that no source in force holds, nothing is known.
 */
export function reduceList(
  name: ListFunction,
  { rows, owner, owners, spread, known }: ListedRows,
  condition: (rows: Rows) => Vector,
  value: ValueOf | undefined,
): Vector {
  const gathered = known ? gather(name, owner, owners, (condition(rows) as BooleanVector).values) : undefined;
  const result: Vector = value
    ? gathered
      ? take(value.run(rows), gathered)
      : nothing(value.kind, owners)
    : { kind: 'boolean', values: gathered ? Uint8Array.from(gathered) : new Uint8Array(owners).fill(MISSING) };
  return spread ? take(result, spread) : result;
}

/** By owner, for `exists` the truth value, else the place of the row that is meant, -1 for none. */
function gather(name: ListFunction, owner: Int32Array, owners: number, holds: Uint8Array): Int32Array {
  const found = new Int32Array(owners).fill(name === 'exists' ? 0 : -1);
  if (name === 'exists') {
    for (let i = 0; i < owner.length; i += 1) {
      const of = owner[i]!;
      if (holds[i] === 1) found[of] = 1;
      else if (holds[i] === MISSING && found[of] === 0) found[of] = MISSING;
    }
    return found;
  }
  const decided = new Uint8Array(owners);
  const step = name === 'first' ? 1 : -1;
  for (let i = step > 0 ? 0 : owner.length - 1; i >= 0 && i < owner.length; i += step) {
    const of = owner[i]!;
    if (decided[of] || holds[i] === 0) continue;
    decided[of] = 1;
    if (holds[i] === 1) found[of] = i;
  }
  return found;
}
