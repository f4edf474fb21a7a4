import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Clients } from '../../../lib/store/clients.ts';
import { DerivedDocuments } from '../../../lib/store/documents.ts';
import { SourceObjects } from '../../../lib/store/objects.ts';

const PRESENT = '/bucket/sites/a/cohorts/liver/clinical%20data.csv';
const SOURCE = { site: 'a', cohort: 'liver', key: 'clinical data.csv' };
const ABSENT = { ...SOURCE, key: 'gone.csv' };

const listing = (...keys: string[]): string =>
  `<ListBucketResult>${keys.map((key) => `<Contents><Key>${key}</Key><ETag>"e"</ETag><Size>5</Size></Contents>`).join('')}</ListBucketResult>`;

/** A bucket that refuses a HEAD or GET of an absent object, as it does where credentials may list a prefix only. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '', 'http://bucket');
  if (url.searchParams.get('list-type')) {
    const prefix = url.searchParams.get('prefix') ?? '';
    const keys = ['sites/a/cohorts/liver/clinical data.csv', 'sites/a/cohorts/liver/folder/'];
    response.end(listing(...keys.filter((key) => key.startsWith(prefix))));
  } else if (url.pathname !== PRESENT) response.writeHead(403).end();
  else if (request.headers['if-match'] && request.headers['if-match'] !== '"e"') response.writeHead(412).end();
  else
    response.writeHead(200, { etag: '"e"', 'content-length': 5 }).end(request.method === 'GET' ? 'a,b\n1' : undefined);
}

describe('objects behind credentials that may list one prefix', () => {
  let server: Server;
  let clients: Clients;
  beforeAll(async () => {
    server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const objects = new S3Client({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
      forcePathStyle: true,
    });
    clients = { of: () => ({ objects }) } as unknown as Clients;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('are absent where the list says so, though the HEAD is refused', async () => {
    const objects = new SourceObjects(clients, 'bucket');
    expect(await objects.head(SOURCE)).toEqual({ etag: '"e"', bytes: 5 });
    expect(await objects.head(ABSENT)).toBeUndefined();
    expect(await new DerivedDocuments(clients, 'bucket').get(SOURCE, 'revisions/x.json')).toBeUndefined();
  });

  it('are read in the version that was looked at, or not at all', async () => {
    const objects = new SourceObjects(clients, 'bucket');
    let text = '';
    for await (const chunk of await objects.open(SOURCE, '"e"')) text += new TextDecoder().decode(chunk);
    expect(text).toBe('a,b\n1');
    await expect(objects.open(SOURCE, '"earlier"')).rejects.toMatchObject({ code: 'object-moved' });
    await expect(objects.open(ABSENT, '"e"')).rejects.toMatchObject({ code: 'object-moved' });
  });

  it('are listed without the folders that a console makes', async () => {
    const pages = [];
    for await (const page of new SourceObjects(clients, 'bucket').list(SOURCE)) pages.push(...page);
    expect(pages).toEqual([{ key: 'clinical data.csv', etag: '"e"', bytes: 5 }]);
  });
});
