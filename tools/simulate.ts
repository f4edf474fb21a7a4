/**
 * `npm run simulate -- --replicates 200`: whether the report's analyses find again what the synthetic conversion cohort's laws make true. Each
 * replicate is a clean cohort of 286 of its own seed, 1 to N, through eligibility, derivations and the analyses of the plan. `--workers` (all
 * processors) decides the time and no figure. The limits are meant for 200 replicates; fewer are judged by the same, which is said.
 * The last line is `N passed, N failed`; exits 0 where none failed.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Progress } from './local/progress.ts';
import { simulate } from './simulate/run.ts';
import { tell } from './simulate/told.ts';
import { MEANT_FOR } from './simulate/truths.ts';

const { values } = parseArgs({
  options: {
    replicates: { type: 'string', default: String(MEANT_FOR) },
    workers: { type: 'string', default: String(availableParallelism()) },
  },
});
const [replicates, workers] = [Number(values.replicates), Number(values.workers)];
if (![replicates, workers].every((n) => Number.isInteger(n) && n > 0))
  throw new TypeError(`say whole numbers: npm run simulate -- --replicates ${MEANT_FOR} --workers 2`);

const began = performance.now();
const seconds = (): string => `${((performance.now() - began) / 1000).toFixed(0)} s`;
const progress = new Progress();
const made = await simulate({
  replicates,
  workers,
  progress: (done) => progress.show(`${done} of ${replicates} replicates, ${seconds()}`),
});
progress.done(`${replicates} replicates in ${seconds()} on ${workers} ${workers === 1 ? 'thread' : 'threads'}`);
const { lines, failed } = tell(made);
console.log(`SYNTHETIC: ${replicates} cohorts of invented patients, seeds 1 to ${replicates}`);
for (const line of lines) console.log(line);
process.exitCode = failed === 0 ? 0 : 1;
