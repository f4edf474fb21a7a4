import { isAscii, isUtf8 } from 'node:buffer';
import { bufferOf } from './bytes.ts';
import { fault } from './fault.ts';

/** How text is written in bytes. `ascii`: not decided yet, since both of the others write it alike. */
export type Encoding = 'utf-16le' | 'utf-16be' | 'ascii' | 'utf-8' | 'windows-1252';

const SAVE_AS = 'Save it as UTF-8 text, for instance from a spreadsheet as "CSV UTF-8".';

const starts = (bytes: Buffer, ...first: readonly number[]): boolean => first.every((byte, i) => bytes[i] === byte);

/**
 * The encoding that the beginning of a file tells of.
 * Throws `not-text` where it holds what no text does, `undecodable` for UTF-32.
 */
export function encodingOf(prefix: Buffer, whole: boolean, file: string): Encoding {
  if (starts(prefix, 0xff, 0xfe, 0, 0) || starts(prefix, 0, 0, 0xfe, 0xff))
    throw fault('undecodable', 'the text is UTF-32, which is not read', { file }, SAVE_AS);
  if (starts(prefix, 0xff, 0xfe)) return 'utf-16le';
  if (starts(prefix, 0xfe, 0xff)) return 'utf-16be';
  if (starts(prefix, 0xef, 0xbb, 0xbf)) return 'utf-8';
  if (prefix.includes(0)) return wide(prefix, file);
  if (controls(prefix) > prefix.length / 20)
    throw fault('not-text', 'the file is not text: it is full of control characters', { file }, SAVE_AS);
  if (isAscii(prefix)) return 'ascii';
  return isUtf8(whole ? prefix : complete(prefix)) ? 'utf-8' : 'windows-1252';
}

/** UTF-16 without a mark: every other byte of plain letters is zero. */
function wide(prefix: Buffer, file: string): Encoding {
  const zeros = [0, 0];
  for (let i = 0; i < prefix.length; i++) if (prefix[i] === 0) zeros[i % 2]! += 1;
  const [even, odd] = zeros as [number, number];
  const least = prefix.length / 8;
  if (odd >= least && odd > 10 * even) return 'utf-16le';
  if (even >= least && even > 10 * odd) return 'utf-16be';
  throw nul(file, 1 + newlines(prefix.subarray(0, prefix.indexOf(0))));
}

/** NUL, which no text holds. */
export function nul(file: string, line: number): Error {
  return fault('not-text', 'the file is not text: it holds zero bytes', { file, line }, SAVE_AS);
}

/** Bytes that aren't what the file was taken for. */
export function undecodable(file: string, line: number, encoding: 'UTF-8' | 'UTF-16'): Error {
  return fault('undecodable', `the text is ${encoding} until here, and this line is not`, { file, line }, SAVE_AS);
}

function controls(bytes: Buffer): number {
  let count = 0;
  for (const byte of bytes) if (byte < 9 || (byte > 13 && byte < 32 && byte !== 26 && byte !== 27)) count += 1;
  return count;
}

/** Without a character that is cut at the end. */
function complete(bytes: Buffer): Buffer {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? bytes.subarray(0, -back) : bytes;
  }
  return bytes;
}

/** How many line ends there are. */
export function newlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count += 1;
  return count;
}

/** UTF-16 as UTF-8. Throws `undecodable` where half a character stands alone. */
export async function* narrowed(
  bytes: AsyncIterable<Uint8Array>,
  encoding: 'utf-16le' | 'utf-16be',
  file: string,
): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let line = 1;
  for await (const chunk of bytes) {
    const all: Buffer = rest.length > 0 ? Buffer.concat([rest, chunk]) : bufferOf(chunk);
    const high = encoding === 'utf-16le' ? 1 : 0;
    let end = all.length - (all.length % 2);
    if (end > 0 && (all[end - 2 + high]! & 0xfc) === 0xd8) end -= 2; // its other half is still to come
    rest = Buffer.from(all.subarray(end));
    const text = decoded(all.subarray(0, end), encoding);
    if (!text.isWellFormed()) throw undecodable(file, line + linesBeforeHalf(text), 'UTF-16');
    const narrow = Buffer.from(text);
    line += newlines(narrow);
    yield narrow;
  }
  if (rest.length > 0) throw undecodable(file, line, 'UTF-16');
}

function decoded(bytes: Buffer, encoding: 'utf-16le' | 'utf-16be'): string {
  return (encoding === 'utf-16le' ? bytes : Buffer.from(bytes).swap16()).toString('utf16le');
}

function linesBeforeHalf(text: string): number {
  let lines = 0;
  for (const character of text) {
    if (!character.isWellFormed()) break;
    if (character === '\n') lines += 1;
  }
  return lines;
}
