import { describe, expect, it } from 'vitest';
import { ask, codes, demoFrame, row, rowsOf } from './asking.ts';

const SCAN = { analysis: 'association-scan', minAltered: 20 };

const gene = (findings: Parameters<typeof row>[0], symbol: string) => row(findings, 'genes', { gene: symbol });

describe('A scan of genes against survival', () => {
  it('adjusted gives each gene what a Cox regression with the same covariates gives it', async () => {
    const frame = demoFrame('tcga-read');
    const scan = await ask(frame, { ...SCAN, endpoint: 'os', adjust: ['age', 'advanced'] });
    expect(scan.counts).toMatchObject({ used: 143 });
    for (const symbol of ['KRAS', 'TP53', 'APC']) {
      const cox = await ask(frame, {
        analysis: 'cox',
        endpoint: 'os',
        covariates: ['age', 'advanced', `altered("${symbol}")`],
        bootstrap: 0,
      });
      const own = row(cox, 'hazard-ratios', { level: `${symbol} altered` });
      expect(gene(scan, symbol)['hazard_ratio']).toBeCloseTo(Number(own['hazard_ratio']), 7);
      expect(gene(scan, symbol)['hazard_ratio_high']).toBeCloseTo(Number(own['hazard_ratio_high']), 5);
      expect(gene(scan, symbol)['wald_p']).toBeCloseTo(Number(own['p']), 7);
      expect(gene(scan, symbol)['p']).toBeCloseTo(Number(row(cox, 'terms', { covariate: symbol })['p']), 7);
    }
    expect(row(scan, 'left-out-characteristics', { covariate: 'Age' })).toMatchObject({ n: 143, n_left: 6 });
    expect(scan.method.join(' ')).toContain('together with Age, advanced');
    expect(scan.title).toContain('adjusted for Age, advanced');
  });

  it('adjusted within strata gives each gene what a stratified Cox regression gives it', async () => {
    const frame = demoFrame('tcga-read');
    const scan = await ask(frame, { ...SCAN, endpoint: 'os', adjust: ['age'], strata: ['advanced'] });
    const cox = await ask(frame, {
      analysis: 'cox',
      endpoint: 'os',
      covariates: ['age', 'altered("KRAS")'],
      strata: ['advanced'],
      bootstrap: 0,
    });
    const own = row(cox, 'hazard-ratios', { level: 'KRAS altered' });
    expect(gene(scan, 'KRAS')['hazard_ratio']).toBeCloseTo(Number(own['hazard_ratio']), 7);
    expect(gene(scan, 'KRAS')['p']).toBeCloseTo(Number(row(cox, 'terms', { covariate: 'KRAS' })['p']), 7);
  });

  it('within strata gives each gene the stratified log-rank test', async () => {
    const frame = demoFrame('tcga-read');
    const scan = await ask(frame, { ...SCAN, endpoint: 'os', strata: ['sex'] });
    for (const symbol of ['KRAS', 'APC']) {
      const survival = await ask(frame, {
        analysis: 'survival',
        endpoint: 'os',
        by: `altered("${symbol}")`,
        strata: ['sex'],
      });
      expect(gene(scan, symbol)['chi_square']).toBeCloseTo(
        Number(row(survival, 'tests', { test: 'Log-rank' })['statistic']),
        9,
      );
      expect(gene(scan, symbol)['hazard_ratio']).toBeCloseTo(
        Number(row(survival, 'hazard-ratios', { group: `${symbol} altered` })['hazard_ratio']),
        7,
      );
    }
  });

  it('within one stratum is the scan without strata, one gene at a time or all together', async () => {
    const frame = demoFrame('tcga-read');
    const request = { analysis: 'association-scan', minAltered: 8, endpoint: 'os', where: 'sex == "male"' };
    const [plain, one] = [await ask(frame, request), await ask(frame, { ...request, strata: ['sex'] })];
    expect(rowsOf(one, 'genes')).toHaveLength(rowsOf(plain, 'genes').length);
    for (const each of rowsOf(plain, 'genes')) {
      const other = gene(one, String(each['gene']));
      expect(other['p']).toBeCloseTo(Number(each['p']), 9);
      expect(other['hazard_ratio_why']).toBe(each['hazard_ratio_why']);
      expect(other).toMatchObject({
        altered: each['altered'],
        covered: each['covered'],
        events_altered: each['events_altered'],
        events_wild_type: each['events_wild_type'],
      });
    }
    expect(rowsOf(one, 'left-out')).toEqual(
      rowsOf(plain, 'left-out').map(({ reason, genes }) => ({
        reason: String(reason).startsWith('at no event') ? expect.any(String) : reason,
        genes,
      })),
    );
  });

  it('under delayed entry is the log-rank test of the survival analysis under it', async () => {
    const frame = demoFrame('tcga-read');
    const scan = await ask(frame, { ...SCAN, endpoint: 'os', entry: 'pfi_time', minAltered: 2 });
    expect(scan.method.join(' ')).toContain('left truncation');
    const symbol = String(rowsOf(scan, 'genes')[0]!['gene']);
    const survival = await ask(frame, {
      analysis: 'survival',
      endpoint: 'os',
      by: `altered("${symbol}")`,
      entry: 'pfi_time',
    });
    expect(survival.counts.used).toBe(scan.counts.used);
    expect(gene(scan, symbol)['chi_square']).toBeCloseTo(
      Number(row(survival, 'tests', { test: 'Log-rank' })['statistic']),
      9,
    );
  });

  it('refuses an entry without a unit of time', async () => {
    const asked = ask(demoFrame('tcga-read'), { ...SCAN, endpoint: 'os', entry: 'cea' });
    await expect(asked).rejects.toMatchObject({ code: 'invalid-expression', place: { pointer: '/entry' } });
  });

  it('leaves a constant covariate out, and says so', async () => {
    const scan = await ask(demoFrame('tcga-read'), {
      ...SCAN,
      endpoint: 'os',
      adjust: ['sex', 'age'],
      where: 'sex == "male"',
    });
    expect(codes(scan)).toContain('constant-covariate');
  });
});

describe('A scan of genes against a binary outcome', () => {
  it('adjusted gives each gene what a logistic regression with the same covariates gives it', async () => {
    const frame = demoFrame('tcga-read');
    const scan = await ask(frame, { ...SCAN, outcome: 'stage', adjust: ['age', 'sex'] });
    for (const symbol of ['KRAS', 'TP53']) {
      const logistic = await ask(frame, {
        analysis: 'logistic',
        outcome: 'stage',
        covariates: ['age', 'sex', `altered("${symbol}")`],
        bootstrap: 0,
      });
      const own = row(logistic, 'odds-ratios', { level: `${symbol} altered` });
      expect(gene(scan, symbol)['model_odds_ratio']).toBeCloseTo(Number(own['odds_ratio']), 8);
      expect(gene(scan, symbol)['model_odds_ratio_low']).toBeCloseTo(Number(own['odds_ratio_low']), 8);
      expect(gene(scan, symbol)['model_p']).toBeCloseTo(Number(row(logistic, 'terms', { covariate: symbol })['p']), 9);
    }
  });

  it('adjusted has Fisher’s exact test of everybody beside the model, as without covariates', async () => {
    const frame = demoFrame('tcga-read');
    const [plain, scan] = [
      await ask(frame, { ...SCAN, outcome: 'stage' }),
      await ask(frame, { ...SCAN, outcome: 'stage', adjust: ['cea'] }),
    ];
    expect(scan.counts).toEqual(plain.counts);
    for (const each of rowsOf(plain, 'genes')) expect(gene(scan, String(each['gene']))).toMatchObject(each);
    expect(Number(gene(scan, 'KRAS')['model_n'])).toBeLessThan(Number(gene(scan, 'KRAS')['covered']));
    expect(scan.method.join(' ')).toMatch(/\d+ lack it/);
  });

  it('within one stratum is Fisher’s exact test', async () => {
    const frame = demoFrame('tcga-read');
    const request = { ...SCAN, outcome: 'stage', where: 'sex == "male"' };
    const [plain, one] = [await ask(frame, request), await ask(frame, { ...request, strata: ['sex'] })];
    for (const each of rowsOf(plain, 'genes')) {
      const other = gene(one, String(each['gene']));
      expect(other['p']).toBeCloseTo(Number(each['p']), 9);
      expect(other['odds_ratio']).toBeCloseTo(Number(each['odds_ratio']), 7);
      expect(other['altered_with']).toBe(each['altered_with']);
    }
    expect(one.method.join(' ')).toContain('exact conditional test over strata');
  });

  it.each([
    [
      'strata and covariates at once',
      { outcome: 'stage', strata: ['sex'], adjust: ['age'] },
      /either stratified or adjusted/,
    ],
    ['delayed entry', { outcome: 'stage', entry: 'os_time' }, /belongs to an endpoint/],
    ['a covariate that is not there', { outcome: 'stage', adjust: ['aeg'] }, /aeg/],
  ])('refuses %s', async (_, more, says) => {
    await expect(ask(demoFrame('tcga-read'), { ...SCAN, ...more })).rejects.toThrow(says);
  });
});
