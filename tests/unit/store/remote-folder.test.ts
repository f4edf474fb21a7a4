import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Recent } from '../../../lib/store/recent.ts';
import { RemoteFolder } from '../../../lib/store/remote-folder.ts';

const STUDY = 'a'.repeat(64);
const LIST = `/exchange/${STUDY}/south`;

describe("A folder of another deployment's site", () => {
  let answer: (path: string, response: ServerResponse) => void = () => undefined;
  const asked: string[] = [];
  let elsewhere = 0;
  const server = createServer((request, response) => {
    if (request.url === '/elsewhere') elsewhere += 1;
    asked.push(`${request.headers.authorization} ${request.url}`);
    answer(request.url ?? '', response);
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
  beforeEach(() => {
    asked.length = 0;
  });

  let time = 0;
  const folder = (at = address, silences = new Map<string, number>()) =>
    new RemoteFolder(
      {
        from: 'north',
        site: 'south',
        address: at,
        sign: async (path) => `signed ${path}`,
        recent: new Recent(1e7),
        now: () => time,
      },
      silences,
    );
  const documents = (...names: string[]) =>
    JSON.stringify({ documents: names.map((name) => ({ name, version: '1' })) });

  it('is asked under a signature for each path, below whatever address', async () => {
    answer = (path, response) => response.end(path.endsWith('/south') ? documents('a1-r1.json') : 'x.y.z');
    expect(await folder(`${address}/`).list(STUDY)).toEqual([{ site: 'south', name: 'a1-r1.json', jws: 'x.y.z' }]);
    expect(asked).toEqual([`signed ${LIST} ${LIST}`, `signed ${LIST}/a1-r1.json ${LIST}/a1-r1.json`]);
    answer = (_, response) => response.end(JSON.stringify({ studies: [STUDY, 'x', 7, null, `${STUDY}/..`] }));
    expect(await folder().announced()).toEqual([STUDY]);
  });

  it.each([
    ['an error', (response: ServerResponse) => response.writeHead(500).end(documents('a1-r1.json'))],
    ['a refusal', (response: ServerResponse) => response.writeHead(401).end('{}')],
    ['a page', (response: ServerResponse) => response.end('<html>')],
    ['a number', (response: ServerResponse) => response.end('7')],
    ['nothing', (response: ServerResponse) => response.end()],
    ['other members', (response: ServerResponse) => response.end('{"documents":{"length":3},"studies":{"0":"x"}}')],
    [
      'names that none can have',
      (response: ServerResponse) => response.end(documents('../x.json', '__proto__', 'A.json', '')),
    ],
    ['half of it', (response: ServerResponse) => response.destroy()],
    [
      'the way to another place',
      (response: ServerResponse) => response.writeHead(302, { location: '/elsewhere' }).end(),
    ],
  ])('has nothing new where it answers with %s', async (_, answers) => {
    answer = (_path, response) => void answers(response);
    expect(await folder().list(STUDY)).toEqual([]);
    expect(await folder().announced()).toEqual([]);
    expect(elsewhere).toBe(0);
  });

  it('is read no further than a document may be large, and no more than a folder', async () => {
    let sent = 0;
    answer = (path, response) => {
      if (path.endsWith('/south'))
        return response.end(documents(...Array.from({ length: 60 }, (_, i) => `x${i}.json`)));
      sent += 1;
      return response.end('x'.repeat(3_000_000));
    };
    const files = await folder().list(STUDY);
    expect(new Set(files.map(({ jws }) => jws.length))).toEqual(new Set([1_000_001]));
    expect(sent).toBeLessThan(30);
  });

  it('is asked again for what something in between answered instead of a document', async () => {
    let page = true;
    answer = (path, response) => {
      if (path.endsWith('/south')) return response.end(documents('a1-r1.json'));
      return response.end(page ? '<html>Back soon</html>' : 'x.y.z');
    };
    const once = folder();
    expect(await once.list(STUDY)).toMatchObject([{ jws: '<html>Back soon</html>' }]);
    page = false;
    expect(await once.list(STUDY)).toMatchObject([{ jws: 'x.y.z' }]);
    asked.length = 0;
    await once.list(STUDY);
    expect(asked).toHaveLength(1);
  });

  it('is left alone for half a minute where nobody answers', async () => {
    const [silences, signed]: [Map<string, number>, string[]] = [new Map(), []];
    const silent = new RemoteFolder(
      {
        ...{ from: 'north', site: 'south', address: 'http://127.0.0.1:1', recent: new Recent(10), now: () => time },
        sign: async (path) => {
          signed.push(path);
          return '';
        },
      },
      silences,
    );
    for (const [at, times] of [
      [0, 1],
      [29_000, 1],
      [31_000, 2],
    ] as const) {
      time = at;
      expect(await silent.list(STUDY)).toEqual([]);
      expect(signed).toHaveLength(times);
    }
    time = 0;
  });
});
