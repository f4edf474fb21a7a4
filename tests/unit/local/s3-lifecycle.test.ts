import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BucketEvent, BucketSettings } from '../../../cdk/local/s3/index.ts';
import { tidy } from '../../../cdk/local/s3/lifecycle.ts';
import { Store } from '../../../cdk/local/s3/store.ts';

const DAY = 86_400_000;
let folder: string;
let store: Store;
let events: BucketEvent[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'signet-s3-'));
  events = [];
  store = new Store(folder, (event) => {
    events.push(event);
  });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

async function put(
  bucket: BucketSettings,
  key: string,
  body: string,
  tags: Record<string, string> = {},
): Promise<void> {
  async function* bytes() {
    yield Buffer.from(body);
  }
  const arrived = await store.take(bytes(), []);
  const described = { headers: {}, metadata: {}, tags, segments: [arrived.segment], etag: arrived.md5.toString('hex') };
  await store.put(bucket, key, described, { event: 'ObjectCreated:Put', arrived });
}

const kept = (bucket: BucketSettings) =>
  store.catalogue
    .versions(bucket.name, Buffer.alloc(0), Number.MAX_SAFE_INTEGER, 100)
    .map(({ key, marker }) => (marker ? `no ${key}` : key));

describe('A lifecycle rule', () => {
  it('expires objects by their tag, behind a marker, then their versions, then the marker', async () => {
    const bucket: BucketSettings = {
      name: 'derived',
      versioned: true,
      expire: [{ tag: { key: 'unreferenced', value: 'true' }, days: 7 }, { noncurrentDays: 7 }],
    };
    await put(bucket, 'unreferenced', 'a', { unreferenced: 'true' });
    await put(bucket, 'named', 'b');
    const start = Date.now();
    await tidy(store, bucket, start + 6 * DAY);
    expect(kept(bucket)).toEqual(['named', 'unreferenced']);
    await tidy(store, bucket, start + 8 * DAY);
    expect(kept(bucket)).toEqual(['named', 'no unreferenced', 'unreferenced']);
    expect(events.at(-1)).toMatchObject({ event: 'LifecycleExpiration:DeleteMarkerCreated', key: 'unreferenced' });
    await tidy(store, bucket, start + 16 * DAY);
    expect(kept(bucket)).toEqual(['named']);
    expect(readdirSync(path.join(folder, 'bodies'))).toHaveLength(1);
  });

  it('removes versions that were replaced long ago', async () => {
    const bucket: BucketSettings = { name: 'sources', versioned: true, expire: [{ noncurrentDays: 30 }] };
    for (const body of ['1', '2', '3']) await put(bucket, 'x', body);
    await tidy(store, bucket, Date.now() + 29 * DAY);
    expect(kept(bucket)).toHaveLength(3);
    await tidy(store, bucket, Date.now() + 31 * DAY);
    expect(kept(bucket)).toEqual(['x']);
  });

  it('expires for good where no versions are kept, by prefix', async () => {
    const bucket: BucketSettings = { name: 'plain', versioned: false, expire: [{ prefix: 'passing/', days: 1 }] };
    await put(bucket, 'passing/x', '1');
    await put(bucket, 'lasting/x', '2');
    await tidy(store, bucket, Date.now() + 2 * DAY);
    expect(kept(bucket)).toEqual(['lasting/x']);
    expect(events.at(-1)).toMatchObject({ event: 'LifecycleExpiration:Delete', key: 'passing/x' });
  });

  it('gives up uploads that were never completed', async () => {
    const bucket: BucketSettings = { name: 'sources', versioned: true, abortIncompleteAfterDays: 2 };
    store.uploads.begin('sources', 'x', { headers: {}, metadata: {}, tags: {} });
    await tidy(store, bucket, Date.now() + DAY);
    expect(store.uploads.begunBefore('sources', Date.now() + DAY)).toHaveLength(1);
    await tidy(store, bucket, Date.now() + 3 * DAY);
    expect(store.uploads.begunBefore('sources', Date.now() + DAY)).toHaveLength(0);
  });
});
