import type { Variables } from './compile.ts';
import type { Dictionary } from './dictionary.ts';
import { ExpressionError } from './expression.ts';

/** Names of derived variables that rest on the specimen that counts: on its columns or on genes. */
export function restingOnSpecimen({ variables, derived }: Dictionary): ReadonlySet<string> {
  const resting = new Set<string>();
  for (const [name, { names, genes }] of derived) // those that a variable names stand before it
    if (genes.size > 0 || [...names].some((used) => resting.has(used) || variables.get(used)?.of === 'specimen'))
      resting.add(name);
  return resting;
}

/** What `specimens.counts` may name: every column, and what is derived without knowing the answer. */
export function specimenScope(dictionary: Dictionary): Variables {
  const resting = restingOnSpecimen(dictionary);
  const { scope } = dictionary;
  return {
    names: () => [...scope.names()].filter((name) => !resting.has(name)),
    typeOf(name) {
      if (resting.has(name))
        throw new ExpressionError(
          `${name} rests on the specimen that counts, which is what is asked here`,
          { start: 0, end: 0 },
          'Use columns of the specimen and of the patient.',
        );
      return scope.typeOf(name);
    },
  };
}
