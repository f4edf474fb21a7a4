import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Problem, parseDefinition, propose, type SourceRecords } from '../../../lib/cohort/index.ts';
import { isTotal } from '../../../lib/cohort/reading/total-row.ts';
import { frameOf, read } from './read.ts';

const TOTALS = [
  'Total',
  ' TOTAL: ',
  'total.',
  'Total =',
  'Total (286)',
  'Total: 1,286',
  'Totals [n = 286]',
  'Grand total',
  'Sub-total',
  'Total number of patients',
  'Sum',
  'Summe',
  'Summe gesamt',
  'Zwischensumme:',
  'Gesamt',
  'Gesamt (n=286)',
  'Anzahl Patienten',
  'Mittelwert',
  'Mittelwert ± SD',
  'Durchschnitt',
  'Mean',
  'Mean (SD)',
  'Mean (3.5)',
  'Median',
  'MEDIAN [IQR]',
  'Count',
  'n =',
  'n = 286',
  'N=286',
  'n (286)',
  'N:',
  'Min:',
  'Somme',
  'Moyenne',
  'Médiane',
  'Me\u0301diane',
  'Écart-type',
  'Effectif',
  'Totale',
  'Somma',
  'Media',
  'Deviazione standard',
  'Suma',
  'Promedio',
  'Desviación estándar',
  'Σ',
];

const PATIENTS = [
  'TOTAL-001',
  'Total 001',
  'TOTAL_286',
  'N12',
  'N-12',
  'n 12',
  'N',
  'n.',
  'SD',
  'Max',
  'Sum3',
  'Summer',
  'Totaler',
  'MEAN-A',
  'Patient: 12',
  'Patient n: 12',
  'No: 12',
  'Number: 12',
  'Case 3',
  'Median M.',
  '286',
  'P1',
  '',
  '=',
  '(286)',
];

describe('A key', () => {
  it.each(TOTALS)('that says what all rows come to is no patient: %j', (cell) => expect(isTotal(cell)).toBe(true));

  it.each(PATIENTS)('that has more than such words, or a number of its own, is one: %j', (cell) =>
    expect(isTotal(cell)).toBe(false),
  );
});

const YAML = `title: T
tables:
  - { match: p.csv, rows: patient, patient: id, columns: { age: integer, seen: date, extent: { codes: [Total, Partial] } } }
  - { match: s.csv, rows: specimen, patient: id, specimen: sample, columns: { purity: { type: number, of: specimen } } }
  - { match: e.csv, name: visits, rows: event, patient: id, date: day, columns: { day: date } }
`;
const definition = parseDefinition(YAML, 'cohort.yaml');
const told = ({ rule, level, line, column, value }: Problem) => [rule, level, line, column, value];

describe('A row of totals', () => {
  it('is set apart with its line and its word in tables of patients, specimens and events', () => {
    const { frame, problems } = frameOf(YAML, {
      'p.csv': 'no;id;age;seen;extent\n1;A;61;;Total\n2;B;70;;Partial\nn =;;2;;\n;Mittelwert:;65,5;;\n',
      's.csv': 'id,sample,purity\nA,A1,0.5\nB,B1,0.7\nB,Sum,0.7\nTotal (2),,1.2\n',
      'e.csv': 'id,day\nA,2020-01-01\nB,2020-01-02\nMédiane,2020-01-01\n',
    });
    expect(frame.rows).toBe(2);
    expect(problems.map(told)).toEqual([
      ['total-row', 'error', 4, 'no', 'n ='],
      ['total-row', 'error', 5, 'id', 'Mittelwert:'],
      ['total-row', 'error', 4, 'sample', 'Sum'],
      ['total-row', 'error', 5, 'id', 'Total (2)'],
      ['total-row', 'error', 4, 'id', 'Médiane'],
    ]);
  });

  it('is not one of a patient with such a value, nor of somebody who has a specimen and is not named', () => {
    const { problems } = frameOf(YAML, {
      'p.csv': 'id,age,seen,extent\nTOTAL-001,61,,Total\n,62,,\n',
      's.csv': 'id,sample,purity,extent\n,B1,0.7,Total\n',
    });
    expect(problems.map(told)).toEqual([
      ['no-identifier', 'error', 3, 'id', undefined],
      ['no-identifier', 'error', 2, 'id', undefined],
    ]);
  });

  it('changes no record of a patient, also where it would decide how dates of its column are meant', () => {
    const date = fc.constantFrom('03/04/2021', '05/06/2020', '25/04/2021', '2021-02-03', '');
    const patient = fc.record({ age: fc.constantFrom('61', '7,5', '1.234,5', 'old', ''), seen: date });
    const total = fc.record({
      word: fc.constantFrom(...TOTALS),
      age: fc.constantFrom('1.234', '99999', '65,5'),
      seen: fc.constantFrom('04/25/2021', '25/04/2021', ''),
      first: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(patient, { maxLength: 8 }),
        fc.array(total, { minLength: 1, maxLength: 4 }),
        (rows, sums) => {
          const patients = rows.map(({ age, seen }, i) => `;P${i};${age};${seen};`);
          const totals = sums.map(({ word, age, seen, first }) => `${first ? `${word};` : `;${word}`};${age};${seen};`);
          const recordsOf = (lines: readonly string[]): readonly [SourceRecords, readonly Problem[]] => {
            const { source, problems } = read(definition, 'p.csv', ['no;id;age;seen;extent', ...lines].join('\n'));
            return [source.records, problems];
          };
          const [without, problems] = recordsOf(patients);
          const [within, more] = recordsOf([...patients, ...totals]);
          expect(within).toEqual(without);
          expect(more.filter(({ rule }) => rule !== 'total-row')).toEqual(problems);
          expect(more.filter(({ rule }) => rule === 'total-row')).toHaveLength(sums.length);
        },
      ),
    );
  });
});

describe('A draft', () => {
  const rows = Array.from({ length: 30 }, (_, i) => [
    `P${i}`,
    String(40 + (i % 37)),
    i % 3 === 0 ? 'Total' : 'Partial',
    i % 2 ? 'F' : 'M',
  ]);
  const drafted = (columns: readonly string[], more: readonly (readonly string[])[]) =>
    propose({
      cohort: 'c',
      tables: [{ file: 'a.csv', columns, rows: more, identifying: [] }],
      alterations: [],
      dictionary: [],
      panels: [],
      alone: [],
      unread: [],
    });

  it('is the same with rows of totals below the table, which it tells of', () => {
    const columns = ['patient_id', 'age', 'resection', 'sex'];
    const without = drafted(columns, rows);
    const within = drafted(columns, [
      ...rows,
      ['Summe', '99999', '10', 'n = 15'],
      ['Mittelwert', '57,3', '', 'männlich: 50 %'],
      ['', 'Median:', '', 'x'],
    ]);
    expect(within.definition).toEqual(without.definition);
    expect(within.questions).toEqual(without.questions);
    expect(within.evidence.filter(({ says }) => !without.evidence.some((one) => one.says === says))).toEqual([
      {
        place: '/tables/0',
        file: 'a.csv',
        column: 'patient_id',
        says: 'rows of totals, which are no patients: 3',
      },
    ]);
    expect(within.definition).toMatchObject({
      tables: [{ rows: 'patient', columns: { age: { type: 'integer' }, resection: { codes: ['Partial', 'Total'] } } }],
    });
  });

  it('keeps a code of that name in the first column', () => {
    const turned = rows.map(([id, age, extent, sex]) => [extent!, id!, age!, sex!]);
    const few = turned.map(([extent, ...row], i) => [i < 4 ? extent! : 'Partial', ...row]);
    for (const table of [turned, few])
      expect(drafted(['resection', 'patient_id', 'age', 'sex'], table).definition).toMatchObject({
        tables: [{ patient: 'patient_id', columns: { resection: { codes: ['Partial', 'Total'] } } }],
      });
  });
});
