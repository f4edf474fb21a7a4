import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALGORITHMS, checksum } from '../../../cdk/local/s3/checksums.ts';
import { bytesOf, Stage } from './stage.ts';

const stage = new Stage();
beforeAll(() => stage.start());
afterAll(() => stage.end());

const hex = (algorithm: (typeof ALGORITHMS)[number], text: string) => {
  const digest = checksum(algorithm);
  for (const byte of Buffer.from(text)) digest.update(Buffer.of(byte));
  return digest.bytes().toString('hex');
};

describe('A checksum', () => {
  // The check values of the catalogue of parametrised CRC algorithms (reveng), and of FIPS 180.
  it.each([
    ['crc32', 'cbf43926'],
    ['crc32c', 'e3069283'],
    ['crc64nvme', 'ae8b14860a799888'],
    ['sha1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
    ['sha256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
  ] as const)('%s has its check value', (algorithm, value) => {
    expect(hex(algorithm, '123456789')).toBe(value);
  });
});

describe.each(ALGORITHMS)('A PUT with %s', (algorithm) => {
  const name = algorithm.toUpperCase() as 'SHA256';
  const Body = randomBytes(200_000);
  const right = (() => {
    const digest = checksum(algorithm);
    digest.update(Body);
    return digest.bytes().toString('base64');
  })();
  const put = (body: Uint8Array | Readable, more: object) =>
    stage
      .client()
      .send(new PutObjectCommand({ Bucket: 'plain', Key: algorithm, Body: body, ContentLength: Body.length, ...more }));

  it('that the client computes, in a header, is kept and given back', async () => {
    const written = await put(Body, { ChecksumAlgorithm: name });
    expect(written[`Checksum${name}`]).toBe(right);
    const read = await stage.client().send(new GetObjectCommand({ Bucket: 'plain', Key: algorithm }));
    expect(await bytesOf(read.Body)).toEqual(Body);
    const head = await stage
      .client()
      .send(new HeadObjectCommand({ Bucket: 'plain', Key: algorithm, ChecksumMode: 'ENABLED' }));
    expect(head[`Checksum${name}`]).toBe(right);
  });

  it('that the client computes while it sends, behind the body, is kept', async () => {
    const chunks = function* () {
      for (let at = 0; at < Body.length; at += 30_000) yield Body.subarray(at, at + 30_000);
    };
    const written = await put(Readable.from(chunks()), { ChecksumAlgorithm: name });
    expect(written[`Checksum${name}`]).toBe(right);
  });

  it('is refused where the body is another', async () => {
    const wrong = Buffer.from(Body);
    wrong[0]! ^= 1;
    await expect(put(wrong, { [`Checksum${name}`]: right })).rejects.toMatchObject({ name: 'BadDigest' });
    await expect(put(Body, { [`Checksum${name}`]: 'AAAA' })).rejects.toMatchObject({ name: 'InvalidRequest' });
  });
});

describe('A PUT', () => {
  const put = (more: object) =>
    stage.client().send(new PutObjectCommand({ Bucket: 'plain', Key: 'x', Body: 'body', ...more }));
  const md5 = (text: string) => createHash('md5').update(text).digest('base64');

  it('is held against Content-MD5', async () => {
    await put({ ContentMD5: md5('body') });
    await expect(put({ ContentMD5: md5('BODY') })).rejects.toMatchObject({ name: 'BadDigest' });
    await expect(put({ ContentMD5: 'AAAA' })).rejects.toMatchObject({ name: 'InvalidDigest' });
  });
});
