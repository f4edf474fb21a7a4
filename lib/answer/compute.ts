import type { Progress } from '../analyses/index.ts';
import { SignetError } from '../base/index.ts';
import { type Findings, type ResultDocument, seal } from '../result/index.ts';
import { ENGINE } from './engine.ts';
import { DIED, isRefusal, refusal } from './failure.ts';
import { Frames } from './frames.ts';
import { documentName } from './names.ts';
import type { AnswerPorts, CohortName, ResultItem } from './ports.ts';
import { questionOf } from './request.ts';

/** At the fifth delivery the item is first marked failed: a worker that dies at it can't say so any more. */
const LAST_DELIVERY = 5;

/** How often progress is written, at most. */
const PROGRESS_INTERVAL = 500;

/** What working on a question came to. `needless`: it was done, stopped or gone before. */
export type Computed = 'done' | 'refused' | 'stopped' | 'needless';

/** A revision, as far as a result tells of it. */
interface RevisionDocument {
  readonly sources: readonly {
    readonly key: string;
    readonly content?: string;
    readonly refused?: { readonly reason: string };
  }[];
}

/** Tells how far the work is, now and then, and learns in doing so whether it was stopped. */
class ItemProgress implements Progress {
  readonly #say: (stage: string, fraction: number) => Promise<boolean>;
  readonly #now: () => number;
  #said = Number.NEGATIVE_INFINITY;
  #underWay: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(say: (stage: string, fraction: number) => Promise<boolean>, now: () => number) {
    this.#say = say;
    this.#now = now;
  }

  stage(name: string, fraction: number): void {
    if (this.#now() - this.#said < PROGRESS_INTERVAL) return;
    this.#said = this.#now();
    this.#underWay = this.#say(name, fraction).then(
      (goesOn) => {
        this.#stopped ||= !goesOn;
      },
      () => undefined, // what isn't told is no reason to stop
    );
  }

  stopped(): void {
    if (this.#stopped) throw new SignetError('stopped', 'the question was stopped');
  }

  /** The last word has arrived. */
  async settle(): Promise<void> {
    await this.#underWay;
    this.stopped();
  }
}

/** Works questions out: loads the frame, runs the analysis, seals and stores the document. */
export class Computer {
  readonly #ports: AnswerPorts;
  readonly #frames: Frames;

  constructor(ports: AnswerPorts) {
    this.#ports = ports;
    this.#frames = new Frames(ports);
  }

  /** Works one out. Throws what another delivery may mend. */
  async compute(
    { site, cohort, id }: CohortName & { readonly id: string },
    { delivery = 1 }: { readonly delivery?: number } = {},
  ): Promise<Computed> {
    const { results, documents } = this.#ports;
    const name = { site, cohort };
    const item = await results.read(name, id);
    if (!item || ['done', 'stopped', 'withdrawn'].includes(item.state)) return 'needless';
    if (item.state === 'failed' && item.failure?.typed) return 'needless';
    if (delivery >= LAST_DELIVERY) await results.fail(name, id, DIED, this.#at());
    if ((await documents.size(name, documentName.result(id))) !== undefined) {
      await results.done(name, id, this.#at());
      return 'done';
    }
    try {
      const document = await this.#work(name, item);
      await documents.put(name, documentName.result(id), JSON.stringify(document), 'application/json');
      await results.done(name, id, this.#at());
      return 'done';
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (error.code === 'stopped') return 'stopped';
      await results.fail(name, id, refusal(error), this.#at());
      return 'refused';
    }
  }

  #at(): string {
    return new Date(this.#ports.now()).toISOString();
  }

  async #work(cohort: CohortName, item: ResultItem): Promise<ResultDocument> {
    const { results, now } = this.#ports;
    const progress = new ItemProgress(
      (stage, fraction) => results.progress(cohort, item.id, stage, fraction, this.#at()),
      () => now(),
    );
    progress.stage('reading the frame', 0);
    const [{ answerAsked }, { analysis, request }, frame, refused] = await Promise.all([
      import('../analyses/index.ts'),
      questionOf(item.request),
      this.#frames.open({ ...cohort, frame: item.frame, revision: item.revision, definition: item.definition }),
      this.#refused(cohort, item.revision),
    ]);
    const findings: Findings = await answerAsked(analysis, frame, request, progress);
    await progress.settle();
    const going = await results.progress(cohort, item.id, 'storing', 1, this.#at());
    if (!going) throw new SignetError('stopped', 'the question was stopped');
    const { stamp } = frame.definition;
    return seal({
      schema: 'signet-result/1',
      id: item.id,
      engine: ENGINE,
      analysis: analysis.name,
      request: item.request as ResultDocument['request'],
      cohort: { name: frame.name, title: frame.title, ...(stamp !== undefined && { stamp }) },
      frame: { digest: frame.digest, revision: frame.revision, patients: frame.rows },
      refused,
      findings,
    });
  }

  /** Sources whose newest version was refused, by opaque id: a viewer reads results, and a file's name may hold a patient's. */
  async #refused(cohort: CohortName, revision: string): Promise<ResultDocument['refused']> {
    const bytes = await this.#ports.documents.get(cohort, documentName.revision(revision));
    if (!bytes) throw new SignetError('lost-document', 'the revision is not in the derived bucket');
    const { sources } = JSON.parse(new TextDecoder().decode(bytes)) as RevisionDocument;
    const refused = sources.filter((source) => source.refused);
    const ids = await this.#ports.cohorts.sourceIds(
      cohort.site,
      refused.map(({ key }) => key),
    );
    return refused.map((source, i) => ({
      source: ids[i]!,
      reason: source.refused!.reason,
      answeredFrom: source.content === undefined ? ('nothing' as const) : ('older version' as const),
    }));
  }
}
