/** Runs batches on a thread of its own: a reader that never ends is ended with it. */
import { parentPort, workerData } from 'node:worker_threads';
import { Fuzzer } from './batch.ts';
import { type Order, type Told, Watched } from './watched.ts';

const watched = new Watched(workerData as SharedArrayBuffer);
const fuzzer = await Fuzzer.open();

parentPort!.on('message', async ({ inputs, seed }: Order) => {
  const outcome = await fuzzer.batch(inputs, seed, (input) => watched.begin(input));
  parentPort!.postMessage({ seed, outcome } satisfies Told);
});
parentPort!.postMessage('ready');
