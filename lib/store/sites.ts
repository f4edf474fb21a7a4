import { GetObjectCommand, S3ServiceException } from '@aws-sdk/client-s3';
import { SignetError } from '../base/index.ts';
import type { Clients } from './clients.ts';
import { isName, LINK, SITES_DOCUMENT } from './keys.ts';

/** A hospital of the deployment: its name in keys, its name for people, and the value of the token's claim that means it. */
export interface Site {
  readonly id: string;
  readonly name: string;
  readonly claim: string;
  /** The site's card, signed by itself (a JWS): offered to others, who confirm it among people. */
  readonly card?: string;
}

function isSite(value: unknown): value is Site {
  const { id, name, claim, card } = (value ?? {}) as Partial<Record<keyof Site, unknown>>;
  return (
    typeof id === 'string' &&
    isName(id) &&
    id !== LINK &&
    typeof name === 'string' &&
    typeof claim === 'string' &&
    (card === undefined || typeof card === 'string')
  );
}

/** The deployment's sites: `{ "sites": [{ id, name, claim }] }`. It belongs to no site: read with the function's own credentials. */
export async function readSites(clients: Clients, derivedBucket: string): Promise<readonly Site[]> {
  try {
    const { Body } = await clients.deployment.send(
      new GetObjectCommand({ Bucket: derivedBucket, Key: SITES_DOCUMENT }),
    );
    const { sites } = JSON.parse((await Body?.transformToString()) ?? '{}') as { sites?: unknown };
    if (!Array.isArray(sites) || !sites.every(isSite))
      throw new SignetError('invalid-sites', `${SITES_DOCUMENT} is not a list of sites`);
    return sites;
  } catch (error) {
    // Without the right to list, an absent object is refused like a forbidden one.
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    if (status === 404 || status === 403) return [];
    throw error;
  }
}
