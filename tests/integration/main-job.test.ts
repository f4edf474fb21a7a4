import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { ask } from './client.ts';
import { demoFiles, give, result, table } from './cohort.ts';

const CRLM = 'crlm-tcia';
const READ = 'tcga-read';

beforeAll(async () => {
  await Promise.all([give(CRLM, demoFiles(CRLM)), give(READ, demoFiles(READ))]);
});

describe('A hospital workbook put as a file', () => {
  it('is a cohort of 197 patients with its variables, endpoints and groups', async () => {
    const { json } = await ask(`/cohorts/${CRLM}`);
    expect(json).toMatchObject({ patients: 197, sources: { total: 2, waiting: 0 } });
    expect(json.groups.map(({ name }: { name: string }) => name)).toContain('crs');
    expect((await ask('/cohorts')).json.cohorts).toContainEqual({ cohort: CRLM });
  });

  it('gives the overall survival that R gives', async () => {
    const { status, json } = await result(CRLM, { analysis: 'survival', endpoint: 'os' });
    expect(status).toBe(200);
    expect(json.findings.counts).toMatchObject({ patients: 197, used: 197, events: 107 });
    const [whole] = table(json, 'survival').rows;
    expect([whole.median, whole.median_low, whole.median_high].map((x: number) => x.toFixed(1))).toEqual([
      '76.0',
      '67.1',
      '101.1',
    ]);
    const five = table(json, 'survival-at').rows.find(({ time }: { time: number }) => time === 60);
    expect(five.survival).toBeCloseTo(0.627, 3);
  });

  it('gives the comparison by Clinical Risk Score that R gives', async () => {
    const { json } = await result(CRLM, { analysis: 'survival', endpoint: 'os', by: 'crs' });
    const text = JSON.stringify(json.findings.tables);
    expect(json.findings.counts).toMatchObject({ used: 168 });
    const medians = table(json, 'survival').rows.map(({ median }: { median: number }) => median.toFixed(1));
    expect(medians).toEqual(expect.arrayContaining(['90.2', '60.2']));
    const chiSquare = Number(/"statistic":([\d.]+)/.exec(text)?.[1]);
    expect(chiSquare).toBeCloseTo(3.46, 2);
    expect(text).toMatch(/"hazard_ratio":1\.503/);
  });
});

describe('A gzipped MAF beside a clinical table of a hundred messy columns', () => {
  it('is a cohort of 149 patients', async () => {
    expect((await ask(`/cohorts/${READ}`)).json.patients).toBe(149);
  });

  it('gives survival by KRAS mutation as R does', async () => {
    const { json } = await result(READ, { analysis: 'survival', endpoint: 'os', by: 'kras' });
    const text = JSON.stringify(json.findings.tables);
    expect(json.findings.counts).toMatchObject({ used: 149, events: 24 });
    expect(Number(/"statistic":([\d.]+)/.exec(text)?.[1])).toBeCloseTo(0.855, 3);
    expect(text).toMatch(/"hazard_ratio":0\.661/);
  });

  // Genes by their current symbols: as the file writes them, of 2018, two names of one gene count apart (1,623 tested; of survival 1,677).
  it('gives the scan of genes against stage, with those left out counted', async () => {
    const { json } = await result(READ, {
      analysis: 'association-scan',
      outcome: 'stage',
      minAltered: 5,
    });
    const [tests] = json.findings.tables;
    expect(tests.rows).toHaveLength(1624);
    expect(Math.min(...tests.rows.map(({ p }: { p: number }) => p))).toBeCloseTo(0.00714, 5);
    expect(tests.rows[0].adjusted_p).toBeCloseTo(0.824, 3);
    expect(JSON.stringify(json.findings)).toContain('13,521');
  });

  it('gives the scan of genes against survival, monotone ones named', async () => {
    const { json } = await result(READ, { analysis: 'association-scan', endpoint: 'os', minAltered: 5 });
    const [tests] = json.findings.tables;
    expect(tests.rows).toHaveLength(1678);
    expect(tests.rows[0]).toMatchObject({ gene: 'EPHA7' });
    expect(tests.rows[0].p).toBeCloseTo(0.00203, 5);
    expect(tests.rows[0].adjusted_p).toBeCloseTo(0.719, 3);
    expect(
      tests.rows.filter(({ hazard_ratio_why }: { hazard_ratio_why: string }) => /monotone/.test(hazard_ratio_why)),
    ).toHaveLength(1017);
  });

  it('answers point questions from the table: a gene, and a patient under her opaque key', async () => {
    const gene = await ask(`/cohorts/${READ}/genes/KRAS`);
    expect(gene.json).toMatchObject({ gene: 'KRAS' });
    expect(gene.json.alterations.length).toBeGreaterThanOrEqual(59);
    expect(gene.text).not.toMatch(/TCGA-/);
    const { patient } = gene.json.alterations[0];
    const one = await ask(`/cohorts/${READ}/patients/${patient}`);
    expect(one.json.patient).toBe(patient);
    expect(one.json.rows[0].identifier).toMatch(/^TCGA-/);
  });

  it('opens as a frame in a reader that is not the writer', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'signet-frame-'));
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    try {
      for (const name of ['patients', 'alterations', 'coverage']) {
        const response = await fetch(`${inject('api')}/cohorts/${READ}/frame/${name}.parquet`, {
          headers: { authorization: `Bearer ${inject('tokens').a.analyst}` },
        });
        expect(response.status).toBe(200);
        await writeFile(path.join(folder, `${name}.parquet`), new Uint8Array(await response.arrayBuffer()));
      }
      const read = async (sql: string) => (await connection.runAndReadAll(sql)).getRows()[0]!.map(Number);
      const at = (name: string) => `'${path.join(folder, `${name}.parquet`)}'`;
      expect(await read(`select count(*), count(distinct patient) from ${at('patients')}`)).toEqual([149, 149]);
      expect(
        await read(
          `select count(distinct patient) from ${at('alterations')} where gene = 'KRAS' and qualifies and specimen in (select specimen from ${at('patients')})`,
        ),
      ).toEqual([59]);
    } finally {
      connection.closeSync();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('A result', () => {
  const question = { analysis: 'survival', endpoint: 'os', by: 'crs' };

  it('has the id of its inputs, and is the same document each time', async () => {
    const [first, second] = [await result(CRLM, question), await result(CRLM, { ...question, level: 0.95 })];
    expect(second.text).toBe(first.text);
    expect(first.json.id).toMatch(/^[0-9a-f]{64}$/);
    expect((await ask(`/cohorts/${CRLM}/results`)).json.results.map(({ id }: { id: string }) => id)).toContain(
      first.json.id,
    );
  });

  it('comes as JSON, CSV, SVG and HTML by suffix or Accept, each with its ETag', async () => {
    const { id, content } = (await result(CRLM, question)).json;
    const base = `/cohorts/${CRLM}/results/${id}`;
    for (const [suffix, type, starts] of [
      ['json', 'application/json', '{'],
      ['csv', 'text/csv', ''],
      ['svg', 'image/svg+xml', '<svg'],
      ['html', 'text/html', '<!'],
    ] as const) {
      const [bySuffix, byAccept] = [await ask(`${base}.${suffix}`), await ask(base, { headers: { accept: type } })];
      expect(bySuffix.status).toBe(200);
      expect(bySuffix.headers.get('content-type')).toContain(type);
      expect(bySuffix.text.toLowerCase().startsWith(starts)).toBe(true);
      expect(byAccept.text).toBe(bySuffix.text);
      expect(byAccept.headers.get('vary')).toBe('Accept');
      expect(byAccept.headers.get('etag')).toBe(`"${content}.${suffix}"`);
      const again = await ask(`${base}.${suffix}`, { headers: { 'if-none-match': `"${content}.${suffix}"` } });
      expect(again.status).toBe(304);
    }
  });

  it('is opened in a browser by a link of a quarter of an hour, without a token', async () => {
    const { id } = (await result(CRLM, question)).json;
    const { status, json } = await ask(`/cohorts/${CRLM}/results/${id}/links`, { body: { representation: 'html' } });
    expect(status).toBe(201);
    const page = await fetch(json.url);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain('Kaplan-Meier');
    const late = await fetch(json.url.replace(/X-Amz-Expires=\d+/, 'X-Amz-Expires=90000'));
    expect(late.status).toBe(403);
  });

  it('cannot be stopped once it exists', async () => {
    const { id } = (await result(CRLM, question)).json;
    const { status, json } = await ask(`/cohorts/${CRLM}/results/${id}`, { method: 'DELETE' });
    expect([status, json.code]).toEqual([409, 'result-exists']);
  });

  it('belongs to its site: for another it does not exist', async () => {
    const { id } = (await result(CRLM, question)).json;
    const [foreign, absent] = [
      await ask(`/cohorts/${CRLM}/results/${id}`, { site: 'b' }),
      await ask(`/cohorts/nowhere/results/${id}`, { site: 'b' }),
    ];
    expect(foreign.status).toBe(404);
    expect(foreign.json).toEqual(absent.json);
  });
});

describe('The API', () => {
  it('lists what can be asked, its limits, and itself', async () => {
    const analyses = (await ask('/analyses')).json.analyses;
    expect(analyses.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['survival', 'association-scan']),
    );
    for (const { schema } of analyses) expect(schema).toMatchObject({ type: 'object' });
    expect((await ask('/limits')).json.uploads.singlePutBytes).toBe(8 * 1024 * 1024);
    const openapi = (await ask('/openapi.json')).json;
    expect(openapi.openapi).toMatch(/^3\.1/);
    expect(Object.keys(openapi.paths)).toContain('/cohorts/{cohort}/results/{result}');
    expect((await ask('/schemas/cohort-definition')).json.properties).toHaveProperty('endpoints');
  });

  it.each([
    ['an analysis that is not there', { analysis: 'astrology' }, 'unknown-analysis'],
    ['an endpoint that is not there', { analysis: 'survival', endpoint: 'pfs' }, 'unknown-endpoint'],
    [
      'a variable that is not there',
      { analysis: 'survival', endpoint: 'os', where: 'agee > 60' },
      'invalid-expression',
    ],
    ['a group that is not there', { analysis: 'survival', endpoint: 'os', by: 'crss' }, undefined],
    ['a field that is not there', { analysis: 'survival', endpoint: 'os', colour: 'red' }, 'invalid-request'],
    ['a subgroup without anybody', { analysis: 'survival', endpoint: 'os', where: 'age > 200' }, 'nothing-to-analyse'],
    [
      'a subgroup of a hostile expression',
      { analysis: 'survival', endpoint: 'os', where: '('.repeat(4000) },
      'invalid-expression',
    ],
  ])('says what is wrong with a question of %s', async (_, question, code) => {
    const { status, json } = await result(CRLM, question);
    expect(status).toBe(422);
    if (code) expect(json.code).toBe(code);
    expect(json).toMatchObject({ type: expect.stringContaining('urn:signet'), detail: expect.any(String) });
    expect(json.place?.pointer).toMatch(/^\//);
  });

  it.each([
    ['one group', { analysis: 'survival', endpoint: 'os', by: 'crs', where: 'crs_high' }],
    ['no events', { analysis: 'survival', endpoint: 'os', where: '!died' }],
    ['no events in two groups', { analysis: 'survival', endpoint: 'os', by: 'crs', where: '!died' }],
  ])('answers a survival question with %s, and says so', async (_, question) => {
    const { status, json } = await result(CRLM, question);
    expect(status).toBe(200);
    expect(json.findings.warnings.length).toBeGreaterThan(0);
    expect((await ask(`/cohorts/${CRLM}/results/${json.id}.svg`)).text).toContain('<svg');
  });
});
