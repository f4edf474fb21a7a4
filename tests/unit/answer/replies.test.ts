import { beforeEach, expect, it, vi } from 'vitest';
import { getResult, linkResult, listResults } from '../../../functions/answer/results.ts';
import { documentName, ENGINE, type ResultItem } from '../../../lib/answer/index.ts';
import { type ApiRequest, type Role, requestOf } from '../../../lib/http/index.ts';
import { seal } from '../../../lib/result/index.ts';
import { World } from './world.ts';

vi.mock('../../../lib/render/index.ts', () => ({
  renderCsv: () => 'x'.repeat(4_000_001),
  renderSvg: (_: unknown, figure = 'first') => `<svg>${figure}</svg>`,
  renderHtml: () => '<!doctype html>',
  renderDocx: () => new Uint8Array(),
}));

const ID = 'ab'.repeat(32);
const ITEM: ResultItem = {
  id: ID,
  analysis: 'survival',
  request: { analysis: 'survival' },
  state: 'done',
  stage: 'done',
  fraction: 1,
  frame: 'f',
  revision: 'r',
  definition: 'd',
  made: '2026-01-01T00:00:00.000Z',
  at: '2026-01-01T00:00:01.000Z',
};
const DOCUMENT = seal({
  schema: 'signet-result/1',
  id: ID,
  engine: ENGINE,
  analysis: 'survival',
  request: { analysis: 'survival' },
  cohort: { name: 'crlm', title: 'CRLM' },
  frame: { digest: 'f', revision: 'r', patients: 1 },
  refused: [],
  findings: {
    title: 'T',
    method: [],
    citations: [],
    counts: { patients: 1, used: 1, events: 1, excluded: [] },
    assumptions: [],
    warnings: [],
    tables: [],
    figures: [],
  },
});
let world: World;

function request(
  result: string,
  headers: Record<string, string> = {},
  roles: Role[] = ['analyst'],
  body = '',
): ApiRequest {
  const event = { routeKey: 'GET /cohorts/{cohort}/results/{result}', pathParameters: { cohort: 'crlm', result } };
  return requestOf({ ...event, headers, body }, { site: 'a', roles, subject: '' });
}

beforeEach(() => {
  world = new World();
  world.pointer = { listing: 'l', waiting: 1, sources: 1, at: '' };
  world.items.set(`a/${ID}`, ITEM);
  world.stored.set(`a/crlm/${documentName.result(ID)}`, Buffer.from(JSON.stringify(DOCUMENT)));
});

it('answers with exactly the document, and with what stands beside it in headers', async () => {
  const { status, body, headers } = await getResult(request(ID), world);
  expect([status, JSON.parse(String(body))]).toEqual([200, DOCUMENT]);
  expect(headers).toMatchObject({
    etag: `"${DOCUMENT.content}.json"`,
    vary: 'Accept',
    'signet-waiting': '1 of 1 source is still being read',
    'last-modified': 'Thu, 01 Jan 2026 00:00:01 GMT',
  });
});

it('says that nothing changed to who has it, by the form', async () => {
  const etag = `"${DOCUMENT.content}.svg"`;
  expect((await getResult(request(`${ID}.svg`, { 'If-None-Match': etag }), world)).status).toBe(304);
  expect((await getResult(request(`${ID}.html`, { 'If-None-Match': etag }), world)).status).toBe(200);
});

it('sends a body that is too large by way of the bucket', async () => {
  const { status, headers } = await getResult(request(ID, { accept: 'text/csv' }), world);
  expect([status, headers?.['location']]).toEqual([303, expect.stringContaining(`results/${ID}.csv`)]);
  expect(world.stored.has(`a/crlm/results/${ID}.csv`)).toBe(true);
});

it('shows what is under way to who asks questions, and nothing of it to a viewer', async () => {
  world.items.set(`a/${ID}`, { ...ITEM, state: 'waiting', stage: 'fitting', fraction: 0.5 });
  const { status, headers, body } = await getResult(request(ID), world);
  expect([status, headers?.['retry-after'], JSON.parse(String(body)).stage]).toEqual([202, '1', 'fitting']);
  await expect(getResult(request(ID, {}, ['viewer']), world)).rejects.toMatchObject({ code: 'not-found' });
  expect(JSON.parse(String((await listResults(request(ID, {}, ['viewer']), world)).body)).results).toEqual([]);
});

it('gives a refusal of an analysis its own code and 422, whatever the code', async () => {
  const failure = {
    code: 'one-group',
    typed: true,
    says: 'There is one group only',
    remedy: '',
    place: { pointer: '/by' },
  };
  world.items.set(`a/${ID}`, { ...ITEM, state: 'failed', failure });
  const { status, body } = await getResult(request(ID), world);
  expect([status, JSON.parse(String(body))]).toEqual([
    422,
    expect.objectContaining({ code: 'one-group', place: { pointer: '/by' } }),
  ]);
  await expect(getResult(request(ID, {}, ['viewer']), world)).rejects.toMatchObject({ code: 'not-found' });
});

it('writes a form when its link is made, HTML unless told otherwise', async () => {
  const { status, body } = await linkResult(request(ID), world);
  expect([status, JSON.parse(String(body)).url]).toEqual([201, expect.stringContaining(`results/${ID}.html`)]);
  expect(String(world.stored.get(`a/crlm/results/${ID}.html`))).toBe('<!doctype html>');
  await expect(linkResult(request(ID, {}, ['analyst'], '{"representation":"pdf"}'), world)).rejects.toMatchObject({
    code: 'invalid-request',
  });
});
