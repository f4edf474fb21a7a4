import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { crc32 } from 'node:zlib';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesOf, Stage } from './stage.ts';

const stage = new Stage();
beforeAll(() => stage.start());
afterAll(() => stage.end());

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');
const EMPTY = sha256('');

interface Chunked {
  readonly chunks: readonly string[];
  readonly mode?:
    | 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'
    | 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER'
    | 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
  readonly trailer?: string;
  readonly decoded?: number;
  /** Changes what is sent after it was signed. */
  readonly alter?: (body: string) => string;
}

/** A PUT in signed chunks, written out as the S3 API Reference describes it. */
async function put({
  chunks,
  mode = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  trailer,
  decoded,
  alter = (body) => body,
}: Chunked) {
  const { accessKeyId, secretAccessKey } = stage.owner;
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${date.slice(0, 8)}/eu-west-1/s3/aws4_request`;
  const { host } = new URL(stage.url);
  const headers: Record<string, string> = {
    'content-encoding': 'aws-chunked',
    host,
    'x-amz-content-sha256': mode,
    'x-amz-date': date,
    'x-amz-decoded-content-length': String(decoded ?? chunks.join('').length),
    ...(trailer !== undefined && { 'x-amz-trailer': 'x-amz-checksum-crc32' }),
  };
  const names = Object.keys(headers).sort();
  const canonical = [
    'PUT',
    '/plain/chunked',
    '',
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    mode,
  ].join('\n');
  const key = ['eu-west-1', 's3', 'aws4_request'].reduce<Buffer>(
    (k, text) => hmac(k, text),
    hmac(`AWS4${secretAccessKey}`, date.slice(0, 8)),
  );
  const sign = (kind: string, ...rest: string[]) =>
    hmac(key, [`AWS4-HMAC-SHA256${kind}`, date, scope, ...rest].join('\n')).toString('hex');
  let before = sign('', sha256(canonical));
  headers['authorization'] =
    `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${before}`;
  let body = '';
  for (const chunk of [...chunks, '']) {
    before = sign('-PAYLOAD', before, EMPTY, sha256(chunk));
    const signature = mode.includes('UNSIGNED') ? '' : `;chunk-signature=${before}`;
    body += `${chunk.length.toString(16)}${signature}\r\n${chunk}${chunk && '\r\n'}`;
  }
  if (trailer !== undefined) {
    body += `x-amz-checksum-crc32:${trailer}\r\n`;
    if (!mode.includes('UNSIGNED'))
      body += `x-amz-trailer-signature:${sign('-TRAILER', before, sha256(`x-amz-checksum-crc32:${trailer}\n`))}\r\n`;
  }
  const sent = alter(`${body}\r\n`);
  const request = httpRequest(`${stage.url}/plain/chunked`, {
    method: 'PUT',
    headers: { ...headers, 'content-length': sent.length },
  });
  // In small pieces, so that borders fall anywhere.
  for (let at = 0; at < sent.length; at += 61) request.write(sent.slice(at, at + 61));
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  for await (const piece of response) text += piece;
  return { status: response.statusCode, code: /<Code>(\w+)/.exec(text)?.[1] };
}

const crc = (text: string) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return bytes.toString('base64');
};
const CHUNKS = ['a'.repeat(9000), 'b'.repeat(700), 'c'];
const TRAILING = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER';
const UNSIGNED = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';

describe('A body in chunks', () => {
  it('is put together', async () => {
    expect(await put({ chunks: CHUNKS })).toEqual({ status: 200, code: undefined });
    const read = await stage.client().send(new GetObjectCommand({ Bucket: 'plain', Key: 'chunked' }));
    expect((await bytesOf(read.Body)).toString()).toBe(CHUNKS.join(''));
    expect(read.ContentEncoding).toBeUndefined();
    const signed = { chunks: CHUNKS, mode: TRAILING, trailer: crc(CHUNKS.join('')) } as const;
    expect((await put(signed)).status).toBe(200);
    expect((await put({ ...signed, mode: UNSIGNED })).status).toBe(200);
  });

  it.each<[string, Partial<Chunked>, number, string]>([
    ['a chunk altered', { alter: (body) => body.replace('aa', 'ab') }, 403, 'SignatureDoesNotMatch'],
    [
      'a signature altered',
      {
        alter: (body) =>
          body.replace(/signature=./, (was) => (was.endsWith('0') ? `${was.slice(0, -1)}1` : `${was.slice(0, -1)}0`)),
      },
      403,
      'SignatureDoesNotMatch',
    ],
    ['no signature', { alter: (body) => body.replace(/;chunk-signature=[0-9a-f]+/, '') }, 403, 'SignatureDoesNotMatch'],
    ['its end cut off', { alter: (body) => body.slice(0, -100) }, 400, 'IncompleteBody'],
    ['more behind it', { alter: (body) => `${body}more` }, 400, 'InvalidRequest'],
    ['another length than it says', { decoded: 9700 }, 400, 'IncompleteBody'],
    ['less than it says', { decoded: 9702 }, 400, 'IncompleteBody'],
    ['a header that is none', { alter: (body) => `xyz${body}` }, 400, 'InvalidRequest'],
    ['a wrong checksum behind it', { mode: TRAILING, trailer: crc('other') }, 400, 'BadDigest'],
    ['a wrong checksum behind unsigned chunks', { mode: UNSIGNED, trailer: crc('other') }, 400, 'BadDigest'],
    [
      'a checksum altered',
      { mode: TRAILING, trailer: crc(CHUNKS.join('')), alter: (body) => body.replace('crc32:', 'crc32:A') },
      403,
      'SignatureDoesNotMatch',
    ],
    [
      'a checksum that was announced and left out',
      { mode: UNSIGNED, trailer: crc(CHUNKS.join('')), alter: (body) => body.replace(/x-amz-checksum.*\r\n/, '') },
      400,
      'InvalidRequest',
    ],
  ])('is refused with %s', async (_, chunked, status, code) => {
    expect(await put({ chunks: CHUNKS, ...chunked })).toEqual({ status, code });
  });
});

describe('A client that waits to be asked', () => {
  it('is not asked for a body that is refused', async () => {
    const headers = { expect: '100-continue', 'content-length': '1000' };
    const request = httpRequest(`${stage.url}/plain/never`, { method: 'PUT', headers });
    let asked = false;
    request.on('continue', () => {
      asked = true;
    });
    request.flushHeaders();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect([response.statusCode, asked]).toEqual([403, false]);
    request.destroy();
  });
});
