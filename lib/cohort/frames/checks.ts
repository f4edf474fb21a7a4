import { isoDate } from '../../base/index.ts';
import { checkScope } from '../definition/check-scope.ts';
import type { Dictionary, Variable } from '../definition/dictionary.ts';
import type { CheckDefinition, Definition } from '../definition/schema.ts';
import { compile } from '../expressions/compile.ts';
import { cutVector, LazyRows, noGenes } from '../expressions/rows.ts';
import { type Merged, placeOf, type RowPlace } from '../people/merge.ts';
import type { Patient, People } from '../people/people.ts';
import { fileColumn } from '../reading/file-column.ts';
import type { Problem } from '../values/problem.ts';
import type { Value } from '../values/record.ts';
import type { BooleanVector, Vector } from '../values/vector.ts';
import { forExpressions, type List, type ListedRow, orderedLists } from './events.ts';
import { vectorOfRecords } from './frame-columns.ts';

/** People and lists after the checks that take something out. */
export interface Checked {
  readonly people: People;
  readonly lists: readonly List[];
  readonly problems: readonly Problem[];
}

/** A row that a check judges, and where the value of a column stands. */
interface Judged extends Merged {
  readonly place: RowPlace;
}

/**
 * Runs the checks of level error and cell, all over what the sources tell: none sees what another takes out, so that their order plays no
 * part. What is missing is not wrong.
 */
export function takeOut(
  definition: Definition,
  dictionary: Dictionary,
  people: People,
  lists: readonly List[],
): Checked {
  const checks = (definition.checks ?? []).filter(({ level }) => level !== 'warning');
  if (checks.length === 0) return { people, lists, problems: [] };
  const { patients } = people;
  const ordered = orderedLists(lists, patients, dictionary);
  const rows = columnRows(definition, dictionary, people, forExpressions(ordered));
  const problems: Problem[] = [];
  const out = new TakenOut();
  for (const check of checks) {
    const judged = check.of === undefined ? patients : ordered.get(check.of)!.rows;
    for (const i of wrongRows(check, dictionary, rows)) {
      const row = judged[i]!;
      problems.push(problemOf(check, asJudged(row), dictionary, definition));
      out.add(check, nameOf(row));
      if (check.level === 'error' && !('place' in row) && !out.patients.has(row.key))
        out.patients.set(row.key, check.id);
    }
  }
  const inFrame = (key: string): boolean => !out.apart.has(key);
  return {
    people: {
      ...people,
      apart: new Map([...people.apart, ...out.patients]),
      patients: patients.filter(({ key }) => inFrame(key)).map((patient) => out.without(patient, patient.key)),
      specimens: people.specimens
        .filter(({ key, patient }) => inFrame(key) && inFrame(patient))
        .map((specimen) => out.without(specimen, specimen.key)),
    },
    lists: lists.map((list) => ({
      ...list,
      rows: list.rows
        .filter((row) => !out.apart.has(nameOf(row)) && inFrame(row.patient))
        .map((row) => out.without(row, nameOf(row))),
    })),
    problems,
  };
}

/** What a row is known by: an opaque key, or itself. */
function nameOf(row: ListedRow | Patient): string | ListedRow {
  return 'place' in row ? (row.specimen ?? row) : row.key;
}

/** Rows and cells that checks take out. */
class TakenOut {
  readonly apart = new Set<string | ListedRow>();
  /** Of patients the first check that took them out. */
  readonly patients = new Map<string, string>();
  readonly #aside = new Map<string | ListedRow, Set<string>>();

  add({ level, column }: CheckDefinition, name: string | ListedRow): void {
    if (level === 'error') {
      this.apart.add(name);
      return;
    }
    const names = this.#aside.get(name) ?? new Set();
    this.#aside.set(name, names.add(column!));
  }

  /** The row without its cells that were set aside. */
  without<T extends Merged>(row: T, name: string | ListedRow): T {
    const names = this.#aside.get(name);
    if (!names) return row;
    const values = new Map<string, Value>([...row.values].filter(([column]) => !names.has(column)));
    return { ...row, values, setAside: new Set([...row.setAside, ...names]) };
  }
}

/** Runs the checks of level warning over the frame as it is. */
export function warn(
  definition: Definition,
  dictionary: Dictionary,
  people: People,
  lists: ReturnType<typeof orderedLists>,
  rows: LazyRows,
): readonly Problem[] {
  return (definition.checks ?? [])
    .filter(({ level }) => level === 'warning')
    .flatMap((check) => {
      const judged = check.of === undefined ? people.patients : lists.get(check.of)!.rows;
      return wrongRows(check, dictionary, rows).map((i) =>
        problemOf(check, asJudged(judged[i]!), dictionary, definition),
      );
    });
}

/** Rows of which a check is true. */
function wrongRows(check: CheckDefinition, dictionary: Dictionary, rows: LazyRows): number[] {
  const expression = compile(check.cel, checkScope(check, dictionary)!);
  const { values } = expression.run(check.of === undefined ? rows : rows.table(check.of)) as BooleanVector;
  return [...values.keys()].filter((row) => values[row] === 1);
}

/** Patients' own columns and their rows in lists; what rests on the specimen that counts isn't known yet. */
function columnRows(
  { cut }: Definition,
  { variables }: Dictionary,
  { patients }: People,
  lists: ReturnType<typeof forExpressions>,
): LazyRows {
  const sources = new Map<string, () => Vector>([['cut', () => cutVector(cut, patients.length)]]);
  for (const [name, variable] of variables)
    if (variable.cel === undefined && variable.of === 'patient')
      sources.set(name, () => vectorOfRecords(variable, patients));
  return new LazyRows(patients.length, sources, new Map(), noGenes(patients.length), lists);
}

function asJudged(row: ListedRow | Patient): Judged {
  return 'place' in row ? row : { ...row, place: row.first };
}

function problemOf(
  { id, level, column, cel, of, says, remedy }: CheckDefinition,
  row: Judged,
  { variables, lists }: Dictionary,
  { tables }: Definition,
): Problem {
  const told = column === undefined ? undefined : (row.at?.get(column) ?? row.place);
  const variable =
    column === undefined ? undefined : (of === undefined ? variables : lists.get(of)!.variables).get(column);
  const value = column === undefined ? undefined : row.values.get(column);
  return {
    rule: id,
    level,
    ...placeOf(told ?? row.place),
    ...(column !== undefined && { column: fileColumn(column, tables) }),
    ...(value != null && { value: shown(value, variable) }),
    says: says ?? `${cel.replace(/\s+/g, ' ').slice(0, 300)}: this is wrong`,
    remedy: remedy ?? 'Correct the values that contradict each other, or the check in the definition.',
  };
}

function shown(value: Value, variable: Variable | undefined): string {
  return variable?.type === 'date' && typeof value === 'number' ? isoDate(value) : String(value);
}
