import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SiteStudies } from '../../../functions/sharing/site-studies.ts';
import { listStudies, type StudyRoutePorts } from '../../../functions/sharing/studies.ts';
import type { ApiRequest } from '../../../lib/http/index.ts';
import {
  advanceStudy,
  approveStudy,
  cardOf,
  refuseStudy,
  signDocument,
  studyRecord,
  studyResult,
} from '../../../lib/sharing/index.ts';
import { random } from '../../../lib/stats/index.ts';
import { announcementOf, StoredPeers, type StudyRecords } from '../../../lib/store/index.ts';
import { CODEBOOK, COX, KM, SITES, TABLE } from '../sharing/study/studies.ts';
import { Carrying, cohortFor, now, protocolFor } from './carry.ts';
import { acquaint, type Deployment, deploymentOf } from './deployment.ts';

describe('Three tenants of a deployment', () => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await deploymentOf(SITES);
    await acquaint(deployment);
  });
  afterAll(() => deployment.end());

  const carrying = new Carrying(() => deployment);

  it('carry a study from its proposal to the attestations, each step by a process that has just started', async () => {
    const study = await carrying.proposed([COX, KM, TABLE]);
    await carrying.approved(study);
    await carrying.settled(study);
    expect(await carrying.statusAt('south', study)).toEqual({
      status: 'attested',
      says: 'every site came to the same numbers',
      evidence: [],
    });
    const results = await Promise.all(
      SITES.map(async (site) => studyResult(study, await deployment.studies(now).ports(site, study))),
    );
    expect(new Set(results.map((result) => result?.id)).size).toBe(1);
    for (const site of SITES) expect(await deployment.studies().stored.records(site).frozen(study)).toBeUndefined();
  });

  it('propose with the same bytes again, where the proposal was interrupted anywhere', async () => {
    const protocol = await protocolFor(deployment.cards, [COX], { title: 'Interrupted early' });
    const propose = (studies: SiteStudies) => studies.propose({ site: 'north', agent: 'worker' }, protocol, CODEBOOK);
    for (const failing of [0, 1, 2, 3]) {
      const studies = deployment.studies(now);
      const { shares } = studies.stored;
      let puts = 0;
      const counted =
        (put: (...given: never[]) => Promise<boolean>) =>
        (...given: never[]): Promise<boolean> => {
          puts += 1;
          return puts > failing ? Promise.reject(new Error('gone')) : put(...given);
        };
      shares.put = counted(shares.put.bind(shares) as never) as typeof shares.put;
      const open = studies.stored.open.bind(studies.stored);
      studies.stored.open = async (...given) => {
        const opened = await open(...given);
        opened.exchange.put = counted(opened.exchange.put.bind(opened.exchange) as never) as never;
        return opened;
      };
      await expect(propose(studies)).rejects.toThrow('gone');
    }
    const study = await propose(deployment.studies(now));
    const studies = deployment.studies(now);
    const kept = await studies.stored.records('north').kept(study);
    const files = await (await studies.ports('north', study)).exchange.list(study);
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
    expect([...files].sort(byName)).toEqual([...kept].sort(byName));
    for (const receiver of ['centre', 'south'])
      expect(await studies.stored.shares.get({ receiver, owner: 'north', name: announcementOf(study) })).toBe(
        kept.find(({ name }) => name === 'protocol.json')!.jws,
      );
  });

  it('open no folder to a site that the protocol does not name, nor to one by an announcement of somebody else', async () => {
    const two = new Map([...deployment.cards].filter(([site]) => site !== 'south'));
    const protocol = await protocolFor(two, [COX]);
    const studies = deployment.studies(now);
    const study = await studies.propose({ site: 'north', agent: 'worker' }, protocol, CODEBOOK);
    await expect(studies.ports('south', study)).rejects.toMatchObject({ code: 'unknown-study' });
    await expect(studies.ports('south', 'x')).rejects.toMatchObject({ code: 'unknown-study' });
    const [own] = (await studies.stored.records('north').kept(study)).filter(({ name }) => name === 'protocol.json');
    for (const owner of ['north', 'centre'])
      await studies.stored.shares.put({ receiver: 'south', owner, name: announcementOf(study) }, own!.jws);
    expect((await studies.known('south')).map((known) => known.study)).not.toContain(study);
    await expect(studies.ports('south', study)).rejects.toMatchObject({ code: 'unknown-study' });
    // an item that somebody wrote opens nothing by itself
    await studies.stored.records('south').know({ study, proposer: 'north' });
    await expect(studies.ports('south', study)).rejects.toMatchObject({ code: 'unknown-study' });
  });

  it('learn nothing of a study by a site whose card nobody confirmed', async () => {
    const stranger = await deploymentOf(['stranger', 'south']);
    const protocol = await protocolFor(stranger.cards, [COX], { proposer: 'stranger' });
    const study = await stranger.studies(now).propose({ site: 'stranger', agent: 'worker' }, protocol, CODEBOOK);
    const south = stranger.studies(now);
    expect(await south.known('south')).toEqual([]);
    await acquaint(stranger);
    expect(await south.known('south')).toMatchObject([{ study, proposer: 'stranger' }]);
    await stranger.end();
  });

  it('open the folders of no older study under new keys, and list it still', async () => {
    const changed = await deploymentOf(['north', 'south']);
    await acquaint(changed);
    const protocol = await protocolFor(changed.cards, [COX]);
    const study = await changed.studies(now).propose({ site: 'north', agent: 'worker' }, protocol, CODEBOOK);
    const south = changed.studies(now);
    expect(await south.known('south')).toHaveLength(1);
    const { records, ...at } = await south.at('south');
    const { keys } = await deployment.studies().at('north'); // of another hospital
    const card = await signDocument(cardOf({ site: 'north', name: 'North', address: null, sequence: 2 }, keys), keys);
    await new StoredPeers(changed.clients, changed.environment).put('south', { site: 'north', jws: card, at: '' });
    const { exchange } = await south.ports('south', study);
    expect(await exchange.list(study)).toEqual([]);
    expect(await exchange.put(study, { site: 'south', name: 'approval.json', jws: 'x.y.z' })).toBe(false);
    const reply = await listStudies({ site: at.site } as ApiRequest, { studies: south } as unknown as StudyRoutePorts);
    expect(JSON.parse(String(reply.body))).toEqual({ studies: [{ study, proposer: 'north', status: 'announced' }] });
    expect((await records.known()).map((known) => known.study)).toEqual([study]);
    await changed.end();
  });

  it('reach whichever study is asked for, where one step concerns several', async () => {
    const first = await carrying.proposed([COX], { title: 'First of two' });
    const second = await carrying.proposed([COX], { title: 'Second of two' });
    const ports = await deployment.studies(now).across('north', { site: 'north', agent: 'worker' });
    for (const study of [first, second]) expect(await ports.exchange.list(study)).toHaveLength(2);
    expect(await ports.exchange.list('0'.repeat(64))).toEqual([]);
    expect(await studyRecord('0'.repeat(64), ports)).toBeUndefined();
    expect((await refuseStudy(second, 'erasure', ports)).code).toBe('erasure');
    expect((await ports.exchange.list(second)).map(({ name }) => name)).toContain('refusal-1.json');
  });

  it('answer with the very bytes that were kept, where a step was interrupted before it was put', async () => {
    const study = await carrying.proposed([COX], { title: 'Interrupted' });
    await carrying.approved(study);
    const ports = await deployment.studies(now).ports('south', study);
    const broken = { ...ports, exchange: { ...exchangeOf(ports), put: () => Promise.reject(new Error('gone')) } };
    await expect(advanceStudy(study, broken)).rejects.toThrow('gone');
    const answerOf = async (records: StudyRecords) =>
      (await records.kept(study)).find(({ site, name }) => site === 'south' && name === 'a1-r1.json');
    const before = await answerOf(deployment.studies().stored.records('south'));
    expect(before).toBeDefined();
    const again = await deployment.studies(now).ports('south', study);
    expect((await advanceStudy(study, again)).did).toContain('a1-r1.json');
    const files = await again.exchange.list(study);
    expect(files.find(({ site, name }) => site === 'south' && name === 'a1-r1.json')?.jws).toBe(before!.jws);
    await carrying.settled(study);
    expect((await carrying.statusAt('south', study)).status).toBe('attested');
  });

  it('come to the same with two workers at once on every study and site, whatever comes first', async () => {
    const study = await carrying.proposed([COX, KM], { title: 'At once' });
    for (const site of SITES)
      await Promise.all(
        [1, 2].map(async () => {
          const studies = deployment.studies(now);
          await studies.known(site);
          await approveStudy(study, cohortFor(site, study), await studies.ports(site, study));
        }),
      );
    const draw = random(7);
    for (let turn = 0; turn < 8; turn += 1)
      await Promise.all(
        [...SITES, ...SITES].map(async (site) => {
          const ports = await deployment.studies(now).ports(site, study);
          await new Promise((resolve) => setTimeout(resolve, 20 * draw.uniform()));
          await advanceStudy(study, ports);
        }),
      );
    expect(await carrying.statusAt('south', study)).toMatchObject({ status: 'attested', evidence: [] });
  });
});

/** An exchange as a plain object. */
function exchangeOf({ exchange }: { readonly exchange: { list(study: string): Promise<readonly never[]> } | object }) {
  const { list } = exchange as { list(study: string): Promise<never[]> };
  return { list: (study: string) => list.call(exchange, study) };
}
