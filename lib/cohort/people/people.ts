import type { Variable } from '../definition/dictionary.ts';
import type { Definition } from '../definition/schema.ts';
import { fileColumn, patientColumn } from '../reading/file-column.ts';
import type { Problem } from '../values/problem.ts';
import type { PatientRow, SourceRecords, SpecimenRow } from '../values/record.ts';
import { type Merged, merge, type Placed, placeName, placeOf, type RowPlace } from './merge.ts';

/** A source in force, and all it holds. */
export interface FrameSource {
  readonly key: string;
  readonly records: SourceRecords;
}

export interface Patient extends Merged {
  readonly key: string;
  readonly identifier: string;
  readonly first: RowPlace;
}

export interface Specimen extends Merged {
  readonly key: string;
  readonly identifier: string;
  readonly patient: string;
  readonly panel: string | null;
  /** Absent: no table lists it. */
  readonly first?: RowPlace;
}

/** Who is in the frame. */
export interface People {
  /** By opaque key. */
  readonly patients: readonly Patient[];
  /** By opaque key; of patients in the frame only. */
  readonly specimens: readonly Specimen[];
  /** Specimens that a source lists, in the frame or not: their alterations aren't of somebody unknown. */
  readonly knownSpecimens: ReadonlySet<string>;
  /** Patients that a source lists, in the frame or not. */
  readonly knownPatients: ReadonlySet<string>;
  /** Patients whom a source lists and who aren't in the frame: by key the rule that set them apart. */
  readonly apart: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
}

/** Why a patient of whom no row could be read is set apart; the row's own problems say more. */
const ROW_APART = 'row-set-apart';

type Row<T> = T & { readonly file: string };

function byKey(a: { readonly key: string }, b: { readonly key: string }): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

function grouped<T extends PatientRow | SpecimenRow>(
  sources: readonly FrameSource[],
  rowsOf: (records: SourceRecords) => readonly T[],
  keyOf: (row: T) => string,
): Map<string, Row<T>[]> {
  const groups = new Map<string, Row<T>[]>();
  for (const { key: file, records } of sources)
    for (const row of [...rowsOf(records)].sort((a, b) => a.line - b.line)) {
      const group = groups.get(keyOf(row));
      if (group) group.push({ ...row, file });
      else groups.set(keyOf(row), [{ ...row, file }]);
    }
  return groups;
}

/** Joins what the sources, in order of key, tell of patients and specimens. */
export function peopleOf(
  definition: Definition,
  sources: readonly FrameSource[],
  variables: ReadonlyMap<string, Variable>,
): People {
  const problems: Problem[] = [];
  const called = (name: string): string => fileColumn(name, definition.tables);
  const specimenRows = grouped(
    sources,
    ({ specimens }) => specimens,
    ({ specimen }) => specimen,
  );
  const patientRows = grouped(
    sources,
    ({ patients }) => patients,
    ({ patient }) => patient,
  );
  const tables = new PatientTables(definition, specimenRows);
  const known = new Set<string>();
  const apart = new Map<string, string>();
  const patients: Patient[] = [];
  for (const [key, rows] of patientRows) {
    if (!rows.some((row) => tables.makesKnown(row))) continue;
    known.add(key);
    const told = rows.filter(({ apart }) => !apart);
    if (!told.some((row) => tables.makesKnown(row))) {
      apart.set(key, ROW_APART);
      continue;
    }
    const merged = merge('patient', told as readonly Placed[], variables, called);
    problems.push(...(merged.conflicts.length > 0 ? merged.conflicts : tables.duplicates(told)));
    if (merged.conflicts.length === 0)
      patients.push({ key, identifier: rows[0]!.identifier, first: placeOf(told[0]!), ...merged });
    else apart.set(key, merged.conflicts[0]!.rule);
  }
  patients.sort(byKey);
  const inFrame = new Set(patients.map(({ key }) => key));
  const specimens: Specimen[] = [];
  for (const [key, rows] of specimenRows) {
    const told = rows.filter(({ apart }) => !apart);
    const first = told[0] ?? rows[0]!;
    if (!known.has(first.patient)) {
      problems.push(unknownPatient(first, rows.length, patientColumn(first, definition.tables)));
      continue;
    }
    if (told.length === 0) continue;
    const merged = merge('specimen', told as readonly Placed[], variables, called);
    const conflicts = [...merged.conflicts, ...contradictions(told)];
    problems.push(...conflicts);
    if (conflicts.length > 0 || !inFrame.has(first.patient)) continue;
    const panel = told.find((row) => row.panel !== null)?.panel ?? null;
    specimens.push({
      key,
      identifier: first.identifier,
      patient: first.patient,
      panel,
      first: placeOf(first),
      ...merged,
    });
  }
  const knownSpecimens = new Set(specimenRows.keys());
  if (tables.lists && specimenRows.size > 0) problems.push(...withoutSpecimen(patients, specimenRows));
  if (!definition.tables.some(({ rows }) => rows === 'specimen')) {
    const called = specimensByName(sources, patientRows);
    for (const { key, patient } of called) {
      knownSpecimens.add(key);
      if (inFrame.has(patient.patient)) specimens.push(specimenOf(key, patient));
    }
    const having = new Set(called.map(({ patient }) => patient.patient));
    for (const { key, identifier } of patients)
      if (!having.has(key)) specimens.push(specimenOf(key, { patient: key, identifier })); // sequenced, perhaps, and nothing found
  }
  specimens.sort(byKey);
  return { patients, specimens, knownSpecimens, knownPatients: known, apart, problems };
}

type Someone = Pick<PatientRow, 'patient' | 'identifier'>;

/** Where no table lists specimens, a specimen is called as its patient: those that a source names, with alterations or as looked at and free of them. */
function specimensByName(
  sources: readonly FrameSource[],
  patients: ReadonlyMap<string, readonly PatientRow[]>,
): readonly { readonly key: string; readonly patient: Someone }[] {
  const named = new Set(sources.flatMap(({ records }) => [...specimensOf(records)]));
  const found = new Map<string, Someone>();
  for (const rows of patients.values())
    for (const row of rows)
      if (row.asSpecimen !== undefined && named.has(row.asSpecimen) && !found.has(row.asSpecimen))
        found.set(row.asSpecimen, row);
  return [...found].map(([key, patient]) => ({ key, patient }));
}

/** Every specimen that a source names. */
function* specimensOf({ alterations, unreadable, facts = [] }: SourceRecords): Generator<string> {
  for (const { specimen } of alterations) yield specimen;
  for (const { specimen } of unreadable) yield specimen;
  for (const { covered = [], sequenced = [] } of facts) {
    yield* covered;
    for (const { specimen } of sequenced) yield specimen;
  }
}

function specimenOf(key: string, { patient, identifier }: Someone): Specimen {
  return { key, identifier, patient, panel: null, values: new Map(), setAside: new Set(), conflicts: [] };
}

/** A specimen of two patients, or sequenced with two panels. */
function contradictions(rows: readonly Row<SpecimenRow>[]): Problem[] {
  const [first, ...more] = rows;
  const other = more.find(({ patient }) => patient !== first!.patient);
  const panel = more.find((row) => row.panel !== null && first!.panel !== null && row.panel !== first!.panel);
  const row = other ?? panel;
  if (!row) return [];
  return [
    {
      rule: 'conflicting-values',
      level: 'error',
      ...placeOf(row),
      value: other ? row.patientIdentifier : row.panel!,
      says: `the specimen ${row.identifier} stands with ${other ? `another patient, ${first!.patientIdentifier},` : `another panel, ${first!.panel},`} in line ${first!.line} of ${placeName(first!)}: it is set apart`,
      remedy: 'Correct the row that is wrong.',
    },
  ];
}

/** A patient of whom no specimen is listed, where specimens are. */
function withoutSpecimen(
  patients: readonly Patient[],
  specimens: ReadonlyMap<string, readonly Row<SpecimenRow>[]>,
): Problem[] {
  const having = new Set([...specimens.values()].flatMap((rows) => rows.map(({ patient }) => patient)));
  return patients.flatMap(({ key, identifier, first }): Problem[] =>
    having.has(key)
      ? []
      : [
          {
            rule: 'patient-without-specimen',
            level: 'warning',
            ...first,
            value: identifier,
            says: `no table of specimens has one of the patient ${identifier}: her genes are missing`,
            remedy: 'Add her specimens, if she has any.',
          },
        ],
  );
}

function unknownPatient(row: Row<SpecimenRow>, rows: number, column: string | undefined): Problem {
  const { patientIdentifier, identifier } = row;
  return {
    rule: 'unknown-patient',
    level: 'error',
    ...placeOf(row),
    ...(column !== undefined && { column }),
    value: patientIdentifier,
    rows,
    says: `the specimen ${identifier} is of the patient ${patientIdentifier}, whom no table of patients lists`,
    remedy: 'Add the patient to the table of patients, or correct the identifier.',
  };
}

/** Tells rows of tables of patients from those that come beside a specimen's. */
class PatientTables {
  /** Whether a table lists patients; else tables of specimens do. */
  readonly lists: boolean;
  readonly #ofPatients = new Map<string, number>();
  readonly #besideSpecimens = new Set<string>();

  constructor({ tables }: Definition, specimens: ReadonlyMap<string, readonly Row<SpecimenRow>[]>) {
    this.lists = tables.some(({ rows }) => rows === 'patient');
    tables.forEach(({ rows, columns }, i) => {
      if (rows === 'patient') for (const name of Object.keys(columns)) this.#ofPatients.set(name, i);
    });
    for (const rows of specimens.values()) for (const row of rows) this.#besideSpecimens.add(nameOf(row));
  }

  /** The place of the table of patients that the row is of, -1 of another. A row of no values goes by the specimen beside it. */
  #tableOf(row: Row<PatientRow>): number {
    const [name] = Object.keys(row.values);
    if (name !== undefined) return this.#ofPatients.get(name) ?? -1;
    return this.#besideSpecimens.has(nameOf(row)) ? -1 : Number.MAX_SAFE_INTEGER;
  }

  makesKnown(row: Row<PatientRow>): boolean {
    return !this.lists || this.#tableOf(row) >= 0;
  }

  /** A second row of a patient in tables of the same columns: kept, since it says the same, and told. */
  duplicates(rows: readonly Row<PatientRow>[]): Problem[] {
    const first = new Map<number, Row<PatientRow>>();
    const problems: Problem[] = [];
    for (const row of rows) {
      const table = this.#tableOf(row);
      if (table < 0) continue;
      const before = first.get(table);
      if (before)
        problems.push({
          rule: 'duplicate-patient',
          level: 'warning',
          ...placeOf(row),
          value: row.identifier,
          says: `the patient ${row.identifier} stands in line ${before.line} of ${placeName(before)} too`,
          remedy: 'Keep one of the two rows, or one of the two files.',
        });
      else first.set(table, row);
    }
    return problems;
  }
}

/** Tells rows of tables apart: a specimen's and its patient's of one line are one. */
function nameOf({ file, sheet = '', line, patient }: Row<Pick<PatientRow, 'sheet' | 'line' | 'patient'>>): string {
  return `${file}\n${sheet}\n${line}\n${patient}`;
}
