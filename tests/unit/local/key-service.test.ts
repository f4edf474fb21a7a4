import { createHash } from 'node:crypto';
import { KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Credentials } from '../../../cdk/local/credentials.ts';
import { Keep } from '../../../cdk/local/keep.ts';
import { startKeyService } from '../../../cdk/local/key-service.ts';
import type { Loopback } from '../../../cdk/local/loopback.ts';
import type { Statement } from '../../../cdk/local/policy.ts';
import { cardOf, confirmCard, readCard, signDocument } from '../../../lib/sharing/index.ts';
import { makeSiteKeys, siteKeysIn } from '../../../lib/store/index.ts';
import { plainSignature } from '../../../lib/store/site-keys.ts';

const SITE = '$' + '{aws:PrincipalTag/site}';
const OPERATOR: Statement = {
  Effect: 'Allow',
  Action: ['kms:CreateAlias', 'kms:UpdateAlias', 'kms:CreateKey', 'kms:GetPublicKey', 'kms:Sign', 'kms:TagResource'],
  Resource: '*',
};
const BY_TAG: Statement = {
  Effect: 'Allow',
  Action: ['kms:DeriveSharedSecret', 'kms:GetPublicKey', 'kms:Sign'],
  Resource: 'arn:aws:kms:eu-central-1:000000000000:key/*',
  Condition: { StringEquals: { 'aws:ResourceTag/site': SITE } },
};

const credentials = new Credentials();
const keep = new Keep();
let service: Loopback;
const clients: KMSClient[] = [];

function clientOf(statement: Statement, tags: Record<string, string> = {}): KMSClient {
  const { accessKeyId, secretAccessKey } = credentials.issue({ name: 'arn:x', statements: [statement], tags });
  const client = new KMSClient({
    region: 'eu-central-1',
    endpoint: service.url,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey },
  });
  clients.push(client);
  return client;
}
const of = (site: string): KMSClient => clientOf(BY_TAG, { site });

beforeAll(async () => {
  service = await startKeyService(keep, credentials);
  for (const site of ['north', 'south']) await makeSiteKeys(clientOf(OPERATOR), site);
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await service.stop();
  keep.release();
});

describe("A site's keys in the key service", () => {
  it('sign a card that holds against its own key, and whose fingerprint people confirm', async () => {
    const keys = await siteKeysIn(of('north'), 'north');
    const card = cardOf({ site: 'north', name: 'Hospital north', address: null, sequence: 1 }, keys);
    const peer = await readCard('north', await signDocument(card, keys));
    expect(confirmCard(peer, card.fingerprint.replaceAll(' ', '-').toUpperCase(), undefined)).toBe(peer);
    const newer = { ...peer, card: { ...peer.card, sequence: 2 } };
    expect(() => confirmCard(peer, card.fingerprint, newer)).toThrow(expect.objectContaining({ code: 'older-card' }));
    expect(() => confirmCard(peer, `${card.fingerprint.slice(0, -1)}x`, undefined)).toThrow(
      expect.objectContaining({ code: 'other-fingerprint' }),
    );
    await expect(readCard('south', peer.jws)).rejects.toMatchObject({ code: 'other-site' });
  });

  it('refuse a card that another key signed, or that names other keys than its fingerprint is of', async () => {
    const keys = await siteKeysIn(of('north'), 'north');
    const others = await siteKeysIn(of('south'), 'south');
    const card = cardOf({ site: 'north', name: 'N', address: null, sequence: 1 }, keys);
    await expect(readCard('north', await signDocument(card, others))).rejects.toMatchObject({
      code: 'bad-signature',
    });
    const forged = { ...card, agree: others.agree };
    await expect(readCard('north', await signDocument(forged, keys))).rejects.toMatchObject({
      code: 'invalid-document',
    });
    await expect(readCard('north', 'x.y.z')).rejects.toMatchObject({ code: 'invalid-document' });
  });

  it('agree on one secret, each with its own key and the other public one', async () => {
    const [north, south] = [await siteKeysIn(of('north'), 'north'), await siteKeysIn(of('south'), 'south')];
    const secret = await north.deriveSecret(south.agree);
    expect(secret).toHaveLength(32);
    expect(Buffer.from(await south.deriveSecret(north.agree))).toEqual(Buffer.from(secret));
  });

  it('are nobody else’s: another site is refused, and so is who bears no site', async () => {
    await expect(siteKeysIn(of('south'), 'north')).rejects.toMatchObject({ code: 'no-keys' });
    await expect(siteKeysIn(clientOf(BY_TAG), 'north')).rejects.toMatchObject({ code: 'no-keys' });
    const Message = createHash('sha256').update('x').digest();
    const sign = new SignCommand({
      ...{ KeyId: 'alias/signet/north/sign', Message },
      ...{ MessageType: 'DIGEST', SigningAlgorithm: 'ECDSA_SHA_256' },
    });
    await expect(of('south').send(sign)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(of('north').send(sign)).resolves.toMatchObject({ SigningAlgorithm: 'ECDSA_SHA_256' });
  });

  it('stay the same when the operator adds the site again', async () => {
    const before = await siteKeysIn(of('north'), 'north');
    const again = await makeSiteKeys(clientOf(OPERATOR), 'north');
    expect([again.sign, again.agree]).toEqual([before.sign, before.agree]);
  });

  it('are others when the operator asks for new ones, by which the site signs from then on', async () => {
    const before = await siteKeysIn(of('south'), 'south');
    await expect(makeSiteKeys(of('south'), 'south', true)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const after = await makeSiteKeys(clientOf(OPERATOR), 'south', true);
    expect([after.sign.x, after.agree.x]).not.toContain(before.sign.x);
    expect(after.agree.x).not.toBe(before.agree.x);
    const keys = await siteKeysIn(of('south'), 'south');
    expect([keys.sign, keys.agree]).toEqual([after.sign, after.agree]);
    const card = cardOf({ site: 'south', name: 'S', address: null, sequence: 2 }, keys);
    expect((await readCard('south', await signDocument(card, keys))).card.sign).toEqual(after.sign);
  });

  it('give signatures as JWS has them, whatever lengths DER writes', async () => {
    const keys = await siteKeysIn(of('north'), 'north');
    for (let i = 0; i < 40; i += 1) expect(await keys.signMessage(Buffer.from(`m${i}`))).toHaveLength(64);
    const der = Buffer.from('3006020101020102', 'hex');
    const plain = plainSignature(der);
    expect([plain[31], plain[63], plain.length]).toEqual([1, 2, 64]);
    for (const bad of ['', '3006020101020102ff', '30060201010301', '3003020101'])
      expect(() => plainSignature(Buffer.from(bad, 'hex'))).toThrow(expect.objectContaining({ code: 'bad-signature' }));
  });
});
