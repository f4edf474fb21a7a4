import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { planItemFaults } from '../../../lib/analyses/index.ts';
import { checkedDefinition, definitionVersion, definitionVersions } from '../../../lib/answer/index.ts';
import { digestOf } from '../../../lib/base/index.ts';
import { parseDefinition, planDigest } from '../../../lib/cohort/index.ts';
import { World } from './world.ts';

const COHORT = { site: 'a', cohort: 'crlm' };

const BASE = `title: Planned
tables:
  - { match: a.csv, rows: patient, patient: id, columns: { age: number, x: boolean, t: { type: duration, unit: months }, died: boolean } }
endpoints:
  os: { origin: surgery, time: t, event: died }
groups:
  x: { by: x }
`;
const PLAN = `plan:
  primary: T2
  sets: { base: [age, x] }
  items:
    - { id: T1, analysis: survival, endpoint: os, times: [12] }
    - { id: T2, analysis: cox, endpoint: os, covariates: [age, x] }
    - { id: T3, analysis: logistic, outcome: x, adjust: base }
  sensitivities:
    S1: { says: the old, criteria: { 1: age > 60 }, of: [T2] }
`;

/** Line, column, and what is said of each fault. */
async function faults(text: string): Promise<readonly (readonly [number, string, string])[]> {
  const error = await checkedDefinition(text, 'cohort.yaml').then(
    () => ({ problems: [] }),
    (thrown: { readonly code: string; readonly problems: { line: number; column: string; says: string }[] }) => {
      expect(thrown.code).toBe('invalid-definition');
      return thrown;
    },
  );
  return error.problems.map(({ line, column, says }) => [line, column, says] as const);
}

describe('A plan that is put', () => {
  it('is taken where each item is a request of its analysis', async () => {
    expect(await faults(BASE + PLAN)).toEqual([]);
    expect(await faults(BASE)).toEqual([]);
  });

  it('is taken as the guide shows it', async () => {
    const guide = readFileSync(new URL('../../../docs/cohort-definition.md', import.meta.url), 'utf8');
    const planned = [...guide.matchAll(/```yaml\n(.*?)```/gs)].filter(([, text]) => text!.includes('\nplan:'));
    expect(planned).toHaveLength(1);
    for (const [, text] of planned) expect(await faults(text!)).toEqual([]);
  });

  it.each(['crlm-tcia', 'tcga-read', 'crlm-synthetic'])('is taken as the demo cohort %s has it', (name) => {
    const text = readFileSync(new URL(`../../../demo/${name}/cohort.yaml`, import.meta.url), 'utf8');
    const items = planItemFaults(parseDefinition(text, 'cohort.yaml')).filter(({ pointer }) =>
      pointer.startsWith('/plan/items'),
    );
    expect(items).toEqual([]);
  });

  it.each([
    ['an analysis that there is not', 'analysis: cox', 'analysis: coxx', 13, /no analysis coxx/],
    ['a report within a report', 'analysis: cox', 'analysis: report', 13, /no analysis report/],
    ['a key that its analysis does not have', 'times: [12]', 'tims: [12]', 12, /tims is not a key here/],
    ['a value that its analysis does not take', 'times: [12]', 'times: [-1]', 12, /at least|greater|>0|bigger/],
    ['an endpoint that there is not', 'endpoint: os, times', 'endpoint: pfs, times', 12, /no endpoint pfs/],
    [
      'a competing endpoint that there is not',
      'analysis: survival, endpoint: os, times: [12]',
      'analysis: competing-risks, endpoint: os, competing: [os, dss]',
      12,
      /no endpoint dss/,
    ],
    ['a covariate that there is not', 'covariates: [age, x]', 'covariates: [age, y]', 13, /no variable y/],
    ['an outcome that there is not', 'outcome: x', 'outcome: z', 14, /no variable z/],
    ['a set that there is not', 'adjust: base', 'adjust: bas', 14, /no set bas/],
    [
      'an entry that has no unit of time',
      'criteria: { 1: age > 60 }',
      'endpoints: { os: { entry: age } }',
      16,
      /unit of this time is not known/,
    ],
    [
      'a sensitivity that its analysis can not be asked under',
      'criteria: { 1: age > 60 }, of: [T2]',
      'impute: 5, of: [T1]',
      16,
      /T1 can't be asked under S1/,
    ],
  ])('is refused with line and column for %s', async (_, from, to, line, says) => {
    const text = (BASE + PLAN).replace(from, to);
    expect(text).not.toBe(BASE + PLAN);
    const found = await faults(text);
    expect(found.map(([at]) => at)).toEqual([line]);
    expect(Number(found[0]![1])).toBeGreaterThan(1);
    expect(found[0]![2]).toMatch(says);
  });
});

describe('Versions of a plan', () => {
  const texts = [
    BASE,
    BASE + PLAN,
    BASE + PLAN.replace('times: [12]', 'times: [12, 24]').replace('[age, x] }\n  items', '[x] }\n  items'),
    (BASE + PLAN)
      .replace('primary: T2', 'primary: T1')
      .replace(/ {4}- \{ id: T3.*\n/, '')
      .replace('title: Planned', 'title: Planned again')
      .replace(/( {4}- \{ id: T1.*\n)( {4}- \{ id: T2.*\n)/, '$2$1'),
  ];
  const definitions = texts.map((text) => parseDefinition(text, 'cohort.yaml'));
  const digests = definitions.map((definition) => digestOf(definition.title + JSON.stringify(definition.plan ?? null)));
  const world = new World();
  definitions.forEach((definition, i) => {
    world.stored.set(`a/crlm/definitions/${digests[i]}.json`, Buffer.from(JSON.stringify(definition)));
  });
  world.pointer = { definition: digests[3]!, listing: 'l', waiting: 0, sources: 1, at: '' };
  world.documents.list = () =>
    (async function* () {
      yield digests.map((digest, i) => ({ name: `definitions/${digest}.json`, modified: Date.UTC(2026, 0, 1 + i) }));
    })();

  it('are listed with the time each was put, its digest, and what changed since the one before', async () => {
    const versions = await definitionVersions(COHORT, world);
    expect(versions.map(({ definition }) => definition)).toEqual([...digests].reverse());
    expect(versions.map(({ at }) => at.slice(0, 10))).toEqual(['2026-01-04', '2026-01-03', '2026-01-02', '2026-01-01']);
    expect(versions.map(({ plan }) => plan)).toEqual(
      [3, 2, 1].map((i) => planDigest(definitions[i]!)).concat([undefined as unknown as string]),
    );
    expect(new Set(versions.map(({ plan }) => plan)).size).toBe(4);
    expect(versions.map(({ planChanges }) => planChanges?.map(({ part, change }) => `${part} ${change}`))).toEqual([
      ['primary changed', 'set base changed', 'item T1 changed', 'item T3 taken out', 'order of items changed'],
      ['set base changed', 'item T1 changed'],
      ['primary added', 'set base added', 'item T1 added', 'item T2 added', 'item T3 added', 'sensitivity S1 added'],
      undefined,
    ]);
  });

  it('are compared by the names of their parts', async () => {
    const { changes, planChanges } = await definitionVersion(COHORT, digests[2]!, digests[1]!, world);
    expect(planChanges).toEqual([
      { part: 'set base', change: 'changed' },
      { part: 'item T1', change: 'changed' },
    ]);
    expect(changes!.map(({ pointer }) => pointer)).toEqual(['/plan/sets/base', '/plan/items/0/times']);
  });
});

describe('The digest of a plan', () => {
  it('is of the plan alone, however it is written', () => {
    const [, planned] = [BASE, BASE + PLAN].map((text) => parseDefinition(text, 'cohort.yaml'));
    const other = parseDefinition((BASE + PLAN).replace('title: Planned', 'title: Other # told'), 'cohort.yaml');
    expect(planDigest(other)).toBe(planDigest(planned!));
    expect(planDigest({})).not.toBe(planDigest(planned!));
  });
});
