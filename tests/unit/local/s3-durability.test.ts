import { randomBytes } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BucketEvent } from '../../../cdk/local/s3/index.ts';
import { bytesOf, Stage } from './stage.ts';

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});
afterEach(() => stage.end());

const put = (Key: string, Body: string | Uint8Array = 'body', Bucket = 'sources') =>
  stage.client().send(new PutObjectCommand({ Bucket, Key, Body }));

describe('A restart', () => {
  it('keeps objects, versions, uploads and the growth of the sequence', async () => {
    await stage.start();
    const body = randomBytes(100_000);
    const first = await put('kept/ä', body);
    await put('kept/ä', 'newer');
    const upload = await stage.client().send(new CreateMultipartUploadCommand({ Bucket: 'sources', Key: 'begun' }));
    await stage.stop();
    await stage.start();
    const read = (more: object) =>
      stage.client().send(new GetObjectCommand({ Bucket: 'sources', Key: 'kept/ä', ...more }));
    expect(await bytesOf((await read({ VersionId: first.VersionId })).Body)).toEqual(body);
    expect((await bytesOf((await read({})).Body)).toString()).toBe('newer');
    const { Uploads } = await stage.client().send(new ListMultipartUploadsCommand({ Bucket: 'sources' }));
    expect(Uploads?.map(({ UploadId }) => UploadId)).toEqual([upload.UploadId]);
    await put('another');
    const sequence = stage.events.map(({ sequencer }) => sequencer);
    expect(sequence).toHaveLength(3);
    expect(sequence).toEqual([...new Set(sequence)].sort());
    expect(sequence.every((one) => /^[0-9A-F]{16,}$/.test(one))).toBe(true);
  });

  it('removes what was arriving and what nothing names', async () => {
    await stage.start();
    await put('kept');
    await stage.stop();
    writeFileSync(path.join(stage.folder, 'arriving', 'half'), 'half');
    writeFileSync(path.join(stage.folder, 'bodies', 'f'.repeat(64)), 'nobody knows why');
    await stage.start();
    expect(readdirSync(path.join(stage.folder, 'arriving'))).toEqual([]);
    expect(readdirSync(path.join(stage.folder, 'bodies'))).toHaveLength(1);
    await stage.client().send(new GetObjectCommand({ Bucket: 'sources', Key: 'kept' }));
  });
});

describe('An event', () => {
  it('tells of each change, before the change is answered', async () => {
    await stage.start();
    const names = (): string[] => stage.events.map(({ event }) => event);
    const { VersionId, ETag } = await put('sites/a/ä b+c');
    expect(stage.events).toMatchObject([
      {
        bucket: 'sources',
        key: 'sites/a/ä b+c',
        event: 'ObjectCreated:Put',
        size: 4,
        versionId: VersionId,
        etag: ETag?.replaceAll('"', ''),
      },
    ]);
    expect(Date.parse(stage.events[0]!.time)).toBeGreaterThan(Date.now() - 60_000);
    const client = stage.client();
    await client.send(new DeleteObjectCommand({ Bucket: 'sources', Key: 'sites/a/ä b+c' }));
    await client.send(
      new DeleteObjectCommand({ Bucket: 'sources', Key: 'sites/a/ä b+c', ...(VersionId && { VersionId }) }),
    );
    await put('x', 'y', 'plain');
    await client.send(new PutObjectTaggingCommand({ Bucket: 'plain', Key: 'x', Tagging: { TagSet: [] } }));
    await client.send(new DeleteObjectCommand({ Bucket: 'plain', Key: 'x' }));
    await client.send(new DeleteObjectCommand({ Bucket: 'plain', Key: 'never was' }));
    expect(names()).toEqual([
      'ObjectCreated:Put',
      'ObjectRemoved:DeleteMarkerCreated',
      'ObjectRemoved:Delete',
      'ObjectCreated:Put',
      'ObjectTagging:Put',
      'ObjectRemoved:Delete',
    ]);
  });

  it('that is not taken is told again, after a restart too', async () => {
    const told: BucketEvent[] = [];
    let refusals = 0;
    await stage.start(() => {
      refusals += 1;
      throw new Error('the queue is down');
    });
    await put('sites/a/x');
    expect(refusals).toBeGreaterThan(0);
    await stage.stop();
    await stage.start((event) => {
      told.push(event);
    });
    expect(told).toMatchObject([{ key: 'sites/a/x', event: 'ObjectCreated:Put' }]);
    await stage.stop();
    await stage.start((event) => {
      told.push(event);
    });
    expect(told).toHaveLength(1);
  });
});

describe('A client that goes away', () => {
  it('leaves no object and no file', async () => {
    await stage.start();
    const controller = new AbortController();
    async function* slowly() {
      yield Buffer.alloc(100_000);
      controller.abort();
      await new Promise((resolve) => setTimeout(resolve, 50));
      yield Buffer.alloc(100_000);
    }
    const { Readable } = await import('node:stream');
    const sending = stage
      .client()
      .send(
        new PutObjectCommand({ Bucket: 'plain', Key: 'half', Body: Readable.from(slowly()), ContentLength: 200_000 }),
        {
          abortSignal: controller.signal,
        },
      );
    await expect(sending).rejects.toThrow();
    await stage.stop();
    expect(readdirSync(path.join(stage.folder, 'arriving'))).toEqual([]);
    expect(readdirSync(path.join(stage.folder, 'bodies'))).toEqual([]);
    await stage.start();
    await expect(stage.client().send(new HeadObjectCommand({ Bucket: 'plain', Key: 'half' }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 404 },
    });
  });
});
