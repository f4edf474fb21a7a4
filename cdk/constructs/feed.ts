import { Aws, type CfnCondition, Fn, Token } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type CfnFunction, EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { SignetFunction } from './signet-function.ts';
import type { WorkQueue } from './work-queue.ts';

/** How many messages are worked on at once. */
export interface Concurrency {
  /** The most that the service hands out at once: 2 or more. */
  readonly most: number;
  /** Says whether the function keeps as many places for itself. */
  readonly reserved: CfnCondition;
}

/** What feeding a function needs. */
export interface FeedProps {
  /** Where messages wait. */
  readonly queue: WorkQueue;
  /** Who works on them. */
  readonly worker: SignetFunction;
  /** Messages an invocation: 1 where a death would take the others towards their fifth delivery. */
  readonly batchSize: number;
  /** How many at once. */
  readonly concurrency: Concurrency;
  /** `no`: another queue feeds the function too, which then keeps no places for itself, since what both may use can't be said. */
  readonly reserve?: 'no';
}

/**
 * From a queue to the function that works on it. What fails of a batch comes back alone.
 * The mapping is what limits; a reservation, where there is one, equals it: a smaller one would let the service take messages
 * that no worker is free for, and they would reach the dead letters unread.
 */
export class Feed extends Construct {
  constructor(scope: Construct, id: string, { queue: { queue }, worker, batchSize, concurrency, reserve }: FeedProps) {
    super(scope, id);
    worker.addToRolePolicy(
      new PolicyStatement({
        actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
        resources: [queue.queueArn],
      }),
    );
    new EventSourceMapping(this, 'Mapping', {
      target: worker,
      eventSourceArn: queue.queueArn,
      batchSize,
      reportBatchItemFailures: true,
      maxConcurrency: concurrency.most,
    });
    if (reserve === 'no') return;
    const { reserved, most } = concurrency;
    (worker.node.defaultChild as CfnFunction).reservedConcurrentExecutions = Token.asNumber(
      Fn.conditionIf(reserved.logicalId, most, Aws.NO_VALUE),
    );
  }
}
