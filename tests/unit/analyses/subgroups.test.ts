import { beforeAll, describe, expect, it } from 'vitest';
import type { Findings, ForestFigure } from '../../../lib/result/index.ts';
import { chiSquare, cox, logistic } from '../../../lib/stats/index.ts';
import { codes, demoFrame } from './asking.ts';
import { writtenFrame } from './built.ts';
import { findingsOf, refusalOf, rowsOf } from './findings.ts';

const analysis = 'subgroups';

function crlm() {
  const frame = demoFrame('crlm-tcia');
  const values = (name: string) => (frame.variable(name, '') as { values: Float64Array }).values;
  const [crs, time, died, age] = ['crs', 'os_time', 'died', 'age'].map(values);
  const sex = (frame.variable('sex', '') as unknown as { codes: Int32Array }).codes;
  const rows = [...crs!.keys()].filter((row) => !Number.isNaN(crs![row]!));
  return rows.map((row) => ({
    time: time![row]!,
    died: died![row]!,
    high: crs![row]! >= 3 ? 1 : 0,
    female: sex[row]!,
    older: age![row]! >= 65 ? 1 : 0,
  }));
}

type Patient = ReturnType<typeof crlm>[number];

function fitted(patients: readonly Patient[], ...columns: ((patient: Patient) => number)[]) {
  return cox.fit({
    time: Float64Array.from(patients, ({ time }) => time),
    event: Uint8Array.from(patients, ({ died }) => died),
    names: columns.map((_, j) => String(j)),
    covariates: columns.map((column) => Float64Array.from(patients, column)),
  });
}

describe('The effect of Clinical Risk Score in subgroups', () => {
  let findings: Findings;
  beforeAll(async () => {
    findings = await findingsOf(demoFrame('crlm-tcia'), {
      analysis,
      endpoint: 'os',
      of: 'crs_high',
      subgroups: ['sex', 'age >= 65', 'steatosis'],
    });
  });

  it('is that of the model fitted in each of them', () => {
    const rows = rowsOf(findings, 'hazard-ratios');
    const all = fitted(crlm(), ({ high }) => high);
    expect(all.ok && all.hazardRatios[0]).toBeCloseTo(Number(rows[0]!['hazard_ratio']), 9);
    for (const female of [0, 1]) {
      const fit = fitted(
        crlm().filter((patient) => patient.female === female),
        ({ high }) => high,
      );
      const row = rows.find(({ subgroup }) => subgroup === (female ? 'female' : 'male'))!;
      expect(fit.ok && [fit.hazardRatios[0], fit.lower[0], fit.upper[0], fit.p[0]]).toAgree(
        [row['hazard_ratio'], row['hazard_ratio_low'], row['hazard_ratio_high'], row['p']],
        1e-9,
      );
    }
  });

  it('is tested for being the same by the likelihood ratio, adjusted for three tests', () => {
    const [without, withIt] = [
      fitted(
        crlm(),
        ({ high }) => high,
        ({ female }) => female,
      ),
      fitted(
        crlm(),
        ({ high }) => high,
        ({ female }) => female,
        ({ high, female }) => high * female,
      ),
    ];
    if (!without.ok || !withIt.ok) throw new Error('no fit');
    const p = chiSquare.upper(2 * (withIt.logLikelihood - without.logLikelihood), 1);
    const rows = rowsOf(findings, 'interactions');
    expect(rows[0]!['p']).toBeCloseTo(p, 9);
    const least = Math.min(...rows.map((row) => Number(row['p'])));
    expect(Math.min(...rows.map((row) => Number(row['adjusted_p'])))).toBeCloseTo(Math.min(1, 3 * least), 9);
    expect(findings.method.join(' ')).toMatch(/3 tests of interaction/);
  });

  it('is drawn as a forest with a head for each factor', () => {
    const [figure] = findings.figures as [ForestFigure];
    expect(figure.rows.map(({ label }) => label)).toEqual([
      'All patients',
      'Sex',
      '– male',
      '– female',
      'age >= 65',
      '– no',
      '– yes',
      'Steatosis',
      '– no',
      '– yes',
    ]);
    expect(figure.rows[1]).toMatchObject({ mark: 'none', text: expect.stringMatching(/^interaction p/) });
  });

  it('is adjusted, but not for the factor itself', async () => {
    const adjusted = await findingsOf(demoFrame('crlm-tcia'), {
      analysis,
      endpoint: 'os',
      of: 'crs_high',
      subgroups: ['sex', 'older'],
      adjust: ['sex'],
    });
    const rows = rowsOf(adjusted, 'hazard-ratios');
    const men = fitted(
      crlm().filter(({ female }) => female === 0),
      ({ high }) => high,
    );
    expect(men.ok && men.hazardRatios[0]).toBeCloseTo(Number(rows[1]!['hazard_ratio']), 9);
    const old = fitted(
      crlm().filter(({ older }) => older === 1),
      ({ high }) => high,
      ({ female }) => female,
    );
    expect(old.ok && old.hazardRatios[0]).toBeCloseTo(Number(rows[4]!['hazard_ratio']), 9);
  });
});

it('The effect of KRAS on stage in subgroups is an odds ratio', async () => {
  const findings = await findingsOf(demoFrame('tcga-read'), {
    analysis,
    outcome: 'stage',
    of: 'altered("KRAS")',
    subgroups: ['sex'],
  });
  const frame = demoFrame('tcga-read');
  const sex = (frame.variable('sex', '') as unknown as { codes: Int32Array }).codes;
  const [stage, kras] = ['stage', 'kras'].map((name) => frame.group(name, '').codes);
  const men = [...stage!.keys()].filter((row) => stage![row]! >= 0 && sex[row] === 0);
  const fit = logistic.fit({
    outcome: Uint8Array.from(men, (row) => stage![row]!),
    names: ['kras'],
    covariates: [Float64Array.from(men, (row) => kras![row]!)],
  });
  expect(fit.ok && fit.oddsRatios[1]).toBeCloseTo(Number(rowsOf(findings, 'odds-ratios')[1]!['odds_ratio']), 9);
});

describe('A question of subgroups', () => {
  const ROWS = Array.from(
    { length: 24 },
    (_, i) =>
      `${1 + ((i * 7) % 23)},${i % 3 === 0 ? 'no' : 'yes'},no,50,0,${i % 2 ? 'a' : 'b'},${(i * 5) % 11},${i % 4 < 2 ? 'yes' : 'no'}`,
  );
  const ask = (rows: readonly string[], more: object = {}) =>
    findingsOf(writtenFrame(rows), { analysis, endpoint: 'alone', of: 'arm', subgroups: ['y'], ...more });

  it('names what has no estimate: no events, one arm, one patient', async () => {
    const none = await ask(ROWS.map((row) => row.replace(',yes,no,', ',no,no,')));
    expect(codes(none)).toEqual(['no-estimate']);
    expect(rowsOf(none, 'hazard-ratios')[0]).toMatchObject({ hazard_ratio: null, hazard_ratio_why: 'no events' });
    expect(rowsOf(none, 'interactions')[0]).toMatchObject({ p: null });
    const split = await ask(ROWS, { subgroups: ['arm == "a"'] });
    expect(rowsOf(split, 'hazard-ratios')[1]!['hazard_ratio_why']).toBe('constant');
    expect(await refusalOf(ask(ROWS.slice(0, 1)))).toEqual(['nothing-to-analyse', '/of']);
  });

  it('leaves out of a factor alone those of no known part', async () => {
    const rows = ROWS.map((row, i) => (i < 3 ? row.replace(/(yes|no)$/, '') : row));
    const findings = await ask(rows);
    expect(findings.counts.used).toBe(24);
    expect(rowsOf(findings, 'interactions')[0]).toMatchObject({ missing: 3 });
  });

  it('takes strata and delayed entry of an endpoint, and is refused them of an outcome', async () => {
    expect((await ask(ROWS, { strata: ['y'], subgroups: ['x > 5'], entry: 'wait' })).counts.used).toBe(24);
    await expect(ask(ROWS, { endpoint: undefined, outcome: 'y', strata: ['y'] })).rejects.toThrow();
  });

  it('is refused at its place', async () => {
    expect(await refusalOf(ask(ROWS, { of: 'x > 90 ? "a" : x > 5 ? "b" : "c"' }))).toEqual(['not-one-effect', '/of']);
    expect(await refusalOf(ask(ROWS, { subgroups: ['y', 'nope'] }))).toEqual(['unknown-group', '/subgroups/1']);
    expect(await refusalOf(ask(ROWS, { subgroups: ['late'] }))).toEqual(['group-known-later', '/subgroups/0']);
  });
});
