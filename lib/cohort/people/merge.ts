import { isoDate } from '../../base/index.ts';
import type { Variable } from '../definition/dictionary.ts';
import type { Problem } from '../values/problem.ts';
import type { Value, Values } from '../values/record.ts';

/** Where a row stands. */
export interface RowPlace {
  readonly file: string;
  /** Of a workbook. */
  readonly sheet?: string;
  readonly line: number;
}

/** A row and where it stands. */
export interface Placed extends RowPlace {
  readonly values: Values;
  readonly setAside: readonly string[];
}

/** What several rows tell of one patient or specimen. */
export interface Merged {
  readonly values: ReadonlyMap<string, Value>;
  readonly setAside: ReadonlySet<string>;
  /** The row that told each value first; of a value that none tells, the first that has its column. */
  readonly at?: ReadonlyMap<string, Placed>;
  /** Where two rows tell differently: nothing of it can be used. */
  readonly conflicts: readonly Problem[];
}

/**
 * Joins rows about one patient or specimen, in order of file and line. An empty cell contradicts nothing; a cell that was set aside counts
 * where no other row tells the value. `fileColumn`: what the file calls a column.
 */
export function merge(
  what: string,
  rows: readonly Placed[],
  variables: ReadonlyMap<string, Variable>,
  fileColumn: (name: string) => string,
): Merged {
  const values = new Map<string, Value>();
  const first = new Map<string, Placed>();
  const empty = new Map<string, Placed>();
  const setAside = new Set<string>();
  const conflicts = new Map<string, Problem>();
  for (const row of rows) {
    for (const name of row.setAside) setAside.add(name);
    for (const [name, value] of Object.entries(row.values)) {
      if (value === null || value === undefined) {
        if (!empty.has(name)) empty.set(name, row);
        continue;
      }
      const before = first.get(name);
      if (!before) {
        first.set(name, row);
        values.set(name, value);
      } else if (values.get(name) !== value && !conflicts.has(name)) {
        conflicts.set(name, conflict(what, name, [before, row], variables.get(name), fileColumn(name)));
      }
    }
  }
  for (const name of values.keys()) setAside.delete(name);
  return { values, setAside, at: new Map([...empty, ...first]), conflicts: [...conflicts.values()] };
}

function conflict(
  what: string,
  name: string,
  [before, row]: readonly [Placed, Placed],
  variable: Variable | undefined,
  column: string,
): Problem {
  const shown = (value: Value | undefined): string =>
    variable?.type === 'date' && typeof value === 'number' ? isoDate(value) : String(value);
  const elsewhere =
    before.file === row.file && before.sheet === row.sheet
      ? `line ${before.line}`
      : `line ${before.line} of ${placeName(before)}`;
  return {
    rule: 'conflicting-values',
    level: 'error',
    ...placeOf(row),
    column,
    value: shown(row.values[name]),
    says: `${name} is ${shown(before.values[name])} in another row of the same ${what} (${elsewhere}): the ${what} is set apart`,
    remedy: 'Correct the row that is wrong.',
  };
}

/** Where a row stands, and nothing else of it. */
export function placeOf({ file, sheet, line }: RowPlace): RowPlace {
  return { file, ...(sheet !== undefined && { sheet }), line };
}

/** A file, with the sheet of a workbook. */
export function placeName({ file, sheet }: RowPlace): string {
  return sheet === undefined ? file : `the sheet ${sheet} of ${file}`;
}
