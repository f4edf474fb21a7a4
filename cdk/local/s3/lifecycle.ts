import { bytesOf, type Version } from './catalogue.ts';
import { S3Error } from './errors.ts';
import type { BucketSettings, Expiry } from './settings.ts';
import type { Store } from './store.ts';

const DAY = 86_400_000;
const BATCH = 1000;

const EVENTS = ['LifecycleExpiration:DeleteMarkerCreated', 'LifecycleExpiration:Delete'] as const;

/** All versions of a bucket, the newest of each key first, each with the one that took its place. */
function* versionsOf(store: Store, bucket: string): Generator<{ version: Version; successor: Version | undefined }> {
  let before: Version | undefined;
  for (;;) {
    const [from, id] = before ? [bytesOf(before.key), before.id - 1] : [Buffer.alloc(0), Number.MAX_SAFE_INTEGER];
    const batch = store.catalogue.versions(bucket, from, id, BATCH);
    for (const version of batch) {
      yield { version, successor: before?.key === version.key ? before : undefined };
      before = version;
    }
    if (batch.length < BATCH) return;
  }
}

function concerns({ prefix = '', tag }: Expiry, { key, tags }: Version): boolean {
  return key.startsWith(prefix) && (tag === undefined || tags[tag.key] === tag.value);
}

/** Deletes a current version, unless it has been replaced since it was looked at. */
async function expire(store: Store, bucket: BucketSettings, { id, key }: Version): Promise<void> {
  const check = (before: Version | undefined): void => {
    if (before?.id !== id) throw new S3Error('PreconditionFailed', 'the object has changed');
  };
  try {
    await store.delete(bucket, key, check, EVENTS);
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
  }
}

/**
 * Does what a bucket's lifecycle rules say at a time (milliseconds): uploads begun long ago are given up, objects expire, old versions go,
 * and delete markers that hide nothing.
 */
export async function tidy(store: Store, bucket: BucketSettings, now: number): Promise<void> {
  const { name, abortIncompleteAfterDays, expire: rules = [] } = bucket;
  if (abortIncompleteAfterDays !== undefined)
    for (const { id } of store.uploads.begunBefore(name, now - abortIncompleteAfterDays * DAY))
      store.bodies.dropUnreferenced(store.catalogue.transaction(() => store.uploads.forget(id)));
  if (rules.length === 0) return;
  for (const { version, successor } of [...versionsOf(store, name)]) {
    const older = (days: number | undefined, since: number): boolean => days !== undefined && now - since >= days * DAY;
    const applying = rules.filter((rule) => concerns(rule, version));
    if (!version.latest) {
      if (applying.some(({ noncurrentDays }) => older(noncurrentDays, successor?.modified ?? now)))
        await store.deleteVersion(bucket, version.key, version.version, EVENTS[1]);
    } else if (!version.marker && applying.some(({ days }) => older(days, version.modified)))
      await expire(store, bucket, version);
  }
  const versions = [...versionsOf(store, name)];
  const lone = versions.filter(
    ({ version }, i) => version.marker && version.latest && versions[i + 1]?.version.key !== version.key,
  );
  if (rules.some(({ noncurrentDays }) => noncurrentDays !== undefined))
    for (const { version } of lone) await store.deleteVersion(bucket, version.key, version.version, EVENTS[1]);
}
