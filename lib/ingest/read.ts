import { SignetError } from '../base/index.ts';
import {
  createAlterationReader,
  createTableReader,
  type Definition,
  type PatientRow,
  type Problem,
  parseDefinition,
  type Reading,
  type SpecimenRow,
} from '../cohort/index.ts';
import { LIMITS, mafAlterations, openSource, type Rejected } from '../formats/index.ts';
import type { AttemptWriter, PseudonymOf } from './ports.ts';

/** Problems that an attempt keeps, in the file's order; the rest are counted in one more. */
const MOST_PROBLEMS = 10_000;

/** A definition is written by hand. */
const MOST_DEFINITION_BYTES = 1_000_000;

/** An object beyond this isn't read. */
export const MOST_SOURCE_BYTES = LIMITS.bytes;

/** Opens the same version's bytes, from the start, as often as its tables need. */
export type Open = () => Promise<AsyncIterable<Uint8Array>>;

/** What every reader needs to know. */
export interface ReadOptions {
  /** The source's key, for problems. */
  readonly file: string;
  readonly pseudonym: PseudonymOf;
}

/** Reads a cohort definition. Throws what {@link parseDefinition} throws, and `undecodable`, `over-limit`. */
export async function readDefinition(bytes: AsyncIterable<Uint8Array>, file: string): Promise<Definition> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > MOST_DEFINITION_BYTES)
      throw new SignetError('over-limit', `a definition has at most ${MOST_DEFINITION_BYTES} bytes`, {
        place: { file },
      });
    chunks.push(chunk);
  }
  return parseDefinition(utf8(Buffer.concat(chunks), file), file);
}

function utf8(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new SignetError('undecodable', 'the definition is not UTF-8 text', {
      place: { file },
      remedy: 'Save it as UTF-8.',
      cause,
    });
  }
}

/** Reads a source in the manner of `reading` and hands its records and problems to an attempt, batch by batch. */
export async function readRecords(
  open: Open,
  reading: Reading,
  options: ReadOptions,
  writer: AttemptWriter,
): Promise<void> {
  const problems = new ProblemSink(options.file, writer);
  await readTables(open, reading, options, writer, problems);
  await readAlterations(open, reading, options, writer, problems);
  await problems.finish();
}

/**
 * Reads each table that matches the source; several may, of one sheet or of several. A patient's rows of all of them are one record: they
 * are kept until the last was read.
 */
async function readTables(
  open: Open,
  reading: Reading,
  { file, pseudonym }: ReadOptions,
  writer: AttemptWriter,
  problems: ProblemSink,
): Promise<void> {
  const patients: PatientRow[] = [];
  const specimens: SpecimenRow[] = [];
  for (const table of reading.tables) {
    const source = await openSource(await open(), {
      file,
      ...(table.header !== undefined && { header: table.header }),
      ...(table.sheet !== undefined && { sheet: table.sheet }),
    });
    try {
      const at = { file, ...(source.sheet !== undefined && { sheet: source.sheet }) };
      await problems.put(source.notes.map((note) => problemOf(note, at, 'warning')));
      const reader = createTableReader(table, source.columns, { file, pseudonym });
      for await (const batch of source.rows)
        for (const row of batch) {
          if (isRejected(row)) await problems.put([problemOf(row, at, 'error')]);
          else reader.add(row);
        }
      const read = reader.finish();
      for (const row of read.patients) patients.push(row);
      for (const row of read.specimens) specimens.push(row);
      await problems.put(read.problems);
    } finally {
      source.close();
    }
  }
  await writer.patients(patients);
  await writer.specimens(specimens);
}

/** Reads the source's alterations and hands them on a batch at a time: memory doesn't grow with the file. */
async function readAlterations(
  open: Open,
  reading: Reading,
  { file, pseudonym }: ReadOptions,
  writer: AttemptWriter,
  problems: ProblemSink,
): Promise<void> {
  if (!reading.alterations) return;
  const source = await openSource(await open(), { file });
  try {
    const at = { file, ...(source.sheet !== undefined && { sheet: source.sheet }) };
    await problems.put(source.notes.map((note) => problemOf(note, at, 'warning')));
    const reader = createAlterationReader(reading, { file, pseudonym });
    for await (const batch of mafAlterations(source, { specimenColumn: reading.alterations.specimen })) {
      for (const row of batch) {
        if (!isRejected(row)) reader.add(row);
        else {
          await problems.put([problemOf(row, at, 'error')]);
          if (row.specimen !== undefined && row.gene !== undefined) reader.apart(row.specimen, row.gene);
        }
      }
      const read = reader.take();
      await writer.alterations(read.alterations, read.unreadable);
      await problems.put(read.problems);
    }
  } finally {
    source.close();
  }
}

function isRejected(row: object): row is Rejected {
  return 'rule' in row;
}

/** What a reader of bytes says of a row, as a problem of the file; `otherwise` is its level where it says none. */
function problemOf(
  { line, column, value, rule, says, remedy, level }: Rejected,
  at: Pick<Problem, 'file' | 'sheet'>,
  otherwise: Problem['level'],
): Problem {
  return {
    rule,
    level: level ?? otherwise,
    ...at,
    line,
    ...(column !== undefined && { column }),
    ...(value !== undefined && { value }),
    says,
    remedy,
  };
}

/** Keeps problems in the order they come; beyond the most that are kept it counts. */
class ProblemSink {
  readonly #file: string;
  readonly #writer: AttemptWriter;
  #kept = 0;
  #beyond = 0;

  constructor(file: string, writer: AttemptWriter) {
    this.#file = file;
    this.#writer = writer;
  }

  async put(problems: readonly Problem[]): Promise<void> {
    const room = problems.slice(0, Math.max(0, MOST_PROBLEMS - this.#kept));
    this.#kept += room.length;
    this.#beyond += problems.length - room.length;
    if (room.length > 0) await this.#writer.problems(room);
  }

  async finish(): Promise<void> {
    if (this.#beyond === 0) return;
    await this.#writer.problems([
      {
        rule: 'more-problems',
        level: 'warning',
        file: this.#file,
        rows: this.#beyond,
        says: `${this.#beyond} more problems are not listed`,
        remedy: 'Mend those that are listed first: they often have one cause.',
      },
    ]);
  }
}
