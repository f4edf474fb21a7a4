import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

/** How long it can be shown who read or wrote an object. */
const KEPT = Duration.days(400);

/** Who read or wrote which object. A key may hold a file's name and so a patient's: encrypted, closed, and gone after a while. */
export class AccessLogs extends Bucket {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      encryption: BucketEncryption.S3_MANAGED, // the log delivery service can't write under a customer's key
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [{ id: 'forget', expiration: KEPT, noncurrentVersionExpiration: Duration.days(1) }],
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'It is the bucket that the access logs go to: logging its own writes would write a log of each log, without end.',
    });
  }
}
