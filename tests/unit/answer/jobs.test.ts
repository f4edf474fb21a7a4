import { describe, expect, it } from 'vitest';
import {
  askForAnnotated,
  askForProposal,
  definitionVersion,
  definitionVersions,
  lookAtJob,
  work,
} from '../../../lib/answer/index.ts';
import { digestOf, SignetError } from '../../../lib/base/index.ts';
import { parseDefinition } from '../../../lib/cohort/index.ts';
import { World } from './world.ts';

const COHORT = { site: 'a', cohort: 'crlm' };
const CLINICAL = Buffer.from('patient_id,age,sex\np1,60,F\np2,61,M\np3,62,F\n');

function world(): World {
  const of = new World();
  of.objects.set('clinical.csv', CLINICAL);
  return of;
}

/** The world's worker: does what was sent. */
function working(of: World): World {
  of.meanwhile = async () => {
    for (const { job, ...question } of of.sent.splice(0)) if (job) await work({ ...question, job }, of);
  };
  return of;
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: unknown) => (error instanceof SignetError ? error.code : String(error)),
  );

describe('A job', () => {
  it('is done once for the same content, and waited for', async () => {
    const of = working(world());
    const answer = await askForProposal(COHORT, of);
    expect(answer).toMatchObject({ state: 'done', body: { definition: { tables: [{ patient: 'patient_id' }] } } });
    of.meanwhile = async () => {
      throw new Error('nobody works now');
    };
    expect(await askForProposal(COHORT, of)).toEqual(answer);
    of.objects.set('clinical.csv', Buffer.concat([CLINICAL, Buffer.from('p4,1,F\n')]));
    of.meanwhile = async () => undefined;
    const other = await askForProposal(COHORT, of);
    expect(other.state).toBe('waiting');
    expect(other.id).not.toBe(answer.id);
  });

  it('is under way after five seconds, and sent again only once it is stale', async () => {
    const of = world();
    const { id, state } = await askForProposal(COHORT, of);
    expect([state, of.sent.length]).toEqual(['waiting', 1]);
    await askForProposal(COHORT, of);
    expect(of.sent).toHaveLength(1);
    of.time += 120_000;
    await askForProposal(COHORT, of);
    expect(of.sent).toHaveLength(2);
    await work({ ...COHORT, id, job: { kind: 'proposal' } }, of);
    expect((await lookAtJob(COHORT, id, of)).state).toBe('done');
    expect(await work({ ...COHORT, id, job: { kind: 'proposal' } }, of)).toBe('needless');
  });

  it('says why it failed, and is started anew by who asks again', async () => {
    const of = working(world());
    of.objects.set('clinical.csv', Buffer.from('x\n1.5\n1.5\n'));
    expect(await codeOf(askForProposal(COHORT, of))).toBe('no-sources');
    of.objects.set('other.csv', CLINICAL);
    expect((await askForProposal(COHORT, of)).state).toBe('done');
  });

  it('that killed four workers is marked before the fifth tries', async () => {
    const of = world();
    const { id } = await askForProposal(COHORT, of);
    of.sources.list = () => {
      throw new Error('died');
    };
    await expect(work({ ...COHORT, id, job: { kind: 'proposal' } }, of, { delivery: 5 })).rejects.toThrow('died');
    expect(await codeOf(lookAtJob(COHORT, id, of))).toBe('computation-failed');
  });

  it('is nobody else’s', async () => {
    const of = working(world());
    const { id } = await askForProposal(COHORT, of);
    expect(await codeOf(lookAtJob({ site: 'b', cohort: 'crlm' }, id, of))).toBe('not-found');
    expect(await codeOf(askForProposal({ site: 'b', cohort: 'crlm' }, of))).toBe('not-found');
    expect(await codeOf(lookAtJob(COHORT, '../definitions/x', of))).toBe('not-found');
  });
});

describe('An annotated workbook', () => {
  const counts = { patients: 0, specimens: 0, alterations: 0, problems: 1 };
  const state = { key: 'a.xlsx', verdict: 'rejected', counts, attempt: 'A', etag: '"1"', at: '' } as const;

  it.each([
    ['direct-identifiers', { ...state, reason: 'direct-identifiers' }],
    ['not-found', { ...state, verdict: 'unmapped', attempt: undefined }],
    ['not-found', { ...state, key: 'another.xlsx' }],
  ] as const)('is refused as %s', async (code, of) => {
    const w = working(world());
    w.states = [of as (typeof w.states)[number]];
    expect(await codeOf(askForAnnotated(COHORT, `opaque-${state.key.length}`, w))).toBe(code);
    expect(w.sent).toEqual([]);
  });
});

describe('A version of a definition', () => {
  const text = (range: string, more = ''): string =>
    `title: V\ntables: [{ match: a.csv, rows: patient, patient: id, columns: { age: { type: number, range: ${range} } } }]\n${more}`;
  const documents = [
    text('[0, 100]'),
    text('[0, 110]', 'checks: [{ id: a, level: warning, cel: age > 90 }]\n'),
    text('[0, 110]', 'checks: [{ id: b, level: warning, cel: age > 80 }, { id: a, level: warning, cel: age > 95 }]\n'),
  ];
  const of = new World();
  const digests = documents.map((yaml) => {
    const definition = parseDefinition(yaml, 'cohort.yaml');
    const digest = digestOf(yaml);
    of.stored.set(`a/crlm/definitions/${digest}.json`, Buffer.from(JSON.stringify(definition)));
    return digest;
  });
  of.pointer = { definition: digests[2]!, listing: 'l', waiting: 0, sources: 1, at: '' };
  of.states = [
    { key: 'a.csv', verdict: 'accepted', counts: { patients: 1, specimens: 0, alterations: 0, problems: 0 }, at: '' },
  ];

  it('is listed with the one in force', async () => {
    const versions = await definitionVersions(COHORT, of);
    expect(versions.map(({ definition }) => definition).sort()).toEqual([...digests].sort());
    expect(versions.filter(({ inForce }) => inForce).map(({ definition }) => definition)).toEqual([digests[2]]);
    expect(versions[0]!.title).toBe('V');
  });

  it('shows what changed, members of lists by their id, and how many sources are read anew', async () => {
    expect(await definitionVersion(COHORT, digests[1]!, digests[0]!, of)).toMatchObject({
      changes: [
        { pointer: '/tables/0/columns/age/range', before: [0, 100], after: [0, 110] },
        { pointer: '/checks', after: [expect.objectContaining({ id: 'a' })] },
      ],
      readAnew: 1,
    });
    const { changes, readAnew } = await definitionVersion(COHORT, digests[2]!, digests[1]!, of);
    expect(changes).toEqual([
      { pointer: '/checks/1/cel', before: 'age > 90', after: 'age > 95' },
      { pointer: '/checks/0', after: expect.objectContaining({ id: 'b' }) },
    ]);
    expect(readAnew).toBe(0);
    expect(await codeOf(definitionVersion(COHORT, digests[0]!, 'nothing', of))).toBe('not-found');
  });
});
