import type { CohortFrame } from '../../../lib/cohort/index.ts';
import { frameOf } from '../cohort/read.ts';

/** Columns of {@link writtenFrame}. */
const WRITTEN = `title: Written
tables:
  - match: a.csv
    rows: patient
    patient: id
    columns:
      t: { type: duration, unit: months }
      relapsed: boolean
      dead: boolean
      u: { type: duration, unit: months }
      wait: { type: duration, unit: months }
      arm: { codes: [a, b] }
      x: number
      y: boolean
endpoints:
  relapse: { origin: surgery, time: t, event: relapsed, competing: [{ event: dead, time: u, label: Death }] }
  alone: { origin: surgery, time: t, event: relapsed }
  os: { origin: surgery, time: u, event: dead }
  elsewhere: { origin: diagnosis, time: u, event: dead }
groups:
  late: { by: x > 2, known: cut }
cut: 2022-01-01
`;

/** Rows written by hand: `t,relapsed,dead,u,wait,arm,x,y`. */
export function writtenFrame(rows: readonly string[]): CohortFrame {
  const lines = rows.map((row, i) => `p${String(i).padStart(4, '0')},${row}`);
  return frameOf(WRITTEN, { 'a.csv': `id,t,relapsed,dead,u,wait,arm,x,y\n${lines.join('\n')}\n` }).frame;
}
