import { type Place, SignetError } from '../base/index.ts';
import {
  createAlterationReader,
  createTableReader,
  type Definition,
  type EventRow,
  type PatientRow,
  type Problem,
  parseDefinition,
  type Reading,
  type SpecimenRow,
  screenOf,
} from '../cohort/index.ts';
import { againstGenomes, LIMITS, mafAlterations, NamedBuilds, openSource, type Rejected } from '../formats/index.ts';
import { contentOf, refuseOther } from './content.ts';
import type { Alone } from './definition.ts';
import type { AttemptWriter } from './ports.ts';
import { readArchive } from './read-archive.ts';
import { isOfGenes, readAlone, readGenes, tellBuilds } from './read-genes.ts';
import type { Open, ReadOptions } from './read-options.ts';
import { readVcfAlterations } from './read-vcf.ts';
import { screenAlterations, suspicions } from './screen.ts';

/** Problems that an attempt keeps, in the file's order; the rest are counted in one more. */
const MOST_PROBLEMS = 10_000;

/** A definition is written by hand. */
const MOST_DEFINITION_BYTES = 1_000_000;

/** An object beyond this isn't read. */
export const MOST_SOURCE_BYTES = LIMITS.bytes;

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

/**
 * Reads a source in the manner that is asked for, or as what it is by itself, and hands its records and problems to an attempt, batch by
 * batch.
 */
export async function readRecords(
  open: Open,
  asked: Reading | Alone,
  options: ReadOptions,
  writer: AttemptWriter,
): Promise<void> {
  const problems = new ProblemSink(options.file, writer);
  const content = options.content ?? (await contentOf(open, options.file));
  if (typeof asked !== 'string' && asked.members && content === 'archive')
    await readArchive(open, asked, options, writer, {
      screen: async (member, of, inside) => problems.put(await screenFile(member, of, inside)),
      read: (member, of, inside, into) => readFile(member, of, { ...inside, screened: true }, into, problems),
      tell: (problem) => problems.put([problem]),
    });
  else await readFile(open, asked, { ...options, content }, writer, problems);
  await problems.finish();
}

/** Looks through a file of alterations before anything of it, or of the archive that it lies in, is written. */
async function screenFile(
  open: Open,
  asked: Reading | Alone,
  { file, content = 'unknown' }: ReadOptions,
): Promise<readonly Problem[]> {
  if (typeof asked === 'string') return asked === 'segments' ? screenAlterations(open, file, content) : [];
  refuseOther(content, asked, file);
  return asked.alterations ? screenAlterations(open, file, content, asked.alterations) : [];
}

/** Reads one file whose content is known. */
async function readFile(
  open: Open,
  asked: Reading | Alone,
  options: ReadOptions,
  writer: AttemptWriter,
  problems: ProblemSink,
): Promise<void> {
  const { file, content = 'unknown' } = options;
  const reject = (row: Rejected): Promise<void> => problems.put([problemOf(row, { file }, 'error')]);
  if (!options.screened) await problems.put(await screenFile(open, asked, { ...options, content }));
  if (typeof asked === 'string') {
    await problems.release();
    return readAlone(open, asked, options, writer, reject);
  }
  if (asked.tables.length > 0) await readTables(open, asked, options, writer, problems);
  if (!asked.alterations) return;
  await problems.release();
  if (content === 'vcf' || content === 'annotated-vcf') await readVcfAlterations(open, asked, options, writer, reject);
  else if (isOfGenes(content)) await readGenes(open, content, asked, options, writer, reject);
  else await readAlterations(open, asked, options, writer, problems);
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
  const events: EventRow[] = [];
  const found: Problem[] = []; // nothing of the file is written before all of it was screened
  let values = 0;
  for (const table of reading.tables) {
    const source = await openSource(await open(), {
      file,
      ...(table.header !== undefined && { header: table.header }),
      ...(table.sheet !== undefined && { sheet: table.sheet }),
    });
    try {
      const at: Place & { readonly file: string } = {
        file,
        ...(source.sheet !== undefined && { sheet: source.sheet }),
      };
      const keep = (more: readonly Problem[]): void => {
        for (const problem of more) if (found.length <= MOST_PROBLEMS + BEYOND) found.push(problem);
      };
      keep(source.notes.map((note) => problemOf(note, at, 'warning')));
      const reader = createTableReader(table, source.columns, { ...at, pseudonym });
      const screen = screenOf(reading, table, source.columns);
      const places = table.columns.map(({ from }) => source.columns.indexOf(from));
      for await (const batch of source.rows)
        for (const row of batch) {
          if (isRejected(row)) keep([problemOf(row, at, 'error')]);
          else {
            for (const place of places) if ((row.cells[place] ?? '') !== '') values += 1;
            if (values > LIMITS.tableValues) throw tooManyValues(at);
            screen.add(row.cells, row.line);
            reader.add(row);
          }
        }
      keep(suspicions(screen, at));
      const read = reader.finish();
      for (const row of read.patients) patients.push(row);
      for (const row of read.specimens) specimens.push(row);
      for (const row of read.events) events.push(row);
      keep(read.problems);
    } finally {
      source.close();
    }
  }
  await problems.put(found);
  await writer.patients(patients);
  await writer.specimens(specimens);
  if (events.length > 0) await writer.events(events);
}

function tooManyValues(place: Place): SignetError {
  return new SignetError('over-limit', `more than ${LIMITS.tableValues} values are to be read of the tables`, {
    place,
    remedy: 'Read fewer columns, or split the file.',
  });
}

/** Problems that are counted beyond those that are kept. */
const BEYOND = 1_000_000;

/** Reads the source's alterations and hands them on a batch at a time: memory doesn't grow with the file. */
async function readAlterations(
  open: Open,
  reading: Reading,
  { file, pseudonym, aids }: ReadOptions,
  writer: AttemptWriter,
  problems: ProblemSink,
): Promise<void> {
  const { alterations } = reading;
  if (!alterations) return;
  const source = await openSource(await open(), { file });
  try {
    const at = { file, ...(source.sheet !== undefined && { sheet: source.sheet }) };
    await problems.put(source.notes.map((note) => problemOf(note, at, 'warning')));
    const reader = createAlterationReader(reading, { file, pseudonym });
    const builds = new NamedBuilds('NCBI_Build');
    const { specimen: specimenColumn } = alterations;
    const rows = mafAlterations(source, { specimenColumn, builds });
    const look = async function* () {
      const again = await openSource(await open(), { file });
      try {
        yield* mafAlterations(again, { specimenColumn });
      } finally {
        again.close();
      }
    };
    const genomes = aids && aids.fastas.length > 0 ? aids : undefined;
    for await (const batch of genomes ? againstGenomes(rows, look, genomes) : rows) {
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
    await tellBuilds(builds, writer);
  } finally {
    source.close();
  }
}

function isRejected(row: object): row is Rejected {
  return 'rule' in row;
}

/** What a reader of bytes says of a row, as a problem of the file; `otherwise` is its level where it says none. */
function problemOf(
  { line, column, value, rule, says, remedy, level, rows }: Rejected,
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
    ...(rows !== undefined && { rows }),
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
  /** Problems hold values: none is written while a table may still tell who its patients are. */
  #held: Problem[] | undefined = [];

  constructor(file: string, writer: AttemptWriter) {
    this.#file = file;
    this.#writer = writer;
  }

  async put(problems: readonly Problem[]): Promise<void> {
    const room = problems.slice(0, Math.max(0, MOST_PROBLEMS - this.#kept));
    this.#kept += room.length;
    this.#beyond += problems.length - room.length;
    if (this.#held) for (const problem of room) this.#held.push(problem);
    else if (room.length > 0) await this.#writer.problems(room);
  }

  /** Every table was screened: what was held back is written. */
  async release(): Promise<void> {
    const held = this.#held ?? [];
    this.#held = undefined;
    if (held.length > 0) await this.#writer.problems(held);
  }

  async finish(): Promise<void> {
    await this.release();
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
