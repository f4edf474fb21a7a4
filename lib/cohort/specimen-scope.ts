import type { Variables } from './compile.ts';
import type { Dictionary } from './dictionary.ts';
import { type Expression, ExpressionError, listedName } from './expression.ts';

/** Names of derived variables that rest on the specimen that counts: on its columns or on genes. */
export function restingOnSpecimen({ variables, derived, lists }: Dictionary): ReadonlySet<string> {
  const known = new Map<string, boolean>();
  const ofLists = new Map(
    [...lists.values()].flatMap((list) =>
      [...list.derived].map(([name, expression]): [string, Expression] => [listedName(list.name, name), expression]),
    ),
  );
  const rests = (name: string): boolean => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const { names, genes, listed } = derived.get(name) ?? ofLists.get(name) ?? NOTHING;
    const found =
      variables.get(name)?.of === 'specimen' || genes.size > 0 || [...names].some(rests) || [...listed].some(rests);
    known.set(name, found);
    return found;
  };
  return new Set([...derived.keys()].filter(rests));
}

const NOTHING = { names: new Set<string>(), genes: new Set<string>(), listed: new Set<string>() };

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
