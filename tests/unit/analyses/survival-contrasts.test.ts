import { describe, expect, it } from 'vitest';
import { compareQuantiles, compareSurvival, kaplanMeier, logRank, maxCombo } from '../../../lib/stats/index.ts';
import { codes, demoFrame } from './asking.ts';
import { writtenFrame } from './built.ts';
import { findingsOf, rowsOf } from './findings.ts';

const analysis = 'survival';

function crlm() {
  const frame = demoFrame('crlm-tcia');
  const values = (name: string) => (frame.variable(name, '') as { values: Float64Array }).values;
  const [crs, time, died] = ['crs', 'os_time', 'died'].map(values);
  const rows = [...crs!.keys()].filter((row) => !Number.isNaN(crs![row]!));
  const part = (of: readonly number[]) => ({
    time: Float64Array.from(of, (row) => time![row]!),
    event: Uint8Array.from(of, (row) => died![row]!),
  });
  const high = (row: number) => crs![row]! >= 3;
  const curve = (of: readonly number[]) => kaplanMeier.solve(kaplanMeier.accumulate(part(of)));
  return {
    low: curve(rows.filter((row) => !high(row))),
    high: curve(rows.filter(high)),
    tables: logRank.accumulate(
      part(rows),
      Int32Array.from(rows, (row) => (high(row) ? 1 : 0)),
      2,
    ),
  };
}

describe('Survival by Clinical Risk Score', () => {
  it('differs at given times and in its median as the methods of two curves say', async () => {
    const findings = await findingsOf(demoFrame('crlm-tcia'), {
      analysis,
      endpoint: 'os',
      by: 'crs',
      times: [12, 60, 500],
    });
    const { low, high } = crlm();
    const rows = rowsOf(findings, 'survival-differences');
    const at = compareSurvival(low, high, 60);
    if (!at.ok) throw new Error('no contrast');
    expect(rows[1]).toMatchObject({
      group: 'CRS 3-5',
      difference: at.difference.estimate,
      difference_low: at.difference.lower,
      ratio_high: at.ratio!.upper,
      p: at.logLogTest!.p,
    });
    expect(rows[2]).toMatchObject({ difference: null, difference_why: 'beyond the last follow-up', p: null });
    const median = compareQuantiles(low, high);
    expect(rowsOf(findings, 'median-differences')[0]).toMatchObject({
      difference: median.estimate,
      difference_low: Number.isFinite(median.lower) ? median.lower : null,
      difference_high: Number.isFinite(median.upper) ? median.upper : null,
      difference_why: 'no limit',
    });
    expect(findings.citations.join(' ')).toMatch(/Su JQ, Wei LJ/);
  });

  it('is tested with the weights named beforehand', async () => {
    const findings = await findingsOf(demoFrame('crlm-tcia'), {
      analysis,
      endpoint: 'os',
      by: 'crs',
      tests: [{ rho: 1 }, { gamma: 1 }, 'max-combo'],
    });
    const { tables } = crlm();
    const [early, late] = [
      { rho: 1, gamma: 0 },
      { rho: 0, gamma: 1 },
    ].map((weight) => logRank.solve(tables, { weight }));
    const combo = maxCombo(tables);
    const rows = rowsOf(findings, 'tests').slice(-3);
    expect(rows.map(({ p }) => p)).toEqual([early!.ok && early!.p, late!.ok && late!.p, combo.ok && combo.p]);
    expect(rows.map(({ test }) => test)).toEqual([
      'Log-rank, rho 1, gamma 0',
      'Log-rank, rho 0, gamma 1',
      'Max-combo (|z|)',
    ]);
    expect(findings.method.join(' ')).toMatch(/Fleming and Harrington.*max-combo/);
  });

  it('of more than two groups has no max-combo test, and says why', async () => {
    const findings = await findingsOf(demoFrame('crlm-tcia'), {
      analysis,
      endpoint: 'os',
      by: 'score',
      tests: ['max-combo'],
    });
    expect(rowsOf(findings, 'tests').at(-1)).toMatchObject({ p: null, p_why: 'not two groups' });
    expect(rowsOf(findings, 'median-differences')).toHaveLength(5);
  });

  it('without events has no contrasts but their reasons', async () => {
    const rows = ['5,no,no,5,0,a,1,yes', '6,no,no,6,0,b,2,no', '7,no,no,7,0,a,3,yes', '8,no,no,8,0,b,4,no'];
    const findings = await findingsOf(writtenFrame(rows), {
      analysis,
      endpoint: 'alone',
      by: 'arm',
      times: [3],
      tests: [{ rho: 1 }],
    });
    expect(rowsOf(findings, 'survival-differences')[0]).toMatchObject({
      difference: 0,
      p: null,
      p_why: 'all or nobody survived in a group',
    });
    expect(rowsOf(findings, 'median-differences')[0]).toMatchObject({
      difference: null,
      difference_why: 'not reached',
    });
    expect(rowsOf(findings, 'tests').at(-1)).toMatchObject({ p: null, p_why: 'no events' });
  });

  it('warns that competing events are taken as censored', async () => {
    const findings = await findingsOf(demoFrame('crlm-tcia'), { analysis, endpoint: 'recurrence' });
    expect(codes(findings)).toEqual(['competing-events']);
    expect(findings.warnings[0]!.says).toMatch(/Death without recurrence/);
  });

  it('is refused tests where there are no groups', async () => {
    await expect(
      findingsOf(writtenFrame(['5,no,no,5,0,a,1,yes']), { analysis, endpoint: 'alone', tests: ['max-combo'] }),
    ).rejects.toThrow();
  });
});
