import { ArnFormat, Aws, Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgePattern } from './acknowledge.ts';
import { ForOneSite, OBJECTS_OF_ONE_SITE, SITE } from './for-one-site.ts';
import type { Places } from './places.ts';
import type { SignetFunction } from './signet-function.ts';

/** What the role for a site's data needs. */
export interface SiteDataProps {
  /** Where data lies. */
  readonly places: Places;
  /** Who may take the role, always for one site. */
  readonly admitted: readonly SignetFunction[];
}

/** The session's other tag; set only once the signed protocol was seen to name the site. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the policy language
const STUDY = '${aws:PrincipalTag/study}';

/**
 * The only right to patients' data, and it is cut to one site: whoever takes this role says which by a session tag, and no statement
 * reaches beyond it. What a handler's bug asks for of another site, its credentials refuse.
 */
export class SiteData extends Construct {
  /** Taken for an hour at most, with the tag `site`. */
  readonly role: Role;

  constructor(scope: Construct, id: string, { places, admitted }: SiteDataProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      description: "Signet: one site's data, by the session tag site",
      maxSessionDuration: Duration.hours(1), // all that a chained role gets
      assumedBy: new ForOneSite(
        admitted.map(({ role }) => role!.roleArn),
        ['site', 'study'],
      ),
    });
    for (const statement of [
      ...items(places),
      ...sources(places),
      ...derived(places),
      ...keys(this, places),
      ...secrets(this),
    ]) {
      this.role.addToPolicy(statement);
      acknowledgePattern(this.role, statement, OBJECTS_OF_ONE_SITE);
    }
    for (const each of admitted) {
      each.addEnvironment('SIGNET_DATA_ROLE', this.role.roleArn);
      each.addToRolePolicy(
        new PolicyStatement({ actions: ['sts:AssumeRole', 'sts:TagSession'], resources: [this.role.roleArn] }),
      );
    }
  }
}

/** Items whose partition key begins with the site. No Scan, which has no leading key. */
function items({ table }: Places): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'ItemsOfTheSite',
      actions: [
        'dynamodb:BatchGetItem',
        'dynamodb:BatchWriteItem',
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
      ],
      resources: [table.tableArn],
      conditions: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${SITE}#*`] },
        // ForAllValues is true of a request without any leading key.
        Null: { 'dynamodb:LeadingKeys': 'false' },
      },
    }),
  ];
}

/** The site's files. */
function sources({ sources: bucket }: Places): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'SourcesOfTheSite',
      actions: [
        's3:AbortMultipartUpload',
        's3:DeleteObject',
        's3:GetObject',
        's3:ListMultipartUploadParts',
        's3:PutObject',
      ],
      resources: [bucket.arnForObjects(`sites/${SITE}/*`)],
    }),
    new PolicyStatement({
      sid: 'SourcesListed',
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': [`sites/${SITE}/*`] } },
    }),
  ];
}

/** What was made for the site, what it shares, and the studies that it takes part in. Of a key's parts none is empty; `*` spans `/`. */
function derived({ derived: bucket }: Places): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'DerivedOfTheSite',
      actions: [
        's3:AbortMultipartUpload',
        's3:DeleteObject',
        's3:DeleteObjectTagging',
        's3:GetObject',
        's3:ListMultipartUploadParts',
        's3:PutObject',
        's3:PutObjectTagging', // by which a lifecycle rule knows what may go
      ],
      resources: [bucket.arnForObjects(`sites/${SITE}/*`)],
    }),
    new PolicyStatement({
      sid: 'SharesGiven',
      actions: ['s3:DeleteObject', 's3:PutObject'],
      resources: [bucket.arnForObjects(`shares/*/${SITE}/*`)],
    }),
    new PolicyStatement({
      sid: 'SharesReceived',
      actions: ['s3:GetObject'],
      resources: [bucket.arnForObjects(`shares/${SITE}/*`)],
    }),
    new PolicyStatement({
      sid: 'DerivedListed',
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': [`sites/${SITE}/*`, `shares/${SITE}/*`] } },
    }),
    new PolicyStatement({
      sid: 'ExchangeGiven',
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(`exchange/${STUDY}/${SITE}/*`)],
      conditions: { Null: { 's3:if-none-match': 'false' } }, // what was sent stays as it was
    }),
    new PolicyStatement({
      sid: 'ExchangeRead',
      actions: ['s3:GetObject'],
      resources: [bucket.arnForObjects(`exchange/${STUDY}/*`)],
    }),
    new PolicyStatement({
      sid: 'ExchangeListed',
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': [`exchange/${STUDY}/*`] } },
    }),
  ];
}

/** The data key, through the services that use it; and the site's own keys, known by their tag, to sign and to agree on secrets. */
function keys(scope: Construct, { key }: Places): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'DataKey',
      actions: [
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:Encrypt',
        'kms:GenerateDataKey',
        'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
      ],
      resources: [key.keyArn],
      conditions: {
        StringEquals: {
          'kms:ViaService': ['s3', 'dynamodb'].map((service) => `${service}.${Aws.REGION}.${Aws.URL_SUFFIX}`),
        },
      },
    }),
    new PolicyStatement({
      sid: 'KeysOfTheSite',
      actions: ['kms:DeriveSharedSecret', 'kms:GetPublicKey', 'kms:Sign'],
      resources: [Stack.of(scope).formatArn({ service: 'kms', resource: 'key', resourceName: '*' })],
      conditions: { StringEquals: { 'aws:ResourceTag/site': SITE } },
    }),
  ];
}

/** The site's secrets: made with its tag by whoever first needs one, read by that tag. */
function secrets(scope: Construct): PolicyStatement[] {
  const resources = [
    Stack.of(scope).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: `signet/${SITE}/*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  ];
  return [
    new PolicyStatement({
      sid: 'SecretsOfTheSite',
      actions: ['secretsmanager:GetSecretValue'],
      resources,
      conditions: { StringEquals: { 'secretsmanager:ResourceTag/site': SITE } },
    }),
    new PolicyStatement({
      sid: 'SecretsMade',
      actions: ['secretsmanager:CreateSecret', 'secretsmanager:TagResource'],
      resources,
      conditions: { StringEquals: { 'aws:RequestTag/site': SITE } },
    }),
  ];
}
