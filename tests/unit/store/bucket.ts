import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GetObjectCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { Credentials } from '../../../cdk/local/credentials.ts';
import type { Statement } from '../../../cdk/local/policy.ts';
import { type S3, startS3 } from '../../../cdk/local/s3/index.ts';
import { statementsOfRole } from '../local/rights.ts';

/** The derived bucket, behind the rights that the template gives: a session a site, or a site and a study. */
export interface Derived {
  readonly bucket: 'derived';
  /** A session of the data role, or of another. */
  as(tags: Readonly<Record<string, string>>, role?: 'SiteDataRole' | 'SiteAuditRole'): S3Client;
  /** Whoever runs the deployment. */
  readonly owner: S3Client;
  /** Every version under a prefix, with what it says. */
  versions(prefix: string): Promise<readonly { readonly key: string; readonly text: string }[]>;
  /** Objects asked for since the beginning, by the name of the operation. */
  readonly calls: Map<string, number>;
  end(): Promise<void>;
}

const EVERYTHING: Statement = { Effect: 'Allow', Action: 's3:*', Resource: '*' };

/** What happens to a call of a store: nothing, or it is cut off before it is sent or after it has taken effect. */
export type Fate = () => 'cut before' | 'cut after' | undefined;

/** Sends a call under its fate. Throws `cut` where it is cut off. */
export async function underFate<T>(fate: Fate, send: () => Promise<T>): Promise<T> {
  const falls = fate();
  if (falls === 'cut before') throw new Error('cut');
  const answer = await send();
  if (falls === 'cut after') throw new Error('cut');
  return answer;
}

/** Starts the local stack's S3 with this bucket alone. */
export async function derivedBucket(fate: Fate = () => undefined): Promise<Derived> {
  const folder = await mkdtemp(path.join(tmpdir(), 'signet-derived-'));
  const credentials = new Credentials();
  const server: S3 = await startS3({
    folder,
    buckets: [{ name: 'derived', versioned: true }],
    credentials,
    onEvent: () => undefined,
  });
  const calls = new Map<string, number>();
  const client = (statements: readonly Statement[], tags: Readonly<Record<string, string>>): S3Client => {
    const principal = { name: 'arn:aws:sts::1:assumed-role/data/session', statements, tags };
    const made = new S3Client({
      region: 'eu-central-1',
      endpoint: server.url,
      credentials: credentials.issue(principal),
      forcePathStyle: true,
      maxAttempts: 1,
    });
    made.middlewareStack.add(
      (next, { commandName }) =>
        async (sent) => {
          calls.set(commandName ?? '', (calls.get(commandName ?? '') ?? 0) + 1);
          return statements[0] === EVERYTHING ? next(sent) : underFate(fate, () => next(sent));
        },
      { step: 'initialize' },
    );
    return made;
  };
  const owner = client([EVERYTHING], {});
  const sessions = new Map<string, S3Client>();
  return {
    bucket: 'derived',
    calls,
    owner,
    as(tags, role = 'SiteDataRole') {
      const name = JSON.stringify([role, tags]);
      const known = sessions.get(name) ?? client(statementsOfRole(role), tags);
      sessions.set(name, known);
      return known;
    },
    async versions(Prefix) {
      const { Versions = [] } = await owner.send(new ListObjectVersionsCommand({ Bucket: 'derived', Prefix }));
      return Promise.all(
        Versions.map(async ({ Key = '', VersionId }) => {
          const { Body } = await owner.send(new GetObjectCommand({ Bucket: 'derived', Key, VersionId }));
          return { key: Key, text: (await Body?.transformToString()) ?? '' };
        }),
      );
    },
    async end() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
