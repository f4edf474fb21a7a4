import {
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import type { PublicKey, SiteKeys } from '../../../lib/sharing/index.ts';

function jwkOf(key: KeyObject): PublicKey {
  const { kty, crv, x, y } = key.export({ format: 'jwk' });
  return { kty, crv, x, y } as PublicKey;
}

/** A site's keys as the key service would hold them. */
export function newKeys(): SiteKeys {
  const signing = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const agreement = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    sign: jwkOf(signing.publicKey),
    agree: jwkOf(agreement.publicKey),
    signMessage: async (message) => sign('sha256', message, { key: signing.privateKey, dsaEncoding: 'ieee-p1363' }),
    deriveSecret: async (other) =>
      diffieHellman({
        privateKey: createPrivateKey({ key: agreement.privateKey.export({ format: 'jwk' }), format: 'jwk' }),
        publicKey: createPublicKey({ key: { ...other }, format: 'jwk' }),
      }),
  };
}
