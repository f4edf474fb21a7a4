import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { BatchOutcome } from './batch.ts';
import { type Order, type Told, Watched } from './watched.ts';

/** What is run. */
export interface FuzzOptions {
  readonly inputs: number;
  readonly seed: number;
  /** Told how far it is, now and then, and of each failure at once. */
  readonly progress: (line: string) => void;
}

/** What it came to. */
export interface FuzzOutcome {
  readonly inputs: number;
  readonly read: number;
  readonly refused: number;
  readonly failures: readonly (readonly string[])[];
}

/** Inputs of a batch, which a number makes again: the seed and the batch's place. */
const BATCH = 250;

/** An input of some kilobytes that takes longer than this hangs: others take a hundredth of a second. */
const HANGS_AFTER_MS = 60_000;

/** Memory of a worker's objects; buffers have a limit of their own. */
const HEAP_MB = 1_024;

/** Batches are given up after so many that failed: they often have one cause. */
const MOST_FAILURES = 10;

/** Runs so many inputs on all processors. Which inputs are made hangs on the seed alone. */
export async function fuzz({ inputs, seed, progress }: FuzzOptions): Promise<FuzzOutcome> {
  const orders: Order[] = [];
  for (let from = 0; from < inputs; from += BATCH)
    orders.push({ inputs: Math.min(BATCH, inputs - from), seed: seed + from / BATCH });
  const sum = { inputs: 0, read: 0, refused: 0 };
  const failures: (readonly string[])[] = [];
  const begun = Date.now();
  let [next, last] = [0, begun];
  const take = (): Order | undefined => (failures.length < MOST_FAILURES ? orders[next++] : undefined);
  const done = (outcome: BatchOutcome): void => {
    for (const name of ['inputs', 'read', 'refused'] as const) sum[name] += outcome[name];
    if (outcome.failure) failures.push(outcome.failure);
    for (const line of outcome.failure ?? []) progress(line);
    if (Date.now() - last < 5_000) return;
    last = Date.now();
    progress(`${sum.inputs} of ${inputs} inputs, ${failures.length} failures, ${Math.round((last - begun) / 1_000)} s`);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, () => runWorker(take, done)));
  return { ...sum, failures };
}

/** Keeps one worker busy until there is nothing more to take; one that hangs or dies is a failure, and another takes its place. */
async function runWorker(take: () => Order | undefined, done: (outcome: BatchOutcome) => void): Promise<void> {
  for (let order = take(); order; ) {
    const first = order;
    const left = await withWorker(first, take, done);
    order = left ? take() : undefined;
  }
}

/** Gives whether the worker was lost, and another is needed. */
function withWorker(
  first: Order,
  take: () => Order | undefined,
  done: (outcome: BatchOutcome) => void,
): Promise<boolean> {
  const shared = new SharedArrayBuffer(Watched.BYTES);
  const watched = new Watched(shared);
  const worker = new Worker(new URL('./fuzz-worker.ts', import.meta.url), {
    workerData: shared,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  return new Promise((resolve) => {
    let order = first;
    let [begun, since] = [-1, Date.now()];
    const lost = (how: string): void => {
      done({
        inputs: 0,
        read: 0,
        refused: 0,
        failure: [`FAILED: ${how}, --seed ${order.seed} --inputs ${order.inputs}`, watched.input],
      });
      void ended(true);
    };
    const watch = setInterval(() => {
      if (watched.begun !== begun) [begun, since] = [watched.begun, Date.now()];
      else if (Date.now() - since > HANGS_AFTER_MS) lost('an input hangs');
    }, 1_000);
    const ended = async (again: boolean): Promise<void> => {
      clearInterval(watch);
      worker.removeAllListeners();
      await worker.terminate();
      resolve(again);
    };
    worker.on('error', (error) => lost(`the worker died: ${error instanceof Error ? error.message : String(error)}`));
    worker.on('message', (message: Told | 'ready') => {
      if (message !== 'ready') {
        done(message.outcome);
        const following = take();
        if (!following) return void ended(false);
        order = following;
      }
      worker.postMessage(order);
    });
  });
}
