import { createHash, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesOf, Stage } from './stage.ts';

const stage = new Stage();
let s3: S3Client;
beforeAll(async () => {
  await stage.start();
  s3 = stage.client();
});
afterAll(() => stage.end());

const put = (Key: string, Body: string | Uint8Array = 'body', more: object = {}) =>
  s3.send(new PutObjectCommand({ Bucket: 'sources', Key, Body, ...more }));
const get = (Key: string, more: object = {}) => s3.send(new GetObjectCommand({ Bucket: 'sources', Key, ...more }));
const text = async (Key: string, more: object = {}) => (await bytesOf((await get(Key, more)).Body)).toString();
const failing = (status: number, name?: string) => ({ ...(name && { name }), $metadata: { httpStatusCode: status } });
const bodies = () => readdirSync(path.join(stage.folder, 'bodies'));

describe('An object', () => {
  it('comes back with its bytes, type, disposition and metadata', async () => {
    const body = randomBytes(70_000);
    const written = await put('one', body, {
      ContentType: 'text/csv',
      ContentDisposition: 'attachment; filename="one.csv"',
      CacheControl: 'no-store',
      ContentEncoding: 'gzip',
      Metadata: { origin: 'registry' },
    });
    expect(written.ETag).toBe(`"${createHash('md5').update(body).digest('hex')}"`);
    const read = await get('one');
    expect(await bytesOf(read.Body)).toEqual(body);
    expect(read).toMatchObject({
      ContentType: 'text/csv',
      ContentDisposition: 'attachment; filename="one.csv"',
      CacheControl: 'no-store',
      ContentEncoding: 'gzip',
      Metadata: { origin: 'registry' },
      ContentLength: 70_000,
      ETag: written.ETag,
      VersionId: written.VersionId,
    });
    expect(await s3.send(new HeadObjectCommand({ Bucket: 'sources', Key: 'one' }))).toMatchObject({
      ContentLength: 70_000,
      ETag: written.ETag,
    });
  });

  it.each([
    'a/../b',
    '../../../etc/passwd',
    './x',
    'a//b/',
    '/leading',
    'plus+and space',
    'percent%2e%2e%2Fx',
    'ümläut/日本語/🧬',
    'quotes\'"()!*~&<>;?#',
    'é'.repeat(512),
    '\u202Eright to left',
    'tab\tand\nnewline',
  ])('has any key: %j', async (key) => {
    await put(key, `body of ${key}`);
    expect(await text(key)).toBe(`body of ${key}`);
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket: 'sources', Prefix: key, EncodingType: 'url' }),
    );
    expect(Contents.map((one) => decodeURIComponent(one.Key ?? ''))).toContain(key);
    expect(bodies().every((name) => /^[0-9a-f]{64}$/.test(name))).toBe(true);
  });

  it('has a key of at most 1,024 bytes', async () => {
    await expect(put('é'.repeat(513))).rejects.toMatchObject(failing(400, 'KeyTooLongError'));
  });

  it('is read in part', async () => {
    await put('range', '0123456789');
    expect(await text('range', { Range: 'bytes=2-4' })).toBe('234');
    expect(await text('range', { Range: 'bytes=7-' })).toBe('789');
    expect(await text('range', { Range: 'bytes=-3' })).toBe('789');
    expect(await text('range', { Range: 'bytes=5-500' })).toBe('56789');
    expect(await get('range', { Range: 'bytes=2-4' })).toMatchObject({
      ContentRange: 'bytes 2-4/10',
      ContentLength: 3,
    });
    await expect(get('range', { Range: 'bytes=10-' })).rejects.toMatchObject(failing(416, 'InvalidRange'));
  });

  it('is read under conditions', async () => {
    const { ETag } = await put('conditions');
    const [earlier, later] = [new Date(Date.now() - 60_000), new Date(Date.now() + 60_000)];
    expect(await text('conditions', { IfMatch: ETag })).toBe('body');
    await expect(get('conditions', { IfMatch: '"0"' })).rejects.toMatchObject(failing(412, 'PreconditionFailed'));
    await expect(get('conditions', { IfNoneMatch: ETag })).rejects.toMatchObject(failing(304));
    expect(await text('conditions', { IfNoneMatch: '"0"' })).toBe('body');
    await expect(get('conditions', { IfUnmodifiedSince: earlier })).rejects.toMatchObject(failing(412));
    expect(await text('conditions', { IfUnmodifiedSince: later })).toBe('body');
    await expect(get('conditions', { IfModifiedSince: later })).rejects.toMatchObject(failing(304));
    expect(await text('conditions', { IfModifiedSince: earlier })).toBe('body');
  });

  it('is answered with headers that the reader asks for', async () => {
    await put('override');
    const read = await get('override', { ResponseContentType: 'text/html', ResponseCacheControl: 'private, no-store' });
    expect(read).toMatchObject({ ContentType: 'text/html', CacheControl: 'private, no-store' });
  });

  it('is written under conditions', async () => {
    const first = await put('write', 'first', { IfNoneMatch: '*' });
    await expect(put('write', 'second', { IfNoneMatch: '*' })).rejects.toMatchObject(failing(412));
    await expect(put('write', 'second', { IfMatch: '"0"' })).rejects.toMatchObject(failing(412));
    await expect(put('write-absent', 'second', { IfMatch: first.ETag })).rejects.toMatchObject(failing(404));
    await put('write', 'second', { IfMatch: first.ETag });
    expect(await text('write')).toBe('second');
    await s3.send(new DeleteObjectCommand({ Bucket: 'sources', Key: 'write' }));
    await put('write', 'third', { IfNoneMatch: '*' });
    expect(await text('write')).toBe('third');
  });

  it('has one winner among twenty who write where nothing is', async () => {
    const tries = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => put('race', `winner ${i}`, { IfNoneMatch: '*' })),
    );
    const won = tries.flatMap(({ status }, i) => (status === 'fulfilled' ? [i] : []));
    expect(won).toHaveLength(1);
    expect(await text('race')).toBe(`winner ${won[0]}`);
  });

  it('may be empty', async () => {
    await put('empty', '');
    expect(await text('empty')).toBe('');
    await expect(get('empty', { Range: 'bytes=0-' })).rejects.toMatchObject(failing(416));
  });

  it('that is absent is not found', async () => {
    await expect(get('absent')).rejects.toMatchObject(failing(404, 'NoSuchKey'));
    await expect(s3.send(new HeadObjectCommand({ Bucket: 'sources', Key: 'absent' }))).rejects.toMatchObject(
      failing(404),
    );
    await expect(s3.send(new GetObjectCommand({ Bucket: 'nowhere', Key: 'x' }))).rejects.toMatchObject(
      failing(404, 'NoSuchBucket'),
    );
  });

  it('has tags', async () => {
    await put('tagged', 'x', { Tagging: 'a=1&b=two%20words' });
    const tags = async () => (await s3.send(new GetObjectTaggingCommand({ Bucket: 'sources', Key: 'tagged' }))).TagSet;
    expect(await tags()).toEqual([
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: 'two words' },
    ]);
    const TagSet = [{ Key: 'unreferenced', Value: '<true> & "so"' }];
    await s3.send(new PutObjectTaggingCommand({ Bucket: 'sources', Key: 'tagged', Tagging: { TagSet } }));
    expect(await tags()).toEqual(TagSet);
    await s3.send(new PutObjectTaggingCommand({ Bucket: 'sources', Key: 'tagged', Tagging: { TagSet: [] } }));
    expect(await tags()).toEqual([]);
  });
});

describe('A copy', () => {
  it('shares the bytes and takes what is said of them, or says anew', async () => {
    await put('from space+plus', 'copied', { ContentType: 'text/csv', Metadata: { a: '1' } });
    const CopySource = `sources/${encodeURIComponent('from space+plus')}`;
    await s3.send(new CopyObjectCommand({ Bucket: 'plain', Key: 'copy', CopySource }));
    expect(await s3.send(new HeadObjectCommand({ Bucket: 'plain', Key: 'copy' }))).toMatchObject({
      ContentType: 'text/csv',
      Metadata: { a: '1' },
    });
    const replaced = { MetadataDirective: 'REPLACE', ContentType: 'text/plain', Metadata: { b: '2' } } as const;
    await s3.send(new CopyObjectCommand({ Bucket: 'plain', Key: 'copy', CopySource, ...replaced }));
    const read = await s3.send(new GetObjectCommand({ Bucket: 'plain', Key: 'copy' }));
    expect(read).toMatchObject({ ContentType: 'text/plain', Metadata: { b: '2' } });
    expect((await bytesOf(read.Body)).toString()).toBe('copied');
    await expect(
      s3.send(new CopyObjectCommand({ Bucket: 'plain', Key: 'copy', CopySource, CopySourceIfMatch: '"0"' })),
    ).rejects.toMatchObject(failing(412));
  });
});

describe('A bucket that keeps versions', () => {
  it('reads, hides and removes them', async () => {
    const first = await put('versions', 'first');
    const second = await put('versions', 'second');
    expect(await text('versions', { VersionId: first.VersionId })).toBe('first');
    const gone = await s3.send(new DeleteObjectCommand({ Bucket: 'sources', Key: 'versions' }));
    expect(gone.DeleteMarker).toBe(true);
    await expect(get('versions')).rejects.toMatchObject(failing(404));
    const list = await s3.send(new ListObjectVersionsCommand({ Bucket: 'sources', Prefix: 'versions' }));
    expect(list.DeleteMarkers).toMatchObject([{ VersionId: gone.VersionId, IsLatest: true }]);
    expect(list.Versions?.map(({ VersionId }) => VersionId)).toEqual([second.VersionId, first.VersionId]);
    await s3.send(new DeleteObjectCommand({ Bucket: 'sources', Key: 'versions', VersionId: gone.VersionId }));
    expect(await text('versions')).toBe('second');
    await s3.send(new DeleteObjectCommand({ Bucket: 'sources', Key: 'versions', VersionId: second.VersionId }));
    expect(await text('versions')).toBe('first');
    await expect(get('versions', { VersionId: 'unknown' })).rejects.toMatchObject(failing(404, 'NoSuchVersion'));
  });

  it('lists them in pages', async () => {
    for (const key of ['paged/a', 'paged/b', 'paged/c/d']) for (const body of ['1', '2', '3']) await put(key, body);
    const all: string[] = [];
    let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
    for (;;) {
      const page = await s3.send(
        new ListObjectVersionsCommand({
          Bucket: 'sources',
          Prefix: 'paged/',
          Delimiter: '/',
          MaxKeys: 2,
          ...marker,
        } as never),
      );
      all.push(
        ...(page.Versions ?? []).map(({ Key }) => Key ?? ''),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ''),
      );
      if (!page.IsTruncated) break;
      marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    }
    expect(all).toEqual([...Array(3).fill('paged/a'), ...Array(3).fill('paged/b'), 'paged/c/']);
  });
});

describe('A bucket that keeps none', () => {
  it('forgets the bytes of what is overwritten or deleted', async () => {
    const plain = (Body: string) => s3.send(new PutObjectCommand({ Bucket: 'plain', Key: 'x', Body }));
    const digest = (body: string) => createHash('sha256').update(body).digest('hex');
    await plain('to be overwritten');
    expect(bodies()).toContain(digest('to be overwritten'));
    await plain('to be deleted');
    expect(bodies()).not.toContain(digest('to be overwritten'));
    await s3.send(new DeleteObjectCommand({ Bucket: 'plain', Key: 'x' }));
    expect(bodies()).not.toContain(digest('to be deleted'));
    await expect(s3.send(new GetObjectCommand({ Bucket: 'plain', Key: 'x' }))).rejects.toMatchObject(failing(404));
  });
});

describe('Deleting many', () => {
  it('deletes each key, also those that are markup', async () => {
    const keys = ['many/<a>&"b"', 'many/c d+e', 'many/../f'];
    for (const key of keys) await put(key);
    const { Deleted } = await s3.send(
      new DeleteObjectsCommand({ Bucket: 'sources', Delete: { Objects: keys.map((Key) => ({ Key })) } }),
    );
    expect(Deleted?.map(({ Key }) => Key)).toEqual(keys);
    const { KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket: 'sources', Prefix: 'many/' }));
    expect(KeyCount).toBe(0);
  });
});

describe('A bucket', () => {
  it('says that it is there, and where', async () => {
    await s3.send(new HeadBucketCommand({ Bucket: 'sources' }));
    const { LocationConstraint } = await s3.send(new GetBucketLocationCommand({ Bucket: 'sources' }));
    expect(LocationConstraint).toBe('eu-west-1');
    await expect(s3.send(new HeadBucketCommand({ Bucket: 'nowhere' }))).rejects.toMatchObject(failing(404));
  });
});
