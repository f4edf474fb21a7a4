import {
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  type ListObjectsCommandOutput,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Stage } from './stage.ts';

const stage = new Stage();
let s3: S3Client;
beforeAll(async () => {
  await stage.start();
  s3 = stage.client();
});
afterAll(() => stage.end());

interface Listed {
  readonly keys: string[];
  readonly groups: string[];
}

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** What a list of these keys is. */
function model(
  keys: readonly string[],
  { prefix, delimiter, startAfter }: { prefix: string; delimiter: string; startAfter: string },
): Listed {
  const [listed, groups]: [string[], Set<string>] = [[], new Set()];
  for (const key of [...new Set(keys)].sort(byBytes)) {
    if (!key.startsWith(prefix) || (startAfter && byBytes(key, startAfter) <= 0)) continue;
    const at = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    if (at < 0) listed.push(key);
    else groups.add(key.slice(0, at + delimiter.length));
  }
  return { keys: listed, groups: [...groups] };
}

async function listed(input: Omit<ListObjectsV2CommandInput, 'Bucket'>): Promise<Listed & { pages: number[] }> {
  const all: Listed & { pages: number[] } = { keys: [], groups: [], pages: [] };
  const text = (value = '') => decodeURIComponent(value);
  let ContinuationToken: string | undefined;
  do {
    const page: Awaited<ReturnType<typeof send>> = await send(ContinuationToken);
    all.keys.push(...(page.Contents ?? []).map(({ Key }) => text(Key)));
    all.groups.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => text(Prefix)));
    all.pages.push(page.KeyCount ?? -1);
    ContinuationToken = page.NextContinuationToken;
    expect(page.IsTruncated).toBe(ContinuationToken !== undefined);
  } while (ContinuationToken);
  return all;

  function send(token: string | undefined) {
    return s3.send(
      new ListObjectsV2Command({
        Bucket: 'plain',
        EncodingType: 'url',
        ...input,
        ...(token && { ContinuationToken: token }),
      }),
    );
  }
}

const segment = fc.stringMatching(/^[ab/]{1,5}$/);
const odd = fc.constantFrom('\u{1F9EC}', '\uFFFD', 'é', ' ', '+', '..', '<', '\n', '%');
const key = fc.array(fc.oneof(segment, odd), { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));

describe('A list of objects', () => {
  it('is what a model lists, in pages of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(key, { maxLength: 25 }),
        fc.record({
          prefix: fc.oneof(fc.constant(''), segment),
          delimiter: fc.constantFrom('', '/', 'b', 'ab', '/a'),
          startAfter: fc.oneof(fc.constant(''), key),
        }),
        fc.integer({ min: 1, max: 6 }),
        async (keys, asked, MaxKeys) => {
          await Promise.all(
            [...new Set(keys)].map((Key) => s3.send(new PutObjectCommand({ Bucket: 'plain', Key, Body: 'x' }))),
          );
          const found = await listed({
            Prefix: asked.prefix,
            Delimiter: asked.delimiter,
            StartAfter: asked.startAfter,
            MaxKeys,
          });
          const expected = model(keys, asked);
          expect({ keys: found.keys, groups: found.groups }).toEqual(expected);
          const total = expected.keys.length + expected.groups.length;
          expect(found.pages.slice(0, -1).every((count) => count === MaxKeys)).toBe(true);
          expect(found.pages.reduce((sum, count) => sum + count, 0)).toBe(total);
          if (keys.length > 0) {
            const Objects = [...new Set(keys)].map((Key) => ({ Key }));
            await s3.send(new DeleteObjectsCommand({ Bucket: 'plain', Delete: { Objects } }));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is in the older form the same', async () => {
    const keys = ['old/a', 'old/b/1', 'old/b/2', 'old/c'];
    for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket: 'plain', Key, Body: 'x' }));
    const names: string[] = [];
    let Marker: string | undefined;
    do {
      const page: ListObjectsCommandOutput = await s3.send(
        new ListObjectsCommand({
          Bucket: 'plain',
          Prefix: 'old/',
          Delimiter: '/',
          MaxKeys: 1,
          ...(Marker && { Marker }),
        }),
      );
      names.push(
        ...(page.Contents ?? []).map(({ Key = '' }) => Key),
        ...(page.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix),
      );
      Marker = page.NextMarker;
    } while (Marker);
    expect(names).toEqual(['old/a', 'old/b/', 'old/c']);
  });

  it('of no keys has none, and a token of another is refused', async () => {
    const none = await s3.send(new ListObjectsV2Command({ Bucket: 'plain', MaxKeys: 0 }));
    expect(none).toMatchObject({ KeyCount: 0, IsTruncated: false });
    const forged = new ListObjectsV2Command({ Bucket: 'plain', ContinuationToken: 'forged!' });
    await expect(s3.send(forged)).rejects.toMatchObject({ name: 'InvalidArgument' });
  });
});

describe('A list of uploads', () => {
  it('comes in pages, by key and age', async () => {
    const ids: string[] = [];
    for (const Key of ['u/a', 'u/a', 'u/b', 'v']) {
      const { UploadId = '' } = await s3.send(new CreateMultipartUploadCommand({ Bucket: 'plain', Key }));
      ids.push(UploadId);
    }
    const found: string[] = [];
    let marker = {};
    for (;;) {
      const page = await s3.send(
        new ListMultipartUploadsCommand({ Bucket: 'plain', Prefix: 'u/', MaxUploads: 1, ...marker }),
      );
      found.push(...(page.Uploads ?? []).map(({ UploadId = '' }) => UploadId));
      if (!page.IsTruncated) break;
      marker = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
    }
    expect(found.slice(0, 2).sort()).toEqual(ids.slice(0, 2).sort());
    expect(found.slice(2)).toEqual([ids[2]]);
  });
});
