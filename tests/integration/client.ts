import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { inject } from 'vitest';
import type { Role } from '../../lib/http/index.ts';

export type Site = 'a' | 'b' | 'nowhere';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
  readonly json: any;
}

export interface Ask {
  readonly site?: Site;
  readonly role?: Role | 'all' | 'none';
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request to the API of the running stack, as a person of a site with a role (by default one of site `a` who has every role). */
export async function ask(
  path: string,
  { site = 'a', role = 'all', method, body, headers = {} }: Ask = {},
): Promise<Answer> {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${inject('api')}${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    redirect: 'manual',
    headers: {
      authorization: `Bearer ${inject('tokens')[site][role]}`,
      ...(text === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(text === undefined ? {} : { body: text }),
  });
  const answered = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(answered);
  } catch {
    json = undefined;
  }
  return { status: response.status, headers: response.headers, text: answered, json };
}

/** The S3 client that a person of the site uses, with the keys that the stack gave out. */
function bucketOf(site: 'a' | 'b' = 'a'): S3Client {
  return new S3Client({
    region: 'eu-west-1',
    endpoint: inject('s3'),
    forcePathStyle: true,
    credentials: inject('keys')[site],
  });
}

export async function put(
  cohort: string,
  key: string,
  body: string | Uint8Array,
  site: 'a' | 'b' = 'a',
): Promise<void> {
  const client = bucketOf(site);
  await client.send(
    new PutObjectCommand({ Bucket: inject('bucket'), Key: `sites/${site}/cohorts/${cohort}/${key}`, Body: body }),
  );
}

export async function remove(cohort: string, key: string, site: 'a' | 'b' = 'a'): Promise<void> {
  const client = bucketOf(site);
  await client.send(
    new DeleteObjectCommand({ Bucket: inject('bucket'), Key: `sites/${site}/cohorts/${cohort}/${key}` }),
  );
}

/** Asks again until the answer satisfies `enough`; what was last seen is in the error when it never does. */
export async function until<T>(look: () => Promise<T>, enough: (seen: T) => boolean, seconds = 60): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const seen = await look();
    if (enough(seen)) return seen;
    if (Date.now() > end) throw new Error(`not within ${seconds} s; last seen: ${JSON.stringify(seen).slice(0, 2000)}`);
    await pause(100);
  }
}

export const sha256Base64 = (body: string | Uint8Array): string => createHash('sha256').update(body).digest('base64');
