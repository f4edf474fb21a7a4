import { PassThrough, pipeline, type Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { fault } from './fault.ts';
import type { Held } from './held.ts';
import { LIMITS } from './limits.ts';

/** What an archive is by a file in it, and what its owner can do. */
const ARCHIVES: readonly (readonly [entry: string, name: string, remedy: string])[] = [
  ['xl/workbook.bin', 'a binary Excel workbook (.xlsb)', 'Save it as an Excel workbook (.xlsx).'],
  ['content.xml', 'an OpenDocument file', 'Save the sheet as an Excel workbook (.xlsx) or as CSV.'],
  ['word/document.xml', 'a Word document', 'Save its table as an Excel workbook (.xlsx) or as CSV.'],
  ['ppt/presentation.xml', 'a PowerPoint file', 'Save its table as an Excel workbook (.xlsx) or as CSV.'],
];

/**
 * Whether a zip archive is an Excel workbook, else it is files packed together.
 * Throws `archive-not-read` where it is another office document, `truncated`, `undecodable`, `over-limit`.
 */
export async function isWorkbook(held: Held, file: string): Promise<boolean> {
  const names = new Set((await listed(await held.zip(), file)).map(({ fileName }) => fileName));
  if (names.has('xl/workbook.xml')) return true;
  if (ARCHIVES.some(([entry]) => names.has(entry))) refuseOthers(names, file);
  return false;
}

/** What a workbook's archive may unpack to, and who looks at what it holds. */
interface Inspection {
  readonly most?: number;
  /** Is given all of a part, a piece at a time, each with the end of the one before. */
  readonly look?: (part: string, text: Buffer) => void;
}

/**
 * Holds a workbook's archive against the limits by unpacking each entry and keeping nothing: sizes that an archive tells of itself are not
 * believed. Throws `archive-not-read` where it is no workbook, `truncated`, `undecodable`, `over-limit`.
 */
export async function inspect(held: Held, file: string, inspection: Inspection = {}): Promise<void> {
  const zip = await held.zip();
  const entries = await listed(zip, file);
  refuseOthers(new Set(entries.map(({ fileName }) => fileName)), file);
  let length = 0;
  for (const entry of entries) length = await unpacked(zip, entry, length, held.length, file, inspection);
}

/** Opens parts of a workbook by their path. */
export async function partsOf(held: Held): Promise<(part: string) => Promise<AsyncIterable<Uint8Array> | undefined>> {
  const zip = await held.zip();
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
  return async (part) => {
    const entry = entries.get(part);
    return entry && contentOf(zip, entry);
  };
}

/** Larger than zlib's own 16 KiB, of which each is a turn of another thread. */
const CHUNK_BYTES = 64 * 1024;

/** What an entry unpacks to. Throws where that isn't as much as the archive says. */
async function* contentOf(zip: ZipFile, entry: Entry): AsyncGenerator<Buffer> {
  const deflated = entry.compressionMethod === 8;
  const packed: Readable = await zip.openReadStreamPromise(entry, deflated ? { decompress: false } : {});
  const content = deflated ? createInflateRaw({ chunkSize: CHUNK_BYTES }) : new PassThrough();
  pipeline(packed, content, () => {}); // an error ends the loop below
  let length = 0;
  try {
    for await (const chunk of content as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > entry.uncompressedSize) break;
      yield chunk;
    }
  } finally {
    content.destroy();
  }
  if (length !== entry.uncompressedSize) throw new RangeError('the entry is not as long as the archive says');
}

async function listed(zip: ZipFile, file: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  try {
    for await (const entry of zip.eachEntry()) {
      entries.push(entry);
      if (entries.length > LIMITS.workbookEntries) throw tooLarge(`more than ${LIMITS.workbookEntries} files`, file);
    }
  } catch (error) {
    throw damaged(error, file);
  }
  return entries;
}

function refuseOthers(names: ReadonlySet<string>, file: string): void {
  if (names.has('xl/workbook.xml')) return;
  const known = ARCHIVES.find(([entry]) => names.has(entry));
  if (known) throw fault('archive-not-read', `the file is ${known[1]}, which is not read`, { file }, known[2]);
  throw fault(
    'archive-not-read',
    'the file is a zip archive, and no table by itself',
    { file },
    `Match the files in it in the definition, as ${file.replace(/^.*\//, '')}/data.csv, or put them unpacked.`,
  );
}

/** As much of a piece is shown again with the next: no tag that is looked for is longer. */
const SHOWN_AGAIN = 16;

async function unpacked(
  zip: ZipFile,
  entry: Entry,
  before: number,
  packed: number,
  file: string,
  { most = LIMITS.workbookInflatedBytes, look }: Inspection,
): Promise<number> {
  let length = before;
  let end = Buffer.alloc(0);
  try {
    for await (const chunk of contentOf(zip, entry)) {
      length += chunk.length;
      if (length > most) throw tooLarge(`more than ${most} bytes`, file);
      if (length > LIMITS.ratioFromBytes && length > LIMITS.ratio * packed)
        throw tooLarge(`more than ${LIMITS.ratio} times its size`, file);
      if (!look) continue;
      look(entry.fileName, Buffer.concat([end, chunk.subarray(0, SHOWN_AGAIN)]));
      look(entry.fileName, chunk);
      end = Buffer.from(chunk.subarray(-SHOWN_AGAIN));
    }
  } catch (error) {
    throw damaged(error, file);
  }
  return length;
}

function tooLarge(what: string, file: string): Error {
  return fault(
    'over-limit',
    `the workbook unpacks to ${what}`,
    { file },
    'Save the sheet that is meant as CSV, or take out what is not needed.',
  );
}

/** What yauzl says of an archive that contradicts itself; our own faults stay. */
export function damaged(error: unknown, file: string): unknown {
  if (error instanceof Error && 'place' in error) return error;
  return fault('undecodable', 'the zip archive is damaged', { file }, 'Save it again and put it again.', error);
}
