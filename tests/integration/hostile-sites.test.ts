import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../lib/http/index.ts';
import type { Protocol, StudyAnalysis } from '../../lib/sharing/index.ts';
import { pseudonymsUnder } from '../../lib/store/index.ts';
import { synthesise } from '../../tools/assembly.ts';
import { linesOf } from '../../tools/local/audit-log.ts';
import { type Hospital, type Hospitals, startHospitals } from '../../tools/sites/hospitals.ts';
import { protocolOf } from '../../tools/sites/protocol.ts';
import { found } from './found.ts';
import { CODEBOOK, giveLivers, TABLE, until } from './livers.ts';

/*
 * Who asks under a false flag, and a patient who withdraws after her sums were sent: over the API, with three tenants of one stack.
 */

const SITES = [
  { site: 'north', name: 'Hospital north', patients: 120 },
  { site: 'centre', name: 'Hospital centre', patients: 96 },
  { site: 'south', name: 'Hospital south', patients: 84 },
] as const;
const HER = 'P3-7';

let hospitals: Hospitals;
let folder: string;
const at = (site: string): Hospital => hospitals.all.find((each) => each.site === site)!;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'signet-hostile-'));
  hospitals = await startHospitals(SITES, {
    assembly: await synthesise(),
    apart: false,
    onLog: () => undefined,
    told: () => undefined,
    parameters: { StudiesSchedule: 'rate(3 seconds)' },
    data: folder,
  });
  for (const [i, { site, patients }] of SITES.entries()) await giveLivers(at(site), i + 1, patients);
}, 300_000);
afterAll(async () => {
  await hospitals?.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Ask {
  readonly method?: string;
  readonly body?: object;
  readonly roles?: readonly string[];
  readonly authorization?: string;
}

async function ask(
  site: string,
  path: string,
  { method, body, roles = ['steward', 'analyst', 'viewer'], authorization }: Ask = {},
) {
  const { stack } = at(site);
  const token = authorization ?? `Bearer ${await stack.token({ site, roles: roles as Role[] })}`;
  const response = await fetch(`${stack.api}${path}`, {
    method: method ?? (body ? 'POST' : 'GET'),
    headers: { authorization: token, accept: 'application/json', ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
  const json: any = /^application\/(problem\+)?json/.test(response.headers.get('content-type') ?? '')
    ? JSON.parse(text)
    : undefined;
  return { status: response.status, text, json };
}

function protocol(title: string, analyses: readonly StudyAnalysis[]): Protocol {
  const sites = SITES.map(({ site }) => ({ site, fingerprint: at(site).fingerprint }));
  return { ...protocolOf({ title, codebook: CODEBOOK, analyses, sites }), hours: { round: 1, wait: 0 } };
}

async function proposed(of: Protocol): Promise<string> {
  const { json } = await ask('north', '/studies', { body: { codebook: CODEBOOK, protocol: of } });
  for (const { site } of SITES) await until(async () => (await ask(site, `/studies/${json.study}`)).status === 200);
  return json.study;
}

async function approved(study: string): Promise<void> {
  for (const { site } of SITES)
    expect((await ask(site, `/studies/${study}/approvals`, { body: { cohort: 'livers' } })).status).toBe(201);
}

const reaches = (study: string, status: string, site = 'north') =>
  until(async () => (await ask(site, `/studies/${study}`)).json?.status === status);

/** The document of a question at south. */
async function resultAtSouth(): Promise<{ readonly id: string }> {
  let answer = await ask('south', '/cohorts/livers/results', {
    body: { analysis: 'survival', endpoint: 'os', by: 'ras' },
  });
  await until(async () => {
    if (answer.status === 202)
      answer = await ask('south', '/cohorts/livers/results', {
        body: { analysis: 'survival', endpoint: 'os', by: 'ras' },
      });
    return answer.status === 200;
  });
  return answer.json;
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('A token', () => {
  const PATHS = ['/studies', '/shares', '/locks', '/audit', '/cohorts'];

  it('that has expired, is unsigned, says that it needs no signature, or was signed by another opens nothing', async () => {
    const { stack } = at('south');
    const roles: Role[] = ['steward', 'analyst', 'viewer', 'auditor'];
    const [header, payload, signature] = (await stack.token({ site: 'south', roles })).split('.') as [
      string,
      string,
      string,
    ];
    const expired = await stack.token({ site: 'south', roles, lifetime: -60 });
    const other = await at('north').stack.token({ site: 'north', roles });
    const bodies = [
      expired,
      `${header}.${payload}.`,
      `${encode({ alg: 'none', typ: 'JWT' })}.${payload}.`,
      `${encode({ alg: 'HS256', typ: 'JWT' })}.${payload}.${signature}`,
      `${header}.${other.split('.')[1]}.${signature}`,
      `${header}.${encode({ ...JSON.parse(Buffer.from(payload, 'base64url').toString()), site: 'north' })}.${signature}`,
    ];
    for (const path of PATHS)
      for (const body of bodies)
        expect((await ask('south', path, { authorization: `Bearer ${body}` })).status).toBe(401);
  });

  it('with roles that are none has those that are, and no more', async () => {
    const roles = ['viewer', 'admin', 'STEWARD', '*', 'steward;auditor'];
    expect((await ask('south', '/cohorts', { roles })).status).toBe(200);
    for (const path of ['/studies', '/shares', '/locks', '/audit'])
      expect([path, (await ask('south', path, { roles })).json.code]).toEqual([path, 'role-needed']);
    expect((await ask('south', '/studies', { roles, body: {} })).json.code).toBe('role-needed');
    expect((await ask('south', '/cohorts/livers/erasures', { roles, body: { patient: HER } })).json.code).toBe(
      'role-needed',
    );
  });
});

describe('A patient who withdraws after her sums were sent', () => {
  it('is taken out of studies and sets; what partners hold is named, and nothing more goes to them until it is destroyed', async () => {
    const study = await proposed(protocol('Held', [TABLE]));
    await approved(study);
    await reaches(study, 'attested', 'south');
    const { id } = await resultAtSouth();
    const share = (body: object) => ask('south', `/cohorts/livers/results/${id}/shares`, { body });
    const [given, link] = [await share({ to: 'north' }), await share({ link: true })];
    expect([given.status, link.status]).toEqual([201, 201]);

    const erase = () => ask('south', '/cohorts/livers/erasures', { body: { patient: HER } });
    let erased = await erase();
    const named = erased.json.studies;
    await until(async () => {
      if (erased.status === 202) erased = await erase();
      return erased.status === 200;
    });
    expect([...new Set([...named, ...erased.json.studies])]).toContain(study);
    const recalls: { what: string; partner: string; digest: string; share?: string; lock: string }[] =
      erased.json.recalls;
    expect(recalls).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ what: 'study', digest: study, partner: 'north' }),
        expect.objectContaining({ what: 'study', digest: study, partner: 'centre' }),
        expect.objectContaining({
          what: 'release',
          digest: given.json.digest,
          partner: 'north',
          share: given.json.share,
        }),
        expect.objectContaining({ what: 'release', digest: link.json.digest, partner: 'link', share: link.json.share }),
      ]),
    );
    for (const { site } of SITES) await reaches(study, 'withdrawn', site);

    const again = await resultAtSouth();
    expect(again.id).not.toBe(id);
    const next = () => ask('south', `/cohorts/livers/results/${again.id}/shares`, { body: { to: 'north' } });
    expect((await next()).json).toMatchObject({ code: 'rule-refuses', place: { value: 'erasure' } });
    const more = await proposed(protocol('More', [{ ...TABLE, variables: ['age'] } as StudyAnalysis]));
    const approve = () => ask('south', `/studies/${more}/approvals`, { body: { cohort: 'livers' } });
    expect((await approve()).json).toMatchObject({ code: 'rule-refuses', place: { value: 'erasure' } });

    for (const { lock } of recalls)
      expect((await ask('north', `/locks/${lock}`, { method: 'DELETE' })).status).toBe(404);
    for (const { lock } of recalls)
      expect((await ask('south', `/locks/${lock}`, { method: 'DELETE' })).status).toBe(204);
    expect((await approve()).json.waivers.map(({ rule }: { rule: string }) => rule)).toContain('erasure');
    const released = await next();
    expect([released.status, released.json.release?.waivers[0]?.rule]).toEqual([201, 'erasure']);

    const { text } = await ask('south', '/audit?limit=1000', { roles: ['auditor'] });
    expect(text).not.toContain(HER);
    const entries = linesOf(text).map((line) => JSON.parse(line));
    expect(entries.filter(({ what }) => what === 'lock.lifted')).toHaveLength(recalls.length);
    expect(entries.filter(({ what, object }) => what === 'approval.refused' && object === more)).toMatchObject([
      { decisions: { rule: expect.stringMatching(/^erasure: /) } },
    ]);
    expect(entries.find(({ what }) => what === 'erasure.done').decisions).toMatchObject({ recalls: recalls.length });
  });

  it('is found nowhere: not in a version of an object, nor in an item, by her name or her key', async () => {
    const secret = JSON.parse(readFileSync(path.join(folder, 'secrets.json'), 'utf8'));
    const pseudonym = pseudonymsUnder(Buffer.from(secret['signet/south/pseudonyms'].value, 'base64'));
    expect(await found(folder, [`${HER},`, `"${HER}"`, pseudonym('patient', HER)])).toEqual([]);
    expect(await found(folder, [pseudonym('patient', 'P3-8')])).not.toEqual([]);
  });
});
