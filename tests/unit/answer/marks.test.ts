import { writeXlsx } from 'hucre/xlsx';
import { expect, it } from 'vitest';
import { marksOf } from '../../../lib/answer/marks.ts';
import { screenUnread } from '../../../lib/answer/unread-sheets.ts';
import { type Problem, parseDefinition, planReading } from '../../../lib/cohort/index.ts';

const DEFINITION = `title: T
tables:
  - { match: b.xlsx, sheet: People, header: [2, 3], rows: patient, patient: id, columns: { after: { from: "CEA / after", type: number } } }
  - { match: b.xlsx, sheet: Samples, rows: specimen, patient: id, specimen: sample, columns: { site: { codes: [liver], of: specimen } } }
`;

const READING = planReading(parseDefinition(DEFINITION, 'cohort.yaml'), 'b.xlsx');

it('A mark stands in the sheet and the cell of its problem, under a header of two lines too', async () => {
  const bytes = await writeXlsx({
    sheets: [
      {
        name: 'People',
        rows: [['Liver study'], ['id', 'CEA', null], [null, 'before', 'after'], ['p1', 5, 'x']],
        merges: [{ startRow: 1, startCol: 1, endRow: 1, endCol: 2 }],
      },
      {
        name: 'Samples',
        rows: [
          ['sample', 'id', 'site'],
          ['s1', 'p9', 'lung'],
        ],
      },
    ],
  });
  const open = async () =>
    (async function* () {
      yield bytes;
    })();
  const problem = (sheet: string, line: number, column?: string): Problem => ({
    rule: 'r',
    level: 'cell',
    file: 'b.xlsx',
    sheet,
    line,
    ...(column !== undefined && { column }),
    says: 's',
    remedy: 'm',
  });
  const problems = [
    problem('People', 4, 'CEA / after'),
    problem('Samples', 2, 'site'),
    problem('Samples', 2, 'id'),
    problem('Samples', 2),
    problem('People', 4, 'C'),
  ];
  const marks = await marksOf('b.xlsx', problems, open, READING);
  expect(marks.map(({ sheet, row, column }) => [sheet, row, column])).toEqual([
    ['People', 4, 2],
    ['Samples', 2, 2],
    ['Samples', 2, 1],
    ['Samples', 2, 0],
    ['People', 4, 2],
  ]);
});

it.each([
  ['a sheet', {}],
  ['a hidden sheet', { hidden: true }],
])('No copy is made of a workbook that tells who patients are in %s that nothing reads', async (_, how) => {
  const people = ['Weber, Anna', 'Koch, Emil', 'Richter, Ida', 'Klein, Georg', 'Wagner, Frida', 'Becker, Carl'];
  const book = (rows: readonly (readonly (string | number)[])[], sheets: object = how) =>
    writeXlsx({
      sheets: [
        { name: 'People', rows: [['Liver study'], ['id', 'CEA'], [null, 'after'], ['p1', 5]] },
        {
          name: 'Samples',
          rows: [
            ['sample', 'id', 'site'],
            ['s1', 'p1', 'liver'],
          ],
        },
        { name: 'Key', rows: rows.map((row) => [...row]), ...sheets },
      ],
    });
  const screen = async (bytes: Uint8Array) => {
    const open = async () =>
      (async function* () {
        yield bytes;
      })();
    return screenUnread(open, 'b.xlsx', READING).catch((error: unknown) => error);
  };
  const named = people.map((name, i) => [`p${i}`, name]);
  const told = await screen(await book([['id', 'who'], ...named]));
  expect(told).toMatchObject({ code: 'direct-identifiers', place: { sheet: 'Key' } });
  expect(String((told as Error).message)).toMatch(/the column who holds names of persons/);
  expect(JSON.stringify(told)).not.toMatch(/Weber/);
  expect(await screen(await book([['Key of 2024'], ['id', 'who'], ...named]))).toMatchObject({
    code: 'direct-identifiers',
  });
  expect(await screen(await book([['code', 'means'], ...people.map((__, i) => [i, `stage ${i}`])]))).toBeUndefined();
});
