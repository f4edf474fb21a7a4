import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Credential } from '../../../cdk/local/credentials.ts';
import { Stage } from './stage.ts';

const stage = new Stage();
beforeAll(() => stage.start());
afterAll(() => stage.end());

const KEY = 'sites/a/cohorts/liver/ä file+.csv';
const BODY = 'id,age\np1,50\n';
const sha256 = (body: string) => createHash('sha256').update(body).digest('base64');
const denied = (name = 'AccessDenied', status = 403) => ({ name, $metadata: { httpStatusCode: status } });

interface Put {
  readonly url: string;
  readonly headers: Record<string, string>;
}

/** As lib/store signs it. */
async function presigned(key = KEY, body = BODY, credential: Credential = stage.siteA, expiresIn = 900): Promise<Put> {
  const command = new PutObjectCommand({
    Bucket: 'sources',
    Key: key,
    ContentLength: Buffer.byteLength(body),
    ContentType: 'text/csv',
    ChecksumSHA256: sha256(body),
  });
  const url = await getSignedUrl(stage.client(credential), command, {
    expiresIn,
    signableHeaders: new Set(['host', 'content-length', 'content-type']),
    unhoistableHeaders: new Set(['x-amz-checksum-sha256']),
  });
  return { url, headers: { 'content-type': 'text/csv', 'x-amz-checksum-sha256': sha256(body) } };
}

async function send({ url, headers }: Put, body = BODY): Promise<{ status: number; code: string | undefined }> {
  const response = await fetch(url, { method: 'PUT', headers, body });
  return { status: response.status, code: /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1] };
}

const FORBIDDEN = { status: 403, code: 'SignatureDoesNotMatch' };

describe('A presigned PUT', () => {
  it('puts what was signed', async () => {
    const put = await presigned();
    expect(put.url).toContain('X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost%3Bx-amz-checksum-sha256');
    expect(await send(put)).toEqual({ status: 200, code: undefined });
    const read = await stage.client(stage.siteA).send(new GetObjectCommand({ Bucket: 'sources', Key: KEY }));
    expect(await read.Body?.transformToString()).toBe(BODY);
    expect(read.ContentType).toBe('text/csv');
  });

  it.each([
    ['key', (url: string) => url.replace('file', 'lie')],
    ['site', (url: string) => url.replace('sites/a/', 'sites/b/')],
    ['bucket', (url: string) => url.replace('/sources/', '/plain/')],
    ['expiry', (url: string) => url.replace(/X-Amz-Expires=\d+/, 'X-Amz-Expires=90000')],
    [
      'signature',
      (url: string) => url.replace(/X-Amz-Signature=./, (was) => was.slice(0, -1) + (was.endsWith('0') ? '1' : '0')),
    ],
    [
      'date',
      (url: string) =>
        url.replace(/(X-Amz-Date=\d{8}T\d{4})(\d\d)/, (_, start, s) => start + (s === '00' ? '01' : '00')),
    ],
    ['list of signed headers', (url: string) => url.replace('content-type%3B', '')],
    ['parameters', (url: string) => `${url}&response-content-type=text%2Fhtml`],
    ['method of sending', (url: string) => url.replace('UNSIGNED-PAYLOAD', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER')],
  ])('is refused with another %s', async (_, change) => {
    const put = await presigned();
    const changed = change(put.url);
    expect(changed).not.toBe(put.url);
    expect(await send({ ...put, url: changed })).toEqual(FORBIDDEN);
  });

  it('is refused with another length, type or checksum', async () => {
    const put = await presigned();
    expect(await send(put, `${BODY}x`)).toEqual(FORBIDDEN);
    expect(await send(put, '')).toEqual(FORBIDDEN);
    expect(await send({ ...put, headers: { ...put.headers, 'content-type': 'text/html' } })).toEqual(FORBIDDEN);
    expect(await send({ ...put, headers: { ...put.headers, 'x-amz-checksum-sha256': sha256('other') } })).toEqual(
      FORBIDDEN,
    );
    expect(await send({ ...put, headers: { 'content-type': 'text/csv' } })).toEqual(FORBIDDEN);
  });

  it('is refused with another body of the same length', async () => {
    const key = 'sites/a/never.csv';
    expect(await send(await presigned(key), BODY.replace('50', '51'))).toEqual({ status: 400, code: 'BadDigest' });
    const list = await stage.client().send(new ListObjectsV2Command({ Bucket: 'sources', Prefix: key }));
    expect(list.KeyCount).toBe(0);
  });

  it('is refused with a header of S3 that was not signed', async () => {
    const put = await presigned();
    const headers = { ...put.headers, 'x-amz-meta-more': '1' };
    expect(await send({ ...put, headers })).toEqual({ status: 403, code: 'AccessDenied' });
  });

  it('is refused after its time, before it, and where it lasts more than a week', async () => {
    const at = async (time: number, expiresIn = 1) =>
      getSignedUrl(stage.client(stage.siteA), new PutObjectCommand({ Bucket: 'sources', Key: KEY }), {
        expiresIn,
        signingDate: new Date(time),
      });
    const code = async (url: string) => (await send({ url, headers: {} })).code;
    expect(await code(await at(Date.now() - 5000))).toBe('AccessDenied');
    expect(await code(await at(Date.now() + 3_600_000))).toBe('AccessDenied');
    const week = (await at(Date.now(), 604_800)).replace('X-Amz-Expires=604800', 'X-Amz-Expires=604801');
    expect(await code(week)).toBe('AuthorizationQueryParametersError');
  });

  it('is refused by the policy for another site, however it is signed', async () => {
    expect(await send(await presigned('sites/b/x.csv'))).toEqual({ status: 403, code: 'AccessDenied' });
    // fetch follows `..` before it sends, and thereby asks for another key than was signed.
    expect(await send(await presigned('sites/a/../b/x.csv'))).toEqual(FORBIDDEN);
    await stage
      .client(stage.siteA)
      .send(new PutObjectCommand({ Bucket: 'sources', Key: 'sites/a/../b/x.csv', Body: 'x' }));
    const list = await stage.client().send(new ListObjectsV2Command({ Bucket: 'sources', Prefix: 'sites/b/' }));
    expect(list.KeyCount).toBe(0); // `..` is text
  });

  it('is refused without the session token, with another, or when the session is over', async () => {
    const put = await presigned();
    const token = /&X-Amz-Security-Token=[^&]+/;
    expect(put.url).toMatch(token);
    expect((await send({ ...put, url: put.url.replace(token, '') })).status).toBe(403);
    const stranger = { ...stage.siteA, sessionToken: 'another' };
    expect(await send(await presigned(KEY, BODY, stranger))).toEqual({ status: 403, code: 'InvalidToken' });
    const { sessionToken: _, ...without } = stage.siteA;
    expect(await send(await presigned(KEY, BODY, without))).toEqual({ status: 403, code: 'InvalidToken' });
    const over = stage.credentials.issue(stage.siteA.principal, { session: { seconds: -1 } });
    expect(await send(await presigned(KEY, BODY, over))).toEqual({ status: 400, code: 'ExpiredToken' });
  });
});

describe('A request', () => {
  it('is refused without a signature, with an unknown key, with a wrong secret', async () => {
    expect((await fetch(`${stage.url}/sources/${KEY}`)).status).toBe(403);
    const ask = (credential: Credential) =>
      stage.client(credential).send(new GetObjectCommand({ Bucket: 'sources', Key: KEY }));
    await expect(ask({ ...stage.owner, accessKeyId: 'AKIANOBODY' })).rejects.toMatchObject(
      denied('InvalidAccessKeyId'),
    );
    await expect(ask({ ...stage.owner, secretAccessKey: 'x' })).rejects.toMatchObject(denied('SignatureDoesNotMatch'));
  });

  it('is refused when it was signed for another service, or long ago', async () => {
    const client = (more: object) =>
      new S3Client({ region: 'eu-west-1', endpoint: stage.url, credentials: stage.owner, maxAttempts: 1, ...more });
    const ask = (one: S3Client) => one.send(new GetObjectCommand({ Bucket: 'sources', Key: KEY }));
    await expect(ask(client({ systemClockOffset: -16 * 60_000 }))).rejects.toMatchObject(
      denied('RequestTimeTooSkewed'),
    );
    const other = client({});
    other.middlewareStack.add(
      (next) => (args) => {
        const { request } = args as { request: { headers: Record<string, string> } };
        request.headers['authorization'] = request.headers['authorization']!.replace('/s3/', '/sqs/');
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    await expect(ask(other)).rejects.toMatchObject(denied('SignatureDoesNotMatch'));
  });

  it('is refused when its body is not the one that was signed', async () => {
    const client = stage.client();
    client.middlewareStack.add(
      (next) => (args) => {
        (args as { request: { body: unknown } }).request.body = 'BODY';
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    const put = client.send(new PutObjectCommand({ Bucket: 'sources', Key: 'altered', Body: 'body' }));
    await expect(put).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
    await expect(
      stage.client().send(new HeadObjectCommand({ Bucket: 'sources', Key: 'altered' })),
    ).rejects.toMatchObject({
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('whose path is no UTF-8 is refused', async () => {
    const status = await new Promise((resolve) => {
      httpRequest(`${stage.url}/sources/%ff%fe`, (response) => resolve(response.resume().statusCode)).end();
    });
    expect(status).toBe(400);
  });
});

describe('A session of a site', () => {
  const of = () => ({ a: stage.client(stage.siteA), b: stage.client(stage.siteB) });

  it("reads, writes and lists its own and nothing of another's", async () => {
    const { a, b } = of();
    const own = { Bucket: 'sources', Key: 'sites/b/own.csv' };
    await b.send(new PutObjectCommand({ ...own, Body: BODY }));
    await b.send(new GetObjectCommand(own));
    await expect(a.send(new GetObjectCommand(own))).rejects.toMatchObject(denied());
    await expect(a.send(new PutObjectCommand({ ...own, Body: 'x' }))).rejects.toMatchObject(denied());
    await expect(a.send(new ListObjectsV2Command({ Bucket: 'sources', Prefix: 'sites/b/' }))).rejects.toMatchObject(
      denied(),
    );
    await expect(a.send(new ListObjectsV2Command({ Bucket: 'sources' }))).rejects.toMatchObject(denied());
    const list = await b.send(new ListObjectsV2Command({ Bucket: 'sources', Prefix: 'sites/b/' }));
    expect(list.Contents?.map(({ Key }) => Key)).toEqual([own.Key]);
  });

  it('is refused what is absent, since it may not list without its prefix', async () => {
    const { a } = of();
    const absent = { Bucket: 'sources', Key: 'sites/a/absent.csv' };
    await expect(a.send(new GetObjectCommand(absent))).rejects.toMatchObject(denied());
    await expect(a.send(new HeadObjectCommand(absent))).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  });

  it('deletes of many keys only its own', async () => {
    const { a } = of();
    await stage.client().send(new PutObjectCommand({ Bucket: 'sources', Key: 'sites/b/kept', Body: 'x' }));
    const Objects = ['sites/a/gone', 'sites/b/kept', 'sites/a/../b/kept'].map((Key) => ({ Key }));
    const { Deleted, Errors } = await a.send(new DeleteObjectsCommand({ Bucket: 'sources', Delete: { Objects } }));
    expect(Deleted?.map(({ Key }) => Key)).toEqual(['sites/a/gone', 'sites/a/../b/kept']);
    expect(Errors).toMatchObject([{ Key: 'sites/b/kept', Code: 'AccessDenied' }]);
    await stage.client().send(new HeadObjectCommand({ Bucket: 'sources', Key: 'sites/b/kept' }));
  });
});

describe("A bucket's policy", () => {
  it('demands that an entry of the log is never overwritten', async () => {
    const put = (more: object) =>
      stage
        .client()
        .send(new PutObjectCommand({ Bucket: 'sources', Key: 'audit/a/000000000001.json', Body: '{}', ...more }));
    await expect(put({})).rejects.toMatchObject(denied());
    await put({ IfNoneMatch: '*' });
    await expect(put({ IfNoneMatch: '*' })).rejects.toMatchObject(denied('PreconditionFailed', 412));
  });

  it('that the gateway cannot evaluate stops it from starting', async () => {
    const other = new Stage();
    const policy = [
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: '*',
        Condition: { IpAddress: { 'aws:SourceIp': '::1' } },
      },
    ] as const;
    await expect(other.start(() => {}, [{ name: 'x', versioned: false, policy }])).rejects.toMatchObject({
      code: 'unsupported-policy',
    });
    await other.end();
  });
});
