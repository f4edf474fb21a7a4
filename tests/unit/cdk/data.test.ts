import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { resources, synthesised } from './templates.ts';

const { data } = synthesised();
const buckets = resources(data, 'AWS::S3::Bucket');

describe('Every bucket', () => {
  it.each(buckets)('%s is closed to the public, versioned, owned, and kept when the stack goes', (_, bucket) => {
    expect(bucket.Properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(bucket.Properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
    expect(bucket.Properties.OwnershipControls.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
    expect([bucket.DeletionPolicy, bucket.UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
  });

  it.each(buckets)('%s refuses what comes without TLS', (id) => {
    data.hasResourceProperties('AWS::S3::BucketPolicy', {
      Bucket: { Ref: id },
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });

  it.each(buckets)('%s is encrypted, with the deployment key where the log delivery allows one', (id, bucket) => {
    const [rule] = bucket.Properties.BucketEncryption.ServerSideEncryptionConfiguration;
    expect(rule.ServerSideEncryptionByDefault.SSEAlgorithm).toBe(id.startsWith('AccessLogs') ? 'AES256' : 'aws:kms');
  });

  it.each(buckets)('%s forgets old versions', (_, bucket) => {
    const rules: Record<string, unknown>[] = bucket.Properties.LifecycleConfiguration.Rules;
    expect(rules.some((rule) => rule['NoncurrentVersionExpiration'])).toBe(true);
  });
});

describe('The bucket of sources', () => {
  const [, sources] = buckets.find(([id]) => id.startsWith('Sources'))!;

  it('tells the queue beside it of all that is put, removed or expired under a site', () => {
    const configurations: { Event: string; Filter: unknown; Queue: { 'Fn::GetAtt': string[] } }[] =
      sources.Properties.NotificationConfiguration.QueueConfigurations;
    expect(configurations.map(({ Event }) => Event)).toEqual([
      's3:ObjectCreated:*',
      's3:ObjectRemoved:*',
      's3:LifecycleExpiration:*',
    ]);
    for (const { Filter, Queue } of configurations) {
      expect(Filter).toEqual({ S3Key: { Rules: [{ Name: 'prefix', Value: 'sites/' }] } });
      expect(Queue['Fn::GetAtt'][0]).toMatch(/^HintsQueue/);
    }
  });

  it('is made after the policy that lets it send', () => {
    const [policy] = resources(data, 'AWS::SQS::QueuePolicy').find(([id]) => id.startsWith('HintsQueue'))!;
    expect(sources.DependsOn).toContain(policy);
  });

  it('needs no function of the construct library', () => {
    expect(resources(data, 'AWS::Lambda::Function')).toEqual([]);
  });
});

describe('The derived bucket', () => {
  it('lets go of what is tagged as unreferenced or passing, and of no other current object', () => {
    const [, derived] = buckets.find(([id]) => id.startsWith('Derived'))!;
    const expiring = derived.Properties.LifecycleConfiguration.Rules.filter(
      (rule: { ExpirationInDays?: number }) => rule.ExpirationInDays !== undefined,
    );
    expect(expiring).toEqual([
      expect.objectContaining({ ExpirationInDays: 7, TagFilters: [{ Key: 'unreferenced', Value: 'true' }] }),
      expect.objectContaining({ ExpirationInDays: 1, TagFilters: [{ Key: 'expires', Value: 'day' }] }),
    ]);
  });
});

describe('The table', () => {
  it('is encrypted with the deployment key, restorable, protected and kept', () => {
    data.hasResource('AWS::DynamoDB::GlobalTable', {
      DeletionPolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
        Replicas: [
          {
            DeletionProtectionEnabled: true,
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
            SSESpecification: { KMSMasterKeyId: Match.objectLike({ 'Fn::GetAtt': Match.anyValue() }) },
          },
        ],
      },
    });
  });

  it('has the keys that the store writes', () => {
    data.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      KeySchema: [
        { AttributeName: 'PK', KeyType: 'HASH' },
        { AttributeName: 'SK', KeyType: 'RANGE' },
      ],
    });
  });
});

describe('The key', () => {
  it('is rotated and kept', () => {
    data.hasResource('AWS::KMS::Key', { DeletionPolicy: 'Retain', Properties: { EnableKeyRotation: true } });
  });
});
