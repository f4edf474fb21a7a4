import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, randomUUID } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import type { Credentials } from './credentials.ts';
import { type JsonCall, permit, startJsonService } from './front.ts';
import type { Keep } from './keep.ts';
import type { Loopback } from './loopback.ts';
import { arn } from './place.ts';
import { Denied } from './sigv4.ts';

type Usage = 'SIGN_VERIFY' | 'KEY_AGREEMENT';

/** A key on P-256; its private part is kept where the stack keeps things, and leaves this service never. */
interface Key {
  readonly id: string;
  readonly usage: Usage;
  readonly tags: Readonly<Record<string, string>>;
  /** PKCS #8, base64. */
  readonly secret: string;
}

interface Kept {
  readonly keys: readonly Key[];
  /** By `alias/…`, the key's id. */
  readonly aliases: Readonly<Record<string, string>>;
}

interface Tag {
  readonly TagKey: string;
  readonly TagValue: string;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

function bytesIn(input: Readonly<Record<string, unknown>>, name: string): Buffer {
  const value = input[name];
  if (typeof value !== 'string') throw new Denied('ValidationException', 400, `${name} is missing`);
  return Buffer.from(value, 'base64');
}

function privateKey({ secret }: Key): ReturnType<typeof createPrivateKey> {
  return createPrivateKey({ key: Buffer.from(secret, 'base64'), format: 'der', type: 'pkcs8' });
}

function wrongUsage(): Denied {
  return new Denied('InvalidKeyUsageException', 400, 'The key is for something else');
}

function sign(key: Key, input: JsonCall['input']): object {
  if (key.usage !== 'SIGN_VERIFY') throw wrongUsage();
  if (input['MessageType'] !== 'DIGEST' || input['SigningAlgorithm'] !== 'ECDSA_SHA_256')
    throw new Denied('ValidationException', 400, 'Served here: MessageType DIGEST, SigningAlgorithm ECDSA_SHA_256');
  const digest = bytesIn(input, 'Message');
  if (digest.length !== 32) throw new Denied('ValidationException', 400, 'A SHA-256 digest has 32 bytes');
  const { d = '' } = privateKey(key).export({ format: 'jwk' });
  // The platform's own crypto signs messages only, never a digest.
  const signature = p256.sign(digest, Buffer.from(d, 'base64url'), { prehash: false, lowS: false, format: 'der' });
  return { Signature: base64(signature), SigningAlgorithm: 'ECDSA_SHA_256' };
}

function derive(key: Key, input: JsonCall['input']): object {
  if (key.usage !== 'KEY_AGREEMENT') throw wrongUsage();
  if (input['KeyAgreementAlgorithm'] !== 'ECDH')
    throw new Denied('ValidationException', 400, 'Served here: KeyAgreementAlgorithm ECDH');
  const publicKey = createPublicKey({ key: bytesIn(input, 'PublicKey'), format: 'der', type: 'spki' });
  return {
    SharedSecret: base64(diffieHellman({ privateKey: privateKey(key), publicKey })),
    KeyAgreementAlgorithm: 'ECDH',
  };
}

function publicPart(key: Key): object {
  const spki = createPublicKey(privateKey(key)).export({ format: 'der', type: 'spki' });
  return { PublicKey: base64(spki), KeySpec: 'ECC_NIST_P256', KeyUsage: key.usage };
}

const USED: Readonly<Record<string, (key: Key, input: JsonCall['input']) => object>> = {
  Sign: sign,
  DeriveSharedSecret: derive,
  GetPublicKey: publicPart,
};

/** The key service: what Signet and its operator use of it. Rights are judged by the tags that a key bears. */
export function startKeyService(keep: Keep, credentials: Credentials): Promise<Loopback> {
  const kept = keep.read<Kept>('key-service') ?? { keys: [], aliases: {} };
  const keys = new Map(kept.keys.map((key) => [key.id, key]));
  const aliases = new Map(Object.entries(kept.aliases));
  const save = (): void => {
    keep.write<Kept>('key-service', { keys: [...keys.values()], aliases: Object.fromEntries(aliases) });
  };
  const arnOf = (id: string): string => arn('kms', `key/${id}`);

  const create = ({ input, principal }: JsonCall): object => {
    const { KeySpec, KeyUsage, Tags = [] } = input as { KeySpec?: string; KeyUsage?: Usage; Tags?: readonly Tag[] };
    if (KeySpec !== 'ECC_NIST_P256' || (KeyUsage !== 'SIGN_VERIFY' && KeyUsage !== 'KEY_AGREEMENT'))
      throw new Denied('ValidationException', 400, 'Served here: ECC_NIST_P256 for SIGN_VERIFY or KEY_AGREEMENT');
    const tags = Object.fromEntries(Tags.map(({ TagKey, TagValue }) => [TagKey, TagValue]));
    const context = Object.fromEntries(Object.entries(tags).map(([tag, value]) => [`aws:RequestTag/${tag}`, value]));
    const id = randomUUID();
    for (const action of ['kms:CreateKey', ...(Tags.length > 0 ? ['kms:TagResource'] : [])])
      permit(principal, { action, resource: arnOf(id), context });
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const secret = base64(pair.privateKey.export({ format: 'der', type: 'pkcs8' }));
    keys.set(id, { id, usage: KeyUsage, tags, secret });
    save();
    return { KeyMetadata: { KeyId: id, Arn: arnOf(id), KeySpec, KeyUsage } };
  };

  const found = (named: unknown): Key | undefined => {
    const name = String(named ?? '').replace(/^arn:[^/]*:key\//, '');
    return keys.get(aliases.get(name) ?? name);
  };

  const alias = ({ operation, input, principal }: JsonCall): undefined => {
    const [name, target] = [String(input['AliasName'] ?? ''), found(input['TargetKeyId'])];
    const isNew = operation === 'CreateAlias';
    const old = isNew ? [] : [found(name)];
    permit(principal, { action: `kms:${operation}`, resource: arn('kms', name), context: tagged(target) });
    for (const key of [...old, target])
      permit(principal, { action: `kms:${operation}`, resource: arnOf(key?.id ?? ''), context: tagged(key) });
    if (!target || (!isNew && !aliases.has(name))) throw new Denied('NotFoundException', 400, 'There is no such key');
    if (isNew && aliases.has(name)) throw new Denied('AlreadyExistsException', 400, 'There is an alias of that name');
    aliases.set(name, target.id);
    save();
    return undefined;
  };

  const use = ({ operation, input, principal }: JsonCall): object => {
    const key = found(input['KeyId']);
    permit(principal, { action: `kms:${operation}`, resource: arnOf(key?.id ?? 'none'), context: tagged(key) });
    if (!key) throw new Denied('NotFoundException', 400, 'There is no such key');
    return { KeyId: arnOf(key.id), ...USED[operation]!(key, input) };
  };

  return startJsonService('kms', credentials, (call) => {
    if (call.operation === 'CreateKey') return create(call);
    if (call.operation === 'CreateAlias' || call.operation === 'UpdateAlias') return alias(call) ?? {};
    if (Object.hasOwn(USED, call.operation)) return use(call);
    throw new Denied('UnsupportedOperationException', 400, `${call.operation} is not served here`);
  });
}

/** A key's tags as conditions ask for them. */
function tagged(key: Key | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(key?.tags ?? {}).map(([tag, value]) => [`aws:ResourceTag/${tag}`, value]));
}
