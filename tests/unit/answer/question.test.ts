import { beforeEach, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { type Answer, ask, Computer, documentName, look, stop } from '../../../lib/answer/index.ts';
import { SignetError } from '../../../lib/base/index.ts';
import { World } from './world.ts';

const FINDINGS = {
  title: 'T',
  method: [],
  citations: [],
  counts: { patients: 2, used: 2, events: 1, excluded: [] },
  assumptions: [],
  warnings: [],
  tables: [],
  figures: [],
};

const survival = vi.hoisted(() => ({
  run: (_frame: unknown, _request: unknown, _progress: unknown): unknown => undefined,
}));

vi.mock('../../../lib/analyses/index.ts', async () => ({
  answerAsked: (await import('../../../lib/analyses/parts/asked.ts')).answerAsked,
  ANALYSES: [
    {
      name: 'survival',
      says: '',
      citations: [],
      request: z.strictObject({
        analysis: z.literal('survival'),
        endpoint: z.string(),
        level: z.number().default(0.95),
      }),
      run: (...all: [unknown, unknown, unknown]) => survival.run(...all),
    },
  ],
}));
vi.mock('../../../lib/cohort/index.ts', () => ({
  parseDefinition: () => ({ tables: [] }),
  openCohort: () => ({ definition: {}, name: 'crlm', title: 'CRLM', digest: 'frame', revision: 'rev', rows: 2 }),
}));
vi.mock('../../../lib/formats/index.ts', () => ({
  readParquet: async () => ({ table: { rows: 2, columns: new Map() }, metadata: {} }),
}));

const COHORT = { site: 'a', cohort: 'crlm' };
const BODY = { analysis: 'survival', endpoint: 'os' };
let world: World;

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SignetError);
  return (error as SignetError).code;
}

function file(name: string, body = '{}'): void {
  world.stored.set(`a/crlm/${name}`, Buffer.from(body));
}

/** A worker takes what was sent. */
async function work(delivery = 1): Promise<void> {
  const computer = new Computer(world);
  for (const question of world.sent.splice(0)) await computer.compute(question, { delivery });
}

beforeEach(() => {
  world = new World();
  world.pointer = { frame: 'frame', revision: 'rev', definition: 'def', listing: 'l', waiting: 2, sources: 14, at: '' };
  for (const table of ['patients', 'alterations', 'coverage']) file(`frames/frame/${table}.parquet`);
  file('definitions/def.json');
  file('revisions/rev.json', '{"sources":[{"key":"x.csv","content":"c","refused":{"reason":"ragged"}}]}');
  survival.run = () => FINDINGS;
});

it('answers with the document once it is worked out, its defaults filled in, what is waiting beside it', async () => {
  world.meanwhile = () => work();
  const answer = (await ask(COHORT, BODY, world)) as Extract<Answer, { state: 'done' }>;
  expect(answer.state).toBe('done');
  expect(answer.document.request).toEqual({ ...BODY, level: 0.95 });
  expect(answer.waiting).toBe('2 of 14 sources are still being read');
  expect(JSON.stringify(answer.document)).not.toContain('waiting');
  expect(answer.document.refused).toEqual([{ source: 'opaque-5', reason: 'ragged', answeredFrom: 'older version' }]);
});

it('gives the same id to the same question, and another to another frame', async () => {
  const first = await ask(COHORT, BODY, world);
  expect((await ask(COHORT, { level: 0.95, ...BODY }, world)).id).toBe(first.id);
  world.pointer = { ...world.pointer!, frame: 'other' };
  expect((await ask(COHORT, BODY, world)).id).not.toBe(first.id);
});

it('answers at once where the document exists, also when the table was lost', async () => {
  world.meanwhile = () => work();
  await ask(COHORT, BODY, world);
  world.items.clear();
  const before = world.time;
  expect((await ask(COHORT, BODY, world)).state).toBe('done');
  expect([world.time, world.sent.length, world.items.size]).toEqual([before, 0, 1]);
});

it('says that the work is under way after five seconds, sends one message for many askers, and a new one for a lost one', async () => {
  const before = world.time;
  expect((await ask(COHORT, BODY, world)).state).toBe('waiting');
  expect(world.time - before).toBeLessThanOrEqual(5000);
  await ask(COHORT, BODY, world);
  expect(world.sent).toHaveLength(1);
  world.time += 61_000;
  await ask(COHORT, BODY, world);
  expect(world.sent).toHaveLength(2);
});

it('refuses an analysis that is not there, a request that is wrong, a cohort that is not there or not defined', async () => {
  expect(await codeOf(ask(COHORT, { analysis: 'magic' }, world))).toBe('unknown-analysis');
  expect(await codeOf(ask(COHORT, { analysis: 'survival' }, world))).toBe('invalid-request');
  expect(await codeOf(ask({ site: 'b', cohort: 'crlm' }, BODY, world))).toBe('not-found');
  const { frame: _, ...bare } = world.pointer!;
  world.pointer = bare;
  expect(await codeOf(ask(COHORT, BODY, world))).toBe('no-definition');
  expect(world.sent).toHaveLength(0);
});

it('keeps a refusal of the analysis with its place, and starts anew when asked again', async () => {
  survival.run = () => {
    throw new SignetError('unknown-variable', 'no such', { place: { pointer: '/endpoint' } });
  };
  world.meanwhile = () => work();
  expect(await codeOf(ask(COHORT, BODY, world))).toBe('unknown-variable');
  survival.run = () => FINDINGS;
  expect((await ask(COHORT, BODY, world)).state).toBe('done');
});

it('stops: the worker writes nothing, a look says so, asking again starts anew', async () => {
  const { id } = await ask(COHORT, BODY, world);
  survival.run = () => stop(COHORT, id, world).then(() => FINDINGS);
  await work();
  expect(await codeOf(look(COHORT, id, world))).toBe('stopped');
  expect(world.stored.has(`a/crlm/${documentName.result(id)}`)).toBe(false);
  survival.run = () => FINDINGS;
  world.meanwhile = () => work();
  expect((await ask(COHORT, BODY, world)).state).toBe('done');
  expect(await codeOf(stop(COHORT, id, world))).toBe('result-exists');
});

it('marks a question failed at its fifth delivery, and a success takes the mark off', async () => {
  survival.run = () => {
    throw new TypeError('a bug');
  };
  const { id } = await ask(COHORT, BODY, world);
  const [question] = world.sent;
  const computer = new Computer(world);
  await expect(computer.compute(question!, { delivery: 4 })).rejects.toThrow(TypeError);
  expect(world.items.get(`a/${id}`)?.state).toBe('waiting');
  await expect(computer.compute(question!, { delivery: 5 })).rejects.toThrow(TypeError);
  expect(await codeOf(look(COHORT, id, world))).toBe('computation-failed');
  survival.run = () => FINDINGS;
  expect(await computer.compute(question!, { delivery: 5 })).toBe('done');
  expect((await look(COHORT, id, world)).state).toBe('done');
});

it('never hands out a document that was altered', async () => {
  world.meanwhile = () => work();
  const { id } = await ask(COHORT, BODY, world);
  const name = documentName.result(id);
  file(
    name,
    Buffer.from(world.stored.get(`a/crlm/${name}`)!)
      .toString()
      .replace('"T"', '"U"'),
  );
  expect(await codeOf(look(COHORT, id, world))).toBe('altered-result');
  expect(await codeOf(ask(COHORT, BODY, world))).toBe('altered-result');
});

it('takes a foreign or impossible id for one that is not there', async () => {
  const { id } = await ask(COHORT, BODY, world);
  for (const [site, name] of [
    ['b', id],
    ['a', '../x'],
    ['a', 'f'.repeat(64)],
  ] as const) {
    expect(await codeOf(look({ site, cohort: 'crlm' }, name, world))).toBe('not-found');
    expect(await codeOf(stop({ site, cohort: 'crlm' }, name, world))).toBe('not-found');
  }
});
