import { Aws, Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgePattern } from './acknowledge.ts';
import { ForOneSite, OBJECTS_OF_ONE_SITE, SITE } from './for-one-site.ts';
import type { Places } from './places.ts';
import { mayReadSites, maySend } from './rights.ts';
import { ANSWER, type Claims, SignetFunction } from './signet-function.ts';
import type { WorkQueue } from './work-queue.ts';

/** What erasures need. */
export interface ErasuresProps {
  /** Where a cohort is told of that lost a source's name. */
  readonly publications: WorkQueue;
  /** Where data lies. */
  readonly places: Places;
  /** Who may ask. */
  readonly claims: Claims;
}

/** How a patient is taken out of everything. This function alone may delete versions, by a role of its own that is cut to one site. */
export class Erasures extends Construct {
  /** Takes a patient out. */
  readonly function: SignetFunction;

  constructor(scope: Construct, id: string, { publications, places, claims }: ErasuresProps) {
    super(scope, id);
    this.function = new SignetFunction(this, 'Function', {
      name: 'erase',
      description: 'Signet: takes a patient out of everything',
      key: places.key,
      memory: 3008,
      timeout: ANSWER,
      environment: {
        SIGNET_TABLE: places.table.tableName,
        SIGNET_SOURCES: places.sources.bucketName,
        SIGNET_DERIVED: places.derived.bucketName,
        ...claims,
      },
    });
    maySend(this.function, publications.queue, 'SIGNET_PUBLICATIONS');
    mayReadSites(this.function, places);

    const role = new Role(this, 'Role', {
      description: "Signet: versions of one site's objects, by the session tag site",
      maxSessionDuration: Duration.hours(1), // all that a chained role gets
      assumedBy: new ForOneSite([this.function.role!.roleArn]),
    });
    for (const statement of versionsOf(places)) {
      role.addToPolicy(statement);
      acknowledgePattern(role, statement, OBJECTS_OF_ONE_SITE);
    }
    this.function.addEnvironment('SIGNET_ERASURE_ROLE', role.roleArn);
    this.function.addToRolePolicy(
      new PolicyStatement({ actions: ['sts:AssumeRole', 'sts:TagSession'], resources: [role.roleArn] }),
    );
  }
}

function versionsOf({ sources, derived, key }: Places): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'VersionsOfTheSite',
      actions: ['s3:DeleteObjectVersion', 's3:GetObjectVersion'],
      resources: [sources, derived].map((bucket) => bucket.arnForObjects(`sites/${SITE}/*`)),
    }),
    new PolicyStatement({
      sid: 'VersionsListed',
      actions: ['s3:ListBucketVersions'],
      resources: [sources, derived].map((bucket) => bucket.bucketArn),
      conditions: { StringLike: { 's3:prefix': [`sites/${SITE}/*`] } },
    }),
    new PolicyStatement({
      sid: 'DataKey',
      actions: ['kms:Decrypt'],
      resources: [key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `s3.${Aws.REGION}.${Aws.URL_SUFFIX}` } },
    }),
  ];
}
