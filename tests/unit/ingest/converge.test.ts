import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ulid } from '../../../lib/base/index.ts';
import { DEFINITION_KEY, documentName, type Listing, type Revision, wayOfAFile } from '../../../lib/ingest/index.ts';
import { DEFINITIONS, REFUSED, table } from './contents.ts';
import { drain, settle } from './settle.ts';
import { World } from './world.ts';

const GOOD = table('a', [50, 60, 70]);
const NEWER = table('a', [51, 61, 71]);

/** A world with a definition and files, settled. */
async function settled(files: Readonly<Record<string, string | Uint8Array>> = { 'a.csv': GOOD }): Promise<World> {
  const world = new World();
  await putAll(world, { [DEFINITION_KEY]: DEFINITIONS.first, ...files });
  return world;
}

async function putAll(world: World, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [key, content] of Object.entries(files)) {
    world.put(key, content);
    world.hint(key);
  }
  await drain(world);
}

function head(world: World, key = 'a.csv') {
  return world.heads.get(key)!;
}

function document<T>(world: World, name: string): T {
  return JSON.parse(new TextDecoder().decode(world.documents.get(name)?.body)) as T;
}

function revision(world: World): Revision {
  return document(world, documentName.revision(world.current!.revision!));
}

describe('a source', () => {
  it('is accepted, and answers', async () => {
    const world = await settled();
    expect(head(world)).toMatchObject({ looked: { verdict: 'accepted', counts: { patients: 3 } } });
    expect(head(world).inForce?.attempt).toBe(head(world).looked.attempt);
    expect(revision(world).sources.map(({ key }) => key)).toEqual(['a.csv']);
  });

  it('that was put before the definition is unmapped until it comes', async () => {
    const world = new World();
    await putAll(world, { 'a.csv': GOOD });
    expect(head(world).looked.verdict).toBe('unmapped');
    expect(world.current?.revision).toBeUndefined();
    await putAll(world, { [DEFINITION_KEY]: DEFINITIONS.first });
    expect(head(world).looked.verdict).toBe('accepted');
    expect(world.current?.revision).toBeDefined();
  });

  it('that no table matches is unmapped, listed, and no part of the revision', async () => {
    const world = await settled({ 'a.csv': GOOD, 'notes.txt': 'x' });
    expect(head(world, 'notes.txt').looked.verdict).toBe('unmapped');
    expect(revision(world).sources).toHaveLength(1);
    expect(world.current).toMatchObject({ sources: 3, waiting: 0 });
  });

  it.each([
    ['a PDF', 'report.txt', '%PDF-1.7 x', 'a PDF'],
    ['nothing', 'later.txt', '', 'an empty file'],
    ['white space, compressed', 'later.csv.gz', gzipSync(' \n'), 'an empty file'],
    ['an index', 'a.vcf.gz.tbi', gzipSync('TBI\u0001x'), 'an index of tabix (.tbi)'],
    ['a MAF', 'list.txt', 'Hugo_Symbol\tVariant_Classification\tTumor_Sample_Barcode\n', 'a MAF'],
    ['a damaged zip', 'all.zip', 'PK\u0003\u0004 no zip', 'a zip archive'],
    ['a damaged gzip', 'b.csv.gz', gzipSync('id,age\n'.repeat(9)).subarray(0, 14), 'a compressed file that is damaged'],
    ['a text', 'notes.txt', 'x', 'a table, or other text'],
  ])('that is unmapped says what it is by its content: %s', async (_, key, content, holds) => {
    const world = await settled({ 'a.csv': GOOD, [key]: content });
    expect(head(world, key).looked).toMatchObject({ verdict: 'unmapped', holds });
    expect(head(world).looked.holds).toBeUndefined();
  });

  it('with a wrong cell is accepted with its problems', async () => {
    const world = await settled({ 'a.csv': table('a', [50, 60, 'x']) });
    expect(head(world).looked).toMatchObject({
      verdict: 'accepted with problems',
      counts: { patients: 3, problems: 1 },
    });
    const [problem] = world.attempts.get(head(world).looked.attempt!)!.problems;
    expect(problem).toMatchObject({ file: 'a.csv', line: 4, column: 'age', value: 'x', level: 'cell' });
  });

  it('whose newest version is refused answers from the last good one, and the revision says so', async () => {
    const world = await settled();
    const good = revision(world);
    await putAll(world, { 'a.csv': REFUSED });
    expect(head(world).looked).toMatchObject({
      verdict: 'rejected',
      reason: 'duplicate-header',
      counts: { patients: 0 },
    });
    expect(revision(world).sources[0]).toEqual({
      ...good.sources[0],
      refused: { content: head(world).looked.sha256, reason: 'duplicate-header' },
    });
    await putAll(world, { 'a.csv': NEWER });
    expect(revision(world).sources[0]).not.toHaveProperty('refused');
  });

  it('put again in the same bytes gives the same revision', async () => {
    const world = await settled();
    const { revision: before } = world.current!;
    await putAll(world, { 'a.csv': NEWER });
    expect(world.current?.revision).not.toBe(before);
    await putAll(world, { 'a.csv': GOOD });
    expect(world.current?.revision).toBe(before);
  });

  it('that is deleted leaves, and its head keeps its counter', async () => {
    const world = await settled();
    const { n } = head(world);
    world.delete('a.csv');
    world.hint('a.csv');
    await drain(world);
    expect(head(world)).toMatchObject({ n: n + 1, looked: { verdict: 'deleted' } });
    expect(head(world)).not.toHaveProperty('inForce');
    expect(revision(world).sources).toEqual([]);
  });

  it('is touched by a doubled hint: nothing is read, the counter rises, the publisher is told and folds or follows', async () => {
    const world = await settled();
    const { n, looked } = head(world);
    const { attempts } = world;
    const before = attempts.size;
    world.hint('a.csv');
    await drain(world);
    expect(head(world)).toMatchObject({ n: n + 1, looked });
    expect(attempts.size).toBe(before);
    expect(document<Listing>(world, documentName.listing(world.current!.listing)).sources).toContainEqual(
      expect.objectContaining({ key: 'a.csv', n: n + 1 }),
    );
  });

  it('is announced when it settles, and again when told again after a failure, without a name', async () => {
    const world = await settled();
    const said = world.announced.filter(({ verdict }) => verdict === 'accepted').length;
    world.hint('a.csv');
    await drain(world);
    expect(world.announced.filter(({ verdict }) => verdict === 'accepted')).toHaveLength(said);
    expect(JSON.stringify(world.announced)).not.toContain('a.csv');
  });

  it('that killed four workers is marked before the fifth reads it, and cleared when it is read', async () => {
    const world = await settled();
    world.put('a.csv', NEWER);
    const source = { ...world.cohort, key: 'a.csv' };
    const dying = new Promise<string>((resolve) => {
      const ports = world.ports(async ([port, method]) => {
        if (port === 'attempts' && method === 'begin') {
          resolve(head(world).looked.verdict);
          await new Promise(() => {});
        }
      });
      void wayOfAFile(ports).converger.converge(source, { delivery: 5 });
    });
    expect(await dying).toBe('failed');
    expect(head(world).inForce).toBeDefined();
    await wayOfAFile(world.ports()).converger.converge(source, { delivery: 1 });
    await drain(world);
    expect(head(world).looked.verdict).toBe('accepted');
  });

  it('that settled before its message was acknowledged is not marked at the fifth delivery', async () => {
    const world = await settled();
    const { n } = head(world);
    await wayOfAFile(world.ports()).converger.converge({ ...world.cohort, key: 'a.csv' }, { delivery: 5 });
    expect(head(world)).toMatchObject({ n: n + 1, looked: { verdict: 'accepted' } });
  });
});

describe('a definition', () => {
  it('that reads nothing otherwise is published at once', async () => {
    const world = await settled();
    const before = head(world).looked.attempt;
    await putAll(world, { [DEFINITION_KEY]: DEFINITIONS.renamed });
    expect(head(world).looked.attempt).toBe(before);
    expect(revision(world).definition).toBe(head(world, DEFINITION_KEY).inForce?.definition);
  });

  it('that reads otherwise keeps the pointer until every source was read anew', async () => {
    const world = await settled({ 'a.csv': GOOD, 'b.csv': table('b', [1, 2, 3]) });
    const { revision: before } = world.current!;
    const way = wayOfAFile(world.ports());
    world.put(DEFINITION_KEY, DEFINITIONS.wider);
    await way.converger.converge({ ...world.cohort, key: DEFINITION_KEY });
    expect(await way.publisher.publish(world.publications.shift()!.body)).toMatchObject({ outcome: 'kept', hints: 2 });
    expect(world.current).toMatchObject({ revision: before, waiting: 2 });
    await way.converger.converge(world.hints.shift()!.body);
    expect(await way.publisher.publish(world.publications.shift()!.body)).toMatchObject({ outcome: 'kept', hints: 0 });
    await drain(world);
    expect(world.current?.revision).not.toBe(before);
    expect(world.current?.waiting).toBe(0);
  });

  it('that asks for another reading takes out of force what only an older version answered for', async () => {
    const world = await settled();
    await putAll(world, { 'a.csv': REFUSED });
    await putAll(world, { [DEFINITION_KEY]: DEFINITIONS.wider });
    expect(head(world)).not.toHaveProperty('inForce');
    expect(revision(world).sources).toEqual([
      { key: 'a.csv', refused: { content: head(world).looked.sha256, reason: 'duplicate-header' } },
    ]);
  });

  it('that is wrong is refused with its problems, and the last good one stays', async () => {
    const world = await settled();
    const { definition } = revision(world);
    await putAll(world, { [DEFINITION_KEY]: DEFINITIONS.wrong });
    expect(head(world, DEFINITION_KEY).looked.verdict).toBe('rejected');
    expect(head(world, DEFINITION_KEY).looked.counts.problems).toBeGreaterThan(0);
    expect(revision(world).definition).toBe(definition);
    expect(revision(world).sources.map(({ key }) => key)).toEqual(['a.csv', DEFINITION_KEY]);
  });

  it('that is deleted leaves every source unmapped and the cohort without a revision', async () => {
    const world = await settled();
    world.delete(DEFINITION_KEY);
    world.hint(DEFINITION_KEY);
    await drain(world);
    expect(head(world).looked.verdict).toBe('unmapped');
    expect(world.current?.revision).toBeUndefined();
  });
});

describe('a publication', () => {
  it('of a burst is one, and the rest are folded', async () => {
    const world = await settled();
    const way = wayOfAFile(world.ports());
    for (let i = 0; i < 50; i += 1) world.put(`f${i}.csv`, table(`f${i}x`, [1, 2, 3]));
    for (let i = 0; i < 50; i += 1) await way.converger.converge({ ...world.cohort, key: `f${i}.csv` });
    const outcomes = [];
    for (const { body } of world.publications) outcomes.push((await way.publisher.publish(body)).outcome);
    expect(outcomes.filter((outcome) => outcome === 'published')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'folded')).toHaveLength(49);
  });

  it('writes revision, listing and every table before the pointer names them', async () => {
    const world = await settled();
    const { frame, revision: digest, listing } = world.current!;
    const names = ['patients.parquet', 'alterations.parquet', 'coverage.parquet', 'problems.json'];
    for (const name of names) expect(world.documents.has(documentName.frame(frame!, name))).toBe(true);
    expect(world.documents.has(documentName.revision(digest!))).toBe(true);
    expect(world.documents.has(documentName.listing(listing))).toBe(true);
  });

  it('is marked as failed at the fifth delivery, and cleared when it succeeds', async () => {
    const world = await settled();
    world.hint('a.csv');
    await wayOfAFile(world.ports()).converger.converge(world.hints.shift()!.body);
    const [message] = world.publications.splice(0);
    const dying = new Promise<void>((resolve) => {
      const ports = world.ports(async ([port, method]) => {
        if (port === 'heads' && method === 'all') {
          resolve();
          await new Promise(() => {});
        }
      });
      void wayOfAFile(ports).publisher.publish(message!.body, { delivery: 5 });
    });
    await dying;
    expect(world.current?.failed).toBe('died-while-publishing');
    await settle(world);
    expect(world.current).not.toHaveProperty('failed');
  });
});

describe('reconciling', () => {
  it('finds a file whose event was lost, and one whose deletion was', async () => {
    const world = await settled();
    world.put('b.csv', table('b', [1, 2, 3]));
    world.delete('a.csv');
    const way = wayOfAFile(world.ports());
    expect(await way.maintainer.reconcile(world.cohort)).toEqual({ hints: 2, published: false });
    await drain(world, way);
    expect(revision(world).sources.map(({ key }) => key)).toEqual(['b.csv']);
    expect(await way.maintainer.reconcile(world.cohort)).toEqual({ hints: 0, published: false });
  });

  it('brings back a table that was lost', async () => {
    const world = await settled({ 'a.csv': GOOD, 'b.csv': table('b', [1, 2, 3]) });
    const [table1, { revision: before }] = [world.table(), world.current!];
    world.heads.clear();
    world.attempts.clear();
    world.known.clear();
    world.current = undefined;
    await wayOfAFile(world.ports()).maintainer.maintain('a');
    await settle(world);
    expect(world.table()).toEqual(table1);
    expect(world.current!.revision).toBe(before);
  });

  it('publishes a head that nobody was told of', async () => {
    const world = await settled();
    world.put('a.csv', NEWER);
    await wayOfAFile(world.ports()).converger.converge({ ...world.cohort, key: 'a.csv' });
    world.publications.length = 0;
    const way = wayOfAFile(world.ports());
    expect(await way.maintainer.reconcile(world.cohort)).toEqual({ hints: 0, published: true });
    await drain(world, way);
    expect(revision(world).sources[0]?.content).toBe(head(world).looked.sha256);
  });
});

describe('sweeping', () => {
  async function sweepAfter(world: World, hours: number) {
    world.clock += hours * 3_600_000;
    return wayOfAFile(world.ports()).maintainer.maintain('a');
  }

  it('takes attempts that nothing names, an hour after the last listing that did', async () => {
    const world = await settled();
    const first = head(world).looked.attempt!;
    world.clock += 2 * 3_600_000;
    await putAll(world, { 'a.csv': NEWER });
    expect(await sweepAfter(world, 0.9)).toMatchObject({ swept: 0 });
    expect(await sweepAfter(world, 0.2)).toMatchObject({ swept: 1 });
    expect(world.attempts.has(first)).toBe(false);
    expect(world.attempts.has(head(world).looked.attempt!)).toBe(true);
  });

  it('leaves a young orphan, and takes an old one', async () => {
    const world = await settled();
    await world.ports().attempts.begin({ ...world.cohort, key: 'a.csv' }, ulid(world.clock), 1);
    expect(await sweepAfter(world, 0.5)).toMatchObject({ swept: 0 });
    expect(await sweepAfter(world, 1)).toMatchObject({ swept: 1 });
  });

  it('keeps the attempt of a refused version, which holds its problems, and the good one behind it', async () => {
    const world = await settled();
    await putAll(world, { 'a.csv': REFUSED });
    await sweepAfter(world, 5);
    const { looked, inForce } = head(world);
    expect(world.attempts.has(looked.attempt!) && world.attempts.has(inForce!.attempt)).toBe(true);
  });

  it('marks documents that nothing names, and none that pointer or result name', async () => {
    const world = await settled();
    const kept = { ...world.current! };
    await putAll(world, { 'a.csv': NEWER });
    const left = { ...world.current! };
    await putAll(world, { 'a.csv': table('a', [1, 2, 3]) });
    world.named = new Set([kept.frame!, kept.revision!]);
    await sweepAfter(world, 1.5);
    const marked = (name: string) => world.documents.get(name)?.marked;
    expect(marked(documentName.frame(left.frame!, 'patients.parquet'))).toBe(true);
    expect(marked(documentName.revision(left.revision!))).toBe(true);
    expect(marked(documentName.listing(left.listing))).toBe(true);
    expect(marked(documentName.frame(kept.frame!, 'patients.parquet'))).toBe(false);
    expect(marked(documentName.revision(kept.revision!))).toBe(false);
    expect(marked(documentName.frame(world.current!.frame!, 'patients.parquet'))).toBe(false);
    expect(marked(documentName.listing(world.current!.listing))).toBe(false);
    expect([...world.documents].filter(([name, { marked: is }]) => name.startsWith('definitions/') && is)).toEqual([]);
  });
});
