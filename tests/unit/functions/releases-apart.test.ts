import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { shareResult } from '../../../functions/sharing/shares.ts';
import type { ApiRequest, GatewayReply } from '../../../lib/http/index.ts';
import { documentDigest, signDocument, signExchangeRequest } from '../../../lib/sharing/index.ts';
import { acquaint } from '../store/deployment.ts';
import { type HospitalApart, hospitalApart, releaseOf } from './hospitals-apart.ts';

const START = Date.parse('2027-01-01T00:00:00Z');
const MINUTE = 60_000;
const GUESSED = '0'.repeat(26);

describe('A release to a site of another deployment', () => {
  let time = START;
  let north: HospitalApart;
  let south: HospitalApart;
  let centre: HospitalApart;
  let stranger: HospitalApart;
  const all = () => [north, south, centre, stranger];
  beforeAll(async () => {
    const now = () => time;
    north = await hospitalApart('north', now);
    south = await hospitalApart('south', now);
    centre = await hospitalApart('centre', now);
    stranger = await hospitalApart('stranger', now);
    await acquaint(...[north, south, centre].map(({ deployment }) => deployment));
  });
  afterAll(async () => {
    for (const each of all()) await each.end();
  });
  beforeEach(() => {
    time += 10 * MINUTE; // beyond any silence of the test before
    for (const each of all()) {
      each.instead = undefined;
      each.asked.length = 0;
      each.withdrawn.clear();
    }
  });

  const jsonOf = ({ body }: GatewayReply) => JSON.parse(body);
  const received = (share: string, at = south) => at.reply('GET /shares/received/{share}', { share });
  const listed = async (at = south) => jsonOf(await at.reply('GET /shares'));
  const called = async (
    share: string | undefined,
    { by = south, from = by.site, to = 'north', at = time, site = 'north', path }: Signing = {},
  ): Promise<GatewayReply> => {
    const { keys } = await by.ports.at(by.site);
    const parts = share === undefined ? [site] : [site, share];
    const signed = { from, to, path: path ?? `/releases/${parts.join('/')}` };
    const authorization = await signExchangeRequest(signed, keys, at);
    const key = share === undefined ? 'GET /releases/{site}' : 'GET /releases/{site}/{share}';
    return north.reply(key, { site, ...(share !== undefined && { share }) }, authorization);
  };
  interface Signing {
    readonly by?: HospitalApart;
    readonly from?: string;
    readonly to?: string;
    readonly at?: number;
    readonly site?: string;
    readonly path?: string;
  }

  it('is listed at its receiver with what its owner says of it, and at nobody else', async () => {
    const share = await north.give(releaseOf({ title: 'Listed' }));
    const given = new Date(time).toISOString();
    const entry = { share, owner: 'north', title: 'Listed', given, until: '2027-03-01T00:00:00.000Z' };
    expect(await listed()).toEqual({ given: [], received: [entry], unreachable: [] });
    expect(await listed(centre)).toEqual({ given: [], received: [], unreachable: [] });
    expect((await listed(north)).given).toMatchObject([{ share, receiver: 'south', views: 0 }]);
    expect(await north.views()).toEqual([]);
  });

  it('is read at its receiver, where nothing of it is kept, once the view is in its owner’s log', async () => {
    const release = releaseOf({ title: 'Read' });
    const share = await north.give(release);
    const before = await south.deployment.derived.versions('');
    const seen = await received(share);
    expect([seen.statusCode, jsonOf(seen)]).toEqual([200, release]);
    expect(seen.headers['cache-control']).toBe('no-store');
    expect((await received(`${share}.csv`)).headers['content-type']).toContain('text/csv');
    const views = (await north.views()).filter(({ object }) => object === documentDigest(release));
    expect(views).toMatchObject([
      { who: 'site:south', cohort: 'lung', decisions: { share } },
      { who: 'site:south', decisions: { share } },
    ]);
    expect(await north.ports.releases.read('north', share)).toMatchObject({
      views: 2,
      seen: new Date(time).toISOString(),
    });
    expect(await south.deployment.derived.versions('')).toEqual(before);
  });

  it('is asked for of its owner alone: no other hospital is told that there is one', async () => {
    const share = await north.give(releaseOf({ title: 'Of north alone' }));
    await received(share);
    expect(centre.asked).toEqual(['/releases/centre']);
    expect(north.asked).toEqual(['/releases/north', `/releases/north/${share}`]);
  });

  it('is not answered where the view can’t be entered in the log', async () => {
    const share = await north.give(releaseOf({ title: 'Unlogged' }));
    const { audit } = north.ports;
    const record = audit.record.bind(audit);
    audit.record = () => Promise.reject(new Error('the log is not there'));
    const reply = await called(share);
    audit.record = record;
    expect([reply.statusCode, reply.body.includes('eyJ')]).toEqual([500, false]);
    expect(await north.ports.releases.read('north', share)).toMatchObject({ views: 0 });
  });

  it('is refused alike to who asks for another’s, guesses, signs for another, late, or not at all', async () => {
    const [share, theirs] = [await north.give(releaseOf({})), await north.give(releaseOf({ receiver: 'centre' }))];
    const views = (await north.views()).length;
    const good = await called(share);
    expect(good.statusCode).toBe(200);
    const revoked = await north.give(releaseOf({}));
    await north.reply('DELETE /shares/{share}', { share: revoked });
    const refusals: Record<string, GatewayReply> = {
      'what centre was given': await called(theirs),
      'what south was given, by centre': await called(share, { by: centre }),
      'what south was given, by centre as south': await called(share, { by: centre, from: 'south' }),
      'by a stranger': await called(share, { by: stranger }),
      'by a stranger as south': await called(share, { by: stranger, from: 'south' }),
      'a guess': await called(GUESSED),
      'a step in the tree': await called('../../sites/north', { path: '/releases/north/../../sites/north' }),
      'what is no share': await called('protocol-x.json'),
      'what was revoked': await called(revoked),
      'three minutes ago': await called(share, { at: time - 3 * MINUTE }),
      'in three minutes': await called(share, { at: time + 3 * MINUTE }),
      'signed for another share': await called(share, { path: `/releases/north/${theirs}` }),
      'signed for the list': await called(share, { path: '/releases/north' }),
      'signed for another site': await called(share, { to: 'centre' }),
      'of a site that is not here': await called(share, { to: 'centre', site: 'centre' }),
      'by a site of the same deployment': await called(await north.give(releaseOf({ receiver: 'north' })), {
        by: north,
      }),
      unsigned: await north.reply('GET /releases/{site}/{share}', { site: 'north', share }),
      'under a token': await north.reply('GET /releases/{site}/{share}', { site: 'north', share }, 'Bearer x.y.z'),
      'the list, by a stranger': await called(undefined, { by: stranger }),
      'the list, late': await called(undefined, { at: time - 3 * MINUTE }),
      'the list, of a site that is not here': await called(undefined, { to: 'centre', site: 'centre' }),
    };
    const [same] = Object.values(refusals);
    for (const [says, { statusCode, body, headers }] of Object.entries(refusals))
      expect([says, statusCode, body, headers]).toEqual([says, 401, same!.body, same!.headers]);
    expect(await north.views()).toHaveLength(views + 1);
  });

  it('that somebody laid into another’s folder is shown to its receiver alone', async () => {
    const share = await north.give(releaseOf({ receiver: 'centre' }), { folder: 'south' });
    expect((await called(share)).statusCode).toBe(401);
    const forged = await north.give(releaseOf({}), { signedBy: centre });
    expect((await called(forged)).statusCode).toBe(422);
  });

  it('ends with its revocation, which says how often it was seen', async () => {
    const share = await north.give(releaseOf({ title: 'Revoked' }));
    expect((await received(share)).statusCode).toBe(200);
    const revoked = jsonOf(await north.reply('DELETE /shares/{share}', { share }));
    expect(revoked).toMatchObject({ share, views: 1 });
    expect(revoked.says).toContain('what was seen stays seen');
    expect((await received(share)).statusCode).toBe(404);
    expect((await listed()).received.map((each: { share: string }) => each.share)).not.toContain(share);
    // even where the copy outlived it
    const Key = `shares/south/north/release-${share}.json`;
    const { keys } = await north.ports.at('north');
    const Body = await signDocument(releaseOf({ title: 'Revoked' }), keys);
    await north.deployment.derived.owner.send(new PutObjectCommand({ Bucket: 'derived', Key, Body }));
    expect((await called(share)).statusCode).toBe(401);
  });

  it('ends when its time is over, and when a patient of it was taken out, and both is told to its receiver', async () => {
    const until = new Date(time + MINUTE).toISOString();
    const share = await north.give(releaseOf({ title: 'Short', until }));
    const other = await north.give(releaseOf({ title: 'Withdrawn', result: 'd'.repeat(64) }));
    time += 2 * MINUTE;
    north.withdrawn.add('d'.repeat(64));
    const views = (await north.views()).length;
    const codes = async (each: string) => [(await received(each)).statusCode, jsonOf(await received(each)).code];
    expect(await codes(share)).toEqual([410, 'share-expired']);
    expect(await codes(other)).toEqual([410, 'withdrawn']);
    expect(await north.views()).toHaveLength(views);
  });

  it.each<[string, number, string, (at: HospitalApart, keys: HospitalApart) => Promise<string>]>([
    ['another signed it', 422, 'bad-signature', async (_, by) => signedBy(by, releaseOf({ receiver: 'south' }))],
    ['it is to another', 422, 'invalid-document', async (at) => signedBy(at, releaseOf({ receiver: 'centre' }))],
    ['another’s name is on it', 422, 'invalid-document', async (at) => signedBy(at, releaseOf({ owner: 'centre' }))],
    [
      'its time is over',
      410,
      'share-expired',
      async (at) => signedBy(at, releaseOf({ until: '2026-12-31T00:00:00Z' })),
    ],
    ['it is a page', 422, 'bad-signature', async () => '<html>Back soon</html>'],
    ['it is too large', 413, 'document-too-large', async () => 'x'.repeat(5_000_000)],
    ['it is a link’s', 422, 'invalid-document', async (at) => signedBy(at, releaseOf({ receiver: 'link' }))],
  ])('is not shown at its receiver where %s', async (_, status, code, made) => {
    const share = await north.give(releaseOf({}));
    const body = await made(north, centre);
    north.instead = (path) => (path.endsWith(share) ? { body } : undefined);
    const reply = await received(share);
    expect([reply.statusCode, jsonOf(reply).code]).toEqual([status, code]);
  });

  async function signedBy({ ports, site }: HospitalApart, release: ReturnType<typeof releaseOf>): Promise<string> {
    return signDocument(release, (await ports.at(site)).keys);
  }

  it('is missed, and its owner named, while that is gone; what others gave is there', async () => {
    const share = await north.give(releaseOf({ title: 'Gone' }));
    const there = await centre.give(releaseOf({ owner: 'centre', title: 'There' }));
    north.instead = () => 'gone';
    const list = await listed();
    expect(list.unreachable).toEqual([{ site: 'north', why: 'silent' }]);
    expect(list.received).toMatchObject([{ share: there, owner: 'centre' }]);
    const missed = await received(share);
    expect([missed.statusCode, jsonOf(missed).code]).toEqual([504, 'peer-unreachable']);
    expect(jsonOf(missed).detail).toContain('north');
    expect((await received(there)).statusCode).toBe(200);
    north.instead = undefined;
    time += MINUTE;
    expect((await received(share)).statusCode).toBe(200);
    expect((await received(GUESSED)).statusCode).toBe(404);
  });

  it('is nothing that its owner sends its receiver elsewhere for', async () => {
    const share = await north.give(releaseOf({}));
    const { address } = (await centre.ports.at('centre')).card;
    north.instead = (path) =>
      path.endsWith(share) ? { status: 302, body: '', to: `${address}/elsewhere` } : undefined;
    expect((await received(share)).statusCode).toBe(504);
    expect(centre.asked).not.toContain('/elsewhere');
  });

  it('is missed of a hospital that has not confirmed who asks, and says so', async () => {
    const known = await hospitalApart('known', () => time);
    await acquaint(known.deployment, north.deployment);
    const shunned = await north.reply('GET /releases/{site}', { site: 'north' });
    north.instead = () => ({ status: shunned.statusCode, body: shunned.body });
    expect((await listed(known)).unreachable).toEqual([{ site: 'north', why: 'refused' }]);
    await known.end();
  });

  it('is made for nobody whom no address leads to', async () => {
    const to = async (body: object, peer: object, card: object) => {
      const at = { site: 'north', peers: new Map([['south', peer]]), card };
      const ports = {
        ...north.ports,
        at: async () => at,
        cohorts: { results: { read: () => new Promise(() => undefined) } },
      };
      const request = { site: 'north', parameter: () => 'e'.repeat(64), json: () => body } as unknown as ApiRequest;
      const result = await shareResult(request, ports as unknown as HospitalApart['ports']).catch(({ code }) => code);
      return result;
    };
    const [own, other] = [{ address: 'https://north.example' }, { address: 'https://south.example' }];
    const south = { to: 'south' };
    expect(await to({ to: 'elsewhere' }, other, own)).toBe('unknown-receiver');
    expect(await to(south, { address: null }, own)).toBe('no-address');
    expect(await to(south, { address: 'http://south.example' }, own)).toBe('no-address');
    expect(await to(south, own, own)).toBe('no-address');
  });
});
