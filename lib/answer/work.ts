import { makeAnnotated } from './annotated.ts';
import { DIED, isRefusal, refusal } from './failure.ts';
import { readJob, writeJob } from './jobs.ts';
import type { AnswerPorts, CohortName, Job } from './ports.ts';
import { draftProposal } from './proposals.ts';

/** A message is delivered this often before it is set apart. */
const LAST_DELIVERY = 5;

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
    const body =
      job.kind === 'proposal' ? await draftProposal(name, ports) : await makeAnnotated(name, id, job.source, ports);
    await writeJob(name, id, { state: 'done', made: made(), ...(body !== undefined && { body }) }, ports);
    return 'done';
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await writeJob(name, id, { state: 'failed', made: made(), failure: refusal(error) }, ports);
    return 'refused';
  }
}
