import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEMO_COHORTS } from '../../../demo/cohorts.ts';
import { MISSING } from '../../../lib/cohort/index.ts';
import { frameOf, tally } from './read.ts';

type Told = readonly [time: number | null, event: number | null, cause: number];

function told(yaml: string, head: string, row: string): Told {
  const { frame, problems } = frameOf(yaml, { 'a.csv': `id,${head}\np1,${row}\n` });
  expect(problems.filter(({ says }) => says === '')).toEqual([]);
  const { time, event, competing } = frame.endpoint('relapse', '');
  const months = Math.round(time[0]! * 1000) / 1000;
  return [Number.isNaN(months) ? null : months, event[0] === MISSING ? null : event[0]!, competing!.cause[0]!];
}

describe('An endpoint with competing events', () => {
  it.each([
    ['the event', '5,yes,no,5', [5, 1, 0]],
    ['the event, the other at the same time', '5,yes,yes,5', [5, 1, 0]],
    ['the other alone', '5,no,yes,5', [5, 0, 1]],
    ['the other at the same time but for rounding', '39.833333333333336,no,yes,39.83333333333333', [39.833, 0, 1]],
    ['the other before the event', '5,yes,yes,3', [3, 0, 1]],
    ['the other after the event', '5,yes,yes,9', [5, 1, 0]],
    ['the other after nobody watched any more', '5,no,yes,9', [5, 0, 0]],
    ['neither', '5,no,no,9', [5, 0, 0]],
    ['not known whether the other', '5,no,,9', [5, null, 0]],
    ['the other at a time not known', '5,no,yes,', [5, null, 0]],
    ['not known whether the event', '5,,yes,5', [5, null, 0]],
    ['no time', ',no,no,', [null, 0, 0]],
  ] as const)('by columns, the other with its own time: %s', (_, row, expected) => {
    const yaml = `title: T
tables: [{ match: a.csv, rows: patient, patient: id, columns: { t: { type: duration, unit: months }, relapsed: boolean, dead: boolean, u: { type: duration, unit: months } } }]
endpoints: { relapse: { origin: surgery, time: t, event: relapsed, competing: [{ event: dead, time: u, label: Death }] } }
`;
    expect(told(yaml, 't,relapsed,dead,u', row)).toEqual(expected);
  });

  it.each([
    ['the event', '5,1', [5, 1, 0]],
    ['the other', '5,2', [5, 0, 1]],
    ['neither', '5,0', [5, 0, 0]],
    ['not known', '5,', [5, null, 0]],
  ] as const)('by codes of one column: %s', (_, row, expected) => {
    const yaml = `title: T
tables: [{ match: a.csv, rows: patient, patient: id, columns: { t: { type: duration, unit: months }, state: { type: integer } } }]
endpoints: { relapse: { origin: surgery, time: t, event: state == 1, competing: state == 2 } }
`;
    expect(told(yaml, 't,state', row)).toEqual(expected);
  });

  it.each([
    ['the event', '2020-01-01,2020-01-31,,no,2020-03-01', [0.986, 1, 0]],
    ['the event, then the other', '2020-01-01,2020-01-31,2020-02-10,yes,2020-02-10', [0.986, 1, 0]],
    ['both on one day', '2020-01-01,2020-01-31,2020-01-31,yes,2020-01-31', [0.986, 1, 0]],
    ['the other', '2020-01-01,,2020-01-31,yes,2020-01-31', [0.986, 0, 1]],
    ['the other after the cut', '2021-12-01,,2022-01-31,yes,2022-01-31', [0.986, 0, 0]],
    ['neither', '2020-01-01,,,no,2020-01-31', [0.986, 0, 0]],
    ['the other without its date', '2020-01-01,2020-01-31,,yes,2020-01-31', [null, null, 0]],
  ] as const)('by dates: %s', (_, row, expected) => {
    const yaml = `title: T
cut: 2021-12-31
tables: [{ match: a.csv, rows: patient, patient: id, columns: { start: date, relapse_on: date, died: date, dead: boolean, seen: date } }]
endpoints: { relapse: { origin: start, events: [{ date: relapse_on }], competing: [{ date: died, when: dead, label: Death }], seen: seen } }
`;
    expect(told(yaml, 'start,relapse_on,died,dead,seen', row)).toEqual(expected);
  });

  it('parts the recurrences of crlm-tcia from its deaths without one', () => {
    const { files } = DEMO_COHORTS.find(({ name }) => name === 'crlm-tcia')!;
    const text = (name: string) => readFileSync(files.find(({ key }) => key === name)!.path, 'utf8');
    const { frame } = frameOf(text('cohort.yaml'), { 'clinical.csv': text('clinical.csv') });
    const { event, competing, columns } = frame.endpoint('recurrence', '');
    expect(tally(event)).toEqual({ 0: 66, 1: 131 });
    expect(tally(competing!.cause)).toEqual({ 0: 190, 1: 7 });
    expect(competing!.labels).toEqual(['Death without recurrence']);
    expect(columns).toEqual(['dfs_time', 'recurred', 'dfs_event']);
    expect(tally(frame.endpoint('dfs', '').event)).toEqual({ 0: 59, 1: 138 });
  });
});
