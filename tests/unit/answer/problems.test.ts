import { expect, it } from 'vitest';
import { type AnswerPorts, sourceProblems } from '../../../lib/answer/index.ts';
import type { Problem } from '../../../lib/cohort/index.ts';
import { World } from './world.ts';

const told = (rule: string, file: string): Problem => ({
  rule,
  level: 'warning',
  file,
  says: 'something is wrong',
  remedy: 'Correct it.',
});

it('A source tells its own problems, and those between sources that stand in it or in a file of it', async () => {
  const world = new World();
  const counts = { patients: 1, specimens: 0, alterations: 0, problems: 1 };
  world.states = [{ key: 'study.zip', verdict: 'accepted with problems', counts, attempt: 'A', at: '' }];
  world.pointer = { definition: 'd', listing: 'l', frame: 'f', waiting: 0, sources: 1, at: '' };
  const between = [told('between', 'study.zip/a.txt'), told('between', 'study.zip'), told('other', 'study.zip2')];
  world.stored.set('a/crlm/frames/f/problems.json', Buffer.from(JSON.stringify(between)));
  const ports: AnswerPorts = {
    ...world,
    records: { ...world.records, problems: async () => [told('own', 'study.zip/b.txt')] },
  };
  const problems = await sourceProblems({ site: 'a', cohort: 'crlm' }, `opaque-${'study.zip'.length}`, ports);
  expect(problems.map(({ rule, file }) => [rule, file])).toEqual([
    ['own', 'study.zip/b.txt'],
    ['between', 'study.zip/a.txt'],
    ['between', 'study.zip'],
  ]);
});
