import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';

/** Of a bucket, what names it and its objects. */
type Named = Pick<IBucket, 'bucketName' | 'bucketArn' | 'arnForObjects'>;

/** Where data lies: what the data stack hands to the functions. */
export interface Places {
  /** Encrypts the rest. */
  readonly key: IKey;
  /** What users put. */
  readonly sources: Named;
  /** What Signet writes. */
  readonly derived: Named;
  /** The one table. */
  readonly table: Pick<ITableV2, 'tableName' | 'tableArn'>;
}
