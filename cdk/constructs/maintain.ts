import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { Places } from './places.ts';
import { mayReadSites, maySend } from './rights.ts';
import { type Claims, INVOCATION, SignetFunction } from './signet-function.ts';
import type { WorkQueue } from './work-queue.ts';

/** What maintenance needs. */
export interface MaintainProps {
  /** Where sources are told of that bucket and table differ in. */
  readonly hints: WorkQueue;
  /** Where cohorts are told of whose pointer is behind. */
  readonly publications: WorkQueue;
  /** Where data lies. */
  readonly places: Places;
  /** Who may ask for it over the API. */
  readonly claims: Claims;
  /** How often, as the scheduler writes it. */
  readonly schedule: string;
}

/** What mends lost events: the bucket is listed against the table every few minutes, and what nobody needs any more is swept. */
export class Maintain extends Construct {
  /** Reconciles and sweeps. */
  readonly function: SignetFunction;

  constructor(scope: Construct, id: string, { hints, publications, places, claims, schedule }: MaintainProps) {
    super(scope, id);
    this.function = new SignetFunction(this, 'Function', {
      name: 'maintain',
      description: 'Signet: compares the bucket with the table, and sweeps',
      key: places.key,
      memory: 1024,
      timeout: INVOCATION,
      environment: {
        SIGNET_TABLE: places.table.tableName,
        SIGNET_SOURCES: places.sources.bucketName,
        SIGNET_DERIVED: places.derived.bucketName,
        ...claims,
      },
    });
    maySend(this.function, hints.queue, 'SIGNET_HINTS');
    maySend(this.function, publications.queue, 'SIGNET_PUBLICATIONS');
    mayReadSites(this.function, places);
    new Rule(this, 'Schedule', {
      description: 'Signet: reconcile and sweep',
      schedule: Schedule.expression(schedule),
      targets: [new LambdaFunction(this.function, { retryAttempts: 0 })], // the next one comes by itself
    });
  }
}
