/**
 * `npm run fuzz`: real files of every kind that is read, mutated: bytes flipped, lines cut, fields doubled, encodings mixed, archives' members
 * altered. Each is held against what is promised of any file (`fuzz/check.ts`): no crash, no hang, bytes looked at at most 20 times the size,
 * memory within limits, and whatever is accepted is the same when it was written out and read again. `--inputs` (100,000), `--seed` (1). A
 * failing input is made as small as it goes and printed with its seed. The last line is the verdict; exits 0 where nothing failed.
 */
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz/run.ts';

const { values } = parseArgs({
  options: { inputs: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
});
const [inputs, seed] = [Number(values.inputs), Number(values.seed)];
if (!(Number.isInteger(inputs) && inputs > 0 && Number.isInteger(seed)))
  throw new TypeError('say whole numbers: npm run fuzz -- --inputs 100000 --seed 1');
const outcome = await fuzz({ inputs, seed, progress: (line) => console.log(line) });
const { read, refused, failures } = outcome;
console.log(
  `fuzz: ${outcome.inputs} inputs, ${read} read, ${refused} refused, ${failures.length === 0 ? 'none failed' : `${failures.length} FAILED`} (seed ${seed})`,
);
process.exitCode = failures.length === 0 ? 0 : 1;
