import middy from '@middy/core';
import { expect, it } from 'vitest';
import {
  answersProblems,
  counts,
  type GatewayReply,
  identifies,
  json,
  OPEN_ROUTES,
  type RequestLine,
  type Responders,
  ROLES,
  ROUTES,
  router,
} from '../../../lib/http/index.ts';

const SITES = [
  { id: 'a', claim: 'Hospital A' },
  { id: 'b', claim: 'Hospital B' },
];

const lines: RequestLine[] = [];
let asked = 0;
const everything = Object.fromEntries(
  [...ROUTES, ...OPEN_ROUTES].map(({ key }) => [key, async ({ site }: { site: string }) => json(200, { site })]),
) as unknown as Responders<'answer'>;

const api = middy(router<'answer'>(everything))
  .use(answersProblems((line) => lines.push(line)))
  .use(identifies({ site: 'site', roles: 'roles' }, async () => SITES))
  .use(counts(async () => asked, 10));

async function ask(key: string, claims?: Record<string, string>, cohort = 'crlm'): Promise<GatewayReply> {
  const event = {
    routeKey: key,
    pathParameters: { cohort },
    requestContext: claims ? { authorizer: { jwt: { claims } } } : {},
  };
  return (await api(event, {} as never)) as GatewayReply;
}

const codeOf = ({ body }: GatewayReply): string => JSON.parse(body).code;

it.each(
  ROUTES.flatMap(({ key, roles }) =>
    ROLES.map((role) => ({ key, role, open: (roles as readonly string[]).includes(role) })),
  ),
)('$key is open to a $role: $open', async ({ key, role, open }) => {
  const reply = await ask(key, { site: 'Hospital A', roles: `[${role}]` });
  expect(reply.statusCode).toBe(open ? 200 : 403);
  if (open) expect(JSON.parse(reply.body)).toEqual({ site: 'a' });
  else expect(codeOf(reply)).toBe('role-needed');
});

it.each(ROUTES)('$key is closed without a token, a site, a known site, a role', async ({ key }) => {
  expect((await ask(key)).statusCode).toBe(401);
  expect(codeOf(await ask(key, { roles: '[steward]' }))).toBe('no-site');
  expect(codeOf(await ask(key, { site: 'a', roles: '[steward analyst viewer auditor]' }))).toBe('unknown-site');
  expect(codeOf(await ask(key, { site: '__proto__', roles: '[steward]' }))).toBe('unknown-site');
  expect(codeOf(await ask(key, { site: 'Hospital A', roles: '[admin root]' }))).toBe('role-needed');
});

it.each(OPEN_ROUTES)('$key bears no token, and what a token would say is not read', async ({ key }) => {
  for (const claims of [undefined, { site: 'Hospital A', roles: '[steward]' }]) {
    const reply = await ask(key, claims);
    expect([reply.statusCode, JSON.parse(reply.body)]).toEqual([200, {}]);
  }
});

it('leaves no route out: each has roles, or is listed among those that bear no token, and none is both', () => {
  const open = new Set<string>(OPEN_ROUTES.map(({ key }) => key));
  expect(ROUTES.filter(({ key, roles }) => open.has(key) || (roles as readonly string[]).length === 0)).toEqual([]);
  expect([...open].filter((key) => !/^GET \/(shared|exchange|releases)(\/|$)/.test(key))).toEqual([]);
});

it('has one route for each path: which of two the gateway took is never asked', () => {
  const routes = [...ROUTES, ...OPEN_ROUTES].map(({ key }) => key.split(/[ /]+/));
  const isOf = (part: string, other: string) => part === other || part.startsWith('{') || other.startsWith('{');
  const meets = (one: string[], other: string[]) =>
    one !== other && one.length === other.length && one.every((part, i) => isOf(part, other[i]!));
  expect(routes.filter((one) => routes.some((other) => meets(one, other)))).toEqual([]);
  expect(meets(['GET', 'exchange', '{study}', '{site}'], ['GET', 'exchange', 'releases', '{site}'])).toBe(true);
});

it('reads roles as the gateway writes arrays, and none contains another', async () => {
  const key = 'POST /cohorts/{cohort}/results';
  expect((await ask(key, { site: 'Hospital B', roles: '[viewer analyst]' })).statusCode).toBe(200);
  expect((await ask(key, { site: 'Hospital B', roles: 'steward viewer' })).statusCode).toBe(403);
});

it('takes a name that cannot be a cohort for one that is not there', async () => {
  for (const cohort of ['..', 'A', 'a/b', '', 'x'.repeat(42), 'a%2e'])
    expect((await ask('GET /cohorts/{cohort}', { site: 'Hospital A', roles: '[viewer]' }, cohort)).statusCode).toBe(
      404,
    );
});

it('refuses a site that asks too often, and says when to come back', async () => {
  asked = 11;
  const reply = await ask('GET /cohorts', { site: 'Hospital A', roles: '[viewer]' });
  asked = 0;
  expect(reply.statusCode).toBe(429);
  expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
});

it('sends headers that allow no script with every reply, problems too', async () => {
  for (const reply of [
    await ask('GET /cohorts'),
    await ask('GET /cohorts', { site: 'Hospital A', roles: '[viewer]' }),
  ]) {
    expect(reply.headers['content-security-policy']).toContain("default-src 'none'");
    expect(reply.headers['content-security-policy']).not.toContain('script');
    expect(reply.headers['x-content-type-options']).toBe('nosniff');
    expect(reply.headers['cache-control']).toContain('private');
  }
});

it('logs route, status, code and site, and nothing else', () => {
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines)
    expect(Object.keys(line).every((key) => ['route', 'status', 'code', 'site'].includes(key))).toBe(true);
});
