import { beforeAll, describe, expect, it } from 'vitest';
import { ask } from './client.ts';
import { demoFiles, give, result } from './cohort.ts';
import { drawn, type Json, rowsOf } from './drawn.ts';

const CRLM = 'tables-tcia';
const READ = 'tables-read';

const text = new TextDecoder();

/** A demo cohort whose definition has a plan of these sets alone. */
function planned(name: string, sets: string): Record<string, string | Uint8Array> {
  const files = demoFiles(name);
  const [definition] = text.decode(files['cohort.yaml']).split(/^plan:/m);
  return { ...files, 'cohort.yaml': `${definition}\nplan:\n  sets: ${sets}\n` };
}

const figures = (json: Json) => json.findings.figures.map(({ id }: Json) => id);
const tables = (json: Json) => json.findings.tables.map(({ id }: Json) => id);
const warned = (json: Json) => json.findings.warnings.map(({ code }: Json) => code);

beforeAll(async () => {
  await Promise.all([
    give(CRLM, planned('crlm-tcia', '{ factors: [age, sex, crs, extrahepatic], model: [age, extrahepatic] }')),
    give(READ, planned('tcga-read', '{ factors: [age, sex, t_stage, cea, kras, tmb], model: [age, sex, kras] }')),
  ]);
});

describe('Resected colorectal liver metastases', () => {
  it('are a table of patients by Clinical Risk Score, and of all', async () => {
    const json = await drawn(CRLM, { analysis: 'table-one', by: 'crs', variables: 'factors' });
    expect(json.findings.counts.used).toBe(168);
    const [age] = rowsOf(json, 'table-one');
    expect(age).toMatchObject({ test_note: 'a', all_n: 168 });
    const all = await drawn(CRLM, { analysis: 'table-one', variables: ['age', 'sex'] });
    expect(all.findings.counts.used).toBe(197);
    expect(figures(all)).toEqual([]);
  });

  it('are compared in more than two groups', async () => {
    const json = await drawn(CRLM, { analysis: 'table-one', by: 'score', variables: ['age', 'extrahepatic'] });
    expect(json.findings.tables[0].notes.join(' ')).toMatch(/Kruskal-Wallis.*largest between any two groups/);
  });

  it('answer factors one by one, and the model specified beforehand', async () => {
    const json = await drawn(CRLM, {
      analysis: 'logistic',
      outcome: 'died',
      univariable: 'factors',
      adjust: 'model',
      where: 'age > 40.0',
      bootstrap: 0,
    });
    expect(tables(json)).toEqual(expect.arrayContaining(['factors', 'factor-tests', 'odds-ratios', 'linearity']));
    expect(figures(json)).toEqual(expect.arrayContaining(['forest-alone', 'forest']));
  });

  it.each([
    ['an oncoprint', { analysis: 'oncoprint', atLeast: 0.05 }],
    ['a scan of genes', { analysis: 'association-scan', outcome: 'died', scan: 'genes' }],
    ['a scan of pathways', { analysis: 'association-scan', outcome: 'died', scan: 'pathways' }],
  ])('of whom nobody is sequenced have no %s, and it is said why', async (_, question) => {
    const { status, json } = await result(CRLM, question);
    expect(status).toBe(422);
    expect(json.code).toBe('nothing-to-analyse');
    expect(JSON.stringify(json)).toContain('without sequencing that covers a gene');
  });
});

describe('Rectal adenocarcinoma', () => {
  it('is printed gene by patient, with its pairs', async () => {
    const json = await drawn(READ, { analysis: 'oncoprint', atLeast: 0.05, by: 'stage' });
    expect(figures(json)).toEqual(['oncoprint', 'pairs']);
    const [first] = rowsOf(json, 'genes');
    expect(first).toMatchObject({ gene: 'APC', covered: 149, drawn: true });
    const kras = rowsOf(json, 'genes').find(({ gene }) => gene === 'KRAS');
    expect(kras).toMatchObject({ altered: 59, covered: 149 });
    expect(rowsOf(json, 'pairs').length).toBe((40 * 39) / 2);
  });

  it('answers every item of the study’s tables as its plan writes them', async () => {
    const one = await drawn(READ, { analysis: 'table-one', by: 'stage', variables: 'factors' });
    expect(rowsOf(one, 'table-one').length).toBeGreaterThan(6);
    const logistic = await drawn(READ, {
      analysis: 'logistic',
      outcome: 'stage',
      univariable: 'factors',
      adjust: 'model',
    });
    expect(rowsOf(logistic, 'factor-tests')).toHaveLength(6);
    const within = await drawn(READ, {
      analysis: 'logistic',
      outcome: 'stage',
      univariable: ['ras'],
      adjust: ['ras', 'age'],
      where: 'sex == "male"',
    });
    expect(within.findings.title).toContain('where sex == "male"');
    const genes = await drawn(READ, {
      analysis: 'association-scan',
      outcome: 'stage',
      scan: 'genes',
      minAltered: 10,
      adjust: ['age'],
      apart: ['ras', 'kras'],
      family: 'genes',
    });
    expect(rowsOf(genes, 'apart')).toHaveLength(2);
    expect(rowsOf(genes, 'genes')[0]).toHaveProperty('model_odds_ratio');
    const survival = await drawn(READ, {
      analysis: 'association-scan',
      endpoint: 'os',
      scan: 'genes',
      minAltered: 10,
      family: 'genes',
    });
    expect(rowsOf(survival, 'genes').length).toBeGreaterThan(100);
  });

  it('answers pathways, the genes that they were judged by listed', async () => {
    const json = await drawn(READ, {
      analysis: 'association-scan',
      outcome: 'stage',
      scan: 'pathways',
      minAltered: 10,
      adjust: ['age'],
      family: 'pathways',
    });
    expect(rowsOf(json, 'pathway-genes')).toHaveLength(10);
    expect(rowsOf(json, 'pathway-genes').find(({ pathway }) => pathway === 'RTK-RAS').n).toBe(85);
    expect(figures(json)).toEqual(['volcano', 'forest']);
  });

  it.each([
    ['one patient', 'age == 68.0 && sex == "male" && stage == "I" && cea < 2.0'],
    ['one group', 'advanced'],
  ])('of %s answers what can be, and says what can’t', async (_, where) => {
    const one = await result(READ, { analysis: 'table-one', by: 'stage', variables: 'factors', where });
    if (one.status === 200) expect(warned(one.json)).toContain('one-group');
    else expect(one.json.code).toBe('nothing-to-analyse');
    const scan = await result(READ, { analysis: 'association-scan', outcome: 'stage', where });
    if (scan.status === 200) expect(warned(scan.json)).toContain('no-gene-tested');
    else expect(scan.json.code).toBe('nothing-to-analyse');
  });
});

describe('The list of analyses', () => {
  it('holds the table and the oncoprint, with the parts that they share', async () => {
    const { analyses } = (await ask('/analyses')).json;
    for (const name of ['table-one', 'oncoprint']) {
      const found = analyses.find((each: Json) => each.name === name);
      expect(found.schema.properties).toHaveProperty('sensitivity');
    }
  });

  it.each([
    ['a set that is not there', { analysis: 'table-one', variables: 'factor' }, '/variables'],
    ['a date', { analysis: 'logistic', outcome: 'stage', univariable: ['nope'] }, '/univariable/0'],
    [
      'something apart that is no boolean',
      { analysis: 'association-scan', outcome: 'stage', apart: ['age'] },
      '/apart/0',
    ],
  ])('is refused %s, with its place', async (_, question, pointer) => {
    const { status, json } = await result(READ, question);
    expect(status).toBe(422);
    expect(json.place.pointer).toBe(pointer);
  });
});
