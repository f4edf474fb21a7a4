import { createHash } from 'node:crypto';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Credentials } from '../../../cdk/local/credentials.ts';
import { type ChunkSigner, type Verified, verify } from '../../../cdk/local/sigv4.ts';

// The examples of the S3 API Reference, "Authenticating Requests: Using the Authorization Header", "Using Query Parameters" and
// "Transferring Payload in Multiple Chunks"; their signatures were computed by AWS.
const KEY = 'AKIAIOSFODNN7EXAMPLE';
const HOST = 'examplebucket.s3.amazonaws.com';
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const DATE = '20130524T000000Z';
const SCOPE = `${KEY}/20130524/us-east-1/s3/aws4_request`;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const credentials = new Credentials();
credentials.issue(
  { name: 'example', statements: [], tags: {} },
  { accessKeyId: KEY, secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2013-05-24T00:00:00Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What is verified of a request that really arrived. */
async function seen(method: string, path: string, headers: Record<string, string>, body?: Buffer): Promise<Verified> {
  let outcome: { verified?: Verified; error?: unknown } = {};
  const server = createServer((request, response) => {
    try {
      outcome = { verified: verify(request, 's3', credentials, body) };
    } catch (error) {
      outcome = { error };
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => {
    httpRequest({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) =>
      response.resume().on('end', resolve),
    )
      .on('error', () => resolve())
      .end();
  });
  server.closeAllConnections();
  server.close();
  if (outcome.error) throw outcome.error;
  return outcome.verified!;
}

const authorization = (signedHeaders: string, signature: string) =>
  `AWS4-HMAC-SHA256 Credential=${SCOPE},SignedHeaders=${signedHeaders},Signature=${signature}`;

const GET = {
  host: HOST,
  range: 'bytes=0-9',
  'x-amz-content-sha256': EMPTY,
  'x-amz-date': DATE,
  authorization: authorization(
    'host;range;x-amz-content-sha256;x-amz-date',
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  ),
};

describe('A signature', () => {
  it('of a GET agrees with the example of AWS', async () => {
    const verified = await seen('GET', '/test.txt', GET);
    expect(verified).toMatchObject({ presigned: false, payload: { kind: 'hash', sha256: EMPTY }, region: 'us-east-1' });
    expect(verified.principal.name).toBe('example');
  });

  it('of a PUT whose key has a dollar agrees', async () => {
    const verified = await seen('PUT', '/test$file.text', {
      date: 'Fri, 24 May 2013 00:00:00 GMT',
      host: HOST,
      'x-amz-date': DATE,
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      'x-amz-content-sha256': sha256('Welcome to Amazon S3.'),
      authorization: authorization(
        'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
        '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
      ),
    });
    expect(verified.target.path).toBe('/test$file.text');
  });

  it.each([
    ['/?lifecycle', 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543'],
    ['/?prefix=J&max-keys=2', '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7'],
  ])('of %s agrees', async (path, signature) => {
    await seen('GET', path, {
      host: HOST,
      'x-amz-date': DATE,
      'x-amz-content-sha256': EMPTY,
      authorization: authorization('host;x-amz-content-sha256;x-amz-date', signature),
    });
  });

  it('in an address agrees', async () => {
    const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(SCOPE)}&X-Amz-Date=${DATE}&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404`;
    expect(await seen('GET', `/test.txt?${query}`, { host: HOST })).toMatchObject({
      presigned: true,
      payload: { kind: 'unsigned' },
    });
    vi.setSystemTime(new Date('2013-05-25T00:00:01Z'));
    await expect(seen('GET', `/test.txt?${query}`, { host: HOST })).rejects.toMatchObject({ code: 'AccessDenied' });
  });

  it.each([
    ['method', 'HEAD', '/test.txt', {}, 'SignatureDoesNotMatch'],
    ['path', 'GET', '/test.txT', {}, 'SignatureDoesNotMatch'],
    ['query', 'GET', '/test.txt?versionId=1', {}, 'SignatureDoesNotMatch'],
    ['host', 'GET', '/test.txt', { host: 'other' }, 'SignatureDoesNotMatch'],
    ['range', 'GET', '/test.txt', { range: 'bytes=0-10' }, 'SignatureDoesNotMatch'],
    ['digest', 'GET', '/test.txt', { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }, 'SignatureDoesNotMatch'],
    ['date', 'GET', '/test.txt', { 'x-amz-date': '20130524T000001Z' }, 'SignatureDoesNotMatch'],
    ['unsigned header', 'GET', '/test.txt', { 'x-amz-acl': 'public-read' }, 'AccessDenied'],
    [
      'scope',
      'GET',
      '/test.txt',
      { authorization: GET.authorization.replace('us-east-1', 'eu-west-1') },
      'SignatureDoesNotMatch',
    ],
    [
      'service',
      'GET',
      '/test.txt',
      { authorization: GET.authorization.replace('/s3/', '/sqs/') },
      'SignatureDoesNotMatch',
    ],
    [
      'algorithm',
      'GET',
      '/test.txt',
      { authorization: GET.authorization.replace('AWS4-', 'AWS5-') },
      'AuthorizationHeaderMalformed',
    ],
    ['shape', 'GET', '/test.txt', { authorization: 'AWS4-HMAC-SHA256 nonsense' }, 'AuthorizationHeaderMalformed'],
  ])('is refused with another %s', async (_, method, path, headers, code) => {
    await expect(seen(method, path, { ...GET, ...headers })).rejects.toMatchObject({ code });
  });

  it('is refused fifteen minutes from its time', async () => {
    vi.setSystemTime(new Date('2013-05-24T00:14:59Z'));
    await seen('GET', '/test.txt', GET);
    vi.setSystemTime(new Date('2013-05-24T00:15:01Z'));
    await expect(seen('GET', '/test.txt', GET)).rejects.toMatchObject({ code: 'RequestTimeTooSkewed' });
    vi.setSystemTime(new Date('2013-05-23T23:44:59Z'));
    await expect(seen('GET', '/test.txt', GET)).rejects.toMatchObject({ code: 'RequestTimeTooSkewed' });
  });

  it('is held against a body that is there', async () => {
    await seen('GET', '/test.txt', GET, Buffer.alloc(0));
    await expect(seen('GET', '/test.txt', GET, Buffer.of(1))).rejects.toMatchObject({
      code: 'XAmzContentSHA256Mismatch',
    });
  });
});

describe('The signatures of chunks', () => {
  const CHUNKS = [
    ['a'.repeat(65_536), 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648'],
    ['a'.repeat(1024), '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497'],
    ['', 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9'],
  ] as const;

  async function signer(): Promise<ChunkSigner> {
    const { payload } = await seen('PUT', '/examplebucket/chunkObject.txt', {
      host: 's3.amazonaws.com',
      'x-amz-date': DATE,
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      'content-encoding': 'aws-chunked',
      'x-amz-decoded-content-length': '66560',
      'content-length': '66824',
      authorization: authorization(
        'content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class',
        '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
      ),
    });
    if (payload.kind !== 'chunked' || !payload.signer) throw new Error('no signer');
    return payload.signer;
  }

  it('agree with the example of AWS', async () => {
    const follows = await signer();
    for (const [chunk, signature] of CHUNKS) follows.chunk(sha256(chunk), signature);
  });

  it('are refused for another chunk or in another order', async () => {
    const [first, second] = CHUNKS;
    const other = await signer();
    expect(() => other.chunk(sha256(`${first[0]}b`), first[1])).toThrow(/does not match/);
    const turned = await signer();
    expect(() => turned.chunk(sha256(second[0]), second[1])).toThrow(/does not match/);
  });
});
