import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SiteStudies } from '../../../functions/sharing/site-studies.ts';
import { listStudies, type StudyRoutePorts } from '../../../functions/sharing/studies.ts';
import type { ApiRequest } from '../../../lib/http/index.ts';
import {
  advanceStudy,
  approveStudy,
  cardOf,
  type Protocol,
  progressOf,
  readCard,
  refuseStudy,
  type SiteCohort,
  type StudyAnalysis,
  signDocument,
  studyRecord,
  studyResult,
  studyStatus,
} from '../../../lib/sharing/index.ts';
import { random } from '../../../lib/stats/index.ts';
import { announcementOf, StoredPeers, type StudyRecords } from '../../../lib/store/index.ts';
import { worldOf } from '../../../tools/sites/world.ts';
import { CODEBOOK, COX, cohortOf, KM, patientsOf, protocolOf, SITES, TABLE } from '../sharing/study/studies.ts';
import { acquaint, type Deployment, deploymentOf } from './deployment.ts';

const NOW = Date.parse('2027-01-01T00:00:00Z');
const now = (): number => NOW;
const taken = Object.fromEntries(SITES.map((site) => [site, cohortOf(patientsOf(site))]));

/** A site's patients as a cohort of which no other study was answered. */
const cohortFor = (site: string, study: string): SiteCohort => ({ ...taken[site]!, name: study.slice(0, 8) });

/** A protocol over the sites of these deployments. */
async function protocolFor(
  cards: ReadonlyMap<string, string>,
  analyses: readonly StudyAnalysis[],
  more: Partial<Protocol> = {},
): Promise<Protocol> {
  const sites = await Promise.all(
    [...cards].map(async ([site, jws]) => ({ site, fingerprint: (await readCard(site, jws)).card.fingerprint })),
  );
  return protocolOf(worldOf(SITES), analyses, { sites, ...more });
}

describe('Three tenants of a deployment', () => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await deploymentOf(SITES);
    await acquaint(deployment);
  });
  afterAll(() => deployment.end());

  const proposed = async (analyses: readonly StudyAnalysis[], more: Partial<Protocol> = {}): Promise<string> => {
    const protocol = await protocolFor(deployment.cards, analyses, more);
    return deployment.studies(now).propose({ site: 'north', agent: 'worker' }, protocol, CODEBOOK);
  };
  const approved = async (study: string): Promise<void> => {
    for (const site of SITES) {
      const studies = deployment.studies(now);
      expect((await studies.known(site)).map((known) => known.study)).toContain(study);
      await approveStudy(study, cohortFor(site, study), await studies.ports(site, study));
    }
  };
  const settled = async (study: string): Promise<void> => {
    for (let moved = true; moved; ) {
      moved = false;
      for (const site of SITES) {
        const { did } = await advanceStudy(study, await deployment.studies(now).ports(site, study));
        moved ||= did.length > 0;
      }
    }
  };
  const statusOf = async (study: string, site = 'south') => {
    const record = (await studyRecord(study, await deployment.studies(now).ports(site, study)))!;
    return { ...studyStatus(record, progressOf(record), NOW), evidence: record.evidence };
  };

  it('carry a study from its proposal to the attestations, each step by a process that has just started', async () => {
    const study = await proposed([COX, KM, TABLE]);
    await approved(study);
    await settled(study);
    expect(await statusOf(study)).toEqual({
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

  it('look at a flood of announcements a few at a time, and at each once', async () => {
    const flooded = await deploymentOf(['north', 'south']);
    await acquaint(flooded);
    const [studies, protocol] = [flooded.studies(now), await protocolFor(flooded.cards, [COX])];
    const study = await studies.propose({ site: 'north', agent: 'worker' }, protocol, CODEBOOK);
    const flood = Array.from({ length: 45 }, (_, i) => announcementOf(i.toString(16).padStart(64, '0')));
    for (const name of flood) await studies.stored.shares.put({ receiver: 'south', owner: 'north', name }, 'x.y.z');
    for (const name of flood.slice(0, 5))
      await studies.stored.shares.put({ receiver: 'south', owner: 'nobody', name }, 'x.y.z');
    const reads: number[] = [];
    for (let look = 0; look < 4; look += 1) {
      flooded.derived.calls.clear();
      await studies.known('south');
      reads.push(flooded.derived.calls.get('GetObjectCommand')! - 1); // the document of sites
    }
    expect(reads).toEqual([20, 20, 6, 0]);
    expect((await studies.known('south')).map((known) => known.study)).toEqual([study]);
    await flooded.end();
  });

  it('open no older study under new keys, and list it as closed', async () => {
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
    await expect(south.ports('south', study)).rejects.toMatchObject({ code: 'unknown-study' });
    const reply = await listStudies({ site: at.site } as ApiRequest, { studies: south } as unknown as StudyRoutePorts);
    expect(JSON.parse(String(reply.body))).toEqual({ studies: [{ study, proposer: 'north', status: 'closed' }] });
    expect((await records.known()).map((known) => known.study)).toEqual([study]);
    await changed.end();
  });

  it('reach whichever study is asked for, where one step concerns several', async () => {
    const first = await proposed([COX], { title: 'First of two' });
    const second = await proposed([COX], { title: 'Second of two' });
    const ports = await deployment.studies(now).across('north', { site: 'north', agent: 'worker' });
    for (const study of [first, second]) expect(await ports.exchange.list(study)).toHaveLength(2);
    expect(await ports.exchange.list('0'.repeat(64))).toEqual([]);
    expect(await studyRecord('0'.repeat(64), ports)).toBeUndefined();
    expect((await refuseStudy(second, 'erasure', ports)).code).toBe('erasure');
    expect((await ports.exchange.list(second)).map(({ name }) => name)).toContain('refusal-1.json');
  });

  it('answer with the very bytes that were kept, where a step was interrupted before it was put', async () => {
    const study = await proposed([COX], { title: 'Interrupted' });
    await approved(study);
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
    await settled(study);
    expect((await statusOf(study)).status).toBe('attested');
  });

  it('come to the same with two workers at once on every study and site, whatever comes first', async () => {
    const study = await proposed([COX, KM], { title: 'At once' });
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
    expect(await statusOf(study)).toMatchObject({ status: 'attested', evidence: [] });
  });

  it('pass over what is foreign in the folders, and tell of what is too large', async () => {
    const study = await proposed([COX], { title: 'Foreign' });
    const put = (Key: string, Body: string) =>
      deployment.derived.owner.send(new PutObjectCommand({ Bucket: deployment.derived.bucket, Key, Body }));
    const folder = `exchange/${study}/south`;
    for (const name of [
      'a/b.json',
      'README.txt',
      '.json',
      'A1.json',
      '<script>.json',
      '__proto__.json',
      'a\u202E.json',
      '',
    ])
      await put(`${folder}/${name}`, 'x');
    await put(`exchange/${study}/loose.json`, 'x');
    await put(`exchange/${study}/nobody/a1-r1.json`, 'x');
    await put(`${folder}/a9-r9.json`, 'x'.repeat(3_000_000));
    await approved(study);
    await settled(study);
    const { status, evidence } = await statusOf(study, 'north');
    expect(status).toBe('attested');
    expect(evidence).toEqual([
      { site: 'nobody', name: 'a1-r1.json', why: 'not-a-site' },
      { site: 'south', name: 'a9-r9.json', why: 'document-too-large' },
    ]);
  });

  it('read a folder that somebody fills so far and no further', async () => {
    const study = await proposed([COX], { title: 'Filled' });
    const put = (Key: string, Body: string) =>
      deployment.derived.owner.send(new PutObjectCommand({ Bucket: deployment.derived.bucket, Key, Body }));
    for (let i = 0; i < 20; i += 1) await put(`exchange/${study}/south/x${i}.json`, 'x'.repeat(1_500_000));
    await approved(study);
    const ports = await deployment.studies(now).ports('north', study);
    const files = await ports.exchange.list(study);
    expect(files.filter(({ name }) => name.startsWith('x'))).toHaveLength(16);
    expect(files.filter(({ jws }) => jws.length > 1_000_001)).toEqual([]);
    expect(files.filter(({ site }) => site === 'north').map(({ name }) => name)).toContain('protocol.json');
  });

  it('ask for a document once, and write nothing where there is nothing to do', async () => {
    const study = await proposed([COX, KM, TABLE], { title: 'Costs' });
    await approved(study);
    await settled(study);
    const studies = deployment.studies(now);
    const { derived, tableCalls } = deployment;
    const costs = async () => {
      for (const calls of [derived.calls, tableCalls]) calls.clear();
      const ports = await studies.ports('south', study);
      await advanceStudy(study, ports);
      return Object.fromEntries([...derived.calls, ...tableCalls]);
    };
    const [first, second] = [await costs(), await costs()];
    const files = await (await studies.ports('south', study)).exchange.list(study);
    expect(first['GetObjectCommand']).toBe(files.length + 1); // and the document of sites
    expect(second).toEqual({ GetObjectCommand: 1, ListObjectsV2Command: 2, QueryCommand: 3, GetItemCommand: 3 });
  });
});

/** An exchange as a plain object. */
function exchangeOf({ exchange }: { readonly exchange: { list(study: string): Promise<readonly never[]> } | object }) {
  const { list } = exchange as { list(study: string): Promise<never[]> };
  return { list: (study: string) => list.call(exchange, study) };
}
