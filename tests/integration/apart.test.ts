import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { synthesise } from '../../tools/assembly.ts';
import { type Hospital, type Hospitals, startHospitals } from '../../tools/sites/hospitals.ts';
import { protocolOf } from '../../tools/sites/protocol.ts';
import { askAt, CODEBOOK, COX, giveLivers, TABLE, until } from './livers.ts';

let hospitals: Hospitals;
let north: Hospital;
let south: Hospital;

beforeAll(async () => {
  hospitals = await startHospitals(
    [
      { site: 'north', name: 'Hospital north' },
      { site: 'south', name: 'Hospital south' },
    ],
    {
      assembly: await synthesise(),
      apart: true,
      onLog: (line) => process.env['SIGNET_TEST_LOG'] && console.log(line),
      told: () => undefined,
      // a message of a worker that was killed comes back soon
      parameters: { StudiesSchedule: 'rate(2 seconds)', QueueVisibility: 10 },
    },
  );
  [north, south] = hospitals.all as [Hospital, Hospital];
  await giveLivers(north, 1, 120);
  await giveLivers(south, 3, 84);
}, 400_000);
afterAll(() => hospitals?.stop());

describe('A study of two deployments, which exchange nothing but documents', { timeout: 300_000 }, () => {
  it('is learnt of, answered and attested by what each fetches of the other', async () => {
    const study = await approvedByBoth('Apart');
    await attestedByBoth(study);
    const one = await askAt(north, `/studies/${study}/result`);
    expect([one.status, one.text]).toEqual([200, (await askAt(south, `/studies/${study}/result`)).text]);
    expect(one.json.findings.counts.patients).toBe(204);
  });

  it('comes to the same where workers are killed at work, again and again', async () => {
    const study = await approvedByBoth('Killed');
    let killed = 0;
    for (let i = 0; i < 100 && killed < 3; i += 1) {
      if (north.stack.kill('SharingConduct')) killed += 1;
      if (south.stack.kill('SharingConduct')) killed += 1;
      await pause(50);
    }
    expect(killed).toBeGreaterThan(0);
    await attestedByBoth(study);
    const result = await askAt(north, `/studies/${study}/result`);
    expect([result.status, result.headers.get('signet-study')]).toEqual([200, 'attested']);
    const seen = (await askAt(south, `/studies/${study}`)).json;
    expect(seen.evidence).toEqual([]);
  });

  it('serves its folders to nobody else', async () => {
    const { studies } = (await askAt(north, '/studies')).json;
    for (const path of ['', `/${studies[0].study}/north`, `/${studies[0].study}/north/protocol.json`])
      for (const authorization of ['', `Bearer ${north.visitor.token}`, 'Signet a.b.c']) {
        const { status } = await fetch(`${north.stack.api}/exchange${path}`, { headers: { authorization } });
        expect(status).toBe(401);
      }
  });
});

/** Proposes a study at north, and approves it at both. */
async function approvedByBoth(title: string): Promise<string> {
  const sites = hospitals.all.map(({ site, fingerprint }) => ({ site, fingerprint }));
  const protocol = protocolOf({ title, codebook: CODEBOOK, analyses: [COX, TABLE], sites });
  const { study } = (await askAt(north, '/studies', { codebook: CODEBOOK, protocol })).json;
  await until(async () => (await askAt(south, `/studies/${study}`)).status === 200);
  for (const hospital of [south, north])
    expect((await askAt(hospital, `/studies/${study}/approvals`, { cohort: 'livers' })).status).toBe(201);
  return study;
}

async function attestedByBoth(study: string): Promise<void> {
  for (const hospital of [north, south])
    await until(async () => (await askAt(hospital, `/studies/${study}`)).json.status === 'attested', 120);
}
