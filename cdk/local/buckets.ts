import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Credential } from './credentials.ts';
import { arn, REGION } from './place.ts';
import { type Principal, statementsOf } from './policy.ts';
import type { BucketSettings } from './s3/index.ts';
import type { Resource } from './template.ts';

interface LifecycleRule {
  readonly Prefix?: string;
  readonly TagFilters?: readonly { readonly Key: string; readonly Value: string }[];
  readonly ExpirationInDays?: number;
  readonly NoncurrentVersionExpiration?: { readonly NoncurrentDays: number };
  readonly AbortIncompleteMultipartUpload?: { readonly DaysAfterInitiation: number };
}

/** What a bucket forgets by itself, and when. */
function lifecycleOf({ properties }: Resource): Pick<BucketSettings, 'abortIncompleteAfterDays' | 'expire'> {
  const { Rules = [] } = (properties['LifecycleConfiguration'] ?? {}) as { readonly Rules?: readonly LifecycleRule[] };
  const abort = Rules.map((rule) => rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation).find((days) => days);
  const expire = Rules.filter((rule) => rule.ExpirationInDays ?? rule.NoncurrentVersionExpiration).map(
    ({ Prefix, TagFilters: [tag] = [], ExpirationInDays, NoncurrentVersionExpiration }) => ({
      ...(Prefix !== undefined && { prefix: Prefix }),
      ...(tag && { tag: { key: tag.Key, value: tag.Value } }),
      ...(ExpirationInDays !== undefined && { days: ExpirationInDays }),
      ...(NoncurrentVersionExpiration && { noncurrentDays: NoncurrentVersionExpiration.NoncurrentDays }),
    }),
  );
  return { ...(abort !== undefined && { abortIncompleteAfterDays: abort }), expire };
}

/** The template's buckets as the local S3 keeps them: versions, lifecycle, and the policy that each has. */
export function bucketsOf(resources: readonly Resource[]): BucketSettings[] {
  const policies = resources.filter(({ type }) => type === 'AWS::S3::BucketPolicy');
  return resources
    .filter(({ type }) => type === 'AWS::S3::Bucket')
    .map((bucket) => ({
      name: bucket.name,
      ...lifecycleOf(bucket),
      versioned:
        (bucket.properties['VersioningConfiguration'] as { Status?: string } | undefined)?.Status === 'Enabled',
      policy: policies
        .filter((policy) => policy.properties['Bucket'] === bucket.name)
        .flatMap((policy) => statementsOf(policy.properties['PolicyDocument'])),
    }));
}

/** Whoever runs the deployment: its document of sites, and the sites' keys (docs/deployment.md). */
export function operatorOf(bucket: string): Principal {
  return {
    name: arn('iam', 'user/operator', { global: true }),
    statements: [
      {
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject'],
        Resource: `arn:aws:s3:::${bucket}/deployment/*`,
      },
      {
        Effect: 'Allow',
        Action: [
          'kms:CreateAlias',
          'kms:UpdateAlias',
          'kms:CreateKey',
          'kms:GetPublicKey',
          'kms:Sign',
          'kms:TagResource',
        ],
        Resource: [arn('kms', 'key/*'), arn('kms', 'alias/signet/*')],
      },
    ],
    tags: {},
  };
}

/** Whoever got at all that lies under a prefix of a bucket: nobody of a deployment may so much. */
export function intruderIn(bucket: string, prefix: string): Principal {
  return {
    name: arn('iam', 'user/intruder', { global: true }),
    statements: [
      {
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
        Resource: `arn:aws:s3:::${bucket}/${prefix}*`,
      },
    ],
    tags: {},
  };
}

/** Says which sites the deployment has, as its operator does; those that a kept deployment has already stay as they are, with their cards. */
export async function putSites(
  s3: string,
  bucket: string,
  { accessKeyId, secretAccessKey }: Pick<Credential, 'accessKeyId' | 'secretAccessKey'>,
  sites: readonly string[],
): Promise<void> {
  const client = new S3Client({
    region: REGION,
    endpoint: s3,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
  const address = { Bucket: bucket, Key: 'deployment/sites.json' };
  const kept = await client.send(new GetObjectCommand(address)).then(
    async ({ Body }) => (JSON.parse((await Body?.transformToString()) ?? '{}') as { sites: { id: string }[] }).sites,
    () => [],
  );
  const document = {
    sites: sites.map((id) => kept.find((site) => site.id === id) ?? { id, name: id, claim: id }),
  };
  await client.send(
    new PutObjectCommand({ ...address, Body: JSON.stringify(document), ContentType: 'application/json' }),
  );
  client.destroy();
}
