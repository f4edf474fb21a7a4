import { describe, expect, it } from 'vitest';
import { ANALYSES, answerAsked } from '../../../lib/analyses/index.ts';
import { SignetError } from '../../../lib/base/index.ts';
import type { CohortFrame } from '../../../lib/cohort/index.ts';
import { random } from '../../../lib/stats/index.ts';
import { ask, codes, row, rowsOf } from './asking.ts';
import { refusalOf } from './findings.ts';
import { frameOf } from './frames.ts';
import { expectHonest } from './honest.ts';
import { simulatedFrame } from './simulated.ts';

const PLAN = `plan:
  primary: T6
  sets: { adjusters: [age, rightside, ehd, nmet] }
  items:
    - { id: T1, analysis: table-one, variables: [age] }
    - { id: T6, analysis: survival, endpoint: os, by: exposure, adjust: adjusters, landmarks: [9] }
  sensitivities: { imputed: { says: multiple imputation, impute: 4, of: [T6] } }
`;
const T6 = { analysis: 'survival', endpoint: 'os', by: 'exposure', adjust: 'adjusters', landmarks: [9] };
const COX = { analysis: 'cox', endpoint: 'os', covariates: ['age', 'ehd', 'nmet'], bootstrap: 0 };

/** Every so manieth patient lacks the number of metastases. */
const lacking = (every: number, part = 'nmet'): CohortFrame =>
  simulatedFrame(PLAN, (each, i) => (i % every === 0 ? { ...each, [part]: '' } : each));

describe('Imputation that a sensitivity asks for', () => {
  it('is as often as the sensitivity says, unless the request says otherwise', async () => {
    const method = async (more: object) => (await ask(lacking(10), { ...T6, sensitivity: 'imputed', ...more })).method;
    expect((await method({})).join(' ')).toContain('fitted to 4 data sets of 286 patients');
    expect((await method({ impute: 3 })).join(' ')).toContain('fitted to 3 data sets');
  });

  it('is refused by an analysis that imputes nothing, lest its answer be read as imputed', async () => {
    for (const request of [
      { analysis: 'table-one', variables: ['age'] },
      { ...T6, adjust: undefined },
    ])
      expect(await refusalOf(ask(lacking(10), { ...request, sensitivity: 'imputed' }))).toEqual([
        'not-imputed',
        '/sensitivity',
      ]);
  });

  it('is answered in a report, its pooled estimate beside the planned one', async () => {
    const { report, tables } = await ask(lacking(10), { analysis: 'report', items: ['T6'] });
    expect(report!.parts.map(({ id, refused }) => [id, refused])).toEqual([
      ['T6', null],
      ['imputed T6', null],
    ]);
    const rows = tables.find(({ id }) => id === 'sensitivity')!.rows;
    expect(rows.map(({ n }) => n)).toEqual([257, 286]);
  });
});

describe('Imputed estimates', () => {
  it('are the complete cases’ own where nothing is missing, and say so', async () => {
    const findings = await ask(simulatedFrame(PLAN), { ...T6, impute: 3 });
    expect(codes(findings)).toContain('nothing-imputed');
    for (const each of [...rowsOf(findings, 'imputed'), ...rowsOf(findings, 'landmarks-imputed')]) {
      expect(each['imputed_hazard_ratio_high']).toBe(each['complete_hazard_ratio_high']);
      expect(each['imputed_p']).toBe(each['complete_p']);
      expect(each['imputed_n']).toBe(
        286 - (each['covariate'] === 'from month 9' ? 286 - Number(each['complete_n']) : 0),
      );
    }
    expect(findings.primary!.says).toContain('nothing to impute');
  });

  it('tell of a covariate that most patients lack', async () => {
    const most = simulatedFrame('', (each, i) => (i % 3 === 0 ? each : { ...each, nmet: '' }));
    const findings = await ask(most, { ...COX, impute: 3 });
    expect(codes(findings)).toContain('mostly-imputed');
    expect(row(findings, 'imputed-covariates', { covariate: 'nmet' })).toMatchObject({
      missing: 190,
      share: 190 / 286,
      manner: 'predictive mean matching',
    });
    expectHonest(findings);
  });

  it('bend a spline where it bends in the complete cases, and compare the same values', async () => {
    const asked = { ...COX, covariates: ['age', { of: 'nmet', knots: 3 }, 'ehd'] };
    const findings = await ask(lacking(5), { ...asked, impute: 4 });
    const line = rowsOf(findings, 'imputed').find(({ covariate }) => covariate === 'nmet')!;
    expect(line['level']).toBe(
      rowsOf(findings, 'hazard-ratios').find(({ covariate }) => covariate === 'nmet')!['level'],
    );
    expect(Number(line['missing_information'])).toBeGreaterThan(0.05);
    expectHonest(findings);
  });

  it('are of levels as they stand in the model, with strata, clusters and delayed entry beside', async () => {
    const frame = lacking(6, 'ehd');
    const findings = await ask(frame, { ...COX, strata: ['male'], cluster: 'site', impute: 3 });
    expect(row(findings, 'imputed-covariates', { covariate: 'ehd' })).toMatchObject({
      missing: 48,
      manner: 'logistic regression',
    });
    expect(findings.method.join(' ')).toContain('and the stratum (male)');
    expectHonest(findings);
    const later = await ask(frame, { ...T6, entry: 'start', strata: ['male'], impute: 3 });
    expectHonest(later);
    expect(later.primary!.n).toBe(286);
  });

  it('are of Firth’s likelihood where an estimate has no end in a data set', async () => {
    const frame = simulatedFrame('derived: { sure: "dead ? age > 0 : age > 200" }\n', (each, i) =>
      i % 9 === 0 ? { ...each, nmet: '' } : each,
    );
    const findings = await ask(frame, {
      analysis: 'logistic',
      outcome: 'dead',
      adjust: ['sure', 'nmet'],
      bootstrap: 0,
      impute: 3,
    });
    expect(codes(findings)).toContain('imputed-firth');
    const [, sure] = rowsOf(findings, 'imputed');
    expect(sure!['complete_odds_ratio']).toBeNull();
    expect(sure!['imputed_odds_ratio']).toBeGreaterThan(1);
  });

  it('are the same each time', async () => {
    const asked = { ...COX, impute: 3 };
    expect(await ask(lacking(7), asked)).toEqual(await ask(lacking(7), asked));
  });

  it('can be stopped between imputations', async () => {
    const { request, ...analysis } = ANALYSES.find(({ name }) => name === 'cox')!;
    const stages: string[] = [];
    const progress = {
      stage: (name: string) => void stages.push(name),
      stopped: () => {
        if (stages.filter((name) => name === 'imputing').length >= 2) throw new SignetError('stopped', 'asked to stop');
      },
    };
    const asked = request.parse({ ...COX, impute: 50 });
    await expect(answerAsked({ ...analysis, request }, lacking(5), asked, progress)).rejects.toMatchObject({
      code: 'stopped',
    });
    expect(stages.filter((name) => name === 'imputing')).toHaveLength(2);
  });

  it('are asked for of a model only', () => {
    const logistic = ANALYSES.find(({ name }) => name === 'logistic')!;
    const read = logistic.request.safeParse({ analysis: 'logistic', outcome: 'x', univariable: ['age'], impute: 5 });
    expect(read.success || read.error.issues.map(({ path }) => path)).toEqual([['impute']]);
  });
});

const N = 220;
const REPLICATES = 60;

/** Hazards by a group and a number that goes with it; the number lacks more often of who died early in the one group. */
function drawn(seed: number): { readonly frame: CohortFrame; readonly z: Float64Array } {
  const draw = random(seed);
  const z = new Float64Array(N);
  const gaps = new Float64Array(N);
  const [x, time, event] = [new Uint8Array(N), new Array<number>(N), new Array<number>(N)];
  for (let i = 0; i < N; i++) {
    x[i] = draw.uniform() < 0.5 ? 1 : 0;
    z[i] = draw.normal() + 0.6 * x[i]!;
    const death = -Math.log(draw.uniform()) / (0.05 * Math.exp(-0.7 * x[i]! + 0.5 * z[i]!));
    const end = 12 + 48 * draw.uniform();
    time[i] = Math.min(death, end);
    event[i] = death <= end ? 1 : 0;
    const early = death <= end && time[i]! < 15;
    gaps[i] = draw.uniform() < (early ? (x[i] === 1 ? 0.6 : 0.3) : 0.15) ? Number.NaN : z[i]!;
  }
  const frame = frameOf({
    time,
    event,
    expressions: { 'x > 0': { type: 'boolean', values: x }, 'z + 0': { type: 'number', values: gaps } },
  });
  return { frame, z };
}

describe('Over many cohorts of which a covariate is missing by what is known', () => {
  it('pooled estimates are near the truth, where complete cases are beside it and less precise', async () => {
    const truth = -0.7;
    const asked = { analysis: 'cox', endpoint: 'os', covariates: ['x > 0', 'z + 0'], bootstrap: 0, impute: 5 };
    const found = await Promise.all(
      Array.from({ length: REPLICATES }, async (_, k) =>
        row(await ask(drawn(k + 1).frame, asked), 'imputed', { covariate: 'x > 0', level: 'yes' }),
      ),
    );
    const mean = (key: string) => found.reduce((sum, each) => sum + Number(each[key]), 0) / REPLICATES;
    const covered = found.filter(
      (each) =>
        Number(each['imputed_hazard_ratio_low']) <= Math.exp(truth) &&
        Math.exp(truth) <= Number(each['imputed_hazard_ratio_high']),
    );
    const spread = mean('imputed_standard_error') / Math.sqrt(REPLICATES);
    expect(Math.abs(mean('imputed_coefficient') - truth)).toBeLessThan(2.5 * spread);
    expect(Math.abs(mean('complete_coefficient') - truth)).toBeGreaterThan(4 * spread);
    expect(mean('imputed_standard_error')).toBeLessThan(0.92 * mean('complete_standard_error'));
    expect(covered.length / REPLICATES).toBeGreaterThan(0.87);
  }, 60_000);
});
