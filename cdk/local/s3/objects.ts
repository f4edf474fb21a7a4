import { pipeline } from 'node:stream/promises';
import type { Call } from './call.ts';
import type { Version } from './catalogue.ts';
import { type Range, rangeOf, unchanged, writeCheck } from './conditions.ts';
import { describe, describing } from './describe.ts';
import { S3Error } from './errors.ts';
import { receive } from './receive.ts';
import type { Store } from './store.ts';

/** The headers of answers that a reader may ask for otherwise. */
const OVERRIDES = [
  'content-type',
  'content-language',
  'expires',
  'cache-control',
  'content-disposition',
  'content-encoding',
];

const LONGEST_METADATA = 2048;

/**
 * The version that a request means. Throws `NoSuchKey`, or `AccessDenied` where the caller may not list and so may not know;
 * `NoSuchVersion`, `MethodNotAllowed` for a delete marker.
 */
export function asked(call: Call, store: Store, action: string): Version {
  const id = call.parameter('versionId');
  call.authorise(id === undefined ? action : action.replace('Object', 'ObjectVersion'));
  const version =
    id === undefined
      ? store.catalogue.current(call.bucket.name, call.key)
      : store.catalogue.version(call.bucket.name, call.key, id);
  if (version && !version.marker) return version;
  if (!call.may('s3:ListBucket', { key: '' })) throw new S3Error('AccessDenied', 'Access Denied');
  const headers = version && { 'x-amz-delete-marker': 'true', 'x-amz-version-id': version.version };
  if (id === undefined) throw new S3Error('NoSuchKey', 'The specified key does not exist.', headers);
  if (!version) throw new S3Error('NoSuchVersion', 'The specified version does not exist.');
  throw new S3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.', headers);
}

/** The part that is asked for by its number, which is one of the bodies. */
function partOf(call: Call, { segments }: Version): Range | undefined {
  const number = call.parameter('partNumber');
  if (number === undefined) return undefined;
  const part = segments[Number(number) - 1];
  if (!part) throw new S3Error('InvalidRange', 'The requested partnumber is not satisfiable');
  const first = segments.slice(0, Number(number) - 1).reduce((sum, { bytes }) => sum + bytes, 0);
  return { first, last: first + part.bytes - 1 };
}

/** GET and HEAD of an object. */
export async function getObject(store: Store, call: Call): Promise<void> {
  const version = asked(call, store, 's3:GetObject');
  const headers = describing(call, version);
  if (unchanged(call, version)) return call.end(304, headers);
  const overrides = OVERRIDES.map((name) => [name, call.parameter(`response-${name}`)] as const);
  for (const [name, value] of overrides) if (value !== undefined) headers[name] = value;

  const condition = call.header('if-range');
  const honoured = condition === undefined || condition.replaceAll('"', '') === version.etag;
  const part = partOf(call, version);
  const range = part ?? (honoured ? rangeOf(call.header('range'), version.bytes) : undefined);
  const { first, last } = range ?? { first: 0, last: version.bytes - 1 };
  headers['content-length'] = String(last - first + 1);
  if (range) {
    headers['content-range'] = `bytes ${first}-${last}/${version.bytes}`;
    for (const name of Object.keys(headers)) if (name.startsWith('x-amz-checksum-')) delete headers[name]; // it is of the whole
  }
  if (part && version.segments.length > 1) headers['x-amz-mp-parts-count'] = String(version.segments.length);
  if (call.request.method === 'HEAD') return call.end(range ? 206 : 200, headers);

  const release = store.bodies.hold(version.segments);
  try {
    call.writeHead(range ? 206 : 200, headers);
    await pipeline(store.bodies.read(version.segments, first, last), call.response);
  } finally {
    release();
  }
}

/** What a policy may ask of the tags that a request brings. */
export function tagContext(tags: Readonly<Record<string, string>>): Record<string, string | string[]> {
  const context: Record<string, string | string[]> = { 's3:RequestObjectTagKeys': Object.keys(tags) };
  for (const [key, value] of Object.entries(tags)) context[`s3:RequestObjectTag/${key}`] = value;
  return context;
}

/** The right to write an object, with the tags it brings. */
export function authoriseWrite(call: Call, tags: Readonly<Record<string, string>>): void {
  const context = tagContext(tags);
  call.authorise('s3:PutObject', { context });
  if (Object.keys(tags).length > 0) call.authorise('s3:PutObjectTagging', { context });
}

/** PUT of an object. */
export async function putObject(store: Store, call: Call): Promise<void> {
  const described = describe(call);
  authoriseWrite(call, described.tags);
  const metadata = Object.entries(described.metadata).reduce(
    (sum, [name, value]) => sum + name.length + value.length,
    0,
  );
  if (metadata > LONGEST_METADATA)
    throw new S3Error('InvalidArgument', 'Your metadata headers exceed the maximum allowed size');
  const check = writeCheck(call);
  check(store.catalogue.current(call.bucket.name, call.key)); // before the body is taken, and again when it is there
  const received = await receive(call, store);
  try {
    const etag = received.md5.toString('hex');
    const { stated } = received;
    const checksum = stated && ({ ...stated, type: 'FULL_OBJECT' } as const);
    const { version } = await store.put(
      call.bucket,
      call.key,
      { ...described, segments: [received.segment], etag, checksum },
      { event: 'ObjectCreated:Put', check, arrived: received },
    );
    call.end(200, {
      etag: `"${etag}"`,
      ...(stated && { [`x-amz-checksum-${stated.algorithm}`]: stated.value, 'x-amz-checksum-type': 'FULL_OBJECT' }),
      ...(call.bucket.versioned && { 'x-amz-version-id': version }),
    });
  } finally {
    await store.discard(received);
  }
}

/** DELETE of an object, or of one of its versions. */
export async function deleteObject(store: Store, call: Call): Promise<void> {
  const id = call.parameter('versionId');
  call.authorise(id === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion');
  if (id === undefined) {
    const match = call.header('if-match');
    const marker = await store.delete(call.bucket, call.key, match === undefined ? undefined : writeCheck(call));
    return call.end(204, marker === undefined ? {} : { 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker });
  }
  const before = await store.deleteVersion(call.bucket, call.key, id);
  return call.end(204, { 'x-amz-version-id': id, ...(before?.marker && { 'x-amz-delete-marker': 'true' }) });
}
