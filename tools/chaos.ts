/**
 * `npm run chaos -- --seed S --steps N`: random puts, overwrites, deletes, lost and doubled events and killed workers against the local stack.
 * Last line: `seed S: N steps, D differences, M mixtures`; status 1 unless both are 0.
 */
import { parseArgs } from 'node:util';
import { runChaos, SHORTENED } from './chaos/run.ts';
import { Progress } from './local/progress.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, steps: { type: 'string', default: '200' } },
});
const [seed, steps] = [Number(values.seed), Number(values.steps)];
if (!Number.isInteger(seed) || !Number.isInteger(steps) || steps < 1)
  throw new TypeError('--seed and --steps are whole numbers');

const progress = new Progress();
const shortened = Object.entries(SHORTENED).map(([name, value]) => `${name} ${value} s`);
progress.done(`shorter than deployed: ${shortened.join(', ')}`);
const { killed, frames, differences, mixtures } = await runChaos(seed, steps, (says) => progress.show(says));
progress.done(`${killed} workers killed, ${frames} frames read meanwhile`);
for (const difference of differences) console.log(difference);
console.log(`seed ${seed}: ${steps} steps, ${differences.length} differences, ${mixtures} mixtures`);
process.exitCode = differences.length + mixtures > 0 ? 1 : 0;
