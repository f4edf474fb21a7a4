import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Call } from './call.ts';
import { ALGORITHMS, type Algorithm, isAlgorithm, LENGTH } from './checksums.ts';
import { dechunked } from './chunked.ts';
import { S3Error } from './errors.ts';
import type { Arrived, Store } from './store.ts';

const GIB = 1024 ** 3;
const LARGEST = 5 * GIB;
const CHECKSUM = 'x-amz-checksum-';

/** A body that is what its request says. */
export interface Received extends Arrived {
  /** The checksum that the client sent, if it did. */
  readonly stated?: { readonly algorithm: Algorithm; readonly value: string } | undefined;
}

/** A stated checksum among headers or trailers. Throws `InvalidRequest` for two, `InvalidDigest` for one that can't be. */
export function statedChecksum(
  header: (name: string) => string | undefined,
): { readonly algorithm: Algorithm; readonly value: string } | undefined {
  const [one, more] = ALGORITHMS.flatMap((algorithm) => {
    const value = header(CHECKSUM + algorithm);
    return value === undefined ? [] : [{ algorithm, value }];
  });
  if (more) throw new S3Error('InvalidRequest', 'Expecting a single x-amz-checksum- header');
  return one;
}

function lengthOf(call: Call): number {
  const chunked = call.verified.payload.kind === 'chunked';
  const stated = call.header(chunked ? 'x-amz-decoded-content-length' : 'content-length');
  if (stated === undefined || !/^\d{1,15}$/.test(stated))
    throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.');
  if (Number(stated) > LARGEST)
    throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
  return Number(stated);
}

/** The algorithm of the checksum that comes behind the body. */
function announced(call: Call): Algorithm | undefined {
  const name = call.header('x-amz-trailer')?.trim().toLowerCase();
  if (name === undefined) return undefined;
  const algorithm = name.startsWith(CHECKSUM) ? name.slice(CHECKSUM.length) : '';
  if (!isAlgorithm(algorithm)) throw new S3Error('InvalidRequest', 'x-amz-trailer names no known checksum');
  return algorithm;
}

/** Throws when more comes than was said; less is seen when it is over. */
async function* atMost(source: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let seen = 0;
  for await (const chunk of source) {
    seen += chunk.length;
    if (seen > bytes) break;
    yield chunk;
  }
  if (seen !== bytes)
    throw new S3Error(
      'IncompleteBody',
      'You did not provide the number of bytes specified by the Content-Length header',
    );
}

/** The request's bytes; when a reader gives up, the connection stays, so that the client hears why. */
function incoming(call: Call): AsyncIterable<Buffer> {
  if (call.request.headers.expect?.toLowerCase() === '100-continue') call.response.writeContinue();
  return {
    [Symbol.asyncIterator]: () =>
      (call.request as Readable).iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>,
  };
}

function compare(received: Arrived, call: Call, stated: Received['stated']): void {
  const { payload } = call.verified;
  if (payload.kind === 'hash' && payload.sha256 !== received.segment.sha256)
    throw new S3Error(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  const md5 = call.header('content-md5');
  if (md5 !== undefined && Buffer.from(md5, 'base64').length !== 16)
    throw new S3Error('InvalidDigest', 'The Content-MD5 you specified is not valid.');
  if (md5 !== undefined && md5 !== received.md5.toString('base64'))
    throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  if (!stated) return;
  if (Buffer.from(stated.value, 'base64').length !== LENGTH[stated.algorithm])
    throw new S3Error('InvalidRequest', `Value for ${CHECKSUM}${stated.algorithm} header is invalid.`);
  if (stated.value !== received.checksums.get(stated.algorithm))
    throw new S3Error(
      'BadDigest',
      `The ${stated.algorithm.toUpperCase()} you specified did not match what we received.`,
    );
}

async function take(
  call: Call,
  store: Store,
  before: Received['stated'],
  also: Algorithm | undefined,
): Promise<Received> {
  const { payload } = call.verified;
  const bytes = lengthOf(call);
  const trailing = payload.kind === 'chunked' && payload.trailer ? announced(call) : undefined;
  if (before && trailing)
    throw new S3Error('InvalidRequest', 'Expecting a single checksum, in a header or behind the body');
  const trailers = { headers: new Map<string, string>() };
  const raw = incoming(call);
  const decoded =
    payload.kind === 'chunked'
      ? dechunked(raw, { ...(payload.signer && { signer: payload.signer }), ...(payload.trailer && { trailers }) })
      : raw;
  const algorithms = [before?.algorithm, trailing, also].filter((name) => name !== undefined);
  const arrived = await store.take(atMost(decoded, bytes), algorithms);
  try {
    const behind = trailing && statedChecksum((name) => trailers.headers.get(name));
    if (trailing && behind?.algorithm !== trailing)
      throw new S3Error('InvalidRequest', 'The checksum that was announced did not come');
    const stated = before ?? behind;
    compare(arrived, call, stated);
    return { ...arrived, stated };
  } catch (error) {
    await store.discard(arrived);
    throw error;
  }
}

/**
 * Takes a request's body into a file, holding its length, its digests and its chunks' signatures against what was said. `also` is computed
 * besides. Throws `IncompleteBody`, `BadDigest`, `XAmzContentSHA256Mismatch` and their like; then nothing is left.
 */
export function receive(call: Call, store: Store, also?: Algorithm): Promise<Received> {
  return take(
    call,
    store,
    statedChecksum((name) => call.header(name)),
    also,
  );
}

const LARGEST_TEXT = 4 * 1024 * 1024;

/**
 * A small body as text. Where the checksum among the headers is that of an object, the body isn't held against it.
 * Throws as {@link receive} does, and `MalformedXML` where it is too large.
 */
export async function receiveText(call: Call, store: Store, { ofObject = false } = {}): Promise<string> {
  if (lengthOf(call) > LARGEST_TEXT) throw new S3Error('MalformedXML', 'The XML you provided is too large');
  const stated = ofObject ? undefined : statedChecksum((name) => call.header(name));
  const received = await take(call, store, stated, undefined);
  try {
    return await readFile(received.file, 'utf8');
  } finally {
    await store.discard(received);
  }
}
