import { writeXlsx } from 'hucre/xlsx';
import { expect, it } from 'vitest';
import { marksOf } from '../../../lib/answer/marks.ts';
import type { Problem } from '../../../lib/cohort/index.ts';

const DEFINITION = `title: T
tables:
  - { match: b.xlsx, sheet: People, header: [2, 3], rows: patient, patient: id, columns: { after: { from: "CEA / after", type: number } } }
  - { match: b.xlsx, sheet: Samples, rows: specimen, patient: id, specimen: sample, columns: { site: { codes: [liver], of: specimen } } }
`;

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
  const documents = { get: async () => Buffer.from(DEFINITION) };
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
  const ports = { documents } as unknown as Parameters<typeof marksOf>[5];
  const marks = await marksOf({ site: 's', cohort: 'c' }, 'b.xlsx', problems, open, 'digest', ports);
  expect(marks.map(({ sheet, row, column }) => [sheet, row, column])).toEqual([
    ['People', 4, 2],
    ['Samples', 2, 2],
    ['Samples', 2, 1],
    ['Samples', 2, 0],
    ['People', 4, 2],
  ]);
});
