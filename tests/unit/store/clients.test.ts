import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createClients } from '../../../lib/store/clients.ts';

describe('the factory of clients', () => {
  const asked: URLSearchParams[] = [];
  let minutes = 60;
  let server: Server;
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      asked.push(new URLSearchParams(body));
      const expiration = new Date(Date.now() + minutes * 60_000).toISOString();
      response.setHeader('content-type', 'text/xml');
      response.end(
        `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
        <AccessKeyId>K${asked.length}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
        <Expiration>${expiration}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    vi.stubEnv('AWS_ENDPOINT_URL_STS', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    vi.stubEnv('AWS_REGION', 'eu-central-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'own');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'own');
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    server.closeAllConnections();
    server.close();
  });

  const dataRole = 'arn:aws:iam::000000000000:role/data';

  it("cuts a site's credentials by a session tag, once for all of its clients", async () => {
    const clients = createClients({ dataRole });
    const { table, objects, secrets } = clients.of('a');
    expect(clients.of('a').table).toBe(table);
    const keys = await Promise.all([table, objects, secrets].map((client) => client.config.credentials()));
    expect(new Set(keys.map(({ accessKeyId }) => accessKeyId)).size).toBe(1);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.get('RoleArn')).toBe(dataRole);
    expect(asked[0]?.get('Tags.member.1.Key')).toBe('site');
    expect(asked[0]?.get('Tags.member.1.Value')).toBe('a');
  });

  it("adds a study to the tags where one is named, and to nobody else's", async () => {
    const clients = createClients({ dataRole });
    const [study, other] = ['a', 'b'].map((digit) => digit.repeat(64));
    asked.length = 0;
    const opened = [clients.inStudy('a', study!), clients.inStudy('a', other!), clients.inStudy('b', study!)];
    expect(clients.inStudy('a', study!)).toBe(opened[0]);
    const keys = await Promise.all([...opened, clients.of('a').objects].map((client) => client.config.credentials()));
    expect(new Set(keys.map(({ accessKeyId }) => accessKeyId)).size).toBe(4);
    const tags = asked.map((request) =>
      ['Key', 'Value'].flatMap((part) => [1, 2].map((n) => request.get(`Tags.member.${n}.${part}`))),
    );
    const wanted = [
      ['site', 'study', 'a', study],
      ['site', 'study', 'a', other],
      ['site', 'study', 'b', study],
      ['site', null, 'a', null],
    ];
    expect(tags).toHaveLength(wanted.length);
    expect(tags).toEqual(expect.arrayContaining(wanted));
    for (const [site, of] of [
      ['a*', study],
      ['a', '*'],
      ['a', study!.toUpperCase()],
      ['a', ''],
    ])
      expect(() => clients.inStudy(site!, of!)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^unknown-/) }),
      );
  });

  it('keeps sites apart, and refuses what is no name of one', async () => {
    const clients = createClients({ dataRole });
    const [a, b] = await Promise.all(['a', 'b'].map((site) => clients.of(site).table.config.credentials()));
    expect(a?.accessKeyId).not.toBe(b?.accessKeyId);
    expect(() => clients.of('a*')).toThrow(expect.objectContaining({ code: 'unknown-site' }));
  });

  it('keeps a session that has 25 minutes left, and renews one that has 19', async () => {
    const clients = createClients({ dataRole });
    const keyAfterTwo = async (site: string, left: number): Promise<boolean> => {
      minutes = left;
      const { credentials } = clients.of(site).table.config;
      const [first, second] = [await credentials(), await credentials()];
      return first.accessKeyId === second.accessKeyId;
    };
    expect(await keyAfterTwo('c', 25)).toBe(true);
    expect(await keyAfterTwo('d', 19)).toBe(false);
  });
});
