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
      parameters: { StudiesSchedule: 'rate(2 seconds)' },
    },
  );
  [north, south] = hospitals.all as [Hospital, Hospital];
  await giveLivers(north, 1, 120);
  await giveLivers(south, 3, 84);
}, 400_000);
afterAll(() => hospitals?.stop());

describe('A study of two deployments, which exchange nothing but documents', () => {
  it('is learnt of, answered and attested by what each fetches of the other', async () => {
    const sites = hospitals.all.map(({ site, fingerprint }) => ({ site, fingerprint }));
    const protocol = protocolOf({ title: 'Apart', codebook: CODEBOOK, analyses: [COX, TABLE], sites });
    const { json } = await askAt(north, '/studies', { codebook: CODEBOOK, protocol });
    const { study } = json;
    await until(async () => (await askAt(south, `/studies/${study}`)).status === 200);
    for (const hospital of [south, north])
      expect((await askAt(hospital, `/studies/${study}/approvals`, { cohort: 'livers' })).status).toBe(201);
    for (const hospital of [north, south])
      await until(async () => (await askAt(hospital, `/studies/${study}`)).json.status === 'attested');
    const one = await askAt(north, `/studies/${study}/result`);
    expect([one.status, one.text]).toEqual([200, (await askAt(south, `/studies/${study}/result`)).text]);
    expect(one.json.findings.counts.patients).toBe(204);
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
