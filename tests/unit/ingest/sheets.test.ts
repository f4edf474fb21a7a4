import { writeXlsx } from 'hucre/xlsx';
import { expect, it } from 'vitest';
import type { Problem } from '../../../lib/cohort/index.ts';
import { DEFINITION_KEY, documentName } from '../../../lib/ingest/index.ts';
import { drain } from './settle.ts';
import { World } from './world.ts';

const DEFINITION = `title: Sheets
tables:
  - { match: book.xlsx, rows: patient, patient: id, columns: { years: { from: AGE, type: integer }, died: date } }
  - { match: book.xlsx, sheet: Samples, rows: specimen, patient: id, specimen: sample, columns: { site: { codes: [liver, lung], of: specimen } } }
  - { match: book.xlsx, sheet: Visits, name: visits, rows: event, patient: id, date: day, columns: { day: date } }
checks:
  - { id: too-young, level: warning, column: years, cel: years < 18 }
  - { id: visit-after-death, level: warning, of: visits, column: day, cel: day > date("2021-01-01") }
`;

it('Every problem between rows of a workbook names its sheet, and the column as the file calls it', async () => {
  const bytes = await writeXlsx({
    sheets: [
      {
        name: 'People',
        rows: [
          ['id', 'AGE', 'died'],
          ['p1', 60, ''],
          ['p2', 17, ''],
          ['p1', 61, ''],
          ['p2', 17, ''],
          ['p3', 50, ''],
        ],
      },
      {
        name: 'Samples',
        rows: [
          ['id', 'sample', 'site'],
          ['p2', 's2', 'liver'],
          ['p2', 's2', 'lung'],
          ['p9', 's9', 'liver'],
        ],
      },
      {
        name: 'Visits',
        rows: [
          ['id', 'day'],
          ['p2', '2020-01-01'],
          ['p2', '2022-01-01'],
          ['p8', '2020-01-01'],
        ],
      },
    ],
  });
  const world = new World();
  for (const [key, content] of Object.entries({ [DEFINITION_KEY]: DEFINITION, 'book.xlsx': bytes })) {
    world.put(key, content);
    world.hint(key);
  }
  await drain(world);
  const document = world.documents.get(documentName.frame(world.current!.frame!, 'problems.json'))!;
  const problems = JSON.parse(new TextDecoder().decode(document.body)) as readonly Problem[];
  const told = problems.map(({ rule, sheet, line, column, value }) => [sheet, line, rule, column, value]);
  expect(told.toSorted((a, b) => (`${a}` < `${b}` ? -1 : 1))).toEqual([
    ['People', 3, 'too-young', 'AGE', '17'],
    ['People', 4, 'conflicting-values', 'AGE', '61'],
    ['People', 5, 'duplicate-patient', undefined, 'p2'],
    ['People', 6, 'patient-without-specimen', undefined, 'p3'],
    ['Samples', 3, 'conflicting-values', 'site', 'lung'],
    ['Samples', 4, 'unknown-patient', 'id', 'p9'],
    ['Visits', 3, 'visit-after-death', 'day', '2022-01-01'],
    ['Visits', 4, 'unknown-patient', 'id', 'p8'],
  ]);
});
