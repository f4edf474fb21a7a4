import type { PieceTask } from './piece-worker.ts';
import { PIECES, type PieceInputs, type PieceName, type PieceResults } from './pieces.ts';

/** How a computation in pieces is done. */
export interface InPieces {
  /** Threads, which share the input's memory; without it, the asking thread does the pieces itself. */
  readonly workers?: number;
  /** Ends it between two pieces (on threads at once), with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called after every piece, with how many of how many are done; not once the signal has ended it. */
  readonly progress?: (done: number, of: number) => void;
}

/**
 * The pieces' results in their order. At least one piece is done, so that an empty input has its empty answer. Throws what a piece throws.
 */
export function inPieces<Name extends PieceName>(
  name: Name,
  input: PieceInputs[Name],
  how: InPieces,
): Promise<PieceResults[Name][]> {
  const count = Math.max(1, PIECES[name].count(input));
  return how.workers === undefined ? here(name, input, count, how) : onThreads(name, input, count, how.workers, how);
}

async function here<Name extends PieceName>(
  name: Name,
  input: PieceInputs[Name],
  count: number,
  { signal, progress }: InPieces,
): Promise<PieceResults[Name][]> {
  const results: PieceResults[Name][] = [];
  for (let k = 0; k < count; k++) {
    signal?.throwIfAborted();
    results.push(PIECES[name].piece(input, k));
    progress?.(k + 1, count);
    await new Promise(setImmediate); // lets a signal be heard
  }
  signal?.throwIfAborted();
  return results;
}

type Message<Name extends PieceName> =
  | { readonly k: number; readonly failed?: undefined; readonly result: PieceResults[Name] }
  | { readonly k: number; readonly failed: true };

async function onThreads<Name extends PieceName>(
  name: Name,
  input: PieceInputs[Name],
  count: number,
  workers: number,
  { signal, progress }: InPieces,
): Promise<PieceResults[Name][]> {
  if (!(workers >= 1)) throw new RangeError('there is at least one worker');
  signal?.throwIfAborted();
  const { Worker } = await import('node:worker_threads');
  const next = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const workerData: PieceTask<Name> = { name, input: shared(input), next, count };
  const threads = Array.from(
    { length: Math.min(workers, count) },
    () => new Worker(new URL('./piece-worker.ts', import.meta.url), { workerData }),
  );
  const results = new Array<PieceResults[Name]>(count);
  try {
    await new Promise<void>((resolve, reject) => {
      let done = 0;
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      const receive = (message: Message<Name>) => {
        if (signal?.aborted) return; // what was on its way when it was stopped
        results[message.k] = message.failed ? PIECES[name].piece(input, message.k) : message.result;
        done++;
        progress?.(done, count);
        if (done === count) resolve();
      };
      for (const thread of threads) {
        thread.on('error', reject);
        thread.on('message', (message: Message<Name>) => {
          try {
            receive(message);
          } catch (error) {
            reject(error);
          }
        });
      }
    });
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
  return results;
}

/** The same with every column in memory that threads share. */
function shared<T>(value: T): T {
  if (value instanceof Float64Array) return new Float64Array(bufferOf(value)) as T;
  if (value instanceof Int32Array) return new Int32Array(bufferOf(value)) as T;
  if (value instanceof Uint32Array) return new Uint32Array(bufferOf(value)) as T;
  if (value instanceof Uint8Array) return new Uint8Array(bufferOf(value)) as T;
  if (Array.isArray(value)) return value.map(shared) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, shared(part)])) as T;
}

function bufferOf({ buffer, byteOffset, byteLength }: ArrayBufferView): SharedArrayBuffer {
  const copy = new SharedArrayBuffer(byteLength);
  new Uint8Array(copy).set(new Uint8Array(buffer, byteOffset, byteLength));
  return copy;
}
