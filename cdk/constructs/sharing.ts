import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { type Concurrency, Feed } from './feed.ts';
import type { Places } from './places.ts';
import { mayReadSites, maySend } from './rights.ts';
import { ANSWER, type Claims, INVOCATION, SignetFunction } from './signet-function.ts';
import type { WorkQueue } from './work-queue.ts';

/** What sharing needs. */
export interface SharingProps {
  /** What came to lie between sites. */
  readonly crossings: WorkQueue;
  /** What sites are to do because of it: one of a site and study at a time. */
  readonly errands: WorkQueue;
  /** Where data lies. */
  readonly places: Places;
  /** Who may ask. */
  readonly claims: Claims;
  /** How many errands at once. */
  readonly concurrency: Concurrency;
  /** How often sites look at their studies, as the scheduler writes it. */
  readonly schedule: string;
}

/** What crosses between sites: one function answers over the API, another takes the sites through their studies. */
export class Sharing extends Construct {
  /** Answers over the API: studies, shares, and the exchange with other deployments. */
  readonly function: SignetFunction;
  /** Answers the rounds of studies, closes those that lack somebody, attests results. */
  readonly conduct: SignetFunction;

  constructor(
    scope: Construct,
    id: string,
    { crossings, errands, places, claims, concurrency, schedule }: SharingProps,
  ) {
    super(scope, id);
    const { key } = places;
    const environment = {
      SIGNET_TABLE: places.table.tableName,
      SIGNET_DERIVED: places.derived.bucketName,
    };
    this.function = new SignetFunction(this, 'Function', {
      name: 'sharing',
      description: 'Signet: studies over sites, and what sites share',
      key,
      memory: 3008, // a frame is loaded for a dry run and an approval
      timeout: ANSWER,
      environment: { ...environment, SIGNET_SOURCES: places.sources.bucketName, ...claims },
    });
    this.conduct = new SignetFunction(this, 'Conduct', {
      name: 'conduct',
      description: 'Signet: takes sites through their studies',
      key,
      memory: 1769,
      timeout: INVOCATION,
      environment,
    });
    for (const each of [this.function, this.conduct]) mayReadSites(each, places);
    maySend(this.conduct, errands.queue, 'SIGNET_ERRANDS');
    const fed = { worker: this.conduct, batchSize: 10, concurrency, reserve: 'no' as const };
    new Feed(this, 'Crossings', { queue: crossings, ...fed });
    new Feed(this, 'Errands', { queue: errands, ...fed });
    new Rule(this, 'Schedule', {
      description: 'Signet: look at studies over sites',
      schedule: Schedule.expression(schedule),
      targets: [new LambdaFunction(this.conduct, { retryAttempts: 0 })], // the next one comes by itself
    });
  }
}
