import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  documentDigest,
  fingerprintOf,
  masked,
  type PublicKey,
  readDocument,
  type SharedDocument,
  type SiteKeys,
  signDocument,
  unmaskedSums,
} from '../../../lib/sharing/index.ts';
import { newKeys } from '../../../tools/sites/world.ts';

const REFUSAL: SharedDocument = {
  type: 'refusal/1',
  study: 'ab'.repeat(32),
  site: 'south',
  round: 2,
  attempt: 1,
  code: 'atoms',
};

describe('A document between sites', () => {
  const keys = newKeys();

  it('is read as it was signed, under the digest of what it says', async () => {
    const { document, digest } = await readDocument(await signDocument(REFUSAL, keys), keys.sign);
    expect(document).toEqual(REFUSAL);
    expect(digest).toBe(documentDigest(REFUSAL));
  });

  it('has one digest however often it is signed', async () => {
    const [a, b] = await Promise.all([signDocument(REFUSAL, keys), signDocument(REFUSAL, keys)]);
    expect(a).not.toBe(b);
    expect((await readDocument(a, keys.sign)).digest).toBe((await readDocument(b, keys.sign)).digest);
  });

  it('is refused where a byte was altered, wherever', async () => {
    const jws = await signDocument(REFUSAL, keys);
    for (const at of [2, 40, jws.indexOf('.') + 5, jws.lastIndexOf('.') - 3, jws.length - 4]) {
      const altered = `${jws.slice(0, at)}${jws[at] === 'A' ? 'B' : 'A'}${jws.slice(at + 1)}`;
      await expect(readDocument(altered, keys.sign)).rejects.toMatchObject({ code: 'bad-signature' });
    }
  });

  it('is refused of another site, unsigned, or signed by another algorithm', async () => {
    const jws = await signDocument(REFUSAL, keys);
    const [, payload] = jws.split('.');
    const header = (alg: string) => Buffer.from(JSON.stringify({ alg })).toString('base64url');
    for (const [text, key] of [
      [jws, newKeys().sign],
      [`${header('none')}.${payload}.`, keys.sign],
      [`${header('HS256')}.${payload}.${jws.split('.')[2]}`, keys.sign],
      ['', keys.sign],
    ] as const)
      await expect(readDocument(text, key)).rejects.toMatchObject({ code: 'bad-signature' });
  });

  it('is refused where it has a field that no form knows, or a value of another kind', async () => {
    for (const more of [{ patients: [1, 2] }, { round: 'two' }, { code: 'too few: patient 12' }]) {
      const jws = await signDocument({ ...REFUSAL, ...more } as unknown as SharedDocument, keys);
      await expect(readDocument(jws, keys.sign)).rejects.toMatchObject({ code: 'invalid-document' });
    }
  });

  it('is refused unread where it is larger than any may be', async () => {
    await expect(readDocument('a'.repeat(1_000_001), keys.sign)).rejects.toMatchObject({ code: 'document-too-large' });
  });

  it("is told apart by its site's keys, as people compare them", () => {
    expect(fingerprintOf(keys)).toMatch(/^([0-9a-f]{4} ){9}[0-9a-f]{4}$/);
    expect(fingerprintOf({ ...keys, agree: newKeys().agree })).not.toBe(fingerprintOf(keys));
  });
});

describe('Masked sums', () => {
  const SITES = ['centre', 'north', 'south'];
  const use = { study: 'cd'.repeat(32), round: 1, attempt: 1, sites: SITES };
  let keys: Record<string, SiteKeys>;
  let agree: Record<string, PublicKey>;
  beforeAll(() => {
    keys = Object.fromEntries(SITES.map((site) => [site, newKeys()]));
    agree = Object.fromEntries(SITES.map((site) => [site, keys[site]!.agree]));
  });
  const mask = (site: string, numbers: readonly number[], as = use) => masked(numbers, site, as, agree, keys[site]!);

  it('come to the sums of all sites, right to 2^-40 a site', async () => {
    const number = fc.double({ min: -1e9, max: 1e9, noNaN: true });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(number, number, number), { minLength: 1, maxLength: 20 }), async (rows) => {
        const parts = await Promise.all(
          SITES.map((site, i) =>
            mask(
              site,
              rows.map((row) => row[i]!),
            ),
          ),
        );
        const sums = unmaskedSums(parts);
        rows.forEach((row, i) => {
          const sum = row.reduce((a, b) => a + b, 0);
          expect(Math.abs(sums[i]! - sum)).toBeLessThanOrEqual(
            3 * 2 ** -40 + 4e-16 * Math.max(...row.map(Math.abs)) * 3,
          );
        });
      }),
      { numRuns: 25 },
    );
  });

  it('of whole numbers are exact', async () => {
    const parts = await Promise.all(SITES.map((site, i) => mask(site, [i, 40 + i, -(2 ** 40)])));
    expect(unmaskedSums(parts)).toEqual([3, 123, -3 * 2 ** 40]);
  });

  it('show nothing of one site: the same numbers look otherwise in each round, attempt, study and set of sites', async () => {
    const uses = [use, { ...use, round: 2 }, { ...use, attempt: 2 }, { ...use, study: 'ef'.repeat(32) }];
    const seen = await Promise.all(
      uses.map(async (as) => Buffer.from(await mask('north', [0, 0], as)).toString('hex')),
    );
    expect(new Set(seen).size).toBe(seen.length);
    for (const hex of seen) expect(hex.slice(0, 32)).not.toBe(hex.slice(32));
  });

  it('are no sums while one site is missing', async () => {
    const parts = await Promise.all(SITES.slice(0, 2).map((site) => mask(site, [1])));
    expect(Math.abs(unmaskedSums(parts)[0]!)).toBeGreaterThan(1e6);
  });

  it('are refused to two sites, since each would learn the other', async () => {
    await expect(mask('north', [1], { ...use, sites: ['north', 'south'] })).rejects.toMatchObject({
      code: 'too-few-sites',
    });
  });

  it('take no number that they could not give back', async () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, 2 ** 80])
      await expect(mask('north', [bad])).rejects.toThrow(RangeError);
  });
});
