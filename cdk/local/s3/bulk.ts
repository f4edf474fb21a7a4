import type { Call } from './call.ts';
import { S3Error } from './errors.ts';
import { receiveText } from './receive.ts';
import type { Store } from './store.ts';
import { type Content, children, type Element, parse, textOf } from './xml.ts';

const MOST = 1000;

async function one(store: Store, call: Call, element: Element): Promise<Record<string, Content>> {
  const [Key = '', VersionId] = [textOf(element, 'Key'), textOf(element, 'VersionId')];
  if (Key === '') throw new S3Error('MalformedXML', 'An object to delete has no key');
  call.authorise(VersionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion', { key: Key });
  if (VersionId === undefined) {
    const marker = await store.delete(call.bucket, Key);
    return marker === undefined ? { Key } : { Key, DeleteMarker: true, DeleteMarkerVersionId: marker };
  }
  const before = await store.deleteVersion(call.bucket, Key, VersionId);
  return { Key, VersionId, ...(before?.marker && { DeleteMarker: true, DeleteMarkerVersionId: VersionId }) };
}

/** POST `?delete`: each key for itself. */
export async function deleteObjects(store: Store, call: Call): Promise<void> {
  const root = parse(await receiveText(call, store), 'Delete');
  const objects = children(root, 'Object');
  if (objects.length === 0 || objects.length > MOST)
    throw new S3Error('MalformedXML', `Between 1 and ${MOST} keys can be deleted`);
  const deleted: Content[] = [];
  const failed: Content[] = [];
  for (const object of objects) {
    try {
      deleted.push(await one(store, call, object));
    } catch (error) {
      if (!(error instanceof S3Error) || error.code === 'MalformedXML') throw error;
      failed.push({
        Key: textOf(object, 'Key'),
        VersionId: textOf(object, 'VersionId'),
        Code: error.code,
        Message: error.message,
      });
    }
  }
  call.xml('DeleteResult', { Deleted: textOf(root, 'Quiet') === 'true' ? [] : deleted, Error: failed });
}
