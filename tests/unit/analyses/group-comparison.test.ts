import { describe, expect, it } from 'vitest';
import type { Findings } from '../../../lib/result/index.ts';
import { ask, codes, demoFrame, row, rowsOf, tableFrame } from './asking.ts';
import { datasetFrame, oracleCases } from './oracle-frames.ts';

const REQUEST = { analysis: 'group-comparison' };
const CHARACTERISTICS = 'characteristics';

const first = (findings: Findings, variable: string) =>
  rowsOf(findings, CHARACTERISTICS).find((each) => each['variable'] === variable)!;

/** Two samples as a cohort. */
function samples(x: readonly number[], y: readonly number[]) {
  const lines = [...x.map((value) => `${value},a`), ...y.map((value) => `${value},b`)];
  return tableFrame(
    'x: { type: number }, arm: { type: category }',
    '',
    ['row_id,x,arm', ...lines.map((line, i) => `p${i},${line}`)].join('\n'),
  );
}

describe('A comparison of groups', () => {
  it.each(oracleCases('wilcoxon').map((given) => [given.id, given] as const))(
    'agrees with wilcox.test, t.test, quantile and tableone: %s',
    async (_, { spec, result }) => {
      const { x, y } = spec as unknown as { x: readonly number[]; y: readonly number[] };
      const [ranks, means] = [
        await ask(samples(x, y), { ...REQUEST, by: 'arm', variables: ['x'] }),
        await ask(samples(x, y), { ...REQUEST, by: 'arm', variables: ['x'], summary: 'mean' }),
      ];
      const [byRanks, byMeans] = [first(ranks, 'x'), first(means, 'x')];
      expect([byRanks['test_statistic'], byRanks['p']]).toAgree([result.W, result.normal_cc_p], 1e-9);
      expect(byRanks['test']).toContain('Wilcoxon rank-sum test (normal approximation');
      expect([byMeans['test_statistic'], byMeans['p']]).toAgree([result.welch[0], result.welch[2]], 1e-9);
      expect(byMeans['test']).toBe("Welch's t test");
      expect(byRanks['difference']).toAgree(Math.abs(result.smd), 1e-9);
      expect([byRanks['group_1_median'], byRanks['group_2_median']]).toAgree(result.median, 1e-12);
      expect([
        byRanks['group_1_lower_quartile'],
        byRanks['group_1_upper_quartile'],
        byRanks['group_2_lower_quartile'],
        byRanks['group_2_upper_quartile'],
      ]).toAgree(result.iqr_type7, 1e-12);
      expect([byMeans['group_1_mean'], byMeans['group_2_mean']]).toAgree(result.mean, 1e-12);
      expect([byMeans['group_1_standard_deviation'], byMeans['group_2_standard_deviation']]).toAgree(result.sd, 1e-12);
    },
  );

  it('agrees with kruskal.test and oneway.test on five groups', async () => {
    const [{ data, result, tol }] = oracleCases('kruskal') as [ReturnType<typeof oracleCases>[number]];
    const frame = datasetFrame(data, { Ozone: 'type: number, missing: [NA]', Month: 'type: category' });
    const [ranks, means] = [
      await ask(frame, { ...REQUEST, by: 'v_Month', variables: ['v_Ozone'] }),
      await ask(frame, { ...REQUEST, by: 'v_Month', variables: [{ of: 'v_Ozone', summary: 'mean' }] }),
    ];
    const [byRanks, byMeans] = [first(ranks, 'v_Ozone'), first(means, 'v_Ozone')];
    expect([byRanks['test'], byMeans['test']]).toEqual(['Kruskal-Wallis test', "Welch's analysis of variance"]);
    expect([byRanks['test_statistic'], byRanks['p']]).toAgree([result.kruskal[0], result.kruskal[2]], tol);
    expect([byMeans['test_statistic'], byMeans['p']]).toAgree([result.welch[0], result.welch[3]], tol);
    expect(ranks.tables[0]!.notes.join(' ')).toContain('largest between any two groups');
  });

  it('is exact in small samples without ties, as wilcox.test(c(1.1, 2.2, 3.3), c(2.5, 4.4, 5.5, 6.6))', async () => {
    const findings = await ask(samples([1.1, 2.2, 3.3], [2.5, 4.4, 5.5, 6.6]), {
      ...REQUEST,
      by: 'arm',
      variables: ['x'],
    });
    expect(first(findings, 'x')).toMatchObject({ test: 'Wilcoxon rank-sum test (exact)', test_statistic: 1 });
    expect(first(findings, 'x')['p']).toBeCloseTo(4 / 35, 12);
  });

  it('describes KRAS groups of tcga-read, each missing value counted and each p with its test', async () => {
    const findings = await ask(demoFrame('tcga-read'), {
      ...REQUEST,
      by: 'kras',
      variables: ['age', 'sex', 't_stage', 'cea', 'venous_invasion', 'stage'],
      adjustment: 'holm',
    });
    expect(findings.counts).toMatchObject({ patients: 149, used: 149, events: null });
    expect(row(findings, CHARACTERISTICS, { variable: 'Sex', level: 'female' })).toMatchObject({
      all: '69 (46.3%)',
      group_1: '41 (45.6%)',
      group_2: '28 (47.5%)',
      group_2_share: 28 / 59,
    });
    expect(row(findings, CHARACTERISTICS, { variable: 'CEA, ng/ml', level: 'missing' })).toMatchObject({
      all_missing: 50,
      group_1: '30 (33.3%)',
      group_2_missing: 20,
    });
    expect(first(findings, 'Pathologic T')['test']).toBe("Fisher's exact test");
    expect(first(findings, 'Venous invasion')).toMatchObject({
      level: 'yes',
      test: expect.stringContaining('Pearson'),
    });
    expect(first(findings, 'Venous invasion')['adjusted_p']).toBeCloseTo(
      6 * Number(first(findings, 'Venous invasion')['p']),
      12,
    );
    for (const each of rowsOf(findings, CHARACTERISTICS))
      if (typeof each['p'] === 'number') expect(each['test']).toEqual(expect.any(String));
    expect(findings.tables[0]!.notes).toContainEqual("Fisher's exact test: Pathologic T.");
    expect(findings.figures).toMatchObject([{ kind: 'forest', scale: 'linear' }]);
    expect(findings.figures[0]!.alt).toContain('Venous invasion 0.37');
  });

  it('takes the tests of a two-by-two table from its counts: Pearson’s where all are expected, Fisher’s where few are', async () => {
    const frame = demoFrame('crlm-tcia');
    const findings = await ask(frame, {
      ...REQUEST,
      by: 'crs',
      variables: ['extrahepatic', 'comorbidity', 'chemotherapy'],
    });
    const {
      group_1_count: a,
      group_1_n: m,
      group_2_count: b,
      group_2_n: n,
    } = first(findings, 'Major comorbidity') as Record<string, number>;
    const [x, y] = [m! - a!, n! - b!];
    const total = m! + n!;
    const chiSquare = (total * (a! * y - b! * x) ** 2) / (m! * n! * (a! + b!) * (x + y));
    expect(first(findings, 'Major comorbidity')['test_statistic']).toBeCloseTo(chiSquare, 10);
    expect(first(findings, 'Extrahepatic disease')['test']).toBe("Fisher's exact test");
    expect(findings.counts.excluded).toEqual([{ reason: 'without crs', columns: ['crs'], patients: 29 }]);
    const shares = [a! / m!, b! / n!] as const;
    const pooled = Math.sqrt(shares.reduce((sum, share) => sum + share * (1 - share), 0) / 2);
    expect(first(findings, 'Major comorbidity')['difference']).toBeCloseTo(
      Math.abs(shares[0] - shares[1]) / pooled,
      10,
    );
  });

  it('describes all patients where there is nothing to compare by', async () => {
    const findings = await ask(demoFrame('crlm-tcia'), { ...REQUEST, variables: ['age', 'crs'], summary: 'both' });
    const { columns, rows } = findings.tables[0]!;
    expect(columns.map(({ key }) => key)).toEqual(['variable', 'level', 'all']);
    expect(rows.map(({ variable, level }) => [variable, level])).toEqual([
      ['Age at operation, years', 'median (quartiles)'],
      ['Age at operation, years', 'mean (standard deviation)'],
      ['Clinical Risk Score', 'median (quartiles)'],
      ['Clinical Risk Score', 'mean (standard deviation)'],
      ['Clinical Risk Score', 'missing'],
    ]);
    expect(findings.figures).toEqual([]);
    expect(JSON.stringify(rows)).not.toContain('group_1');
  });
});

describe('A comparison of groups that say little', () => {
  const frame = (lines: readonly string[]) =>
    tableFrame(
      'x: { type: number }, b: boolean, c: { type: category }, arm: { type: category }, when: date',
      '',
      ['row_id,x,b,c,arm,when', ...lines.map((line, i) => `p${i},${line}`)].join('\n'),
    );
  const request = { ...REQUEST, by: 'arm', variables: ['x', 'b', 'c'] };

  it.each([
    ['one group', ['1,1,u,a,', '2,0,v,a,'], 'one-group'],
    ['one patient', ['1,1,u,a,'], 'one-group'],
    ['a constant', ['1,1,u,a,', '1,1,u,b,', '1,1,u,a,'], 'not-tested'],
    ['all missing', [',,,a,', ',,,b,'], 'not-tested'],
    ['missing in one group', ['1,1,u,a,', '2,0,v,a,', ',,,b,'], 'not-tested'],
  ])('says so: %s', async (_, lines, code) => {
    const findings = await ask(frame(lines), request);
    expect(codes(findings)).toContain(code);
    for (const each of rowsOf(findings, CHARACTERISTICS)) {
      if (each['p'] === null && each['test'] === null) expect(each['p_why']).not.toBe('');
    }
  });

  it('counts every patient of every variable: with a value or without', async () => {
    const findings = await ask(demoFrame('tcga-read'), {
      ...REQUEST,
      by: 'stage',
      variables: ['age', 'cea', 'sex', 'residual', 'altered("APC")'],
      where: 'age > 40.0',
    });
    for (const each of rowsOf(findings, CHARACTERISTICS)) {
      if (typeof each['all_n'] !== 'number') continue;
      expect(each['all_n'] + Number(each['all_missing'])).toBe(findings.counts.used);
      expect(Number(each['group_1_n']) + Number(each['group_2_n'])).toBe(each['all_n']);
    }
  });

  it.each([
    ['a date', ['when'], 'not-a-covariate', '/variables/0'],
    ['a name that is not there', ['x', 'y'], 'unknown-group', '/variables/1'],
    ['a number as levels that are too many', [{ of: 'x', as: 'levels' }], 'not-a-group', '/variables/0/of'],
  ])('refuses %s', async (_, variables, code, pointer) => {
    const many = Array.from({ length: 30 }, (__, i) => `${i},1,u,${i % 2 ? 'a' : 'b'},2020-01-01`);
    await expect(ask(frame(many), { ...request, variables })).rejects.toMatchObject({ code, place: { pointer } });
  });
});
