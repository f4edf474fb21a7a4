import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BucketExchange } from '../../../lib/store/exchange.ts';
import { Recent } from '../../../lib/store/recent.ts';
import { type Derived, derivedBucket } from './bucket.ts';

const [STUDY, OTHER] = ['a'.repeat(64), 'b'.repeat(64)] as const;

describe('The exchange over a bucket', () => {
  let derived: Derived;
  beforeAll(async () => {
    derived = await derivedBucket();
  });
  afterAll(() => derived.end());

  const at = (site: string, study: string, recent = new Recent(1e6)) =>
    new BucketExchange({ objects: derived.as({ site, study }), bucket: derived.bucket, site, recent });
  const file = (site: string, name: string, jws = 'x.y.z') => ({ site, name, jws });

  it('takes a document once, and shows it to every site of the study', async () => {
    const north = at('north', STUDY);
    const both = await Promise.all(['1', '2'].map((jws) => north.put(STUDY, file('north', 'a1-r1.json', jws))));
    expect(both.filter(Boolean)).toHaveLength(1);
    expect(await north.put(STUDY, file('north', 'a1-r1.json', '3'))).toBe(false);
    const [seen] = await at('south', STUDY).list(STUDY);
    expect(seen).toMatchObject({ site: 'north', name: 'a1-r1.json' });
    expect(['1', '2']).toContain(seen!.jws);
    expect(await at('south', STUDY).document(STUDY, 'north', 'a1-r1.json')).toBe(seen!.jws);
    expect(await at('south', STUDY).document(STUDY, 'north', 'a1-r2.json')).toBeUndefined();
    expect(await at('south', STUDY).names(STUDY, 'north')).toMatchObject([{ name: 'a1-r1.json' }]);
    expect(await at('south', STUDY).names(STUDY, 'south')).toEqual([]);
  });

  it('refuses a write into the folder of another site or study, a read of another study, and a replacement', async () => {
    const south = at('south', STUDY);
    const denied = expect.objectContaining({ name: 'AccessDenied' });
    await expect(south.put(STUDY, file('north', 'a1-r2.json'))).rejects.toEqual(denied);
    await expect(south.put(OTHER, file('south', 'a1-r2.json'))).rejects.toEqual(denied);
    await expect(south.list(OTHER)).rejects.toEqual(denied);
    await south.put(STUDY, file('south', 'a1-r1.json'));
    const again = { Bucket: derived.bucket, Key: `exchange/${STUDY}/south/a1-r1.json`, Body: 'another' };
    await expect(derived.as({ site: 'south', study: STUDY }).send(new PutObjectCommand(again))).rejects.toEqual(denied);
    await expect(
      derived.as({ site: 'south' }).send(new PutObjectCommand({ ...again, IfNoneMatch: '*' })),
    ).rejects.toEqual(denied);
    for (const name of ['../north/a.json', 'a/b.json', 'A.json', '', '__proto__'])
      await expect(south.put(STUDY, file('south', name))).rejects.toMatchObject({ code: 'refused-key' });
  });

  it('reads a document again only where its content is another', async () => {
    const south = at('south', OTHER, new Recent(1e6));
    await at('north', OTHER).put(OTHER, file('north', 'a1-r1.json', 'first'));
    const reads = async (): Promise<number | undefined> => {
      derived.calls.clear();
      await south.list(OTHER);
      return derived.calls.get('GetObjectCommand');
    };
    expect([await reads(), await reads()]).toEqual([1, undefined]);
    const replaced = { Bucket: derived.bucket, Key: `exchange/${OTHER}/north/a1-r1.json`, Body: 'second' };
    await derived.owner.send(new PutObjectCommand(replaced));
    expect([await reads(), await reads()]).toEqual([1, undefined]);
    expect(await south.list(OTHER)).toMatchObject([{ jws: 'second' }]);
  });
});

describe('Texts that were read lately', () => {
  it('are kept up to a size, those last asked for longest', () => {
    const recent = new Recent(10);
    for (const name of ['a', 'b', 'c']) recent.set(name, '1234');
    expect([recent.get('a'), recent.get('b'), recent.get('c')]).toEqual([undefined, '1234', '1234']);
    recent.get('b');
    recent.set('d', '1234');
    expect([recent.get('b'), recent.get('c')]).toEqual(['1234', undefined]);
    recent.set('b', '12');
    recent.set('e', '1234');
    expect([recent.get('b'), recent.get('d'), recent.get('e')]).toEqual(['12', '1234', '1234']);
    recent.set('f', 'longer than all');
    expect(recent.get('f')).toBeUndefined();
  });
});
