import { beforeAll, describe, expect, it } from 'vitest';
import { getStudyResult } from '../../../functions/sharing/result.ts';
import { getAnswers, listStudies, propose, refuse } from '../../../functions/sharing/studies.ts';
import { StudyList } from '../../../lib/http/bodies/index.ts';
import { type ApiRequest, type Caller, type Reply, requestOf } from '../../../lib/http/index.ts';
import { type Codebook, type Protocol, proposeStudy, refuseStudy, unknownStudy } from '../../../lib/sharing/index.ts';
import { conduct, type World } from '../../../tools/sites/world.ts';
import { CODEBOOK, COX, KM, protocolOf, threeSites } from '../sharing/study/studies.ts';

let world: World;
let study: string;
const recorded: object[] = [];

beforeAll(async () => {
  const made = threeSites();
  world = made.world;
  study = await conduct(world, protocolOf(world, [COX, KM]), CODEBOOK, made.cohorts);
});

/** What the routes work on, over the world in memory. */
function ports() {
  return {
    studies: {
      known: async () => [{ study, proposer: 'north' }],
      ports: async (site: string, asked: string) => {
        if (asked === 'f'.repeat(64)) throw unknownStudy();
        return world.ports[site]!;
      },
      propose: async (_: object, protocol: Protocol, codebook: Codebook) =>
        proposeStudy(protocol, codebook, world.ports['north']!),
    },
    cohorts: {} as never,
    audit: { record: async (_: object, done: object) => recorded.push(done) as never },
  };
}

function asked(
  routeKey: string,
  {
    study: of = study,
    site = 'north',
    roles = ['steward'] as Caller['roles'],
    query = {},
    headers = {},
    body = '',
  } = {},
): ApiRequest {
  const event = { routeKey, pathParameters: { study: of }, queryStringParameters: query, headers, body };
  return requestOf(event, { site, roles, subject: 'somebody' });
}

const RESULT = 'GET /studies/{study}/result';
const result = (more: Parameters<typeof asked>[1] = {}): Promise<Reply> => getStudyResult(asked(RESULT, more), ports());

describe("A study's result over the API", () => {
  it('has an ETag for each form and picture, and is sent once to who has it', async () => {
    const first = await result();
    expect([first.status, first.headers?.['content-type'], first.headers?.['signet-study']]).toEqual([
      200,
      'application/json',
      'attested',
    ]);
    const etag = first.headers!['etag']!;
    expect(await result({ headers: { 'if-none-match': etag } })).toMatchObject({ status: 304 });
    const etags = await Promise.all(
      [{}, { form: 'svg' }, { form: 'svg', figure: 'km-curves' }, { form: 'csv', table: 'cox' }].map(
        async (query) => (await result({ query })).headers!['etag'],
      ),
    );
    expect(new Set(etags).size).toBe(4);
  });

  it('is drawn in the form that Accept prefers, or that the address names', async () => {
    expect((await result({ headers: { accept: 'text/html' } })).body).toMatch(/^<!DOCTYPE html>/);
    expect((await result({ headers: { accept: 'text/html' }, query: { form: 'csv', table: 'cox' } })).body).toContain(
      'female',
    );
    expect((await result({ query: { form: 'docx' } })).body).toBeInstanceOf(Uint8Array);
    await expect(result({ query: { form: 'exe' } })).rejects.toMatchObject({ code: 'invalid-parameter' });
    await expect(result({ query: { form: 'svg', figure: 'none' } })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('is not told of to a viewer before it is there, nor to anybody who is not named', async () => {
    const other = await proposeStudy(protocolOf(world, [COX], { title: 'Other' }), CODEBOOK, world.ports['north']!);
    expect(await result({ study: other })).toMatchObject({ status: 202 });
    await expect(result({ study: other, roles: ['viewer'] })).rejects.toMatchObject({ code: 'not-found' });
    expect((await result({ roles: ['viewer'] })).status).toBe(200);
    await expect(result({ study: 'f'.repeat(64) })).rejects.toMatchObject({ code: 'unknown-study' });
    await refuseStudy(other, 'declined', world.ports['south']!);
    await expect(result({ study: other })).rejects.toMatchObject({ code: 'study-stopped' });
  });
});

describe('A steward', () => {
  it('sees her studies in the form that the API states', async () => {
    const { body } = await listStudies(asked('GET /studies'), ports());
    expect(StudyList.parse(JSON.parse(String(body))).studies).toEqual([
      { study, proposer: 'north', title: 'Sex and age', status: 'attested', says: expect.any(String), next: 'nothing' },
    ]);
  });

  it('is told at which place of her proposal something is wrong', async () => {
    const body = (protocol: object) => JSON.stringify({ codebook: CODEBOOK, protocol });
    const good = protocolOf(world, [COX], { title: 'Proposed' });
    const proposing = (text: string) => propose(asked('POST /studies', { body: text }), ports());
    await expect(proposing('{')).rejects.toMatchObject({ code: 'invalid-json' });
    await expect(proposing(body({ ...good, hours: 3 }))).rejects.toMatchObject({
      code: 'invalid-request',
      place: { pointer: '/protocol/hours' },
    });
    await expect(proposing(body({ ...good, proposer: 'east' }))).rejects.toMatchObject({ code: 'invalid-protocol' });
    expect(await proposing(body(good))).toMatchObject({
      status: 201,
      headers: { location: expect.stringMatching(/^\/studies\/[0-9a-f]{64}$/) },
    });
  });

  it('declines under a code of the list, and under no other', async () => {
    const other = await proposeStudy(protocolOf(world, [COX], { title: 'Declined' }), CODEBOOK, world.ports['north']!);
    const refusing = (body: string) =>
      refuse(asked('POST /studies/{study}/refusals', { study: other, site: 'south', body }), ports());
    await expect(refusing('{"code":"her CEA is 900"}')).rejects.toMatchObject({ code: 'invalid-request' });
    expect(JSON.parse(String((await refusing('{"code":"patients"}')).body))).toMatchObject({ code: 'patients' });
  });

  it('reads all answers, page by page where they are many', async () => {
    const read = async (from: string) => {
      const { body } = await getAnswers(asked('GET /studies/{study}/answers', { query: { from } }), ports());
      return JSON.parse(String(body));
    };
    const all = await read('0');
    expect([all.total, all.answers.length, all.next]).toEqual([12, 12, undefined]);
    expect((await read('10')).answers).toEqual(all.answers.slice(10));
    await expect(read('x')).rejects.toMatchObject({ code: 'invalid-parameter' });
  });
});
