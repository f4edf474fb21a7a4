import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyChain } from '../../lib/audit/index.ts';
import { signExchangeRequest } from '../../lib/sharing/index.ts';
import { siteKeysIn } from '../../lib/store/index.ts';
import { synthesise } from '../../tools/assembly.ts';
import { linesOf } from '../../tools/local/audit-log.ts';
import { operatorOn } from '../../tools/local/sites.ts';
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

describe('A result that is shared between two deployments', { timeout: 300_000 }, () => {
  const CURVES = { analysis: 'survival', endpoint: 'os', by: 'ras' };
  const PREDICTION = {
    ...{ analysis: 'prediction', endpoint: 'os', covariates: ['ras', 'right', 'age'], times: [12, 24], bootstrap: 0 },
  };
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
  let made: any;

  it('is tried, given, listed at its receiver and read there, and each view is in its owner’s log by then', async () => {
    const { id } = await resultAt(north, CURVES);
    const path = `/cohorts/livers/results/${id}/shares`;
    const tried = await askAt(north, path, { to: 'south', try: true });
    expect([tried.status, tried.json.code]).toEqual([200, undefined]);
    expect((await askAt(south, '/shares')).json).toEqual({ given: [], received: [], unreachable: [] });
    made = (await askAt(north, path, { to: 'south' })).json;
    const { received, unreachable } = (await askAt(south, '/shares')).json;
    expect(unreachable).toEqual([]);
    const { title, until } = made.release;
    expect(received).toMatchObject([{ share: made.share, owner: 'north', title, until }]);
    expect(await viewsAt(north)).toEqual([]);

    expect((await askAt(south, `/shares/received/${made.share}`)).json).toEqual(made.release);
    const page = await askAt(south, `/shares/received/${made.share}`, undefined, 'text/html');
    expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(page.text).toContain('Released by');
    expect((await askAt(south, `/shares/received/${made.share}.svg`)).text).toContain('<svg');
    expect((await askAt(south, `/shares/received/${made.share}.csv`)).text).not.toMatch(/P1-\d/);
    const view = { who: 'site:south', cohort: 'livers', object: made.digest, decisions: { share: made.share } };
    expect(await viewsAt(north)).toMatchObject([view, view, view, view]);
    expect((await askAt(north, '/shares')).json.given).toMatchObject([{ share: made.share, views: 4 }]);
  });

  it('is served under its receiver’s signature for this path and minute, and under nothing else', async () => {
    const keys = await siteKeysIn(operatorOn(south.stack).keys, 'south');
    const path = `/releases/north/${made.share}`;
    const asked = async (said: object = {}, of = path, ago = 0) => {
      const signed = { from: 'south', to: 'north', path, ...said };
      const authorization = await signExchangeRequest(signed, keys, Date.now() - ago * 60_000);
      const { status, text } = await fetched(of, authorization);
      return [status, text];
    };
    expect(await asked()).toMatchObject([200, expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/)]);
    const guessed = path.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    const [refused, ...others] = [
      await asked({}, path, 4),
      await asked({ from: 'north' }),
      await asked({ from: 'centre' }),
      await asked({ to: 'south' }),
      await asked({ path: guessed }, guessed),
      await asked({ path: guessed }),
      await asked({}, '/releases/north'),
      await asked({ path: `/releases/south/${made.share}`, to: 'south' }, `/releases/south/${made.share}`),
      ...(await Promise.all(
        ['', `Bearer ${north.visitor.token}`, 'Signet a.b.c'].map(async (authorization) => {
          const { status, text } = await fetched(path, authorization);
          return [status, text];
        }),
      )),
    ];
    expect([refused?.[0], JSON.parse(String(refused?.[1])).code]).toEqual([401, 'unsigned-request']);
    for (const other of others) expect(other).toEqual(refused);
    expect(await viewsAt(north)).toHaveLength(5);
  });

  it('ends with its revocation', async () => {
    const revoked = await north.visitor.ask(`/shares/${made.share}`, { method: 'DELETE' });
    expect([revoked.status, ((await revoked.json()) as { views: number }).views]).toEqual([200, 5]);
    const answer = await askAt(south, `/shares/received/${made.share}`);
    expect([answer.status, answer.json.code]).toEqual([404, 'not-found']);
    expect((await askAt(south, '/shares')).json.received).toEqual([]);
  });

  it('as a model is validated at its receiver’s on patients that its owner never sees', async () => {
    const { id } = await resultAt(north, PREDICTION);
    const given = await askAt(north, `/cohorts/livers/results/${id}/shares`, { to: 'south' });
    expect([given.status, given.json.code]).toEqual([201, undefined]);
    const { prediction: model } = (await askAt(south, `/shares/received/${given.json.share}`)).json;
    const validated = await resultAt(south, { analysis: 'validate', model, times: [12] });
    expect(validated.findings.counts.used).toBe(84);
  });

  it('is missed, and its owner named, once that is gone', async () => {
    const [{ share }] = (await askAt(south, '/shares')).json.received;
    await north.stack.stop();
    const list = (await askAt(south, '/shares')).json;
    expect([list.received, list.unreachable]).toEqual([[], [{ site: 'north', why: 'silent' }]]);
    const missed = await askAt(south, `/shares/received/${share}`);
    expect([missed.status, missed.json.code]).toEqual([504, 'peer-unreachable']);
  });
});

/** The document of a question at a hospital. */
async function resultAt(hospital: Hospital, question: object) {
  let answer = await askAt(hospital, '/cohorts/livers/results', question);
  await until(async () => {
    if (answer.status === 202) answer = await askAt(hospital, '/cohorts/livers/results', question);
    return answer.status !== 202;
  });
  expect([answer.status, answer.json.code]).toEqual([200, undefined]);
  return answer.json;
}

/** Asks north's API under another header than a person's. */
async function fetched(path: string, authorization: string) {
  const response = await fetch(`${north.stack.api}${path}`, { headers: { authorization } });
  return { status: response.status, text: await response.text() };
}

/** Views of releases in a hospital's log, whose chain holds. */
async function viewsAt({ site, stack }: Hospital): Promise<readonly object[]> {
  const token = await stack.token({ site, roles: ['auditor'] });
  const answer = await fetch(`${stack.api}/audit?limit=1000`, { headers: { authorization: `Bearer ${token}` } });
  const lines = linesOf(await answer.text());
  expect(verifyChain(lines)).toMatchObject({ holds: true });
  return lines.map((line) => JSON.parse(line)).filter(({ what }) => what === 'release.viewed');
}

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
