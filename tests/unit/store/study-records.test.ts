import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnalysisSet } from '../../../lib/sharing/ports.ts';
import type { Clients } from '../../../lib/store/clients.ts';
import { Recent } from '../../../lib/store/recent.ts';
import { StudyObjects } from '../../../lib/store/study-objects.ts';
import { StudyRecords } from '../../../lib/store/study-records.ts';
import { readSet, storedSet } from '../../../lib/store/study-sets.ts';
import { removeOldSets } from '../../../lib/store/study-versions.ts';
import { Table } from '../../../lib/store/table.ts';
import { type Derived, derivedBucket } from './bucket.ts';
import { ENGINES, type Engine } from './engines.ts';

const [STUDY, OTHER] = ['a'.repeat(64), 'b'.repeat(64)];

function setOf(patients: readonly string[], cohort = 'liver'): AnalysisSet {
  const n = patients.length;
  return {
    cohort,
    digest: `digest of ${patients.join()}`,
    patients,
    left: 3,
    rows: {
      n,
      variables: { age: Float64Array.from(patients, (_, i) => (i === 0 ? Number.NaN : 60 + i / 3)) },
      endpoints: { os: { time: Float64Array.from(patients, (_, i) => i + 0.1), cause: new Uint8Array(n).fill(1) } },
      genes: new Map([['KRAS', new Uint8Array(n).fill(2)]]),
    },
  };
}

describe('A frozen set', () => {
  it('comes back to the last bit', () => {
    const column = (n: number) =>
      fc.array(fc.double(), { minLength: n, maxLength: n }).map((all) => Float64Array.from(all));
    const codes = (n: number) => fc.uint8Array({ minLength: n, maxLength: n }).map((all) => Uint8Array.from(all));
    const set = fc.nat({ max: 20 }).chain((n) =>
      fc.record({
        cohort: fc.string(),
        digest: fc.string(),
        patients: fc.array(fc.string({ unit: 'binary' }), { minLength: n, maxLength: n }),
        left: fc.nat(),
        rows: fc.record({
          n: fc.constant(n),
          variables: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), column(n)),
          endpoints: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.record({ time: column(n), cause: codes(n) }), {
            noNullPrototype: true,
          }),
          genes: fc
            .array(fc.tuple(fc.stringMatching(/^[A-Z0-9-]{1,8}$/), codes(n)), { minLength: 1 })
            .map((all) => new Map(all)),
        }),
      }),
    );
    fc.assert(
      fc.property(set, (given) => {
        const text = storedSet(given as AnalysisSet);
        expect(storedSet(readSet(text))).toBe(text);
      }),
    );
    fc.assert(
      fc.property(column(5), (age) => {
        const given = setOf(['a', 'b', 'c', 'd', 'e']);
        const back = readSet(storedSet({ ...given, rows: { ...given.rows, variables: { age } } }));
        for (const [i, value] of back.rows.variables['age']!.entries()) expect(value).toBe(age[i]);
      }),
    );
  });

  it('is refused where somebody wrote another thing', () => {
    expect(() => readSet('{"format":"analysis-set/2"}')).toThrow(expect.objectContaining({ code: 'invalid-set' }));
  });
});

describe.each(ENGINES)('What a site keeps of studies, on $name', ({ start }) => {
  let derived: Derived;
  let engine: Engine;
  beforeAll(async () => {
    [derived, engine] = await Promise.all([derivedBucket(), start()]);
  });
  afterAll(() => Promise.all([derived.end(), engine.stop()]));

  let sites = 0;
  /** A site of its own, as many processes as are asked for. */
  const site = () => {
    sites += 1;
    const name = `site${sites}`;
    const objects = derived.as({ site: name });
    const process = () =>
      new StudyRecords(
        name,
        new Table(engine.client, engine.table),
        new StudyObjects(objects, 'derived', name, new Recent(1e7)),
      );
    return { name, process, records: process() };
  };

  it('is the first set that was frozen, whoever asks', async () => {
    const { process, records } = site();
    expect(await records.frozen(STUDY)).toBeUndefined();
    const sets = [setOf(['p1', 'p2']), setOf(['p1', 'p3'])];
    const kept = await Promise.all(sets.map((set) => process().freeze(STUDY, set)));
    expect(new Set(kept.map(({ digest }) => digest)).size).toBe(1);
    expect(await records.frozen(STUDY)).toEqual(kept[0]);
    expect(await records.freeze(STUDY, setOf(['p9']))).toEqual(kept[0]);
    expect(await records.frozen(OTHER)).toBeUndefined();
    await records.thaw(STUDY);
    await records.thaw(STUDY);
    expect(await process().frozen(STUDY)).toBeUndefined();
    expect((await records.freeze(STUDY, setOf(['p9']))).patients).toEqual(['p9']);
  });

  it('is a set that can be frozen anew where its object went', async () => {
    const { process, records } = site();
    await records.freeze(STUDY, setOf(['p1']));
    const [named] = await records.named();
    await new StudyObjects(derived.as({ site: `site${sites}` }), 'derived', `site${sites}`, new Recent(1e7)).delete(
      STUDY,
      named!.name,
    );
    expect(await process().frozen(STUDY)).toBeUndefined();
    await process().freeze(STUDY, setOf(['p2']));
    expect((await process().frozen(STUDY))?.patients).toEqual(['p2']);
  });

  it('is of each study the sets and reservations last recorded, by cohort', async () => {
    const { process, records } = site();
    const sent = (study: string, cohort: string, ...patients: string[]) => ({
      study,
      cohort,
      patients,
      partners: ['south'],
    });
    await records.recordSent(STUDY, [
      sent(STUDY, 'liver', 'p1'),
      sent(STUDY, 'liver', 'p1', 'p2'),
      sent(STUDY, 'lung', 'q1'),
    ]);
    await records.recordSent(OTHER, [sent(OTHER, 'liver', 'p3')]);
    await process().recordSent(STUDY, [sent(STUDY, 'liver', 'p2')]);
    const found = await process().sent('liver');
    expect(found).toHaveLength(2);
    expect(found).toEqual(expect.arrayContaining([sent(STUDY, 'liver', 'p2'), sent(OTHER, 'liver', 'p3')]));
    expect(await records.sent('lung')).toEqual([]);
    const entry = { cohort: 'liver', of: 'os', mode: 'open' as const, statistics: 3 };
    await records.reserve(STUDY, [
      { ...entry, study: STUDY },
      { ...entry, study: STUDY, steps: 'curve by 30 days' },
    ]);
    await records.reserve(OTHER, [{ ...entry, study: OTHER }]);
    await records.reserve(OTHER, []);
    expect(await records.ledger('liver')).toEqual([
      { ...entry, study: STUDY },
      { ...entry, study: STUDY, steps: 'curve by 30 days' },
    ]);
  });

  it('lets nothing be sent where the set of whom something was sent is gone', async () => {
    const { process, records, name } = site();
    await records.recordSent(STUDY, [{ study: STUDY, cohort: 'liver', patients: ['p1'], partners: [] }]);
    const [named] = await records.named();
    await new StudyObjects(derived.as({ site: name }), 'derived', name, new Recent(1e7)).delete(STUDY, named!.name);
    await expect(process().sent('liver')).rejects.toMatchObject({ code: 'sent-set-gone' });
  });

  it('is the first document of a folder and name, of whatever size', async () => {
    const { process, records } = site();
    const file = (jws: string, name = 'a1-r1.json') => ({ site: 'south', name, jws });
    const [small, large] = ['x', 'y'.repeat(900_000)];
    expect(await records.keep(STUDY, file(small))).toEqual(file(small));
    expect(await process().keep(STUDY, file(large))).toEqual(file(small));
    expect(await process().keep(STUDY, file(large, 'a1-r2.json'))).toEqual(file(large, 'a1-r2.json'));
    expect(await process().keep(STUDY, file(small, 'a1-r2.json'))).toEqual(file(large, 'a1-r2.json'));
    const kept = await process().kept(STUDY);
    expect(kept).toHaveLength(2);
    expect(kept).toEqual(expect.arrayContaining([file(small), file(large, 'a1-r2.json')]));
    expect(await records.kept(OTHER)).toEqual([]);
    const both = await Promise.all(['1', '2'].map((jws) => process().keep(OTHER, file(jws))));
    expect(new Set(both.map(({ jws }) => jws)).size).toBe(1);
  });

  it('is when a round was first seen', async () => {
    const { process, records } = site();
    expect(await records.opened(STUDY, 1, 1, 5)).toBe(5);
    expect(await process().opened(STUDY, 1, 1, 9)).toBe(5);
    expect(await records.opened(STUDY, 1, 2, 9)).toBe(9);
    const both = await Promise.all([11, 12].map((now) => process().opened(OTHER, 1, 1, now)));
    expect(new Set(both).size).toBe(1);
  });

  it('is locks, each once, until they are lifted; recalls stay with the time at which they were', async () => {
    const { records } = site();
    const lock = { cohort: 'liver', endpoint: 'os', partner: 'south' };
    const recall = { ...lock, endpoint: '*', recalls: STUDY };
    for (const each of [lock, lock, recall, recall, { ...lock, cohort: 'lung' }]) await records.lock(each);
    const locks = await records.locks('liver');
    expect(locks).toHaveLength(2);
    expect(locks).toEqual(expect.arrayContaining([expect.objectContaining(lock), expect.objectContaining(recall)]));
    expect(await records.allLocks()).toHaveLength(3);
    const at = '2027-01-01T00:00:00.000Z';
    for (const { id } of locks) expect(await records.lift(id, at)).toMatchObject({ id });
    expect(await records.lift('0'.repeat(32), at)).toBeUndefined();
    expect(await records.locks('liver')).toMatchObject([{ ...recall, lifted: at }]);
    await records.lift((await records.locks('liver'))[0]!.id, '2028-01-01T00:00:00.000Z');
    await records.lock(recall);
    expect(await records.locks('liver')).toMatchObject([{ ...recall, lifted: at }]);
  });

  it('forgets a patient who withdrew, in every version', async () => {
    const { name, process, records } = site();
    const sent = (study: string, ...patients: string[]) => ({ study, cohort: 'liver', patients, partners: ['south'] });
    await records.recordSent(STUDY, [sent(STUDY, 'her', 'p1'), sent(STUDY, 'p1')]);
    await records.recordSent(OTHER, [sent(OTHER, 'p1')]);
    await records.freeze(OTHER, setOf(['her', 'p1']));
    await records.freeze(STUDY, setOf(['her'], 'lung'));
    expect(await process().forget('liver', 'her')).toEqual([STUDY, OTHER]);
    expect(await process().forget('liver', 'her')).toEqual([]);
    expect((await records.sent('liver')).flatMap(({ patients }) => patients)).toEqual(['p1', 'p1', 'p1']);
    expect(await records.frozen(OTHER)).toBeUndefined();
    expect(await records.frozen(STUDY)).toBeDefined();
    await records.thaw(STUDY);
    const clients = { of: () => ({ versions: derived.owner }) } as unknown as Clients;
    const removed = await removeOldSets(clients, 'derived', name, { records, now: Date.now() });
    expect(removed).toBeGreaterThan(3);
    expect(await derived.versions(`sites/${name}/`)).toHaveLength(2);
    expect((await derived.versions(`sites/${name}/`)).filter(({ text }) => text.includes('her'))).toEqual([]);
    expect((await process().sent('liver')).flatMap(({ patients }) => patients)).toEqual(['p1', 'p1', 'p1']);
    expect(await removeOldSets(clients, 'derived', name, { records, now: Date.now() })).toBe(0);
    // what was written and never named goes when it is old enough to be sure of it
    await new StudyObjects(derived.as({ site: name }), 'derived', name, new Recent(1e7)).put(STUDY, 'set', 'her');
    expect(await removeOldSets(clients, 'derived', name, { records, now: Date.now() })).toBe(0);
    expect(await removeOldSets(clients, 'derived', name, { records, now: Date.now() + 3_600_000 })).toBe(1);
  });
});
