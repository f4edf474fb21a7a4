import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, S3ServiceException } from '@aws-sdk/client-s3';
import { isSignetError, SignetError } from '../base/index.ts';
import type { CohortName, ObjectState, Objects, SourceName } from '../ingest/ports.ts';
import { isAbsence } from './absence.ts';
import type { Clients } from './clients.ts';
import { cohortPrefix, cohortsPrefix, isName, objectKeyOf, sourceOf } from './keys.ts';

/** The source of a listed object; none for keys that are refused everywhere, such as the folders that the console makes. */
function acceptable(objectKey: string): SourceName | undefined {
  try {
    return sourceOf(objectKey);
  } catch (error) {
    if (isSignetError(error, 'refused-key')) return undefined;
    throw error;
  }
}

/** The bucket of sources. */
export class SourceObjects implements Objects {
  readonly #clients: Clients;
  readonly #bucket: string;

  constructor(clients: Clients, bucket: string) {
    this.#clients = clients;
    this.#bucket = bucket;
  }

  async head(source: SourceName): Promise<ObjectState | undefined> {
    const { objects } = this.#clients.of(source.site);
    const address = { Bucket: this.#bucket, Key: objectKeyOf(source) };
    try {
      const { ETag = '', ContentLength = 0 } = await objects.send(new HeadObjectCommand(address));
      return { etag: ETag, bytes: ContentLength };
    } catch (error) {
      if (await isAbsence(objects, address, error)) return undefined;
      throw error;
    }
  }

  async open(source: SourceName, etag: string): Promise<AsyncIterable<Uint8Array>> {
    const { objects } = this.#clients.of(source.site);
    const address = { Bucket: this.#bucket, Key: objectKeyOf(source) };
    try {
      const { Body } = await objects.send(new GetObjectCommand({ ...address, IfMatch: etag }));
      if (!Body) throw new SignetError('object-moved', 'the object came without a body');
      return Body as AsyncIterable<Uint8Array>;
    } catch (error) {
      const overwritten = error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412;
      if (overwritten || (await isAbsence(objects, address, error)))
        throw new SignetError('object-moved', 'the object changed after it was looked at', { cause: error });
      throw error;
    }
  }

  async *list(cohort: CohortName): AsyncGenerator<readonly (ObjectState & { readonly key: string })[]> {
    let token: string | undefined;
    do {
      const page = await this.#clients.of(cohort.site).objects.send(
        new ListObjectsV2Command({
          Bucket: this.#bucket,
          Prefix: cohortPrefix(cohort),
          ...(token && { ContinuationToken: token }),
        }),
      );
      yield (page.Contents ?? []).flatMap(({ Key = '', ETag = '', Size = 0 }) => {
        const source = acceptable(Key);
        return source ? [{ key: source.key, etag: ETag, bytes: Size }] : [];
      });
      token = page.NextContinuationToken;
    } while (token);
  }

  async cohorts(site: string): Promise<readonly string[]> {
    const prefix = cohortsPrefix(site);
    const names: string[] = [];
    let token: string | undefined;
    do {
      const page = await this.#clients.of(site).objects.send(
        new ListObjectsV2Command({
          Bucket: this.#bucket,
          Prefix: prefix,
          Delimiter: '/',
          ...(token && { ContinuationToken: token }),
        }),
      );
      for (const { Prefix = '' } of page.CommonPrefixes ?? []) names.push(Prefix.slice(prefix.length, -1));
      token = page.NextContinuationToken;
    } while (token);
    return names.filter(isName);
  }
}
