import { isAscii, isUtf8 } from 'node:buffer';
import { bufferOf, type Peeked } from './bytes.ts';
import { type Encoding, encodingOf, narrowed, newlines, nul, undecodable } from './encoding.ts';
import { fault } from './fault.ts';
import { LIMITS } from './limits.ts';
import type { Rejected } from './rejected.ts';

/** Whole lines of UTF-8, whose line ends hold `\n`; only the last line of all may lack its end. */
export interface Block {
  readonly bytes: Buffer;
  /** 1-based, of its first line. */
  readonly line: number;
  readonly ascii: boolean;
  /** What there is to say of how these lines were read. */
  readonly note?: Rejected;
}

const MARK = '\uFEFF';
const western = new TextDecoder('windows-1252');

/** Text as lines of UTF-8, whatever it was written in. Throws `not-text`, `undecodable`; its blocks too, and `over-limit`. */
export function linesOf(peeked: Peeked, file: string): { readonly notes: Rejected[]; blocks: AsyncIterable<Block> } {
  const { prefix, whole } = peeked;
  const encoding = encodingOf(prefix, whole, file);
  const wide = encoding === 'utf-16le' || encoding === 'utf-16be';
  const bytes = wide ? narrowed(peeked.bytes, encoding, file) : peeked.bytes;
  const old = prefix.includes(13) && !prefix.includes(10); // line ends of an old Macintosh
  return {
    notes: encoding === 'windows-1252' ? [taken(1)] : [],
    blocks: decoded(wholeLines(old ? renewed(bytes) : bytes, file), wide ? 'utf-8' : encoding, file),
  };
}

/** That the file isn't UTF-8. */
function taken(line: number): Rejected {
  return {
    line,
    level: 'warning',
    rule: 'taken-for-windows-1252',
    says: 'the text is not UTF-8 and was taken for Windows-1252, as Western European programs write it',
    remedy: 'Look at a name with an accent. To be sure, save the file as UTF-8.',
  };
}

async function* renewed(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) yield Buffer.from(chunk.map((byte) => (byte === 13 ? 10 : byte)));
}

async function* wholeLines(bytes: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Omit<Block, 'ascii'>> {
  let begun: Buffer[] = [];
  let length = 0;
  let line = 1;
  for await (const piece of bytes) {
    const chunk = bufferOf(piece);
    const end = chunk.lastIndexOf(10) + 1;
    let from = 0;
    if (end > 0 && begun.length > 0) {
      // The line that was cut is a block of its own, so that nothing else of the chunk is copied.
      from = chunk.indexOf(10) + 1;
      const block = Buffer.concat([...begun, chunk.subarray(0, from)]);
      line += counted(block, file, line);
      yield { bytes: block, line: line - 1 };
      begun = [];
      length = 0;
    }
    if (end > from) {
      const block = chunk.subarray(from, end);
      const count = counted(block, file, line);
      yield { bytes: block, line };
      line += count;
    }
    if (end === chunk.length) continue;
    begun.push(chunk.subarray(end));
    length += chunk.length - end;
    if (length > LIMITS.rowBytes) throw tooLong(file, line);
  }
  if (length > 0) yield { bytes: Buffer.concat(begun), line };
}

/** How many lines a block has, none of them too long. */
function counted(block: Buffer, file: string, line: number): number {
  let count = 0;
  for (let from = 0; from < block.length; count += 1) {
    const end = block.indexOf(10, from);
    if (end - from > LIMITS.rowBytes) throw tooLong(file, line + count);
    from = end + 1;
  }
  return count;
}

function tooLong(file: string, line: number): Error {
  return fault(
    'over-limit',
    `the line has more than ${LIMITS.rowBytes} bytes`,
    { file, line },
    'Put a table of one row a patient, a specimen or an alteration.',
  );
}

/** The blocks as UTF-8, checked. The first byte beyond ASCII decides for the rest where the file's beginning didn't. */
async function* decoded(
  blocks: AsyncIterable<Omit<Block, 'ascii'>>,
  beginning: Encoding,
  file: string,
): AsyncGenerator<Block> {
  let encoding = beginning;
  for await (const { bytes, line } of blocks) {
    const zero = bytes.indexOf(0);
    if (zero >= 0) throw nul(file, line + newlines(bytes.subarray(0, zero)));
    if (isAscii(bytes)) {
      yield { bytes, line, ascii: true };
      continue;
    }
    let note: Rejected | undefined;
    if (encoding === 'ascii') {
      const first = badLine(bytes, isAscii)!;
      encoding = isUtf8(first.bytes) ? 'utf-8' : 'windows-1252';
      if (encoding === 'windows-1252') note = taken(line + first.before);
    }
    if (encoding === 'windows-1252') {
      yield { bytes: Buffer.from(western.decode(bytes)), line, ascii: false, ...(note && { note }) };
      continue;
    }
    if (!isUtf8(bytes)) throw undecodable(file, line + badLine(bytes, isUtf8)!.before, 'UTF-8');
    yield { bytes: line === 1 ? unmarked(bytes) : bytes, line, ascii: false };
  }
}

/** The first line that doesn't pass. */
function badLine(
  bytes: Buffer,
  passes: (line: Buffer) => boolean,
): { readonly bytes: Buffer; readonly before: number } | undefined {
  let before = 0;
  for (let from = 0; from < bytes.length; before += 1) {
    const end = bytes.indexOf(10, from);
    const line = bytes.subarray(from, end < 0 ? bytes.length : end);
    if (!passes(line)) return { bytes: line, before };
    from += line.length + 1;
  }
  return undefined;
}

function unmarked(bytes: Buffer): Buffer {
  const mark = Buffer.from(MARK);
  return bytes.subarray(0, mark.length).equals(mark) ? bytes.subarray(mark.length) : bytes;
}
