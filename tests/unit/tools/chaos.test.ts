import { describe, expect, it } from 'vitest';
import { differencesOf, type Outcome } from '../../../tools/chaos/compare.ts';
import { History } from '../../../tools/chaos/history.ts';
import { mixedFiles } from '../../../tools/chaos/mixture.ts';
import { versionOf } from '../../../tools/chaos/world.ts';

const outcome: Outcome = {
  sources: { 'clinical.csv': { verdict: 'accepted', counts: { patients: 12 } } },
  problems: [{ rule: 'a', line: 1 }, { rule: 'b' }],
  revision: 'r',
  frame: 'f',
  tables: { patients: 'p' },
};

describe('The comparison of a cohort after a storm with a fresh one', () => {
  it('finds nothing where they say the same, in whatever order', () => {
    const other = {
      ...outcome,
      problems: [{ rule: 'b' }, { line: 1, rule: 'a' }],
      sources: { 'clinical.csv': { counts: { patients: 12 }, verdict: 'accepted' } },
    };
    expect(differencesOf(outcome, other)).toEqual([]);
  });

  it.each([
    ['a source that one lacks', { sources: {} }],
    ['a count', { sources: { 'clinical.csv': { verdict: 'accepted', counts: { patients: 11 } } } }],
    ['a problem', { problems: [{ rule: 'a', line: 1 }] }],
    ['a revision', { revision: 'other' }],
    ['a frame', { frame: undefined }],
    ['the bytes of a table', { tables: { patients: 'q' } }],
  ])('finds %s', (_, changed) => {
    expect(differencesOf(outcome, { ...outcome, ...changed })).toHaveLength(1);
  });
});

describe('A frame', () => {
  const patients = (versions: number[]) => ({
    rows: versions.length,
    columns: new Map([['clinical_version', { type: 'number' as const, values: Float64Array.from(versions) }]]),
  });
  const none = { rows: 0, columns: new Map() };

  it('of one version is no mixture, also where some patients are in other files alone', () => {
    expect(mixedFiles({ patients: patients([3, 3, Number.NaN]), alterations: none })).toEqual([]);
  });

  it('of two versions of a file is one', () => {
    expect(mixedFiles({ patients: patients([3, 4]), alterations: none })).toEqual(['clinical.csv']);
  });
});

describe('The history of a storm', () => {
  const [good, better, bad] = [
    versionOf('clinical.csv', 1, true),
    versionOf('clinical.csv', 2, true),
    versionOf('clinical.csv', 3, false),
  ];

  it('replays the newest version of each file, the definition first', () => {
    const history = new History();
    const definition = versionOf('cohort.yaml', 4, true);
    for (const version of [good, better, definition]) history.put(version);
    expect(history.toReplay({})).toEqual([definition, better]);
  });

  it('puts before a bad version the good one that answers', () => {
    const history = new History();
    for (const version of [good, better, bad]) history.put(version);
    expect(history.toReplay({ 'clinical.csv': 1 })).toEqual([good, bad]);
    expect(history.toReplay({})).toEqual([bad]);
  });

  it('replays nothing of a deleted file', () => {
    const history = new History();
    history.put(good);
    history.deleted('clinical.csv');
    expect(history.toReplay({})).toEqual([]);
  });

  it('refuses an answer from what never lay there', () => {
    const history = new History();
    history.put(bad);
    expect(() => history.toReplay({ 'clinical.csv': 7 })).toThrow('never lay');
  });
});
