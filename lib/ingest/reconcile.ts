import { aidsOf } from './aids.ts';
import { DEFINITION_KEY, type Definitions, readOtherwise } from './definition.ts';
import type { CohortName, Current, Head, IngestPorts, Listing } from './ports.ts';
import { documentName, frameDigest } from './revision.ts';
import { differences } from './waiting.ts';

/** What a reconciliation found. */
export interface Reconciliation {
  /** Sources that were sent a hint: bucket and table differ, or they were read in a manner no longer in force. */
  readonly hints: number;
  /** Whether the pointer was behind the heads. */
  readonly published: boolean;
}

/**
 * Compares bucket, heads and pointer of a cohort and sends a hint for each difference, so that a lost event costs minutes and a lost table
 * one reconciliation. It mends nothing itself: a hint too many costs a touch.
 */
export async function reconcile(
  { site, cohort }: CohortName,
  ports: Pick<IngestPorts, 'objects' | 'heads' | 'pointers' | 'documents' | 'messages'>,
  definitions: Definitions,
): Promise<Reconciliation> {
  const name = { site, cohort };
  const current = await ports.pointers.read(name);
  const heads = await ports.heads.all(name);
  const inForce = await definitions.inForce(
    name,
    heads.find(({ key }) => key === DEFINITION_KEY),
  );
  const aids = aidsOf(heads);
  const otherwise = heads.filter((head) => readOtherwise(inForce?.definition, head, aids));
  const differing = await differences(ports.objects, name, heads);
  const keys = new Set([...differing.keys, ...otherwise.map(({ key }) => key)]);
  for (const key of keys) await ports.messages.hint({ ...name, key });
  const uncounted = keys.size === 0 && (current?.waiting ?? 0) > 0; // came and went without an event
  const behind = heads.length > 0 && (uncounted || (await isBehind(name, current, heads, ports)));
  if (behind) await ports.messages.publish({ ...name, source: null, counter: 0, fold: false });
  return { hints: keys.size, published: behind };
}

/** Whether everything has followed the bucket: each head its object, and the pointer the heads. */
export async function isAbreast(
  { site, cohort }: CohortName,
  ports: Pick<IngestPorts, 'objects' | 'heads' | 'pointers' | 'documents'>,
): Promise<boolean> {
  const name = { site, cohort };
  const current = await ports.pointers.read(name);
  const heads = await ports.heads.all(name);
  if ((await differences(ports.objects, name, heads)).keys.length > 0) return false;
  return heads.length === 0 || !(await isBehind(name, current, heads, ports));
}

/** Whether the pointer was made from other heads than these, by another builder, or not at all. */
async function isBehind(
  cohort: CohortName,
  current: Current | undefined,
  heads: readonly Head[],
  { documents }: Pick<IngestPorts, 'documents'>,
): Promise<boolean> {
  if (!current || current.failed) return true;
  if (current.revision && current.frame !== frameDigest(current.revision)) return true;
  const document = await documents.get(cohort, documentName.listing(current.listing));
  if (!document) return true;
  const { sources } = JSON.parse(new TextDecoder().decode(document)) as Listing;
  const listed = new Map(sources.map(({ key, n }) => [key, n]));
  return heads.length !== listed.size || heads.some(({ key, n }) => listed.get(key) !== n);
}
