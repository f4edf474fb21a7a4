import { Construct } from 'constructs';
import { type Concurrency, Feed } from './feed.ts';
import type { Places } from './places.ts';
import { type Bus, maySend, mayTell } from './rights.ts';
import { INVOCATION, SignetFunction } from './signet-function.ts';
import type { WorkQueue } from './work-queue.ts';

/** What ingest needs. */
export interface IngestProps {
  /** Hints that objects changed; beside its bucket in the data stack, with its dead letters. */
  readonly hints: WorkQueue;
  /** Where a cohort whose source settled is told of. */
  readonly publications: WorkQueue;
  /** Where people and other systems are told of it. */
  readonly events: Bus;
  /** Where data lies. */
  readonly places: Places;
  /** How many sources at once. */
  readonly concurrency: Concurrency;
}

/** From an object's event to the function that makes the table follow the bucket. */
export class Ingest extends Construct {
  /** Reads a source and writes its records. */
  readonly function: SignetFunction;

  constructor(scope: Construct, id: string, { hints, publications, events, places, concurrency }: IngestProps) {
    super(scope, id);
    this.function = new SignetFunction(this, 'Function', {
      name: 'ingest',
      description: 'Signet: reads a source that changed and makes the table follow',
      key: places.key,
      memory: 1769,
      timeout: INVOCATION,
      semiSpace: 8,
      environment: {
        SIGNET_TABLE: places.table.tableName,
        SIGNET_SOURCES: places.sources.bucketName,
        SIGNET_DERIVED: places.derived.bucketName, // a definition in force is kept there, parsed
      },
    });
    maySend(this.function, publications.queue, 'SIGNET_PUBLICATIONS');
    mayTell(this.function, events);
    new Feed(this, 'Hints', { queue: hints, worker: this.function, batchSize: 1, concurrency });
  }
}
