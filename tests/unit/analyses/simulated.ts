import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { CohortFrame } from '../../../lib/cohort/index.ts';
import { frameOf } from '../cohort/read.ts';

const GENES = Array.from({ length: 12 }, (_, i) => `g${String(i + 1).padStart(3, '0')}`);

/** The columns of the simulated patients that a frame has; 0 and 1 are false and true. */
const COLUMNS: Readonly<Record<string, string>> = {
  age: 'number',
  male: 'boolean',
  ecog: 'number',
  rightside: 'boolean',
  bilobar: 'boolean',
  nmet: 'number',
  lncea: 'number',
  ehd: 'boolean',
  site: 'integer',
  ...Object.fromEntries(GENES.map((gene) => [gene, 'boolean'])),
};

type Row = Readonly<Record<string, string>>;

const day = (days: number) => new Date(Date.UTC(2000, 0, 1 + days)).toISOString().slice(0, 10);

/** Simulated patients of `sim_crlm286.csv` as dates from the first of January 2000 on; `change` rewrites a row, or leaves it out. */
export function simulatedFrame(
  rest = '',
  change: (row: Row, i: number) => Row | undefined = (row) => row,
  columns: Readonly<Record<string, string>> = COLUMNS,
): CohortFrame {
  const file = new URL('../../oracles/data/datasets/sim_crlm286.csv', import.meta.url);
  const rows: Row[] = parse(readFileSync(file, 'utf8'), { columns: true });
  const names = Object.keys(columns);
  const lines = rows.flatMap((each, i) => {
    const row = change(each, i);
    if (row === undefined) return [];
    const [time, dead, converted] = [Number(row['day']), row['event'] === '1', row['conv'] === '1'];
    const own = [
      row['id'],
      day(0),
      converted ? day(Number(row['conv_day'])) : '',
      row['conv'],
      dead ? day(time) : '',
      dead ? 1 : 0,
      day(time),
    ];
    return [[...own, ...names.map((name) => row[name])].join(',')];
  });
  const typed = names.map((name) => `${name}: ${columns[name]}`).join(', ');
  const yaml = `title: Simulated
missing: ["", NA]
tables:
  - match: a.csv
    rows: patient
    patient: id
    columns: { start: date, converted_on: date, converted: boolean, died_on: date, dead: boolean, seen: date, ${typed} }
endpoints:
  os: { origin: start, events: [{ date: died_on, when: dead }], seen: seen }
  conversion: { origin: start, events: [{ date: converted_on, when: converted }], competing: [{ date: died_on, when: dead, label: Death }], seen: seen }
groups:
  exposure: { by: converted, labels: { "false": not converted, "true": converted }, known: converted_on }
${rest}`;
  const head = ['id', 'start', 'converted_on', 'converted', 'died_on', 'dead', 'seen', ...names];
  return frameOf(yaml, { 'a.csv': `${head.join(',')}\n${lines.join('\n')}\n` }).frame;
}
