/**
 * `npm run sites:reference -- FILE`: any file of the form of tests/fixtures/sites/reference.json through studies over its sites, compared with R's numbers in it
 * to 1e-8. The sites are tenants of one stack on this machine; with --memory they are in this process, over the same engine and without a stack. Exit 1 if any
 * part fails.
 */
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { synthesise } from './assembly.ts';
import { Progress } from './local/progress.ts';
import { type Hospitals, startHospitals } from './sites/hospitals.ts';
import { type Comparison, compareSet, NOT_OFFERED, type ReferenceSet, type RunStudies } from './sites/reference.ts';
import { inMemory } from './sites/reference-memory.ts';
import { overStack } from './sites/reference-stack.ts';

type Reference = Readonly<Record<string, ReferenceSet>>;

const {
  values: { memory },
  positionals: [file],
} = parseArgs({ allowPositionals: true, options: { memory: { type: 'boolean', default: false } } });

function print(name: string, { compared, waivers }: Comparison): void {
  console.log(`\n${name}`);
  for (const waiver of waivers) console.log(`  waived      ${waiver}`);
  for (const { part, worst, passed } of compared)
    console.log(`  ${passed ? 'passed' : 'FAILED'}      ${part}  (${worst.toExponential(1)})`);
  for (const part of NOT_OFFERED) console.log(`  not offered ${part}`);
}

/** Compares every set, prints, and answers how many parts failed. */
async function compareAll(reference: Reference, runFor: (name: string) => RunStudies): Promise<number> {
  let [passed, failed] = [0, 0];
  for (const [name, set] of Object.entries(reference)) {
    const comparison = await compareSet(set, runFor(name));
    print(name, comparison);
    for (const each of comparison.compared)
      if (each.passed) passed += 1;
      else failed += 1;
  }
  const offered = NOT_OFFERED.length * Object.keys(reference).length;
  console.log(`\n${passed} passed, ${failed} failed, ${offered} not offered`);
  return failed;
}

/** As many tenants as the largest set has sites. */
async function startTenants(reference: Reference, progress: Progress): Promise<Hospitals> {
  const count = Math.max(...Object.values(reference).map(({ data }) => new Set(data['site']).size));
  const sites = Array.from({ length: count }, (_, i) => ({ site: `site-${i + 1}`, name: `Hospital ${i + 1}` }));
  const folder = path.resolve(import.meta.dirname, '..', '.signet');
  mkdirSync(folder, { recursive: true });
  const log = createWriteStream(path.join(folder, 'functions.log'), { mode: 0o600 });
  progress.show('making the template and the bundles');
  return startHospitals(sites, {
    assembly: await synthesise(),
    apart: false,
    onLog: (line) => log.write(`${line}\n`),
    told: (says) => progress.show(says),
  });
}

async function main(given: string): Promise<number> {
  const reference = JSON.parse(readFileSync(given, 'utf8')) as Reference;
  if (memory) {
    console.log('Sites in memory, through the engine of studies; no stack is started.');
    return compareAll(reference, () => inMemory);
  }
  const progress = new Progress();
  const began = performance.now();
  const tenants = await startTenants(reference, progress);
  try {
    progress.done(`${tenants.all.map(({ site }) => site).join(', ')}: tenants of one deployment on this machine`);
    const failed = await compareAll(reference, (name) => {
      const cohort = `set-${Object.keys(reference).indexOf(name) + 1}`;
      return overStack(tenants, cohort, (says) => progress.show(`${name}: ${says}`));
    });
    progress.done(`${((performance.now() - began) / 1000).toFixed(0)} s`);
    return failed;
  } finally {
    await tenants.stop();
  }
}

if (file === undefined) {
  console.error('usage: npm run sites:reference -- FILE [--memory]');
  process.exitCode = 2;
} else process.exitCode = (await main(file)) === 0 ? 0 : 1;
