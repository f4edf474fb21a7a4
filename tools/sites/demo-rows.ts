import { MISSING } from '../../lib/cohort/index.ts';
import type { SiteCohort, SiteRows } from '../../lib/sharing/index.ts';
import { DEMO_ANALYSES, DEMO_CODEBOOK } from './demo-study.ts';

const USED = ['ras', 'right', 'age'];

/**
 * A site's rows as the demo's study is about them, read straight from its cohort: the eligible of whom RAS, side, age and survival are known. Made
 * apart from what the sites do, so that it can be held against it.
 */
export function demoRows({ frame }: Pick<SiteCohort, 'frame'>): SiteRows {
  const { time, event } = frame.endpoint(DEMO_ANALYSES.km.endpoint, '');
  const columns = new Map(Object.keys(DEMO_CODEBOOK.variables).map((name) => [name, numbersOf(frame, name)]));
  const rows = [...frame.eligibility().eligible].filter(
    (row) => event[row] !== MISSING && time[row]! >= 0 && USED.every((name) => !Number.isNaN(columns.get(name)![row])),
  );
  return {
    n: rows.length,
    variables: Object.fromEntries(
      [...columns].map(([name, values]) => [name, Float64Array.from(rows, (row) => values[row]!)]),
    ),
    endpoints: {
      os: { time: Float64Array.from(rows, (row) => time[row]!), cause: Uint8Array.from(rows, (row) => event[row]!) },
    },
  };
}

/** A variable by row: a number, 0 or 1, or the level's place in the codebook; NaN where it isn't known. */
function numbersOf(frame: SiteCohort['frame'], name: string): readonly number[] {
  const column = frame.variable(name, '');
  const asked = DEMO_CODEBOOK.variables[name]!;
  if (column.type === 'number') return [...column.values];
  if (column.type === 'boolean') return [...column.values].map((value) => (value === MISSING ? Number.NaN : value));
  if (column.type !== 'category' || asked.type !== 'category') throw new RangeError(`${name} has no numbers`);
  return [...column.codes].map((code) => (code < 0 ? Number.NaN : asked.levels.indexOf(column.levels[code]!)));
}
