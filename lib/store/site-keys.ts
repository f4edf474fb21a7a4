import { createHash, createPublicKey } from 'node:crypto';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DeriveSharedSecretCommand,
  GetPublicKeyCommand,
  type KMSClient,
  KMSServiceException,
  SignCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms';
import { SignetError } from '../base/index.ts';

/** A public key on P-256, as a JWK. */
interface PublicKey {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
}

/** A site's keys, as what is signed between sites needs them. */
export interface StoredKeys {
  readonly sign: PublicKey;
  readonly agree: PublicKey;
  /** The ECDSA signature, by SHA-256, of a message: r and s of 32 bytes each. */
  signMessage(message: Uint8Array): Promise<Uint8Array>;
  /** The secret that ECDH on P-256 makes of the agreement key and another site's. */
  deriveSecret(other: PublicKey): Promise<Uint8Array>;
}

/** What a site's keys are for. They are found by their aliases, and used by the tag that they bear. */
const USES = { sign: 'SIGN_VERIFY', agree: 'KEY_AGREEMENT' } as const;

function aliasOf(site: string, use: keyof typeof USES): string {
  return `alias/signet/${site}/${use}`;
}

/** Bytes of a number of a DER signature, without its sign, to the 32 bytes of P-256. */
function number32(der: Uint8Array, at: number): { readonly bytes: Uint8Array; readonly end: number } {
  const length = der[at + 1];
  if (der[at] !== 0x02 || length === undefined) throw malformed();
  const end = at + 2 + length;
  const digits = der.subarray(at + 2, end);
  const first = digits.findIndex((byte) => byte !== 0);
  const plain = first < 0 ? digits.subarray(0, 0) : digits.subarray(first);
  if (plain.length > 32 || end > der.length) throw malformed();
  const bytes = new Uint8Array(32);
  bytes.set(plain, 32 - plain.length);
  return { bytes, end };
}

function malformed(): SignetError {
  return new SignetError('bad-signature', 'The key service gave a signature that is none');
}

/** An ECDSA signature on P-256 as JWS has it: r and s of 32 bytes each, of the DER sequence that the key service gives. */
export function plainSignature(der: Uint8Array): Uint8Array {
  if (der[0] !== 0x30 || der[1] !== der.length - 2) throw malformed();
  const r = number32(der, 2);
  const s = number32(der, r.end);
  if (s.end !== der.length) throw malformed();
  return Buffer.concat([r.bytes, s.bytes]);
}

/** Rights are judged by a key's tag: of a key that isn't there the service may say that it is refused. */
function isAbsence(error: unknown): boolean {
  return error instanceof KMSServiceException && /^(NotFound|AccessDenied)Exception$/.test(error.name);
}

async function publicKey(client: KMSClient, site: string, use: keyof typeof USES): Promise<PublicKey> {
  const { PublicKey: spki } = await client.send(new GetPublicKeyCommand({ KeyId: aliasOf(site, use) }));
  const { x, y } = createPublicKey({ key: Buffer.from(spki ?? []), format: 'der', type: 'spki' }).export({
    format: 'jwk',
  });
  if (x === undefined || y === undefined) throw new SignetError('invalid-key', "a site's key is not on P-256");
  return { kty: 'EC', crv: 'P-256', x, y };
}

function spkiOf({ x, y }: PublicKey): Uint8Array {
  const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  return key.export({ format: 'der', type: 'spki' });
}

/** A site's two keys in the key service, which they never leave: what needs them is done there. Throws SignetError `no-keys`. */
export async function siteKeysIn(client: KMSClient, site: string): Promise<StoredKeys> {
  const [sign, agree] = await Promise.all([publicKey(client, site, 'sign'), publicKey(client, site, 'agree')]).catch(
    (cause: unknown) => {
      if (!isAbsence(cause)) throw cause;
      throw new SignetError('no-keys', 'This site has no keys to sign with', {
        remedy: 'Whoever runs the deployment makes them: npm run sites -- add.',
        cause,
      });
    },
  );
  return {
    sign,
    agree,
    async signMessage(message) {
      const { Signature } = await client.send(
        new SignCommand({
          KeyId: aliasOf(site, 'sign'),
          Message: createHash('sha256').update(message).digest(),
          MessageType: 'DIGEST',
          SigningAlgorithm: 'ECDSA_SHA_256',
        }),
      );
      return plainSignature(Signature ?? new Uint8Array());
    },
    async deriveSecret(other) {
      const { SharedSecret } = await client.send(
        new DeriveSharedSecretCommand({
          KeyId: aliasOf(site, 'agree'),
          KeyAgreementAlgorithm: 'ECDH',
          PublicKey: spkiOf(other),
        }),
      );
      return SharedSecret ?? new Uint8Array();
    },
  };
}

/**
 * Makes a site's two keys, each with the site as its tag and under an alias; with the operator's credentials. What is there already stays, unless
 * `anew`: then the aliases point to new keys, and the old ones are left in the key service without a name.
 */
export async function makeSiteKeys(client: KMSClient, site: string, anew = false): Promise<StoredKeys> {
  for (const use of Object.keys(USES) as (keyof typeof USES)[]) {
    const isThere = await isKept(client, site, use);
    if (isThere && !anew) continue;
    const key = { AliasName: aliasOf(site, use), TargetKeyId: await makeKey(client, site, use) };
    await client.send(isThere ? new UpdateAliasCommand(key) : new CreateAliasCommand(key));
  }
  return siteKeysIn(client, site);
}

async function isKept(client: KMSClient, site: string, use: keyof typeof USES): Promise<boolean> {
  try {
    await publicKey(client, site, use);
    return true;
  } catch (error) {
    if (isAbsence(error)) return false;
    throw error;
  }
}

/** Gives the key's id. */
async function makeKey(client: KMSClient, site: string, use: keyof typeof USES): Promise<string> {
  const { KeyMetadata } = await client.send(
    new CreateKeyCommand({
      Description: `Signet: ${site}, to ${use}`,
      KeySpec: 'ECC_NIST_P256',
      KeyUsage: USES[use],
      Tags: [{ TagKey: 'site', TagValue: site }],
    }),
  );
  return KeyMetadata?.KeyId ?? '';
}
