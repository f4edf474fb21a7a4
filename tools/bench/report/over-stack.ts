import { startStack } from '../../../cdk/local/index.ts';
import type { DemoUploads } from '../../../demo/uploads.ts';
import { settle } from '../../local/settle.ts';
import { Visitor } from '../../local/visitor.ts';

/** Wall seconds from the first PUT to the last byte of HTML, with nothing but what `npm start` runs. */
export interface StackReport {
  /** Files into the bucket. */
  readonly put: number;
  /** Until the cohort answers from all of them: events, queues, reading, the frame. */
  readonly settled: number;
  /** From the question to the document. */
  readonly made: number;
  /** The document as HTML. */
  readonly rendered: number;
  readonly html: number;
}

const SITE = 'bench';
/** Seconds that a cohort may take to settle. */
const PATIENCE = 600;

/** Uploads a cohort to a stack of its own, and asks for its whole report as HTML. Throws where it is refused or not made. */
export async function reportOverStack(
  assembly: string,
  uploads: DemoUploads,
  progress: (says: string) => void,
): Promise<StackReport> {
  const stack = await startStack({ assembly, sites: [SITE], onLog: () => undefined });
  const visitor = await Visitor.at(stack, SITE);
  try {
    const times = [performance.now()];
    const lap = (): void => void times.push(performance.now());
    await visitor.putCohort(uploads);
    lap();
    await settle(visitor, uploads, progress, PATIENCE);
    lap();
    const { id } = await visitor.result(uploads.name, { analysis: 'report' }, progress);
    lap();
    const html = await textOf(visitor, `/cohorts/${uploads.name}/results/${id}.html`);
    lap();
    const [put, settled, made, rendered] = times.slice(1).map((time, i) => (time - times[i]!) / 1000);
    return { put: put!, settled: settled!, made: made!, rendered: rendered!, html: html.length };
  } finally {
    visitor.leave();
    await stack.stop();
  }
}

/** A large answer lies in the bucket, where a link leads to. */
async function textOf(visitor: Visitor, path: string): Promise<string> {
  const answer = await visitor.ask(path);
  const found = answer.status === 303 ? await fetch(answer.headers.get('location')!) : answer;
  if (found.status !== 200) throw new TypeError(`${path} is answered with ${found.status}`);
  return found.text();
}
