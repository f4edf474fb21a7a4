import { describe, expect, it } from 'vitest';
import type { Findings } from '../../../lib/result/index.ts';
import { ask, codes, demoFrame, row, rowsOf, tableFrame } from './asking.ts';
import { datasetFrame, type OracleCase, oracleCases, variable } from './oracle-frames.ts';

const MONTHS = 'type: duration, unit: months';

function frameOfCase({ data, spec }: OracleCase) {
  const { covariates, time, event, start, strata, cluster } = spec;
  return datasetFrame(
    data,
    {
      ...Object.fromEntries(covariates.map((name) => [name, 'type: number'])),
      [time]: MONTHS,
      [event]: 'type: boolean',
      ...(start ? { [start]: MONTHS } : {}),
      ...(strata ? { [strata]: 'type: category' } : {}),
      ...(cluster ? { [cluster]: 'type: number' } : {}),
    },
    { time, event },
  );
}

function column(findings: Findings, key: string, table = 'hazard-ratios'): unknown[] {
  return rowsOf(findings, table).map((each) => each[key]);
}

const testOf = (findings: Findings, test: string) => {
  const { statistic, degrees_of_freedom, p } = row(findings, 'tests', { test });
  return [statistic, degrees_of_freedom, p];
};

const PLAIN = oracleCases('cox', 'cox_left_truncated').filter(({ spec }) => !spec.weights);

describe('Cox regression', () => {
  it.each(PLAIN.map((given) => [given.id, given] as const))('agrees with survival::coxph: %s', async (_, given) => {
    const { spec, result, tol } = given;
    const findings = await ask(frameOfCase(given), {
      analysis: 'cox',
      endpoint: 'end',
      covariates: spec.covariates.map(variable),
      ties: spec.ties,
      bootstrap: 0,
      ...(spec.start ? { entry: variable(spec.start) } : {}),
      ...(spec.strata ? { strata: [variable(spec.strata)] } : {}),
      ...(spec.cluster ? { cluster: variable(spec.cluster) } : {}),
    });
    expect(findings.counts).toMatchObject({ used: result.n, events: result.nevent });
    expect(column(findings, 'coefficient')).toAgree(result.coef, tol);
    expect(column(findings, 'standard_error')).toAgree(result.se, tol);
    expect(column(findings, 'hazard_ratio')).toAgree(result.hr, tol);
    expect(column(findings, 'hazard_ratio_low')).toAgree(result.hr_lower, tol);
    expect(column(findings, 'hazard_ratio_high')).toAgree(result.hr_upper, tol);
    expect(column(findings, 'p')).toAgree(result.p, tol);
    expect(testOf(findings, 'Likelihood ratio')).toAgree(result.lr_test, tol);
    expect(testOf(findings, 'Score')).toAgree(result.score_test, tol);
    expect(testOf(findings, spec.cluster ? 'Wald, robust' : 'Wald')).toAgree(result.wald_test, tol);
    const [model] = rowsOf(findings, 'model');
    expect([model!['null_log_likelihood'], model!['log_likelihood']]).toAgree(result.loglik, tol);
    // R's rounding takes some tied predictors apart; the oracle tests hold both to every digit
    expect([model!['concordance'], model!['concordance_standard_error']]).toAgree(result.concordance, 5e-4);
    if (result.zph) {
      expect(column(findings, 'statistic', 'proportional-hazards')).toAgree(result.zph.km.chisq, 1e-6);
      expect(column(findings, 'p', 'proportional-hazards')).toAgree(result.zph.km.p, 1e-6);
    }
  });

  it.each(oracleCases('cox_profile_ci').map((given) => [given.id, given] as const))(
    'agrees with refits of coxph on profile limits: %s',
    async (_, given) => {
      const findings = await ask(frameOfCase(given), {
        analysis: 'cox',
        endpoint: 'end',
        covariates: given.spec.covariates.map(variable),
        interval: 'profile',
        bootstrap: 0,
      });
      expect((column(findings, 'hazard_ratio_low') as number[]).map(Math.log)).toAgree(given.result.lower, 1e-6);
      expect((column(findings, 'hazard_ratio_high') as number[]).map(Math.log)).toAgree(given.result.upper, 1e-6);
      expect(findings.method.join(' ')).toContain('profile-likelihood 95%');
    },
  );

  it('agrees with coxphf where the penalty is asked for', async () => {
    const [given] = oracleCases('firth_cox');
    const findings = await ask(
      datasetFrame(
        given!.data,
        { age: 'type: number', rx: 'type: number', futime: MONTHS, fustat: 'type: boolean' },
        { time: 'futime', event: 'fustat' },
      ),
      {
        analysis: 'cox',
        endpoint: 'end',
        covariates: ['v_age', 'v_rx'],
        ties: 'breslow',
        penalty: 'firth',
        bootstrap: 0,
      },
    );
    expect(column(findings, 'coefficient')).toAgree(given!.result.coef, given!.tol);
    expect((column(findings, 'hazard_ratio_low') as number[]).map(Math.log)).toAgree(given!.result.profile_lower, 1e-6);
    expect(column(findings, 'p')).toAgree(given!.result.plr_p, 1e-6);
    expect(findings.citations.join()).toContain('Heinze');
  });

  it('gives the hazard ratio a point of Clinical Risk Score that R gives, and its concordance', async () => {
    const findings = await ask(demoFrame('crlm-tcia'), { analysis: 'cox', endpoint: 'os', covariates: ['crs'] });
    const [score] = rowsOf(findings, 'hazard-ratios');
    expect(score).toMatchObject({ covariate: 'Clinical Risk Score', level: 'per unit', n: 168, events: 90 });
    const { hazard_ratio: ratio, hazard_ratio_low: low, hazard_ratio_high: high, p } = score!;
    expect([ratio, low, high].map((x) => Number(x).toFixed(3))).toEqual(['1.406', '1.133', '1.745']);
    expect(Number(p).toFixed(5)).toBe('0.00195');
    const [model] = rowsOf(findings, 'model');
    expect(Number(model!['concordance']).toFixed(3)).toBe('0.605');
    expect(Number(model!['corrected_concordance'])).toBeCloseTo(Number(model!['concordance']), 2);
    expect(row(findings, 'left-out', { group: 'Left out' })).toMatchObject({ n: 29 });
    expect(score).not.toHaveProperty('univariable_hazard_ratio');
  });

  it('puts each covariate alone beside the model, on the same patients', async () => {
    const covariates = ['age', 'sex', 'crs', 'extrahepatic'];
    const frame = demoFrame('crlm-tcia');
    const together = await ask(frame, { analysis: 'cox', endpoint: 'os', covariates, bootstrap: 0 });
    const alone = await ask(frame, {
      analysis: 'cox',
      endpoint: 'os',
      covariates: ['sex'],
      where: 'crs >= 0',
      bootstrap: 0,
    });
    const women = { covariate: 'Sex', level: 'female' };
    expect(row(together, 'hazard-ratios', women)['univariable_hazard_ratio']).toBe(
      row(alone, 'hazard-ratios', women)['hazard_ratio'],
    );
    expect(row(together, 'hazard-ratios', { level: 'male' })).toMatchObject({
      hazard_ratio: null,
      hazard_ratio_why: 'reference',
      n: 97,
      events: 47,
    });
    expect(together.figures).toHaveLength(1);
    expect(together.figures[0]).toMatchObject({
      kind: 'forest',
      rows: expect.arrayContaining([expect.objectContaining({ label: 'Sex: female', n: '43/71' })]),
    });
  });

  it('tests a covariate of three levels as a whole: twice the rise of the likelihood', async () => {
    const frame = demoFrame('tcga-read');
    const request = { analysis: 'cox', endpoint: 'os', bootstrap: 0, where: 't_stage in ["T2", "T3", "T4"]' };
    const [both, age] = [
      await ask(frame, { ...request, covariates: ['age', 't_stage'] }),
      await ask(frame, { ...request, covariates: ['age'] }),
    ];
    const likelihood = (findings: Findings) => Number(rowsOf(findings, 'model')[0]!['log_likelihood']);
    expect(row(both, 'terms', { covariate: 'Pathologic T' })).toMatchObject({ degrees_of_freedom: 2 });
    expect(row(both, 'terms', { covariate: 'Pathologic T' })['statistic']).toBeCloseTo(
      2 * (likelihood(both) - likelihood(age)),
      8,
    );
    expect(codes(both)).toContain('empty-level');
    const proportional = rowsOf(both, 'proportional-hazards');
    expect(proportional.map(({ degrees_of_freedom: df }) => df)).toEqual([1, 2, 3]);
    expect(proportional[1]!['test']).toBe('Pathologic T');
  });

  it('takes another reference, other units, splines and interactions', async () => {
    const frame = demoFrame('crlm-tcia');
    const request = { analysis: 'cox', endpoint: 'os', bootstrap: 0 };
    const one = await ask(frame, { ...request, covariates: ['age', 'sex'] });
    const other = await ask(frame, {
      ...request,
      covariates: [
        { of: 'age', per: 10 },
        { of: 'sex', reference: 'female' },
      ],
    });
    const coefficient = (findings: Findings, level: string) =>
      Number(row(findings, 'hazard-ratios', { level })['coefficient']);
    expect(coefficient(other, 'per 10 years')).toBeCloseTo(10 * coefficient(one, 'per year'), 10);
    expect(coefficient(other, 'male')).toBeCloseTo(-coefficient(one, 'female'), 10);
    const curved = await ask(frame, {
      ...request,
      covariates: [{ of: 'age', knots: 4 }, 'sex', { interaction: ['age', 'sex'] }],
    });
    expect(rowsOf(curved, 'terms').map(({ covariate, degrees_of_freedom: df }) => [covariate, df])).toEqual([
      ['Age at operation', 3],
      ['Age at operation, not linear', 2],
      ['Sex', 1],
      ['Age at operation × Sex', 3],
    ]);
    expect(row(curved, 'hazard-ratios', { covariate: 'Age at operation' })['hazard_ratio']).toEqual(expect.any(Number));
    expect(curved.method.join(' ')).toMatch(/spline was used for Age at operation \(knots at/);
  });

  it('is the same under a strata of one level, and another under two', async () => {
    const frame = demoFrame('crlm-tcia');
    const request = { analysis: 'cox', endpoint: 'os', covariates: ['crs'], where: 'sex == "male"', bootstrap: 0 };
    const [plain, constant] = [await ask(frame, request), await ask(frame, { ...request, strata: ['sex'] })];
    expect(rowsOf(constant, 'hazard-ratios')).toEqual(rowsOf(plain, 'hazard-ratios'));
    const both = await ask(frame, { ...request, where: undefined, strata: ['sex', 'comorbidity'] });
    expect(both.method.join(' ')).toContain('within 4 strata of sex, comorbidity');
  });

  it('makes standard errors robust, and those of clusters of one as robust ones', async () => {
    const frame = demoFrame('tcga-read');
    const request = { analysis: 'cox', endpoint: 'os', covariates: ['age', 'advanced'], bootstrap: 0 };
    const [plain, robust] = [await ask(frame, request), await ask(frame, { ...request, robust: true })];
    expect(column(robust, 'coefficient')).toEqual(column(plain, 'coefficient'));
    expect(column(robust, 'standard_error')).not.toEqual(column(plain, 'standard_error'));
    const clustered = await ask(frame, { ...request, cluster: 'stage' });
    expect(clustered.method.join(' ')).toContain('forming a cluster');
  });
});

/** A small cohort: months, whether dead, a number, a boolean, a category, and the month of entry. */
function small(lines: readonly string[], known = ''): ReturnType<typeof tableFrame> {
  return tableFrame(
    `t: { ${MONTHS} }, dead: boolean, x: { type: number }, b: boolean, c: { type: category }, seen: { ${MONTHS} }, when: date`,
    `endpoints: { os: { origin: diagnosis, time: t, event: dead } }\ngroups: { arm: { by: b${known} } }\n`,
    ['row_id,t,dead,x,b,c,seen,when', ...lines.map((line, i) => `p${i},${line}`)].join('\n'),
  );
}

const TWELVE = Array.from(
  { length: 12 },
  (_, i) =>
    `${i + 1},${i % 3 === 0 ? 0 : 1},${(i * 7) % 5},${i % 2},${'uvw'[i % 3]},${i % 4 === 0 ? 0.5 : 0},2020-01-01`,
);

describe('Cox regression of data that say little', () => {
  const request = { analysis: 'cox', endpoint: 'os', bootstrap: 0 };

  it('names a monotone likelihood, never prints it as a huge ratio, and puts the penalised estimate beside', async () => {
    const lines = TWELVE.map((line, i) => line.replace(/,[01],/, `,${i % 2},`));
    const findings = await ask(small(lines), { ...request, covariates: ['b', 'x'] });
    expect(codes(findings)).toContain('monotone-likelihood');
    expect(row(findings, 'hazard-ratios', { level: 'yes' })).toMatchObject({
      hazard_ratio: null,
      hazard_ratio_why: 'infinite, monotone likelihood',
      p: null,
    });
    const penalised = row(findings, 'firth', { level: 'yes' });
    expect(Number(penalised['hazard_ratio'])).toBeGreaterThan(1);
    expect(rowsOf(findings, 'tests').map(({ test }) => test)).toEqual(['Likelihood ratio', 'Score']);
    const [figure] = findings.figures;
    expect(figure).toMatchObject({
      kind: 'forest',
      rows: expect.arrayContaining([expect.objectContaining({ estimate: penalised['hazard_ratio'] })]),
    });
  });

  it('leaves out what is constant or collinear, and says so', async () => {
    const findings = await ask(small(TWELVE), {
      ...request,
      covariates: ['x', 'x * 2.0 + 1.0', 'b', 'x > 100.0', { of: 'x + 0.0 * x + 5.0 - x' }],
    });
    const why = (covariate: string) =>
      rowsOf(findings, 'hazard-ratios')
        .filter((each) => each['covariate'] === covariate)
        .map((each) => each['hazard_ratio_why']);
    expect(why('x * 2.0 + 1.0')).toEqual(['collinear: the covariates before it determine it']);
    expect(why('x > 100.0')).toEqual(['one value among the patients analysed']);
    expect(why('x')).toEqual(['']);
    expect(codes(findings)).toEqual(
      expect.arrayContaining(['constant-covariate', 'left-out-of-the-model', 'few-events']),
    );
    const without = await ask(small(TWELVE), { ...request, covariates: ['x', 'b'] });
    expect(row(findings, 'hazard-ratios', { covariate: 'x' })['hazard_ratio']).toBeCloseTo(
      Number(row(without, 'hazard-ratios', { covariate: 'x' })['hazard_ratio']),
      10,
    );
  });

  it.each([
    ['no events', TWELVE.map((line) => line.replace(/,[01],/, ',0,')), 'no-events'],
    ['one patient', TWELVE.slice(1, 2), 'constant-covariate'],
    ['one group', TWELVE.map((line) => line.replace(/,[01],([uvw])/, ',1,$1')), 'constant-covariate'],
    ['two patients', TWELVE.slice(0, 2), 'left-out-of-the-model'],
  ])('answers %s', async (_, lines, code) => {
    const findings = await ask(small(lines), { ...request, covariates: ['b'], bootstrap: 20 });
    expect(codes(findings)).toContain(code);
    for (const each of rowsOf(findings, 'hazard-ratios')) {
      if (each['hazard_ratio'] === null) expect(each['hazard_ratio_why']).not.toBe('');
    }
  });

  it('refuses a covariate that nobody has', async () => {
    const lines = TWELVE.map((line) => line.replace(/^([^,]*,[01],)\d/, '$1'));
    await expect(ask(small(lines), { ...request, covariates: ['x'] })).rejects.toMatchObject({
      code: 'nothing-to-analyse',
      place: { pointer: '/covariates/0' },
    });
  });

  it('counts who is missing what once each, by column', async () => {
    const lines = TWELVE.map((line, i) => (i < 3 ? line.replace(/^([^,]*,[01],)\d/, '$1') : line));
    const findings = await ask(small(lines), { ...request, covariates: ['x', 'b'] });
    expect(findings.counts).toMatchObject({
      patients: 12,
      used: 9,
      excluded: [{ reason: 'without x', columns: ['x'], patients: 3 }],
    });
  });

  it('leaves out who was never under observation', async () => {
    const lines = TWELVE.map((line, i) =>
      i === 2 ? line.replace(/,0,2020/, ',9,2020') : i === 5 ? line.replace(/,0,2020/, ',,2020') : line,
    );
    const findings = await ask(small(lines), { ...request, covariates: ['x'], entry: 'seen' });
    expect(findings.counts.excluded.map(({ patients, columns }) => [patients, columns])).toEqual([
      [1, ['seen']],
      [1, ['seen']],
    ]);
    expect(findings.method.join(' ')).toContain('left truncation');
    const zero = await ask(small(TWELVE), { ...request, covariates: ['x'], entry: 'seen', where: 'seen == 0.0' });
    const none = await ask(small(TWELVE), { ...request, covariates: ['x'], where: 'seen == 0.0' });
    expect(rowsOf(zero, 'hazard-ratios')).toEqual(rowsOf(none, 'hazard-ratios'));
  });

  it('refuses what is known only after time zero, unless asked for by name, and then is stamped', async () => {
    const frame = small(TWELVE, ', known: when');
    await expect(ask(frame, { ...request, covariates: ['arm'] })).rejects.toMatchObject({ code: 'group-known-later' });
    await expect(ask(frame, { ...request, covariates: ['b'] })).rejects.toMatchObject({ code: 'group-known-later' });
    const naive = await ask(frame, { ...request, covariates: ['arm'], naive: true });
    expect(codes(naive)).toContain('immortal-time');
    expect(naive.figures[0]).toMatchObject({ stamp: expect.stringContaining('NAIVE') });
  });

  it.each([
    ['a name that is not there', ['y'], 'unknown-group', '/covariates/0'],
    ['a date', ['x', 'when'], 'not-a-covariate', '/covariates/1'],
    ['a level that is not there', [{ of: 'c', reference: 'z' }], 'unknown-level', '/covariates/0/reference'],
    ['units of levels', [{ of: 'c', per: 2 }], 'not-a-number', '/covariates/0/of'],
    ['a covariate twice', ['x', 'b', 'x'], 'covariate-twice', '/covariates/2'],
    ['an interaction alone', ['x', { interaction: ['x', 'b'] }], 'no-main-effect', '/covariates/1/interaction/1'],
    ['an interaction with itself', ['x', { interaction: ['x', 'x'] }], 'covariate-twice', '/covariates/1/interaction'],
    ['an expression that is none', ['x +'], 'invalid-expression', '/covariates/0'],
  ])('refuses %s', async (_, covariates, code, pointer) => {
    await expect(ask(small(TWELVE), { ...request, covariates })).rejects.toMatchObject({ code, place: { pointer } });
  });
});
