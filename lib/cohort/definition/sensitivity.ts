import { listedName } from '../expressions/expression.ts';
import { type Dictionary, dictionaryOf } from './dictionary.ts';
import type { Criterion } from './eligibility.ts';
import { restingOn } from './resting.ts';
import type { Definition } from './schema.ts';

export type SensitivityDefinition = NonNullable<Definition['plan']>['sensitivities'][string];

/** What a sensitivity analysis of the plan changes of the definition. */
export interface Underlying {
  /** The definition with its criteria, derivations and endpoints replaced. */
  readonly definition: Definition;
  readonly dictionary: Dictionary;
  /** What has to be derived anew: what is set, and what rests on it; of a table's rows as `table.column`. */
  readonly rederived: ReadonlySet<string>;
}

/** The steps of eligibility under a sensitivity: replaced in their places, dropped, or added at the end. */
function criteriaUnder(
  criteria: readonly Criterion[],
  name: string,
  { says, criteria: changed = {} }: SensitivityDefinition,
): readonly Criterion[] {
  const known = new Set(criteria.map(({ id }) => id));
  const kept = criteria.flatMap((step): Criterion[] => {
    const cel = Object.hasOwn(changed, step.id) ? changed[step.id]! : step.cel;
    if (cel === 'drop') return [];
    return [cel === step.cel ? step : { ...step, says: `${step.says} (${name}: ${says})`, cel }];
  });
  const added = Object.entries(changed).flatMap(([id, cel]) => (known.has(id) ? [] : [{ id, says, cel }]));
  return [...kept, ...added];
}

/** A derivation with its new CEL; a column of a table's rows stays one. */
function derivedUnder(derived: Definition['derived'], set: Readonly<Record<string, string>>): Definition['derived'] {
  const changed = Object.entries(set).map(([name, cel]) => {
    const before = derived[name];
    return [name, typeof before === 'object' && 'of' in before ? { ...before, cel } : cel] as const;
  });
  return { ...derived, ...Object.fromEntries(changed) };
}

/** The definition as a sensitivity has it. */
function definitionUnder(definition: Definition, name: string, sensitivity: SensitivityDefinition): Definition {
  const { set = {}, endpoints = {} } = sensitivity;
  return {
    ...definition,
    derived: derivedUnder(definition.derived, set),
    endpoints: {
      ...definition.endpoints,
      ...Object.fromEntries(
        Object.entries(endpoints).map(([key, changed]) => [
          key,
          { ...definition.endpoints[key], ...changed } as Definition['endpoints'][string],
        ]),
      ),
    },
    ...(definition.criteria || sensitivity.criteria
      ? { criteria: [...criteriaUnder(definition.criteria ?? [], name, sensitivity)] }
      : {}),
  };
}

/** What a sensitivity changes, ready to be worked out. */
export function under(before: Definition, name: string, sensitivity: SensitivityDefinition): Underlying {
  const definition = definitionUnder(before, name, sensitivity);
  const dictionary = dictionaryOf(definition);
  const set = new Set(
    Object.keys(sensitivity.set ?? {}).map((key) => {
      const text = definition.derived[key]!;
      return typeof text === 'object' && 'of' in text ? listedName(text.of, key) : key;
    }),
  );
  return { definition, dictionary, rederived: restingOn(dictionary, (key) => set.has(key)) };
}
