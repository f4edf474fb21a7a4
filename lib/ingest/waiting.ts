import type { CohortName, Head, Objects } from './ports.ts';

/** What the bucket's list and the heads make of each other. */
export interface Differences {
  readonly keys: readonly string[];
  /** Objects in the bucket. */
  readonly listed: number;
}

/**
 * Keys where the bucket's list and the heads differ, in either direction: objects not yet looked at, and heads of objects that are gone.
 * The heads are older than the list: what changes between the two is told by a message of its own.
 */
export async function differences(
  objects: Pick<Objects, 'list'>,
  cohort: CohortName,
  heads: readonly Head[],
): Promise<Differences> {
  const gone = new Map(heads.filter(({ looked }) => looked.verdict !== 'deleted').map((head) => [head.key, head]));
  const differing: string[] = [];
  let listed = 0;
  for await (const page of objects.list(cohort))
    for (const { key, etag } of page) {
      if (gone.get(key)?.looked.etag !== etag) differing.push(key);
      gone.delete(key);
      listed += 1;
    }
  return { keys: [...differing, ...gone.keys()], listed };
}
