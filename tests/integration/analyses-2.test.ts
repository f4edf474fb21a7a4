import { beforeAll, describe, expect, it } from 'vitest';
import { ask } from './client.ts';
import { demoFiles, give, result } from './cohort.ts';
import { drawn, type Json, rowsOf } from './drawn.ts';

const CRLM = 'crlm-tcia';
const READ = 'tcga-read';

const figures = (document: Json): string[] => document.findings.figures.map(({ id }: Json) => id);

beforeAll(async () => {
  await Promise.all([give(CRLM, demoFiles(CRLM)), give(READ, demoFiles(READ))]);
});

describe('Resected colorectal liver metastases', () => {
  it('answer the incidence of recurrence, death without it competing, by Clinical Risk Score', async () => {
    const json = await drawn(CRLM, { analysis: 'competing-risks', endpoint: 'recurrence', by: 'crs' });
    expect(rowsOf(json, 'events')[0]).toMatchObject({ n: 168, cause_1: 107, cause_2: 7 });
    expect(rowsOf(json, 'tests')[0].statistic).toBeCloseTo(0.731, 3);
    const [, high] = rowsOf(json, 'hazard-ratios');
    expect([high.subdistribution_hazard_ratio, high.cause_specific_hazard_ratio].map((x) => x.toFixed(3))).toEqual([
      '1.194',
      '1.190',
    ]);
    expect(figures(json)).toEqual(['cumulative-incidence']);
  });

  it('answer the states before recurrence, after it and death, with hazard ratios of each transition', async () => {
    const json = await drawn(CRLM, {
      analysis: 'multistate',
      intermediate: 'recurrence',
      terminal: 'os',
      covariates: ['age', 'crs'],
    });
    expect(rowsOf(json, 'transitions').map(({ transitions }) => transitions)).toEqual([107, 7, 83]);
    expect(rowsOf(json, 'hazard-ratios')).toHaveLength(6);
    expect(figures(json)).toEqual(['states']);
  });

  it('answer a prediction of survival with calibration, decision curve and accuracy in time', async () => {
    const json = await drawn(CRLM, {
      analysis: 'prediction',
      endpoint: 'os',
      covariates: ['age', 'crs', 'sex'],
      bootstrap: 30,
    });
    expect(figures(json)).toEqual(['calibration', 'decision-curve', 'accuracy', 'nomogram']);
    const [concordance] = rowsOf(json, 'performance');
    expect(concordance.corrected).toBeLessThan(concordance.value);
    expect(rowsOf(json, 'nomogram').length).toBeGreaterThan(5);
  });

  it('answer a prediction by the lasso, and the validation of a score', async () => {
    const lasso = await drawn(CRLM, {
      analysis: 'prediction',
      endpoint: 'os',
      covariates: ['age', 'crs', 'sex', 'steatosis', 'necrosis', 'fibrosis'],
      penalty: 'lasso',
      bootstrap: 5,
    });
    expect(rowsOf(lasso, 'penalty')[0].alpha).toBe(1);
    const given = await drawn(CRLM, {
      analysis: 'prediction',
      endpoint: 'os',
      score: {
        terms: [
          { of: 'crs', coefficient: 0.3 },
          { of: 'age >= 65', coefficient: 0.2 },
        ],
        centre: 0.7,
        baseline: [{ time: 60, survival: 0.65 }],
      },
    });
    expect(rowsOf(given, 'coefficients')).toHaveLength(2);
    expect(given.findings.title).toMatch(/validation/);
  });

  it('answer a meta-analysis of an effect by group, beside a study that is given', async () => {
    const json = await drawn(CRLM, {
      analysis: 'meta',
      own: { endpoint: 'os', of: 'crs_high', by: 'sex' },
      studies: [{ name: 'Elsewhere', ratio: 1.6, low: 1.1, high: 2.3 }],
    });
    expect(rowsOf(json, 'studies').map(({ study }) => study)).toEqual(['Elsewhere', 'male', 'female']);
    expect(rowsOf(json, 'pooled')[0].model).toMatch(/REML/);
    expect(figures(json)).toEqual(['forest']);
  });
});

describe('Rectal adenocarcinoma', () => {
  it('answers the incidence of progression, death as another endpoint competing', async () => {
    const json = await drawn(READ, {
      analysis: 'competing-risks',
      endpoint: 'pfi',
      competing: ['os'],
      by: 'stage',
      covariates: ['age', 'stage'],
      times: [12, 24],
    });
    expect(rowsOf(json, 'hazard-ratios').length).toBeGreaterThan(3);
  });

  it('answers states by group from a landmark on', async () => {
    const json = await drawn(READ, {
      analysis: 'multistate',
      intermediate: 'pfi',
      terminal: 'os',
      by: 'kras',
      landmark: 6,
      times: [24],
    });
    expect(figures(json).length).toBeGreaterThan(2);
  });

  it('answers a prediction of stage, with the receiver operating characteristic', async () => {
    const json = await drawn(READ, {
      analysis: 'prediction',
      outcome: 'stage',
      covariates: ['age', 'altered("KRAS")'],
      bootstrap: 20,
    });
    expect(figures(json)).toEqual(['calibration', 'decision-curve', 'roc', 'nomogram']);
  });

  it('answers a meta-analysis of given tables', async () => {
    const json = await drawn(READ, {
      analysis: 'meta',
      studies: [
        { name: 'a', table: [4, 119, 11, 128], moderators: { latitude: 44 } },
        { name: 'b', table: [6, 300, 29, 274], moderators: { latitude: 55 } },
        { name: 'c', table: [3, 228, 11, 209], moderators: { latitude: 42 } },
        { name: 'd', table: [62, 13536, 248, 12619], moderators: { latitude: 52 } },
      ],
      effect: 'odds-ratio',
      moderators: ['latitude'],
    });
    expect(rowsOf(json, 'pooled-tables')).toHaveLength(2);
    expect(rowsOf(json, 'meta-regression')).toHaveLength(2);
    expect(json.findings.counts.used).toBe(0);
  });
});

describe('The list of analyses', () => {
  it('holds them, with the schemas of their requests', async () => {
    const { analyses } = (await ask('/analyses')).json;
    for (const name of ['competing-risks', 'multistate', 'prediction', 'meta']) {
      const found = analyses.find((each: Json) => each.name === name);
      expect(found).toMatchObject({ says: expect.any(String), schema: { type: 'object' } });
      expect(found.schema.properties).toHaveProperty('level');
    }
  });

  it.each([
    ['no competing event', { analysis: 'competing-risks', endpoint: 'os' }, '/competing'],
    ['a state that is no endpoint', { analysis: 'multistate', intermediate: 'nope', terminal: 'os' }, '/intermediate'],
    ['neither covariates nor a score', { analysis: 'prediction', endpoint: 'os' }, '/covariates'],
    ['nothing to pool', { analysis: 'meta' }, '/studies'],
  ])('is refused a question of %s, with its place', async (_, question, pointer) => {
    const { status, json } = await result(CRLM, question);
    expect(status).toBe(422);
    expect(json.place.pointer).toBe(pointer);
  });
});
