import { describe, expect, it } from 'vitest';
import { admittedBy, documentDigest, type Protocol, signDocument } from '../../../../lib/sharing/index.ts';
import { newKeys, worldOf } from '../../../../tools/sites/world.ts';
import { CODEBOOK, COX, protocolOf, SITES } from './studies.ts';

const world = worldOf(SITES);
const north = world.ports['north']!;
const centre = world.ports['centre']!;
const south = world.ports['south']!;
const protocol = protocolOf(world, [COX]);
const signed = (changed: Partial<Protocol> = {}, by = north) => signDocument({ ...protocol, ...changed }, by.keys);
const others = (site: string) => protocol.sites.filter((named) => named.site !== site);
const fingerprint = centre.card.fingerprint;

describe('A site enters a study', () => {
  it('that its proposer signed and that names both by their keys', async () => {
    expect(await admittedBy(await signed(), north.card, south.card)).toEqual({
      study: documentDigest(protocol),
      sites: SITES,
    });
    expect((await admittedBy(await signed(), north.card, north.card))?.study).toBe(documentDigest(protocol));
  });

  it.each<[string, () => Promise<string>]>([
    ['that does not name it', () => signed({ sites: others('south') })],
    ['that names it by other keys', () => signed({ sites: [...others('south'), { site: 'south', fingerprint }] })],
    ['whose proposer is not named', () => signed({ sites: others('north') })],
    [
      'that names its proposer by other keys',
      () => signed({ sites: [...others('north'), { site: 'north', fingerprint }] }),
    ],
    ['that somebody else signed', () => signed({}, centre)],
    ['that somebody else would propose', () => signed({ proposer: 'centre' })],
    ['by another document', () => signDocument(CODEBOOK, north.keys)],
    ['by no document', async () => 'x.y.z'],
    ['by nothing', async () => ''],
    [
      'by one that was altered',
      async () => (await signed()).replace(/\.[^.]*\./, (payload) => `${payload.slice(0, -3)}AA.`),
    ],
  ])('and none %s', async (_, jws) => {
    expect(await admittedBy(await jws(), north.card, south.card)).toBeUndefined();
  });

  it('and none once a key was replaced', async () => {
    const keys = newKeys();
    const renewed = { ...north.card, sign: keys.sign, agree: keys.agree };
    expect(await admittedBy(await signed(), renewed, south.card)).toBeUndefined();
  });
});
