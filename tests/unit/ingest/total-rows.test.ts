import { type Cell, writeXlsx } from 'hucre/xlsx';
import { expect, it } from 'vitest';
import { DEFINITION_KEY } from '../../../lib/ingest/index.ts';
import { drain } from './settle.ts';
import { World } from './world.ts';

const DEFINITION = `title: Totals
tables:
  - { match: "patients.*", rows: patient, patient: id, columns: { age: integer, ldh: number } }
`;

async function readOf(key: string, content: string | Uint8Array) {
  const world = new World();
  for (const [name, bytes] of Object.entries({ [DEFINITION_KEY]: DEFINITION, [key]: content })) {
    world.put(name, bytes);
    world.hint(name);
  }
  await drain(world);
  const attempts = [...world.attempts.values()];
  return {
    patients: attempts.flatMap(({ patients }) => patients.map(({ identifier, values }) => [identifier, values])),
    problems: attempts.flatMap(({ problems }) =>
      problems.map(({ rule, level, line, column, value }) => [rule, level, line, column, value]),
    ),
  };
}

const PATIENTS = [
  ['P1', { age: 61, ldh: 210.5 }],
  ['P2', { age: 70, ldh: 190 }],
];

it('A CSV with sums and means below its rows has the patients above them', async () => {
  const csv = 'id;age;ldh\nP1;61;210,5\nP2;70;190\n;;\nSumme;131;400,5\nMittelwert:;65,5;200,25\nn = 2;;\n';
  const { patients, problems } = await readOf('patients.csv', csv);
  expect(patients).toEqual(PATIENTS);
  expect(problems.filter(([rule]) => rule === 'total-row')).toEqual([
    ['total-row', 'error', 5, 'id', 'Summe'],
    ['total-row', 'error', 6, 'id', 'Mittelwert:'],
    ['total-row', 'error', 7, 'id', 'n = 2'],
  ]);
  expect(problems.map(([rule]) => rule)).toEqual(['total-row', 'total-row', 'total-row', 'decimal-comma']);
});

it('A workbook whose last rows are formulas, words among them, has the patients above them', async () => {
  const rows = [
    ['id', 'age', 'ldh'],
    ['P1', 61, 210.5],
    ['P2', 70, 190],
    ['Total', null, null],
    [null, null, null],
  ];
  const cells = new Map<string, Partial<Cell>>([
    ['3,1', { value: 131, formula: 'SUM(B2:B3)', formulaResult: 131 }],
    ['3,2', { value: 400.5, formula: 'SUM(C2:C3)', formulaResult: 400.5 }],
    ['4,0', { value: 'n = 2', formula: '"n = "&COUNTA(A2:A3)', formulaResult: 'n = 2' }],
    ['4,1', { value: 65.5, formula: 'AVERAGE(B2:B3)', formulaResult: 65.5 }],
  ]);
  const { patients, problems } = await readOf(
    'patients.xlsx',
    await writeXlsx({ sheets: [{ name: 'A', rows, cells }] }),
  );
  expect(patients).toEqual(PATIENTS);
  expect(problems).toEqual([
    ['total-row', 'error', 4, 'id', 'Total'],
    ['total-row', 'error', 5, 'id', 'n = 2'],
  ]);
});
