import { Aws, Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgePattern } from './acknowledge.ts';
import { ForOneSite, OBJECTS_OF_ONE_SITE, SITE } from './for-one-site.ts';
import type { Places } from './places.ts';
import type { SignetFunction } from './signet-function.ts';

/** What the role for a site's log needs. */
export interface SiteAuditProps {
  /** Where data lies. */
  readonly places: Places;
  /** Who adds to the log, always of one site. */
  readonly admitted: readonly SignetFunction[];
}

/** The only right to the sites' audit logs: it reads and puts there, and no more. That nothing is put twice, the bucket itself demands. */
export class SiteAudit extends Construct {
  constructor(scope: Construct, id: string, { places, admitted }: SiteAuditProps) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      description: "Signet: one site's audit log, by the session tag site",
      maxSessionDuration: Duration.hours(1), // all that a chained role gets
      assumedBy: new ForOneSite(admitted.map((each) => each.role!.roleArn)),
    });
    for (const statement of statementsOn(places)) {
      role.addToPolicy(statement);
      acknowledgePattern(role, statement, OBJECTS_OF_ONE_SITE);
    }
    for (const each of admitted) {
      each.addEnvironment('SIGNET_AUDIT_ROLE', role.roleArn);
      each.addToRolePolicy(
        new PolicyStatement({ actions: ['sts:AssumeRole', 'sts:TagSession'], resources: [role.roleArn] }),
      );
    }
  }
}

function statementsOn({ derived, key }: Places): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'LogOfTheSite',
      actions: ['s3:GetObject', 's3:PutObject'],
      resources: [derived.arnForObjects(`audit/${SITE}/*`)],
    }),
    new PolicyStatement({
      sid: 'LogListed',
      actions: ['s3:ListBucket'],
      resources: [derived.bucketArn],
      conditions: { StringLike: { 's3:prefix': [`audit/${SITE}/*`] } },
    }),
    new PolicyStatement({
      sid: 'DataKey',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `s3.${Aws.REGION}.${Aws.URL_SUFFIX}` } },
    }),
  ];
}
