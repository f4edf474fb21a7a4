import type { Variables } from '../expressions/compile.ts';
import { ExpressionError } from '../expressions/expression.ts';
import type { Dictionary } from './dictionary.ts';
import { restingOn } from './resting.ts';

/** Names of derived variables that rest on the specimen that counts: on its columns or on genes. */
export function restingOnSpecimen(dictionary: Dictionary): ReadonlySet<string> {
  const { variables } = dictionary;
  return restingOn(
    dictionary,
    (name, expression) =>
      variables.get(name)?.of === 'specimen' || (expression !== undefined && expression.genes.size > 0),
  );
}

/** What `specimens.counts` may name: every column, and what is derived without knowing the answer. */
export function specimenScope(dictionary: Dictionary): Variables {
  const resting = restingOnSpecimen(dictionary);
  const without = (scope: Variables): Variables => ({
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
    ...(scope.lists && {
      lists: {
        names: () => scope.lists!.names(),
        of: (table: string) => {
          const inner = scope.lists!.of(table);
          return inner && { ...without(inner), ...(inner.table && { table: inner.table }) };
        },
      },
    }),
  });
  return without(dictionary.scope);
}
