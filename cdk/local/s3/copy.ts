import type { Call } from './call.ts';
import type { Version } from './catalogue.ts';
import { isAlgorithm } from './checksums.ts';
import { rangeOf, unchanged, writeCheck } from './conditions.ts';
import { describe } from './describe.ts';
import { S3Error } from './errors.ts';
import { partNumber, uploadOf } from './multipart.ts';
import { authoriseWrite } from './objects.ts';
import type { BucketSettings } from './settings.ts';
import type { Store } from './store.ts';

const SOURCE = 'x-amz-copy-source';

/** The version that is copied, if the caller may read it and its conditions hold. Throws `NoSuchKey`, `AccessDenied`, `PreconditionFailed`. */
function sourceOf(store: Store, call: Call, buckets: ReadonlyMap<string, BucketSettings>): Version {
  const [path = '', query = ''] = (call.header(SOURCE) ?? '').split('?');
  let decoded: string;
  try {
    decoded = decodeURIComponent(path).replace(/^\//, '');
  } catch {
    throw new S3Error('InvalidArgument', 'Copy Source must mention the source bucket and key');
  }
  const cut = decoded.indexOf('/');
  const [bucket, key] = [buckets.get(decoded.slice(0, cut)), decoded.slice(cut + 1)];
  if (cut < 1 || key === '') throw new S3Error('InvalidArgument', 'Copy Source must mention the source bucket and key');
  if (!bucket) throw new S3Error('NoSuchBucket', 'The specified bucket does not exist');
  const id = new URLSearchParams(query).get('versionId');
  call.authorise(id === null ? 's3:GetObject' : 's3:GetObjectVersion', { bucket, key });
  const { catalogue } = store;
  const version = id === null ? catalogue.current(bucket.name, key) : catalogue.version(bucket.name, key, id);
  if (!version || version.marker) {
    if (!call.may('s3:ListBucket', { bucket, key: '' })) throw new S3Error('AccessDenied', 'Access Denied');
    throw new S3Error('NoSuchKey', 'The specified key does not exist.');
  }
  if (unchanged(call, version, `${SOURCE}-`))
    throw new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
  return version;
}

/** PUT of an object that is a copy of another: the bodies are shared. */
export async function copyObject(
  store: Store,
  call: Call,
  buckets: ReadonlyMap<string, BucketSettings>,
): Promise<void> {
  const stated = describe(call);
  const replaces = call.header('x-amz-metadata-directive')?.toUpperCase() === 'REPLACE';
  const retags = call.header('x-amz-tagging-directive')?.toUpperCase() === 'REPLACE';
  authoriseWrite(call, retags ? stated.tags : {});
  const source = sourceOf(store, call, buckets);
  const onItself =
    source.latest && source.key === call.key && store.catalogue.current(call.bucket.name, call.key)?.id === source.id;
  if (onItself && !replaces && !retags)
    throw new S3Error(
      'InvalidRequest',
      'This copy request is illegal because it is trying to copy an object to itself without changing anything.',
    );
  const algorithm = call.header('x-amz-checksum-algorithm')?.toLowerCase();
  if (algorithm !== undefined && !isAlgorithm(algorithm))
    throw new S3Error('InvalidRequest', 'Checksum algorithm provided is unsupported.');

  const { segments, etag } = source;
  const release = store.bodies.hold(segments);
  try {
    const checksum =
      algorithm && algorithm !== source.checksum?.algorithm
        ? ({ algorithm, value: await store.sum(segments, algorithm), type: 'FULL_OBJECT' } as const)
        : source.checksum;
    const object = {
      ...(replaces ? stated : source),
      tags: retags ? stated.tags : source.tags,
      segments,
      etag,
      checksum,
    };
    const { headers, metadata, tags } = object;
    const { version, modified } = await store.put(
      call.bucket,
      call.key,
      { headers, metadata, tags, segments, etag, checksum },
      { event: 'ObjectCreated:Copy', check: writeCheck(call) },
    );
    call.xml(
      'CopyObjectResult',
      {
        LastModified: new Date(modified).toISOString(),
        ETag: `"${etag}"`,
        ...(checksum && {
          [`Checksum${checksum.algorithm.toUpperCase()}`]: checksum.value,
          ChecksumType: checksum.type,
        }),
      },
      call.bucket.versioned ? { 'x-amz-version-id': version } : {},
    );
  } finally {
    release();
  }
}

/** PUT of a part that is a copy of an object or of a range of one. */
export async function copyPart(store: Store, call: Call, buckets: ReadonlyMap<string, BucketSettings>): Promise<void> {
  call.authorise('s3:PutObject');
  const number = partNumber(call);
  const { id, described } = uploadOf(store, call);
  const { algorithm } = described;
  const { segments, bytes } = sourceOf(store, call, buckets);
  const header = call.header(`${SOURCE}-range`);
  const range = rangeOf(header, bytes);
  if (header !== undefined && !range)
    throw new S3Error('InvalidArgument', 'The x-amz-copy-source-range value must be of the form bytes=first-last');
  const release = store.bodies.hold(segments);
  try {
    const { first, last } = range ?? { first: 0, last: bytes - 1 };
    const arrived = await store.take(store.bodies.read(segments, first, last), algorithm ? [algorithm] : []);
    try {
      const checksum = algorithm && arrived.checksums.get(algorithm);
      const etag = arrived.md5.toString('hex');
      const dropped = store.catalogue.transaction(() => {
        uploadOf(store, call);
        store.bodies.keep(arrived.file, arrived.segment.sha256);
        return store.uploads.put(id, { ...arrived.segment, number, etag, checksum });
      });
      store.bodies.dropUnreferenced(dropped);
      call.xml('CopyPartResult', {
        LastModified: new Date().toISOString(),
        ETag: `"${etag}"`,
        ...(algorithm && { [`Checksum${algorithm.toUpperCase()}`]: checksum }),
      });
    } finally {
      await store.discard(arrived);
    }
  } finally {
    release();
  }
}
