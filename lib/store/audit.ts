import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3ServiceException } from '@aws-sdk/client-s3';
import { type AuditObjects, type AuditPorts, PAGE } from '../audit/ports.ts';
import { isAbsence } from './absence.ts';
import type { Clients } from './clients.ts';
import { auditKeyOf } from './keys.ts';
import { SitePseudonyms } from './pseudonyms.ts';
import { type Environment, setting, wireClients } from './wire.ts';

/** The sites' logs in the derived bucket, under credentials that read and put there and no more. */
class AuditBucket implements AuditObjects {
  readonly #clients: Clients;
  readonly #bucket: string;

  constructor(clients: Clients, bucket: string) {
    this.#clients = clients;
    this.#bucket = bucket;
  }

  async read(site: string, n: number): Promise<string | undefined> {
    const { audit } = this.#clients.of(site);
    const address = { Bucket: this.#bucket, Key: auditKeyOf(site, n) };
    try {
      const { Body } = await audit.send(new GetObjectCommand(address));
      return await Body?.transformToString();
    } catch (error) {
      if (await isAbsence(audit, address, error)) return undefined;
      throw error;
    }
  }

  async put(site: string, n: number, text: string): Promise<boolean> {
    const { audit } = this.#clients.of(site);
    const address = { Bucket: this.#bucket, Key: auditKeyOf(site, n) };
    try {
      await audit.send(
        new PutObjectCommand({ ...address, Body: text, ContentType: 'application/json', IfNoneMatch: '*' }),
      );
      return true;
    } catch (error) {
      // 412: there is one. 409: another was being written at the same time, which may yet fail.
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (status === 412 || status === 409) return false;
      throw error;
    }
  }

  async countAfter(site: string, n: number): Promise<number> {
    const { KeyCount = 0 } = await this.#clients.of(site).audit.send(
      new ListObjectsV2Command({
        Bucket: this.#bucket,
        Prefix: auditKeyOf(site),
        MaxKeys: PAGE,
        ...(n > 0 && { StartAfter: auditKeyOf(site, n) }),
      }),
    );
    return KeyCount;
  }
}

/** The ports of a log on S3 and the secrets store. */
export function wireAudit(environment: Environment, clients: Clients = wireClients(environment)): AuditPorts {
  const pseudonyms = new SitePseudonyms(clients);
  return {
    objects: new AuditBucket(clients, setting(environment, 'SIGNET_DERIVED')),
    personOf: async (site, subject) => (await pseudonyms.of(site))('person', subject),
    now: Date.now,
  };
}
