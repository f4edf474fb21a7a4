import { createHmac, randomBytes } from 'node:crypto';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  type SecretsManagerClient,
  SecretsManagerServiceException,
} from '@aws-sdk/client-secrets-manager';
import { SignetError } from '../base/index.ts';
import type { PseudonymOf, Pseudonyms } from '../ingest/ports.ts';
import type { Clients } from './clients.ts';

const KEY_BYTES = 32;
const PSEUDONYM_DIGITS = 32;

/** HMAC-SHA256 of kind, NUL and the identifier (trimmed, NFC), its first 128 bits in hexadecimal. */
export function pseudonymsUnder(secret: Uint8Array): PseudonymOf {
  return (kind, identifier) =>
    createHmac('sha256', secret)
      .update(`${kind}\0${identifier.trim().normalize('NFC')}`)
      .digest('hex')
      .slice(0, PSEUDONYM_DIGITS);
}

/** The right to read is by the secret's tag, so that an absent one is refused rather than not found. */
function mayBeAbsent(error: unknown): boolean {
  if (error instanceof ResourceNotFoundException) return true;
  return error instanceof SecretsManagerServiceException && error.name === 'AccessDeniedException';
}

async function read(secrets: SecretsManagerClient, name: string): Promise<Uint8Array> {
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: name }));
  const secret = Buffer.from(SecretString ?? '', 'base64');
  if (secret.length !== KEY_BYTES) throw new SignetError('invalid-secret', "the site's secret is not one of ours");
  return secret;
}

/** Reads the site's secret; whoever first needs it makes it, and of two who make it one finds it made. */
async function readOrMake(secrets: SecretsManagerClient, site: string): Promise<Uint8Array> {
  const name = `signet/${site}/pseudonyms`;
  try {
    return await read(secrets, name);
  } catch (error) {
    if (!mayBeAbsent(error)) throw error;
  }
  const secret = randomBytes(KEY_BYTES);
  try {
    await secrets.send(
      new CreateSecretCommand({
        Name: name,
        Description: "Signet: turns a site's identifiers into opaque keys. Without it no key can be made again.",
        SecretString: secret.toString('base64'),
        Tags: [{ Key: 'site', Value: site }],
      }),
    );
    return secret;
  } catch (error) {
    if (!(error instanceof ResourceExistsException)) throw error;
    return read(secrets, name);
  }
}

/** The sites' secrets, each read once. */
export class SitePseudonyms implements Pseudonyms {
  readonly #clients: Clients;
  readonly #made = new Map<string, Promise<PseudonymOf>>();

  constructor(clients: Clients) {
    this.#clients = clients;
  }

  of(site: string): Promise<PseudonymOf> {
    const known = this.#made.get(site);
    if (known) return known;
    const made = readOrMake(this.#clients.of(site).secrets, site).then(pseudonymsUnder);
    this.#made.set(site, made);
    made.catch(() => this.#made.delete(site)); // the next one tries again
    return made;
  }
}
