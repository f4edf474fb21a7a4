import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSignetError, sha256 } from '../../../lib/base/index.ts';
import {
  DEFINITION_KEY,
  documentName,
  type Listing,
  type Revision,
  sweep,
  wayOfAFile,
} from '../../../lib/ingest/index.ts';
import { AIDED, DEFINITIONS, REFUSED, table } from './contents.ts';
import { drain, settle } from './settle.ts';
import { Crew, World } from './world.ts';

const CONTENTS: Readonly<Record<string, readonly string[]>> = {
  [DEFINITION_KEY]: Object.values(DEFINITIONS),
  'a.csv': [table('a', [50, 60, 70]), table('a', [51, 61, 71]), table('a', [50, 60, 'x']), REFUSED],
  'b.csv': [table('b', [40, 41, 42]), REFUSED, ''],
  'v.vcf': AIDED.vcfs,
  'genes.bed': AIDED.beds,
  'genome.fa': AIDED.fastas,
  'notes.txt': ['nothing to do with it', 'still nothing'],
};

const key = fc.constantFrom(
  ...['a.csv', 'a.csv', 'a.csv', DEFINITION_KEY, DEFINITION_KEY, 'b.csv', 'notes.txt'],
  ...['v.vcf', 'genes.bed', 'genome.fa'],
);

/** A VCF, and what it is read by. */
const keyOfAided = fc.constantFrom('v.vcf', 'v.vcf', 'genes.bed', 'genes.bed', 'genome.fa');
const which = fc.nat(99);

/** What may happen to these keys. */
const happeningTo = (key: fc.Arbitrary<string>) =>
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('put' as const),
        key,
        version: fc.nat(9),
        hints: fc.constantFrom(1, 1, 2, 0),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), key, hints: fc.constantFrom(1, 1, 0) }) },
    { weight: 9, arbitrary: fc.record({ kind: fc.constant('converge' as const), which }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('publish' as const), which }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('read' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('reconcile' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill' as const), which }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('an hour and a sweep' as const) }) },
    {
      weight: 24,
      arbitrary: fc.record({ kind: fc.constant('step' as const), which, calls: fc.constantFrom(0, 1, 2, 4, 8, 40) }),
    },
  );
type Happening = ReturnType<typeof happeningTo> extends fc.Arbitrary<infer T> ? T : never;

/** Goes from the pointer to the records, as a point question does, and says whether it saw one revision whole. */
async function readWhole(world: World, pass: () => Promise<void>): Promise<void> {
  const { pointers, documents, attempts } = world.ports(pass);
  for (let tries = 0; tries < 5; tries += 1) {
    const current = await pointers.read(world.cohort);
    if (!current?.revision) return;
    const [revision, listing] = await Promise.all(
      [documentName.revision(current.revision), documentName.listing(current.listing)].map(async (name) =>
        JSON.parse(new TextDecoder().decode(await documents.get(world.cohort, name))),
      ),
    );
    const contents = new Map((revision as Revision).sources.map(({ key, content }) => [key, content]));
    try {
      for (const { key, attempt } of (listing as Listing).sources) {
        if (!attempt || !key.endsWith('.csv')) continue;
        const { patients } = await attempts.records(world.cohort, attempt);
        const source = CONTENTS[key]?.find((content) => sha256(content) === contents.get(key));
        const ages = patients.map(({ values }) => values['age'] ?? 'x');
        if (source === undefined || source !== table(key[0]!, ages as [number, number, number]))
          throw new RangeError(`a reader saw a mixture at ${key}`);
      }
      return;
    } catch (error) {
      if (!isSignetError(error, 'attempt-swept')) throw error; // from the pointer again
    }
  }
}

/** Lets it all happen; with `lossless` each change's event arrives, if late and more than once, and nobody reconciles. */
async function live(world: World, happenings: readonly Happening[], lossless: boolean): Promise<Crew> {
  const crew = new Crew();
  const lost = new Map<string, () => void>();
  let workers = 0;
  const start = (kind: string, again: () => void, work: (pass: () => Promise<void>) => Promise<unknown>): void => {
    workers += 1;
    const name = `${kind} ${workers}`;
    lost.set(name, again);
    crew.start(name, work);
  };
  const happen = async (it: Happening): Promise<void> => {
    switch (it.kind) {
      case 'put': {
        const versions = CONTENTS[it.key]!;
        world.put(it.key, versions[it.version % versions.length]!);
        for (let i = 0; i < Math.max(it.hints, lossless ? 1 : 0); i += 1) world.hint(it.key);
        return;
      }
      case 'delete':
        world.delete(it.key);
        if (it.hints || lossless) world.hint(it.key);
        return;
      case 'converge': {
        const [message] = world.hints.splice(it.which % (world.hints.length || 1), 1);
        if (!message) return;
        message.delivery += 1;
        start(
          'ingest',
          () => world.hints.push(message),
          (pass) => wayOfAFile(world.ports(pass)).converger.converge(message.body, { delivery: message.delivery }),
        );
        return;
      }
      case 'publish': {
        // Not one at a time, as the queue would have it: the protocol doesn't lean on that.
        const [message] = world.publications.splice(it.which % (world.publications.length || 1), 1);
        if (!message) return;
        message.delivery += 1;
        start(
          'publish',
          () => world.publications.push(message),
          (pass) => wayOfAFile(world.ports(pass)).publisher.publish(message.body, { delivery: message.delivery }),
        );
        return;
      }
      case 'read':
        start(
          'read',
          () => {},
          (pass) => readWhole(world, pass),
        );
        return;
      case 'reconcile':
        if (lossless) return;
        start(
          'reconcile',
          () => {},
          (pass) => wayOfAFile(world.ports(pass)).maintainer.reconcile(world.cohort),
        );
        return;
      case 'kill': {
        const name = await crew.kill((ready) => it.which % (ready || 1));
        if (name) lost.get(name)?.();
        return;
      }
      case 'an hour and a sweep':
        // Nobody lives for an hour; what was under way goes back to its queue.
        for (let name = await crew.kill(() => 0); name; name = await crew.kill(() => 0)) lost.get(name)?.();
        world.clock += 3_700_000;
        await sweep(world.cohort, world.ports());
        return;
      case 'step':
        // One worker for a while, or all in turns.
        for (let i = 0; i <= it.calls; i += 1)
          await crew.step((ready) => (it.which + (it.which % 2) * i) % (ready || 1));
    }
  };
  for (const it of happenings) await happen(it);
  for (let turn = 0; crew.busy > 0; turn += 1) await crew.step((ready) => turn % (ready || 1));
  return crew;
}

/** A world that was given the same bucket at once: where a version was refused, after the good one that still answers. */
async function freshFrom(world: World): Promise<World> {
  const fresh = new World();
  // What others are read by comes before them.
  const first = [DEFINITION_KEY, 'genes.bed', 'genome.fa'];
  const order = [...world.bucket.keys()].sort((a, b) => first.indexOf(b) - first.indexOf(a));
  for (const key of order) {
    const head = world.heads.get(key);
    if (head?.looked.verdict === 'rejected' && head.inForce) {
      const good = CONTENTS[key]?.find((content) => sha256(content) === head.inForce?.sha256);
      if (good === undefined) throw new RangeError(`${key} answers from content that was never put`);
      fresh.put(key, good);
      fresh.hint(key);
      await settle(fresh);
    }
    fresh.put(key, world.bucket.get(key)!.bytes);
    fresh.hint(key);
    await settle(fresh);
  }
  return fresh;
}

async function expectAFunctionOfItsBucket(world: World): Promise<void> {
  const fresh = await freshFrom(world);
  expect(world.table()).toEqual(fresh.table());
  expect(world.current?.revision).toBe(fresh.current?.revision);
  expect(world.current?.frame).toBe(fresh.current?.frame);
  expect(world.current?.waiting ?? 0).toBe(0);
  expect(world.current?.failed).toBeUndefined();
}

describe('whatever is put, overwritten, deleted, doubled, interleaved or killed, the table', () => {
  const happenings = fc.array(happeningTo(key), { minLength: 10, maxLength: 100 });
  const numRuns = Number(process.env['SIGNET_RUNS'] ?? 400);

  it('ends at a function of the bucket when the last message is worked off, and no reader saw a mixture', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, async (all) => {
        const world = new World();
        const { failures } = await live(world, all, true);
        expect(failures).toEqual([]);
        await drain(world);
        await expectAFunctionOfItsBucket(world);
      }),
      { numRuns },
    );
  });

  it('ends there after a reconciliation when events were lost', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, async (all) => {
        const world = new World();
        const { failures } = await live(world, all, false);
        expect(failures).toEqual([]);
        await settle(world);
        await expectAFunctionOfItsBucket(world);
      }),
      { numRuns },
    );
  });

  it('ends there, without reconciliation, where one source is read by others that come, change, go and become something else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happeningTo(keyOfAided), { minLength: 10, maxLength: 60 }), async (all) => {
        const world = new World();
        world.put(DEFINITION_KEY, DEFINITIONS.first);
        world.hint(DEFINITION_KEY);
        await drain(world);
        const { failures } = await live(world, all, true);
        expect(failures).toEqual([]);
        await drain(world);
        await expectAFunctionOfItsBucket(world);
      }),
      { numRuns },
    );
  });
});
