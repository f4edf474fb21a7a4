import { setTimeout as pause } from 'node:timers/promises';
import {
  type DeleteMarkerEntry,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  type ObjectVersion,
  PutObjectCommand,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { SignetError } from '../base/index.ts';
import type { Bucket, ErasurePorts, SourceWriter, Version, Versions } from '../erasure/ports.ts';
import type { CohortName, Head, SourceName } from '../ingest/ports.ts';
import { StoredResults } from './answer.ts';
import type { Clients } from './clients.ts';
import { cohortPrefix, objectKeyOf, partition, sort } from './keys.ts';
import { Table } from './table.ts';
import { type Environment, setting, wireClients, wireIngest } from './wire.ts';

/** As many as one request deletes. */
const MOST_AT_ONCE = 1000;

/** All versions of a cohort's objects in either bucket. */
class ObjectVersions implements Versions {
  readonly #clients: Clients;
  readonly #buckets: Readonly<Record<Bucket, string>>;

  constructor(clients: Clients, buckets: Readonly<Record<Bucket, string>>) {
    this.#clients = clients;
    this.#buckets = buckets;
  }

  async *list(bucket: Bucket, cohort: CohortName): AsyncGenerator<readonly Version[]> {
    const { versions } = this.#clients.of(cohort.site);
    const Prefix = cohortPrefix(cohort);
    const address = { Bucket: this.#buckets[bucket], Prefix };
    let marker: { readonly KeyMarker?: string; readonly VersionIdMarker?: string } | undefined = {};
    while (marker) {
      const page: Awaited<ReturnType<typeof listed>> = await listed(versions, { ...address, ...marker });
      const versionOf = (
        { Key = '', VersionId = '', IsLatest = false }: ObjectVersion | DeleteMarkerEntry,
        deleted: boolean,
      ): Version => ({ name: Key.slice(Prefix.length), version: VersionId, latest: IsLatest, marker: deleted });
      yield [
        ...(page.Versions ?? []).map((each) => versionOf(each, false)),
        ...(page.DeleteMarkers ?? []).map((each) => versionOf(each, true)),
      ];
      marker = page.IsTruncated
        ? {
            ...(page.NextKeyMarker !== undefined && { KeyMarker: page.NextKeyMarker }),
            ...(page.NextVersionIdMarker !== undefined && { VersionIdMarker: page.NextVersionIdMarker }),
          }
        : undefined;
    }
  }

  async read(bucket: Bucket, cohort: CohortName, { name, version }: Version): Promise<Uint8Array | undefined> {
    const address = { Bucket: this.#buckets[bucket], Key: cohortPrefix(cohort) + name, VersionId: version };
    try {
      const { Body } = await this.#clients.of(cohort.site).versions.send(new GetObjectCommand(address));
      return await Body?.transformToByteArray();
    } catch (error) {
      if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return undefined;
      throw error;
    }
  }

  async remove(bucket: Bucket, cohort: CohortName, all: readonly Version[]): Promise<void> {
    const prefix = cohortPrefix(cohort);
    for (let from = 0; from < all.length; from += MOST_AT_ONCE) {
      const Objects = all
        .slice(from, from + MOST_AT_ONCE)
        .map(({ name, version }) => ({ Key: prefix + name, VersionId: version }));
      const { Errors = [] } = await this.#clients
        .of(cohort.site)
        .versions.send(new DeleteObjectsCommand({ Bucket: this.#buckets[bucket], Delete: { Objects, Quiet: true } }));
      if (Errors.length > 0)
        throw new SignetError('versions-left', `${Errors.length} versions could not be deleted: ${Errors[0]?.Code}`);
    }
  }
}

function listed(
  client: ReturnType<Clients['of']>['versions'],
  input: ConstructorParameters<typeof ListObjectVersionsCommand>[0],
) {
  return client.send(new ListObjectVersionsCommand(input));
}

/** Changes sources as whoever puts files does. */
class Sources implements SourceWriter {
  readonly #clients: Clients;
  readonly #bucket: string;

  constructor(clients: Clients, bucket: string) {
    this.#clients = clients;
    this.#bucket = bucket;
  }

  async replace(source: SourceName, etag: string, body: Uint8Array): Promise<void> {
    const address = { Bucket: this.#bucket, Key: objectKeyOf(source) };
    try {
      await this.#clients.of(source.site).objects.send(new PutObjectCommand({ ...address, Body: body, IfMatch: etag }));
    } catch (error) {
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (status !== 412 && status !== 409 && status !== 404) throw error;
      throw new SignetError('object-moved', 'A file was replaced while she was being taken out of it', {
        remedy: 'Ask for the erasure again.',
        cause: error,
      });
    }
  }

  async remove(source: SourceName): Promise<void> {
    const address = { Bucket: this.#bucket, Key: objectKeyOf(source) };
    await this.#clients.of(source.site).objects.send(new DeleteObjectCommand(address));
  }
}

/** The ports of an erasure. */
export function wireErasure(environment: Environment, clients: Clients = wireClients(environment)): ErasurePorts {
  const table = setting(environment, 'SIGNET_TABLE');
  const sources = setting(environment, 'SIGNET_SOURCES');
  return {
    ...wireIngest(environment, clients),
    versions: new ObjectVersions(clients, { sources, derived: setting(environment, 'SIGNET_DERIVED') }),
    writer: new Sources(clients, sources),
    results: new StoredResults(clients, table),
    async forget(source: SourceName, { n }: Head) {
      await new Table(clients.of(source.site).table, table).delete(
        { PK: partition.cohort(source), SK: sort.source(source.key) },
        { expression: '#n = :n', names: { '#n': 'n' }, values: { ':n': n } },
      );
    },
    pause: (milliseconds) => pause(milliseconds),
  };
}
