import { describe, expect, it } from 'vitest';
import { parseDefinition, propose, type SeenTable } from '../../../lib/cohort/index.ts';

const COLUMNS = ['patient_id', 'age', 'sex'];

/** Patients from one number to before another. */
function people(file: string, from: number, to: number, columns = COLUMNS): SeenTable {
  const rows = Array.from({ length: to - from }, (_, i) => [
    `P${from + i}`,
    String(40 + ((from + i) % 40)),
    i % 2 ? 'f' : 'm',
  ]);
  return { file, columns, rows, identifying: [] };
}

function drafted(tables: readonly SeenTable[], unread: readonly string[] = []) {
  const { definition } = propose({
    cohort: 'c',
    tables,
    alterations: [],
    dictionary: [],
    panels: [],
    alone: [],
    unread: unread.map((file) => ({ file, says: 'it is a PDF' })),
  });
  parseDefinition(JSON.stringify(definition), 'cohort.yaml');
  const entries = definition['tables'] as readonly { match: string; rows: string; columns: object }[];
  return entries.map(({ match, rows, columns }) => [match, rows, Object.keys(columns).join()]);
}

describe('Files of the same columns', () => {
  it('are one table where each has other patients, but for a few', () => {
    const tables = [people('north.csv', 0, 50), people('south.csv', 48, 100)];
    expect(drafted(tables)).toEqual([['*th.csv', 'patient', 'age,sex']]);
  });

  it('are one table of events where patients have several rows anyway', () => {
    const visits = (file: string): SeenTable => ({
      file,
      columns: ['patient_id', 'visit_date', 'weight_kg'],
      rows: Array.from({ length: 60 }, (_, i) => [
        `P${i % 20}`,
        `2020-${10 + Math.floor(i / 20)}-${10 + (i % 18)}`,
        String(50 + i),
      ]),
      identifying: [],
    });
    expect(drafted([visits('v/2019.csv'), visits('v/2020.csv')])).toEqual([
      ['v/20*.csv', 'event', 'visit_date,weight_kg'],
    ]);
  });

  it('stay apart where most patients stand in both, where their names have nothing of their own in common, or in several folders', () => {
    expect(drafted([people('a1.csv', 0, 50), people('a2.csv', 0, 50)]).map(([match]) => match)).toEqual([
      'a1.csv',
      'a2.csv',
    ]);
    const parts = [people('part1.csv', 0, 50), people('part2.csv', 50, 100)];
    expect(drafted(parts, ['part3.csv']).map(([match]) => match)).toEqual(['part1.csv', 'part2.csv']);
    expect(drafted([people('a/x.csv', 0, 50), people('b/x.csv', 50, 100)]).map(([match]) => match)).toEqual([
      '*/x.csv',
    ]);
    expect(drafted([people('a/b/x.csv', 0, 50), people('x.csv', 50, 100)]).map(([match]) => match)).toEqual([
      'a/b/x.csv',
      'x.csv',
    ]);
    expect(
      drafted([people('p1.csv', 0, 50), people('p2.csv', 50, 100, ['patient_id', 'age', 'gender'])]).map(
        ([match]) => match,
      ),
    ).toEqual(['p1.csv', 'p2.csv']);
  });
});
