import { describe, expect, it } from 'vitest';
import { parseDefinition, propose, type Seen } from '../../../lib/cohort/index.ts';

function drafted(columns: readonly string[], rows: readonly (readonly string[])[]) {
  const seen: Seen = {
    cohort: 'c',
    tables: [{ file: 'a.csv', columns, rows, identifying: [] }],
    alterations: [],
    dictionary: [],
    panels: [],
    alone: [],
    unread: [],
  };
  const { definition } = propose(seen);
  parseDefinition(JSON.stringify(definition), 'cohort.yaml');
  const { tables, checks = [] } = definition as { tables: { rows: string }[]; checks?: { id: string }[] };
  return { rows: tables[0]!.rows, checks: checks.map(({ id }) => id) };
}

const day = (from: number, after: number): string => new Date(Date.UTC(from, 0, 1 + after)).toISOString().slice(0, 10);

describe('A table of patients with dates', () => {
  const columns = ['patient_id', 'diagnosis_date', 'last_contact_date', 'death_date', 'weight_kg'];
  const rows = Array.from({ length: 60 }, (_, i) => [
    `P${i}`,
    day(2018, i),
    day(2020, i * 3),
    i % 4 === 0 ? day(2021, i) : '',
    String(50 + (i % 37)),
  ]);

  it('stays one where a few were entered twice, as they were or with other values', () => {
    expect(drafted(columns, rows).rows).toBe('patient');
    expect(drafted(columns, [...rows, rows[7]!]).rows).toBe('patient');
    const corrected = [rows[8]![0]!, rows[8]![1]!, day(2021, 200), rows[8]![3]!, '71'];
    expect(drafted(columns, [...rows, rows[7]!, corrected]).rows).toBe('patient');
  });

  it('is one of events where the second row is of another day, however few have one', () => {
    const again = ['P7', day(2019, 7), day(2022, 7), '', '80'];
    expect(drafted(columns, [...rows, again]).rows).toBe('event');
    expect(
      drafted(
        ['patient_id', 'visit_date', 'weight_kg'],
        [...rows.map((row) => [row[0]!, row[1]!, row[4]!]), ['P3', day(2019, 9), '60']],
      ).rows,
    ).toBe('event');
  });

  it('has a draft that is taken, also of events that tell of deaths themselves', () => {
    const { checks } = drafted(columns, [
      ...rows,
      ['P7', day(2019, 7), day(2022, 7), '', '80'],
      ['P9', day(2019, 8), day(2022, 8), '', '80'],
    ]);
    expect(checks).toEqual([]);
  });

  it('has no check of a birth year that is a code', () => {
    const born = rows.map((row, i) => [...row, i % 2 ? '1950' : '1951']);
    expect(drafted([...columns, 'birth_year'], born).checks).not.toContain('death-before-birth');
    const many = rows.map((row, i) => [...row, String(1940 + (i % 30))]);
    expect(drafted([...columns, 'birth_year'], many).checks).toEqual(
      expect.arrayContaining([
        'death-before-birth',
        'diagnosis-before-birth',
        'last-contact-before-birth',
        'death-before-diagnosis',
      ]),
    );
  });
});

it('A timeline of cBioPortal is one of events, also where each patient stands in one row', () => {
  const columns = ['PATIENT_ID', 'START_DATE', 'STOP_DATE', 'EVENT_TYPE', 'AGENT'];
  const rows = ['P1', 'P2', 'P3'].map((id, i) => [id, String(i), String(i + 60), 'TREATMENT', 'FOLFOX']);
  const table = { file: 'data_timeline.txt', columns, rows, identifying: [] };
  const { definition } = propose({
    cohort: 'c',
    tables: [table],
    alterations: [],
    dictionary: [],
    panels: [],
    alone: [],
    unread: [],
  });
  expect(definition['tables']).toMatchObject([{ rows: 'event', name: 'data_timeline' }]);
});
