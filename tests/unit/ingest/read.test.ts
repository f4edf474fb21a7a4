import { type Cell, writeXlsx } from 'hucre/xlsx';
import { describe, expect, it } from 'vitest';
import { type Alteration, type Problem, parseDefinition, planReading } from '../../../lib/cohort/index.ts';
import type { AttemptWriter } from '../../../lib/ingest/index.ts';
import { readRecords } from '../../../lib/ingest/read.ts';
import { pseudonymsUnder } from '../../../lib/store/index.ts';

const DEFINITION = parseDefinition(
  `title: Small
tables:
  - { match: "*.csv", rows: patient, patient: id, columns: { age: number } }
alterations:
  - { match: "*.maf", specimen: Tumor_Sample_Barcode, covers: listed, panel: exome, build: GRCh37 }
`,
  'cohort.yaml',
);

/** What came of a file: alterations call by call, and problems. */
async function read(file: string, content: Uint8Array) {
  const calls: (readonly Alteration[])[] = [];
  const unreadable: unknown[] = [];
  const problems: Problem[] = [];
  const writer: AttemptWriter = {
    patients: async () => {},
    specimens: async () => {},
    events: async () => {},
    alterations: async (rows, missing) => {
      calls.push(rows);
      unreadable.push(...missing);
    },
    facts: async () => {},
    problems: async (more) => void problems.push(...more),
    complete: async () => ({ patients: 0, specimens: 0, alterations: 0, problems: 0 }),
  };
  const open = async () =>
    (async function* () {
      yield content;
    })();
  const pseudonym = pseudonymsUnder(new Uint8Array(32));
  await readRecords(open, planReading(DEFINITION, file)!, { file, pseudonym }, writer);
  return { calls, unreadable, problems, pseudonym };
}

const MAF = 'Hugo_Symbol\tTumor_Sample_Barcode\tVariant_Classification\tStart_Position\n';

describe('A source of alterations', () => {
  it('is handed on a batch at a time, in the order of the file', async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => `G${i % 7}\tS${i % 3}\tSilent\t${i}\n`);
    const { calls, problems } = await read('x.maf', Buffer.from(MAF + rows.join('')));
    expect(problems).toEqual([]);
    expect(calls.map((call) => call.length)).toEqual([1000, 1000, 1000, 1000, 1000]);
    expect(calls.flat().map(({ position }) => position)).toEqual(rows.map((_, i) => i));
  });

  it('leaves a gene missing, once, where its row was set apart, and keeps a row with a wrong number', async () => {
    const text = `${MAF}KRAS\tS1\tSilent\nKRAS\tS1\tSilent\nTP53\tS1\tSilent\tx\n\tS1\tSilent\t1\n`;
    const { calls, unreadable, problems, pseudonym } = await read('x.maf', Buffer.from(text));
    expect(calls.flat().map(({ gene, position }) => [gene, position])).toEqual([['TP53', null]]);
    expect(unreadable).toEqual([{ specimen: pseudonym('specimen', 'S1'), gene: 'KRAS' }]);
    expect(problems.map(({ rule, level, line }) => [rule, level, line])).toEqual([
      ['ragged-row', 'error', 2],
      ['ragged-row', 'error', 3],
      ['not-a-number', 'cell', 4],
      ['no-identifier', 'error', 5],
    ]);
  });
});

it('A cell of a workbook is named with its sheet', async () => {
  const cells = new Map<string, Partial<Cell>>([['1,1', { value: null, formula: '1+2' }]]);
  const rows = [
    ['id', 'age'],
    ['P1', null],
    ['P2', 'old'],
  ];
  const { problems } = await read('x.csv', await writeXlsx({ sheets: [{ name: 'Liver', rows, cells }] }));
  expect(problems.map(({ rule, level, sheet, line, column }) => [rule, level, sheet, line, column])).toEqual([
    ['formula-without-value', 'cell', 'Liver', 2, 'B'],
    ['not-a-number', 'cell', 'Liver', 3, 'age'],
  ]);
});

it('A table in Windows-1252 is read with a warning', async () => {
  const { problems } = await read('x.csv', Buffer.from('id,age\nM\xfcller,50\n', 'latin1'));
  expect(problems.map(({ rule, level }) => [rule, level])).toEqual([['taken-for-windows-1252', 'warning']]);
});
