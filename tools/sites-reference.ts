/**
 * `npm run sites:reference -- FILE`: any file of the form of tests/fixtures/sites/reference.json through studies over its sites, compared with
 * R's numbers in it to 1e-8. The sites are in memory, over the same engine that the functions run; not over a stack. Exit 1 if any part fails.
 */
import { readFileSync } from 'node:fs';
import { compareSet, NOT_OFFERED, type ReferenceSet } from './sites/reference.ts';

const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: npm run sites:reference -- FILE');
  process.exit(2);
}
const reference = JSON.parse(readFileSync(file, 'utf8')) as Record<string, ReferenceSet>;
console.log('Three sites in memory, through the engine of studies; no stack is started.');
let passed = 0;
let failed = 0;
for (const [name, set] of Object.entries(reference)) {
  const { compared, waivers } = await compareSet(set);
  console.log(`\n${name}`);
  for (const waiver of waivers) console.log(`  waived      ${waiver}`);
  for (const { part, worst, passed: isRight } of compared) {
    console.log(`  ${isRight ? 'passed' : 'FAILED'}      ${part}  (${worst.toExponential(1)})`);
    if (isRight) passed += 1;
    else failed += 1;
  }
  for (const part of NOT_OFFERED) console.log(`  not offered ${part}`);
}
const offered = NOT_OFFERED.length * Object.keys(reference).length;
console.log(`\n${passed} passed, ${failed} failed, ${offered} not offered`);
process.exitCode = failed === 0 ? 0 : 1;
