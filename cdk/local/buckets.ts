import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Credentials } from './credentials.ts';
import { arn, REGION } from './place.ts';
import { statementsOf } from './policy.ts';
import type { BucketSettings } from './s3/index.ts';
import type { Resource } from './template.ts';

/** The template's buckets as the local S3 keeps them: versions, and the policy that each has. */
export function bucketsOf(resources: readonly Resource[]): BucketSettings[] {
  const policies = resources.filter(({ type }) => type === 'AWS::S3::BucketPolicy');
  return resources
    .filter(({ type }) => type === 'AWS::S3::Bucket')
    .map(({ name, properties }) => ({
      name,
      versioned: (properties['VersioningConfiguration'] as { Status?: string } | undefined)?.Status === 'Enabled',
      policy: policies
        .filter((policy) => policy.properties['Bucket'] === name)
        .flatMap((policy) => statementsOf(policy.properties['PolicyDocument'])),
    }));
}

/** Says which sites the deployment has, as its operator does (docs/deployment.md). */
export async function putSites(
  s3: string,
  bucket: string,
  credentials: Credentials,
  sites: readonly string[],
): Promise<void> {
  const principal = {
    name: arn('iam', 'user/operator', { global: true }),
    statements: [{ Effect: 'Allow' as const, Action: 's3:PutObject', Resource: `arn:aws:s3:::${bucket}/deployment/*` }],
    tags: {},
  };
  const { accessKeyId, secretAccessKey } = credentials.issue(principal);
  const client = new S3Client({
    region: REGION,
    endpoint: s3,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
  const document = { sites: sites.map((id) => ({ id, name: id, claim: id })) };
  await client.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: 'deployment/sites.json',
      Body: JSON.stringify(document),
      ContentType: 'application/json',
    }),
  );
  client.destroy();
}
