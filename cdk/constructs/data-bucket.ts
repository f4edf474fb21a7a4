import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  type IBucket,
  type LifecycleRule,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { AccessLogs } from './access-logs.ts';
import type { WorkQueue } from './work-queue.ts';

/** What both buckets need. */
export interface DataBucketProps {
  /** Encrypts the objects. */
  readonly key: IKey;
  /** Receives the bucket's access logs. */
  readonly logs: AccessLogs;
}

/** What a bucket of one kind adds. */
interface Retention {
  /** For how long a replaced or deleted object can be brought back. */
  readonly oldVersions: Duration;
  /** Rules besides those of every bucket. */
  readonly lifecycleRules?: readonly LifecycleRule[];
}

/** Closed, encrypted, versioned, logged, and kept when its stack goes. */
abstract class DataBucket extends Bucket {
  constructor(scope: Construct, id: string, { key, logs }: DataBucketProps, retention: Retention) {
    super(scope, id, {
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true, // one call to the key service a session, not one an object
      versioned: true,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: RemovalPolicy.RETAIN,
      serverAccessLogsBucket: logs as IBucket, // class and interface of the library disagree where optional is exact
      serverAccessLogsPrefix: `${id.toLowerCase()}/`,
      lifecycleRules: [
        {
          id: 'old-versions',
          noncurrentVersionExpiration: retention.oldVersions,
          expiredObjectDeleteMarker: true,
        },
        { id: 'incomplete-uploads', abortIncompleteMultipartUploadAfter: Duration.days(2) },
        ...(retention.lifecycleRules ?? []),
      ],
    });
  }

  /** Has the bucket tell a queue of what happens to objects below some prefixes. */
  protected tell(queue: WorkQueue, events: readonly string[], prefixes: readonly string[]): void {
    const policy = queue.admitBuckets();
    // Stated on the resource itself: the construct library's way is a function of its own with rights over every bucket.
    const bucket = this.node.defaultChild as CfnBucket;
    bucket.notificationConfiguration = {
      queueConfigurations: events.flatMap((event) =>
        prefixes.map((value) => ({
          event,
          queue: queue.queue.queueArn,
          filter: { s3Key: { rules: [{ name: 'prefix', value }] } },
        })),
      ),
    };
    bucket.node.addDependency(policy); // the bucket tries the queue when it is told of it
  }
}

/** The bucket's own word that something under a site's prefix changed; what it is now is always read from the bucket. */
const CHANGES = ['s3:ObjectCreated:*', 's3:ObjectRemoved:*', 's3:LifecycleExpiration:*'];

/** The truth: users put, replace and delete files here. Each change sends a hint. */
export class SourcesBucket extends DataBucket {
  constructor(scope: Construct, id: string, props: DataBucketProps & { readonly hints: WorkQueue }) {
    super(scope, id, props, { oldVersions: Duration.days(30) });
    this.tell(props.hints, CHANGES, ['sites/']);
  }
}

/** The tags by which Signet marks what may go. Lifecycle rules know prefixes only at the start of a key, and a key starts with its site. */
const EXPIRY_TAGS = {
  /** Documents that no pointer, result, release or approval names any more. */
  unreferenced: { key: 'unreferenced', value: 'true' },
  /** What is made for one reading, as annotated workbooks are. */
  passing: { key: 'expires', value: 'day' },
} as const;

/** That what lies there is put once, and never replaced, marked or deleted, whoever asks. */
function neverChanged(objects: string): PolicyStatement[] {
  const denied = { effect: Effect.DENY, principals: [new AnyPrincipal()], resources: [objects] };
  return [
    new PolicyStatement({
      sid: 'LogsPutOnce',
      ...denied,
      actions: ['s3:PutObject'],
      conditions: { Null: { 's3:if-none-match': 'true' } },
    }),
    new PolicyStatement({
      sid: 'LogsKept',
      ...denied,
      actions: [
        's3:DeleteObject',
        's3:DeleteObjectTagging',
        's3:DeleteObjectVersion',
        's3:DeleteObjectVersionTagging',
        's3:PutObjectTagging', // a lifecycle rule goes by tags
        's3:PutObjectVersionTagging',
      ],
    }),
  ];
}

/** What Signet makes of the sources, and what sites send one another. Each document that comes to lie between sites is told of. */
export class DerivedBucket extends DataBucket {
  constructor(scope: Construct, id: string, props: DataBucketProps & { readonly crossings: WorkQueue }) {
    super(scope, id, props, {
      oldVersions: Duration.days(7),
      lifecycleRules: [
        {
          id: 'unreferenced',
          tagFilters: { [EXPIRY_TAGS.unreferenced.key]: EXPIRY_TAGS.unreferenced.value },
          expiration: Duration.days(7),
        },
        {
          id: 'passing',
          tagFilters: { [EXPIRY_TAGS.passing.key]: EXPIRY_TAGS.passing.value },
          expiration: Duration.days(1),
        },
      ],
    });
    for (const statement of neverChanged(this.arnForObjects('audit/*'))) this.addToResourcePolicy(statement);
    this.tell(props.crossings, ['s3:ObjectCreated:*'], ['exchange/', 'shares/']);
  }
}
