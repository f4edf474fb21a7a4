import type * as z from 'zod';
import { nearNames } from '../values/near.ts';
import { pointerOf } from './definition-text.ts';
import type { DefinitionFault } from './dictionary.ts';

type Issue = z.core.$ZodIssue;

/** The keys that a person may have meant, of the objects that the schema knows. */
const KEYS = (
  'title about cut missing tables alterations specimens qualifying derived endpoints groups match sheet header only ignore rows patient ' +
  'specimen panel date columns from type unit codes range bounds part of label build covers counts filters minVaf classes origin time event ' +
  'events competing seen censor entry when by labels known name checks criteria plan id cel level says remedy of score source primary sets ' +
  'items sensitivities set impute'
).split(' ');

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}

/** Of the forms a union allows the one that was meant: that which gets furthest, and least wrong. */
function meant(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const cost = (issues: readonly Issue[]): number =>
    issues.reduce((sum, issue) => {
      const root = issue.path.length === 0 && issue.code !== 'unrecognized_keys';
      return sum + (root ? 100 : 1) + (issue.code === 'unrecognized_keys' ? issue.keys.length : 0);
    }, 0);
  return [...branches].sort((a, b) => cost(a) - cost(b))[0] ?? [];
}

function wanted(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `needs ${KINDS[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `has to be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.join(', ')}`;
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? 'may not be empty'
        : `has to be at least ${issue.minimum}`;
    case 'too_big':
      return `is too ${issue.origin === 'number' ? 'large' : 'long'}: at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list of two',
  object: 'keys and values',
  record: 'names and values',
};

function shown(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

/** What a failed validation tells the person who wrote the definition. */
export function schemaFaults(
  issues: readonly Issue[],
  root: unknown,
  base: readonly PropertyKey[] = [],
): DefinitionFault[] {
  return issues.flatMap((issue): DefinitionFault[] => {
    const path = [...base, ...issue.path];
    const pointer = pointerOf(path);
    if (issue.code === 'invalid_union' && issue.errors.length > 0) return schemaFaults(meant(issue.errors), root, path);
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...path, key], key));
    const value = valueAt(root, path);
    const name = path.at(-1);
    const label = typeof name === 'number' ? 'this' : String(name ?? 'the definition');
    const absent = value === undefined && issue.code === 'invalid_type';
    const text = shown(value);
    return [
      {
        pointer,
        ...(text !== undefined && { value: text }),
        says: absent ? `${label} is not said: it ${wanted(issue)}` : `${label} ${wanted(issue)}`,
        remedy: absent ? `Add ${label}.` : remedyOf(issue, text),
      },
    ];
  });
}

function remedyOf(issue: Issue, text: string | undefined): string {
  if (issue.code !== 'invalid_value' || text === undefined)
    return 'Write it as the guide of the cohort definition shows.';
  const near = nearNames(text, issue.values.map(String));
  return near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'Write one of these.';
}

function unknownKey(path: readonly PropertyKey[], key: string): DefinitionFault {
  const pointer = pointerOf(path);
  const near = nearNames(key, KEYS);
  return {
    pointer,
    value: key,
    says: `${key} is not a key here`,
    remedy:
      near.length > 0
        ? `Did you mean ${near.join(' or ')}?`
        : 'Leave it out, or see the guide of the cohort definition.',
  };
}
