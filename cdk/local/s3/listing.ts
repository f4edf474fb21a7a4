import { encodeAll } from '../target.ts';
import type { Call } from './call.ts';
import { bytesOf } from './catalogue.ts';
import { S3Error } from './errors.ts';
import { after, later, page } from './paging.ts';
import type { Store } from './store.ts';
import type { Content } from './xml.ts';

const MOST = 1000;

/** A key's first followers: after it and before any longer one. */
const behind = (key: string): Buffer => Buffer.concat([bytesOf(key), Buffer.of(0)]);

/** What all lists are asked for. */
function listed(call: Call, most: string) {
  const encoding = call.parameter('encoding-type');
  if (encoding !== undefined && encoding !== 'url')
    throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request');
  const [prefix, delimiter] = [call.parameter('prefix') ?? '', call.parameter('delimiter') ?? ''];
  return {
    prefix: bytesOf(prefix),
    delimiter: bytesOf(delimiter),
    max: call.count(most, MOST),
    /** A key as it is written in the answer. */
    name: (key: string): string => (encoding ? key.split('/').map(encodeAll).join('/') : key),
    texts: { prefix, delimiter, encoding },
  };
}

function common({ name, texts, max }: ReturnType<typeof listed>, groups: readonly string[]): Record<string, Content> {
  return {
    Prefix: name(texts.prefix),
    Delimiter: texts.delimiter ? name(texts.delimiter) : undefined,
    EncodingType: texts.encoding,
    CommonPrefixes: groups.map((group) => ({ Prefix: name(group) })),
    MaxKeys: max,
  };
}

/** Where a list begins after a marker: one that is a group is stepped over whole. */
function afterMarker(marker: string | undefined, { prefix, delimiter }: ReturnType<typeof listed>): Buffer {
  if (!marker) return prefix;
  const key = bytesOf(marker);
  const isGroup = delimiter.length > 0 && key.indexOf(delimiter, prefix.length) === key.length - delimiter.length;
  return later(prefix, isGroup ? after(key) : behind(marker));
}

/** A cursor as a token that means nothing to who bears it. Throws `InvalidArgument` for another's. */
const token = {
  write: (cursor: Buffer): string => `1${cursor.toString('base64url')}`,
  read(text: string): Buffer {
    const bytes = Buffer.from(text.slice(1), 'base64url');
    if (token.write(bytes) !== text)
      throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect');
    return bytes;
  },
};

/** GET `?list-type=2`, and the older list by a marker. */
export function listObjects(store: Store, call: Call): void {
  call.authorise('s3:ListBucket');
  const asked = listed(call, 'max-keys');
  const second = call.parameter('list-type') === '2';
  const [continuation, startAfter] = [call.parameter('continuation-token'), call.parameter('start-after')];
  const start = !second
    ? afterMarker(call.parameter('marker'), asked)
    : continuation !== undefined
      ? token.read(continuation)
      : startAfter
        ? behind(startAfter)
        : asked.prefix;
  const { rows, groups, last, next } = page(
    { ...asked, start: later(asked.prefix, start) },
    {
      fetch: (from, limit) => store.catalogue.objects(call.bucket.name, from, limit),
      at: ({ key }) => bytesOf(key),
      from: (key) => key,
    },
  );
  const marker = typeof last === 'string' ? last : last?.key;
  call.xml('ListBucketResult', {
    Name: call.bucket.name,
    ...common(asked, groups),
    IsTruncated: next !== undefined,
    ...(second
      ? {
          KeyCount: rows.length + groups.length,
          ContinuationToken: continuation,
          NextContinuationToken: next && token.write(next),
          StartAfter: startAfter && asked.name(startAfter),
        }
      : {
          Marker: asked.name(call.parameter('marker') ?? ''),
          NextMarker: next && marker ? asked.name(marker) : undefined,
        }),
    Contents: rows.map(({ key, modified, etag, bytes, checksum }) => ({
      Key: asked.name(key),
      LastModified: new Date(modified).toISOString(),
      ETag: `"${etag}"`,
      ChecksumAlgorithm: checksum?.algorithm.toUpperCase(),
      ChecksumType: checksum?.type,
      Size: bytes,
      StorageClass: 'STANDARD',
    })),
  });
}

/** GET `?versions`. */
export function listVersions(store: Store, call: Call): void {
  call.authorise('s3:ListBucketVersions');
  const asked = listed(call, 'max-keys');
  const [keyMarker, versionMarker] = [call.parameter('key-marker'), call.parameter('version-id-marker')];
  const before =
    keyMarker && versionMarker ? store.catalogue.version(call.bucket.name, keyMarker, versionMarker) : undefined;
  const newest = Number.MAX_SAFE_INTEGER;
  const start = before
    ? { key: bytesOf(before.key), id: before.id - 1 }
    : { key: afterMarker(keyMarker, asked), id: newest };
  const { rows, groups, last, next } = page(
    { ...asked, start },
    {
      fetch: ({ key, id }, limit) => store.catalogue.versions(call.bucket.name, key, id, limit),
      at: ({ key, id }) => ({ key: bytesOf(key), id }),
      from: (key) => ({ key, id: newest }),
    },
  );
  const listedLast = typeof last === 'string' ? { key: last, version: undefined } : last;
  const one = ({ key, version, latest, modified }: (typeof rows)[number]): Record<string, Content> => ({
    Key: asked.name(key),
    VersionId: version,
    IsLatest: latest,
    LastModified: new Date(modified).toISOString(),
  });
  call.xml('ListVersionsResult', {
    Name: call.bucket.name,
    ...common(asked, groups),
    KeyMarker: asked.name(keyMarker ?? ''),
    VersionIdMarker: versionMarker ?? '',
    IsTruncated: next !== undefined,
    NextKeyMarker: next && listedLast ? asked.name(listedLast.key) : undefined,
    NextVersionIdMarker: next && listedLast?.version,
    Version: rows
      .filter(({ marker }) => !marker)
      .map((row) => ({ ...one(row), ETag: `"${row.etag}"`, Size: row.bytes, StorageClass: 'STANDARD' })),
    DeleteMarker: rows.filter(({ marker }) => marker).map(one),
  });
}

/** GET `?uploads`. */
export function listUploads(store: Store, call: Call): void {
  call.authorise('s3:ListBucketMultipartUploads');
  const asked = listed(call, 'max-uploads');
  const [keyMarker, idMarker] = [call.parameter('key-marker'), call.parameter('upload-id-marker')];
  const start =
    keyMarker && idMarker
      ? { key: bytesOf(keyMarker), id: `${idMarker}\u0000` }
      : { key: afterMarker(keyMarker, asked), id: '' };
  const { rows, groups, last, next } = page(
    { ...asked, start },
    {
      fetch: ({ key, id }, limit) => store.uploads.list(call.bucket.name, key, id, limit),
      at: ({ key, id }) => ({ key: bytesOf(key), id }),
      from: (key) => ({ key, id: '' }),
    },
  );
  const { Prefix, Delimiter, EncodingType, CommonPrefixes } = common(asked, groups);
  const listedLast = typeof last === 'string' ? { key: last, id: undefined } : last;
  call.xml('ListMultipartUploadsResult', {
    Bucket: call.bucket.name,
    Prefix,
    Delimiter,
    EncodingType,
    CommonPrefixes,
    MaxUploads: asked.max,
    KeyMarker: asked.name(keyMarker ?? ''),
    UploadIdMarker: idMarker ?? '',
    IsTruncated: next !== undefined,
    NextKeyMarker: next && listedLast ? asked.name(listedLast.key) : undefined,
    NextUploadIdMarker: next && listedLast?.id,
    Upload: rows.map(({ key, id, begun, described }) => ({
      Key: asked.name(key),
      UploadId: id,
      Initiated: new Date(begun).toISOString(),
      StorageClass: 'STANDARD',
      ChecksumAlgorithm: described.algorithm?.toUpperCase(),
    })),
  });
}
