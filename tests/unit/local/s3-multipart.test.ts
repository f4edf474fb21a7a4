import { createHash, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesOf, Stage } from './stage.ts';

const MIB = 1024 * 1024;
const stage = new Stage();
let s3: S3Client;
beforeAll(async () => {
  await stage.start();
  s3 = stage.client();
});
afterAll(() => stage.end());

const sha256 = (body: Uint8Array) => createHash('sha256').update(body).digest();
const bodies = () => readdirSync(path.join(stage.folder, 'bodies')).length;

async function begin(Key: string, more: object = {}): Promise<{ Bucket: string; Key: string; UploadId: string }> {
  const { UploadId = '' } = await s3.send(new CreateMultipartUploadCommand({ Bucket: 'plain', Key, ...more }));
  return { Bucket: 'plain', Key, UploadId };
}

async function part(
  upload: Awaited<ReturnType<typeof begin>>,
  PartNumber: number,
  Body: Uint8Array,
): Promise<{ PartNumber: number; ETag: string | undefined; ChecksumSHA256: string }> {
  const ChecksumSHA256 = sha256(Body).toString('base64');
  const { ETag } = await s3.send(new UploadPartCommand({ ...upload, PartNumber, Body, ChecksumSHA256 }));
  return { PartNumber, ETag, ChecksumSHA256 };
}

const complete = (upload: object, Parts: object[], more: object = {}) =>
  s3.send(
    new CompleteMultipartUploadCommand({
      ...(upload as { Bucket: string; Key: string; UploadId: string }),
      MultipartUpload: { Parts },
      ...more,
    }),
  );

describe('A multipart upload', () => {
  it('becomes one object, with the checksum of its checksums', async () => {
    const [first, last] = [randomBytes(5 * MIB), randomBytes(1000)];
    const upload = await begin('whole', { ChecksumAlgorithm: 'SHA256', ContentType: 'text/csv', Metadata: { a: 'b' } });
    const parts = [await part(upload, 1, first), await part(upload, 3, last)];
    const listed = await s3.send(new ListPartsCommand({ ...upload }));
    expect(listed.Parts).toMatchObject(parts);
    const one = await s3.send(new ListPartsCommand({ ...upload, MaxParts: 1 }));
    expect(one).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '1' });
    const rest = await s3.send(new ListPartsCommand({ ...upload, PartNumberMarker: one.NextPartNumberMarker! }));
    expect(rest.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([3]);
    const composite = `${sha256(Buffer.concat([sha256(first), sha256(last)])).toString('base64')}-2`;
    const done = await complete(upload, parts);
    expect(done.ChecksumSHA256).toBe(composite);
    const md5 = createHash('md5');
    for (const body of [first, last]) md5.update(createHash('md5').update(body).digest());
    expect(done.ETag).toBe(`"${md5.digest('hex')}-2"`);
    const read = await s3.send(new GetObjectCommand({ Bucket: 'plain', Key: 'whole' }));
    expect((await bytesOf(read.Body)).equals(Buffer.concat([first, last]))).toBe(true);
    expect(read).toMatchObject({ ContentType: 'text/csv', Metadata: { a: 'b' }, ETag: done.ETag });
    const Range = `bytes=${5 * MIB - 3}-${5 * MIB + 2}`;
    const across = await s3.send(new GetObjectCommand({ Bucket: 'plain', Key: 'whole', Range }));
    expect((await bytesOf(across.Body)).equals(Buffer.concat([first.subarray(-3), last.subarray(0, 3)]))).toBe(true);
    const second = await s3.send(new GetObjectCommand({ Bucket: 'plain', Key: 'whole', PartNumber: 2 }));
    expect((await bytesOf(second.Body)).equals(last)).toBe(true);
    await expect(s3.send(new ListPartsCommand(upload))).rejects.toMatchObject({ name: 'NoSuchUpload' });
    expect(stage.events.at(-1)).toMatchObject({
      event: 'ObjectCreated:CompleteMultipartUpload',
      key: 'whole',
      size: 5 * MIB + 1000,
    });
  });

  it('is refused with parts that are missing, altered, out of order or too small', async () => {
    const upload = await begin('refused', { ChecksumAlgorithm: 'SHA256' });
    const [small, last] = [await part(upload, 1, randomBytes(100)), await part(upload, 2, randomBytes(100))];
    await expect(complete(upload, [small, last])).rejects.toMatchObject({ name: 'EntityTooSmall' });
    const first = await part(upload, 1, randomBytes(5 * MIB));
    const wrong = (name: string) => ({ name, $metadata: { httpStatusCode: 400 } });
    await expect(complete(upload, [small, last])).rejects.toMatchObject(wrong('InvalidPart'));
    await expect(complete(upload, [first, { ...last, PartNumber: 3 }])).rejects.toMatchObject(wrong('InvalidPart'));
    await expect(complete(upload, [last, first])).rejects.toMatchObject(wrong('InvalidPartOrder'));
    await expect(complete(upload, [first, first])).rejects.toMatchObject(wrong('InvalidPartOrder'));
    await expect(complete(upload, [])).rejects.toMatchObject(wrong('MalformedXML'));
    const altered = { ...last, ChecksumSHA256: first.ChecksumSHA256 };
    await expect(complete(upload, [first, altered])).rejects.toMatchObject(wrong('InvalidPart'));
    const bare = [first, last].map(({ ChecksumSHA256: _, ...more }) => more);
    await expect(complete(upload, bare)).rejects.toMatchObject(wrong('InvalidRequest'));
    await expect(complete(upload, [first, last], { MpuObjectSize: 7 })).rejects.toMatchObject(wrong('InvalidRequest'));
    await expect(complete(upload, [first, last], { ChecksumSHA256: first.ChecksumSHA256 })).rejects.toMatchObject(
      wrong('BadDigest'),
    );
    await complete(upload, [first, last], { IfNoneMatch: '*' });
    const again = await begin('refused');
    const only = await part(again, 1, Buffer.of(1));
    await expect(complete(again, [only], { IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await s3.send(new AbortMultipartUploadCommand(again));
  });

  it('refuses a part that is not the one that was signed', async () => {
    const upload = await begin('part', { ChecksumAlgorithm: 'SHA256' });
    const ChecksumSHA256 = sha256(Buffer.from('right')).toString('base64');
    const put = new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'wrong', ChecksumSHA256 });
    await expect(s3.send(put)).rejects.toMatchObject({ name: 'BadDigest' });
    expect((await s3.send(new ListPartsCommand(upload))).Parts ?? []).toEqual([]);
    await s3.send(new AbortMultipartUploadCommand(upload));
  });

  it('that is given up leaves nothing', async () => {
    const before = bodies();
    const upload = await begin('given-up');
    await part(upload, 1, randomBytes(100));
    expect(bodies()).toBe(before + 1);
    const { Uploads } = await s3.send(new ListMultipartUploadsCommand({ Bucket: 'plain', Prefix: 'given' }));
    expect(Uploads).toMatchObject([{ Key: 'given-up', UploadId: upload.UploadId }]);
    await s3.send(new AbortMultipartUploadCommand(upload));
    expect(bodies()).toBe(before);
    await expect(s3.send(new AbortMultipartUploadCommand(upload))).rejects.toMatchObject({ name: 'NoSuchUpload' });
    await expect(part(upload, 1, randomBytes(1))).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  it('takes parts from other objects', async () => {
    const source = randomBytes(6 * MIB);
    await s3.send(new PutObjectCommand({ Bucket: 'plain', Key: 'source', Body: source }));
    const upload = await begin('of-copies');
    const copy = async (PartNumber: number, CopySourceRange?: string) => {
      const { CopyPartResult } = await s3.send(
        new UploadPartCopyCommand({
          ...upload,
          PartNumber,
          CopySource: 'plain/source',
          ...(CopySourceRange && { CopySourceRange }),
        }),
      );
      return { PartNumber, ETag: CopyPartResult?.ETag };
    };
    await complete(upload, [await copy(1), await copy(2, 'bytes=10-19')]);
    const read = await s3.send(new GetObjectCommand({ Bucket: 'plain', Key: 'of-copies' }));
    expect((await bytesOf(read.Body)).equals(Buffer.concat([source, source.subarray(10, 20)]))).toBe(true);
  });

  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
    'by the SDK, with %s, comes back whole',
    async (ChecksumAlgorithm) => {
      const body = randomBytes(11 * MIB);
      const params = { Bucket: 'sources', Key: `sdk-${ChecksumAlgorithm}`, Body: body, ChecksumAlgorithm };
      await new Upload({ client: s3, params, partSize: 5 * MIB }).done();
      const { Bucket, Key } = params;
      const head = await s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
      expect(head.ChecksumType).toBe(ChecksumAlgorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
      expect((await bytesOf((await s3.send(new GetObjectCommand({ Bucket, Key }))).Body)).equals(body)).toBe(true);
    },
  );
});

describe('A large upload', () => {
  it('passes through in memory that does not grow with it', async () => {
    const piece = randomBytes(MIB);
    const thereAndBack = async (count: number): Promise<number> => {
      const pieces = function* () {
        for (let i = 0; i < count; i++) yield piece;
      };
      const Body = Readable.from(pieces());
      await s3.send(new PutObjectCommand({ Bucket: 'plain', Key: 'large', Body, ContentLength: count * MIB }));
      const read = await s3.send(new GetObjectCommand({ Bucket: 'plain', Key: 'large' }));
      let bytes = 0;
      for await (const chunk of read.Body as Readable) bytes += (chunk as Buffer).length;
      return bytes;
    };
    expect(await thereAndBack(32)).toBe(32 * MIB);
    const before = process.memoryUsage().rss;
    let most = 0;
    const timer = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss - before);
    }, 20);
    try {
      expect(await thereAndBack(256)).toBe(256 * MIB);
    } finally {
      clearInterval(timer);
    }
    expect(most).toBeLessThan(64 * MIB); // of client and server together
  });
});
