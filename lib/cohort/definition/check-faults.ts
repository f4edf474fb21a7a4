import { RULES } from '../rules/rules.ts';
import { didYouMean } from '../values/near.ts';
import { checkScope } from './check-scope.ts';
import type { Dictionary } from './dictionary.ts';
import type { ExpressionChecks, Report } from './expression-checks.ts';
import type { CheckDefinition, Definition } from './schema.ts';

const ID = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** What is wrong with a definition's checks. */
export function checkChecks(
  { checks = [] }: Definition,
  dictionary: Dictionary,
  expressions: ExpressionChecks,
  report: Report,
): void {
  const known = new Set<string>();
  checks.forEach((check, i) => {
    const path = ['checks', String(i)];
    const { id, of } = check;
    if (!ID.test(id)) report([...path, 'id'], `${id} can't be an id`, 'It is small letters, digits and -.', id);
    else if (known.has(id) || RULES.some((rule) => rule.id === id))
      report([...path, 'id'], `another rule is called ${id}`, 'Take another id.', id);
    known.add(id);
    const scope = checkScope(check, dictionary);
    if (!scope) {
      report(
        [...path, 'of'],
        `there is no table called ${of}`,
        didYouMean(of!, dictionary.lists.keys(), 'Give the table a name.'),
        of,
      );
      return;
    }
    checkColumn(check, path, dictionary, report);
    const expression = expressions.type([...path, 'cel'], check.cel, ['boolean'], scope);
    if (expression && expression.genes.size > 0 && check.level !== 'warning')
      report([...path, 'cel'], 'a check of this level names columns only, and altered is none', 'Let it be a warning.');
  });
}

function checkColumn(
  { level, column, of }: CheckDefinition,
  path: readonly string[],
  { variables, lists }: Dictionary,
  report: Report,
): void {
  if (column === undefined) {
    if (level === 'cell') report(path, 'a check of level cell says which column is set aside', 'Add column.');
    return;
  }
  const among = of === undefined ? variables : lists.get(of)!.variables;
  const found = among.get(column);
  if (!found || found.cel !== undefined || (of === undefined && found.of !== 'patient'))
    report(
      [...path, 'column'],
      `${column} is no column of ${of ?? 'the patients'}`,
      didYouMean(
        column,
        [...among.values()].flatMap(({ name, cel }) => (cel === undefined ? [name] : [])),
      ),
      column,
    );
}
