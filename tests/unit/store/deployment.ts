import { KMSClient } from '@aws-sdk/client-kms';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { Credentials } from '../../../cdk/local/credentials.ts';
import { Keep } from '../../../cdk/local/keep.ts';
import { startKeyService } from '../../../cdk/local/key-service.ts';
import type { Statement } from '../../../cdk/local/policy.ts';
import { SiteStudies } from '../../../functions/sharing/site-studies.ts';
import { cardOf, signDocument } from '../../../lib/sharing/index.ts';
import type { Clients } from '../../../lib/store/clients.ts';
import { type Environment, makeSiteKeys, type Site, StoredPeers } from '../../../lib/store/index.ts';
import { type Derived, derivedBucket, type Fate, underFate } from './bucket.ts';
import { ENGINES } from './engines.ts';

/** A deployment's bucket, table and key service, with sites whose cards are signed and offered. */
export interface Deployment {
  readonly names: readonly string[];
  readonly derived: Derived;
  readonly clients: Clients;
  readonly environment: Environment;
  /** By site, the card that it offers. */
  readonly cards: ReadonlyMap<string, string>;
  /** Writes to the table and reads of it since the beginning, by the name of the operation. */
  readonly tableCalls: Map<string, number>;
  /** Studies as a process that has just started sees them. */
  studies(now?: () => number): SiteStudies;
  end(): Promise<void>;
}

const OPERATOR: Statement = { Effect: 'Allow', Action: 'kms:*', Resource: '*' };

/** Starts a deployment of these sites; `address` where others are apart from it; `fate` of what its functions ask of bucket and table. */
export async function deploymentOf(
  names: readonly string[],
  address: string | null = null,
  fate: Fate = () => undefined,
): Promise<Deployment> {
  const [derived, engine] = await Promise.all([derivedBucket(fate), ENGINES[0]!.start()]);
  const [keep, credentials] = [new Keep(), new Credentials()];
  const service = await startKeyService(keep, credentials);
  const keys = new KMSClient({
    region: 'eu-central-1',
    endpoint: service.url,
    maxAttempts: 1,
    credentials: credentials.issue({ name: 'arn:x', statements: [OPERATOR], tags: {} }),
  });
  const tableCalls = new Map<string, number>();
  engine.client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (sent) => {
        tableCalls.set(commandName, (tableCalls.get(commandName) ?? 0) + 1);
        return underFate(fate, () => next(sent));
      },
    { step: 'initialize' },
  );
  const clients = {
    of: (site: string) => ({
      table: engine.client,
      objects: derived.as({ site }),
      audit: derived.as({ site }, 'SiteAuditRole'),
      keys,
    }),
    inStudy: (site: string, study: string) => derived.as({ site, study }),
    deployment: derived.owner,
  } as unknown as Clients;
  const cards = new Map<string, string>();
  const sites: Site[] = [];
  for (const id of names) {
    const own = await makeSiteKeys(keys, id);
    const words = { site: id, name: `Hospital ${id}`, address, sequence: 1 };
    const card = await signDocument(cardOf(words, own), own);
    cards.set(id, card);
    sites.push({ id, name: id, claim: id, card });
  }
  const document = { Bucket: derived.bucket, Key: 'deployment/sites.json', Body: JSON.stringify({ sites }) };
  await derived.owner.send(new PutObjectCommand(document));
  const environment = { SIGNET_TABLE: engine.table, SIGNET_DERIVED: derived.bucket };
  return {
    names,
    derived,
    clients,
    environment,
    cards,
    tableCalls,
    studies: (now) => new SiteStudies(environment, clients, now),
    async end() {
      keys.destroy();
      await Promise.all([derived.end(), engine.stop(), service.stop()]);
      keep.release();
    },
  };
}

/** Has the stewards of every site confirm every other site's card. */
export async function acquaint(...deployments: readonly Deployment[]): Promise<void> {
  const cards = deployments.flatMap((each) => [...each.cards]);
  for (const { names, clients, environment } of deployments) {
    const peers = new StoredPeers(clients, environment);
    for (const site of names)
      for (const [peer, jws] of cards)
        if (peer !== site) await peers.put(site, { site: peer, jws, at: '2027-01-01T00:00:00Z' });
  }
}
