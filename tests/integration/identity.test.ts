import { beforeAll, describe, expect, inject, it } from 'vitest';
import { OPEN_ROUTES, ROLES, ROUTES } from '../../lib/http/index.ts';
import { ask, until } from './client.ts';
import { give } from './cohort.ts';

const path = (key: string): string =>
  key
    .split(' ')[1]!
    .replace('{cohort}', 'absent')
    .replace('{schema}', 'cohort-definition')
    .replace('{file}', 'patients.parquet')
    .replace(/\{\w+\}/g, 'f00d');
const method = (key: string): string => key.split(' ')[0]!;
const body = (key: string): unknown => (/^(POST|PUT)/.test(key) ? {} : undefined);

const forged = (token: string): string => {
  const [header, payload, signature] = token.split('.') as [string, string, string];
  return [header, payload, signature.replace(/./g, (c, i) => (i === 3 ? (c === 'A' ? 'B' : 'A') : c))].join('.');
};
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe.each(ROUTES)('$key', ({ key, roles }) => {
  it.each(ROLES)('is open to a %s only if its row says so', async (role) => {
    const { status, json } = await ask(path(key), { role, method: method(key), body: body(key) });
    if ((roles as readonly string[]).includes(role)) expect(status).not.toBe(403);
    else expect([status, json?.code]).toEqual([403, 'role-needed']);
  });

  it('is closed to who has no role', async () => {
    const { status } = await ask(path(key), { role: 'none', method: method(key), body: body(key) });
    expect(status).toBe(403);
  });

  it('is closed to a site that the deployment does not know', async () => {
    const { status } = await ask(path(key), { site: 'nowhere', method: method(key), body: body(key) });
    expect(status).toBe(403);
  });

  it('is closed without a token and with a forged one', async () => {
    const token = inject('tokens').a.all;
    const unsigned = `${encode({ alg: 'none', typ: 'JWT' })}.${token.split('.')[1]}.`;
    for (const authorization of ['', 'Bearer x', `Bearer ${forged(token)}`, `Bearer ${unsigned}`]) {
      const { status } = await ask(path(key), { method: method(key), body: body(key), headers: { authorization } });
      expect(status).toBe(401);
    }
  });
});

describe.each(OPEN_ROUTES)('$key', ({ key }) => {
  it('bears no token: neither without one nor with one is anything given to who has no key of a site or link', async () => {
    for (const headers of [{ authorization: '' }, {}, { authorization: 'Signet a.b.c' }]) {
      const { status } = await ask(path(key), { method: method(key), headers });
      expect([401, 404]).toContain(status);
    }
  });
});

describe('What another site has', () => {
  const COHORT = 'closed';
  const ABSENT = 'f'.repeat(64);
  let result: string;
  const DEFINITION = `title: Closed
tables:
  - match: patients.csv
    rows: patient
    patient: id
    columns:
      time: { type: duration, unit: months }
      died: { type: boolean }
endpoints:
  os: { origin: diagnosis, time: time, event: died }
`;

  beforeAll(async () => {
    const rows = Array.from({ length: 12 }, (_, i) => `CLOSED-${i},${i + 1},${i % 2}`);
    await give(COHORT, { 'cohort.yaml': DEFINITION, 'patients.csv': `id,time,died\n${rows.join('\n')}\n` });
    const question = () => ask(`/cohorts/${COHORT}/results`, { body: { analysis: 'survival', endpoint: 'os' } });
    result = (await until(question, ({ status }) => status === 200)).json.id;
    expect((await ask(`/cohorts/${COHORT}`)).status).toBe(200);
  }, 120_000);

  const of = (key: string, cohort: string, id: string): string =>
    path(key.replace('{cohort}', cohort).replace('{result}', id));

  it.each(ROUTES.filter(({ key }) => key.includes('{cohort}')))('is not there, by $key', async ({ key }) => {
    const as = { site: 'b', method: method(key), body: body(key) } as const;
    const [theirs, absent] = [await ask(of(key, COHORT, result), as), await ask(of(key, 'absent', ABSENT), as)];
    expect([theirs.status, theirs.json?.code]).toEqual([absent.status, absent.json?.code]);
    expect(theirs.status).not.toBe(403);
    expect(theirs.text).not.toMatch(/CLOSED-|"Closed"/);
  });
});
