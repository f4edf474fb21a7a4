/**
 * `node demo/crlm-synthetic/generate.ts DIR --seed S --patients N [--clean]`: writes the synthetic conversion cohort's files, its cohort.yaml
 * and `expected.json`, which says what was planted and what is true, into DIR.
 */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { syntheticCohort } from './cohort.ts';
import { filesOf } from './files.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    patients: { type: 'string', default: '286' },
    clean: { type: 'boolean', default: false },
  },
});
const [seed, patients, clean] = [Number(values.seed), Number(values.patients), values.clean];
const [directory] = positionals;
if (!Number.isInteger(seed) || !Number.isInteger(patients) || patients < 1)
  throw new TypeError('--seed and --patients are whole numbers');
if (directory === undefined) throw new TypeError('say into which directory');

const { tables, expected } = syntheticCohort({ seed, patients, clean });
const files = { ...(await filesOf(tables)), 'expected.json': `${JSON.stringify(expected, null, 1)}\n` };
for (const [key, content] of Object.entries(files)) {
  const file = path.join(directory, key);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
}
await copyFile(path.join(import.meta.dirname, 'cohort.yaml'), path.join(directory, 'cohort.yaml'));
console.log(`SYNTHETIC: ${expected.patients} patients, ${expected.faults.length} planted faults, in ${directory}`);
