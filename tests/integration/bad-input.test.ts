import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { demoFiles, give, problems } from './cohort.ts';

const DEFINITION = `title: Bad input
missing: ["", "-999"]
tables:
  - match: "*.csv"
    rows: patient
    patient: id
    columns:
      diagnosed: { type: date }
      cea: { type: number, unit: ng/ml }
      os_time: { from: months, type: duration, unit: months }
      died: { type: boolean }
  - match: "*.xlsx"
    rows: patient
    patient: Patient-ID
    columns:
      sex: { type: category, codes: { "1": male, "2": female } }
alterations:
  - { match: "*.maf*", specimen: Tumor_Sample_Barcode, covers: present, panel: exome }
endpoints:
  os: { origin: diagnosis, time: os_time, event: died }
`;

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const utf16 = (text: string): Buffer => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
const gzipped = gzipSync('id,diagnosed,cea,months,died\nt1,2015-03-02,3,5,1\n'.repeat(50));

const REFUSED: Readonly<Record<string, readonly [Uint8Array | string, string]>> = {
  'empty.csv': ['', 'empty-file'],
  'picture.csv': [PNG, 'binary-file'],
  'double.csv': ['id,cea,cea\nr1,2,3\n', 'duplicate-header'],
  'quote.csv': ['id,diagnosed,cea,months,died\nq1,"2015-03-02,3,5,1\nq2,2015-03-02,3,5,1\n', 'unclosed-quote'],
  'truncated.csv': [gzipped.subarray(0, gzipped.length - 9), 'truncated'],
  'bomb.csv': [gzipSync(Buffer.alloc(300_000_000, 'id,diagnosed,cea,months,died\n')), 'over-limit'],
  'nobody.csv': ['name,cea\nA,3\n', 'no-patient-column'],
};

const READ: Readonly<Record<string, Uint8Array | string>> = {
  'wide.csv': utf16('id\tdiagnosed\tcea\tmonths\tdied\r\nu1\t2015-03-02\t3\t5\t1\r\n'),
  'latin.csv': Buffer.from('id,diagnosed,cea,months,died\nl\u00e41,2015-03-02,3,5,1\n', 'latin1'),
  'decimal.csv': '\ufeffid;diagnosed;cea;months;died\r\nd1;31.12.2015;3,5;5,25;1\r\nd2;30.12.2015;12,5;6;0\r\n',
  'dates.csv': 'id,diagnosed,cea,months,died\ni1,2021-02-30,3,5,1\ni2,2015-03-02,3,-5,1\n',
  'unknown.maf':
    'Hugo_Symbol\tTumor_Sample_Barcode\tVariant_Classification\nKRAS\tZZ-1\tMissense_Mutation\nTP53\tZZ-1\tMissense_Mutation\n',
  'a b+c ü %2e.csv': 'id,diagnosed,cea,months,died\nk1,2015-03-02,3,5,1\n',
};

describe('A file that cannot be trusted', () => {
  let states: Awaited<ReturnType<typeof give>>;
  beforeAll(async () => {
    states = await give('bad', {
      'cohort.yaml': DEFINITION,
      ...READ,
      ...Object.fromEntries(Object.entries(REFUSED).map(([name, [body]]) => [name, body])),
    });
  });

  it.each(Object.entries(REFUSED))('is refused: %s', async (name, [, reason]) => {
    expect(states.get(name)).toMatchObject({ verdict: 'rejected', reason, answers: 'nothing' });
    expect((await problems('bad')).find(({ file }) => file === name)).toMatchObject({
      level: 'file',
      rule: reason,
      says: /\S/,
      remedy: /\S/,
    });
  });

  it.each(Object.keys(READ))('costs nothing that is good: %s is read', (name) => {
    expect(states.get(name)?.verdict).toMatch(/^accepted/);
  });

  it('leaves an impossible date as a missing cell, and a negative time as a row apart', async () => {
    const told = (await problems('bad')).filter(({ file }) => file === 'dates.csv');
    expect(told.map(({ line, level, column }) => [line, level, column])).toEqual(
      expect.arrayContaining([
        [2, 'cell', 'diagnosed'],
        [3, 'error', 'months'],
      ]),
    );
  });

  it('tells a specimen of nobody once, with its rows', async () => {
    const told = (await problems('bad')).filter(({ rule }) => rule.startsWith('unknown-'));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ file: 'unknown.maf', rows: 2 });
  });

  it('reads a workbook as its sheet in CSV', async () => {
    const { 'clinical.csv': csv, 'cohort.yaml': yaml } = demoFiles('crlm-tcia');
    const workbook = new Uint8Array(
      (await import('node:fs')).readFileSync(new URL('../../demo/data/crlm-tcia/clinical.xlsx', import.meta.url)),
    );
    const asWorkbook = new TextDecoder().decode(yaml).replaceAll('clinical.csv', 'clinical.xlsx');
    const states = await give('workbook', { 'cohort.yaml': asWorkbook, 'clinical.xlsx': workbook });
    expect(states.get('clinical.xlsx')?.verdict).toMatch(/^accepted/);
    const { ask } = await import('./client.ts');
    expect((await ask('/cohorts/workbook')).json.patients).toBe(
      new TextDecoder().decode(csv).trimEnd().split('\n').length - 2,
    );
    const { json } = await ask('/cohorts/workbook/results', { body: { analysis: 'survival', endpoint: 'os' } });
    expect(json.findings.counts).toMatchObject({ used: 197, events: 107 });
  });
});
