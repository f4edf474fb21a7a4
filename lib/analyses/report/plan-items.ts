import { SignetError } from '../../base/index.ts';
import {
  type CohortFrame,
  type Definition,
  type DefinitionFault,
  openCohort,
  schemaFaults,
} from '../../cohort/index.ts';
import { membersIn, setNamed } from '../parts/variable-sets.ts';
import { PLAIN_ANALYSES } from './plain-analyses.ts';

type Plan = NonNullable<Definition['plan']>;
type Item = Plan['items'][number];
type Request = Readonly<Record<string, unknown>>;

/** Parts that name an endpoint, or several. */
const ENDPOINTS: ReadonlySet<string> = new Set(['endpoint', 'terminal', 'intermediate', 'competing']);
/** Parts that name groups, variables or expressions one by one. */
const SINGLE: ReadonlySet<string> = new Set(['by', 'outcome', 'of', 'exposure']);
/** Parts that hold sets of the plan, or lists of variables, groups, expressions and names of sets. */
const LISTS: ReadonlySet<string> = new Set(
  'variables covariates univariable adjust candidates against apart subgroups strata'.split(' '),
);
/** Words that such a part has beside names, where its analysis knows them. */
const WORDS: ReadonlySet<string> = new Set(['genes', 'pathways']);

/** The definition's cohort before it has anybody: it knows every name. */
function nobody(definition: Definition): CohortFrame {
  const empty = { rows: 0, columns: new Map() };
  const tables = { patients: empty, alterations: empty, coverage: empty };
  return openCohort({ definition, tables, panels: {}, digest: '', revision: '', name: '' });
}

/**
 * What is wrong with the items of a plan as requests: each is held against the schema of its analysis, as it stands and under the
 * sensitivities that ask for it again, and what it names against the definition. The definition is otherwise sound.
 */
export function planItemFaults(definition: Definition): readonly DefinitionFault[] {
  const { plan } = definition;
  if (!plan) return [];
  const frame = nobody(definition);
  return plan.items.flatMap((item, i) => itemFaults(item, ['plan', 'items', i], frame, plan));
}

function itemFaults(
  { id, ...request }: Item,
  path: readonly (string | number)[],
  frame: CohortFrame,
  { sensitivities }: Plan,
): DefinitionFault[] {
  const analysis = PLAIN_ANALYSES.find(({ name }) => name === request.analysis);
  if (!analysis) {
    const names = PLAIN_ANALYSES.map(({ name }) => name).join(', ');
    return [
      {
        pointer: pointerOf([...path, 'analysis']),
        value: request.analysis,
        says: `there is no analysis ${request.analysis} that a plan can hold`,
        remedy: `There are ${names}.`,
      },
    ];
  }
  const read = analysis.request.safeParse(request);
  if (!read.success) return schemaFaults(read.error.issues, { plan: frame.definition.plan }, path);
  const again = Object.entries(sensitivities).flatMap(([name, { of, impute }]) => {
    if (!of.includes(id)) return [];
    const asked = { ...request, sensitivity: name, ...(impute !== undefined && { impute }) };
    const varied = analysis.request.safeParse(asked);
    if (varied.success) return [];
    return [
      {
        pointer: pointerOf(['plan', 'sensitivities', name, 'of', of.indexOf(id)]),
        value: id,
        says: `${id} can't be asked under ${name}: ${varied.error.issues[0]!.message}`,
        remedy: `See the schema of ${analysis.name} at GET /analyses.`,
      },
    ];
  });
  return [...nameFaults(request, path, frame), ...again];
}

/** Names that the definition doesn't have. */
function nameFaults(request: Request, path: readonly (string | number)[], frame: CohortFrame): DefinitionFault[] {
  const faults: DefinitionFault[] = [];
  const base = pointerOf(path);
  const attempt = (check: () => unknown): void => {
    try {
      check();
    } catch (error) {
      if (!(error instanceof SignetError)) throw error;
      const { pointer = base, value } = error.place;
      faults.push({
        pointer,
        ...(value !== undefined && { value }),
        says: error.message,
        remedy: error.remedy,
      });
    }
  };
  const known = (name: string, pointer: string): unknown =>
    Object.hasOwn(frame.definition.groups, name) ? undefined : frame.evaluate(name, pointer);
  for (const [key, value] of Object.entries(request)) {
    const pointer = pointerOf([...path, key]);
    if (ENDPOINTS.has(key))
      [value].flat().forEach((name, i) => {
        const at = Array.isArray(value) ? `${pointer}/${i}` : pointer;
        if (typeof name === 'string') attempt(() => frame.endpoint(name, at));
      });
    if (SINGLE.has(key) && typeof value === 'string' && !setNamed(frame, value)) attempt(() => known(value, pointer));
    const listed = Array.isArray(value)
      ? LISTS.has(key) || SINGLE.has(key)
      : typeof value === 'string' && LISTS.has(key);
    if (!listed || (typeof value === 'string' && WORDS.has(value))) continue;
    attempt(() => {
      for (const { asked, pointer: at } of membersIn<unknown>(frame, value as string | readonly unknown[], pointer)) {
        const named = typeof asked === 'string' ? asked : (asked as { readonly of?: unknown }).of;
        if (typeof named === 'string' && !WORDS.has(named)) attempt(() => known(named, at));
      }
    });
  }
  return faults;
}

function pointerOf(path: readonly (string | number)[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
