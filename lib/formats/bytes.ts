/** The beginning of a stream, and all of it from the start. */
export interface Peeked {
  readonly prefix: Buffer;
  /** Whether the prefix is all there is. */
  readonly whole: boolean;
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly close: () => void;
}

/** Reads the first `most` bytes, exactly, or fewer where there are no more: however the bytes are cut into chunks. */
export async function peek(bytes: AsyncIterable<Uint8Array>, most: number): Promise<Peeked> {
  let length = 0;
  const { taken, ended, items, close } = await lookAhead(bytes, (chunk) => {
    length += chunk.length;
    return length > most;
  });
  return { prefix: Buffer.concat(taken).subarray(0, most), whole: ended && length <= most, bytes: items, close };
}

/** The first items of a stream, and all of them from the start; `close` lets go of a stream that isn't read to its end. */
interface Ahead<T> {
  readonly taken: readonly T[];
  readonly ended: boolean;
  readonly items: AsyncIterable<T>;
  readonly close: () => void;
}

/** Reads items until one is enough. */
export async function lookAhead<T>(all: AsyncIterable<T>, enough: (item: T) => boolean): Promise<Ahead<T>> {
  const iterator = all[Symbol.asyncIterator]();
  const taken: T[] = [];
  const close = (): void => {
    iterator.return?.().catch(() => {}); // whoever reads on is told
  };
  for (;;) {
    const { done, value } = await iterator.next();
    if (!done) taken.push(value);
    if (done || enough(value))
      return { taken: [...taken], ended: Boolean(done), items: chained(taken, iterator), close };
  }
}

async function* chained<T>(taken: T[], rest: AsyncIterator<T>): AsyncGenerator<T> {
  try {
    while (taken.length > 0) yield taken.shift()!;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

/** All bytes in one piece; `tooMany` is thrown where there are more than `most`. */
export async function collect(bytes: AsyncIterable<Uint8Array>, most: number, tooMany: () => Error): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > most) throw tooMany();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A view of the chunk with a buffer's methods. */
export function bufferOf(chunk: Uint8Array): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
