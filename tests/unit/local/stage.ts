import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { type Credential, Credentials } from '../../../cdk/local/credentials.ts';
import type { Statement } from '../../../cdk/local/policy.ts';
import { type BucketEvent, type BucketSettings, type S3, startS3 } from '../../../cdk/local/s3/index.ts';

/** May do everything. */
const EVERYTHING: Statement = { Effect: 'Allow', Action: 's3:*', Resource: '*' };

/** What the session of a site may do, as the template says it. */
const OF_SITE: readonly Statement[] = [
  {
    Effect: 'Allow',
    Action: [
      's3:GetObject',
      's3:PutObject',
      's3:DeleteObject',
      's3:AbortMultipartUpload',
      's3:ListMultipartUploadParts',
    ],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the policy language
    Resource: 'arn:aws:s3:::sources/sites/${aws:PrincipalTag/site}/*',
  },
  {
    Effect: 'Allow',
    Action: 's3:ListBucket',
    Resource: 'arn:aws:s3:::sources',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the policy language
    Condition: { StringLike: { 's3:prefix': ['sites/${aws:PrincipalTag/site}/*'] } },
  },
];

/** As `enforceSSL` and `minimumTLSVersion` write it, and a rule that objects are never overwritten. */
const BUCKETS: readonly BucketSettings[] = [
  {
    name: 'sources',
    versioned: true,
    policy: [
      {
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 's3:*',
        Resource: ['arn:aws:s3:::sources', 'arn:aws:s3:::sources/*'],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 's3:*',
        Resource: ['arn:aws:s3:::sources', 'arn:aws:s3:::sources/*'],
        Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } },
      },
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:PutObject',
        Resource: 'arn:aws:s3:::sources/audit/*',
        Condition: { Null: { 's3:if-none-match': 'true' } },
      },
    ],
  },
  { name: 'plain', versioned: false },
];

/** A running S3 in a folder of its own, with keys and what it told. */
export class Stage {
  readonly credentials = new Credentials();
  readonly owner: Credential = this.credentials.issue({
    name: 'arn:aws:iam::0:role/owner',
    statements: [EVERYTHING],
    tags: {},
  });
  readonly siteA: Credential = this.site('a');
  readonly siteB: Credential = this.site('b');
  readonly events: BucketEvent[] = [];
  folder = '';
  url = '';
  #server: S3 | undefined;

  /** A session with the tag. */
  site(site: string): Credential {
    const principal = { name: 'arn:aws:sts::0:assumed-role/data/session', statements: OF_SITE, tags: { site } };
    return this.credentials.issue(principal, { session: { seconds: 3600 } });
  }

  async start(
    onEvent: (event: BucketEvent) => void = (event) => {
      this.events.push(event);
    },
    buckets = BUCKETS,
  ): Promise<this> {
    this.folder ||= await mkdtemp(path.join(tmpdir(), 'signet-s3-'));
    this.#server = await startS3({ folder: this.folder, buckets, credentials: this.credentials, onEvent });
    this.url = this.#server.url;
    return this;
  }

  /** Without its objects being lost. */
  async stop(): Promise<void> {
    await this.#server?.stop();
  }

  async end(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  client(credentials: Credential = this.owner): S3Client {
    return new S3Client({ region: 'eu-west-1', endpoint: this.url, credentials, maxAttempts: 1 });
  }
}

/** The bytes of an answer. */
export async function bytesOf(body: { transformToByteArray(): Promise<Uint8Array> } | undefined): Promise<Buffer> {
  return Buffer.from((await body?.transformToByteArray()) ?? []);
}
