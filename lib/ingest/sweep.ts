import { ulidTime } from '../base/index.ts';
import { definitionName } from './definition.ts';
import type { CohortName, Current, IngestPorts, Listing } from './ports.ts';
import { documentName } from './revision.ts';

/** Four times the platform's longest invocation: the protocol's only clock, and its only assumption about time. */
const GRACE = 3_600_000;

type SweepPorts = Pick<IngestPorts, 'heads' | 'pointers' | 'attempts' | 'documents' | 'references' | 'now'>;

/** What was taken away. */
export interface Swept {
  readonly attempts: number;
  /** Derived documents marked for the lifecycle rule. */
  readonly documents: number;
}

/** Removes attempts that nothing names any more, and marks documents that nothing names. */
export async function sweep({ site, cohort }: CohortName, ports: SweepPorts): Promise<Swept> {
  const name = { site, cohort };
  return { attempts: await sweepAttempts(name, ports), documents: await markDocuments(name, ports) };
}

/** The listings that a reader may go by: the current one, and those superseded less than an hour ago. */
function listingsInUse(current: Current | undefined, now: number): readonly string[] {
  if (!current) return [];
  const recent = current.superseded.filter(({ at }) => now - Date.parse(at) < GRACE);
  return [current.listing, ...recent.map(({ listing }) => listing)];
}

/**
 * An attempt goes when it is older than an hour (its worker is dead), is no head's `inForce` or `looked`, and stands in no listing in use.
 * Attempts are listed before heads and pointer are read: one that is named afterwards was young.
 */
async function sweepAttempts(cohort: CohortName, ports: SweepPorts): Promise<number> {
  const now = ports.now();
  const manifests = await ports.attempts.manifests(cohort);
  const old = manifests.filter(({ attempt }) => now - ulidTime(attempt) > GRACE);
  if (old.length === 0) return 0;
  const named = new Set<string>();
  const current = await ports.pointers.read(cohort);
  for (const listing of listingsInUse(current, now)) {
    const document = await ports.documents.get(cohort, documentName.listing(listing));
    const { sources } = document ? (JSON.parse(new TextDecoder().decode(document)) as Listing) : { sources: [] };
    for (const { attempt } of sources) if (attempt) named.add(attempt);
  }
  for (const { looked, inForce } of await ports.heads.all(cohort)) {
    if (looked.attempt) named.add(looked.attempt);
    if (inForce) named.add(inForce.attempt);
  }
  const unnamed = old.filter(({ attempt }) => !named.has(attempt));
  for (const { attempt } of unnamed) await ports.attempts.remove(cohort, attempt);
  return unnamed.length;
}

/** Documents of a pointer: all that a reader reaches from it. */
function namedBy(current: Current): readonly string[] {
  return [
    ...(current.definition ? [definitionName(current.definition)] : []),
    ...(current.revision ? [documentName.revision(current.revision)] : []),
    ...(current.frame ? [documentName.frame(current.frame, '')] : []),
  ];
}

const DAY = 24 * GRACE;

/** Each document is judged in one hour of its every day, so that what stays marked until it is removed isn't marked all day long. */
function isDue(age: number): boolean {
  return age >= GRACE && age % DAY >= GRACE && age % DAY < 2 * GRACE;
}

/** Versions of the definition are kept: they are small, hold no patient's value, and are compared with one another. */
const MARKED_FOLDERS = ['revisions/', 'listings/', 'frames/'] as const;

/**
 * Marks documents older than an hour that no pointer, head or result names; a lifecycle rule removes them days later. A document that comes
 * back meanwhile is written anew, which takes the mark off; should the mark meet it in that very moment, the next day's pass takes it off.
 */
async function markDocuments(cohort: CohortName, ports: SweepPorts): Promise<number> {
  const now = ports.now();
  const due: string[] = [];
  for (const folder of MARKED_FOLDERS)
    for await (const page of ports.documents.list(cohort, folder))
      for (const { name, modified } of page) if (isDue(now - modified)) due.push(name);
  // Read after the list: a document that is named only later was written, and so modified, later.
  const results = await ports.references.named(cohort);
  const heads = await ports.heads.all(cohort);
  const current = await ports.pointers.read(cohort);
  const inUse = [
    ...(current ? namedBy(current) : []),
    ...listingsInUse(current, now).map(documentName.listing),
    ...heads.flatMap(({ inForce }) => (inForce?.definition ? [definitionName(inForce.definition)] : [])),
  ];
  let marked = 0;
  for (const name of due) {
    if (inUse.some((used) => name.startsWith(used))) await ports.documents.keep(cohort, name);
    else if (!results.has(digestIn(name))) {
      await ports.documents.markUnreferenced(cohort, name);
      marked += 1;
    }
  }
  return marked;
}

/** The digest in `revisions/{digest}.json` and `frames/{digest}/patients.parquet`. */
function digestIn(name: string): string {
  return name.split(/[/.]/)[1] ?? '';
}
