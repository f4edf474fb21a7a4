import { SignetError } from '../base/index.ts';
import { documentName } from './names.ts';
import { type Plan, type PlanChange, planChanges } from './plan-changes.ts';
import { pointerOf } from './pointer.ts';
import type { AnswerPorts, CohortName } from './ports.ts';
import { inTurns } from './problems.ts';

/** A version of a cohort's definition. */
export interface DefinitionVersion {
  readonly definition: string;
  /** When it was last put. */
  readonly at: string;
  readonly inForce: boolean;
  readonly title?: string;
  /** Digest of its plan of analyses; absent without one. */
  readonly plan?: string;
  /** What its plan has otherwise than that of the version put before it; absent of the first. */
  readonly planChanges?: readonly PlanChange[];
}

/** Where two versions differ. */
export interface Change {
  readonly pointer: string;
  /** Absent: it was added. */
  readonly before?: unknown;
  /** Absent: it was taken out. */
  readonly after?: unknown;
}

/** A version, and what it changes. */
export interface DefinitionDifference {
  readonly definition: string;
  readonly inForce: boolean;
  readonly document: unknown;
  readonly against?: string;
  readonly changes?: readonly Change[];
  /** The changes of the plan, by what they are called. */
  readonly planChanges?: readonly PlanChange[];
  /** Sources of the cohort that one version reads otherwise than the other. */
  readonly readAnew?: number;
}

const MOST_VERSIONS = 1_000;
const DIGEST = /^[0-9a-f]{64}$/;

/** Every version that was ever in force or read, newest first. Throws `not-found`. */
export async function definitionVersions(
  cohort: CohortName,
  ports: AnswerPorts,
): Promise<readonly DefinitionVersion[]> {
  const pointer = await pointerOf(cohort, ports);
  const found: { readonly definition: string; readonly modified: number }[] = [];
  for await (const page of ports.documents.list(cohort, 'definitions/'))
    for (const { name, modified } of page) found.push({ definition: name.slice(12).replace(/\.json$/, ''), modified });
  const newest = found
    .sort((a, b) => b.modified - a.modified || (a.definition < b.definition ? -1 : 1))
    .slice(0, MOST_VERSIONS);
  const [{ planDigest }, documents] = await Promise.all([
    import('../cohort/index.ts'),
    inTurns(newest, async ({ definition }) => ((await read(cohort, definition, ports)) ?? {}) as StoredDefinition),
  ]);
  return newest.map(({ definition, modified }, i) => {
    const { title, plan } = documents[i]!;
    const before = documents[i + 1];
    return {
      definition,
      at: new Date(modified).toISOString(),
      inForce: definition === pointer?.definition,
      ...(title !== undefined && { title }),
      ...(plan && { plan: planDigest({ plan }) }),
      ...(before && { planChanges: planChanges(before.plan, plan) }),
    };
  });
}

/** What is looked at of a definition as it is stored. */
interface StoredDefinition {
  readonly title?: string;
  readonly plan?: Plan;
}

/** One version, and how it differs from another. Throws `not-found`. */
export async function definitionVersion(
  cohort: CohortName,
  definition: string,
  against: string | undefined,
  ports: AnswerPorts,
): Promise<DefinitionDifference> {
  const pointer = await pointerOf(cohort, ports);
  const document = await wanted(cohort, definition, ports);
  const inForce = definition === pointer?.definition;
  if (against === undefined) return { definition, inForce, document };
  const before = await wanted(cohort, against, ports);
  const changes = [...differences('', before, document)];
  const [{ plan: planBefore }, { plan }] = [before, document] as [StoredDefinition, StoredDefinition];
  return {
    definition,
    inForce,
    document,
    against,
    changes,
    planChanges: planChanges(planBefore, plan),
    readAnew: await readAnew(cohort, before, document, ports),
  };
}

async function wanted(cohort: CohortName, digest: string, ports: AnswerPorts): Promise<unknown> {
  const document = DIGEST.test(digest) ? await read(cohort, digest, ports) : undefined;
  if (document === undefined) throw new SignetError('not-found', 'There is no such version of the definition');
  return document;
}

/** What a version says, without the places of the text it was written in. */
async function read(cohort: CohortName, digest: string, { documents }: AnswerPorts): Promise<unknown> {
  const bytes = await documents.get(cohort, documentName.definition(digest));
  if (!bytes) return undefined;
  const { places: _, ...says } = JSON.parse(new TextDecoder().decode(bytes)) as { readonly places?: unknown };
  return says;
}

async function readAnew(cohort: CohortName, before: unknown, after: unknown, ports: AnswerPorts): Promise<number> {
  const { parseDefinition, planArchive, planReading, readingDigest } = await import('../cohort/index.ts');
  const [a, b] = [before, after].map((says) => parseDefinition(JSON.stringify(says), 'cohort.yaml'));
  const sources = (await ports.cohorts.sources(cohort)).filter(({ verdict }) => verdict !== 'deleted');
  const manner = (definition: typeof a, key: string): string | undefined => {
    const reading = planReading(definition!, key) ?? planArchive(definition!, key);
    return reading && readingDigest(reading);
  };
  return sources.filter(({ key }) => key !== 'cohort.yaml' && manner(a, key) !== manner(b, key)).length;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Where two documents differ: as deep as both have parts. Members of lists are compared by id or name, else by place. */
function* differences(pointer: string, before: unknown, after: unknown): Generator<Change> {
  const [a, b] = [parts(before), parts(after)];
  if (!a || !b) {
    if (JSON.stringify(before) !== JSON.stringify(after)) yield { pointer, before, after };
    return;
  }
  const under = (key: string): string => `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  for (const [name, { key, value }] of a) {
    const other = b.get(name);
    if (other) yield* differences(under(other.key), value, other.value);
    else yield { pointer: under(key), before: value };
  }
  for (const [name, { key, value }] of b) if (!a.has(name)) yield { pointer: under(key), after: value };
}

/** A part, and what it is called in a pointer. */
interface Part {
  readonly key: string;
  readonly value: unknown;
}

/** The parts of an object, or of a list of what has names, by name; undefined of a value, and of a list whose order is what it says. */
function parts(value: unknown): ReadonlyMap<string, Part> | undefined {
  if (isRecord(value)) return new Map(Object.entries(value).map(([key, of]) => [key, { key, value: of }]));
  if (!Array.isArray(value) || !value.every(isRecord)) return undefined;
  const named = value.map((item, i): [string, Part] => [
    String(item['id'] ?? item['name'] ?? i),
    { key: String(i), value: item },
  ]);
  const byName = new Map(named);
  return byName.size === named.length ? byName : undefined;
}
