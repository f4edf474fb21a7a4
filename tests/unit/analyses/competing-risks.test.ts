import { beforeAll, describe, expect, it } from 'vitest';
import type { Findings, IncidenceFigure } from '../../../lib/result/index.ts';
import {
  cox,
  cumulativeIncidence,
  fineGray,
  grayTest,
  incidenceAt,
  kaplanMeier,
  survivalAt,
} from '../../../lib/stats/index.ts';
import { codes, demoFrame } from './asking.ts';
import { writtenFrame } from './built.ts';
import { findingsOf, refusalOf, rowsOf } from './findings.ts';

const analysis = 'competing-risks';

/** Recurrence and death without it of crlm-tcia, taken from the columns, not by the analysis. */
function crlmByHand() {
  const frame = demoFrame('crlm-tcia');
  const values = (name: string) => (frame.variable(name, '') as { values: Float64Array | Uint8Array }).values;
  const [time, recurred, failed, crs] = ['dfs_time', 'recurred', 'dfs_event', 'crs'].map(values);
  const rows = [...time!.keys()].filter((row) => !Number.isNaN(crs![row]!));
  return {
    time: Float64Array.from(rows, (row) => time![row]!),
    cause: Uint8Array.from(rows, (row) => (recurred![row] === 1 ? 1 : failed![row] === 1 ? 2 : 0)),
    high: Float64Array.from(rows, (row) => (crs![row]! >= 3 ? 1 : 0)),
  };
}

describe('Recurrence after liver resection, death competing', () => {
  let findings: Findings;
  beforeAll(async () => {
    findings = await findingsOf(demoFrame('crlm-tcia'), {
      analysis,
      endpoint: 'recurrence',
      by: 'crs',
      times: [12, 60],
    });
  });

  it('counts 131 recurrences and 7 deaths before one, less those of unknown score', () => {
    expect(findings.counts).toMatchObject({
      patients: 197,
      used: 168,
      excluded: [{ reason: 'without crs', patients: 29 }],
    });
    const [all] = rowsOf(findings, 'events');
    const { cause } = crlmByHand();
    const count = (code: number) => cause.filter((each) => each === code).length;
    expect(all).toMatchObject({ n: 168, cause_1: count(1), cause_2: count(2), censored: count(0) });
    expect(findings.counts.events).toBe(count(1));
  });

  it('has the incidence and the test that the methods held against cmprsk give', () => {
    const { time, cause, high } = crlmByHand();
    const group = Int32Array.from(high);
    const table = cumulativeIncidence.accumulate({ time, cause }, 2, group, 2);
    const found = rowsOf(findings, 'incidence-at').filter(({ group: label }) => label === 'CRS 3-5');
    const expected = [1, 2].flatMap((k) => incidenceAt(cumulativeIncidence.solve(table, k, 1), [12, 60]));
    expect(
      found.map(({ incidence, incidence_low: low, incidence_high: high2, at_risk: n }) => [incidence, low, high2, n]),
    ).toEqual(
      expected.map(({ incidence, lower, upper, atRisk }) => [
        incidence,
        lower === 'undefined' ? null : lower,
        upper === 'undefined' ? null : upper,
        atRisk,
      ]),
    );
    const gray = grayTest.solve(grayTest.accumulate({ time, cause }, 2, group, 2), 1);
    expect(gray.ok && rowsOf(findings, 'tests')[0]).toMatchObject(
      gray.ok ? { statistic: gray.statistic, p: gray.p } : {},
    );
  });

  it('has incidences that sum to what is no longer free of events', () => {
    const { time, cause } = crlmByHand();
    const curve = kaplanMeier.solve(kaplanMeier.accumulate({ time, event: cause.map((code) => (code > 0 ? 1 : 0)) }));
    const at = rowsOf(findings, 'incidence-at').filter(({ group, time: t }) => group === 'All patients' && t === 60);
    expect(at).toHaveLength(2);
    const sum = at.reduce((total, { incidence }) => total + Number(incidence), 0);
    expect(sum).toBeCloseTo(1 - survivalAt(curve, [60])[0]!.survival, 12);
  });

  it('has both hazard ratios of the groups side by side, of each cause', () => {
    const { time, cause, high } = crlmByHand();
    const of = { names: ['high'], covariates: [high] };
    const rows = rowsOf(findings, 'hazard-ratios').filter(({ level }) => level === 'CRS 3-5');
    expect(rows.map(({ cause: label }) => label)).toEqual(['Recurrence', 'Death without recurrence']);
    rows.forEach((row, k) => {
      const sub = fineGray({ time, cause, ...of }, { cause: k + 1 });
      const own = cox.fit({ time, event: cause.map((code) => (code === k + 1 ? 1 : 0)), ...of });
      expect(sub.ok && own.ok).toBe(true);
      if (!sub.ok || !own.ok) return;
      expect(row['subdistribution_hazard_ratio']).toBeCloseTo(sub.subdistributionHazardRatios[0]!, 10);
      expect(row['subdistribution_p']).toBeCloseTo(sub.p[0]!, 10);
      expect(row['cause_specific_hazard_ratio']).toBeCloseTo(own.hazardRatios[0]!, 10);
      expect(row['cause_specific_hazard_ratio_high']).toBeCloseTo(own.upper[0]!, 10);
    });
  });

  it('is drawn, a panel a cause, with the numbers at risk', () => {
    const [figure] = findings.figures as [IncidenceFigure];
    expect(figure.panels.map(({ title }) => title)).toEqual(['Recurrence', 'Death without recurrence']);
    expect(figure.riskTable.atRisk.map(([first]) => first)).toEqual([117, 51]);
    for (const { curves } of figure.panels)
      for (const { incidence } of curves) expect(incidence).toEqual(incidence.toSorted((a, b) => a - b));
    expect(figure.alt).toMatch(/Recurrence, CRS 3-5: \d+ events, incidence [\d.]+% at 60 months/);
  });
});

it('Progression of rectal cancer has death as another endpoint that competes', async () => {
  const findings = await findingsOf(demoFrame('tcga-read'), {
    analysis,
    endpoint: 'pfi',
    competing: ['os'],
    covariates: ['age', 'stage'],
    times: [24],
  });
  const [all] = rowsOf(findings, 'events');
  expect(Number(all!['cause_1'])).toBeGreaterThan(20);
  expect(Number(all!['cause_2'])).toBeGreaterThan(0);
  expect(Number(all!['n'])).toBe(Number(all!['cause_1']) + Number(all!['cause_2']) + Number(all!['censored']));
  const lines = rowsOf(findings, 'hazard-ratios').map(({ cause, covariate }) => [cause, covariate]);
  expect(new Set(lines.map(String))).toEqual(
    new Set([
      'Progression-free interval,Age',
      'Progression-free interval,stage',
      'Overall survival,Age',
      'Overall survival,stage',
    ]),
  );
  expect(rowsOf(findings, 'tests')).toEqual([]);
});

describe('A question of competing risks', () => {
  const ROWS = [
    '5,yes,no,5,1,a,1,yes',
    '6,no,yes,6,0,a,2,no',
    '7,yes,no,7,2,b,3,yes',
    '8,no,no,8,0,b,4,no',
    '9,no,yes,9,0,a,5,yes',
    '9,yes,no,9,0,b,6,no',
    '10,no,no,10,0,a,2,yes',
  ];
  const ask = (rows: readonly string[], more: object = {}) =>
    findingsOf(writtenFrame(rows), { analysis, endpoint: 'relapse', ...more });

  it('by groups works on few rows, and gives the reasons of what is absent', async () => {
    const findings = await ask(ROWS, { by: 'arm', times: [6, 100] });
    expect(rowsOf(findings, 'events').map(({ n, cause_1: c1, cause_2: c2 }) => [n, c1, c2])).toEqual([
      [7, 3, 2],
      [4, 1, 2],
      [3, 2, 0],
    ]);
    const beyond = rowsOf(findings, 'incidence-at').filter(
      ({ time, group }) => time === 100 && group === 'All patients',
    );
    expect(beyond.map(({ incidence, incidence_why: why }) => [incidence, why])).toEqual([
      [null, 'beyond the last follow-up'],
      [null, 'beyond the last follow-up'],
    ]);
    expect(codes(findings)).toContain('few-events');
    const death = rowsOf(findings, 'hazard-ratios').find(({ cause, level }) => cause === 'Death' && level === 'b')!;
    expect([death['cause_specific_hazard_ratio'], death['cause_specific_hazard_ratio_why']]).toEqual([
      null,
      '0, monotone likelihood',
    ]);
  });

  it('takes delayed entry, and says how Fine and Gray was fitted', async () => {
    const findings = await ask(ROWS, { by: 'arm', entry: 'wait' });
    const [row] = rowsOf(findings, 'hazard-ratios').filter(({ level }) => level === 'b');
    expect(row!['subdistribution_hazard_ratio']).toBeGreaterThan(0);
    expect(findings.method.join(' ')).toMatch(/left truncation.*weighted Cox regression.*come under observation/);
    expect(findings.citations.join(' ')).toMatch(/Geskus RB/);
  });

  it('takes strata in tests and in both models', async () => {
    const findings = await ask(ROWS, { by: 'arm', strata: ['y'] });
    expect(findings.method.join(' ')).toMatch(/within 2 strata of y.*regression, stratified.*within each stratum/);
    expect(rowsOf(findings, 'hazard-ratios')[1]!['subdistribution_hazard_ratio']).toBeGreaterThan(0);
    expect(findings.citations.join(' ')).toMatch(/Zhou B/);
  });

  it('without an event, with one cause only, with one group and of one patient says so', async () => {
    const none = ROWS.map((row) => row.replaceAll('yes,no', 'no,no').replaceAll('no,yes', 'no,no'));
    const nothing = await ask(none, { by: 'arm' });
    expect(codes(nothing)).toContain('no-events');
    expect(rowsOf(nothing, 'tests').map(({ p_why: why }) => why)).toEqual(['no events', 'no events']);
    expect(rowsOf(nothing, 'hazard-ratios')[1]).toMatchObject({
      subdistribution_hazard_ratio: null,
      subdistribution_hazard_ratio_why: 'no events',
    });
    expect(codes(await ask(ROWS.filter((row) => !row.includes(',no,yes,'))))).toEqual(['no-competing-events']);
    const alone = await ask(
      ROWS.filter((row) => row.includes(',a,')),
      { by: 'arm' },
    );
    expect(codes(alone)).toEqual(expect.arrayContaining(['one-group', 'empty-group']));
    expect(rowsOf(alone, 'tests')).toEqual([]);
    const one = await ask(ROWS.slice(0, 1), { by: 'arm', covariates: ['x'] });
    expect(one.counts).toMatchObject({ used: 1, events: 1 });
    expect(rowsOf(one, 'hazard-ratios')[0]).toMatchObject({ subdistribution_hazard_ratio: null });
  });

  it('is refused where nothing competes, nothing is known, or time zero differs', async () => {
    expect(await refusalOf(ask(ROWS, { endpoint: 'alone' }))).toEqual(['no-competing-event', '/competing']);
    expect(await refusalOf(ask(ROWS, { competing: ['elsewhere'] }))).toEqual(['different-origin', '/competing/0']);
    expect(await refusalOf(ask(ROWS, { competing: ['relapse'] }))).toEqual(['endpoint-twice', '/competing/0']);
    expect(await refusalOf(ask(ROWS, { competing: ['nope'] }))).toEqual(['unknown-endpoint', '/competing/0']);
    expect(await refusalOf(ask([',yes,no,5,1,a,1,yes']))).toEqual(['nothing-to-analyse', '/endpoint']);
    expect(await refusalOf(ask(ROWS, { by: 'late' }))).toEqual(['group-known-later', '/by']);
    expect(JSON.stringify((await ask(ROWS, { by: 'late', naive: true })).figures)).toContain('NAIVE');
  });

  it('gives an endpoint that competes by request what a definition gives', async () => {
    const [asked, defined] = [
      await ask(ROWS, { endpoint: 'alone', competing: ['os'], by: 'arm' }),
      await ask(ROWS, { by: 'arm' }),
    ];
    const numbers = (findings: Findings) =>
      rowsOf(findings, 'incidence-at').map(({ incidence, standard_error: se }) => [incidence, se]);
    expect(numbers(asked)).toEqual(numbers(defined));
  });
});
