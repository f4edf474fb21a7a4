import { describe, expect, it } from 'vitest';
import { Conductor, dispatched } from '../../../functions/conduct/conductor.ts';
import { SignetError } from '../../../lib/base/index.ts';
import { approveStudy, proposeStudy, refuseStudy, studyRecord, unknownStudy } from '../../../lib/sharing/index.ts';
import type { Crossing, Errand } from '../../../lib/store/index.ts';
import type { World } from '../../../tools/sites/world.ts';
import { CODEBOOK, COX, cohortOf, KM, patientsOf, protocolOf, SITES, threeSites } from '../sharing/study/studies.ts';

/** Studies as a deployment of these sites has them. */
function studiesOf(world: World, looked: string[] = [], known: readonly string[] = []) {
  return {
    known: async (site: string) => {
      looked.push(site);
      return known.map((study) => ({ study }));
    },
    ports: async (site: string) => {
      const ports = world.ports[site];
      if (!ports) throw unknownStudy();
      return ports;
    },
    received: async (site: string, from: string, name: string) => {
      looked.push(`${site} ${from} ${name}`);
    },
    receivedAll: async (site: string) => {
      looked.push(`all of ${site}`);
    },
  };
}

/** What newly lies in the exchange since it was last looked at. */
function newly(world: World, seen: Set<string>): Crossing[] {
  return [...world.exchange.files].flatMap(([key, { site, name }]) => {
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ document: { study: key.split('/')[0]!, site, name } }];
  });
}

describe('Sites whose errands are run in any order', () => {
  it.each([
    ['first come', (errands: Errand[]) => errands.shift()],
    ['last come', (errands: Errand[]) => errands.pop()],
  ])('answer, and attest one result, %s first served', async (_, next) => {
    const { world } = threeSites();
    const conductor = new Conductor(studiesOf(world));
    const protocol = protocolOf(world, [COX, KM]);
    const study = await proposeStudy(protocol, CODEBOOK, world.ports['north']!);
    for (const site of SITES) await approveStudy(study, cohortOf(patientsOf(site)), world.ports[site]!);
    const seen = new Set<string>();
    const errands = dispatched(newly(world, seen), SITES);
    for (let errand = next(errands); errand; errand = next(errands)) {
      await conductor.run(errand);
      errands.push(...dispatched(newly(world, seen), SITES));
    }
    const record = (await studyRecord(study, world.ports['south']!))!;
    expect([...record.attestations.keys()].sort()).toEqual([...SITES]);
    expect(new Set([...record.attestations.values()].map(({ document }) => document.result)).size).toBe(1);
  });

  it('say what they did, and that they wait where others are to come first', async () => {
    const { world } = threeSites();
    const conductor = new Conductor(studiesOf(world));
    const study = await proposeStudy(protocolOf(world, [COX]), CODEBOOK, world.ports['north']!);
    expect(await conductor.run({ site: 'south', study })).toEqual({ site: 'south', study, did: '', next: 'decide' });
    await approveStudy(study, cohortOf(patientsOf('south')), world.ports['south']!);
    expect(await conductor.run({ site: 'south', study })).toMatchObject({ did: '', next: 'wait' });
    for (const site of ['north', 'centre']) await approveStudy(study, cohortOf(patientsOf(site)), world.ports[site]!);
    expect(await conductor.run({ site: 'south', study })).toMatchObject({ did: 'a1-r1.json', next: 'wait' });
    expect(await conductor.run({ site: 'south', study })).toMatchObject({ did: '', next: 'wait' });
    await expect(conductor.run({ site: 'east', study })).rejects.toBeInstanceOf(SignetError);
  });
});

describe('The schedule', () => {
  it('sends a site through its studies but for those in which it has nothing more to do', async () => {
    const { world } = threeSites();
    const [over, open] = await Promise.all(
      ['Over', 'Open'].map((title) =>
        proposeStudy(protocolOf(world, [COX], { title }), CODEBOOK, world.ports['north']!),
      ),
    );
    const conductor = new Conductor(studiesOf(world, [], [over!, open!]));
    expect(await conductor.open('south')).toEqual([over, open]);
    await refuseStudy(over!, 'declined', world.ports['centre']!);
    for (const study of [over!, open!]) await conductor.run({ site: 'south', study });
    expect(await conductor.open('south')).toEqual([open]);
    expect(await conductor.open('north')).toEqual([over, open]);
  });
});

describe('What comes to lie between sites', () => {
  it('is looked at by every site of the deployment, and a copy by its receiver, if she is of it', () => {
    const study = 'a'.repeat(64);
    const share = (receiver: string) => ({ share: { receiver, owner: 'north', name: 'x.json' } });
    expect(dispatched([{ document: { study, site: 'north', name: 'a1-r1.json' } }], ['north', 'south'])).toEqual([
      { site: 'north', study },
      { site: 'south', study },
    ]);
    expect(dispatched([share('south'), share('link'), share('elsewhere')], ['north', 'south'])).toEqual([
      { site: 'south', received: { owner: 'north', name: 'x.json' } },
    ]);
  });

  it('is learnt of where it announces a study, and entered where it is a receipt', async () => {
    const looked: string[] = [];
    const conductor = new Conductor(studiesOf(threeSites().world, looked));
    await conductor.run({ site: 'south', received: { owner: 'north', name: `protocol-${'a'.repeat(64)}.json` } });
    await conductor.run({ site: 'south', received: { owner: 'north', name: 'receipt-1.json' } });
    expect(looked).toEqual(['south', 'south north receipt-1.json']);
    await conductor.open('south');
    expect(looked.slice(2)).toEqual(['all of south', 'south']);
  });
});
