import { beforeAll, describe, expect, it } from 'vitest';
import type { Findings } from '../../../lib/result/index.ts';
import { crlmTcia, tcgaRead } from './cohorts.ts';
import { findingsOf, refusalOf, rowsOf } from './findings.ts';
import { frameOf, type SmallFrame } from './frames.ts';

const analysis = 'survival';

/** Computed with R 4.2.2, survival 3.5.3, as docs/statistics.md says. */
describe('Survival after resection of colorectal liver metastases', () => {
  let whole: Findings;
  let byScore: Findings;
  beforeAll(async () => {
    whole = await findingsOf(crlmTcia(), { analysis, endpoint: 'os' });
    byScore = await findingsOf(crlmTcia(), { analysis, endpoint: 'os', by: 'crs' });
  });

  it('has the median, its interval and the five-year survival that R gives', () => {
    expect(whole.counts).toMatchObject({ patients: 197, used: 197, events: 107, excluded: [] });
    const [{ median, median_low, median_high }] = rowsOf(whole, 'survival') as [Record<string, number>];
    expect([median!.toFixed(1), median_low!.toFixed(1), median_high!.toFixed(0)]).toEqual(['76.0', '67.1', '101']);
    const five = rowsOf(whole, 'survival-at').find(({ time }) => time === 60)!;
    expect(Number(five['survival']).toFixed(3)).toBe('0.627');
  });

  it('differs by Clinical Risk Score as R says, 29 unknown and told of', () => {
    expect(byScore.counts.excluded).toEqual([{ reason: 'without crs', columns: ['crs'], patients: 29 }]);
    const medians = rowsOf(byScore, 'survival').map(({ group, n, median }) => [group, n, Number(median).toFixed(1)]);
    expect(medians.slice(1)).toEqual([
      ['CRS 0-2', 117, '90.2'],
      ['CRS 3-5', 51, '60.2'],
    ]);
    const logRank = rowsOf(byScore, 'tests').find(({ test }) => test === 'Log-rank')!;
    expect(Number(logRank['statistic']).toFixed(2)).toBe('3.46');
    const ratio = rowsOf(byScore, 'hazard-ratios')[1]!;
    const told = [ratio['hazard_ratio'], ratio['hazard_ratio_low'], ratio['hazard_ratio_high']];
    expect(told.map((value) => Number(value).toFixed(3))).toEqual(['1.503', '0.975', '2.317']);
    expect(rowsOf(byScore, 'left-out').map(({ group, n }) => [group, n])).toEqual([
      ['Analysed', 168],
      ['Left out', 29],
    ]);
  });

  it('is drawn, by group', () => {
    expect(byScore.figures.length).toBe(1);
    expect(JSON.stringify(byScore.figures)).toContain('CRS 3-5');
  });
});

it('Survival with rectal cancer differs by an expression over genes as R says, and tells of times of 0', async () => {
  const findings = await findingsOf(tcgaRead(), { analysis, endpoint: 'os', by: 'altered("KRAS")' });
  expect(rowsOf(findings, 'survival').map(({ group, n, events }) => [group, n, events])).toEqual([
    ['All patients', 149, 24],
    ['KRAS wild type', 90, 17],
    ['KRAS altered', 59, 7],
  ]);
  expect(Number(rowsOf(findings, 'tests')[0]!['statistic']).toFixed(3)).toBe('0.855');
  const ratio = rowsOf(findings, 'hazard-ratios')[1]!;
  const told = [ratio['hazard_ratio'], ratio['hazard_ratio_low'], ratio['hazard_ratio_high']];
  expect(told.map((value) => Number(value).toFixed(3))).toEqual(['0.661', '0.273', '1.599']);
  expect(findings.warnings.map(({ code }) => code)).toEqual(['time-zero']);
});

describe('A question of survival', () => {
  const small = (more: Partial<SmallFrame> = {}) =>
    frameOf({
      time: [1, 2, 3, 4],
      event: [1, 0, 1, 0],
      groups: {
        half: { labels: ['a', 'b'], codes: [0, 0, 1, 1] },
        alone: { labels: ['a', 'b'], codes: [0, 0, 0, 0] },
        unknown: { labels: ['a', 'b'], codes: [-1, -1, -1, -1] },
        late: { labels: ['a', 'b'], codes: [0, 0, 1, 1], known: 'recurrence' },
      },
      where: { 'age > 60': [1, 0, 1, 2] },
      ...more,
    });
  const ask = (by: string, more?: Partial<SmallFrame>) => findingsOf(small(more), { analysis, endpoint: 'os', by });
  const codes = ({ warnings }: Findings) => warnings.map(({ code }) => code);

  it('with one group gives its curve and compares nothing', async () => {
    const findings = await ask('alone');
    expect(codes(findings)).toEqual(expect.arrayContaining(['one-group', 'empty-group']));
    expect(rowsOf(findings, 'tests')).toEqual([]);
    expect(rowsOf(findings, 'survival').length).toBe(1);
  });

  it('without an event says so and tests nothing', async () => {
    const findings = await ask('half', { event: [0, 0, 0, 0] });
    expect(codes(findings)).toEqual(['no-events']);
    expect(
      rowsOf(findings, 'survival').every(({ median, median_why: why }) => median === null && why === 'not reached'),
    ).toBe(true);
  });

  it('with nobody left is refused, and says who was left out for what', async () => {
    expect(await refusalOf(ask('unknown'))).toEqual(['nothing-to-analyse', '/by']);
    const nothing = { time: [Number.NaN, Number.NaN, Number.NaN, Number.NaN] };
    expect(await refusalOf(ask('half', nothing))).toEqual(['nothing-to-analyse', '/endpoint']);
  });

  it('about what is not there is refused at its place', async () => {
    expect(await refusalOf(ask('nope'))).toEqual(['unknown-variable', '/by']);
    expect(await refusalOf(findingsOf(small(), { analysis, endpoint: 'dfs' }))).toEqual([
      'unknown-endpoint',
      '/endpoint',
    ]);
  });

  it('by a group known only later is refused, or stamped where it is meant', async () => {
    expect(await refusalOf(ask('late'))).toEqual(['group-known-later', '/by']);
    const naive = await findingsOf(small(), { analysis, endpoint: 'os', by: 'late', naive: true });
    expect(JSON.stringify(naive.figures)).toContain('NAIVE');
  });

  it('of a subgroup counts who does not belong and of whom it is unknown', async () => {
    const { counts } = await findingsOf(small(), { analysis, endpoint: 'os', where: 'age > 60' });
    expect([counts.used, counts.excluded.map(({ patients }) => patients)]).toEqual([2, [1, 1]]);
  });
});
