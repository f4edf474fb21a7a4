import { compactVerify, errors, importJWK } from 'jose';
import { canonicalJson, type Json, SignetError, sha256 } from '../base/index.ts';
import { type PublicKey, SharedDocument } from './documents.ts';

/** A signed document is refused beyond so many characters, before anything of it is read. */
export const MOST_DOCUMENT_CHARACTERS = 1_000_000;

const MOST_NESTED = 100;

/** A site's keys, which never leave the key service. */
export interface SiteKeys {
  readonly sign: PublicKey;
  readonly agree: PublicKey;
  /** The ECDSA signature, by SHA-256, of a message: r and s of 32 bytes each. */
  signMessage(message: Uint8Array): Promise<Uint8Array>;
  /** The secret that ECDH on P-256 makes of the agreement key and another site's. */
  deriveSecret(other: PublicKey): Promise<Uint8Array>;
}

/** A document as it was read: what it says, and the digest that others name it by. */
export interface Signed<D> {
  readonly document: D;
  readonly digest: string;
}

const encoder = new TextEncoder();
const base64url = (bytes: Uint8Array | string): string => Buffer.from(bytes as Uint8Array).toString('base64url');

/** Digest of a document: SHA-256 of its canonical JSON, whoever signed it and however often. */
export function documentDigest(document: SharedDocument): string {
  return sha256(canonicalJson(document as Json));
}

/** Whether a document would be refused by whoever reads it, for its size: base64 makes four characters of three bytes. */
export function isTooLarge(document: SharedDocument): boolean {
  const most = (MOST_DOCUMENT_CHARACTERS - 1000) * 0.75;
  return Buffer.byteLength(canonicalJson(document as Json)) > most;
}

/** What people compare by telephone: 160 bits of the digest of a site's two public keys, in groups of four digits. */
export function fingerprintOf({ sign, agree }: Pick<SiteKeys, 'sign' | 'agree'>): string {
  const digest = sha256(canonicalJson({ sign, agree } as unknown as Json));
  return digest.slice(0, 40).replace(/(.{4})(?=.)/g, '$1 ');
}

/** Signs a document: a compact JWS (RFC 7515, ES256) whose payload is its canonical JSON. */
export async function signDocument(document: SharedDocument, keys: SiteKeys): Promise<string> {
  return signPayload(document as Json, keys);
}

/** Signs a payload as a site signs its documents. */
export async function signPayload(payload: Json, keys: SiteKeys): Promise<string> {
  const header = base64url(canonicalJson({ alg: 'ES256', kid: fingerprintOf(keys), typ: 'signet' }));
  const signed = `${header}.${base64url(canonicalJson(payload))}`;
  return `${signed}.${base64url(await keys.signMessage(encoder.encode(signed)))}`;
}

function refused(code: string, says: string, cause?: unknown): SignetError {
  return new SignetError(code, says, { cause, remedy: 'Ask the site that sent it.' });
}

/**
 * Reads what a site signed: its signature, its form, and that the payload is canonical, so that one digest is one document. Throws SignetError
 * `document-too-large`, `bad-signature`, `invalid-document`.
 */
export async function readDocument(jws: string, key: PublicKey): Promise<Signed<SharedDocument>> {
  return documentIn(await verifiedPayload(jws, key));
}

/** Reads a document whose signature held when this site accepted it, under a key that may be another by now. Throws SignetError `invalid-document`. */
export function acceptedDocument(jws: string): Signed<SharedDocument> {
  return documentIn(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8'));
}

function documentIn(payload: string): Signed<SharedDocument> {
  if (!isShallow(payload))
    throw refused('invalid-document', 'A document between sites is nested deeper than any may be');
  const parsed = SharedDocument.safeParse(jsonOf(payload));
  if (!parsed.success)
    throw refused('invalid-document', `A document between sites is not of its form: ${placeOf(parsed.error.issues)}`);
  if (canonicalJson(parsed.data as Json) !== payload)
    throw refused('invalid-document', 'A document between sites is not written canonically');
  return { document: parsed.data, digest: sha256(payload) };
}

/** What a site signed, as text. Throws SignetError `document-too-large`, `bad-signature`. */
export async function verifiedPayload(jws: string, key: PublicKey): Promise<string> {
  if (jws.length > MOST_DOCUMENT_CHARACTERS)
    throw refused('document-too-large', 'A document between sites is larger than any may be');
  try {
    const verified = await compactVerify(jws, await importJWK(key, 'ES256'), { algorithms: ['ES256'] });
    return new TextDecoder('utf-8', { fatal: true }).decode(verified.payload);
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError)
      throw refused('bad-signature', 'The signature of a document between sites does not hold', error);
    throw error;
  }
}

/** Whether brackets nest no deeper than what reads them bears; those within texts count too, which nobody writes in such number. */
function isShallow(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
    if (depth > MOST_NESTED) return false;
  }
  return true;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function placeOf(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): string {
  const [first] = issues;
  return first === undefined ? '' : `/${first.path.map(String).join('/')}: ${first.message}`;
}
