import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { advanceStudy } from '../../../lib/sharing/index.ts';
import { announcementOf } from '../../../lib/store/index.ts';
import { CODEBOOK, COX, KM, SITES, TABLE } from '../sharing/study/studies.ts';
import { Carrying, now, protocolFor } from './carry.ts';
import { acquaint, type Deployment, deploymentOf } from './deployment.ts';

describe('The folders of studies', () => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await deploymentOf(SITES);
    await acquaint(deployment);
  });
  afterAll(() => deployment.end());
  const carrying = new Carrying(() => deployment);

  it('are read past what is foreign, and tell of what is too large', async () => {
    const study = await carrying.proposed([COX], { title: 'Foreign' });
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
    await carrying.approved(study);
    await carrying.settled(study);
    const { status, evidence } = await carrying.statusAt('north', study);
    expect(status).toBe('attested');
    expect(evidence).toEqual([
      { site: 'nobody', name: 'a1-r1.json', why: 'not-a-site' },
      { site: 'south', name: 'a9-r9.json', why: 'document-too-large' },
    ]);
  });

  it('are read so far and no further where somebody fills one', async () => {
    const study = await carrying.proposed([COX], { title: 'Filled' });
    const put = (Key: string, Body: string) =>
      deployment.derived.owner.send(new PutObjectCommand({ Bucket: deployment.derived.bucket, Key, Body }));
    for (let i = 0; i < 20; i += 1) await put(`exchange/${study}/south/x${i}.json`, 'x'.repeat(1_500_000));
    await carrying.approved(study);
    const ports = await deployment.studies(now).ports('north', study);
    const files = await ports.exchange.list(study);
    expect(files.filter(({ name }) => name.startsWith('x'))).toHaveLength(16);
    expect(files.filter(({ jws }) => jws.length > 1_000_001)).toEqual([]);
    expect(files.filter(({ site }) => site === 'north').map(({ name }) => name)).toContain('protocol.json');
  });

  it('are learnt of a few at a time in a flood of announcements, each looked at once', async () => {
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

  it('give each document once to a process, which writes nothing where there is nothing to do', async () => {
    const study = await carrying.proposed([COX, KM, TABLE], { title: 'Costs' });
    await carrying.approved(study);
    await carrying.settled(study);
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
