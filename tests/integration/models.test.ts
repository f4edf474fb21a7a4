import { beforeAll, describe, expect, it } from 'vitest';
import { ask } from './client.ts';
import { demoFiles, give, result } from './cohort.ts';
import { drawn, type Json, rowsOf } from './drawn.ts';

const CRLM = 'crlm-tcia';
const READ = 'tcga-read';
const TIMES = [12, 24, 36];

beforeAll(async () => {
  await Promise.all([give(CRLM, demoFiles(CRLM)), give(READ, demoFiles(READ))]);
});

describe('A model made on one cohort', () => {
  let made: Json;
  let model: Json;
  beforeAll(async () => {
    made = await drawn(READ, {
      analysis: 'prediction',
      endpoint: 'os',
      covariates: ['age', 'sex'],
      bootstrap: 20,
      times: TIMES,
    });
    model = (await ask(`/cohorts/${READ}/models/${made.id}`)).json;
  });

  it('is a document with variables, units, levels, coefficients and a baseline on a grid', () => {
    expect(model).toMatchObject({ schema: 'signet-model/1', id: made.id, cohort: { name: READ } });
    expect(model.model.variables).toMatchObject([
      { name: 'age', kind: 'number', unit: 'years' },
      { name: 'sex', kind: 'levels', levels: ['male', 'female'] },
    ]);
    expect(model.model.baseline.map(({ time }: Json) => time % 3)).toEqual(model.model.baseline.map(() => 0));
  });

  it('is had by whoever may see finished results, with a digest to compare', async () => {
    const path = `/cohorts/${READ}/models/${made.id}`;
    for (const role of ['steward', 'analyst', 'viewer'] as const) expect((await ask(path, { role })).status).toBe(200);
    expect((await ask(path, { role: 'auditor' })).status).toBe(403);
    expect((await ask(path, { site: 'b' })).status).toBe(404);
    const { headers } = await ask(path);
    expect((await ask(path, { headers: { 'if-none-match': headers.get('etag')! } })).status).toBe(304);
  });

  it('is none of a result without one, nor of none', async () => {
    const survival = await drawn(READ, { analysis: 'survival', endpoint: 'os' });
    expect((await ask(`/cohorts/${READ}/models/${survival.id}`)).status).toBe(404);
    expect((await ask(`/cohorts/${READ}/models/${'0'.repeat(64)}`)).status).toBe(404);
    expect((await ask(`/cohorts/${READ}/models/x`)).status).toBe(404);
  });

  it('is applied on another, with its concordance, slope, calibration and net benefit', async () => {
    const json = await drawn(CRLM, { analysis: 'validate', model, times: TIMES });
    expect(json.findings.counts.used).toBe(197);
    expect(rowsOf(json, 'performance').map(({ measure }) => measure)).toContain('Calibration slope');
    expect(rowsOf(json, 'calibration-in-the-large')[0].observed).toBeGreaterThan(50);
    expect(json.findings.figures.map(({ id }: Json) => id)).toEqual(['calibration', 'decision-curve', 'accuracy']);
    expect(json.findings.warnings.map(({ code }: Json) => code)).toEqual(['other-origin']);
  });

  it('is refused where it was altered, and where a variable is called otherwise', async () => {
    const altered = structuredClone(model);
    altered.model.terms[0].coefficient += 1;
    const { status, json } = await result(CRLM, { analysis: 'validate', model: altered });
    expect([status, json.code, json.place.pointer]).toEqual([422, 'altered-model', '/model/content']);
    const strange = await result(CRLM, { analysis: 'validate', model, variables: { sex: 'crs' } });
    expect([strange.status, strange.json.code]).toEqual([422, 'levels-mismatch']);
    const bad = await result(CRLM, { analysis: 'validate', model: { ...model, schema: 'other' } });
    expect([bad.status, bad.json.code, bad.json.place.pointer]).toEqual([422, 'invalid-request', '/model/schema']);
  });
});

describe('Resected colorectal liver metastases', () => {
  it('answer survival by several factors, each alone and together', async () => {
    const json = await drawn(CRLM, { analysis: 'survival', endpoint: 'os', by: ['age', 'sex', 'crs', 'extrahepatic'] });
    expect(rowsOf(json, 'factor-tests').map(({ factor }) => factor)).toEqual([
      'Age at operation',
      'Sex',
      'Clinical Risk Score',
      'Extrahepatic disease',
    ]);
    const score = rowsOf(json, 'factors').find(({ factor }) => factor === 'Clinical Risk Score');
    expect(score.hazard_ratio.toFixed(3)).toBe('1.406');
  });

  it('answer a signature without genes, since nobody is sequenced, against their score', async () => {
    const json = await drawn(CRLM, {
      analysis: 'prediction',
      endpoint: 'os',
      candidates: ['age', 'sex', 'extrahepatic', 'steatosis', 'genes'],
      repeats: 2,
      bootstrap: 5,
      stability: 10,
      against: ['crs'],
    });
    expect(json.findings.warnings.map(({ code }: Json) => code)).toContain('no-gene');
    expect(rowsOf(json, 'against').map(({ predictor }) => predictor)).toEqual(['The model', 'Clinical Risk Score']);
  });
});

describe('Rectal adenocarcinoma', () => {
  it('answers a signature of genes that the exome covers and a tenth of the patients carry', async () => {
    const json = await drawn(READ, {
      analysis: 'prediction',
      endpoint: 'os',
      candidates: ['age', 'advanced', 'genes'],
      minShare: 0.1,
      repeats: 2,
      bootstrap: 3,
      stability: 10,
      choose: 'one-error',
    });
    expect(rowsOf(json, 'signature').map(({ candidate }) => String(candidate).split(':')[0])).toContain('KRAS');
    expect(rowsOf(json, 'candidates-left-out')[0].candidates).toBeGreaterThan(1000);
    const { json: model } = await ask(`/cohorts/${READ}/models/${json.id}`);
    expect(model.model.candidates.length).toBe(rowsOf(json, 'signature').length);
  });

  it('is refused a set that the plan doesn’t have', async () => {
    const { status, json } = await result(READ, { analysis: 'survival', endpoint: 'os', by: ['age'], adjust: 't6' });
    expect([status, json.code, json.place.pointer]).toEqual([422, 'unknown-set', '/adjust']);
  });
});
