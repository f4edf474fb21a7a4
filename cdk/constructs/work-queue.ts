import { Aws, Duration } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct, type IDependable } from 'constructs';

/** Deliveries before a message is set apart. The worker marks what it failed on at the last of them. */
const DELIVERIES = 5;

/** What a queue of work needs. */
export interface WorkQueueProps {
  /** How long a message stays hidden from others while one worker has it: six times the function's timeout, as Lambda advises. */
  readonly visibility: Duration;
  /** One message of a group at a time, in order. */
  readonly fifo?: boolean;
}

/** A queue, and beside it the one where messages go that failed five times. Messages hold keys, hence files' names: encrypted. */
export class WorkQueue extends Construct {
  /** What the worker is fed from. */
  readonly queue: Queue;
  /** What failed, kept for two weeks for a person to look at and redrive. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { visibility, fifo = false }: WorkQueueProps) {
    super(scope, id);
    const shared: QueueProps = {
      // The service's own key: under the data key, bucket, key and queue would each need the other first.
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      ...(fifo && {
        fifo,
        // Cohorts don't wait for each other.
        deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
        fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      }),
    };
    this.deadLetters = new Queue(this, 'DeadLetters', shared);
    this.queue = new Queue(this, 'Queue', {
      ...shared,
      visibilityTimeout: visibility,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: DELIVERIES },
    });
  }

  /**
   * Lets the account's buckets send here; returns what has to exist before a bucket is told of the queue.
   * The account, not the one bucket: the bucket's notifications need this policy first, and naming it here would close a circle.
   * Nothing in a hint is believed, so that a foreign bucket's costs a look and no more.
   */
  admitBuckets(): IDependable {
    const { policyDependable } = this.queue.addToResourcePolicy(
      new PolicyStatement({
        sid: 'HintsFromBuckets',
        principals: [new ServicePrincipal('s3.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.queue.queueArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    return policyDependable!;
  }
}
