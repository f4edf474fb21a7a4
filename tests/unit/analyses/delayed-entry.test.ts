import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Findings } from '../../../lib/result/index.ts';
import { concordance, cox, logRank, predictSurvival, timedAccuracy } from '../../../lib/stats/index.ts';
import { tableFrame } from './asking.ts';
import { findingsOf, refusalOf, rowsOf } from './findings.ts';
import { oracleCases } from './oracle-frames.ts';

const CSV = readFileSync('tests/oracles/data/datasets/sim_truncated.csv', 'utf8').trimEnd();
const [head, ...lines] = CSV.split('\n').map((line) => line.split(','));
const column = (name: string) => lines.map((line) => Number(line[head!.indexOf(name)]));

const frame = tableFrame(
  [
    ...['entry', 'time'].map((name) => `${name}: { from: "${name}", type: duration, unit: months }`),
    'x: { from: "x", type: number }',
    'z: { from: "z", type: boolean }',
    'kind: { from: "group", type: category }',
    'first: { from: "event", type: boolean }',
    'status: { from: "status", type: number }',
  ].join(', '),
  [
    'endpoints: { end: { origin: start, time: time, event: first, competing: [{ event: "status == 2.0", label: other }] } }',
  ].join('\n'),
  [`row_id,${head!.join(',')}`, ...lines.map((line, i) => `p${i + 1},${line.join(',')}`)].join('\n'),
);

/** As the demo's definition would say it: the endpoint's own entry. */
const asked = { endpoint: 'end', entry: 'entry' };
const rows = {
  time: Float64Array.from(column('time')),
  event: Uint8Array.from(column('event')),
  entry: Float64Array.from(column('entry'), (at) => (at > 0 ? at : -1)),
  covariates: [Float64Array.from(column('x')), Float64Array.from(column('z'))],
  names: ['x', 'z'],
};

describe('A prediction model of patients who came under observation late', () => {
  let findings: Findings;
  beforeAll(async () => {
    findings = await findingsOf(frame, {
      analysis: 'prediction',
      ...asked,
      covariates: ['x', 'z'],
      times: [30, 60],
      horizon: 60,
      bootstrap: 5,
    });
  });

  it('has the coefficients, the concordance and the accuracy of the methods with entry', () => {
    const fit = cox.fit(rows);
    if (!fit.ok) throw new Error(fit.problem);
    const said = rowsOf(findings, 'coefficients').map((row) => row['coefficient']);
    expect(said).toEqual(fit.coefficients.map((b) => expect.closeTo(b, 10)));
    const linear = rows.time.map((_, i) =>
      fit.coefficients.reduce((sum, b, j) => sum + b * rows.covariates[j]![i]!, 0),
    );
    const harrell = concordance.solve(concordance.accumulate(rows, linear));
    expect(rowsOf(findings, 'performance')[0]!['value']).toBeCloseTo(harrell.ok ? harrell.estimate : Number.NaN, 10);
    const risk = predictSurvival(rows, fit, rows, [60])[0]!.map((s) => 1 - s);
    const found = timedAccuracy({ time: rows.time, cause: rows.event, entry: rows.entry }, risk, 60);
    const row = rowsOf(findings, 'accuracy-at').find(({ time }) => time === 60)!;
    expect([row['area'], row['brier']]).toEqual(
      found.ok ? [expect.closeTo(found.area.estimate, 10), expect.closeTo(found.brier.estimate, 10)] : [],
    );
  });

  it('says that entry was delayed, how that was weighed, and what it rests on', () => {
    expect(findings.method.join(' ')).toMatch(/left truncation.*weigh the others for them/s);
    expect(findings.assumptions.map(({ id }) => id)).toContain('independent-entry');
    expect(findings.figures.map(({ kind }) => kind)).toContain('calibration');
  });

  it('is shrunken too, with the penalty cross-validated under delayed entry', async () => {
    const shrunken = await findingsOf(frame, {
      analysis: 'prediction',
      ...asked,
      covariates: ['x', 'z', 'kind'],
      penalty: 'lasso',
      folds: 5,
      times: [30],
      bootstrap: 0,
    });
    expect(rowsOf(shrunken, 'performance')[0]!['value']).toBeGreaterThan(0.5);
  });

  it('refuses an entry beside an outcome that has no time', async () => {
    const question = { analysis: 'prediction', outcome: 'first', entry: 'entry', covariates: ['x'] };
    expect((await refusalOf(findingsOf(frame, question).then(() => undefined)))[1]).toMatch(/delayed entry/);
  });
});

describe('Other analyses of patients who came under observation late', () => {
  it.each(oracleCases('fine_gray_left_truncated').map((given) => [given.id, given] as const))(
    "has Fine and Gray's ratios of R: %s",
    async (_, { result, spec }) => {
      const { cause, strata } = spec as unknown as { cause: number; strata: string | null };
      const findings = await findingsOf(frame, {
        analysis: 'competing-risks',
        ...asked,
        covariates: ['x', 'z'],
        ...(strata === null ? {} : { strata: ['kind'] }),
      });
      const own = rowsOf(findings, 'hazard-ratios').filter((row) => row['cause'] === (cause === 1 ? 'end' : 'other'));
      const ratios = own.map((row) => row['subdistribution_hazard_ratio']).filter((ratio) => ratio !== null);
      expect(ratios).toEqual(result.coef.map((b: number) => expect.closeTo(Math.exp(b), 6)));
      expect(findings.method.join(' ')).toMatch(
        strata === null ? /to have come under observation/ : /within each stratum/,
      );
    },
  );

  it('has the log-rank test, the scan, subgroups and the cohort’s own effect with entry', async () => {
    const kind = Int32Array.from(column('group'), (g) => g - 1);
    const test = logRank.solve(logRank.accumulate(rows, kind, 3));
    const compared = await findingsOf(frame, { analysis: 'survival', ...asked, by: 'kind' });
    expect(rowsOf(compared, 'tests')[0]!['p']).toBeCloseTo(test.ok ? test.p : Number.NaN, 10);
    const alone = cox.fit({ ...rows, covariates: [rows.covariates[0]!], names: ['x'] });
    if (!alone.ok) throw new Error(alone.problem);
    const own = await findingsOf(frame, { analysis: 'meta', own: { ...asked, of: 'x', name: 'Here' } });
    expect(rowsOf(own, 'studies')[0]!['standard_error']).toBeCloseTo(alone.standardErrors[0]!, 10);
    const divided = await findingsOf(frame, { analysis: 'subgroups', ...asked, of: 'x', subgroups: ['z'] });
    expect(rowsOf(divided, 'hazard-ratios')[0]!['hazard_ratio']).toBeCloseTo(alone.hazardRatios[0]!, 10);
  });
});
