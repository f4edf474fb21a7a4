import { writeXlsx } from 'hucre/xlsx';
import { describe, expect, it } from 'vitest';
import { lookAt } from '../../../lib/answer/bucket.ts';
import { parseDefinition, planReading, propose } from '../../../lib/cohort/index.ts';

type Cells = readonly (string | number | null)[];
type Merge = readonly [row: number, first: number, last: number, lastRow?: number];

async function workbook(rows: readonly Cells[], merges: readonly Merge[] = []): Promise<Uint8Array> {
  return writeXlsx({
    sheets: [
      {
        name: 'A',
        rows: rows.map((row) => [...row]),
        merges: merges.map(([startRow, startCol, endCol, endRow = startRow]) => ({
          startRow,
          startCol,
          endRow,
          endCol,
        })),
      },
    ],
  });
}

/** The table that a file is taken for. */
async function seenIn(file: string, content: Uint8Array | string) {
  const sources = {
    open: async () =>
      (async function* () {
        yield Buffer.from(content as string);
      })(),
  };
  const ports = { sources } as unknown as Parameters<typeof lookAt>[2];
  const seen = await lookAt({ site: 's', cohort: 'c' }, [{ key: file, etag: '1' }], ports);
  const proposal = propose(seen);
  parseDefinition(JSON.stringify(proposal.definition), 'cohort.yaml');
  return { ...seen.tables[0]!, proposal };
}

const BODY: readonly Cells[] = Array.from({ length: 30 }, (_, i) => [`P${i}`, 5 + i, 6 + i, 60 + i, i % 2 ? 'f' : 'm']);

describe('A header of two lines is found in a draft', () => {
  it('where a title stands above groups that are merged over the names of their columns', async () => {
    const rows: readonly Cells[] = [
      ['Liver study, all patients', null, null, null, null],
      [],
      ['patient_id', 'CEA', null, 'age', 'sex'],
      [null, 'before', 'after', null, null],
      ...BODY,
    ];
    const bytes = await workbook(rows, [
      [0, 0, 4],
      [2, 1, 2],
      [2, 0, 0, 3],
    ]);
    const { header, columns, rows: cells, proposal } = await seenIn('a.xlsx', bytes);
    expect([header, columns, cells.length]).toEqual([
      [3, 4],
      ['patient_id', 'CEA / before', 'CEA / after', 'age', 'sex'],
      30,
    ]);
    expect(proposal.definition).toMatchObject({ tables: [{ match: 'a.xlsx', header: [3, 4], patient: 'patient_id' }] });
    expect(proposal.evidence.find(({ place }) => place === '/tables/0/header')?.says).toMatch(/lines 3 and 4/);
    const reading = planReading(parseDefinition(JSON.stringify(proposal.definition), 'cohort.yaml'), 'a.xlsx');
    expect(reading?.tables[0]?.columns.map(({ from }) => from)).toContain('CEA / after');
  });

  it('where the last columns are a group, and without a title', async () => {
    const rows: readonly Cells[] = [
      ['patient_id', 'age', 'CEA', null, null],
      [null, null, 'before', 'during', 'after'],
      ...Array.from({ length: 20 }, (_, i) => [`P${i}`, 60 + i, i, i, i]),
    ];
    const { header, columns } = await seenIn('a.xlsx', await workbook(rows, [[0, 2, 4]]));
    expect([header, columns]).toEqual([
      [1, 2],
      ['patient_id', 'age', 'CEA / before', 'CEA / during', 'CEA / after'],
    ]);
  });

  it('where the groups were saved as CSV', async () => {
    const csv = `patient_id,CEA,,age,sex\n,before,after,,\n${BODY.map((row) => row.join(',')).join('\n')}\n`;
    const { header, columns } = await seenIn('a.csv', csv);
    expect([header, columns]).toEqual([
      [1, 2],
      ['patient_id', 'CEA / before', 'after', 'age', 'sex'],
    ]);
  });
});

describe('A header of one line stays one', () => {
  it.each<[string, readonly Cells[], unknown]>([
    ['under nothing', [['patient_id', 'c0', 'c1', 'age', 'sex'], ...BODY], undefined],
    ['under a title', [['Patients'], ['patient_id', 'c0', 'c1', 'age', 'sex'], ...BODY], 2],
    [
      'under a title of two cells',
      [['Patients', 'version three'], ['patient_id', 'before', 'after', 'age', 'sex'], ...BODY],
      2,
    ],
    [
      'above rows of words',
      [
        ['patient_id', 'site', 'sex'],
        ['PA', 'colon', 'f'],
        ['PB', 'colon', 'm'],
        ['PC', 'rectum', 'f'],
      ],
      undefined,
    ],
    [
      'with a column that has no name',
      [
        ['patient_id', 'site', '', 'sex'],
        ['PA', 'colon', 'left', 'f'],
        ['PB', 'colon', 'left', 'm'],
        ['PC', 'rectum', '', 'f'],
      ],
      undefined,
    ],
  ])('%s', async (_, rows, line) => {
    const { header } = await seenIn('a.xlsx', await workbook(rows));
    expect(header).toEqual(line);
  });
});
