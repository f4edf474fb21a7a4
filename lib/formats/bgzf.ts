import { bufferOf } from './bytes.ts';
import { fault } from './fault.ts';
import { gunzip } from './gunzip.ts';

/** What BGZF ends with: an empty block (SAM specification, 4.1.2). */
const END = Buffer.from('1f8b08040000000000ff0600424302001b0003000000000000000000', 'hex');

const HEADER_BYTES = 18;

/** Whether a gzip is BGZF: blocks of at most 64 KiB, each with its size in its header. */
export function isBgzf(prefix: Buffer): boolean {
  return prefix.length >= HEADER_BYTES && sizeOf(prefix, 0) > 0;
}

/** Size of the block that begins there, by its header's BC field; 0 where there is no block. */
function sizeOf(bytes: Buffer, at: number): number {
  if (bytes.readUInt32LE(at) !== 0x04088b1f) return 0;
  return bytes.readUInt16LE(at + 10) === 6 &&
    bytes.readUInt16LE(at + 12) === 0x4342 &&
    bytes.readUInt16LE(at + 14) === 2
    ? bytes.readUInt16LE(at + 16) + 1
    : 0;
}

/**
 * BGZF's content, as {@link gunzip} gives it.
 * Throws what that throws, `truncated` where it ends inside a block or without the empty block that ends it, `undecodable` for a block that is none.
 */
export function bgunzip(bytes: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Buffer> {
  return gunzip(whole(bytes, file), file);
}

/** The same bytes, from block to block by their headers. */
async function* whole(bytes: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Buffer> {
  let begun: Buffer = Buffer.alloc(0); // of a header that is cut
  let left = 0; // of the block
  let size = 0;
  let last: Buffer = Buffer.alloc(0);
  for await (const piece of bytes) {
    const chunk = bufferOf(piece);
    let at = 0;
    while (at < chunk.length) {
      if (left === 0) {
        const header = Buffer.concat([begun, chunk.subarray(at, at + HEADER_BYTES - begun.length)]);
        at += header.length - begun.length;
        begun = header;
        if (header.length < HEADER_BYTES) break;
        begun = Buffer.alloc(0);
        size = sizeOf(header, 0);
        if (size < HEADER_BYTES + 8)
          throw fault('undecodable', 'the BGZF file has a block that is none', { file }, 'Compress and put it again.');
        left = size - HEADER_BYTES;
      }
      const here = Math.min(left, chunk.length - at);
      left -= here;
      at += here;
    }
    last = (chunk.length < END.length ? Buffer.concat([last, chunk]) : chunk).subarray(-END.length);
    yield chunk;
  }
  if (left > 0 || begun.length > 0) throw truncated('ends inside a block', file);
  if (size !== END.length || !last.equals(END))
    throw truncated('is cut off: it lacks the empty block that ends every BGZF file', file);
}

function truncated(how: string, file: string): Error {
  return fault('truncated', `the BGZF file ${how}`, { file }, 'Put it again, whole.');
}
