import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { Findings, ForestFigure } from '../../../lib/result/index.ts';
import { cox, logistic, metaAnalysis } from '../../../lib/stats/index.ts';
import { codes, demoFrame } from './asking.ts';
import { writtenFrame } from './built.ts';
import { findingsOf, refusalOf, rowsOf } from './findings.ts';
import { oracleCases } from './oracle-frames.ts';

const analysis = 'meta';
const frame = () => writtenFrame(['5,yes,no,5,1,a,1,yes']);
const ask = (more: object) => findingsOf(frame(), { analysis, ...more });
const METHODS: Readonly<Record<string, string>> = {
  FE: 'fixed',
  DL: 'dersimonian-laird',
  HE: 'hedges',
  HS: 'hunter-schmidt',
  SJ: 'sidik-jonkman',
  ML: 'ml',
  REML: 'reml',
  EB: 'empirical-bayes',
  PM: 'paule-mandel',
};

interface Given {
  readonly yi: readonly number[];
  readonly vi: readonly number[];
  readonly method: string;
  readonly test: 'z' | 'knha';
}

const cases = oracleCases('meta')
  .map((each) => ({ ...each, given: each.spec as unknown as Given }))
  .filter(({ given }) => Array.isArray(given.yi));

describe.each(cases)('A meta-analysis of given effects: $id', ({ given, result, tol }) => {
  it('agrees with metafor', async () => {
    const { yi, vi, method, test } = given;
    const findings = await ask({
      studies: yi.map((estimate, i) => ({ name: `s${i}`, estimate, standardError: Math.sqrt(vi[i]!) })),
      effect: 'difference',
      method: METHODS[method],
      interval: test === 'z' ? 'normal' : 'hartung-knapp',
    });
    const [pooled] = rowsOf(findings, 'pooled');
    const [spread] = rowsOf(findings, 'heterogeneity');
    const told = [
      pooled!['effect'],
      pooled!['standard_error'],
      pooled!['statistic'],
      pooled!['p'],
      pooled!['effect_low'],
      pooled!['effect_high'],
    ];
    expect(told).toAgree([result.b, result.se, result.stat, result.p, ...result.ci], tol);
    expect([spread!['tau2'], spread!['q'], spread!['p'], Number(spread!['i2']) * 100, spread!['h2']]).toAgree(
      [result.tau2, result.Q, result.Qp, result.I2, result.H2],
      tol,
    );
    if (method !== 'FE') expect([pooled!['prediction_low'], pooled!['prediction_high']]).toAgree(result.pi, tol);
    expect(rowsOf(findings, 'studies').map(({ weight }) => 100 * Number(weight))).toAgree(result.weights, tol);
  });
});

describe('Trials of BCG vaccine', () => {
  const text = readFileSync(path.join(import.meta.dirname, '../../oracles/data/datasets/d_bcg.csv'), 'utf8');
  const trials: Record<string, string>[] = parse(text, { columns: true });
  const studies = trials.map((row) => ({
    name: `${row['author']} ${row['year']}`,
    table: [row['tpos'], row['tneg'], row['cpos'], row['cneg']].map(Number),
    moderators: { latitude: Number(row['ablat']) },
  }));

  it('are pooled from their tables as metafor pools them, with Mantel and Haenszel’s odds ratio beside', async () => {
    const [given] = oracleCases('meta').filter(({ id }) => id === 'meta_bcg_rr_REML_knha');
    const [risk] = rowsOf(await ask({ studies, effect: 'risk-ratio' }), 'pooled');
    expect([risk!['estimate'], risk!['standard_error']]).toAgree([given!.result.b, given!.result.se], 1e-7);
    expect(risk!['effect']).toBeCloseTo(Math.exp(given!.result.b), 7);
    const [mh] = oracleCases('meta').filter(({ id }) => id === 'meta_bcg_mh');
    const odds = await ask({ studies, effect: 'odds-ratio' });
    const rows = rowsOf(odds, 'pooled-tables');
    expect(rows.map(({ effect, q }) => [Math.log(Number(effect)), q])).toAgree(
      [mh!.result.mh, mh!.result.peto].map((told) => [told[0], told[4]]),
      1e-8,
    );
    expect(rows.map(({ effect_low: low, effect_high: high }) => [low, high].map((x) => Math.log(Number(x))))).toAgree(
      [mh!.result.mh, mh!.result.peto].map((told) => [told[2], told[3]]),
      1e-8,
    );
  });

  it('are regressed on latitude as metafor does', async () => {
    const [given] = oracleCases('meta_regression');
    const findings = await ask({ studies, effect: 'risk-ratio', moderators: ['latitude'], interval: 'normal' });
    const rows = rowsOf(findings, 'meta-regression');
    expect(rows.map(({ coefficient }) => coefficient)).toAgree(given!.result.b, 1e-6);
    expect(rows.map(({ standard_error: error }) => error)).toAgree(given!.result.se, 1e-6);
    expect(rowsOf(findings, 'residual-heterogeneity')[0]).toMatchObject({
      q: expect.closeTo(given!.result.QE, 5),
      tau2: expect.closeTo(given!.result.tau2, 6),
    });
    const [funnel] = rowsOf(findings, 'funnel');
    expect([funnel!['statistic'], funnel!['p']]).toAgree(given!.result.egger, 1e-6);
  });

  it('are drawn with weights, diamonds and the interval of a new study', async () => {
    const [figure] = (await ask({ studies, effect: 'risk-ratio' })).figures as [ForestFigure];
    expect(figure.rows.filter(({ mark }) => mark === 'diamond')).toHaveLength(3);
    expect(figure.rows.filter(({ mark }) => mark === 'none')).toHaveLength(1);
    const weights = figure.rows.flatMap(({ weight }) => weight ?? []);
    expect(weights).toHaveLength(13);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(100, 9);
    expect(figure.rows[0]!.n).toMatch(/^\d+\.\d%$/);
  });

  it('are left out one at a time', async () => {
    const rows = rowsOf(await ask({ studies, effect: 'risk-ratio' }), 'leave-one-out');
    expect(rows).toHaveLength(13);
    const rest = await ask({ studies: studies.slice(1), effect: 'risk-ratio' });
    expect(rows[0]!['effect']).toBeCloseTo(Number(rowsOf(rest, 'pooled')[0]!['effect']), 12);
  });

  it('give the same from ratios and their intervals as from logarithms', async () => {
    const z = 1.959963984540054;
    const logs = [
      [-0.5, 0.2],
      [0.1, 0.3],
      [-0.2, 0.15],
    ] as const;
    const a = await ask({
      studies: logs.map(([estimate, standardError], i) => ({ name: `s${i}`, estimate, standardError })),
      effect: 'hazard-ratio',
    });
    const b = await ask({
      studies: logs.map(([x, s], i) => ({
        name: `s${i}`,
        ratio: Math.exp(x),
        low: Math.exp(x - z * s),
        high: Math.exp(x + z * s),
      })),
      effect: 'hazard-ratio',
    });
    for (const id of ['pooled', 'heterogeneity', 'studies']) expect(rowsOf(b, id)).toAgree(rowsOf(a, id), 1e-9);
  });
});

describe('The cohort’s own groups', () => {
  it('are each a study, pooled: the effect of age on survival by Clinical Risk Score', async () => {
    const findings = await findingsOf(demoFrame('crlm-tcia'), {
      analysis,
      own: { endpoint: 'os', of: 'age', per: 10, by: 'crs', adjust: ['sex'] },
    });
    const demo = demoFrame('crlm-tcia');
    const values = (name: string) => (demo.variable(name, '') as { values: Float64Array }).values;
    const sex = (demo.variable('sex', '') as unknown as { codes: Int32Array }).codes;
    const [crs, age, time, died] = ['crs', 'age', 'os_time', 'died'].map(values);
    const byHand = [(score: number) => score < 3, (score: number) => score >= 3].map((belongs) => {
      const rows = [...crs!.keys()].filter((row) => !Number.isNaN(crs![row]!) && belongs(crs![row]!));
      return cox.fit({
        time: Float64Array.from(rows, (row) => time![row]!),
        event: Uint8Array.from(rows, (row) => died![row]!),
        names: ['age', 'sex'],
        covariates: [Float64Array.from(rows, (row) => age![row]! / 10), Float64Array.from(rows, (row) => sex[row]!)],
      });
    });
    const rows = rowsOf(findings, 'studies');
    expect(rows.map(({ study }) => study)).toEqual(['CRS 0-2', 'CRS 3-5']);
    rows.forEach((row, i) => {
      const fit = byHand[i]!;
      expect(fit.ok && [fit.coefficients[0]!, fit.standardErrors[0]!]).toAgree(
        [row['estimate'], row['standard_error']],
        1e-9,
      );
    });
    const [a, b] = byHand;
    if (!a!.ok || !b!.ok) return;
    const pooled = metaAnalysis(
      Float64Array.of(a!.coefficients[0]!, b!.coefficients[0]!),
      Float64Array.of(a!.standardErrors[0]! ** 2, b!.standardErrors[0]! ** 2),
    );
    expect(pooled.ok && pooled.pooled.lower).toBeCloseTo(
      Math.log(Number(rowsOf(findings, 'pooled')[0]!['effect_low'])),
      8,
    );
    expect(findings.counts).toMatchObject({ used: 168, events: 90 });
    expect(codes(findings)).toContain('few-studies');
  });

  it('stand beside studies given: stage by KRAS of the whole cohort', async () => {
    const findings = await findingsOf(demoFrame('tcga-read'), {
      analysis,
      own: { outcome: 'stage', of: 'altered("KRAS")', name: 'TCGA' },
      studies: [{ name: 'Elsewhere', ratio: 1.2, low: 0.8, high: 1.8 }],
    });
    const demo = demoFrame('tcga-read');
    const [stage, kras] = ['stage', 'kras'].map((name) => demo.group(name, '').codes);
    const rows = [...stage!.keys()].filter((row) => stage![row]! >= 0 && kras![row]! >= 0);
    const fit = logistic.fit({
      outcome: Uint8Array.from(rows, (row) => stage![row]!),
      names: ['kras'],
      covariates: [Float64Array.from(rows, (row) => kras![row]!)],
    });
    const told = rowsOf(findings, 'studies');
    expect(told.map(({ study }) => study)).toEqual(['Elsewhere', 'TCGA']);
    expect(fit.ok && Math.log(Number(told[1]!['effect']))).toBeCloseTo(fit.ok ? fit.coefficients[1]! : 0, 9);
    expect(findings.title).toMatch(/Odds ratio of KRAS/);
  });

  it('without an estimate are named, and not pooled', async () => {
    const rows = [
      '1,yes,no,1,0,a,1,yes',
      '2,yes,no,2,0,a,2,no',
      '3,no,no,3,0,a,3,yes',
      '1,no,no,1,0,b,1,yes',
      '2,no,no,2,0,b,2,no',
    ];
    const findings = await findingsOf(writtenFrame(rows), { analysis, own: { endpoint: 'alone', of: 'x', by: 'arm' } });
    expect(codes(findings)).toEqual(expect.arrayContaining(['study-left-out', 'too-few-studies']));
    expect(rowsOf(findings, 'studies')[1]).toMatchObject({ effect: null, effect_why: 'no events' });
    expect(rowsOf(findings, 'pooled')).toEqual([]);
  });
});

describe('A question of meta-analysis', () => {
  const one = { name: 'a', estimate: 0.1, standardError: 0.2 };
  const warned = async (studies: readonly object[], more: object = {}) =>
    codes(await ask({ studies, effect: 'hazard-ratio', ...more }));

  it('of one study pools nothing', async () => {
    expect(await warned([one])).toEqual(['too-few-studies']);
    expect((await ask({ studies: [one] })).figures).toHaveLength(1);
  });

  it('of tables without events says so', async () => {
    const studies = [
      { name: 'a', table: [0, 10, 0, 10] },
      { name: 'b', table: [3, 7, 0, 10] },
    ];
    expect(codes(await ask({ studies }))).toEqual(['few-studies', 'no-events-in-study']);
  });

  it('of moderators that say nothing has no meta-regression, and says why', async () => {
    const studies = [1, 1, 1].map((dose, i) => ({ ...one, name: `s${i}`, estimate: i / 10, moderators: { dose } }));
    expect(await warned(studies, { moderators: ['dose'] })).toContain('no-meta-regression');
  });

  it('is refused where effects are unlike or absent', async () => {
    const table = { name: 't', table: [1, 2, 3, 4] };
    expect(await refusalOf(ask({ studies: [one, table], effect: 'hazard-ratio' }))).toEqual([
      'unlike-effects',
      '/studies/1/table',
    ]);
    expect(await refusalOf(ask({ own: { endpoint: 'alone', of: 'x' }, effect: 'odds-ratio' }))).toEqual([
      'unlike-effects',
      '/effect',
    ]);
    expect(await refusalOf(ask({ studies: [{ name: 'r', ratio: 3, low: 1, high: 2 }] }))).toEqual([
      'interval-without-estimate',
      '/studies/0',
    ]);
    expect(await refusalOf(ask({ studies: [one, one], moderators: ['dose'] }))).toEqual([
      'unknown-moderator',
      '/moderators/0',
    ]);
    expect(await refusalOf(ask({ own: { endpoint: 'alone', of: 'late' } }))).toEqual(['group-known-later', '/own/of']);
    const levels = 'x > 90 ? "a" : x > 5 ? "b" : "c"';
    expect(await refusalOf(ask({ own: { endpoint: 'alone', of: levels } }))).toEqual(['not-one-effect', '/own/of']);
    await expect(ask({})).rejects.toThrow();
    await expect(ask({ studies: [{ name: 'a', estimate: 1, standardError: 0 }] })).rejects.toThrow();
  });
});

it('A meta-analysis of given effects uses no patient of the cohort, and says so', async () => {
  const studies = [
    { name: 'a', estimate: 0.1, standardError: 0.2 },
    { name: 'b', estimate: 0.3, standardError: 0.1 },
  ];
  const findings: Findings = await ask({ studies });
  expect(findings.counts).toMatchObject({ used: 0, events: null });
  expect(findings.method[0]).toMatch(/take no part/);
});
