import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { AccessLogs } from './constructs/access-logs.ts';
import { DerivedBucket, SourcesBucket } from './constructs/data-bucket.ts';
import { DataKey } from './constructs/data-key.ts';
import { Items } from './constructs/items.ts';
import { visibilityParameter } from './constructs/settings.ts';
import { WorkQueue } from './constructs/work-queue.ts';

/** All that has to outlive the functions: key, buckets, table, and the queues that stand beside the buckets that fill them. */
export class DataStack extends Stack {
  /** Encrypts buckets, table, topics and logs. */
  readonly key: Key;
  /** The truth: what users put. */
  readonly sources: Bucket;
  /** What Signet writes: frames, results, revisions; `deployment/sites.json` too. */
  readonly derived: Bucket;
  /** Heads, records, pointers, uploads. */
  readonly table: TableV2;
  /** Hints that objects changed. */
  readonly hints: WorkQueue;
  /** What came to lie between sites. */
  readonly crossings: WorkQueue;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, {
      description: 'Signet: key, buckets and table, which outlive the stack, and the queues beside the buckets.',
      ...props,
    });
    this.key = new DataKey(this, 'Key');
    const logs = new AccessLogs(this, 'AccessLogs');
    const visibility = visibilityParameter(this);
    this.hints = new WorkQueue(this, 'Hints', { visibility });
    this.crossings = new WorkQueue(this, 'Crossings', { visibility });
    this.sources = new SourcesBucket(this, 'Sources', { key: this.key, logs, hints: this.hints });
    this.derived = new DerivedBucket(this, 'Derived', { key: this.key, logs, crossings: this.crossings });
    this.table = new Items(this, 'Table', { key: this.key });

    new CfnOutput(this, 'SourcesBucket', { value: this.sources.bucketName, description: 'Where hospitals put files.' });
    new CfnOutput(this, 'DerivedBucket', {
      value: this.derived.bucketName,
      description: 'Frames and results; deployment/sites.json names the sites.',
    });
    new CfnOutput(this, 'TableName', { value: this.table.tableName });
    new CfnOutput(this, 'HintDeadLetters', { value: this.hints.deadLetters.queueArn });
    new CfnOutput(this, 'CrossingDeadLetters', { value: this.crossings.deadLetters.queueArn });
  }
}
