import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { MOST_OFFERED, RemoteReleases } from '../../../lib/store/remote-releases.ts';

const SHARE = '0'.repeat(26);
const OFFER = { share: SHARE, title: 'Survival', given: '2027-01-01T00:00:00.000Z', until: '2027-03-01T00:00:00.000Z' };
const offers = (...releases: unknown[]): string => JSON.stringify({ releases });

describe("What another deployment's site says it gave", () => {
  let answer: (response: ServerResponse) => unknown = () => undefined;
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.headers.authorization} ${request.url}`);
    answer(response);
  });
  let address = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const releases = () =>
    new RemoteReleases(
      { from: 'north', site: 'south', address, sign: async (path) => `signed ${path}`, now: () => 0 },
      new Map(),
    );

  it('is asked for under a signature for each path', async () => {
    answer = (response) => response.end(offers({ ...OFFER, more: 'of a later version' }));
    expect(await releases().list()).toEqual({ offered: [OFFER] });
    answer = (response) => response.end('x.y.z');
    expect(await releases().get(SHARE)).toEqual({ jws: 'x.y.z' });
    const document = `/releases/south/${SHARE}`;
    expect(asked).toEqual(['signed /releases/south /releases/south', `signed ${document} ${document}`]);
  });

  it.each<[string, 'silent' | 'refused', (response: ServerResponse) => unknown]>([
    ['an error', 'silent', (response) => response.writeHead(500).end(offers(OFFER))],
    ['a gateway’s page', 'silent', (response) => response.writeHead(503).end('<html>')],
    ['a refusal', 'refused', (response) => response.writeHead(401).end(offers(OFFER))],
    ['what an older version says', 'refused', (response) => response.writeHead(404).end('{}')],
    ['a page', 'silent', (response) => response.end('<html>')],
    ['null', 'silent', (response) => response.end('null')],
    ['nothing', 'silent', (response) => response.end()],
    ['half of it', 'silent', (response) => response.destroy()],
    ['no list', 'silent', (response) => response.end('{"releases":{"length":1}}')],
    ['a name that no share has', 'silent', (response) => response.end(offers({ ...OFFER, share: '../audit' }))],
    ['no date', 'silent', (response) => response.end(offers({ ...OFFER, given: '<script>' }))],
    ['a title without end', 'silent', (response) => response.end(offers({ ...OFFER, title: 'x'.repeat(20_000) }))],
    ['more than are listed', 'silent', (response) => response.end(offers(...Array(MOST_OFFERED + 1).fill(OFFER)))],
    ['more than a document holds', 'silent', (response) => response.end(`${' '.repeat(3e6)}${offers(OFFER)}`)],
    ['another place', 'silent', (response) => response.writeHead(302, { location: `${address}/else` }).end()],
  ])('is not believed where it is %s', async (_, unheard, answers) => {
    answer = answers;
    asked.length = 0;
    expect(await releases().list()).toEqual({ unheard });
    expect(asked).toHaveLength(1);
  });

  it('is waited for five seconds', async () => {
    const patience = new AbortController();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(patience.signal);
    answer = (response) => {
      response.write('{"releases":');
      patience.abort();
    };
    expect(await releases().list()).toEqual({ unheard: 'silent' });
    expect(timeout).toHaveBeenCalledExactlyOnceWith(5000);
    timeout.mockRestore();
  });

  it('is a document of so many bytes and no more', async () => {
    answer = (response) => response.end('x'.repeat(3_000_000));
    expect(await releases().get(SHARE)).toEqual({ jws: 'x'.repeat(1_000_001) });
  });

  it.each<[number, string, object]>([
    [410, '{"code":"share-expired"}', { unheard: 'refused', ended: 'share-expired' }],
    [410, '{"code":"withdrawn"}', { unheard: 'refused', ended: 'withdrawn' }],
    [401, '{"code":"unsigned-request"}', { unheard: 'refused' }],
    [500, '{"code":"no-keys"}', { unheard: 'silent' }],
    [404, '<html>', { unheard: 'refused' }],
  ])('is over, or not there, by what its owner says: %i %s', async (status, body, said) => {
    answer = (response) => response.writeHead(status).end(body);
    expect(await releases().get(SHARE)).toEqual(said);
  });
});
