import { SignetError } from '../../base/index.ts';
import type { CohortFrame } from '../../cohort/index.ts';
import { booleanLabels, expressionTitle } from './naming.ts';

/** Who belongs where. */
export interface Grouping {
  /** For titles and table heads. */
  readonly title: string;
  /** The first is the reference. */
  readonly labels: readonly string[];
  /** By patient row: place in `labels`, -1 where not known. */
  readonly codes: Int32Array;
  /** The date column at which membership became known, where that is after time zero. */
  readonly known?: string;
  readonly columns: readonly string[];
}

/** More than this many are no groups but a scale. */
const MOST_GROUPS = 20;

/** A name of the definition; anything else is an expression. */
const NAME = /^[\p{L}\p{N}_-]+$/u;

/**
 * The groups that a request names: a group of the definition, a boolean or category variable, or an expression of one of these types.
 * Throws what the frame says of names and expressions, `not-a-group` for other types, `too-many-groups`.
 */
export function groupingOf(frame: CohortFrame, by: string, pointer: string): Grouping {
  const grouping = NAME.test(by) ? named(frame, by, pointer) : computed(frame, by, pointer);
  if (grouping.labels.length <= MOST_GROUPS) return grouping;
  throw new SignetError(
    'too-many-groups',
    `${by} makes ${grouping.labels.length} groups; ${MOST_GROUPS} at most can be compared`,
    {
      place: { pointer },
      remedy: 'Join levels in an expression, such as level in ["a", "b"], or derive a variable with fewer.',
    },
  );
}

function named(frame: CohortFrame, name: string, pointer: string): Grouping {
  const { labels, codes, known, columns } = frame.group(name, pointer);
  const definition = groupsOf(frame)[name];
  const label = frame.definition.labels?.[name];
  const later = known ?? laterBy(frame, name);
  return {
    title: label ?? name,
    labels: labels.join() === 'false,true' ? booleanLabels(label ?? definition?.by ?? name) : labels,
    codes,
    ...(later === undefined ? {} : { known: later }),
    columns,
  };
}

function computed(frame: CohortFrame, expression: string, pointer: string): Grouping {
  const column = frame.evaluate(expression, pointer);
  const title = expressionTitle(expression);
  const known = laterBy(frame, expression);
  const rest = { title, columns: [expression], ...(known === undefined ? {} : { known }) };
  if (column.type === 'category') return { labels: column.levels, codes: column.codes, ...rest };
  if (column.type === 'boolean') {
    const codes = Int32Array.from(column.values, (value) => (value > 1 ? -1 : value));
    return { labels: booleanLabels(expression), codes, ...rest };
  }
  throw new SignetError('not-a-group', `${expression} is a ${column.type}, which makes no groups`, {
    place: { pointer },
    remedy: 'Compare it with something, such as age >= 65, or name a group, a category or a boolean.',
  });
}

function groupsOf({
  definition,
}: CohortFrame): Readonly<Record<string, { readonly by: string; readonly known?: string }>> {
  return definition.groups ?? {};
}

/**
 * The date at which a variable or an expression becomes known, where the definition gives it: a group that is known only later is no earlier
 * for being asked for by its own expression, or by one that names its variable.
 */
export function laterBy(frame: CohortFrame, expression: string): string | undefined {
  const words = expression.split(/[^\p{L}\p{N}_]+/u);
  const later = Object.values(groupsOf(frame)).find(
    ({ by, known }) => known !== undefined && (by.trim() === expression.trim() || words.includes(by.trim())),
  );
  return later?.known;
}
