import { describe, expect, it } from 'vitest';
import type { Findings } from '../../../lib/result/index.ts';
import { ask, codes, demoFrame, row, rowsOf, tableFrame } from './asking.ts';
import { frameOf, type SmallFrame } from './frames.ts';
import { datasetFrame, oracleCases } from './oracle-frames.ts';

const REQUEST = { analysis: 'survival', endpoint: 'os' };
const MONTHS = 'type: duration, unit: months';

const fixed = (cells: readonly unknown[], digits: number) => cells.map((x) => Number(x).toFixed(digits));

describe('Survival of the demo cohorts', () => {
  it('has the median and the five-year survival that R gives', async () => {
    const findings = await ask(demoFrame('crlm-tcia'), REQUEST);
    const [whole] = rowsOf(findings, 'survival');
    expect(fixed([whole!['median'], whole!['median_low'], whole!['median_high']], 1)).toEqual([
      '76.0',
      '67.1',
      '101.1',
    ]);
    expect(Number(row(findings, 'survival-at', { time: 60 })['survival']).toFixed(3)).toBe('0.627');
    expect(findings.counts).toMatchObject({ patients: 197, used: 197, events: 107 });
  });

  it('compares Clinical Risk Scores as R does, tests proportional hazards, and shows who was left out', async () => {
    const findings = await ask(demoFrame('crlm-tcia'), { ...REQUEST, by: 'crs' });
    expect(Number(row(findings, 'tests', { test: 'Log-rank' })['statistic']).toFixed(2)).toBe('3.46');
    const {
      hazard_ratio: ratio,
      hazard_ratio_low: low,
      hazard_ratio_high: high,
    } = row(findings, 'hazard-ratios', { group: 'CRS 3-5' });
    expect(fixed([ratio, low, high], 3)).toEqual(['1.503', '0.975', '2.317']);
    expect(row(findings, 'left-out', { group: 'Left out' })['n']).toBe(29);
    const [cox] = [
      await ask(demoFrame('crlm-tcia'), {
        analysis: 'cox',
        endpoint: 'os',
        covariates: [{ of: 'crs', as: 'levels' }],
        bootstrap: 0,
      }),
    ];
    const tests = (of: typeof findings) =>
      rowsOf(of, 'proportional-hazards').map(({ test, statistic }) => [test, Number(statistic).toFixed(10)]);
    expect(tests(findings)).toEqual(tests(cox!)); // they take the patients in different orders
    expect(findings.assumptions.map(({ says }) => says).join()).toContain('It was tested: p');
  });

  it('compares KRAS as R does, by group, variable or expression', async () => {
    for (const by of ['kras', 'altered("KRAS")']) {
      const findings = await ask(demoFrame('tcga-read'), { ...REQUEST, by });
      expect(Number(row(findings, 'tests', { test: 'Log-rank' })['statistic']).toFixed(3)).toBe('0.855');
      const {
        hazard_ratio: ratio,
        hazard_ratio_low: low,
        hazard_ratio_high: high,
      } = rowsOf(findings, 'hazard-ratios')[1]!;
      expect(fixed([ratio, low, high], 3)).toEqual(['0.661', '0.273', '1.599']);
      expect(codes(findings)).toContain('time-zero');
    }
  });

  it('adjusts hazard ratios as a Cox regression with the same covariates does', async () => {
    const frame = demoFrame('crlm-tcia');
    const findings = await ask(frame, { ...REQUEST, by: 'crs', adjust: ['age', 'sex'], strata: ['comorbidity'] });
    const cox = await ask(frame, {
      analysis: 'cox',
      endpoint: 'os',
      covariates: [{ of: 'crs', as: 'levels' }, 'age', 'sex'],
      strata: ['comorbidity'],
      bootstrap: 0,
    });
    const of = (found: Findings, table: string) => row(found, table, { level: 'CRS 3-5' });
    for (const key of ['hazard_ratio', 'hazard_ratio_low', 'p']) {
      expect(of(findings, 'adjusted-hazard-ratios')[key]).toBe(of(cox, 'hazard-ratios')[key]);
    }
    expect(findings.method.join(' ')).toContain('within 2 strata of comorbidity');
  });
});

describe('Survival against R’s oracle', () => {
  const lines = { ageentry: MONTHS, age: MONTHS, death: 'type: boolean', male: 'type: boolean' };
  const channing = datasetFrame('d_channing', lines, { time: 'age', event: 'death' });

  it.each(
    oracleCases('km_left_truncated')
      .filter(({ id }) => /_(log|loglog|plain)$/.test(id))
      .map((given) => [given.id, given] as const),
  )('agrees with survfit under left truncation: %s', async (id, given) => {
    const { result } = given;
    const interval = id.endsWith('loglog') ? 'log-log' : id.endsWith('plain') ? 'plain' : 'log';
    const findings = await ask(channing, {
      ...REQUEST,
      endpoint: 'end',
      entry: 'v_ageentry',
      where: given.data.includes('male=1') ? 'v_male' : '!v_male',
      interval,
      times: result.time.slice(0, 20),
    });
    const [curve] = (findings.figures[0] as { curves: readonly { n: number; events: number }[] }).curves;
    expect(curve!.n).toBe(result.n);
    const at = rowsOf(findings, 'survival-at');
    const near = (values: readonly number[]) => values.slice(0, 20);
    expect(at.map((each) => each['survival'])).toAgree(near(result.surv), 1e-9);
    const limit = (x: unknown) => (typeof x === 'number' ? x : null);
    const lows = near(result.lower).map(limit);
    expect(at.map((each) => each['survival_low'] === null)).toEqual(lows.map((x) => x === null));
    expect(at.map((each) => each['survival_low'])).toAgree(lows, 1e-9);
    expect(findings.method.join(' ')).toContain('left truncation');
  });

  it('agrees with the hypergeometric formula on the log-rank test under left truncation', async () => {
    const given = oracleCases('logrank_left_truncated').find(({ id }) => id === 'lr_lt_channing_logrank')!;
    const findings = await ask(channing, { ...REQUEST, endpoint: 'end', entry: 'v_ageentry', by: 'v_male' });
    const { statistic, p } = row(findings, 'tests', { test: 'Log-rank' });
    expect([statistic, p]).toAgree([given.result.chisq, given.result.p], given.tol);
    expect(rowsOf(findings, 'hazard-ratios').map(({ expected }) => expected)).toAgree(given.result.expected, given.tol);
  });

  it.each(
    oracleCases('logrank')
      .filter(({ id, spec }) => spec.strata && id.endsWith('rho0'))
      .map((given) => [given.id, given] as const),
  )('agrees with survdiff on a stratified log-rank test: %s', async (_, { data, spec, result, tol }) => {
    const { time, event, strata, group } = spec as typeof spec & { readonly group: string };
    const columns = {
      [time]: MONTHS,
      [event]: 'type: boolean',
      [strata!]: 'type: category',
      [group]: 'type: category',
    };
    const findings = await ask(datasetFrame(data, columns, { time, event }), {
      ...REQUEST,
      endpoint: 'end',
      by: `v_${group}`,
      strata: [`v_${strata}`],
    });
    const { statistic, p } = row(findings, 'tests', { test: 'Log-rank' });
    expect([statistic, p]).toAgree([result.chisq, result.p], tol);
  });
});

const SMALL: SmallFrame = { time: [1, 2, 3, 4, 5, 6], event: [1, 0, 1, 1, 0, 1] };
const arm = (codes: readonly number[], more = {}) => ({ arm: { labels: ['a', 'b'], codes, ...more } });

describe('Survival of data that say little', () => {
  it.each([
    ['one group', { ...SMALL, groups: arm([0, 0, 0, 0, 0, 0]) }, 'one-group'],
    ['no events', { ...SMALL, event: [0, 0, 0, 0, 0, 0], groups: arm([0, 1, 0, 1, 0, 1]) }, 'no-events'],
    ['one patient', { time: [3], event: [1], groups: arm([1]) }, 'empty-group'],
    [
      'a group without events',
      { ...SMALL, event: [1, 0, 1, 0, 1, 0], groups: arm([0, 1, 0, 1, 0, 1]) },
      'monotone-likelihood',
    ],
    ['times of 0', { time: [0, 0, 1, 2], event: [1, 0, 1, 0], groups: arm([0, 1, 0, 1]) }, 'time-zero'],
  ])('is told with a warning: %s', async (_, small, code) => {
    const findings = await ask(frameOf(small), { ...REQUEST, by: 'arm' });
    expect(codes(findings)).toContain(code);
    expect(findings.figures).toHaveLength(1);
  });

  it('is refused where nobody is left', async () => {
    const frame = frameOf({ time: [Number.NaN, 2], event: [1, 2] });
    await expect(ask(frame, REQUEST)).rejects.toMatchObject({
      code: 'nothing-to-analyse',
      place: { pointer: '/endpoint' },
    });
  });

  it('is refused by a group that is known later, unless asked for by name, and then is stamped', async () => {
    const frame = frameOf({ ...SMALL, groups: arm([0, 1, 0, 1, 0, 1], { known: 'operated' }) });
    await expect(ask(frame, { ...REQUEST, by: 'arm' })).rejects.toMatchObject({ code: 'group-known-later' });
    const naive = await ask(frame, { ...REQUEST, by: 'arm', naive: true });
    expect(codes(naive)).toContain('immortal-time');
    expect(naive.figures[0]).toMatchObject({ stamp: expect.stringContaining('NAIVE') });
  });

  it('is refused strata without groups to compare', async () => {
    await expect(ask(frameOf(SMALL), { ...REQUEST, strata: ['arm'] })).rejects.toThrow(/nothing to stratify/);
  });

  it('says where nobody was under observation before others came', async () => {
    const frame = tableFrame(
      `t: { ${MONTHS} }, dead: boolean, seen: { ${MONTHS} }`,
      'endpoints: { os: { origin: diagnosis, time: t, event: dead, entry: seen } }\n',
      'row_id,t,dead,seen\np1,2,1,0\np2,9,1,4\np3,8,0,5\np4,7,1,7\n',
    );
    const findings = await ask(frame, REQUEST);
    expect(codes(findings)).toContain('nobody-at-risk');
    expect(findings.counts.excluded).toEqual([
      { reason: 'whose os ended before they came under observation (seen)', columns: ['seen'], patients: 1 },
    ]);
  });
});
