import type { Readable } from 'node:stream';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { fault } from './fault.ts';
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
export async function isWorkbook(bytes: Buffer, file: string): Promise<boolean> {
  const names = new Set((await listed(await opened(bytes, file), file)).map(({ fileName }) => fileName));
  if (names.has('xl/workbook.xml')) return true;
  if (ARCHIVES.some(([entry]) => names.has(entry))) refuseOthers(names, file);
  return false;
}

/**
 * Holds a workbook's archive against the limits by unpacking each entry and keeping nothing: sizes that an archive tells of itself are not
 * believed. Throws `archive-not-read` where it is no workbook, `truncated`, `undecodable`, `over-limit`.
 */
export async function inspect(bytes: Buffer, file: string): Promise<void> {
  const zip = await opened(bytes, file);
  const entries = await listed(zip, file);
  refuseOthers(new Set(entries.map(({ fileName }) => fileName)), file);
  let length = 0;
  for (const entry of entries) length = await unpacked(zip, entry, length, bytes.length, file);
}

async function opened(bytes: Buffer, file: string): Promise<ZipFile> {
  return fromBufferPromise(bytes, { lazyEntries: true }).catch((error: unknown) => {
    throw fault('truncated', 'the zip archive lacks its end', { file }, 'Put it again, whole.', error);
  });
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
  const [, name, remedy] = ARCHIVES.find(([entry]) => names.has(entry)) ?? [
    '',
    'a zip archive',
    'Unpack it and put the files that are in it.',
  ];
  throw fault('archive-not-read', `the file is ${name}, which is not read`, { file }, remedy);
}

async function unpacked(zip: ZipFile, entry: Entry, before: number, packed: number, file: string): Promise<number> {
  let length = before;
  try {
    const stream: Readable = await zip.openReadStreamPromise(entry);
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > LIMITS.workbookInflatedBytes)
        throw tooLarge(`more than ${LIMITS.workbookInflatedBytes} bytes`, file);
      if (length > LIMITS.ratioFromBytes && length > LIMITS.ratio * packed)
        throw tooLarge(`more than ${LIMITS.ratio} times its size`, file);
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
