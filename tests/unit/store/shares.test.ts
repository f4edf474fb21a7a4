import { PutObjectCommand } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Clients } from '../../../lib/store/clients.ts';
import { LINK, shareKeyOf, shareOf } from '../../../lib/store/keys.ts';
import { type ReceivedShare, Shares } from '../../../lib/store/shares.ts';
import { readSites } from '../../../lib/store/sites.ts';
import { type Derived, derivedBucket } from './bucket.ts';

const GIVEN = { receiver: 'south', owner: 'north', name: 'release-1.json' };

describe('What a site gives to another', () => {
  let derived: Derived;
  let shares: Shares;
  beforeAll(async () => {
    derived = await derivedBucket();
    const clients = { of: (site: string) => ({ objects: derived.as({ site }) }) };
    shares = new Shares(clients as unknown as Clients, derived.bucket);
  });
  afterAll(() => derived.end());

  const listed = async (receiver: string, owner?: string): Promise<ReceivedShare[]> => {
    const all: ReceivedShare[] = [];
    for await (const page of shares.list(receiver, owner)) all.push(...page);
    return all;
  };

  it('is read by its receiver, once given, and gone when its owner takes it back', async () => {
    expect(await shares.put(GIVEN, '{"n":71}')).toBe(true);
    expect(await shares.put(GIVEN, '{"n":72}')).toBe(false);
    expect(await shares.get(GIVEN)).toBe('{"n":71}');
    expect(await listed('south')).toMatchObject([{ ...GIVEN, bytes: 8 }]);
    expect(await listed('south', 'centre')).toEqual([]);
    await shares.delete(GIVEN);
    expect(await shares.get(GIVEN)).toBeUndefined();
    expect(await listed('south')).toEqual([]);
    await shares.delete(GIVEN);
  });

  it('is passed over where it lies under a key of other parts', async () => {
    for (const Key of [
      'shares/south/north/a/b.json',
      'shares/south/x.json',
      'shares/south/north/',
      'shares/south/link/b.json',
    ])
      await derived.owner.send(new PutObjectCommand({ Bucket: derived.bucket, Key, Body: '{}' }));
    await shares.put({ ...GIVEN, name: 'release-2.json' }, '{}');
    expect((await listed('south')).map(({ name }) => name)).toEqual(['release-2.json']);
  });

  it('by a link, is read under the name that no site has', async () => {
    const share = { ...GIVEN, receiver: LINK };
    await shares.put(share, '{}');
    expect(await shares.get(share)).toBe('{}');
    expect(await listed('south', 'north')).toHaveLength(1);
  });
});

describe("The deployment's document of sites", () => {
  it('is none where a site is called as links are', async () => {
    const derived = await derivedBucket();
    const clients = { deployment: derived.owner } as unknown as Clients;
    const written = async (id: string) => {
      const Body = JSON.stringify({ sites: [{ id, name: 'Hospital', claim: 'a' }] });
      const Key = 'deployment/sites.json';
      await derived.owner.send(new PutObjectCommand({ Bucket: derived.bucket, Key, Body }));
      return readSites(clients, derived.bucket);
    };
    expect(await written('north')).toMatchObject([{ id: 'north' }]);
    await expect(written(LINK)).rejects.toMatchObject({ code: 'invalid-sites' });
    await derived.end();
  });
});

describe('The key of a share', () => {
  const part = fc.oneof(
    fc.constantFrom('north', 'south', '..', '', LINK, 'a.json', 'north/south', '%2e%2e', 'a\u202E.json', '__proto__'),
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,8}$/),
    fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,8}\.json$/),
  );

  it('leads back to the same share, or is refused', () => {
    let made = 0;
    fc.assert(
      fc.property(part, part, part, (receiver, owner, name) => {
        let key: string;
        try {
          key = shareKeyOf({ receiver, owner, name });
        } catch (error) {
          expect(error).toMatchObject({ code: 'refused-key' });
          return;
        }
        made += 1;
        expect(key.split('/')).toEqual(['shares', receiver, owner, name]);
        expect(shareOf(key)).toEqual({ receiver, owner, name });
      }),
      { numRuns: 3000 },
    );
    expect(made).toBeGreaterThan(5);
  });
});
