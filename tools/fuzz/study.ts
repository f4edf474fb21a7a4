import {
  buildFrame,
  type Column,
  type Definition,
  type FrameSource,
  type FrameTables,
  MISSING,
  parseDefinition,
} from '../../lib/cohort/index.ts';
import { samplesOf, studyFiles } from '../../lib/formats/index.ts';
import { contentOf, mannerOf, readRecords } from '../../lib/ingest/index.ts';
import { pseudonymsUnder } from '../../lib/store/index.ts';
import { type File, keeper, noRecords, type Outcome, OWN_NAMES, type Records } from './reading.ts';
import { pieces } from './seeds.ts';

const opaque = pseudonymsUnder(new Uint8Array(32));

/** Builds a cohort of what was read, gives it away as a study of cBioPortal, and reads that: the tables must be the same. */
export async function throughStudy(
  { seed, definition }: File,
  { records }: Outcome,
  same: (what: string, was: readonly string[], is: readonly string[]) => void,
): Promise<void> {
  const { tables, panels } = buildFrame(definition, [{ key: seed.file, records: underKeys(records) }]);
  const files = studyFiles({ name: 'study', definition, tables, panels });
  const yaml = String(files.find(({ name }) => name === 'cohort.yaml')!.content);
  const again = await cohortOf(parseDefinition(yaml, 'cohort.yaml'), files);
  same('the same given away as a study and read again', textOf(definition, tables), textOf(definition, again));
}

/** The records with opaque keys for names. */
function underKeys({ patients, specimens, events, alterations, unreadable, facts }: Records): FrameSource['records'] {
  const patient = (key: string): string => opaque('patient', key);
  const specimen = (key: string): string => opaque('specimen', key);
  return {
    patients: patients.map((row) => ({ ...row, patient: patient(row.patient) })),
    specimens: specimens.map((row) => ({ ...row, patient: patient(row.patient), specimen: specimen(row.specimen) })),
    events: events.map((row) => ({ ...row, patient: patient(row.patient) })),
    alterations: alterations.map((row) => ({ ...row, specimen: specimen(row.specimen) })),
    unreadable: unreadable.map((row) => ({ ...row, specimen: specimen(row.specimen) })),
    facts: facts.map(({ covered, sequenced, ...more }) => ({
      ...more,
      ...(covered && { covered: covered.map(specimen) }),
      ...(sequenced && { sequenced: sequenced.map((one) => ({ ...one, specimen: specimen(one.specimen) })) }),
    })),
  };
}

async function cohortOf(definition: Definition, files: ReturnType<typeof studyFiles>): Promise<FrameTables> {
  const sources: FrameSource[] = [];
  for (const { name: file, content: text } of files) {
    if (file === 'cohort.yaml') continue;
    const open = async () => pieces(Buffer.from(text as string), 65_536);
    const content = await contentOf(open, file);
    const { reading, alone } = mannerOf(definition, file, content);
    const asked = reading ?? alone;
    if (!asked) continue;
    const records = noRecords();
    await readRecords(open, asked, { file, pseudonym: OWN_NAMES, content }, keeper(records, []));
    sources.push({ key: file, records });
  }
  return buildFrame(definition, sources).tables;
}

/** All rows of all tables as text, in an order of their own, specimens by the names that a study gives them; what is missing is left out. */
function textOf(definition: Definition, tables: FrameTables): readonly string[] {
  const { patients, alterations, coverage, lists } = tables;
  const names = new Map(samplesOf(definition, tables).map(({ key, id }) => [key, id]));
  const rows: string[] = [];
  for (const [name, table] of [
    ['patients', patients],
    ['alterations', alterations],
    ['coverage', coverage],
    ...(lists ?? []),
  ] as const)
    for (let row = 0; row < table.rows; row += 1) {
      const cells = [...table.columns].flatMap(([column, of]) => {
        const value = cellOf(of, row);
        if (value === null) return [];
        return [[column, column === 'specimen' ? (names.get(String(value)) ?? value) : value] as const];
      });
      rows.push(`${name} ${JSON.stringify(cells.sort(([a], [b]) => (a < b ? -1 : 1)))}`);
    }
  return rows.sort();
}

function cellOf(column: Column, row: number): string | number | null {
  if (column.type === 'category') return column.levels[column.codes[row]!] ?? null;
  const value = column.values[row]!;
  return Number.isNaN(value) || (column.type === 'boolean' && value === MISSING) ? null : value;
}
