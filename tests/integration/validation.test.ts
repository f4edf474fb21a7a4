import { readFileSync } from 'node:fs';
import { writeXlsx } from 'hucre/xlsx';
import { describe, expect, inject, it } from 'vitest';
import { RULE_TEMPLATES, RULES } from '../../lib/cohort/index.ts';
import { annotateWorkbook, openSource } from '../../lib/formats/index.ts';
import { ask, until } from './client.ts';
import { demoFiles, give, problems, result, settled, sources, table } from './cohort.ts';

const CLINICAL = `id,diagnosed,died,dead,size,os
a,2018-01-01,2019-06-01,yes,3.2,17
b,2018-01-01,2017-01-01,yes,2.5,0
c,2018-01-01,,no,4.1,24
d,2018-01-01,,yes,17000,30
`;
const SURGERY = `id,day,margin,ned
a,2018-06-01,R0,yes
c,2018-05-01,R2,yes
x,2018-05-01,R0,yes
`;
const DEFINITION = `title: Checked
tables:
  - { match: clinical.csv, rows: patient, patient: id, columns: { diagnosed: date, died: date, dead: boolean, size: { type: number, unit: cm, range: [0, 30] }, os: { type: duration, unit: months } } }
  - { match: surgery.csv, name: surgery, rows: event, patient: id, date: day, columns: { day: date, margin: { codes: [R0, R1, R2] }, ned: boolean } }
checks:
  - { id: died-before, level: error, cel: died < diagnosed }
  - { id: no-date, level: warning, cel: dead && missing(died), column: died }
  - { id: r2-ned, of: surgery, level: warning, cel: 'margin == "R2" && ned' }
derived:
  resected: exists(surgery, margin in ["R0", "R1"])
endpoints:
  os: { origin: diagnosis, time: os, event: dead }
groups:
  resected: { by: resected }
criteria:
  - { id: 1, says: operated on, cel: 'exists(surgery, true)' }
`;

const PLAN = `plan:
  items:
    - { id: Fig4, analysis: survival, endpoint: os }
  sensitivities:
    S1: { says: whoever was not operated on stays, criteria: { 1: drop }, of: [Fig4] }
`;

type Row = Readonly<Record<string, unknown>>;

describe('A cohort with tables of events and checks', () => {
  it('tells what contradicts what, at its place, and answers from the rest', async () => {
    await give('checked', { 'cohort.yaml': DEFINITION, 'clinical.csv': CLINICAL, 'surgery.csv': SURGERY });
    const told = (await problems('checked')).map(({ rule, level, file, line }) => [rule, level, file, line]);
    expect(told.sort()).toEqual(
      [
        ['died-before', 'error', 'clinical.csv', 3],
        ['no-date', 'warning', 'clinical.csv', 5],
        ['out-of-range', 'cell', 'clinical.csv', 5],
        ['r2-ned', 'warning', 'surgery.csv', 3],
        ['unknown-patient', 'error', 'surgery.csv', 4],
      ].sort(),
    );
    const { json } = await ask('/cohorts/checked');
    expect(json.patients).toBe(3);
    // A list function in a question: events are part of the frame.
    const answer = await result('checked', {
      analysis: 'survival',
      endpoint: 'os',
      where: 'exists(surgery, day < date("2018-05-15"))',
    });
    expect(answer.status).toBe(200);
    expect(answer.json.frame.patients).toBe(3);
    expect(JSON.stringify(answer.json.findings)).toContain('1');
  });

  it("hands out its lists as tables of the frame, and a patient's dated rows with her record", async () => {
    expect((await ask('/cohorts/checked/frame/list.surgery.parquet')).status).toBe(200);
    for (const file of ['list.nothing.parquet', 'list...parquet', 'problems.json'])
      expect((await ask(`/cohorts/checked/frame/${file}`)).status).toBe(404);
    const { readParquet } = await import('../../lib/formats/index.ts');
    const response = await fetch(`${inject('api')}/cohorts/checked/frame/list.surgery.parquet`, {
      headers: { authorization: `Bearer ${inject('tokens').a.analyst}` },
    });
    const { table } = await readParquet(new Uint8Array(await response.arrayBuffer()));
    expect([table.rows, [...table.columns.keys()].sort()]).toEqual([2, ['day', 'margin', 'ned', 'patient']]);
    const patients = table.columns.get('patient');
    const keys = patients?.type === 'text' ? patients.values : [];
    const { json } = await ask(`/cohorts/checked/patients/${keys[0]}`);
    expect(json.rows.map(({ file, table: of }: { file: string; table?: string }) => [file, of])).toEqual([
      ['clinical.csv', undefined],
      ['surgery.csv', 'surgery'],
    ]);
    expect(json.rows[1].values.day).toMatch(/^2018-0[56]-01$/);
  });

  it('tells its steward alone who was excluded, at which step and why', async () => {
    const { json: flow } = await result('checked', { analysis: 'eligibility' });
    expect(table(flow, 'flow').rows.map(({ step, remaining }: Row) => [step, remaining])).toEqual([
      ['', 4],
      ['0', 3],
      ['1', 2],
    ]);
    const path = `/cohorts/checked/results/${flow.id}/excluded`;
    const { status, json } = await ask(path, { role: 'steward' });
    expect(status).toBe(200);
    expect(json).toMatchObject({ total: 2, from: 0 });
    expect(json.excluded).toEqual([
      {
        patient: expect.stringMatching(/^[0-9a-f]{32}$/),
        identifier: 'b',
        step: '0',
        says: 'rows set apart by validation',
        why: 'set apart',
        rule: 'died-before',
      },
      { patient: expect.any(String), identifier: 'd', step: '1', says: 'operated on', why: 'not met' },
    ]);
    expect((await ask(`/cohorts/checked/patients/${json.excluded[1].patient}`)).json.rows[0].identifier).toBe('d');
    const second = await ask(`${path}?from=1&limit=1`);
    expect(second.json).toMatchObject({ total: 2, from: 1, excluded: [{ identifier: 'd' }] });
    expect((await ask(`${path}?limit=1`)).json.next).toBe(1);
    for (const role of ['analyst', 'viewer', 'auditor'] as const)
      expect((await ask(path, { role })).json.code).toBe('role-needed');
    expect((await ask(path, { site: 'b', role: 'steward' })).status).toBe(404);
    expect((await ask(`/cohorts/checked/results/${'0'.repeat(64)}/excluded`)).status).toBe(404);
    expect(JSON.stringify(flow)).not.toMatch(/[0-9a-f]{32}(?![0-9a-f])(?<![0-9a-f]{33})/); // a viewer reads the flow
    // Every other analysis is of the eligible.
    const { json: curve } = await result('checked', { analysis: 'survival', endpoint: 'os' });
    expect(curve.findings.counts).toMatchObject({ patients: 3, used: 2 });
    expect(curve.findings.counts.excluded[0]).toMatchObject({
      patients: 1,
      reason: expect.stringMatching(/not eligible/),
    });
  });

  it('answers under a sensitivity of its plan, whose items are held against their analyses when it is put', async () => {
    const wrong = await ask('/cohorts/checked/definition', {
      method: 'PUT',
      role: 'steward',
      body: DEFINITION + PLAN.replace('endpoint: os', 'endpoint: ox'),
      headers: { 'content-type': 'application/yaml' },
    });
    expect([wrong.status, wrong.json.code]).toEqual([422, 'invalid-definition']);
    const line = (DEFINITION + PLAN).split('\n').findIndex((text) => text.includes('analysis: survival')) + 1;
    expect(wrong.json.problems).toEqual([
      expect.objectContaining({ line, says: expect.stringMatching(/no endpoint ox/) }),
    ]);
    await give('checked', { 'cohort.yaml': DEFINITION + PLAN });
    const question = { analysis: 'survival', endpoint: 'os' };
    const [plain, varied] = [
      await result('checked', question),
      await result('checked', { ...question, sensitivity: 'S1' }),
    ];
    expect([plain.json.findings.counts.used, varied.json.findings.counts.used]).toEqual([2, 3]);
    expect(varied.json.findings.title).toMatch(/\(S1: whoever was not operated on stays\)$/);
    expect(varied.json.frame.digest).toBe(plain.json.frame.digest);
    expect(varied.json.id).not.toBe(plain.json.id);
    const unknown = await result('checked', { ...question, sensitivity: 'S2' });
    expect([unknown.status, unknown.json.code, unknown.json.place.pointer]).toEqual([
      422,
      'unknown-sensitivity',
      '/sensitivity',
    ]);
    const { json: flow } = await result('checked', { analysis: 'eligibility', sensitivity: 'S1' });
    expect((await ask(`/cohorts/checked/results/${flow.id}/excluded`)).json.excluded).toEqual([
      expect.objectContaining({ identifier: 'b', step: '0' }),
    ]);
    const { json: kept } = await ask('/cohorts/checked/definition/versions', { role: 'viewer' });
    expect(kept.versions[0]).toMatchObject({
      plan: expect.stringMatching(/^[0-9a-f]{64}$/),
      planChanges: [
        { part: 'item Fig4', change: 'added' },
        { part: 'sensitivity S1', change: 'added' },
      ],
    });
    expect(kept.versions[1]).not.toHaveProperty('plan');
    await give('checked', { 'cohort.yaml': DEFINITION });
  });

  it('keeps versions of its definition, and shows what changed', async () => {
    const before = (await ask('/cohorts/checked')).json.definition;
    await give('checked', { 'cohort.yaml': DEFINITION.replace('range: [0, 30]', 'range: [0, 20]') });
    const after = (await ask('/cohorts/checked')).json.definition;
    expect(after).not.toBe(before);
    const { json } = await ask('/cohorts/checked/definition/versions', { role: 'viewer' });
    expect(
      json.versions.map((version: { definition: string; inForce: boolean }) => [version.definition, version.inForce]),
    ).toEqual(
      expect.arrayContaining([
        [after, true],
        [before, false],
      ]),
    );
    const changed = await ask(`/cohorts/checked/definition/versions/${after}?against=${before}`);
    expect(changed.json.changes).toEqual([
      { pointer: '/tables/0/columns/size/range', before: [0, 30], after: [0, 20] },
    ]);
    expect(changed.json.readAnew).toBe(1);
    expect((await ask(`/cohorts/checked/definition/versions/${'0'.repeat(64)}`)).status).toBe(404);
  });
});

describe('GET /rules', () => {
  it('lists every rule and template to whoever has a role', async () => {
    for (const role of ['viewer', 'auditor'] as const) {
      const { status, json } = await ask('/rules', { role });
      expect(status).toBe(200);
      expect(json).toEqual({ rules: RULES, templates: RULE_TEMPLATES });
    }
  });
});

async function proposal(cohort: string) {
  const posted = await ask(`/cohorts/${cohort}/definition/proposals`, { method: 'POST' });
  if (posted.status !== 202) return posted;
  return until(
    () => ask(posted.headers.get('location')!),
    ({ status }) => status !== 202,
  );
}

describe('A proposal', () => {
  it('finds what the files of a real cohort tell, asks what they cannot, and is taken by PUT', async () => {
    const { 'cohort.yaml': _, ...files } = demoFiles('tcga-read');
    await give('drafted', files);
    const { status, json } = await proposal('drafted');
    expect(status).toBe(200);
    const { definition, questions, evidence } = json;
    const [clinical] = definition.tables;
    expect(clinical).toMatchObject({
      rows: 'specimen',
      patient: 'Tumor_Sample_Barcode_min',
      specimen: 'Tumor_Sample_Barcode',
      columns: { specimen_type: { of: 'specimen', from: 'Tumor_Sample_Barcode', part: [13, 2] } },
    });
    expect(definition.specimens).toEqual({ counts: 'specimen_type == "primary"' });
    expect(definition.missing).toEqual(expect.arrayContaining(['[Not Available]', '[Discrepancy]']));
    const { os } = definition.endpoints;
    expect([clinical.columns[os.time].from ?? os.time, clinical.columns[os.event].from ?? os.event]).toEqual([
      'CDR_OS.time',
      'CDR_OS',
    ]);
    const asked = questions.map(({ place }: { place: string }) => place);
    for (const place of [
      '/alterations/0/build',
      '/alterations/0/panel',
      '/alterations/0/covers',
      '/qualifying/filters',
      '/groups',
      `/tables/0/columns/${os.time}/unit`,
    ])
      expect(asked).toContain(place);
    expect(JSON.stringify([evidence, questions])).not.toMatch(/TCGA-/);
    const put = await ask('/cohorts/drafted/definition', { method: 'PUT', body: definition });
    expect(put.status).toBe(202);
    await until(
      () => ask('/cohorts/drafted'),
      ({ json: seen }) => seen.definition === put.json.definition && seen.sources.waiting === 0,
      90,
    );
    expect((await ask('/cohorts/drafted')).json.patients).toBe(148);
    // The same content is looked at once: the draft is there at once.
    expect((await ask('/cohorts/drafted/definition/proposals', { method: 'POST' })).json.definition.tables).toEqual(
      definition.tables,
    );
  });

  it('is of nobody else, and of nothing it is refused', async () => {
    expect((await ask('/cohorts/drafted/definition/proposals', { method: 'POST', site: 'b' })).status).toBe(404);
    expect((await ask('/cohorts/drafted/definition/proposals', { method: 'POST', role: 'analyst' })).status).toBe(403);
    await give('undrafted', { 'cohort.yaml': DEFINITION });
    expect((await ask('/cohorts/undrafted/definition/proposals', { method: 'POST' })).json.code).toBe('no-sources');
  });
});

const WITH_NAMES = `id,mrn,patient_name,email,dob,comments,age
p1,00481234,Augusta Featherstone,af@clinic.example,1951-03-02,Seen with her daughter after a fall at home,66
p2,00481235,Bertram Oglethorpe,bo@clinic.example,1948-11-23,He would rather be called in the afternoon,69
p3,00481236,Cordelia Smallbone,cs@clinic.example,1960-07-14,Lives alone and needs a car to come here,57
`;
const IDENTIFIED = `title: Identified
tables: [{ match: "*.csv", rows: patient, patient: id, columns: { age: number } }]
`;

describe('A source that tells who its patients are', () => {
  it('is refused with its columns named, and nothing of it is kept', async () => {
    const all = await give('identified', { 'cohort.yaml': IDENTIFIED, 'people.csv': WITH_NAMES });
    expect(all.get('people.csv')).toMatchObject({
      verdict: 'rejected',
      reason: 'direct-identifiers',
      answers: 'nothing',
    });
    const told = await problems('identified');
    expect(told.map(({ column }) => column).sort()).toEqual(['comments', 'dob', 'email', 'mrn', 'patient_name']);
    const seen = JSON.stringify([told, (await ask('/cohorts/identified')).json, (await proposal('identified')).json]);
    const log = readFileSync(inject('logFile'), 'utf8');
    for (const value of ['Featherstone', '00481234', 'af@clinic', '1951-03-02', 'daughter']) {
      expect(seen).not.toContain(value);
      expect(log).not.toContain(value);
    }
    const { source } = all.get('people.csv')!;
    expect(await ask(`/cohorts/identified/sources/${source}/annotated.xlsx`)).toMatchObject({
      status: 409,
      json: { code: 'direct-identifiers' },
    });
  });

  it('is read once the columns are to be ignored, or hashed', async () => {
    const listed = IDENTIFIED.replace(
      'columns: {',
      'ignore: [patient_name, email, dob, comments], columns: { mrn: key,',
    );
    const all = await give('identified', { 'cohort.yaml': listed });
    await settled('identified', ['people.csv']);
    expect((await sources('identified')).get('people.csv')?.verdict).toBe('accepted');
    expect(all.size).toBe(2);
    const { json } = await ask('/cohorts/identified');
    expect(json.patients).toBe(3);
  });
});

describe('An annotated workbook', () => {
  const YAML = `title: Book
tables: [{ match: book.xlsx, rows: patient, patient: id, columns: { age: { type: number, range: [0, 110] }, sex: { codes: [M, F] } } }]
checks: [{ id: young-man, level: warning, cel: 'age < 40 && sex == "M"', column: age, says: a young man }]
`;

  it('marks the cells of the version that was looked at, and is read as the original is', async () => {
    const rows = [
      ['id', 'age', 'sex'],
      ['a', 61, 'M'],
      ['b', 170, 'F'],
      ['c', 30, 'M'],
      ['d', 50, 'X'],
    ];
    const book = Buffer.from(await writeXlsx({ sheets: [{ name: 'Data', rows }] }));
    const all = await give('book', { 'cohort.yaml': YAML, 'book.xlsx': book });
    const { source } = all.get('book.xlsx')!;
    const address = `/cohorts/book/sources/${source}/annotated.xlsx`;
    expect((await ask(address, { role: 'analyst' })).status).toBe(403);
    expect((await ask(address, { site: 'b' })).status).toBe(404);
    const response = await until(
      () => fetch(`${inject('api')}${address}`, { headers: { authorization: `Bearer ${inject('tokens').a.steward}` } }),
      ({ status }) => status !== 202,
    );
    expect(response.status).toBe(200);
    const annotated = Buffer.from(await response.arrayBuffer());
    const { openXlsx } = await import('hucre/xlsx');
    const [sheet] = (await openXlsx(annotated)).sheets;
    const comments = Object.fromEntries(
      [...sheet!.cells!].flatMap(([place, { comment }]) => (comment ? [[place, comment.text]] : [])),
    );
    expect(Object.keys(comments).sort()).toEqual(['2,1', '3,1', '4,2']);
    expect(comments['2,1']).toMatch(/out-of-range/);
    expect(comments['3,1']).toMatch(/young man/);
    expect(comments['4,2']).toMatch(/not-a-code/);
    const again = await openSource(
      (async function* () {
        yield annotated;
      })(),
      { file: 'book.xlsx' },
    );
    expect(again.columns).toEqual(['id', 'age', 'sex']);
    again.close();
    expect((await annotateWorkbook(annotated, 'book.xlsx', [])).length).toBeGreaterThan(0);
  });

  it('is of a workbook only', async () => {
    const { source } = (await sources('checked')).get('clinical.csv')!;
    const response = await until(
      () => ask(`/cohorts/checked/sources/${source}/annotated.xlsx`),
      ({ status }) => status !== 202,
    );
    expect(response.json.code).toBe('not-a-workbook');
  });
});
