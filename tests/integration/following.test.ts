import { describe, expect, it } from 'vitest';
import { ask, put, remove, until } from './client.ts';
import { give, problems, settled, sources } from './cohort.ts';

const DEFINITION = `title: A small cohort
missing: [""]
tables:
  - match: "*.csv"
    rows: patient
    patient: id
    columns:
      age: { type: number, unit: years, range: [0, 120] }
      os_time: { from: months, type: duration, unit: months }
      died: { type: boolean }
derived:
  old: age >= 60
endpoints:
  os: { origin: diagnosis, time: os_time, event: died }
groups:
  age: { by: old, labels: { "false": Under 60, "true": 60 and over } }
`;

const rows = (letter: string, n: number, shift = 0): string =>
  Array.from(
    { length: n },
    (_, i) => `${letter}${i},${40 + ((i * 7 + shift) % 45)},${3 + ((i * 5) % 60)},${i % 2}`,
  ).join('\n');
const csv = (letter: string, n: number, shift = 0): string => `id,age,months,died\n${rows(letter, n, shift)}\n`;

const count = async (cohort: string): Promise<number> =>
  (await ask(`/cohorts/${cohort}/results`, { body: { analysis: 'survival', endpoint: 'os' } })).json.findings.counts
    .used;

describe('The answers', () => {
  it('follow a file that is put, replaced and deleted', async () => {
    await give('follows', { 'cohort.yaml': DEFINITION, 'a.csv': csv('a', 30), 'b.csv': csv('b', 20) });
    expect(await count('follows')).toBe(50);
    await give('follows', { 'b.csv': csv('b', 25) });
    expect(await count('follows')).toBe(55);
    await remove('follows', 'a.csv');
    await until(
      () => sources('follows'),
      (all) => !all.has('a.csv'),
    );
    await until(
      () => count('follows'),
      (n) => n === 25,
    );
  });

  it('are the very same when the same bytes come back', async () => {
    const first = await give('again', { 'cohort.yaml': DEFINITION, 'a.csv': csv('a', 30) });
    const before = (await ask('/cohorts/again')).json;
    await remove('again', 'a.csv');
    await until(
      () => sources('again'),
      (all) => !all.has('a.csv'),
    );
    await give('again', { 'a.csv': csv('a', 30) });
    await until(
      () => ask('/cohorts/again'),
      ({ json }) => json.frame === before.frame && json.revision === before.revision,
    );
    expect(first.get('a.csv')?.verdict).toBe('accepted');
  });

  it('come from the last good version while the newest is refused, and say so', async () => {
    await give('refused', { 'cohort.yaml': DEFINITION, 'a.csv': csv('a', 30) });
    const after = await give('refused', { 'a.csv': 'id,id,age\n1,2,3\n' });
    expect(after.get('a.csv')).toMatchObject({
      verdict: 'rejected',
      reason: 'duplicate-header',
      answers: 'an older version',
    });
    const { json } = await ask('/cohorts/refused/results', { body: { analysis: 'survival', endpoint: 'os' } });
    expect(json.findings.counts.used).toBe(30);
    expect(json.refused).toEqual([
      { source: expect.any(String), reason: 'duplicate-header', answeredFrom: 'older version' },
    ]);
    await give('refused', { 'a.csv': csv('a', 12) });
    expect(await count('refused')).toBe(12);
  });

  it('wait for a definition, which may come after the files', async () => {
    await put('late', 'a.csv', csv('a', 10));
    await until(
      () => sources('late'),
      (all) => all.get('a.csv')?.verdict === 'unmapped',
    );
    const { status, json } = await ask('/cohorts/late/results', { body: { analysis: 'survival', endpoint: 'os' } });
    expect([status, json.code]).toEqual([409, 'no-definition']);
    await put('late', 'cohort.yaml', DEFINITION);
    await until(
      () => sources('late'),
      (all) => all.get('a.csv')?.verdict === 'accepted',
    );
    await settled('late', ['a.csv', 'cohort.yaml']);
    expect(await count('late')).toBe(10);
  });

  it('keep the good rows of a file with bad ones, each told with its place and a remedy', async () => {
    const bad = `id,age,months,died\nx1,50,12,1\nx2,fifty,12,0\nx3,50,-4,1\nx4,50,12\nx5,500,12,1\n,50,12,1\nx7,61,14,0\n`;
    const after = await give('rows', { 'cohort.yaml': DEFINITION, 'a.csv': bad });
    expect(after.get('a.csv')?.verdict).toBe('accepted with problems');
    const told = await problems('rows');
    expect(told.map(({ line, level }) => [line, level])).toEqual(
      expect.arrayContaining([
        [3, 'cell'],
        [4, 'error'],
        [5, 'error'],
        [6, 'cell'],
        [7, 'error'],
      ]),
    );
    for (const problem of told) expect(problem).toMatchObject({ file: 'a.csv', says: /\S/, remedy: /\S/ });
    expect(told.find(({ line }) => line === 3)).toMatchObject({ column: 'age', value: 'fifty' });
    expect((await ask('/cohorts/rows')).json.patients).toBe(4);
    const { source } = after.get('a.csv')!;
    const asCsv = await ask(`/cohorts/rows/sources/${source}/problems`, { headers: { accept: 'text/csv' } });
    expect(asCsv.headers.get('content-type')).toContain('text/csv');
    expect(asCsv.text.split(/\r?\n/)[0]).toContain('remedy');
  });

  it('set a patient apart whose rows disagree', async () => {
    await give('doubled', {
      'cohort.yaml': DEFINITION,
      'a.csv': 'id,age,months,died\nx1,50,12,1\nx2,60,12,0\n',
      'b.csv': 'id,age,months,died\nx1,51,12,1\nx3,60,12,0\n',
    });
    expect((await ask('/cohorts/doubled')).json.patients).toBe(2);
    expect((await problems('doubled')).some(({ level, says }) => level === 'error' && /age/.test(says))).toBe(true);
  });

  it('are kept by a wrong definition, which is refused with line and column', async () => {
    await give('defined', { 'cohort.yaml': DEFINITION, 'a.csv': csv('a', 10) });
    const wrong = DEFINITION.replace('age >= 60', 'agee >= 60');
    const refused = await ask('/cohorts/defined/definition', { method: 'PUT', body: wrong });
    expect([refused.status, refused.json.code]).toEqual([422, 'invalid-definition']);
    expect(refused.json.problems[0]).toMatchObject({ line: 12, says: expect.stringContaining('agee') });
    const after = await give('defined', { 'cohort.yaml': wrong });
    expect(after.get('cohort.yaml')).toMatchObject({ verdict: 'rejected', answers: 'an older version' });
    expect(await count('defined')).toBe(10);
  });

  it('say of a mapped column that is not there that it is missing for all', async () => {
    await give('absent', {
      'cohort.yaml': DEFINITION.replace('died: { type: boolean }', 'died: { from: dead, type: boolean }'),
      'a.csv': csv('a', 10),
    });
    const told = (await problems('absent')).find(({ says }) => /dead/.test(says));
    expect(told).toMatchObject({ file: 'cohort.yaml', line: expect.any(Number), remedy: /\S/ });
    const { status, json } = await ask('/cohorts/absent/results', { body: { analysis: 'survival', endpoint: 'os' } });
    expect([status, json.code]).toEqual([422, 'nothing-to-analyse']);
  });
});
