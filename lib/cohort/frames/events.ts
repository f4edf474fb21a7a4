import type { Dictionary } from '../definition/dictionary.ts';
import type { Definition } from '../definition/schema.ts';
import { listedName } from '../expressions/expression.ts';
import type { LazyRows, ListRows } from '../expressions/rows.ts';
import { type Merged, placeOf, type RowPlace } from '../people/merge.ts';
import type { FrameSource, People } from '../people/people.ts';
import type { Column, Table } from '../values/frame.ts';
import { matches } from '../values/glob.ts';
import type { Problem } from '../values/problem.ts';
import type { EventRow, Value } from '../values/record.ts';
import { type TextVector, type Vector, vectorOf } from '../values/vector.ts';
import { columnsOf, vectorOfColumn, vectorOfRecords } from './frame-columns.ts';

/** A row of a named table: an event, or a specimen. */
export interface ListedRow extends Merged {
  readonly patient: string;
  /** Opaque key, where the row is a specimen. */
  readonly specimen?: string;
  readonly place: RowPlace;
}

/** The rows of a named table, whose patients are in the frame. */
export interface List {
  readonly name: string;
  /** Name of the date that orders a patient's rows. */
  readonly date: string | undefined;
  /** Whether a source of it is in force. */
  readonly known: boolean;
  /** In the order of the sources. */
  readonly rows: readonly ListedRow[];
}

/** The rows of every named table. What is of a patient whom no source lists is set apart. */
export function listsOf(
  { tables }: Definition,
  sources: readonly FrameSource[],
  people: People,
): { readonly lists: readonly List[]; readonly problems: readonly Problem[] } {
  const inFrame = new Set(people.patients.map(({ key }) => key));
  const problems: Problem[] = [];
  const lists = tables.flatMap((table): List[] => {
    const { name, rows, match, date, patient } = table;
    if (name === undefined || rows === 'patient') return [];
    const known = sources.some(({ key }) => matches(match, key));
    if (rows === 'specimen') return [{ name, date, known, rows: specimenRows(people) }];
    const found: ListedRow[] = [];
    for (const { key: file, records } of sources)
      for (const row of records.events ?? []) {
        if (row.table !== name) continue;
        if (!people.knownPatients.has(row.patient)) problems.push(unknownPatient(row, file, patient));
        else if (!row.apart && inFrame.has(row.patient)) found.push(listed(row, file));
      }
    return [{ name, date, known, rows: found }];
  });
  return { lists, problems };
}

function specimenRows({ specimens }: People): ListedRow[] {
  return specimens.flatMap((specimen) =>
    specimen.first ? [{ ...specimen, specimen: specimen.key, place: specimen.first }] : [],
  );
}

function listed(row: EventRow, file: string): ListedRow {
  const { patient, values, setAside } = row;
  const told = Object.entries(values).filter((entry): entry is [string, Value] => entry[1] !== null);
  return {
    patient,
    place: placeOf({ ...row, file }),
    values: new Map(told),
    setAside: new Set(setAside),
    conflicts: [],
  };
}

function unknownPatient(row: EventRow, file: string, column: string): Problem {
  const { identifier, table } = row;
  return {
    rule: 'unknown-patient',
    level: 'error',
    ...placeOf({ ...row, file }),
    column,
    value: identifier,
    says: `the row of ${table} is of the patient ${identifier}, whom no table of patients lists`,
    remedy: 'Add the patient to the table of patients, or correct the identifier.',
  };
}

/** A patient's rows stand together, by date, then as their sources have them; what has no date is last. */
function inOrder({ rows, date }: List, patientOf: ReadonlyMap<string, number>): readonly ListedRow[] {
  const day = ({ values }: ListedRow): number => {
    const value = date === undefined ? undefined : values.get(date);
    return typeof value === 'number' ? value : Number.POSITIVE_INFINITY;
  };
  return rows
    .filter(({ patient }) => patientOf.has(patient))
    .map((row) => ({ row, patient: patientOf.get(row.patient)!, day: day(row) }))
    .sort((a, b) => a.patient - b.patient || (a.day === b.day ? 0 : a.day - b.day))
    .map(({ row }) => row);
}

/** A list and its rows in the order that expressions see them in. */
export interface OrderedList {
  readonly list: List;
  readonly rows: readonly ListedRow[];
  readonly forExpressions: ListRows;
}

/** Makes lists ready for expressions over `patients`, in order. */
export function orderedLists(
  lists: readonly List[],
  patients: readonly { readonly key: string }[],
  dictionary: Dictionary,
): ReadonlyMap<string, OrderedList> {
  const places = new Map(patients.map(({ key }, row) => [key, row]));
  return new Map(
    lists.map((list) => {
      const rows = inOrder(list, places);
      const { variables, derived } = dictionary.lists.get(list.name)!;
      const sources = new Map<string, () => Vector>();
      for (const [name, variable] of variables)
        if (variable.cel === undefined) sources.set(name, () => vectorOfRecords(variable, rows));
      const patientOf = Int32Array.from(rows, ({ patient }) => places.get(patient)!);
      return [list.name, { list, rows, forExpressions: { patientOf, sources, derived, known: list.known } }];
    }),
  );
}

/** What expressions need of lists. */
export function forExpressions(lists: ReadonlyMap<string, OrderedList>): ReadonlyMap<string, ListRows> {
  return new Map([...lists].map(([name, list]) => [name, list.forExpressions]));
}

/** By patient the columns of her rows of which a cell was set aside. */
export function setAsideIn(lists: ReadonlyMap<string, OrderedList>, patients: number): readonly ReadonlySet<string>[] {
  const names = Array.from({ length: patients }, () => new Set<string>());
  for (const { rows, forExpressions: of } of lists.values())
    rows.forEach((row, i) => {
      for (const name of row.setAside) names[of.patientOf[i]!]!.add(name);
    });
  return names;
}

/** A named table of which no source is in force: it has no rows, and nothing can be said of them. */
const UNKNOWN = 'not.known';

/** Named tables as the frame keeps them, with what is derived for each row. */
export function listTables(
  lists: ReadonlyMap<string, OrderedList>,
  rows: LazyRows,
  patients: readonly { readonly key: string }[],
  dictionary: Dictionary,
): ReadonlyMap<string, Table> {
  return new Map(
    [...lists].map(
      ([
        name,
        {
          forExpressions: { patientOf, known },
        },
      ]) => {
        const columns = new Map<string, Column>([
          ['patient', { type: 'text', values: Array.from(patientOf, (row) => patients[row]!.key) }],
        ]);
        if (!known) columns.set(UNKNOWN, { type: 'boolean', values: new Uint8Array(0) });
        const table = rows.table(name);
        for (const [variableName, variable] of [...dictionary.lists.get(name)!.variables].sort(([a], [b]) =>
          a < b ? -1 : 1,
        ))
          for (const [key, column] of columnsOf(variable, table.vector(variableName))) columns.set(key, column);
        return [name, { rows: patientOf.length, columns }];
      },
    ),
  );
}

/** Named tables of a frame, read again; what is to be derived anew, as {@link listedName}, isn't. */
export function storedLists(
  tables: ReadonlyMap<string, Table>,
  patientKeys: readonly (string | null)[],
  dictionary: Dictionary,
  rederived: ReadonlySet<string>,
): ReadonlyMap<string, ListRows> {
  const places = new Map(patientKeys.map((key, row) => [key, row]));
  return new Map(
    [...dictionary.lists].map(([name, { variables, derived }]) => {
      const anew = (column: string): boolean => rederived.has(listedName(name, column));
      const table = tables.get(name) ?? { rows: 0, columns: new Map<string, Column>([[UNKNOWN, NO_ROWS]]) };
      const { rows, columns } = table;
      const sources = new Map<string, () => Vector>();
      for (const [column, variable] of variables)
        if (!anew(column)) sources.set(column, () => vectorOfColumn(variable, columns, rows));
      const patient = columns.get('patient');
      const { codes, levels } = patient ? (vectorOf(patient) as TextVector) : { codes: new Int32Array(0), levels: [] };
      const patientOf = Int32Array.from(codes, (code) => places.get(levels[code]!)!);
      const again = new Map([...derived].filter(([column]) => anew(column)));
      return [name, { patientOf, sources, derived: again, known: !columns.has(UNKNOWN) }];
    }),
  );
}

const NO_ROWS: Column = { type: 'boolean', values: new Uint8Array(0) };
