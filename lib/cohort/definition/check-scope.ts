import type { Variables } from '../expressions/compile.ts';
import { ExpressionError } from '../expressions/expression.ts';
import type { Dictionary } from './dictionary.ts';
import type { CheckDefinition } from './schema.ts';

/** What a check may name: of a table's rows, or of patients; one that takes something out names columns only. */
export function checkScope({ of, level }: CheckDefinition, dictionary: Dictionary): Variables | undefined {
  const scope = of === undefined ? dictionary.scope : dictionary.lists.get(of)?.scope;
  if (!scope) return undefined;
  const inside = level === 'warning' ? scope : columnsOnly(scope, dictionary);
  return of === undefined ? inside : { ...inside, row: inside };
}

/**
 * The columns of a scope: what is derived rests on rows that the check may take out, and which specimen counts too.
 */
function columnsOnly(scope: Variables, dictionary: Dictionary): Variables {
  const { table, lists } = scope;
  const variableOf = (name: string) =>
    (table?.has(name) ? dictionary.lists.get(table.name)?.variables : dictionary.variables)?.get(name);
  return {
    names: () => [...scope.names()].filter((name) => variableOf(name)?.cel === undefined),
    typeOf(name) {
      const type = scope.typeOf(name);
      const variable = variableOf(name);
      if (variable?.cel !== undefined || (variable?.of === 'specimen' && !table?.has(name)))
        throw new ExpressionError(
          `${name} is ${variable.cel === undefined ? 'of the specimen that counts' : 'derived'}, and a check of this level names columns only`,
          { start: 0, end: 0 },
          'Write it in columns, or let the check be a warning.',
        );
      return type;
    },
    ...(table && { table }),
    ...(lists && {
      lists: {
        names: () => lists.names(),
        of: (name: string) => {
          const inner = lists.of(name);
          return inner && columnsOnly(inner, dictionary);
        },
      },
    }),
    ...(scope.alterations && { alterations: scope.alterations }),
  };
}
