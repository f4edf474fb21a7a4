import type { Definition, FrameTables, Table } from '../../cohort/index.ts';
import type { ZipFileContent } from '../zip-write.ts';
import { type Attribute, attributesOf, listAttributes, type Sample, typeOf } from './people.ts';
import { cellsOf, dataName, metaText, tabText } from './rows.ts';

/** A column of a clinical file: four lines of header, then its name. https://docs.cbioportal.org/file-formats/#clinical-data */
interface ClinicalColumn {
  readonly display: string;
  readonly description: string;
  readonly type: 'NUMBER' | 'BOOLEAN' | 'STRING';
  readonly name: string;
  readonly cell: (row: number) => string;
}

function identifier(name: string, display: string, cell: (row: number) => string): ClinicalColumn {
  return { display, description: display, type: 'STRING', name, cell };
}

function clinicalText(columns: readonly ClinicalColumn[], rows: number): string {
  const lines: string[][] = [
    columns.map(({ display }) => display),
    columns.map(({ description }) => description),
    columns.map(({ type }) => type),
    columns.map(() => '1'),
  ].map(([first, ...rest]) => [`#${first}`, ...rest]);
  lines.push(columns.map(({ name }) => name));
  for (let row = 0; row < rows; row++) lines.push(columns.map(({ cell }) => cell(row)));
  return tabText(lines);
}

/**
 * Attributes that cBioPortal knows by name, with whose and of what type they must be (P patients', S specimens', N a number, T a text). Where
 * a column is called so and is another, it gets another name; what is no such thing at all (X) always does.
 */
const KNOWN: ReadonlyMap<string, string> = new Map(
  Object.entries({
    PN: 'AGE DFS_MONTHS OS_MONTHS',
    PT: 'GENDER PATIENT_DISPLAY_NAME SEX TUMOR_SITE',
    ST: 'METASTATIC_SITE OTHER_SAMPLE_ID PRIMARY_SITE SAMPLE_CLASS SAMPLE_DISPLAY_NAME SAMPLE_TYPE TUMOR_TISSUE_SITE TUMOR_TYPE',
    T: 'CANCER_TYPE CANCER_TYPE_DETAILED HISTOLOGY KNOWN_MOLECULAR_CLASSIFIER',
    X: 'DFS_STATUS OS_STATUS MUTATION_COUNT FRACTION_GENOME_ALTERED PATIENT_ID SAMPLE_ID START_DATE STOP_DATE EVENT_TYPE STYLE_COLOR STYLE_SHAPE',
  }).flatMap(([asks, names]) => names.split(' ').map((name) => [name, asks] as const)),
);

/** Names of attributes as cBioPortal has them: capital letters, digits and `_`, each once. `of`: whose they are; absent: events'. */
export function attributeNames(
  attributes: readonly Attribute[],
  of: (attribute: Attribute) => 'P' | 'S' | undefined = () => undefined,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const upperOf = ({ name }: Attribute): string => {
    const upper = name.toUpperCase();
    return /[A-Z]/.test(upper) ? upper : `X_${upper}`;
  };
  const uppers = new Set(attributes.map(upperOf));
  for (const attribute of attributes) {
    let upper = upperOf(attribute);
    const asks = KNOWN.get(upper);
    const is = `${of(attribute) ?? ''}${typeOf(attribute) === 'NUMBER' ? 'N' : typeOf(attribute) === 'STRING' ? 'T' : ''}`;
    const survival = upper.endsWith('_STATUS') && uppers.has(upper.replace(/_STATUS$/, '_MONTHS'));
    if (attribute.months && !upper.includes('DATE')) upper += '_DATE'; // only so are such values let pass
    const unlike =
      asks !== undefined && (asks === 'X' || (of(attribute) && ![...asks].every((one) => is.includes(one))));
    if (unlike || survival) upper += '_';
    while (taken.has(upper)) upper += '_';
    taken.add(upper);
    names.set(attribute.name, upper);
  }
  return names;
}

/** Names of all attributes of patients and specimens. */
export function clinicalNames(own: readonly Attribute[], specimens: readonly Attribute[]): ReadonlyMap<string, string> {
  const patients = new Set(own);
  return attributeNames([...own, ...specimens], (attribute) => (patients.has(attribute) ? 'P' : 'S'));
}

/** What cBioPortal takes for an empty field: sodium is called so too. */
const NOTHING: ReadonlySet<string> = new Set(['', 'na', '[not available]', '[not applicable]', '[null]']);

function columnOf(attribute: Attribute, name: string, cell = attribute.cell): ClinicalColumn {
  const { label, unit } = attribute.column;
  const called = label ?? attribute.name;
  const display = NOTHING.has(called.trim().toLowerCase()) ? `${called} (${name})` : called;
  return {
    display,
    description: unit === undefined ? display : `${display} (${unit})`,
    type: typeOf(attribute),
    name,
    cell,
  };
}

/** Files of patients and of specimens, each with its meta file. */
export function clinicalFiles(
  definition: Definition,
  { patients, lists }: FrameTables,
  samples: readonly Sample[],
  study: string,
): readonly ZipFileContent[] {
  const cell = cellsOf(patients);
  const people = { patients, ...(lists && { lists }) };
  const [own, specimens] = [attributesOf(definition, 'patient', people), attributesOf(definition, 'specimen', people)];
  const names = clinicalNames(own, specimens);
  const ofPatients = [
    identifier('PATIENT_ID', 'Patient Identifier', (row) => cell('patient', row)),
    ...own.map((attribute) => columnOf(attribute, names.get(attribute.name)!)),
  ];
  const counting = (attribute: Attribute) => (i: number) => {
    const { row } = samples[i]!;
    return row === undefined ? '' : attribute.cell(row);
  };
  const ofLists = new Map<string, (i: number) => string>();
  for (const { rows, name, columns } of definition.tables) {
    const list = rows === 'specimen' && name !== undefined ? lists?.get(name) : undefined;
    if (!list) continue;
    const counted = specimens.filter((attribute) => attribute.list === name);
    const listed = listAttributes(columns, list, patients).filter(({ name: of }) => counted.some((a) => a.name === of));
    const rowOf = listedRows(samples, list, counted, listed);
    for (const { name: of, cell: text } of listed)
      ofLists.set(of, (i) => (rowOf[i] === undefined ? '' : text(rowOf[i])));
  }
  const ofSamples = [
    identifier('PATIENT_ID', 'Patient Identifier', (i) => samples[i]!.patient),
    identifier('SAMPLE_ID', 'Sample Identifier', (i) => samples[i]!.id),
    ...specimens.map((attribute) =>
      columnOf(attribute, names.get(attribute.name)!, ofLists.get(attribute.name) ?? counting(attribute)),
    ),
  ];
  const meta = (datatype: string, file: string): string =>
    metaText({
      cancer_study_identifier: study,
      genetic_alteration_type: 'CLINICAL',
      datatype,
      data_filename: file,
    });
  return [
    { name: 'data_clinical_patient.txt', content: clinicalText(ofPatients, patients.rows) },
    { name: 'meta_clinical_patient.txt', content: meta('PATIENT_ATTRIBUTES', 'data_clinical_patient.txt') },
    { name: 'data_clinical_sample.txt', content: clinicalText(ofSamples, samples.length) },
    { name: 'meta_clinical_sample.txt', content: meta('SAMPLE_ATTRIBUTES', 'data_clinical_sample.txt') },
  ];
}

/**
 * Which row of a named table is which specimen, as far as the frame tells: that of the one that counts has its values, and of a patient's
 * others any is any.
 */
function listedRows(
  samples: readonly Sample[],
  list: Table,
  counted: readonly Attribute[],
  listed: readonly Attribute[],
): readonly (number | undefined)[] {
  const patientOf = cellsOf(list);
  const left = new Map<string, number[]>();
  for (let row = 0; row < list.rows; row++) {
    const patient = patientOf('patient', row);
    left.set(patient, [...(left.get(patient) ?? []), row]);
  }
  return samples.map(({ patient, row }) => {
    const rows = left.get(patient) ?? [];
    const same = (at: number): boolean => counted.every(({ cell }, i) => cell(row!) === listed[i]!.cell(at));
    const found = row === undefined ? -1 : rows.findIndex(same);
    return rows.splice(Math.max(0, found), 1)[0];
  });
}

/** A named table of events as a timeline; START_DATE counts days from the first day of the table's patient. */
export function timelineFiles(
  definition: Definition,
  { lists, patients }: FrameTables,
  study: string,
): readonly ZipFileContent[] {
  return definition.tables.flatMap(({ rows, name, date, columns }) => {
    const table = name === undefined || rows !== 'event' ? undefined : lists?.get(name);
    if (!table) return [];
    const cell = cellsOf(table);
    const attributes = listAttributes(columns, table, patients);
    const names = attributeNames(attributes);
    const days = date === undefined ? undefined : table.columns.get(date);
    const dayOf = (row: number): number => (days?.type === 'date' ? days.values[row]! : Number.NaN);
    const first = new Map<string, number>();
    for (let row = 0; row < table.rows; row++) {
      const patient = cell('patient', row);
      if (dayOf(row) < (first.get(patient) ?? Number.POSITIVE_INFINITY)) first.set(patient, dayOf(row));
    }
    const start = (row: number): string => {
      const day = dayOf(row) - (first.get(cell('patient', row)) ?? 0);
      return Number.isNaN(day) ? '0' : String(day);
    };
    const lines = [
      ['PATIENT_ID', 'START_DATE', 'STOP_DATE', 'EVENT_TYPE', ...attributes.map((a) => names.get(a.name)!)],
    ];
    for (let row = 0; row < table.rows; row++)
      lines.push([cell('patient', row), start(row), '', name!.toUpperCase(), ...attributes.map((a) => a.cell(row))]);
    const file = dataName(`data_timeline_${name}.txt`);
    return [
      { name: file, content: tabText(lines) },
      {
        name: `meta_timeline_${name}.txt`,
        content: metaText({
          cancer_study_identifier: study,
          genetic_alteration_type: 'CLINICAL',
          datatype: 'TIMELINE',
          data_filename: file,
        }),
      },
    ];
  });
}
