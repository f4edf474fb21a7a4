import { describe, expect, it } from 'vitest';
import type { Findings } from '../../../lib/result/index.ts';
import { ask, codes, demoFrame, row, rowsOf, tableFrame } from './asking.ts';
import { datasetFrame, type OracleCase, oracleCases, variable } from './oracle-frames.ts';

function frameOfCase({ data, spec: { covariates, outcome } }: OracleCase) {
  return datasetFrame(data, {
    ...Object.fromEntries(covariates.map((name) => [name, 'type: number'])),
    [outcome]: 'type: boolean',
  });
}

function asked({ spec: { covariates, outcome } }: OracleCase) {
  return { analysis: 'logistic', outcome: variable(outcome), covariates: covariates.map(variable), bootstrap: 0 };
}

function column(findings: Findings, key: string, table = 'odds-ratios'): unknown[] {
  return rowsOf(findings, table).map((each) => each[key]);
}

/** The file's lists begin with the intercept. */
const slopes = (values: readonly number[]) => values.slice(1);

describe('Logistic regression', () => {
  it.each(oracleCases('logistic').map((given) => [given.id, given] as const))(
    'agrees with glm: %s',
    async (_, given) => {
      const { result, tol } = given;
      const findings = await ask(frameOfCase(given), asked(given));
      expect(findings.counts.used).toBe(result.n);
      expect(column(findings, 'coefficient')).toAgree(slopes(result.coef), tol);
      expect(column(findings, 'standard_error')).toAgree(slopes(result.se), 1e-6);
      expect(column(findings, 'odds_ratio')).toAgree(slopes(result.coef).map(Math.exp), tol);
      expect(column(findings, 'p')).toAgree(slopes(result.p), 1e-6);
      expect(column(findings, 'statistic', 'terms')).toAgree(result.drop1_lr, 1e-6);
      const [model] = rowsOf(findings, 'model');
      expect([model!['log_likelihood'], model!['aic'], model!['bic'], model!['brier']]).toAgree(
        [result.loglik, result.aic, result.bic, result.brier],
        tol,
      );
      const { auc, se_delong: error, lower, upper } = result.auc;
      expect([
        model!['c_statistic'],
        model!['c_statistic_standard_error'],
        model!['c_statistic_low'],
        model!['c_statistic_high'],
      ]).toAgree([auc, error, lower, upper], 1e-8);
      const test = (name: string) => {
        const { statistic, degrees_of_freedom, p } = row(findings, 'tests', { test: name });
        return [statistic, degrees_of_freedom, p];
      };
      expect(test('Goodness of fit, Hosmer and Lemeshow')).toAgree(result.hosmer_lemeshow_g10_type7, 1e-7);
      const [chiSquare, , p] = test('All covariates, likelihood ratio');
      expect([chiSquare, p]).toAgree([result.lr_chisq, result.lr_p], 1e-7);
    },
  );

  it.each(oracleCases('logistic').map((given) => [given.id, given] as const))(
    'agrees with the roots of the profile: %s',
    async (_, given) => {
      const findings = await ask(frameOfCase(given), { ...asked(given), interval: 'profile' });
      expect((column(findings, 'odds_ratio_low') as number[]).map(Math.log)).toAgree(
        slopes(given.result.profile_lower),
        1e-6,
      );
      expect((column(findings, 'odds_ratio_high') as number[]).map(Math.log)).toAgree(
        slopes(given.result.profile_upper),
        1e-6,
      );
    },
  );

  it.each(oracleCases('firth_logistic').map((given) => [given.id, given] as const))(
    'agrees with logistf: %s',
    async (_, given) => {
      const { result } = given;
      const findings = await ask(frameOfCase(given), { ...asked(given), penalty: 'firth' });
      expect(column(findings, 'coefficient')).toAgree(slopes(result.coef), 1e-6);
      expect(column(findings, 'standard_error')).toAgree(slopes(result.se), 1e-6);
      expect(column(findings, 'p')).toAgree(result.plr_p, 1e-6);
      expect((column(findings, 'odds_ratio_low') as number[]).map(Math.log)).toAgree(
        slopes(result.profile_lower),
        1e-5,
      );
    },
  );

  it('names a separation, never prints it as a huge ratio, and puts the penalised estimate beside', async () => {
    const [given] = oracleCases('logistic_separation');
    const findings = await ask(frameOfCase(given!), asked(given!));
    expect(codes(findings)).toContain('separation');
    expect(findings.warnings.map(({ says }) => says).join()).toContain('v_NV: per unit towards infinity');
    expect(row(findings, 'odds-ratios', { covariate: 'v_NV' })).toMatchObject({
      odds_ratio: null,
      odds_ratio_why: 'infinite, separated',
      univariable_odds_ratio_why: 'infinite, separated',
    });
    const [firth] = oracleCases('firth_logistic');
    expect(column(findings, 'coefficient', 'firth')).toAgree(slopes(firth!.result.coef), 1e-6);
    expect(rowsOf(findings, 'model')[0]!['log_likelihood']).toBeCloseTo(-given!.result.limit_deviance / 2, 6);
    expect(row(findings, 'terms', { covariate: 'v_NV' })['p']).toEqual(expect.any(Number));
  });

  it('corrects the c-statistic for optimism, the same each time', async () => {
    const request = {
      analysis: 'logistic',
      outcome: 'stage',
      covariates: ['age', 'sex', 'cea', 'kras'],
      bootstrap: 50,
    };
    const [first, second] = [await ask(demoFrame('tcga-read'), request), await ask(demoFrame('tcga-read'), request)];
    expect(second).toEqual(first);
    const [model] = rowsOf(first, 'model');
    expect(Number(model!['corrected_c_statistic'])).toBeLessThan(Number(model!['c_statistic']));
    expect(Number(model!['corrected_brier'])).toBeGreaterThan(Number(model!['brier']));
    expect(first.figures.map(({ id }) => id)).toEqual(['forest', 'roc', 'calibration']);
    expect(first.counts.excluded.map(({ columns }) => columns)).toContainEqual(['cea']);
    const [analysed, left] = rowsOf(first, 'left-out') as readonly { n: number; events: number; share: number }[];
    expect([analysed!.n + left!.n, analysed!.events + left!.events]).toEqual([143, 67]);
    expect(left!.share).toBeCloseTo(left!.events / left!.n, 12);
  });

  it('gives of one gene the odds ratio of its two-by-two table', async () => {
    const findings = await ask(demoFrame('tcga-read'), {
      analysis: 'logistic',
      outcome: 'stage',
      covariates: ['altered("KRAS")'],
      bootstrap: 0,
    });
    const [wild, mutant] = rowsOf(findings, 'odds-ratios');
    const [a, b, c, d] = [mutant!['events'], mutant!['n'], wild!['events'], wild!['n']].map(Number) as [
      number,
      number,
      number,
      number,
    ];
    expect(b + d).toBe(143);
    expect(mutant!['odds_ratio']).toBeCloseTo((a * (d - c)) / ((b - a) * c), 8);
    expect(findings.title).toContain('stage III-IV');
  });
});

function small(lines: readonly string[]) {
  return tableFrame(
    'y: boolean, x: { type: number }, b: boolean, c: { type: category }',
    '',
    ['row_id,y,x,b,c', ...lines.map((line, i) => `p${i},${line}`)].join('\n'),
  );
}

const TWELVE = Array.from(
  { length: 12 },
  (_, i) => `${(i * 5) % 3 === 0 ? 1 : 0},${(i * 7) % 5},${i % 2},${'uvw'[i % 3]}`,
);

describe('Logistic regression of data that say little', () => {
  const request = { analysis: 'logistic', outcome: 'y', bootstrap: 10 };

  it.each([
    ['one outcome', TWELVE.map((line) => line.replace(/^\d/, '1')), ['x', 'b'], 'one-outcome'],
    ['one patient', TWELVE.slice(0, 1), ['x'], 'constant-covariate'],
    ['a constant covariate', TWELVE, ['x', 'x > 100.0'], 'constant-covariate'],
    ['collinear covariates', TWELVE, ['x', 'x * 3.0'], 'left-out-of-the-model'],
    [
      'full separation',
      TWELVE.map((line) => line.replace(/^\d,\d/, (found) => (found.endsWith('4') ? '1,4' : `0,${found[2]}`))),
      ['x'],
      'separation',
    ],
    ['few events', TWELVE, ['x', 'b', 'c'], 'few-events'],
  ])('answers %s', async (_, lines, covariates, code) => {
    const findings = await ask(small(lines), { ...request, covariates });
    expect(codes(findings)).toContain(code);
    for (const each of rowsOf(findings, 'odds-ratios'))
      if (each['odds_ratio'] === null) expect(each['odds_ratio_why']).not.toBe('');
  });

  it.each([
    ['an outcome of three levels', { outcome: 'c', covariates: ['x'] }, 'outcome-not-binary'],
    ['an outcome that is a number', { outcome: 'x + 0.5', covariates: ['b'] }, 'not-a-group'],
    ['a covariate that is not there', { covariates: ['z'] }, 'unknown-group'],
  ])('refuses %s', async (_, more, code) => {
    await expect(ask(small(TWELVE), { ...request, ...more })).rejects.toMatchObject({ code });
  });
});
