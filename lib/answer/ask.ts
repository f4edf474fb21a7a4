import { type Json, SignetError } from '../base/index.ts';
import { type ResultDocument, resultId } from '../result/index.ts';
import { readDocument } from './document.ts';
import { ENGINE } from './engine.ts';
import { failureError } from './failure.ts';
import { documentName, isResultId } from './names.ts';
import { answeringPointer, waitingIn } from './pointer.ts';
import type { AnswerPorts, CohortName, ResultItem } from './ports.ts';
import { questionOf } from './request.ts';

/** How long a question waits for its document before it answers that the work is under way. */
const PATIENCE = 5_000;

/** A question whose item hasn't moved for this long has perhaps lost its message: the next who asks sends it again. */
const STALE = 60_000;

const FIRST_PAUSE = 20;
const LONGEST_PAUSE = 300;

/** What a question, or a look at one, comes to. */
export type Answer =
  | {
      readonly state: 'done';
      readonly id: string;
      readonly document: ResultDocument;
      /** When it was made; a document holds no clock. */
      readonly made: string | undefined;
      readonly waiting: string | undefined;
    }
  | { readonly state: 'waiting'; readonly id: string; readonly item: ResultItem; readonly waiting: string | undefined };

/**
 * Asks: the document at once where it exists, otherwise the work is queued and waited for, up to {@link PATIENCE}.
 * Throws what the request is refused for, and what the analysis refused it for where that is known in time.
 */
export async function ask(cohort: CohortName, body: unknown, ports: AnswerPorts): Promise<Answer> {
  const pointer = await answeringPointer(cohort, ports);
  const { analysis, request } = await questionOf(body);
  const id = resultId(pointer.frame, request, ENGINE);
  const waiting = waitingIn(pointer);
  const there = await readDocument(cohort, id, ports);
  if (there) {
    const item = await ports.results.read(cohort, id);
    if (item?.state !== 'done') await recordDone(cohort, id, pointer, analysis.name, request, ports);
    return { state: 'done', id, document: there, made: item?.at, waiting };
  }
  const now = new Date(ports.now()).toISOString();
  const started = await ports.results.start(
    cohort,
    {
      id,
      analysis: analysis.name,
      request,
      state: 'waiting',
      stage: 'queued',
      fraction: 0,
      frame: pointer.frame,
      revision: pointer.revision,
      definition: pointer.definition,
      made: now,
      at: now,
    },
    new Date(ports.now() - STALE).toISOString(),
  );
  if (started) await ports.questions.send({ site: cohort.site, cohort: cohort.cohort, id });
  return waitFor(cohort, id, waiting, ports);
}

/** A document outlives its item where the table was lost: the list of results has it again. */
async function recordDone(
  cohort: CohortName,
  id: string,
  { frame, revision, definition }: { readonly frame: string; readonly revision: string; readonly definition: string },
  analysis: string,
  request: { readonly [name: string]: Json },
  { results, now }: AnswerPorts,
): Promise<void> {
  const at = new Date(now()).toISOString();
  const item: ResultItem = {
    id,
    analysis,
    request,
    state: 'done',
    stage: 'done',
    fraction: 1,
    frame,
    revision,
    definition,
    made: at,
    at,
  };
  await results.start(cohort, item, at);
}

async function waitFor(
  cohort: CohortName,
  id: string,
  waiting: string | undefined,
  ports: AnswerPorts,
): Promise<Answer> {
  const end = ports.now() + PATIENCE;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(LONGEST_PAUSE, pause * 1.5)) {
    const answer = await settled(cohort, id, waiting, ports);
    if (answer.state === 'done' || ports.now() + pause > end) return answer;
    await ports.pause(pause);
  }
}

/** How a question stands. Throws `not-found`, `stopped`, and why it failed. */
async function settled(
  cohort: CohortName,
  id: string,
  waiting: string | undefined,
  ports: AnswerPorts,
): Promise<Answer> {
  const item = await ports.results.read(cohort, id);
  if (item?.state === 'waiting') return { state: 'waiting', id, item, waiting };
  if (item?.failure && item.state === 'failed') throw failureError(item.failure);
  if (item?.state === 'stopped')
    throw new SignetError('stopped', 'This question was stopped', { remedy: 'POST it again to start it anew.' });
  if (item?.state === 'withdrawn') throw withdrawn();
  const document = item && (await readDocument(cohort, id, ports));
  if (!item || !document) throw new SignetError('not-found', 'There is no such result');
  return { state: 'done', id, document, made: item.at, waiting };
}

/** Of a result that held a patient who was taken out since. */
export function withdrawn(): SignetError {
  return new SignetError('withdrawn', 'This result was withdrawn: a patient whom it held has been taken out', {
    remedy: 'Ask the question again: it is answered without her.',
  });
}

/** Looks at a question by its id. */
export async function look(cohort: CohortName, id: string, ports: AnswerPorts): Promise<Answer> {
  if (!isResultId(id)) throw new SignetError('not-found', 'There is no such result');
  const [pointer, answer] = await Promise.all([ports.cohorts.pointer(cohort), settled(cohort, id, undefined, ports)]);
  return { ...answer, waiting: pointer && waitingIn(pointer) };
}

/** Stops the work on a question. Throws `not-found`, and `result-exists` once the document is there. */
export async function stop(cohort: CohortName, id: string, ports: AnswerPorts): Promise<void> {
  if (!isResultId(id)) throw new SignetError('not-found', 'There is no such result');
  const item = await ports.results.read(cohort, id);
  if (!item) throw new SignetError('not-found', 'There is no such result');
  const exists = (await ports.documents.size(cohort, documentName.result(id))) !== undefined;
  if (
    item.state === 'waiting' &&
    !exists &&
    (await ports.results.stop(cohort, id, new Date(ports.now()).toISOString()))
  )
    return;
  const now = await ports.results.read(cohort, id);
  if (exists || now?.state === 'done')
    throw new SignetError('result-exists', 'The document exists already: there is nothing left to stop');
}
