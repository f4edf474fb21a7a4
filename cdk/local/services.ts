import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { bucketsOf } from './buckets.ts';
import type { Credentials } from './credentials.ts';
import { startEvents } from './events.ts';
import type { Keep } from './keep.ts';
import { startKeyService } from './key-service.ts';
import { notificationOf, queuesTold } from './notifications.ts';
import type { Parts } from './parts.ts';
import type { Ports } from './ports.ts';
import type { Queues } from './queues.ts';
import { type Role, startRoles } from './roles.ts';
import { type BucketEvent, startS3 } from './s3/index.ts';
import { startSecrets } from './secrets.ts';
import { createTables, partitionKeyOf } from './table.ts';
import { startTableFront } from './table-front.ts';
import type { Resource } from './template.ts';

/** Stands between a bucket's event and its queue: it may deliver it at once, later, twice, or never. */
export type Courier = (event: BucketEvent, deliver: () => Promise<void>) => Promise<void>;

/** What the services are made of. */
export interface ServicesOptions {
  readonly resources: readonly Resource[];
  readonly roles: ReadonlyMap<string, Role>;
  readonly tableEngine: string;
  readonly queues: Queues;
  readonly credentials: Credentials;
  readonly keep: Keep;
  readonly ports: Ports;
  readonly parts: Parts;
  readonly onLog: (line: string) => void;
  readonly courier: Courier;
}

/** Starts what functions call, each on an address of its own, and names the addresses by the variables that the SDK reads. */
export async function startServices(
  options: ServicesOptions,
): Promise<Readonly<Record<`AWS_ENDPOINT_URL_${string}`, string>>> {
  const { resources, roles, tableEngine, queues, credentials, keep, ports, parts, onLog, courier } = options;
  const tables = resources.filter(({ type }) => type === 'AWS::DynamoDB::GlobalTable');
  await createTables(tableEngine, tables);
  await queues.create(resources.filter(({ type }) => type === 'AWS::SQS::Queue'));

  const onEvent = (event: BucketEvent): Promise<void> => {
    const bucket = resources.find(({ type, name }) => type === 'AWS::S3::Bucket' && name === event.bucket);
    return courier(event, async () => {
      for (const queue of bucket ? queuesTold(bucket, event) : []) await queues.send(queue, notificationOf(event));
    });
  };
  const folder = path.join(keep.folder, 's3');
  mkdirSync(folder, { recursive: true });
  const partitionKeys = new Map(tables.map((table) => [table.name, partitionKeyOf(table)]));
  const [s3, table, sessions, secrets, keys, events] = await Promise.all([
    ports.open('s3', (port) => startS3({ folder, buckets: bucketsOf(resources), credentials, onEvent, port })),
    startTableFront({ engine: tableEngine, partitionKeys, credentials }),
    startRoles(roles, credentials),
    startSecrets(keep, credentials),
    startKeyService(keep, credentials),
    startEvents(credentials, (event) => onLog(JSON.stringify({ log: 'event', ...event }))),
  ]);
  for (const part of [s3, table, sessions, secrets, keys, events]) parts.add(part);
  return {
    AWS_ENDPOINT_URL_S3: s3.url,
    AWS_ENDPOINT_URL_DYNAMODB: table.url,
    AWS_ENDPOINT_URL_STS: sessions.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    AWS_ENDPOINT_URL_KMS: keys.url,
    AWS_ENDPOINT_URL_EVENTBRIDGE: events.url,
  };
}
