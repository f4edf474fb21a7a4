import { beforeAll, describe, expect, it } from 'vitest';
import { ANALYSES } from '../../../lib/analyses/index.ts';
import { inOwnOrder } from '../../../lib/analyses/parts/own-order.ts';
import { SignetError } from '../../../lib/base/index.ts';
import type { CalibrationFigure, Findings, LinesFigure } from '../../../lib/result/index.ts';
import {
  bootstrapOptimism,
  concordance,
  cox,
  elasticNet,
  predictSurvival,
  random,
  survivalDecisionCurve,
} from '../../../lib/stats/index.ts';
import { codes, demoFrame } from './asking.ts';
import { writtenFrame } from './built.ts';
import { findingsOf, refusalOf, rowsOf } from './findings.ts';
import { datasetFrame, oracleCases, variable } from './oracle-frames.ts';

const analysis = 'prediction';
const MONTH = 30.4375;
const NUMBER = 'type: number';

const simulated = () =>
  datasetFrame(
    'sim_crlm286',
    {
      day: 'type: duration, unit: days',
      event: 'type: boolean',
      ecog: NUMBER,
      lncea: NUMBER,
      nmet: NUMBER,
      ehd: NUMBER,
    },
    { time: 'day', event: 'event' },
  );
const COVARIATES = ['ecog', 'lncea', 'nmet', 'ehd'].map(variable);

/** The patients in the order in which samples are drawn. */
function simulatedRows() {
  const frame = simulated();
  const values = (name: string) => (frame.variable(variable(name), '') as { values: Float64Array }).values;
  const columns = ['day', 'event', 'ecog', 'lncea', 'nmet', 'ehd'].map(values);
  const all = Int32Array.from(columns[0]!.keys());
  const [day, event, ...covariates] = columns.map((column) =>
    Float64Array.from(inOwnOrder(all, columns), (i) => column[i]!),
  );
  return {
    time: day!.map((days) => days / MONTH),
    event: Uint8Array.from(event!),
    names: COVARIATES,
    covariates,
  };
}

describe('A Cox model of 286 simulated patients', () => {
  let findings: Findings;
  const [given] = oracleCases('time_dependent_auc_brier').filter(({ id }) => id === 'sim_td_auc');
  const days = [365, 1095, 1826];
  beforeAll(async () => {
    findings = await findingsOf(simulated(), {
      analysis,
      endpoint: 'end',
      covariates: COVARIATES,
      times: days.map((day) => day / MONTH),
      horizon: 1095 / MONTH,
      bootstrap: 25,
      seed: 7,
    });
  });

  it('has the accuracy in time that riskRegression gives', () => {
    const { auc, auc_se: errors, brier, brier_se: brierErrors, brier_null: none } = given!.result;
    const rows = rowsOf(findings, 'accuracy-at');
    const z = 1.959963984540054;
    rows.forEach((row, k) => {
      expect(row['area']).toBeCloseTo(auc[k], 6);
      expect((Number(row['area_high']) - Number(row['area_low'])) / 2 / z).toBeCloseTo(errors[k], 6);
      expect(row['brier']).toBeCloseTo(brier[k], 6);
      expect((Number(row['brier_high']) - Number(row['brier_low'])) / 2 / z).toBeCloseTo(brierErrors[k], 6);
      expect(row['brier_null']).toBeCloseTo(none[k], 6);
      expect(row['explained']).toBeCloseTo(1 - brier[k] / none[k], 5);
    });
    expect(rows).toHaveLength(3);
  });

  it('has the optimism of the method that is held against rms::validate', () => {
    const rows = simulatedRows();
    const found = bootstrapOptimism(rows, { samples: 25, seed: 7 });
    expect(found.ok).toBe(true);
    if (!found.ok) return;
    const [c, slope] = rowsOf(findings, 'performance');
    expect(c!['value']).toBeCloseTo(found.concordance.apparent, 12);
    expect(c!['corrected']).toBeCloseTo(found.concordance.corrected, 10);
    expect(slope!['corrected']).toBeCloseTo(found.calibrationSlope.corrected, 6);
  });

  it('has the net benefit that samples drawn and fitted by hand leave of it', () => {
    const rows = simulatedRows();
    const n = rows.time.length;
    const horizon = 1095 / MONTH;
    const told = rowsOf(findings, 'decision-curve');
    const thresholds = told.map(({ threshold }) => Number(threshold));
    const draw = random(7);
    const gains = thresholds.map((): { model: number; all: number }[] => []);
    for (let s = 0; s < 25; s++) {
      const sample = Int32Array.from({ length: n }, () => draw.below(n));
      const own = {
        time: Float64Array.from(sample, (i) => rows.time[i]!),
        event: Uint8Array.from(sample, (i) => rows.event[i]!),
        names: rows.names,
        covariates: rows.covariates.map((values) => Float64Array.from(sample, (i) => values[i]!)),
      };
      const fit = cox.fit(own);
      if (!fit.ok) throw new Error(fit.problem);
      const benefit = (of: typeof own) => {
        const risk = predictSurvival(own, fit, of, [horizon])[0]!.map((survival) => 1 - survival);
        return survivalDecisionCurve(of, risk, horizon, thresholds);
      };
      const [here, there] = [benefit(own), benefit(rows)];
      thresholds.forEach((_, t) => {
        gains[t]!.push({ model: here[t]!.model - there[t]!.model, all: here[t]!.all - there[t]!.all });
      });
    }
    told.forEach(({ model, corrected }, t) => {
      // the intercept of a line of the model's gains on those of treating all, which on average are none
      const x = gains[t]!.map(({ all }) => all);
      const y = gains[t]!.map((gain) => gain.model);
      const sum = (values: readonly number[]) => values.reduce((so, value) => so + value, 0);
      const [xx, xy] = [sum(x.map((value) => value ** 2)), sum(x.map((value, i) => value * y[i]!))];
      const intercept = (sum(y) * xx - sum(x) * xy) / (25 * xx - sum(x) ** 2);
      expect(corrected).toBeCloseTo(Number(model) - intercept, 8);
    });
    const [curve] = findings.figures.filter(({ id }) => id === 'decision-curve') as LinesFigure[];
    expect(curve!.lines.map(({ label }) => label)).toContain('Corrected for optimism');
  });

  it('has a nomogram whose points give back the linear predictor and the risk', () => {
    const points = rowsOf(findings, 'nomogram');
    const spans = Map.groupBy(points, ({ covariate }) => covariate);
    const most = Math.max(...[...spans.values()].map((rows) => Math.max(...rows.map(({ points: p }) => Number(p)))));
    expect(most).toBeCloseTo(100, 9);
    const [first, second] = rowsOf(findings, 'nomogram-risk');
    const perPoint = (Number(second!['linear_predictor']) - Number(first!['linear_predictor'])) / 10;
    const coefficients = new Map(
      rowsOf(findings, 'coefficients').map(({ term, coefficient }) => [
        String(term).split(':')[0],
        Number(coefficient),
      ]),
    );
    for (const [covariate, rows] of spans) {
      const [a, b] = [rows[0]!, rows.at(-1)!];
      const effect = coefficients.get(String(covariate))! * (Number(b['value']) - Number(a['value']));
      expect((Number(b['points']) - Number(a['points'])) * perPoint).toBeCloseTo(effect, 9);
    }
    const baseline = rowsOf(findings, 'baseline').find(({ time }) => Math.abs(Number(time) - 1095 / MONTH) < 1e-9)!;
    const risk =
      1 - Number(baseline['survival']) ** Math.exp(Number(second!['linear_predictor']) - Number(baseline['centre']));
    expect(second!['risk']).toBeCloseTo(risk, 10);
  });

  it('is worth the same as a score that is given with its coefficients and baseline', async () => {
    const baseline = rowsOf(findings, 'baseline');
    const score = {
      terms: rowsOf(findings, 'coefficients').map(({ term, coefficient }) => ({
        of: String(term).split(':')[0],
        coefficient,
      })),
      centre: baseline[0]!['centre'],
      baseline: baseline.map(({ time, survival }) => ({ time, survival })),
    };
    const again = await findingsOf(simulated(), { analysis, endpoint: 'end', score, horizon: baseline[1]!['time'] });
    const plain = (of: Findings, id: string) =>
      rowsOf(of, id).map(({ optimism: _, corrected: __, corrected_why: ___, optimism_why: ____, ...row }) => row);
    for (const id of ['performance', 'accuracy-at', 'calibration', 'decision-curve'])
      expect(plain(again, id)).toAgree(plain(findings, id));
    expect(again.method.join(' ')).toMatch(/given with the request/);
    expect(codes(again)).toEqual([]);
  });

  it('shows calibration, decision curve and accuracy in time', () => {
    expect(findings.figures.map(({ id }) => id)).toEqual(['calibration', 'decision-curve', 'accuracy', 'nomogram']);
    const [calibration, decision] = findings.figures as [CalibrationFigure, LinesFigure];
    expect(calibration.distribution.reduce((sum, n) => sum + n, 0)).toBe(286);
    expect(calibration.corner.join(' ')).toMatch(/Slope 1\.00, corrected 0\.\d\d/);
    expect(decision.lines.map(({ label }) => label)).toEqual([
      'The model',
      'Corrected for optimism',
      'Treat all',
      'Treat none',
    ]);
  });

  it('is the same for the same seed, and another for another', async () => {
    const ask = (seed: number) =>
      findingsOf(simulated(), { analysis, endpoint: 'end', covariates: COVARIATES, bootstrap: 10, seed });
    const [one, same, other] = [await ask(3), await ask(3), await ask(4)];
    expect(one).toEqual(same);
    expect(rowsOf(one, 'performance')).not.toEqual(rowsOf(other, 'performance'));
  });
});

it('The net benefit of a logistic model agrees with dcurves', async () => {
  const [given] = oracleCases('decision_curve');
  const columns = { low: 'type: boolean', age: NUMBER, lwt: NUMBER, smoke: NUMBER, ht: NUMBER };
  const findings = await findingsOf(datasetFrame('d_birthwt', columns), {
    analysis,
    outcome: variable('low'),
    covariates: ['age', 'lwt', 'smoke', 'ht'].map(variable),
    thresholds: (given!.spec as unknown as { thresholds: number[] }).thresholds,
    bootstrap: 0,
  });
  const rows = rowsOf(findings, 'decision-curve');
  expect(rows.map(({ model }) => Number(model))).toAgree(given!.result.nb_model, given!.tol);
  expect(rows.map(({ all }) => Number(all))).toAgree(given!.result.nb_all, given!.tol);
  expect(codes(findings)).toContain('no-optimism');
  expect(findings.figures.map(({ id }) => id)).toEqual(['calibration', 'decision-curve', 'roc', 'nomogram']);
});

describe('A shrunken model', () => {
  const ask = (more: object) =>
    findingsOf(simulated(), { analysis, endpoint: 'end', covariates: COVARIATES, bootstrap: 0, ...more });

  it.each([
    ['lasso', {}, 1],
    ['ridge', {}, 0],
    ['elastic-net', { alpha: 0.3 }, 0.3],
  ] as const)('by %s has the coefficients of the path at its penalty', async (penalty, more, alpha) => {
    const findings = await ask({ penalty, ...more });
    const [chosen] = rowsOf(findings, 'penalty');
    const frame = simulated();
    const values = (name: string) => (frame.variable(variable(name), '') as { values: Float64Array }).values;
    const path = elasticNet(
      {
        kind: 'survival',
        followUp: { time: values('day').map((day) => day / MONTH), event: Uint8Array.from(values('event')) },
      },
      ['ecog', 'lncea', 'nmet', 'ehd'].map(values),
      { alpha, lambda: Float64Array.of(2 * Number(chosen!['lambda']), Number(chosen!['lambda'])) },
    );
    expect(chosen!['alpha']).toBe(alpha);
    expect(path.ok && [...path.coefficients[1]!].map((b) => b.toFixed(5))).toEqual(
      rowsOf(findings, 'coefficients').map(({ coefficient }) => Number(coefficient).toFixed(5)),
    );
  });

  it('takes a larger penalty within a standard error', async () => {
    const [least, larger] = [await ask({ penalty: 'lasso' }), await ask({ penalty: 'lasso', choose: 'one-error' })];
    const lambda = (of: Findings) => Number(rowsOf(of, 'penalty')[0]!['lambda']);
    expect(lambda(larger)).toBeGreaterThan(lambda(least));
    expect(rowsOf(larger, 'penalty')[0]!['lambda']).toBe(rowsOf(least, 'penalty')[0]!['lambda_one_error']);
  });

  it('is made anew in each sample, cross-validation included', async () => {
    const findings = await ask({ penalty: 'lasso', bootstrap: 5 });
    expect(findings.method.join(' ')).toMatch(/5 bootstrap samples.*cross-validation included/);
    const [c] = rowsOf(findings, 'performance');
    expect(Number(c!['corrected'])).toBeLessThan(Number(c!['value']));
  });
});

describe('Prediction on real cohorts', () => {
  it('of survival after liver resection is worth little once corrected, as its size demands', async () => {
    const findings = await findingsOf(demoFrame('crlm-tcia'), {
      analysis,
      endpoint: 'os',
      covariates: ['age', { of: 'crs', as: 'levels' }, 'sex'],
      bootstrap: 40,
    });
    const frame = demoFrame('crlm-tcia');
    const values = (name: string) => (frame.variable(name, '') as { values: Float64Array }).values;
    const crs = values('crs');
    const rows = [...crs.keys()].filter((row) => !Number.isNaN(crs[row]!));
    const of = (name: string) => Float64Array.from(rows, (row) => values(name)[row]!);
    const sex = (frame.variable('sex', '') as unknown as { codes: Int32Array }).codes;
    const f = { time: of('os_time'), event: Uint8Array.from(of('died')) };
    const covariates = [
      of('age'),
      of('crs').map((score) => (score >= 3 ? 1 : 0)),
      Float64Array.from(rows, (row) => sex[row]!),
    ];
    const fit = cox.fit({ ...f, names: ['age', 'crs', 'sex'], covariates });
    expect(fit.ok && rowsOf(findings, 'coefficients').map(({ coefficient }) => coefficient)).toAgree(
      fit.ok ? fit.coefficients : [],
    );
    const linear = f.time.map((_, i) =>
      covariates.reduce((sum, x, j) => sum + (fit.ok ? fit.coefficients[j]! : 0) * x[i]!, 0),
    );
    const c = concordance.solve(concordance.accumulate(f, linear));
    const [told] = rowsOf(findings, 'performance');
    expect(c.ok && c.estimate).toBeCloseTo(Number(told!['value']), 10);
    expect(Number(told!['corrected'])).toBeLessThan(Number(told!['value']));
    const levels = rowsOf(findings, 'nomogram').filter(({ covariate }) => covariate === 'crs');
    expect(levels.map(({ value }) => value).sort()).toEqual(['CRS 0-2', 'CRS 3-5']);
  });

  it('of stage of rectal cancer, by logistic regression', async () => {
    const findings = await findingsOf(demoFrame('tcga-read'), {
      analysis,
      outcome: 'stage',
      covariates: ['age', 'altered("KRAS")'],
      bootstrap: 20,
    });
    expect(findings.counts).toMatchObject({ used: 143, events: 67 });
    const points = rowsOf(findings, 'calibration');
    expect(points.reduce((sum, { n }) => sum + Number(n), 0)).toBe(143);
    expect(
      rowsOf(findings, 'performance').find(({ measure }) => measure === 'Observed to expected')!['value'],
    ).toBeCloseTo(1, 9);
    expect(rowsOf(findings, 'coefficients')[0]).toMatchObject({ term: 'Intercept' });
  });
});

describe('A question of prediction', () => {
  const ROWS = Array.from(
    { length: 40 },
    (_, i) =>
      `${1 + ((i * 7) % 23)},${i % 3 === 0 ? 'no' : 'yes'},no,50,0,${i % 2 ? 'a' : 'b'},${(i * 5) % 11},${i % 4 < 2 ? 'yes' : 'no'}`,
  );
  const ask = (rows: readonly string[], more: object = {}) =>
    findingsOf(writtenFrame(rows), {
      analysis,
      endpoint: 'alone',
      covariates: ['x', 'arm'],
      bootstrap: 5,
      times: [5, 10],
      ...more,
    });

  it('without an event, of one patient, of a constant covariate and of one class says why there is no model', async () => {
    const none = await ask(ROWS.map((row) => row.replace(',yes,no,', ',no,no,')));
    expect(codes(none)).toEqual(['no-model']);
    expect(none.warnings[0]!.says).toMatch(/no events/);
    expect(none.figures).toEqual([]);
    expect(codes(await ask(ROWS.slice(1, 2)))).toEqual(['no-model']);
    const constant = ROWS.map((row) => row.replace(/,\d+,(yes|no)$/, ',3,$1'));
    expect(codes(await ask(constant, { covariates: ['x'] }))).toEqual(['no-model']);
    const oneClass = await ask(ROWS, { endpoint: undefined, outcome: 'x < 100' });
    expect(codes(oneClass)).toEqual(['no-model']);
  });

  it('of a binary outcome that is told apart wholly names the separation', async () => {
    const findings = await ask(ROWS, { endpoint: undefined, outcome: 'x > 5', covariates: ['x'] });
    expect(findings.warnings[0]!.says).toMatch(/separated/);
  });

  it('has no nomogram of splines or interactions, and none of a score', async () => {
    const spline = await ask(ROWS, { covariates: [{ of: 'x', knots: 3 }, 'arm'] });
    expect(rowsOf(spline, 'nomogram')).toEqual([]);
    const both = await ask(ROWS, { covariates: ['x', 'arm', { interaction: ['x', 'arm'] }] });
    expect(rowsOf(both, 'nomogram')).toEqual([]);
    expect(rowsOf(both, 'coefficients')).toHaveLength(3);
  });

  it('of a score without a baseline tells discrimination only', async () => {
    const score = {
      terms: [
        { of: 'x', coefficient: -0.1 },
        { of: 'x > 3', coefficient: 0.5 },
      ],
    };
    const findings = await ask(ROWS, { covariates: undefined, score });
    expect(codes(findings)).toContain('no-risks');
    expect(rowsOf(findings, 'calibration')).toEqual([]);
    expect(rowsOf(findings, 'accuracy-at')[0]).toMatchObject({
      brier: null,
      brier_why: 'the score has no baseline at this time',
    });
    expect(Number(rowsOf(findings, 'performance')[0]!['value'])).toBeGreaterThan(0);
  });

  it('is refused at its place', async () => {
    const invalid = (more: object) => expect(ask(ROWS, more)).rejects.toThrow();
    await invalid({ outcome: 'y' });
    await invalid({ covariates: undefined });
    await invalid({ score: { terms: [{ of: 'x', coefficient: 1 }] } });
    const terms = [
      { of: 'x', coefficient: 1 },
      { of: 'x > 90 ? "a" : x > 5 ? "b" : "c"', coefficient: 1 },
    ];
    expect(await refusalOf(ask(ROWS, { covariates: undefined, score: { terms } }))).toEqual([
      'not-a-score-term',
      '/score/terms/1/of',
    ]);
    expect(await refusalOf(ask(ROWS, { endpoint: 'nope' }))).toEqual(['unknown-endpoint', '/endpoint']);
    expect(await refusalOf(ask(ROWS, { covariates: ['late'] }))).toEqual(['group-known-later', '/covariates/0']);
    expect(await refusalOf(ask(ROWS.map((row) => row.replace(/,\d+,(yes|no)$/, ',,$1'))))).toEqual([
      'nothing-to-analyse',
      '/covariates/0',
    ]);
  });

  it('warns that competing events are taken as censored', async () => {
    expect(codes(await ask(ROWS, { endpoint: 'relapse' }))).toContain('competing-events');
  });

  it('stops in the midst of the bootstrap when nobody waits for it', async () => {
    let asked = 0;
    const progress = {
      stage: () => undefined,
      stopped: () => {
        asked++;
        if (asked > 3) throw new SignetError('stopped', 'the question was stopped');
      },
    };
    const { run, request } = ANALYSES.find(({ name }) => name === analysis)!;
    const question = request.parse({ analysis, endpoint: 'alone', covariates: ['x'], bootstrap: 1000 });
    await expect(Promise.resolve(run(writtenFrame(ROWS), question, progress))).rejects.toMatchObject({
      code: 'stopped',
    });
    expect(asked).toBe(4);
  });

  it('hears between two folds that nobody waits for it', async () => {
    let isOver = false;
    const progress = {
      stage: () => undefined,
      stopped: () => {
        if (isOver) throw new SignetError('stopped', 'the question was stopped');
      },
    };
    const { run, request } = ANALYSES.find(({ name }) => name === analysis)!;
    const question = request.parse({ analysis, endpoint: 'alone', covariates: ['x'], penalty: 'lasso', bootstrap: 0 });
    setImmediate(() => {
      isOver = true;
    });
    await expect(Promise.resolve(run(writtenFrame(ROWS), question, progress))).rejects.toMatchObject({
      code: 'stopped',
    });
  });
});
