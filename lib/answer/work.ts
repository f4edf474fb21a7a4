import { makeAnnotated } from './annotated.ts';
import { DIED, isRefusal, refusal } from './failure.ts';
import { readJob, writeJob } from './jobs.ts';
import type { AnswerPorts, CohortName, Job } from './ports.ts';
import { draftProposal } from './proposals.ts';
import { makeStudy } from './study.ts';

/** A message is delivered this often before it is set apart. */
const LAST_DELIVERY = 5;

/** What a job comes to beside the documents it writes. */
async function bodyOf(cohort: CohortName, id: string, job: Job, ports: AnswerPorts): Promise<unknown> {
  switch (job.kind) {
    case 'proposal':
      return draftProposal(cohort, ports);
    case 'study':
      return makeStudy(cohort, id, ports);
    default:
      return makeAnnotated(cohort, id, job.source, ports);
  }
}

/** Does a job that a message names. Throws what another delivery may mend. */
export async function work(
  { site, cohort, id, job }: CohortName & { readonly id: string; readonly job: Job },
  ports: AnswerPorts,
  { delivery = 1 }: { readonly delivery?: number } = {},
): Promise<'done' | 'needless' | 'refused'> {
  const name = { site, cohort };
  if ((await readJob(name, id, ports))?.state === 'done') return 'needless';
  const made = (): string => new Date(ports.now()).toISOString();
  if (delivery >= LAST_DELIVERY) await writeJob(name, id, { state: 'failed', made: made(), failure: DIED }, ports);
  try {
    const body = await bodyOf(name, id, job, ports);
    await writeJob(name, id, { state: 'done', made: made(), ...(body !== undefined && { body }) }, ports);
    return 'done';
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await writeJob(name, id, { state: 'failed', made: made(), failure: refusal(error) }, ports);
    return 'refused';
  }
}
