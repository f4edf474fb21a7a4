import { DEMO_COHORTS, type DemoCohort } from '../../demo/cohorts.ts';
import { type DemoUploads, syntheticUploads, uploadsOf } from '../../demo/uploads.ts';
import { printCount } from '../../lib/result/index.ts';
import type { Progress } from './progress.ts';
import { settle } from './settle.ts';
import { summariseScan, summariseSurvival } from './summary.ts';
import type { Visitor } from './visitor.ts';

/** A result of the demo that is worth looking at. */
export interface DemoResult {
  readonly cohort: string;
  readonly id: string;
}

const TIMES = [12, 36, 60];

async function load(visitor: Visitor, cohort: DemoUploads, progress: Progress): Promise<void> {
  const began = performance.now();
  const kept = (await visitor.cohort(cohort.name)) !== undefined;
  if (!kept) await visitor.putCohort(cohort);
  const { patients = 0 } = await settle(visitor, cohort, (says) => progress.show(`${cohort.name}: ${says}`));
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const how = kept ? 'kept from before' : `settled in ${seconds} s`;
  progress.done(`${cohort.name}: ${cohort.files.length} files, ${printCount(patients)} patients, ${how}`);
}

async function answer(visitor: Visitor, cohort: DemoCohort, progress: Progress): Promise<DemoResult> {
  const { name, survival, scan } = cohort;
  const ask = (question: object) => visitor.result(name, question, (says) => progress.show(`${name}: ${says}`));
  const asked = { analysis: 'survival', endpoint: survival.endpoint, times: TIMES };
  const whole = await ask(asked);
  const byGroup = await ask({ ...asked, by: survival.by });
  console.log(`\n${whole.cohort.title} (${name})\n${summariseSurvival(whole, byGroup)}`);
  if (scan) {
    const genes = await ask({ analysis: 'association-scan', outcome: scan.outcome });
    console.log(summariseScan(genes, scan.adjacent));
  }
  return { cohort: name, id: byGroup.id };
}

/** Puts the demo's cohorts into the bucket, waits for them, asks, and prints what was answered. Returns one result with a picture. */
export async function runDemo(visitor: Visitor, progress: Progress): Promise<DemoResult> {
  for (const cohort of DEMO_COHORTS) await load(visitor, await uploadsOf(cohort), progress);
  const results: DemoResult[] = [];
  for (const cohort of DEMO_COHORTS) results.push(await answer(visitor, cohort, progress));
  return results[0]!;
}

/** Puts the synthetic conversion cohort into the bucket, as messy as a site's files are, and waits until it answers. Returns its name. */
export async function loadSynthetic(visitor: Visitor, progress: Progress): Promise<string> {
  const cohort = await syntheticUploads();
  await load(visitor, cohort, progress);
  return cohort.name;
}
