import { mkdirSync, readdirSync, renameSync, rmSync, unlinkSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { ulid } from '../../../lib/base/index.ts';

/** A body, or a part of one: its SHA-256 in hex and its length. */
export interface Segment {
  readonly sha256: string;
  readonly bytes: number;
}

const CHUNK = 256 * 1024;

/** Bodies in files named by their digest, so that no key ever becomes a path. */
export class Bodies {
  readonly #folder: string;
  readonly #arriving: string;
  /** How many readers have a body in hand. */
  readonly #held = new Map<string, number>();
  readonly #isReferenced: (sha256: string) => boolean;

  /** Whatever no index entry names, and what was arriving when the process died, is removed. */
  constructor(folder: string, isReferenced: (sha256: string) => boolean) {
    this.#folder = path.join(folder, 'bodies');
    this.#arriving = path.join(folder, 'arriving');
    this.#isReferenced = isReferenced;
    rmSync(this.#arriving, { recursive: true, force: true });
    mkdirSync(this.#arriving, { recursive: true });
    mkdirSync(this.#folder, { recursive: true });
    this.dropUnreferenced(readdirSync(this.#folder));
  }

  /** A name for a file that is being written. */
  arriving(): string {
    return path.join(this.#arriving, ulid());
  }

  /** Takes a written file over; at once, so that no drop comes between it and the index entry that the caller writes next. */
  keep(file: string, sha256: string): void {
    renameSync(file, this.#pathOf(sha256));
  }

  /** Removes those that nothing names any more, unless they are being read. */
  dropUnreferenced(digests: Iterable<string>): void {
    for (const sha256 of new Set(digests)) {
      if (this.#held.has(sha256) || this.#isReferenced(sha256)) continue;
      try {
        unlinkSync(this.#pathOf(sha256));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
  }

  /** Keeps the bodies there until the returned function is called, whatever becomes of the index. */
  hold(segments: readonly Segment[]): () => void {
    for (const { sha256 } of segments) this.#held.set(sha256, (this.#held.get(sha256) ?? 0) + 1);
    return () => {
      for (const { sha256 } of segments) {
        const left = (this.#held.get(sha256) ?? 1) - 1;
        if (left > 0) this.#held.set(sha256, left);
        else this.#held.delete(sha256);
      }
      this.dropUnreferenced(segments.map(({ sha256 }) => sha256));
    };
  }

  /** The bytes from `first` to `last` (inclusive) of the bodies one after the other. The caller holds them. */
  async *read(segments: readonly Segment[], first: number, last: number): AsyncGenerator<Buffer> {
    let start = 0;
    for (const { sha256, bytes } of segments) {
      const [from, to] = [Math.max(first - start, 0), Math.min(last - start, bytes - 1)];
      start += bytes;
      if (from > to || bytes === 0) continue;
      const handle = await open(this.#pathOf(sha256));
      try {
        yield* within(handle, from, to);
      } finally {
        await handle.close();
      }
    }
  }

  #pathOf(sha256: string): string {
    return path.join(this.#folder, sha256);
  }
}

async function* within(handle: FileHandle, from: number, to: number): AsyncGenerator<Buffer> {
  for (let at = from; at <= to; ) {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK, to - at + 1));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) throw new Error('a body is shorter than its index entry says');
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
