import type { Call } from './call.ts';
import type { Described, Version } from './catalogue.ts';
import { S3Error } from './errors.ts';

/** Headers that are kept with an object and given back. */
const KEPT = [
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
] as const;

const DEFAULT_TYPE = 'binary/octet-stream';
const META = 'x-amz-meta-';

/** Throws `InvalidArgument` for more than ten tags, or one twice. */
export function checkedTags(pairs: readonly (readonly [string, string])[]): Record<string, string> {
  const tags = Object.fromEntries(pairs);
  const wrong = pairs.some(([key, value]) => key === '' || key.length > 128 || value.length > 256);
  if (pairs.length > 10 || Object.keys(tags).length !== pairs.length || wrong)
    throw new S3Error('InvalidArgument', 'An object has at most ten tags, each with a key of its own');
  return tags;
}

/** What a request says of the object that it makes. */
export function describe(call: Call): Described {
  const headers: Record<string, string> = { 'content-type': DEFAULT_TYPE };
  for (const name of KEPT) {
    const value = call.header(name);
    if (value) headers[name] = value;
  }
  // `aws-chunked` is the way it was sent, not what it is.
  const encoding = headers['content-encoding']?.split(',').filter((one) => one.trim() !== 'aws-chunked');
  if (encoding && encoding.length > 0) headers['content-encoding'] = encoding.join(',').trim();
  else delete headers['content-encoding'];
  const tagging = new URLSearchParams(call.header('x-amz-tagging') ?? '');
  return { headers, metadata: call.headersWith(META), tags: checkedTags([...tagging]) };
}

/** The headers by which a version is described to a reader. */
export function describing(call: Call, version: Version): Record<string, string | undefined> {
  const { headers, metadata, tags, checksum, etag, modified } = version;
  const headersOfUser = Object.entries(metadata).map(([name, value]) => [META + name, value]);
  const count = Object.keys(tags).length;
  return {
    ...headers,
    ...Object.fromEntries(headersOfUser),
    etag: `"${etag}"`,
    'last-modified': new Date(modified).toUTCString(),
    'accept-ranges': 'bytes',
    ...(count > 0 && { 'x-amz-tagging-count': String(count) }),
    ...(call.bucket.versioned && { 'x-amz-version-id': version.version }),
    ...(checksum &&
      call.header('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED' && {
        [`x-amz-checksum-${checksum.algorithm}`]: checksum.value,
        'x-amz-checksum-type': checksum.type,
      }),
  };
}
