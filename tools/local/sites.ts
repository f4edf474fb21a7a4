import { KMSClient } from '@aws-sdk/client-kms';
import { GetObjectCommand, PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { Stack } from '../../cdk/local/index.ts';
import { SignetError } from '../../lib/base/index.ts';
import {
  cardOf,
  DEFAULT_THRESHOLDS,
  readCard,
  satisfies,
  signDocument,
  type Thresholds,
} from '../../lib/sharing/index.ts';
import { makeSiteKeys, type Site } from '../../lib/store/index.ts';

/** Whoever runs a deployment: clients under credentials of her own, and the derived bucket. */
export interface Operator {
  readonly keys: KMSClient;
  readonly objects: S3Client;
  readonly bucket: string;
}

/** A site to add. */
export interface NewSite extends Omit<Site, 'card'> {
  /** Where its deployment answers, where others are apart; null for tenants. */
  readonly address: string | null;
  /** What its card asks more strictly than the default; of others the card before it, or the default, stays. */
  readonly thresholds?: Partial<Thresholds>;
  /** Whether it gets new keys: those that it had were stolen, or are to be replaced. */
  readonly anew?: boolean;
}

const KEY = 'deployment/sites.json';

interface Document {
  readonly sites: readonly Site[];
}

async function readDocument({
  objects,
  bucket,
}: Operator): Promise<{ readonly document: Document; readonly etag?: string }> {
  try {
    const { Body, ETag } = await objects.send(new GetObjectCommand({ Bucket: bucket, Key: KEY }));
    const document = JSON.parse((await Body?.transformToString()) ?? '') as Document;
    return { document, ...(ETag !== undefined && { etag: ETag }) };
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404)
      return { document: { sites: [] } };
    throw error;
  }
}

/**
 * Makes a site's keys, unless it has them, and puts its card, signed with them, into the deployment's document of sites. Gives the fingerprint of the keys.
 * Throws SignetError `refused-site`, and what the services say: a document that somebody else changed meanwhile is not overwritten.
 */
export async function addSite(
  { id, name, claim, address, thresholds: asked = {}, anew = false }: NewSite,
  operator: Operator,
): Promise<string> {
  if (!/^[a-z0-9][a-z0-9-]{0,40}$/.test(id) || id === 'link')
    throw new SignetError('refused-site', `${id} can't be the name of a site`, {
      remedy: 'Small letters, digits and hyphens, 41 at most, and not link.',
    });
  const { document, etag } = await readDocument(operator);
  const before = document.sites.find((site) => site.id === id);
  const offered = before?.card === undefined ? undefined : (await readCard(id, before.card)).card;
  const thresholds = { ...(offered?.thresholds ?? DEFAULT_THRESHOLDS), ...asked };
  if (!satisfies(thresholds, DEFAULT_THRESHOLDS))
    throw new SignetError('refused-site', 'A card may be stricter than the default, not laxer', {
      remedy: 'Leave the threshold out, or raise k and lower the ledger.',
    });
  const keys = await makeSiteKeys(operator.keys, id, anew);
  const card = cardOf({ site: id, name, address, sequence: (offered?.sequence ?? 0) + 1, thresholds }, keys);
  const site: Site = { id, name, claim, card: await signDocument(card, keys) };
  const sites = before ? document.sites.map((each) => (each.id === id ? site : each)) : [...document.sites, site];
  await operator.objects.send(
    new PutObjectCommand({
      Bucket: operator.bucket,
      Key: KEY,
      Body: JSON.stringify({ sites }),
      ContentType: 'application/json',
      ...(etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: etag }),
    }),
  );
  return card.fingerprint;
}

/** Makes keys and card of a site that offers none yet; one that does keeps both. Gives the fingerprint of its keys. Throws what {@link addSite} throws. */
export async function equipSite(site: NewSite, operator: Operator): Promise<string> {
  const { document } = await readDocument(operator);
  const offered = document.sites.find(({ id }) => id === site.id)?.card;
  return offered === undefined ? addSite(site, operator) : (await readCard(site.id, offered)).card.fingerprint;
}

/** The card that a site of the deployment offers, as it was signed: what a site of another deployment is sent. Throws SignetError `no-card`. */
export async function offeredCard(id: string, operator: Operator): Promise<string> {
  const { document } = await readDocument(operator);
  const card = document.sites.find((site) => site.id === id)?.card;
  if (card !== undefined) return card;
  throw new SignetError('no-card', `${id} offers no card here`, { remedy: 'Make it: npm run sites -- add.' });
}

/** The operator of a stack on this machine. */
export function operatorOn({ region, s3, operator }: Pick<Stack, 'region' | 's3' | 'operator'>): Operator {
  const { accessKeyId, secretAccessKey, keyService, derivedBucket } = operator;
  const credentials = { accessKeyId, secretAccessKey };
  return {
    keys: new KMSClient({ region, endpoint: keyService, credentials }),
    objects: new S3Client({ region, endpoint: s3, forcePathStyle: true, credentials }),
    bucket: derivedBucket,
  };
}
