import { beforeAll, describe, expect, it } from 'vitest';
import type { CohortFrame } from '../../../../lib/cohort/index.ts';
import type { Findings, OncoprintFigure } from '../../../../lib/result/index.ts';
import { ask, codes, row, rowsOf } from '../asking.ts';
import { expectHonest } from '../honest.ts';
import { conversionFrame, expected } from './frame.ts';

let frame: CohortFrame;
beforeAll(() => {
  frame = conversionFrame();
});

const cells = (rows: readonly Record<string, unknown>[], key: string) => rows.map((each) => each[key]);

describe('Table 1 by conversion', () => {
  let table: Findings;
  const first = (variable: string) => rowsOf(table, 'table-one').find((each) => each['variable'] === variable)!;
  beforeAll(async () => {
    table = await ask(frame, { analysis: 'table-one', by: 'outcome', variables: 'factors' });
  });

  it('counts who is in each group, and leaves out whose group is not known', () => {
    expect(table.counts).toMatchObject({ patients: 220, used: 206 });
    const heads = table.tables[0]!.columns.map(({ label }) => label);
    expect(heads).toEqual(expect.arrayContaining(['All (n = 206)', 'FCTG (n = 115)', 'SCTG (n = 91)']));
    expect(expected.table.n).toEqual([115, 91]);
  });

  it('tests as R does, each p with a letter that a footnote explains', () => {
    const { age, cea, side, grade, rare } = expected.table;
    expect(first('age')['p']).toAgree(age.wilcoxon, 1e-9);
    expect(first('age')['difference']).toAgree(age.smd, 1e-9);
    expect(first('cea, ng/ml')['p']).toAgree(cea.wilcoxon, 1e-9);
    expect(first('side')['p']).toAgree(side, 1e-9);
    expect(first('grade')['p']).toAgree(grade, 1e-9);
    expect(first('rare')['p']).toAgree(rare, 1e-9);
    const { notes } = table.tables[0]!;
    for (const each of ['age', 'side', 'rare']) {
      const letter = first(each)['test_note'];
      expect(notes.find((note) => note.startsWith(`${letter} `))).toContain(each);
    }
    expect(notes.join(' ')).toMatch(/a Wilcoxon rank-sum test .*b Pearson's chi-square test/);
  });

  it('takes what lies below the limit of measurement as half of it, and counts what lies above apart from the missing', () => {
    const { median, q1, q3, above, below, missing } = expected.table.cea;
    const own = first('cea, ng/ml');
    expect([own['group_1_median'], own['group_2_median']]).toAgree(median, 1e-12);
    expect([own['group_1_lower_quartile'], own['group_2_lower_quartile']]).toAgree(q1, 1e-12);
    expect([own['group_1_upper_quartile'], own['group_2_upper_quartile']]).toAgree(q3, 1e-12);
    const at = (level: string) => row(table, 'table-one', { variable: 'cea, ng/ml', level });
    const both = (level: string) =>
      [at(level)['group_1'], at(level)['group_2']].map((text) => parseInt(String(text), 10));
    expect(both('above 1000, no number')).toEqual(above);
    expect(both('below 2, taken as half')).toEqual(below);
    expect(both('missing')).toEqual(missing);
  });

  it('has means and Welch’s test where they are asked for', async () => {
    const means = await ask(frame, { analysis: 'table-one', by: 'outcome', variables: ['age'], summary: 'mean' });
    expect(rowsOf(means, 'table-one')[0]!['p']).toAgree(expected.table.age.welch, 1e-9);
  });

  it('compares more than two groups, and describes one or all', async () => {
    const of = await ask(frame, { analysis: 'table-one', by: 'side', variables: ['age'], where: 'sctg || !sctg' });
    expect(rowsOf(of, 'table-one')[0]!['p']).toAgree(expected.table.ageBySide, 1e-9);
    expect(of.tables[0]!.columns).toHaveLength(2 + 4 + 3);
    const all = await ask(frame, { analysis: 'table-one', variables: ['kras', 'model'], where: 'sctg || !sctg' });
    expect(all.tables[0]!.columns.map(({ key }) => key)).toEqual(['variable', 'level', 'all']);
    const share = rowsOf(all, 'table-one')[0]!;
    expect([share['all_share_low'], share['all_share_high']]).toAgree(expected.table.share, 1e-9);
    const one = await ask(frame, { analysis: 'table-one', by: 'outcome', variables: ['age'], where: 'sctg' });
    expect(codes(one)).toContain('one-group');
  });

  it('refuses a set that the plan does not have', async () => {
    await expect(ask(frame, { analysis: 'table-one', variables: 'factor' })).rejects.toMatchObject({
      code: 'unknown-set',
      place: { pointer: '/variables' },
    });
  });
});

describe('A logistic regression of conversion', () => {
  let answer: Findings;
  beforeAll(async () => {
    const request = { analysis: 'logistic', outcome: 'outcome', univariable: 'factors', adjust: 'model', bootstrap: 0 };
    answer = await ask(frame, request);
  });
  const NAMES = { log2cea: 'log2_cea' } as Readonly<Record<string, string>>;

  it('gives each factor alone what glm gives it, of all for whom it is known', () => {
    for (const [name, { n, or, low, high, wald, lr }] of Object.entries(expected.one)) {
      const factor = NAMES[name] ?? name;
      const lines = rowsOf(answer, 'factors').filter(
        (each) => each['factor'] === factor && each['odds_ratio'] !== null,
      );
      const list = (value: number | readonly number[]) => [value].flat();
      expect(cells(lines, 'odds_ratio')).toAgree(list(or), 1e-7);
      expect(cells(lines, 'odds_ratio_low')).toAgree(list(low), 1e-7);
      expect(cells(lines, 'odds_ratio_high')).toAgree(list(high), 1e-7);
      expect(cells(lines, 'p')).toAgree(list(wald), 1e-7);
      const test = row(answer, 'factor-tests', { factor });
      expect(test['n']).toBe(n);
      expect(test['p']).toAgree(lr, 1e-7);
    }
  });

  it('names a level with one outcome only, whose likelihood-ratio p holds, and has Firth’s beside it', () => {
    const rare = row(answer, 'factors', { factor: 'rare', level: 'yes' });
    expect(rare['odds_ratio_why']).toBe('0, separated');
    const firth = row(answer, 'factors-firth', { factor: 'rare', level: 'yes' });
    expect(Number(firth['odds_ratio'])).toBeGreaterThan(0);
    expect(Number(firth['odds_ratio'])).toBeLessThan(1);
    expect(row(answer, 'factor-tests', { factor: 'rare' })['p']).toAgree(expected.rare.lr, 1e-7);
    expect(codes(answer)).toContain('factors-separated');
  });

  it('adjusts p over the factors as p.adjust does', () => {
    for (const [name, p] of Object.entries(expected.oneAdjusted))
      expect(row(answer, 'factor-tests', { factor: NAMES[name] ?? name })['adjusted_p']).toAgree(p, 1e-7);
  });

  it('gives the model specified beforehand what glm gives it, of those for whom all is known', () => {
    const { n, or, low, high, wald } = expected.together;
    expect(answer.counts.used).toBe(n);
    const lines = rowsOf(answer, 'odds-ratios').filter((each) => each['odds_ratio'] !== null);
    expect(cells(lines, 'odds_ratio')).toAgree(or, 1e-7);
    expect(cells(lines, 'odds_ratio_low')).toAgree(low, 1e-7);
    expect(cells(lines, 'odds_ratio_high')).toAgree(high, 1e-7);
    expect(cells(lines, 'p')).toAgree(wald, 1e-7);
    expect(rowsOf(answer, 'left-out-characteristics').length).toBeGreaterThan(4);
  });

  it('tells whether each number bends, as a restricted cubic spline in R does', () => {
    for (const [name, p] of Object.entries(expected.bend))
      expect(row(answer, 'linearity', { covariate: NAMES[name] ?? name })['p']).toAgree(p, 1e-7);
  });

  it('stands by its factors where nobody can be analysed in the model', async () => {
    const request = { analysis: 'logistic', outcome: 'outcome', univariable: ['rare'], adjust: ['tbs'] };
    const none = await ask(frame, { ...request, where: 'missing(tbs)' });
    expect(codes(none)).toContain('no-model');
    expect(none.tables.map(({ id }) => id)).toEqual(['factors', 'factors-firth', 'factor-tests']);
  });

  it.each([
    ['neither covariates nor factors', {}],
    ['covariates and factors', { covariates: ['age'], univariable: ['age'] }],
  ])('refuses %s', async (_, parts) => {
    await expect(ask(frame, { analysis: 'logistic', outcome: 'outcome', ...parts })).rejects.toThrow(/say covariates/);
  });
});

describe('A scan against conversion', () => {
  const request = { analysis: 'association-scan', outcome: 'outcome', minAltered: 10, adjust: ['tbs'] };

  it('gives each gene of the covered alone what fisher.test and glm give it, left-out genes named with the reason', async () => {
    const scan = await ask(frame, { ...request, apart: ['kras', 'apc'], family: 'genes of the panel' });
    const genes = rowsOf(scan, 'genes');
    expect(genes.map(({ gene }) => gene).sort()).toEqual(Object.keys(expected.genes).sort());
    for (const [gene, of] of Object.entries(expected.genes)) {
      const own = row(scan, 'genes', { gene });
      expect(own).toMatchObject({
        altered: of.altered,
        covered: of.covered,
        n_altered_with: of.withOutcome,
        n_covered_with: of.coveredWith,
        model_n: of.modelN,
      });
      expect(own['p']).toAgree(of.p, 1e-9);
      expect(own['adjusted_p']).toAgree(expected.genesAdjusted[gene], 1e-9);
      expect(own['model_odds_ratio']).toAgree(of.modelOr, 1e-7);
      expect(own['model_p']).toAgree(of.modelP, 1e-7);
      expect(own['model_adjusted_p']).toAgree(expected.genesModelAdjusted[gene], 1e-7);
      expect(row(scan, 'genes-adjusted', { gene })).toMatchObject({
        n: of.modelN,
        model_odds_ratio: own['model_odds_ratio'],
        model_adjusted_p: own['model_adjusted_p'],
      });
    }
    expect(row(scan, 'left-out-symbols', { symbols: 'PTEN' })['reason']).toBe(
      'altered in fewer than 10 of the covered patients',
    );
    expect(scan.method.join(' ')).toContain('the family genes of the panel');
    expect(scan.figures.map(({ id }) => id)).toEqual(['volcano', 'forest']);
    expectHonest(scan);
  });

  it('tells what stands apart outside the family', async () => {
    const [plain, scan] = [await ask(frame, request), await ask(frame, { ...request, apart: ['kras', 'apc'] })];
    expect(rowsOf(scan, 'genes')).toEqual(rowsOf(plain, 'genes'));
    const kras = row(scan, 'apart', { variable: 'kras' });
    expect(kras['p']).toAgree(expected.genes['KRAS']!.p, 1e-9);
    expect(rowsOf(scan, 'apart')).toHaveLength(2);
    const ps = rowsOf(scan, 'apart').map(({ p }) => Number(p));
    expect(Number(kras['adjusted_p'])).toBeCloseTo(Math.min(1, 2 * Math.min(...ps)), 9);
  });

  it('judges pathways by the genes that all panels share, and lists them', async () => {
    const scan = await ask(frame, { ...request, scan: 'pathways' });
    const used = (pathway: string) => row(scan, 'pathway-genes', { pathway })['genes'];
    expect([used('RTK-RAS'), used('Wnt'), used('TGF-beta'), used('PI3K')]).toEqual([
      'KRAS',
      'AMER1 APC',
      'none',
      'PTEN',
    ]);
    expect(
      rowsOf(scan, 'pathways')
        .map(({ pathway }) => pathway)
        .sort(),
    ).toEqual(Object.keys(expected.pathways).sort());
    for (const [pathway, of] of Object.entries(expected.pathways)) {
      const own = row(scan, 'pathways', { pathway });
      expect(own).toMatchObject({ altered: of.altered, covered: of.covered });
      expect(own['p']).toAgree(of.p, 1e-9);
      expect(own['adjusted_p']).toAgree(expected.pathwaysAdjusted[pathway], 1e-9);
    }
    expect(row(scan, 'left-out-symbols', { altered: 0 })['symbols']).toContain('TGF-beta');
    expectHonest(scan);
  });

  it.each([
    ['a name that is not there', ['krass'], 'invalid-expression'],
    ['a number', ['age'], 'not-a-boolean'],
    ['a set that the plan does not have', 'krass', 'unknown-set'],
  ])('refuses to set %s apart', async (_, apart, code) => {
    await expect(ask(frame, { ...request, apart })).rejects.toMatchObject({ code });
  });
});

describe('An oncoprint', () => {
  it('counts genes among the covered, the most frequent first, and pairs them as fisher.test does', async () => {
    const print = await ask(frame, { analysis: 'oncoprint', atLeast: 0.05, by: 'outcome' });
    const genes = rowsOf(print, 'genes');
    expect(cells(genes, 'gene')).not.toContain('PTEN');
    for (const { first, second, both, n, p, or, adjusted } of expected.pairs) {
      const own = rowsOf(print, 'pairs').find(
        (each) => [each['first'], each['second']].sort().join() === [first, second].sort().join(),
      )!;
      expect(own).toMatchObject({ both, n });
      expect([own['p'], own['adjusted_p']]).toAgree([p, adjusted], 1e-9);
      expect(own['odds_ratio']).toAgree(or, 1e-4); // as exact as R's own root
      if (or > 0) expect(own['log2_odds_ratio']).toAgree(Math.log2(or), 1e-4);
      else expect(own['log2_odds_ratio_why']).toBe('odds ratio 0');
    }
    expect(rowsOf(print, 'pairs')).toHaveLength(expected.pairs.length);
    expectHonest(print);
  });

  it('draws each patient once, sorted by the genes, with her group, and nobody as wild type who is not covered', async () => {
    const print = await ask(frame, { analysis: 'oncoprint', by: 'outcome' });
    const figure = print.figures[0] as OncoprintFigure;
    expect(figure.patients).toBe(220);
    const [first] = figure.genes;
    const signs = first!.cells.map(Math.sign);
    expect(signs).toEqual([...signs].sort((a, b) => b - a));
    const tally = (code: number) => figure.tracks[0]!.codes.filter((c) => c === code).length;
    expect([tally(0), tally(1), tally(-1)]).toEqual([115, 91, 14]);
    const smad4 = figure.genes.find(({ label }) => label === 'SMAD4')!;
    expect(smad4.cells.filter((c) => c >= 0)).toHaveLength(smad4.covered);
    expect(smad4.cells.filter((c) => c > 0)).toHaveLength(smad4.altered);
    expect(smad4.covered).toBeLessThan(220);
    const row = rowsOf(print, 'genes').find(({ gene }) => gene === 'SMAD4')!;
    expect(row['group_2']).toBe(
      `${expected.genes['SMAD4']!.withOutcome}/${expected.genes['SMAD4']!.coveredWith} (${((100 * expected.genes['SMAD4']!.withOutcome) / expected.genes['SMAD4']!.coveredWith).toFixed(1)}%)`,
    );
  });

  it('of no frequent gene says so and draws nothing', async () => {
    const print = await ask(frame, { analysis: 'oncoprint', atLeast: 0.99 });
    expect(codes(print)).toContain('no-gene');
    expect(print.figures).toEqual([]);
  });

  it('of one patient is honest', async () => {
    const print = await ask(frame, { analysis: 'oncoprint', where: 'tbs == 7.02 && age == 53' });
    expect(print.counts.used).toBe(1);
    expectHonest(print);
  });
});

describe('Multiple imputation', () => {
  it('stands beside the complete cases and leaves them as they are', async () => {
    const request = { analysis: 'logistic', outcome: 'outcome', adjust: 'model', bootstrap: 0 };
    const [answer, complete] = [await ask(frame, { ...request, impute: 5 }), await ask(frame, request)];
    expect(rowsOf(answer, 'odds-ratios')).toEqual(rowsOf(complete, 'odds-ratios'));
    expect(answer.tables.some(({ id }) => id.includes('imputed'))).toBe(true);
    expectHonest(answer);
  });
});
