import { Worker } from 'node:worker_threads';
import type { Replicate } from './replicate.ts';

/** What is run. */
interface SimulateOptions {
  /** Seeds are 1 to so many. */
  readonly replicates: number;
  /** Threads; how many decides nothing but the time. */
  readonly workers: number;
  /** Told of each that is done. */
  readonly progress: (done: number) => void;
}

/** The replicates in order of their seeds. Throws what a replicate throws. */
export async function simulate({ replicates, workers, progress }: SimulateOptions): Promise<readonly Replicate[]> {
  const made: Replicate[] = [];
  let next = 1;
  const take = (): number | undefined => (next <= replicates ? next++ : undefined);
  const done = (replicate: Replicate): void => {
    made.push(replicate);
    progress(made.length);
  };
  const threads = Array.from(
    { length: Math.min(workers, replicates) },
    () => new Worker(new URL('./simulate-worker.ts', import.meta.url)),
  );
  try {
    await Promise.all(threads.map((worker) => runWorker(worker, take, done)));
  } finally {
    await Promise.all(threads.map((worker) => worker.terminate()));
  }
  return made.toSorted((a, b) => a.seed - b.seed);
}

/** Keeps a thread busy until there is nothing more to take. */
function runWorker(
  worker: Worker,
  take: () => number | undefined,
  done: (replicate: Replicate) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const following = (): void => {
      const seed = take();
      if (seed === undefined) resolve();
      else worker.postMessage(seed);
    };
    worker.on('error', reject);
    worker.on('message', (replicate: Replicate) => {
      done(replicate);
      following();
    });
    following();
  });
}
