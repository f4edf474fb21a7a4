import type { Definition, Problem, Reading, SourceRecords } from '../../lib/cohort/index.ts';
import {
  type AttemptWriter,
  type Content,
  contentOf,
  mannerOf,
  readAid,
  readDefinition,
  readRecords,
  rejectionOf,
} from '../../lib/ingest/index.ts';
import { AIDS, pieces, type Seed } from './seeds.ts';

/** Records while they come. */
export type Records = { -readonly [K in keyof SourceRecords]-?: NonNullable<SourceRecords[K]>[number][] };

/** What a file came to: what was read of it, or why it is refused. */
export interface Outcome {
  readonly content: Content;
  /** The code of why it is refused; then nothing of it counts. */
  readonly refused?: string;
  readonly records: Records;
  readonly problems: readonly Problem[];
  /** In what manner it was read, where the definition maps it. */
  readonly reading?: Reading;
}

/** A file to be read. */
export interface File {
  readonly seed: Seed;
  readonly bytes: Buffer;
  readonly definition: Definition;
}

/** What reading may cost: bytes that are asked of a source, of its size; and memory. */
const MOST_READS = 20;
const MOST_BUFFER_BYTES = 768 * 1024 ** 2;

/** A fault of the readers: the message says what was promised and isn't so. */
export class Broken extends Error {}

/** Bytes that count how often they are looked at. Throws {@link Broken} beyond {@link MOST_READS} times their number. */
export class CountedBytes {
  readonly #bytes: Buffer;
  readonly #size: number;
  #looked = 0;
  #opened = 0;

  /** `size`: how many come at once. */
  constructor(bytes: Buffer, size: number) {
    this.#bytes = bytes;
    this.#size = size;
  }

  /** From the start. */
  readonly open = async (): Promise<AsyncIterable<Uint8Array>> => {
    this.#opened += 1;
    if (this.#opened > MOST_READS) throw new Broken(`the file is opened more than ${MOST_READS} times`);
    return this.#pieces();
  };

  async *#pieces(): AsyncGenerator<Uint8Array> {
    for await (const piece of pieces(this.#bytes, this.#size)) {
      this.#looked += piece.length;
      if (this.#looked > MOST_READS * this.#bytes.length)
        throw new Broken(`more than ${MOST_READS} times the file's bytes are looked at`);
      const held = process.memoryUsage().arrayBuffers;
      if (held > MOST_BUFFER_BYTES) throw new Broken(`${Math.round(held / 1024 ** 2)} MB of buffers are held`);
      yield piece;
    }
  }
}

/** Names are their own keys, so that what is written of them can be read again. */
export const OWN_NAMES = (_: string, identifier: string): string => identifier;

/** No records. */
export function noRecords(): Records {
  return { patients: [], specimens: [], events: [], alterations: [], unreadable: [], facts: [] };
}

/** Keeps what a reader hands on. */
export function keeper(records: Records, problems: Problem[]): AttemptWriter {
  const push = <T>(to: T[], rows: readonly T[]): void => {
    for (const row of rows) to.push(row);
  };
  return {
    patients: async (rows) => push(records.patients, rows),
    specimens: async (rows) => push(records.specimens, rows),
    events: async (rows) => push(records.events, rows),
    alterations: async (rows, unreadable) => {
      push(records.alterations, rows);
      push(records.unreadable, unreadable);
    },
    facts: async (facts) => push(records.facts, [facts]),
    problems: async (more) => push(problems, more),
    complete: async () => ({ patients: 0, specimens: 0, alterations: 0, problems: 0 }),
  };
}

/**
 * Reads a file as a cohort's worker does: its content is told, the definition says how it is meant. `size`: bytes that come at once.
 * Throws whatever isn't a refusal.
 */
export async function readFile(file: File, size = 65_536): Promise<Outcome> {
  const { seed, bytes } = file;
  const counted = new CountedBytes(bytes, size);
  const records = noRecords();
  const problems: Problem[] = [];
  let content: Content = 'unknown';
  let reading: Reading | undefined;
  try {
    content = await contentOf(counted.open, seed.file);
    if (seed.role === 'definition') await readDefinition(await counted.open(), seed.file);
    else if (seed.role) await readWithAid(seed.role, content, counted.open, file, records, problems);
    else {
      const manner = mannerOf(file.definition, seed.file, content);
      reading = manner.reading;
      const asked = manner.reading ?? manner.alone;
      const aids = aidsOf(seed, content);
      const options = { file: seed.file, pseudonym: OWN_NAMES, content, ...(aids && { aids }) };
      if (asked) await readRecords(counted.open, asked, options, keeper(records, problems));
      else if (manner.aid) await readAid(counted.open, manner.aid, seed.file, keeper(records, problems));
    }
    return { content, records, problems, ...(reading && { reading }) };
  } catch (error) {
    const rejection = rejectionOf(error, seed.file);
    if (!rejection) throw error;
    return { content, records: noRecords(), problems: rejection.problems, refused: rejection.reason };
  }
}

function aidsOf({ aided }: Seed, content: Content) {
  if (!aided) return undefined;
  const of = (file: string, bytes: Buffer) => ({ file, open: async () => pieces(bytes, 65_536) });
  return {
    fastas: [of('genome.fa', AIDS.fasta)],
    beds: content === 'vcf' ? [of('genes.bed', AIDS.bed)] : [],
  };
}

/** Reads an aid by itself and then, where it is still one, a VCF by it. */
async function readWithAid(
  role: 'fasta' | 'bed',
  content: Content,
  open: () => Promise<AsyncIterable<Uint8Array>>,
  { seed, definition }: File,
  records: Records,
  problems: Problem[],
): Promise<void> {
  if (content !== role) return;
  await readAid(open, role, seed.file, keeper(records, problems));
  const { reading } = mannerOf(definition, 'vcf/own.vcf', 'vcf');
  const aid = { file: seed.file, open };
  const genes = { file: 'genes.bed', open: async () => pieces(AIDS.bed, 65_536) };
  const aids = { fastas: role === 'fasta' ? [aid] : [], beds: role === 'bed' ? [aid] : [genes] };
  const options = { file: 'vcf/own.vcf', pseudonym: OWN_NAMES, content: 'vcf' as const, aids };
  await readRecords(async () => pieces(AIDS.vcf, 65_536), reading!, options, keeper(records, problems));
}
