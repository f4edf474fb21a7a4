import type { Call } from './call.ts';
import { checkedTags } from './describe.ts';
import { asked, tagContext } from './objects.ts';
import { receiveText } from './receive.ts';
import type { Store } from './store.ts';
import { children, parse, textOf } from './xml.ts';

/** GET of the tags. */
export function getTagging(store: Store, call: Call): void {
  const { tags, version } = asked(call, store, 's3:GetObjectTagging');
  const set = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  call.xml('Tagging', { TagSet: { Tag: set } }, call.bucket.versioned ? { 'x-amz-version-id': version } : {});
}

async function retag(store: Store, call: Call, action: string, tags: Record<string, string>): Promise<string> {
  const version = asked(call, store, action);
  const told = store.catalogue.transaction(() => {
    store.catalogue.retag(version, tags);
    return store.outbox.put({
      bucket: call.bucket.name,
      key: call.key,
      event: action === 's3:PutObjectTagging' ? 'ObjectTagging:Put' : 'ObjectTagging:Delete',
      etag: version.etag,
      ...(call.bucket.versioned && { versionId: version.version }),
    });
  });
  await store.outbox.tell(told);
  return version.version;
}

/** PUT of the tags, in place of those that were there. */
export async function putTagging(store: Store, call: Call): Promise<void> {
  const id = call.parameter('versionId');
  const action = id === undefined ? 's3:PutObjectTagging' : 's3:PutObjectVersionTagging';
  call.authorise(action);
  const set = children(parse(await receiveText(call, store), 'Tagging'), 'TagSet')[0];
  const pairs = (set ? children(set, 'Tag') : []).map(
    (tag) => [textOf(tag, 'Key') ?? '', textOf(tag, 'Value') ?? ''] as const,
  );
  const tags = checkedTags(pairs);
  call.authorise(action, { context: tagContext(tags) });
  const version = await retag(store, call, 's3:PutObjectTagging', tags);
  call.end(200, call.bucket.versioned ? { 'x-amz-version-id': version } : {});
}

/** DELETE of the tags. */
export async function deleteTagging(store: Store, call: Call): Promise<void> {
  const version = await retag(store, call, 's3:DeleteObjectTagging', {});
  call.end(204, call.bucket.versioned ? { 'x-amz-version-id': version } : {});
}
