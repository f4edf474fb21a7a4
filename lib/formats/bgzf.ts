import { promisify } from 'node:util';
import { gunzip as inflate } from 'node:zlib';
import { bufferOf } from './bytes.ts';
import { fault } from './fault.ts';
import { LIMITS } from './limits.ts';

const gunzipAll = promisify(inflate);

/** Compressed bytes of a batch: enough that a thread is worth its start. */
const BATCH_BYTES = 128 * 1024;

/** Batches that are inflated at once; memory is theirs. */
const AT_ONCE = 3;

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
 * BGZF's content. Whole blocks are inflated in batches, several at once off the main thread, and come in order; memory is bounded by them.
 * Throws `truncated` where it ends inside a block or without the empty block that ends it, `undecodable`, `over-limit`.
 */
export async function* bgunzip(bytes: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Buffer> {
  const underWay: Promise<Buffer>[] = [];
  let [packed, unpacked] = [0, 0];
  const next = async (): Promise<Buffer> => {
    const content = await underWay.shift()!.catch((error: unknown) => {
      throw fault('undecodable', 'the gzip file is damaged', { file }, 'Compress and put it again.', error);
    });
    unpacked += content.length;
    withinLimits(unpacked, packed, file);
    return content;
  };
  try {
    for await (const batch of batches(bytes, file)) {
      packed += batch.bytes.length;
      if (batch.unpacked === 0) continue;
      const inflating = gunzipAll(batch.bytes, {
        chunkSize: Math.max(64, batch.unpacked + 1), // of a chunk that is filled, zlib makes a second one as large
        maxOutputLength: batch.unpacked,
      });
      inflating.catch(() => {}); // told when its turn comes
      underWay.push(inflating);
      if (underWay.length >= AT_ONCE) yield await next();
    }
    while (underWay.length > 0) yield await next();
  } finally {
    await Promise.allSettled(underWay);
  }
}

interface Batch {
  readonly bytes: Buffer;
  /** What its blocks say that they unpack to. */
  readonly unpacked: number;
}

/** Whole blocks, as many as make a batch. */
async function* batches(bytes: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Batch> {
  let chunks: Buffer[] = [];
  let length = 0;
  let ended = false;
  const whole = (): { batch: Batch; rest: Buffer } => {
    const all = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
    let [at, unpacked] = [0, 0];
    while (all.length - at >= HEADER_BYTES) {
      const size = sizeOf(all, at);
      if (size < HEADER_BYTES + 8)
        throw fault('undecodable', 'the BGZF file has a block that is none', { file }, 'Compress and put it again.');
      if (all.length - at < size) break;
      unpacked += all.readUInt32LE(at + size - 4);
      ended = size === END.length && all.subarray(at, at + size).equals(END);
      at += size;
    }
    return { batch: { bytes: all.subarray(0, at), unpacked }, rest: all.subarray(at) };
  };
  for await (const chunk of bytes) {
    chunks.push(bufferOf(chunk));
    length += chunk.length;
    if (length < BATCH_BYTES) continue;
    const { batch, rest } = whole();
    chunks = [rest];
    length = rest.length;
    if (batch.bytes.length > 0) yield batch;
  }
  const { batch, rest } = chunks.length > 0 ? whole() : { batch: undefined, rest: Buffer.alloc(0) };
  if (batch && batch.bytes.length > 0) yield batch;
  if (rest.length > 0 || !ended)
    throw fault(
      'truncated',
      rest.length > 0 ? 'the BGZF file ends inside a block' : 'the BGZF file lacks the empty block that ends it',
      { file },
      'Put it again, whole.',
    );
}

function withinLimits(unpacked: number, packed: number, file: string): void {
  if (unpacked > LIMITS.inflatedBytes)
    throw fault('over-limit', `the file unpacks to more than ${LIMITS.inflatedBytes} bytes`, { file }, 'Split it.');
  if (unpacked > LIMITS.ratioFromBytes && unpacked > LIMITS.ratio * packed)
    throw fault(
      'over-limit',
      `the file unpacks to more than ${LIMITS.ratio} times its size`,
      { file },
      'Put it uncompressed.',
    );
}
