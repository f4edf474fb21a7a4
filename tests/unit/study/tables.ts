import type { FrameTables, Table } from '../../../lib/cohort/index.ts';
import { cellText } from '../../../lib/formats/study/rows.ts';

/** Rows of a table as text, without the names that patients and specimens have in it, in an order of their own. */
function rowsOf(table: Table, people: ReadonlyMap<string, string>): readonly string[] {
  return Array.from({ length: table.rows }, (_, row) =>
    [...table.columns]
      .map(([name, column]) => {
        const cell = cellText(column, row);
        return `${name}=${name === 'patient' || name === 'specimen' ? (people.get(cell) ?? cell) : cell}`;
      })
      .join('|'),
  ).sort();
}

/** Patients and specimens by what is known of them, so that two cohorts' can be told to be the same. */
function people({ patients }: FrameTables): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (let row = 0; row < patients.rows; row++) {
    const told = `${cellText(patients.columns.get('os'), row)} ${cellText(patients.columns.get('age'), row)}`;
    names.set(cellText(patients.columns.get('patient'), row), `patient ${told}`);
    names.set(cellText(patients.columns.get('specimen'), row), `specimen ${told}`);
  }
  names.set('', '');
  return names;
}

/** All tables, comparable; specimens that count for nobody are called alike. */
export function comparable(tables: FrameTables): Readonly<Record<string, readonly string[]>> {
  const known = people(tables);
  const named = new Map(known);
  for (const table of [tables.alterations, tables.coverage])
    for (let row = 0; row < table.rows; row++) {
      const specimen = cellText(table.columns.get('specimen'), row);
      const patient = cellText(table.columns.get('patient'), row);
      if (!named.has(specimen)) named.set(specimen, `another of ${known.get(patient)}`);
    }
  return {
    patients: rowsOf(tables.patients, named),
    alterations: rowsOf(tables.alterations, named),
    coverage: rowsOf(tables.coverage, named),
    ...Object.fromEntries([...(tables.lists ?? [])].map(([name, table]) => [`list ${name}`, rowsOf(table, named)])),
  };
}
