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

/** Puts what the bucket lacks of a cohort. What lies there from before stays as it is: it may have been replaced on purpose. */
async function load(visitor: Visitor, { name, files }: DemoUploads, progress: Progress): Promise<void> {
  const began = performance.now();
  const there = new Set((await visitor.sources(name)).map((source) => source.name));
  const lacking = { name, files: files.filter(({ key }) => !there.has(key)) };
  await visitor.putCohort(lacking);
  const { patients = 0 } = await settle(visitor, lacking, (says) => progress.show(`${name}: ${says}`));
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const how = lacking.files.length === 0 ? 'kept from before' : `settled in ${seconds} s`;
  progress.done(`${name}: ${files.length} files, ${printCount(patients)} patients, ${how}`);
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
