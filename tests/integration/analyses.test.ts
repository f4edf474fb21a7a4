import { beforeAll, describe, expect, it } from 'vitest';
import { ask } from './client.ts';
import { demoFiles, give, result } from './cohort.ts';
import { drawn, type Json, rowsOf } from './drawn.ts';

const CRLM = 'crlm-tcia';
const READ = 'tcga-read';

beforeAll(async () => {
  await Promise.all([give(CRLM, demoFiles(CRLM)), give(READ, demoFiles(READ))]);
});

describe('Resected colorectal liver metastases', () => {
  it('answer a Cox regression with the hazard ratio a point of Clinical Risk Score that R gives', async () => {
    const json = await drawn(CRLM, { analysis: 'cox', endpoint: 'os', covariates: ['crs'] });
    const [score] = rowsOf(json, 'hazard-ratios');
    expect([score.n, score.events, score.hazard_ratio.toFixed(3), score.p.toFixed(5)]).toEqual([
      168,
      90,
      '1.406',
      '0.00195',
    ]);
    expect(rowsOf(json, 'model')[0].concordance.toFixed(3)).toBe('0.605');
  });

  it('answer a Cox regression with strata, splines and interactions, forest and tests of proportional hazards', async () => {
    const json = await drawn(CRLM, {
      analysis: 'cox',
      endpoint: 'dfs',
      covariates: [{ of: 'age', knots: 3 }, 'crs', 'extrahepatic', { interaction: ['crs', 'extrahepatic'] }],
      strata: ['sex'],
      interval: 'profile',
      bootstrap: 20,
    });
    expect(rowsOf(json, 'terms').map(({ covariate }) => covariate)).toContain('Age at operation, not linear');
    expect(rowsOf(json, 'proportional-hazards').at(-1).test).toBe('All covariates');
  });

  it('answer a logistic regression with forest, receiver operating characteristic and calibration', async () => {
    const json = await drawn(CRLM, {
      analysis: 'logistic',
      outcome: 'died',
      covariates: ['age', 'sex', 'crs', 'chemotherapy'],
      bootstrap: 50,
    });
    expect(json.findings.figures.map(({ id }: Json) => id)).toEqual(['forest', 'roc', 'calibration']);
  });

  it('answer a comparison of groups, and survival within strata, adjusted', async () => {
    const groups = await drawn(CRLM, {
      analysis: 'group-comparison',
      by: 'crs',
      variables: ['age', 'sex', 'comorbidity', 'extrahepatic', 'nash_score'],
      adjustment: 'benjamini-hochberg',
    });
    expect(rowsOf(groups, 'characteristics')[0]).toMatchObject({
      variable: 'Age at operation, years',
      test: expect.any(String),
    });
    const survival = await drawn(CRLM, {
      analysis: 'survival',
      endpoint: 'os',
      by: 'crs',
      strata: ['sex'],
      adjust: ['age'],
    });
    expect(rowsOf(survival, 'adjusted-hazard-ratios')).toHaveLength(3);
  });
});

describe('Rectal adenocarcinoma', () => {
  it('answers a Cox regression under delayed entry, with robust standard errors', async () => {
    const json = await drawn(READ, {
      analysis: 'cox',
      endpoint: 'os',
      covariates: [{ of: 'age', per: 10 }, 'stage', 'altered("KRAS")'],
      entry: 'pfi_time',
      robust: true,
      bootstrap: 0,
    });
    expect(json.findings.counts.excluded.map(({ columns }: Json) => columns)).toContainEqual(['pfi_time']);
  });

  it('answers a logistic regression of its stage, separation and all', async () => {
    const json = await drawn(READ, {
      analysis: 'logistic',
      outcome: 'stage',
      covariates: ['age', 'kras', 'm_stage'],
      bootstrap: 0,
    });
    expect(json.findings.warnings.map(({ code }: Json) => code)).toContain('separation');
    expect(rowsOf(json, 'firth').length).toBeGreaterThan(0);
  });

  it('answers a comparison of groups by gene', async () => {
    const json = await drawn(READ, {
      analysis: 'group-comparison',
      by: 'altered("KRAS")',
      variables: ['age', 'stage', 'cea', 'altered("TP53")'],
    });
    expect(json.findings.tables[0].notes.join(' ')).toContain('Wilcoxon');
  });

  it.each([
    ['adjusted survival', { endpoint: 'os', adjust: ['age', 'advanced'] }, 'wald_p'],
    ['survival within strata', { endpoint: 'os', strata: ['sex'], minAltered: 10 }, 'hazard_ratio'],
    ['an adjusted outcome', { outcome: 'stage', adjust: ['age'], minAltered: 10 }, 'odds_ratio'],
    ['an outcome within strata', { outcome: 'stage', strata: ['sex'], minAltered: 10 }, 'odds_ratio'],
  ])('answers a scan of genes against %s', async (_, question, key) => {
    const json = await drawn(READ, { analysis: 'association-scan', ...question });
    expect(rowsOf(json, 'genes').length).toBeGreaterThan(100);
    expect(rowsOf(json, 'genes')[0]).toHaveProperty(key);
  });
});

describe('The list of analyses', () => {
  it('says of each what it answers, what it may cite, and how it is asked', async () => {
    const { analyses } = (await ask('/analyses')).json;
    for (const name of ['survival', 'cox', 'logistic', 'group-comparison', 'association-scan']) {
      const found = analyses.find((each: Json) => each.name === name);
      expect(found).toMatchObject({ says: expect.any(String), schema: { type: 'object' } });
      expect(found.schema.properties).toHaveProperty('where');
    }
  });

  it.each([
    ['a covariate that is not there', { analysis: 'cox', endpoint: 'os', covariates: ['agee'] }, '/covariates/0'],
    ['no covariates', { analysis: 'cox', endpoint: 'os', covariates: [] }, '/covariates'],
    ['an entry of no unit', { analysis: 'survival', endpoint: 'os', entry: 'crs' }, '/entry'],
    [
      'a stratum that is not there',
      { analysis: 'cox', endpoint: 'os', covariates: ['age'], strata: ['centre'] },
      '/strata/0',
    ],
    ['an outcome of many levels', { analysis: 'logistic', outcome: 'score', covariates: ['age'] }, '/outcome'],
    ['a variable that is not there', { analysis: 'group-comparison', by: 'crs', variables: ['agee'] }, '/variables/0'],
  ])('is refused a question of %s, with its place', async (_, question, pointer) => {
    const { status, json } = await result(CRLM, question);
    expect(status).toBe(422);
    expect(json.place.pointer).toBe(pointer);
  });
});
