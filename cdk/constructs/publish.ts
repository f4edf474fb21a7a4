import { Construct } from 'constructs';
import { type Concurrency, Feed } from './feed.ts';
import type { Places } from './places.ts';
import { maySend } from './rights.ts';
import { INVOCATION, SignetFunction } from './signet-function.ts';
import type { WorkQueue } from './work-queue.ts';

/** What publishing needs. */
export interface PublishProps {
  /** Cohorts of which something was told; first in, first out, a cohort at a time. */
  readonly publications: WorkQueue;
  /** Where sources are told of that a new definition reads otherwise. */
  readonly hints: WorkQueue;
  /** Where data lies. */
  readonly places: Places;
  /** How many cohorts at once. */
  readonly concurrency: Concurrency;
}

/** From a settled source to the cohort's current revision and frame. */
export class Publish extends Construct {
  /** Writes revision and frame, then flips the pointer. */
  readonly function: SignetFunction;

  constructor(scope: Construct, id: string, { publications, hints, places, concurrency }: PublishProps) {
    super(scope, id);
    this.function = new SignetFunction(this, 'Function', {
      name: 'publish',
      description: "Signet: writes a cohort's revision and frame and makes them current",
      key: places.key,
      memory: 3008,
      timeout: INVOCATION,
      environment: {
        SIGNET_TABLE: places.table.tableName,
        SIGNET_DERIVED: places.derived.bucketName,
        SIGNET_SOURCES: places.sources.bucketName, // hints name the bucket
      },
    });
    maySend(this.function, hints.queue, 'SIGNET_HINTS');
    new Feed(this, 'Publications', { queue: publications, worker: this.function, batchSize: 10, concurrency });
  }
}
