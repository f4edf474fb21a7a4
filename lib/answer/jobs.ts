import { SignetError } from '../base/index.ts';
import { failureError } from './failure.ts';
import { documentName } from './names.ts';
import type { AnswerPorts, CohortName, Failure, Job } from './ports.ts';

/** How long who asks waits before it is told that the work is under way. */
const PATIENCE = 5_000;

/** A job that hasn't moved for this long has perhaps lost its message: the next who asks sends it again. */
const STALE = 60_000;

const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 300;

/** What is known of a job: a document that is gone after a day. */
export type JobDocument =
  | { readonly state: 'waiting'; readonly made: string }
  | { readonly state: 'done'; readonly made: string; readonly body?: unknown }
  | { readonly state: 'failed'; readonly made: string; readonly failure: Failure };

/** How a job stands for who asks: failures are thrown. */
export type JobAnswer = Exclude<JobDocument, { readonly state: 'failed' }> & { readonly id: string };

/** A job's document. */
export async function readJob(
  cohort: CohortName,
  id: string,
  { documents }: Pick<AnswerPorts, 'documents'>,
): Promise<JobDocument | undefined> {
  const bytes = await documents.get(cohort, documentName.job(id));
  return bytes && (JSON.parse(new TextDecoder().decode(bytes)) as JobDocument);
}

/** Writes how a job stands. */
export async function writeJob(
  cohort: CohortName,
  id: string,
  document: JobDocument,
  { documents }: Pick<AnswerPorts, 'documents'>,
): Promise<void> {
  await documents.putForADay(cohort, documentName.job(id), JSON.stringify(document), 'application/json');
}

/**
 * Has a job done, unless it is, and waits for it up to {@link PATIENCE}. `id` names what it is made from: the same is made once a day. A job that
 * failed is started anew. Throws why it failed.
 */
export async function submit(cohort: CohortName, id: string, job: Job, ports: AnswerPorts): Promise<JobAnswer> {
  const known = await readJob(cohort, id, ports);
  const now = ports.now();
  if (known?.state === 'done') return { ...known, id };
  if (known?.state !== 'waiting' || now - Date.parse(known.made) > STALE) {
    await writeJob(cohort, id, { state: 'waiting', made: new Date(now).toISOString() }, ports);
    await ports.questions.send({ site: cohort.site, cohort: cohort.cohort, id, job });
  }
  const end = now + PATIENCE;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(LONGEST_PAUSE, pause * 1.5)) {
    const answer = await lookAtJob(cohort, id, ports);
    if (answer.state === 'done' || ports.now() + pause > end) return answer;
    await ports.pause(pause);
  }
}

/** How a job stands. Throws `not-found`, and why it failed. */
export async function lookAtJob(cohort: CohortName, id: string, ports: AnswerPorts): Promise<JobAnswer> {
  const known = /^[0-9a-f]{64}$/.test(id) ? await readJob(cohort, id, ports) : undefined;
  if (!known) throw new SignetError('not-found', 'There is no such work under way');
  if (known.state === 'failed') throw failureError(known.failure);
  return { ...known, id };
}
