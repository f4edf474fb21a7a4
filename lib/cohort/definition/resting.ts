import { type Expression, listedName } from '../expressions/expression.ts';
import type { Dictionary } from './dictionary.ts';

/**
 * What is derived, of patients by its name and of a table's rows as {@link listedName}, that rests, at whatever remove, on something for
 * which `seed` is true. `seed` is asked of every name once, with its expression where it is derived.
 */
export function restingOn(
  { derived, lists }: Pick<Dictionary, 'derived' | 'lists'>,
  seed: (name: string, expression: Expression | undefined) => boolean,
): ReadonlySet<string> {
  const all = new Map<string, Expression>(derived);
  for (const list of lists.values())
    for (const [name, expression] of list.derived) all.set(listedName(list.name, name), expression);
  const known = new Map<string, boolean>();
  const rests = (name: string): boolean => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const expression = all.get(name);
    const found = seed(name, expression) || [...(expression?.names ?? []), ...(expression?.listed ?? [])].some(rests);
    known.set(name, found);
    return found;
  };
  return new Set([...all.keys()].filter(rests));
}
