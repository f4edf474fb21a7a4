import { lookAhead, type Peeked, peek } from './bytes.ts';
import { dialectOf } from './delimiter.ts';
import { fault } from './fault.ts';
import { gunzip } from './gunzip.ts';
import { type HeaderPlace, readHeader } from './header.ts';
import { LIMITS } from './limits.ts';
import { type Block, linesOf } from './lines.ts';
import { kindOf } from './magic.ts';
import type { Rejected, Row, RowsOf } from './rejected.ts';
import { BatchReader, type RowReader } from './rows.ts';
import { TabReader } from './tab-rows.ts';

/** Enough to tell what a file is, and how it is written. */
const PREFIX_BYTES = 256 * 1024;

/** The header's line begins within these. */
const SAMPLE_BYTES = 64 * 1024;

/** A table, open at its first row. It is read once: by `rows`, or by `pick`. */
export interface Source {
  /** Of a workbook, the sheet that is read. */
  readonly sheet?: string;
  /** What there is to say of the file, and of cells that were lost. */
  readonly notes: readonly Rejected[];
  /** Names of the columns, trimmed; a column without one is ''. */
  readonly columns: readonly string[];
  /** Line of the header, of several the last. */
  readonly headerLine: number;
  /** Rows and what is wrong with rows, in the file's order. Memory is bounded by a batch. Throws the faults of {@link openSource} too. */
  readonly rows: AsyncIterable<readonly Row[]>;
  /** The same rows with the cells of these columns only, in this order. */
  readonly pick: (at: readonly number[]) => AsyncIterable<readonly Row[]>;
  /** Lets go of the file where it isn't read to its end. */
  readonly close: () => void;
}

type Table = Omit<Source, 'close'>;

/** A table, and what is to be let go of beside the bytes. */
type Opened = Table & { readonly close?: () => void };

/**
 * Opens a table in whatever a hospital or a sequencing core writes: delimited text in any usual encoding, gzip of it, an Excel workbook.
 * What it is, is told by its bytes and not by its name. `header`: line of the header, or lines, whose cells join by ` / `; `sheet`: of a
 * workbook.
 * Throws SignetError where the file can't be trusted: `empty-file`, `not-text`, `undecodable`, `duplicate-header`, `unclosed-quote`,
 * `truncated`, `over-limit`, `binary-file`, `archive-not-read`, `no-header`.
 */
export async function openSource(bytes: AsyncIterable<Uint8Array>, place: HeaderPlace): Promise<Source> {
  const peeked = await peek(counted(bytes, place.file), PREFIX_BYTES);
  try {
    const { close, ...table } = await open(peeked, place);
    return {
      ...table,
      close: () => {
        peeked.close();
        close?.();
      },
    };
  } catch (error) {
    peeked.close();
    throw error;
  }
}

async function open(peeked: Peeked, place: HeaderPlace): Promise<Opened> {
  const { file } = place;
  const kind = kindOf(peeked.prefix);
  switch (kind.is) {
    case 'binary':
    case 'index':
      throw fault('binary-file', `the file is ${kind.name}, which is not read`, { file }, kind.remedy);
    case 'archive':
      throw fault('archive-not-read', `the file is ${kind.name}, which is not read`, { file }, kind.remedy);
    case 'gzip':
      return openContent(await peek(gunzip(peeked.bytes, file), PREFIX_BYTES), place);
    case 'zip':
      return openWorkbook(peeked, place);
    default:
      return openText(peeked, place);
  }
}

/** What a gzip holds: no other archive. */
async function openContent(content: Peeked, place: HeaderPlace): Promise<Opened> {
  const kind = kindOf(content.prefix);
  if (kind.is === 'text' || kind.is === 'binary' || kind.is === 'index') return open(content, place);
  throw fault(
    'archive-not-read',
    `the file is gzip with ${kind.is === 'archive' ? kind.name : `a ${kind.is} file`} in it, which is not read`,
    { file: place.file },
    'Unpack it and put what is in it.',
  );
}

async function* counted(bytes: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > LIMITS.bytes)
      throw fault(
        'over-limit',
        `the file has more than ${LIMITS.bytes} bytes`,
        { file },
        'Split it, or leave out columns that are not needed.',
      );
    yield chunk;
  }
}

async function openWorkbook({ bytes }: Peeked, place: HeaderPlace): Promise<Opened> {
  const { readSheet } = await import('./workbook.ts'); // whoever only reads a frame starts without other people's parsers
  const { sheet, batches, notes, close } = await readSheet(bytes, place.file, place);
  try {
    return { sheet, close, ...(await headed(new BatchReader(batches, true), notes, { ...place, sheet })) };
  } catch (error) {
    close();
    throw error;
  }
}

async function openText(peeked: Peeked, place: HeaderPlace): Promise<Table> {
  const { file, header } = place;
  if (peeked.whole && /^[\s\uFEFF\0]*$/.test(peeked.prefix.toString()))
    throw fault('empty-file', 'the file is empty', { file }, 'Put the file again, with its content.');
  const { notes, blocks } = linesOf(peeked, file);
  const lines = await sampled(blocks);
  const { delimiter, declared } = dialectOf(lines.sample, header);
  const rows = delimiter === '\t' ? new TabReader(lines.blocks, file) : await quoted(lines.blocks, delimiter, file);
  if (declared && header === undefined) await rows.next();
  return headed(rows, notes, place);
}

async function quoted(blocks: AsyncIterable<Block>, delimiter: string, file: string): Promise<RowReader> {
  const { csvRows } = await import('./csv-rows.ts');
  return new BatchReader(csvRows(blocks, delimiter, file));
}

/** Decoded text enough to see the header in, and all of it from the start. */
async function sampled(lines: AsyncIterable<Block>): Promise<{ sample: string; blocks: AsyncIterable<Block> }> {
  let length = 0;
  const { taken, items } = await lookAhead(lines, ({ bytes }) => {
    length += bytes.length;
    return length >= SAMPLE_BYTES;
  });
  const text = Buffer.concat(taken.map(({ bytes }) => bytes));
  const end = text.indexOf('\n', SAMPLE_BYTES);
  return { sample: text.subarray(0, end < 0 ? text.length : end).toString(), blocks: items };
}

async function headed(rows: RowReader, notes: readonly Rejected[], place: HeaderPlace): Promise<Table> {
  const { columns, width, line } = await readHeader(rows, place);
  const rest: RowsOf = (at) => rows.rest({ named: columns.length, width, ...(at && { at }) });
  return { notes, columns, headerLine: line, rows: rest(), pick: rest };
}
