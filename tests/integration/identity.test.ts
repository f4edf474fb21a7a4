import { describe, expect, inject, it } from 'vitest';
import { OPEN_ROUTES, ROLES, ROUTES } from '../../lib/http/index.ts';
import { ask } from './client.ts';

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
