import type { Readable } from 'node:stream';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { collect } from './bytes.ts';
import { fault } from './fault.ts';
import { LIMITS } from './limits.ts';
import { damaged } from './zip.ts';

/** A file in an archive. */
export interface Member {
  /** Without a folder that all members lie in. */
  readonly name: string;
  /** Its bytes, from the start, as often as they are asked for. */
  open(): Promise<AsyncIterable<Uint8Array>>;
}

/** What programs put into an archive beside what was meant. */
const LITTER = /(?:^|\/)(?:__MACOSX\/|\.|Thumbs\.db$|desktop\.ini$)/;

/** What an archive may hold. */
interface Most {
  readonly members: number;
  readonly bytes: number;
  readonly ratio: number;
  readonly ratioFromBytes: number;
}

const MOST: Most = {
  members: LIMITS.archiveMembers,
  bytes: LIMITS.archiveInflatedBytes,
  ratio: LIMITS.ratio,
  ratioFromBytes: LIMITS.ratioFromBytes,
};

/**
 * Opens a zip of files. All of it is unpacked once, and nothing kept, before anything is read: sizes that an archive tells of itself are not
 * believed, and what passes is within the limits on members, total, ratio and depth.
 * Throws `over-limit`, `truncated`, `undecodable`, `archive-not-read` for an archive inside, `empty-file`.
 */
export async function openArchive(
  bytes: AsyncIterable<Uint8Array>,
  file: string,
  most: Most = MOST,
): Promise<readonly Member[]> {
  const all = await collect(bytes, LIMITS.archiveBytes, () => tooLarge(`more than ${LIMITS.archiveBytes} bytes`, file));
  const zip = await fromBufferPromise(all, { lazyEntries: true, autoClose: false }).catch((error: unknown) => {
    throw fault('truncated', 'the zip archive lacks its end', { file }, 'Put it again, whole.', error);
  });
  const entries = await entriesOf(zip, file, most.members);
  if (entries.length === 0)
    throw fault('empty-file', 'the zip archive holds no file', { file }, 'Put the files into it, or put them alone.');
  let length = 0;
  for (const entry of entries) length = await unpacked(zip, entry, length, { file, packed: all.length, most });
  const folder = commonFolder(entries.map(({ fileName }) => fileName));
  return entries.map((entry) => ({
    name: entry.fileName.slice(folder.length),
    open: () => zip.openReadStreamPromise(entry) as Promise<AsyncIterable<Uint8Array>>,
  }));
}

async function entriesOf(zip: ZipFile, file: string, most: number): Promise<Entry[]> {
  const entries: Entry[] = [];
  const names = new Set<string>();
  let count = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      count += 1;
      if (count > most) throw tooLarge(`more than ${most} files`, file);
      const { fileName } = entry;
      if (fileName.endsWith('/') || LITTER.test(fileName)) continue;
      if (names.has(fileName))
        throw fault(
          'undecodable',
          `the zip archive holds ${fileName} twice`,
          { file: `${file}/${fileName}` },
          'Make the archive again.',
        );
      names.add(fileName);
      entries.push(entry);
    }
  } catch (error) {
    throw damaged(error, file);
  }
  return entries;
}

interface Bounds {
  readonly file: string;
  readonly packed: number;
  readonly most: Most;
}

async function unpacked(zip: ZipFile, entry: Entry, before: number, { file, packed, most }: Bounds): Promise<number> {
  let length = before;
  const member = `${file}/${entry.fileName}`;
  try {
    if (entry.isEncrypted())
      throw fault('undecodable', 'the file in the archive has a password', { file: member }, 'Pack it without one.');
    const stream: Readable = await zip.openReadStreamPromise(entry);
    let first = true;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (first && isArchive(chunk, entry.fileName)) {
        stream.destroy();
        throw fault(
          'archive-not-read',
          'the file is an archive inside an archive, which is not read',
          { file: member },
          'Unpack it, and pack its files themselves.',
        );
      }
      first = false;
      length += chunk.length;
      if (length > most.bytes) throw tooLarge(`more than ${most.bytes} bytes`, file);
      if (length > most.ratioFromBytes && length > most.ratio * packed)
        throw tooLarge(`more than ${most.ratio} times its size`, file);
    }
  } catch (error) {
    throw damaged(error, member);
  }
  return length;
}

/** A workbook is a zip too: which of the two it is, whoever reads it finds out. */
function isArchive(start: Buffer, name: string): boolean {
  return start.subarray(0, 4).equals(Buffer.from('PK\x03\x04')) && !/\.xls[xm]$/i.test(name);
}

/** The folder that all members lie in, with its slash; panels' own is none. */
function commonFolder(names: readonly string[]): string {
  const [folder] = /^[^/]+\//.exec(names[0] ?? '') ?? [''];
  return folder !== 'panels/' && names.every((name) => name.startsWith(folder!)) ? folder! : '';
}

function tooLarge(what: string, file: string): Error {
  return fault(
    'over-limit',
    `the archive unpacks to ${what}`,
    { file },
    'Put its files alone, or take out what is not needed.',
  );
}
