import type { Definition, FrameTables, Table } from '../../cohort/index.ts';
import { cellsOf } from './rows.ts';

/** A specimen under the name that the export gives it. */
export interface Sample {
  readonly id: string;
  readonly key: string;
  readonly patient: string;
  /** Its row in the table of patients, where it is the one that counts. */
  readonly row: number | undefined;
}

/**
 * Specimens of a frame under new names. Where nothing says which counts, the first by name does: of a patient's that is the one that counts,
 * so that the export says it by its names alone. A named table of specimens tells how many each patient has, also where nothing was looked
 * for in them.
 */
export function samplesOf({ tables }: Definition, frame: FrameTables): readonly Sample[] {
  const { patients, alterations, coverage, lists } = frame;
  const cell = cellsOf(patients);
  const patientOf = new Map<string, string>();
  const counting = new Map<string, number>();
  for (let row = 0; row < patients.rows; row++) {
    const key = cell('specimen', row);
    if (key === '') continue;
    patientOf.set(key, cell('patient', row));
    counting.set(key, row);
  }
  const others = cellsOf(alterations);
  for (let row = 0; row < alterations.rows; row++) patientOf.set(others('specimen', row), others('patient', row));
  const covered = cellsOf(coverage);
  for (let row = 0; row < coverage.rows; row++) {
    const [key, patient] = [covered('specimen', row), covered('patient', row)];
    if (patient !== '') patientOf.set(key, patient);
  }
  const byPatient = new Map<string, string[]>();
  for (const [key, patient] of patientOf) byPatient.set(patient, [...(byPatient.get(patient) ?? []), key]);
  const named = tables.find(({ rows, name }) => rows === 'specimen' && name !== undefined)?.name;
  for (const [patient, count] of countsOf(named === undefined ? undefined : lists?.get(named))) {
    const keys = byPatient.get(patient) ?? [];
    for (let more = keys.length; more < count; more++) keys.push(`~${more}`); // after those that have a key
    byPatient.set(patient, keys);
  }
  return [...byPatient]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([patient, keys]) =>
      keys
        .sort((a, b) => Number(counting.has(b)) - Number(counting.has(a)) || (a < b ? -1 : 1))
        .map((key, i) => ({
          id: `${patient}-${String(i + 1).padStart(2, '0')}`,
          key,
          patient,
          row: counting.get(key),
        })),
    );
}

/** How many rows each patient has. */
function countsOf(list: Table | undefined): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  if (!list) return counts;
  const cell = cellsOf(list);
  for (let row = 0; row < list.rows; row++)
    counts.set(cell('patient', row), (counts.get(cell('patient', row)) ?? 0) + 1);
  return counts;
}

/** A column of the definition, as it stands in the export. */
export interface Attribute {
  readonly name: string;
  readonly column: Definition['tables'][number]['columns'][string];
  /** Its values in order of the table's rows. */
  readonly cell: (row: number) => string;
  /** Of a named table of specimens, that table's name. */
  readonly list?: string;
  /** Some values look like a month and a number. */
  readonly months?: true;
}

/** cBioPortal's type of an attribute. */
export function typeOf({ column }: Attribute): 'NUMBER' | 'BOOLEAN' | 'STRING' {
  switch (column.type) {
    case 'number':
    case 'integer':
    case 'duration':
      return column.bounds ? 'STRING' : 'NUMBER';
    case 'boolean':
      return 'BOOLEAN';
    default:
      return 'STRING';
  }
}

/** Columns of the files, patients' or specimens', as the frame has them; what was set aside is a text that is set aside again. */
export function attributesOf(
  { tables }: Definition,
  of: 'patient' | 'specimen',
  { patients, lists }: Pick<FrameTables, 'patients' | 'lists'>,
): readonly Attribute[] {
  const cell = cellsOf(patients);
  const own = tables.flatMap((table) =>
    table.rows === 'event'
      ? []
      : Object.entries(table.columns).flatMap(([name, column]) =>
          ownerOf(table, column) === of
            ? [{ name, column, ...(of === 'specimen' && table.name !== undefined && { list: table.name }) }]
            : [],
        ),
  );
  return own
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, column, ...list }) => ({
      name,
      column,
      ...list,
      ...([patients, lists?.get(list.list ?? '')].some((table) => table && hasMonths(table, name)) && { months: true }),
      cell: (row) => {
        const text = written(cell, name, column, row);
        return text === '' && cell('set_aside', row).split(' ').includes(name) ? SET_ASIDE : text;
      },
    }));
}

const MONTHS: ReadonlySet<string> = new Set('jan feb mar apr may jun jul aug sep oct nov dec'.split(' '));

/** Whether a column of texts has what cBioPortal takes for a date that a spreadsheet made: `Jan-99`, `20-Oct`. */
function hasMonths(table: Table, name: string): boolean {
  const column = table.columns.get(name);
  if (column?.type !== 'category' && column?.type !== 'text') return false;
  const values = column.type === 'category' ? column.levels : column.values;
  return values.some((value) => {
    const parts = (value ?? '').trim().toLowerCase().split('-');
    return parts.length === 2 && parts.some((part) => MONTHS.has(part));
  });
}

/** A cell as cBioPortal has it: of a truth value TRUE or FALSE. */
function written(
  cell: (name: string, row: number) => string,
  name: string,
  { type }: Attribute['column'],
  row: number,
): string {
  const text = cell(`${name}.bound`, row) || cell(name, row);
  return type === 'boolean' ? text.toUpperCase() : text;
}

/** What a cell that was set aside is called: to cBioPortal it is missing, and here it is set aside again. */
const SET_ASIDE = '[Discrepancy]';

/**
 * Columns of a named table. Of a cell that was set aside the frame keeps its patient and its column: the first of her empty cells there
 * stands for it.
 */
export function listAttributes(
  columns: Definition['tables'][number]['columns'],
  list: Table,
  patients: Table,
): readonly Attribute[] {
  const [cell, ofPatient] = [cellsOf(list), cellsOf(patients)];
  const aside = new Map<string, ReadonlySet<string>>();
  for (let row = 0; row < patients.rows; row++)
    aside.set(ofPatient('patient', row), new Set(ofPatient('set_aside', row).split(' ')));
  return Object.entries(columns)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, column]) => {
      const texts = Array.from({ length: list.rows }, (_, row) => written(cell, name, column, row));
      const told = new Set<string>();
      for (const [row, text] of texts.entries()) {
        const patient = cell('patient', row);
        if (text !== '' || told.has(patient) || !aside.get(patient)?.has(name)) continue;
        told.add(patient);
        texts[row] = SET_ASIDE;
      }
      return { name, column, cell: (row) => texts[row]! };
    });
}

/** As the dictionary has it: in a table of specimens those that don't say are the specimen's, or, once one says so, the patient's. */
function ownerOf(
  { rows, columns }: Definition['tables'][number],
  { of }: Definition['tables'][number]['columns'][string],
): 'patient' | 'specimen' {
  if (rows !== 'specimen') return 'patient';
  return of ?? (Object.values(columns).some((column) => column.of === 'specimen') ? 'patient' : 'specimen');
}
