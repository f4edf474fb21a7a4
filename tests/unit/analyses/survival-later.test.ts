import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CohortFrame } from '../../../lib/cohort/index.ts';
import type { Findings, KaplanMeierFigure } from '../../../lib/result/index.ts';
import { cox } from '../../../lib/stats/index.ts';
import { frameOf } from '../cohort/read.ts';
import { codes, row, rowsOf } from './asking.ts';
import { findingsOf, refusalOf } from './findings.ts';
import { oracleCases } from './oracle-frames.ts';

const MONTH = 30.4375;
const data = (name: string): Record<string, string>[] =>
  parse(readFileSync(path.join(import.meta.dirname, '../../oracles/data/datasets', `${name}.csv`), 'utf8'), {
    columns: true,
  });

const YAML = `title: Conversion
tables:
  - match: a.csv
    rows: patient
    patient: id
    columns: { start: date, converted_on: date, converted: boolean, died_on: date, dead: boolean, seen: date, age: number, site: { codes: [a, b, c, d] } }
endpoints:
  os: { origin: start, events: [{ date: died_on, when: dead }], seen: seen }
groups:
  exposure: { by: converted, labels: { "false": not converted, "true": converted }, known: converted_on }
`;

const day = (days: number) => new Date(Date.UTC(2000, 0, 1 + days)).toISOString().slice(0, 10);

/** The simulated patients with dates for days since the first of January 2000. */
function converted(): CohortFrame {
  const lines = data('sim_crlm286').map((each) => {
    const [id, time, dead, conv] = [each['id'], Number(each['day']), each['event'] === '1', each['conv'] === '1'];
    const site = 'abcd'[Number(each['site']) - 1];
    return [
      id,
      day(0),
      conv ? day(Number(each['conv_day'])) : '',
      conv ? 1 : 0,
      dead ? day(time) : '',
      dead ? 1 : 0,
      day(time),
      each['age'],
      site,
    ];
  });
  return frameOf(YAML, { 'a.csv': `id,start,converted_on,converted,died_on,dead,seen,age,site\n${lines.join('\n')}\n` })
    .frame;
}

const ask = (more: object = {}) =>
  findingsOf(converted(), { analysis: 'survival', endpoint: 'os', by: 'exposure', ...more });

describe('Survival by a group that patients join in time', () => {
  let findings: Findings;
  beforeAll(async () => {
    findings = await ask({
      interval: 'log-log',
      landmarks: [90, 180, 270].map((days) => days / MONTH),
      times: [180, 365, 1095, 1826].map((days) => days / MONTH),
    });
  });

  it('has the curves of Simon and Makuch that survfit gives', () => {
    const [given] = oracleCases('simon_makuch');
    const { surv, lower, upper } = given!.result;
    const rows = rowsOf(findings, 'survival-at');
    expect(rows.map(({ survival }) => survival)).toAgree(surv, given!.tol);
    expect(rows.map(({ survival_low: low }) => low)).toAgree(lower, given!.tol);
    expect(rows.map(({ survival_high: high }) => high)).toAgree(upper, given!.tol);
  });

  it('counts at risk who has come to a group by then, in the table as under the picture', () => {
    const cut = data('sim_crlm286_td');
    const here = (group: number, at: number) =>
      cut.filter(({ ned, start, stop }) => Number(ned) === group && Number(start) < at && Number(stop) >= at).length;
    const told = rowsOf(findings, 'survival-at').map(({ at_risk: n }) => n);
    expect(told).toEqual([0, 1].flatMap((group) => [180, 365, 1095, 1826].map((days) => here(group, days))));
    const { riskTable } = findings.figures.find(({ id }) => id === 'simon-makuch') as KaplanMeierFigure;
    const [before, after] = riskTable.atRisk;
    expect([before![0], after![0]]).toEqual([new Set(cut.map(({ id }) => id)).size, 0]);
    const marks = riskTable.times.slice(1);
    expect(after!.slice(1)).toEqual(marks.map((months) => here(1, months * MONTH)));
  });

  it('has the hazard ratio of the rows that R cut', () => {
    const rows = data('sim_crlm286_td');
    const column = (name: string) => Float64Array.from(rows, (each) => Number(each[name]));
    const fit = cox.fit({
      entry: column('start'),
      time: column('stop'),
      event: Uint8Array.from(column('event')),
      names: ['ned'],
      covariates: [column('ned')],
    });
    const told = row(findings, 'hazard-ratios', { group: 'converted' });
    expect(fit.ok && [fit.coefficients[0], fit.standardErrors[0], fit.hazardRatios[0]]).toAgree(
      [told['coefficient'], told['standard_error'], told['hazard_ratio']],
      1e-8,
    );
    expect(rowsOf(findings, 'tests')[0]!['test']).toBe('Mantel-Byar');
  });

  it.each([90, 180, 270])('has the landmark analysis at %i days that R gives', (days) => {
    const { result, tol } = oracleCases('landmark').find(({ id }) => id === `sim_imm_landmark${days}`)!;
    const told = rowsOf(findings, 'landmarks').find(({ landmark }) => landmark === days / MONTH)!;
    expect([told['n'], told['n_joined'], told['excluded_events'], told['excluded_censored']]).toEqual([
      result.n_kept - result.n_exposed,
      result.n_exposed,
      result.n_excluded_event,
      result.n_excluded_censored,
    ]);
    expect([told['statistic'], told['p'], told['coefficient'], told['standard_error']]).toAgree(
      [result.logrank_chisq, result.logrank_p, result.cox.coef[0], result.cox.se[0]],
      tol,
    );
  });

  it('is drawn, and each landmark too', () => {
    const figures = findings.figures as KaplanMeierFigure[];
    expect(figures.map(({ id }) => id.replace(/\d.*/, ''))).toEqual([
      'simon-makuch',
      'landmark-',
      'landmark-',
      'landmark-',
    ]);
    expect(figures[0]!.riskTable.atRisk.map(([first]) => first)).toEqual([286, 0]);
    expect(figures[0]!.stamp).toBeUndefined();
    expect(figures[1]!.xLabel).toMatch(/a landmark .* months after start/);
  });

  it('is far from the naive comparison, which is to be had by name, stamped', async () => {
    const naive = await ask({ naive: true });
    const [given] = oracleCases('immortal_time').filter(({ id }) => id === 'sim_imm_naive');
    const biased = Number(row(naive, 'hazard-ratios', { group: 'converted' })['hazard_ratio']);
    expect(biased).toBeCloseTo(given!.result.hr[0], 7);
    expect(Number(row(findings, 'hazard-ratios', { group: 'converted' })['hazard_ratio'])).toBeGreaterThan(
      1.3 * biased,
    );
    expect((naive.figures[0] as KaplanMeierFigure).stamp).toMatch(/NAIVE/);
  });

  it('is adjusted and stratified', async () => {
    const more = await ask({ adjust: ['age'], strata: ['site'] });
    const lines = rowsOf(more, 'adjusted-hazard-ratios');
    expect(lines.map(({ covariate }) => covariate)).toEqual(['exposure', 'exposure', 'age']);
    expect(Number(lines[1]!['hazard_ratio'])).toBeGreaterThan(0);
    expect(more.method.join(' ')).toMatch(/4 strata of site/);
  });
});

describe('A question of a group known only later', () => {
  const HEAD = 'id,start,converted_on,converted,died_on,dead,seen,age,site';
  const of = (rows: readonly string[], more: object = {}) =>
    findingsOf(frameOf(YAML, { 'a.csv': `${HEAD}\n${rows.join('\n')}\n` }).frame, {
      analysis: 'survival',
      endpoint: 'os',
      by: 'exposure',
      ...more,
    });
  const ROWS = [
    'p1,2000-01-01,2000-03-01,1,2000-06-01,1,2000-06-01,60,a',
    'p2,2000-01-01,,0,2000-04-01,1,2000-04-01,61,b',
    'p3,2000-01-01,2000-02-01,1,,0,2001-01-01,62,a',
    'p4,2000-01-01,,0,,0,2000-09-01,63,b',
  ];

  it('leaves out who joined nobody knows when', async () => {
    const findings = await of([...ROWS, 'p5,2000-01-01,,1,,0,2000-09-01,64,a']);
    expect(findings.counts.excluded).toEqual([
      { reason: 'of exposure, without its converted_on', columns: ['converted', 'converted_on'], patients: 1 },
    ]);
    expect(codes(findings)).toContain('few-events');
  });

  it('says of a landmark at which nobody has joined that there is nothing to compare', async () => {
    const findings = await of(ROWS, { landmarks: [0.5, 4] });
    expect(rowsOf(findings, 'landmarks').map(({ n_joined: n, hazard_ratio_why: why }) => [n, why])).toEqual([
      [0, 'nobody on one side'],
      [2, expect.any(String)],
    ]);
    expect(findings.figures).toHaveLength(2);
  });

  it('is refused where nobody joined while watched, and landmarks where nothing is known later', async () => {
    expect(await refusalOf(of(ROWS.filter((each) => each.includes(',0,,') || each.startsWith('p2'))))).toEqual([
      'nothing-to-analyse',
      '/by',
    ]);
    expect(await refusalOf(of(ROWS, { by: 'site', landmarks: [3] }))).toEqual(['not-known-later', '/landmarks']);
  });
});
