import { isSignetError, SignetError } from '../base/index.ts';
import type { EventRow, PatientRow, Problem, SpecimenRow } from '../cohort/index.ts';
import { memberReading, type Reading } from '../cohort/index.ts';
import { type Member, openArchive } from '../formats/index.ts';
import { contentOf } from './content.ts';
import { type Alone, aloneOf } from './definition.ts';
import type { AttemptWriter, Content } from './ports.ts';
import type { Open, ReadOptions } from './read-options.ts';

/** What is done with a file of an archive. */
interface Handling {
  /** Looks through alterations for what tells who patients are. */
  readonly screen: (open: Open, asked: Reading | Alone, options: ReadOptions) => Promise<void>;
  /** Reads it as its own source would be, tables or alterations of it. */
  readonly read: (open: Open, asked: Reading | Alone, options: ReadOptions, writer: AttemptWriter) => Promise<void>;
  readonly tell: (problem: Problem) => Promise<void>;
}

/** A file of an archive that is read, and how. */
interface Asked {
  readonly member: Member;
  readonly content: Content;
  readonly file: string;
  readonly asked: Reading | Alone;
}

/**
 * Reads the files of an archive, each matched as `study.zip/data_mutations.txt`, into one attempt. Tables of all files come before
 * alterations: nothing is written before every file was screened. A file that the definition doesn't know is a warning; one that is refused
 * refuses the archive.
 */
export async function readArchive(
  open: Open,
  reading: Reading,
  options: ReadOptions,
  writer: AttemptWriter,
  { screen, read, tell }: Handling,
): Promise<void> {
  const found: Asked[] = [];
  for (const member of await openArchive(await open(), options.file)) {
    const file = `${options.file}/${member.name}`;
    const content = await contentOf(member.open, file);
    const asked = memberReading(reading, file) ?? aloneOf(member.name, content);
    if (asked) found.push({ member, content, file, asked });
    else if (content !== 'index' && member.name !== 'cohort.yaml') await tell(unknownMember(options.file, file));
  }
  for (const { member, content, file, asked } of found)
    await named(file, screen(member.open, asked, { ...options, file, content }));
  const patients: PatientRow[] = [];
  const specimens: SpecimenRow[] = [];
  const events: EventRow[] = [];
  for (const tables of [true, false])
    for (const { member, content, file, asked } of found) {
      const part = partOf(asked, tables);
      if (part === undefined) continue;
      const into = ofMember(member.name, writer, { patients, specimens, events });
      await named(file, read(member.open, part, { ...options, file, content }, into));
    }
  await writer.patients(patients);
  await writer.specimens(specimens);
  if (events.length > 0) await writer.events(events);
}

/** A fault of a file of the archive, with the file as its place. */
async function named(file: string, read: Promise<void>): Promise<void> {
  try {
    await read;
  } catch (error) {
    if (!isSignetError(error) || 'problems' in error) throw error;
    const { code, message, place, remedy } = error;
    throw new SignetError(code, message, { place: { ...place, file }, remedy, cause: error });
  }
}

function partOf(asked: Reading | Alone, tables: boolean): Reading | Alone | undefined {
  if (typeof asked === 'string') return tables ? undefined : asked;
  if (tables) return asked.tables.length > 0 ? { tables: asked.tables } : undefined;
  return asked.alterations && { tables: [], alterations: asked.alterations };
}

function unknownMember(archive: string, file: string): Problem {
  return {
    rule: 'unknown-member',
    level: 'warning',
    file,
    says: `the definition doesn't map this file of ${archive}: it is not read`,
    remedy: 'Map it in the definition, or take it out of the archive.',
  };
}

/** Writes into the archive's attempt, with the file's name at each row. All rows of a patient go in one call, once every table was screened. */
function ofMember(
  member: string,
  writer: AttemptWriter,
  { patients, specimens, events }: { patients: PatientRow[]; specimens: SpecimenRow[]; events: EventRow[] },
): AttemptWriter {
  const of = <T extends object>(rows: readonly T[]): readonly (T & { readonly member: string })[] =>
    rows.map((row) => ({ ...row, member }));
  return {
    patients: async (rows) => {
      for (const row of of(rows)) patients.push(row);
    },
    specimens: async (rows) => {
      for (const row of of(rows)) specimens.push(row);
    },
    events: async (rows) => {
      for (const row of of(rows)) events.push(row);
    },
    alterations: (rows, unreadable) => writer.alterations(of(rows), of(unreadable)),
    facts: (facts) => writer.facts({ ...facts, member }),
    problems: (problems) => writer.problems(problems),
    complete: () => writer.complete(),
  };
}
