import { pipeline, Readable } from 'node:stream';
import { createGunzip, type Gunzip } from 'node:zlib';
import { codeOf, fault } from './fault.ts';
import { LIMITS } from './limits.ts';

/** Larger than zlib's own, whose 16 KiB cost twice the time. */
const CHUNK_BYTES = 256 * 1024;

/**
 * A gzip's content, of one member or of many (BGZF), with bounded memory.
 * Throws `truncated`, `undecodable` where it is damaged, `over-limit` where the content is too large or too much larger than the file.
 */
export async function* gunzip(bytes: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Buffer> {
  const unzip = createGunzip({ chunkSize: CHUNK_BYTES });
  pipeline(Readable.from(bytes, { objectMode: false }), unzip, () => {}); // an error ends the loop below
  let length = 0;
  try {
    for await (const chunk of unzip as AsyncIterable<Buffer>) {
      length += chunk.length;
      withinLimits(length, unzip, file);
      yield chunk;
    }
  } catch (error) {
    throw faultOf(error, file);
  } finally {
    unzip.destroy();
  }
}

function withinLimits(length: number, unzip: Gunzip, file: string): void {
  if (length > LIMITS.inflatedBytes)
    throw fault(
      'over-limit',
      `the file unpacks to more than ${LIMITS.inflatedBytes} bytes`,
      { file },
      'Split it, or leave out columns that are not needed.',
    );
  if (length > LIMITS.ratioFromBytes && length > LIMITS.ratio * unzip.bytesWritten)
    throw fault(
      'over-limit',
      `the file unpacks to more than ${LIMITS.ratio} times its size`,
      { file },
      'No table does. If this one is meant, put it uncompressed.',
    );
}

function faultOf(error: unknown, file: string): unknown {
  switch (codeOf(error)) {
    case 'Z_BUF_ERROR':
      return fault('truncated', 'the gzip file ends in the middle', { file }, 'Put it again, whole.', error);
    case 'Z_DATA_ERROR':
      return fault('undecodable', 'the gzip file is damaged', { file }, 'Compress and put it again.', error);
    default:
      return error;
  }
}
