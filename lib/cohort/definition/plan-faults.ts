import { compile } from '../expressions/compile.ts';
import type { ValueType } from '../expressions/expression.ts';
import { ExpressionError } from '../expressions/expression.ts';
import { didYouMean } from '../values/near.ts';
import type { Dictionary } from './dictionary.ts';
import type { ExpressionChecks, Report } from './expression-checks.ts';
import { MEASURE_NAMES } from './measure-names.ts';
import type { Definition } from './schema.ts';
import { under } from './sensitivity.ts';
import { specimenScope } from './specimen-scope.ts';

type Plan = NonNullable<Definition['plan']>;
type Kinds = readonly ValueType['kind'][];

/** Variables that every cohort with alterations or segments has, beside the dictionary's. */
const MEASURED: ReadonlySet<string> = new Set(MEASURE_NAMES);

/** What is wrong with the plan of analyses, as far as the definition itself can tell: what an analysis takes is its own to check. */
export function checkPlan(
  definition: Definition,
  dictionary: Dictionary,
  expressions: ExpressionChecks,
  report: Report,
): void {
  const { plan } = definition;
  if (!plan) return;
  const items = new Set<string>();
  plan.items.forEach(({ id, where }, i) => {
    const path = ['plan', 'items', String(i)];
    if (items.has(id)) report([...path, 'id'], `two items are called ${id}`, 'Take another id.', id);
    items.add(id);
    if (where !== undefined) expressions.type([...path, 'where'], where, ['boolean']);
  });
  const needsItem = (path: readonly string[], id: string): void => {
    if (!items.has(id)) report(path, `the plan has no item ${id}`, didYouMean(id, items, 'Add it to items.'), id);
  };
  if (plan.primary !== undefined) needsItem(['plan', 'primary'], plan.primary);
  for (const [name, variables] of Object.entries(plan.sets)) {
    if (dictionary.variables.has(name) || Object.hasOwn(definition.groups, name))
      report(
        ['plan', 'sets', name],
        `a ${dictionary.variables.has(name) ? 'variable' : 'group'} is called ${name} too`,
        'Take another name.',
        name,
      );
    variables.forEach((variable, i) => {
      if (!dictionary.variables.has(variable) && !MEASURED.has(variable))
        report(
          ['plan', 'sets', name, String(i)],
          `there is no variable ${variable}`,
          didYouMean(variable, [...dictionary.variables.keys(), ...MEASURED]),
          variable,
        );
    });
  }
  for (const [name, sensitivity] of Object.entries(plan.sensitivities)) {
    const path = ['plan', 'sensitivities', name];
    sensitivity.of.forEach((id, i) => {
      needsItem([...path, 'of', String(i)], id);
    });
    for (const [id, cel] of Object.entries(sensitivity.criteria ?? {})) {
      if (cel !== 'drop') expressions.type([...path, 'criteria', id], cel, ['boolean']);
      else if (!definition.criteria?.some((step) => step.id === id))
        report([...path, 'criteria', id], `there is no criterion ${id} to drop`, 'Name one of criteria.', id);
    }
    const sound = checkSet(sensitivity, path, definition, dictionary, expressions, report);
    if (sound && dictionary.faults.length === 0)
      checkRederived(name, sensitivity, path, definition, dictionary, report);
    checkEndpoints(sensitivity, path, definition, expressions, report);
  }
}

function checkSet(
  { set = {} }: Plan['sensitivities'][string],
  path: readonly string[],
  { derived }: Definition,
  dictionary: Dictionary,
  expressions: ExpressionChecks,
  report: Report,
): boolean {
  let sound = true;
  for (const [name, cel] of Object.entries(set)) {
    const text = Object.hasOwn(derived, name) ? derived[name] : undefined;
    const here = [...path, 'set', name];
    if (text === undefined || (typeof text === 'object' && 'score' in text)) {
      report(here, `${name} is not derived by CEL`, didYouMean(name, Object.keys(derived)), name);
      sound = false;
      continue;
    }
    const list = typeof text === 'object' ? dictionary.lists.get(text.of) : undefined;
    const variable = (list?.variables ?? dictionary.variables).get(name);
    if (!variable) continue; // told already
    const kind = variable.type === 'category' ? 'text' : variable.type;
    const scope = list ? { ...list.scope, row: list.scope } : undefined;
    if (!expressions.type(here, cel, [kind] as Kinds, scope)) sound = false;
  }
  return sound;
}

/** What is wrong only once everything that rests on what is set is derived anew. */
function checkRederived(
  name: string,
  sensitivity: Plan['sensitivities'][string],
  path: readonly string[],
  definition: Definition,
  dictionary: Dictionary,
  report: Report,
): void {
  const names = Object.keys(sensitivity.set ?? {});
  if (names.length === 0) return;
  const { dictionary: after, rederived } = under(definition, name, sensitivity);
  for (const { pointer, says, remedy } of after.faults) {
    const blamed = names.find((each) => pointer === `/derived/${each}` || pointer === `/derived/${each}/cel`);
    report([...path, 'set', blamed ?? names[0]!], blamed ? says : `with it ${pointer} is wrong: ${says}`, remedy);
  }
  const { counts } = definition.specimens ?? {};
  if (counts === undefined || after.faults.length > 0) return;
  const moved = namesIn(counts, dictionary).find((each) => rederived.has(each));
  if (moved !== undefined)
    report(
      [...path, 'set', names[0]!],
      `which specimen counts rests on ${moved}, and that is decided before any analysis`,
      'Set something on which specimens.counts does not rest.',
      names[0]!,
    );
}

/** What an expression of a specimen asks for; of one that can't be read, which was told by itself, nothing. */
function namesIn(cel: string, dictionary: Dictionary): readonly string[] {
  try {
    const { names, listed } = compile(cel, specimenScope(dictionary));
    return [...names, ...listed];
  } catch (error) {
    if (error instanceof ExpressionError) return [];
    throw error;
  }
}

function checkEndpoints(
  { endpoints = {} }: Plan['sensitivities'][string],
  path: readonly string[],
  definition: Definition,
  expressions: ExpressionChecks,
  report: Report,
): void {
  const DATES: ReadonlySet<string> = new Set(['origin', 'entry', 'seen', 'censor']);
  for (const [name, keys] of Object.entries(endpoints)) {
    const here = [...path, 'endpoints', name];
    const endpoint = Object.hasOwn(definition.endpoints, name) ? definition.endpoints[name] : undefined;
    if (!endpoint) {
      report(here, `there is no endpoint ${name}`, didYouMean(name, Object.keys(definition.endpoints)), name);
      continue;
    }
    for (const [key, cel] of Object.entries(keys)) {
      if ('time' in endpoint ? key !== 'entry' : !DATES.has(key))
        report([...here, key], `${key} of this endpoint can't be replaced`, 'See the guide of the cohort definition.');
      else if ('time' in endpoint) expressions.duration([...here, key], cel);
      else expressions.type([...here, key], cel, ['date']);
    }
  }
}
