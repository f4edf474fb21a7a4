import { Construct } from 'constructs';
import { type Concurrency, Feed } from './feed.ts';
import type { Places } from './places.ts';
import { mayReadSites, maySend } from './rights.ts';
import { ANSWER, type Claims, INVOCATION, SignetFunction } from './signet-function.ts';
import type { WorkQueue } from './work-queue.ts';

/** What questions need. */
export interface QuestionsProps {
  /** Questions that wait for their result. */
  readonly questions: WorkQueue;
  /** Where data lies. */
  readonly places: Places;
  /** Who may ask. */
  readonly claims: Claims;
  /** How many questions are worked on at once. */
  readonly concurrency: Concurrency;
}

/** The way of a question: one function takes it and answers what exists, another works the result out. */
export class Questions extends Construct {
  /** Answers over the API. */
  readonly answer: SignetFunction;
  /** Works results out. */
  readonly compute: SignetFunction;

  constructor(scope: Construct, id: string, { questions, places, claims, concurrency }: QuestionsProps) {
    super(scope, id);
    this.answer = new SignetFunction(this, 'Answer', {
      name: 'answer',
      description: 'Signet: answers over the API',
      key: places.key,
      memory: 1769,
      timeout: ANSWER,
      environment: {
        SIGNET_TABLE: places.table.tableName,
        SIGNET_SOURCES: places.sources.bucketName, // what is in it, for proposals and annotated workbooks
        SIGNET_DERIVED: places.derived.bucketName,
        ...claims,
      },
    });
    maySend(this.answer, questions.queue, 'SIGNET_QUESTIONS');
    mayReadSites(this.answer, places);

    this.compute = new SignetFunction(this, 'Compute', {
      name: 'compute',
      description: 'Signet: works a result out',
      key: places.key,
      memory: 3008,
      timeout: INVOCATION,
      environment: {
        SIGNET_TABLE: places.table.tableName,
        SIGNET_SOURCES: places.sources.bucketName,
        SIGNET_DERIVED: places.derived.bucketName,
      },
    });
    new Feed(this, 'Questions', { queue: questions, worker: this.compute, batchSize: 1, concurrency });
  }
}
