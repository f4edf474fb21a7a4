import { randomBytes } from 'node:crypto';
import { close, open, writev } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { fromBufferPromise, fromFdPromise, type ZipFile } from 'yauzl';
import { fault } from './fault.ts';

/** Bytes that are held in memory; what is larger goes to a file. */
const IN_MEMORY = 16 * 1024 ** 2;

/** A zip archive that can be read anywhere in it. */
export interface Held {
  /** Bytes of the archive. */
  readonly length: number;
  /** Its directory. Throws `truncated` where it lacks its end. */
  zip(): Promise<ZipFile>;
  /** Lets go of it, whatever happened; what was let go of is let be. */
  close(): Promise<void>;
}

/**
 * Takes an archive whole, since what is in it stands at its end. A large one lies in a temporary file that has no name any more: nothing of it
 * is left when the process ends, however it ends. `tooMany` is thrown where there are more than `most` bytes.
 */
export async function hold(
  bytes: AsyncIterable<Uint8Array>,
  file: string,
  most: number,
  tooMany: () => Error,
): Promise<Held> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  let spill: number | undefined;
  try {
    for await (const chunk of bytes) {
      length += chunk.length;
      if (length > most) throw tooMany();
      chunks.push(chunk);
      if (length <= IN_MEMORY) continue;
      spill ??= await nameless();
      await written(spill, chunks.splice(0));
    }
  } catch (error) {
    if (spill !== undefined) await closed(spill);
    throw error;
  }
  return spill === undefined ? heldBuffer(Buffer.concat(chunks), file) : heldFile(spill, length, file);
}

function heldFile(descriptor: number, length: number, file: string): Held {
  let open = true;
  return {
    length,
    zip: () =>
      fromFdPromise(descriptor, { lazyEntries: true, autoClose: false }).catch((error: unknown) => {
        throw cut(error, file);
      }),
    close: async () => {
      if (!open) return;
      open = false;
      await closed(descriptor);
    },
  };
}

/** An archive that is in memory anyway. */
export function heldBuffer(bytes: Buffer, file: string): Held {
  return {
    length: bytes.length,
    zip: () =>
      fromBufferPromise(bytes, { lazyEntries: true }).catch((error: unknown) => {
        throw cut(error, file);
      }),
    close: async () => {},
  };
}

const opened = promisify(open);
const closed = promisify(close);

/** A descriptor, since nobody but {@link Held.close} shall close it: not whoever collects what isn't referred to. */
async function nameless(): Promise<number> {
  const name = path.join(tmpdir(), `signet-${randomBytes(12).toString('hex')}`);
  const descriptor = await opened(name, 'wx+', 0o600);
  await unlink(name);
  return descriptor;
}

async function written(descriptor: number, chunks: readonly Uint8Array[]): Promise<void> {
  const all = Buffer.concat(chunks);
  for (let from = 0; from < all.length; )
    from += await new Promise<number>((resolve, reject) =>
      writev(descriptor, [all.subarray(from)], (error, count) => (error ? reject(error) : resolve(count))),
    );
}

function cut(error: unknown, file: string): Error {
  return fault('truncated', 'the zip archive lacks its end', { file }, 'Put it again, whole.', error);
}
