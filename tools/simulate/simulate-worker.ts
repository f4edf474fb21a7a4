import { parentPort } from 'node:worker_threads';
import { replicateOf } from './replicate.ts';

/** Makes the replicate of each seed that it is sent. */
parentPort!.on('message', (seed: number) => {
  void replicateOf(seed).then((replicate) => parentPort!.postMessage(replicate));
});
