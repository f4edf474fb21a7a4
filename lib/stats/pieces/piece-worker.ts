/** A thread that does pieces, the next that nobody has taken, until there are none. Its data say of what, and where the count stands. */
import { parentPort, workerData } from 'node:worker_threads';
import { PIECES, type PieceInputs, type PieceName } from './pieces.ts';

/** What a thread is started with. */
export interface PieceTask<Name extends PieceName = PieceName> {
  readonly name: Name;
  readonly input: PieceInputs[Name];
  /** Shared: the next piece. */
  readonly next: Int32Array;
  readonly count: number;
}

function work<Name extends PieceName>({ name, input, next, count }: PieceTask<Name>): void {
  for (let k = Atomics.add(next, 0, 1); k < count; k = Atomics.add(next, 0, 1)) {
    try {
      parentPort?.postMessage({ k, result: PIECES[name].piece(input, k) });
    } catch {
      parentPort?.postMessage({ k, failed: true }); // the asking thread does it again, and throws
    }
  }
}

work(workerData as PieceTask);
