import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServedExchange } from '../../../functions/sharing/served-exchange.ts';
import { isSignetError } from '../../../lib/base/index.ts';
import { signExchangeRequest } from '../../../lib/sharing/index.ts';
import { StoredPeers } from '../../../lib/store/index.ts';
import { COX, KM, SITES } from '../sharing/study/studies.ts';
import { Carrying, NOW, now } from './carry.ts';
import { acquaint, type Deployment, deploymentOf } from './deployment.ts';

/** A deployment of one site, as its API answers to others. */
interface Apart {
  readonly deployment: Deployment;
  readonly server: Server;
  /** Paths that were asked. */
  readonly asked: string[];
  /** What is answered instead, where somebody stands in between. */
  instead: ((path: string) => string | undefined) | undefined;
}

async function started(site: string): Promise<Apart> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const deployment = await deploymentOf([site], `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const served = new ServedExchange(deployment.studies(now), now);
  const apart: Apart = { deployment, server, asked: [], instead: undefined };
  server.on('request', async (request, response) => {
    const path = request.url ?? '';
    apart.asked.push(path);
    const instead = apart.instead?.(path);
    if (instead !== undefined) return response.end(instead);
    const [, , study, of, name] = path.split('/').map(decodeURIComponent);
    const call = { authorization: request.headers.authorization, path };
    try {
      if (name !== undefined) return response.end(await served.document(call, study!, of!, name));
      if (of !== undefined) return response.end(JSON.stringify(await served.folder(call, study!, of)));
      return response.end(JSON.stringify(await served.announced(call)));
    } catch (error) {
      return response
        .writeHead(isSignetError(error, 'unsigned-request') ? 401 : isSignetError(error) ? 404 : 500)
        .end();
    }
  });
  return apart;
}

describe('Three deployments that exchange nothing but documents', () => {
  const all = new Map<string, Apart>();
  beforeAll(async () => {
    for (const site of [...SITES, 'stranger']) all.set(site, await started(site));
    await acquaint(...SITES.map((site) => all.get(site)!.deployment));
  });
  afterAll(async () => {
    for (const { deployment, server } of all.values()) {
      server.closeAllConnections();
      server.close();
      await deployment.end();
    }
  });
  const carrying = new Carrying((site) => all.get(site)!.deployment);
  const studiesAt = (site: string) => carrying.studies(site);
  const proposed = (title: string, sites: readonly string[] = SITES): Promise<string> =>
    carrying.proposed(sites.length > 2 ? [COX, KM] : [COX], { title }, sites);
  const call = async (from: string, path: string, to = 'north', at = NOW) => {
    const { keys } = await all.get(from)!.deployment.studies().at(from);
    return { authorization: await signExchangeRequest({ from, to, path }, keys, at), path };
  };

  it('learn of a study, carry it through, and keep their own folders alone', async () => {
    const study = await proposed('Apart');
    for (const site of SITES) await carrying.approve(site, study);
    await carrying.settled(study);
    for (const site of SITES)
      expect(await carrying.statusAt(site, study)).toMatchObject({ status: 'attested', evidence: [] });
    for (const site of SITES) {
      const { exchange } = await studiesAt(site).stored.open(
        site,
        study,
        studiesAt(site).stored.records(site),
        async () => ({ study, sites: [] }),
      );
      expect(new Set((await exchange.list(study)).map((file) => file.site))).toEqual(new Set([site]));
    }
  });

  it('wait for one that is out of reach, and go on when it is back', async () => {
    const study = await proposed('Out of reach');
    for (const site of SITES) await carrying.approve(site, study);
    const south = all.get('south')!;
    south.instead = () => 'nothing of ours';
    await carrying.settled(study, ['centre', 'north']);
    expect(await carrying.statusAt('north', study)).toMatchObject({ status: 'proposed', says: '2 of 3 approved' });
    south.instead = undefined;
    await carrying.settled(study);
    expect((await carrying.statusAt('north', study)).status).toBe('attested');
  });

  it('take whatever a site in between answers for evidence at most', async () => {
    const study = await proposed('In between');
    for (const site of SITES) await carrying.approve(site, study);
    const centre = all.get('centre')!;
    for (const answer of [
      '{"documents":7}',
      'null',
      '[]',
      '{"documents":[null,7,{"name":"../x","version":"1"},{"name":"__proto__","version":{}}]}',
    ]) {
      centre.instead = () => answer;
      expect((await carrying.statusAt('north', study)).evidence).toEqual([]);
    }
    centre.instead = (path) =>
      path.endsWith('/centre') ? '{"documents":[{"name":"a1-r1.json","version":"1"}]}' : 'x'.repeat(5_000_000);
    expect((await carrying.statusAt('north', study)).evidence).toEqual([
      { site: 'centre', name: 'a1-r1.json', why: 'document-too-large' },
    ]);
    centre.instead = undefined;
  });

  it('serve a folder to the sites that the protocol names, under a signature for this path and minute alone', async () => {
    const study = await proposed('Served', ['centre', 'north']);
    const served = new ServedExchange(studiesAt('north'), now);
    const [list, document] = [`/exchange/${study}/north`, `/exchange/${study}/north/protocol.json`];
    expect(await served.announced(await call('centre', '/exchange'))).toMatchObject({
      studies: expect.arrayContaining([study]),
    });
    expect(await served.folder(await call('centre', list), study, 'north')).toMatchObject({
      documents: [{ name: 'codebook.json' }, { name: 'protocol.json' }],
    });
    expect(
      (await served.document(await call('centre', document), study, 'north', 'protocol.json')).split('.'),
    ).toHaveLength(3);

    // a confirmed site that this study doesn't name
    expect((await served.announced(await call('south', '/exchange'))).studies).not.toContain(study);
    await expect(served.folder(await call('south', list), study, 'north')).rejects.toMatchObject({ code: 'not-found' });
    await expect(served.document(await call('south', document), study, 'north', 'protocol.json')).rejects.toMatchObject(
      {
        code: 'not-found',
      },
    );
    const good = await call('centre', list);
    const [head = '', payload = '', signature = ''] = good.authorization.replace('Signet ', '').split('.');
    const unsigned = Buffer.from('{"alg":"none"}').toString('base64url');
    const refused = {
      'nobody confirmed': await call('stranger', list),
      'another name': {
        ...(await call('stranger', list)),
        authorization: good.authorization.replace(signature, 'AAAA'),
      },
      'another path': { ...good, path: document },
      'signed for another': await call('centre', list, 'south'),
      'three minutes ago': await call('centre', list, 'north', NOW - 3 * 60_000),
      'in three minutes': await call('centre', list, 'north', NOW + 3 * 60_000),
      'no signature': { path: list, authorization: undefined },
      'a token': { path: list, authorization: 'Bearer x.y.z' },
      'alg none': { path: list, authorization: `Signet ${unsigned}.${payload}.` },
      'alg none, signed': { path: list, authorization: `Signet ${unsigned}.${payload}.${signature}` },
      'no payload': { path: list, authorization: `Signet ${head}.bnVsbA.${signature}` },
      'too long': { path: list, authorization: `Signet ${head}.${'A'.repeat(3000)}.${signature}` },
    };
    for (const [says, each] of Object.entries(refused))
      await expect(served.folder(each, study, 'north'), says).rejects.toMatchObject({ code: 'unsigned-request' });
    // minutes that clocks may differ by
    await served.folder(await call('centre', list, 'north', NOW - 60_000), study, 'north');
    for (const name of ['..', '../south/protocol.json', '%2e%2e', '<script>.json', '__proto__', ''])
      await expect(
        served.document(await call('centre', `${list}/${name}`), study, 'north', name),
      ).rejects.toMatchObject({ code: 'not-found' });
    for (const site of ['south', 'nobody', '../north', 'north/../south'])
      await expect(served.folder(await call('centre', list, site), study, site)).rejects.toMatchObject({
        code: 'unsigned-request',
      });
  });

  it('are asked over plain HTTP by nobody who is reached over HTTPS', async () => {
    const secure = await deploymentOf(['secure'], 'https://secure.example');
    await new StoredPeers(secure.clients, secure.environment).put('secure', {
      site: 'south',
      jws: all.get('south')!.deployment.cards.get('south')!,
      at: '',
    });
    const { asked } = all.get('south')!;
    asked.length = 0;
    expect(await secure.studies(now).known('secure')).toEqual([]);
    expect(asked).toEqual([]);
    await secure.end();
  });

  it('ask nothing twice that they have read', async () => {
    const study = await proposed('Once', ['centre', 'north']);
    await carrying.approve('centre', study);
    const studies = studiesAt('centre');
    const { asked } = all.get('north')!;
    const { exchange } = await studies.ports('centre', study);
    await exchange.list(study);
    asked.length = 0;
    await exchange.list(study);
    expect(asked).toEqual([`/exchange/${study}/north`]);
  });
});
