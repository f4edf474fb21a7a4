import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3ServiceException,
  type Tag,
} from '@aws-sdk/client-s3';
import type { Json } from '../base/index.ts';
import type { CohortName, DocumentState } from '../ingest/ports.ts';
import { isAbsence } from './absence.ts';
import type { Clients } from './clients.ts';
import { documentKeyOf } from './keys.ts';

/** The tag that the derived bucket's lifecycle rule goes by. */
const UNREFERENCED = { Key: 'unreferenced', Value: 'true' } as const;

/** Documents and bytes of the derived bucket, by cohort and name (the key after the cohort's prefix). */
export class DerivedDocuments {
  readonly #clients: Clients;
  readonly #bucket: string;

  constructor(clients: Clients, bucket: string) {
    this.#clients = clients;
    this.#bucket = bucket;
  }

  #address(cohort: CohortName, name: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: documentKeyOf(cohort, name) };
  }

  /** The bytes, or undefined where there is no such document. */
  async get(cohort: CohortName, name: string): Promise<Uint8Array | undefined> {
    const { objects } = this.#clients.of(cohort.site);
    const address = this.#address(cohort, name);
    try {
      const { Body } = await objects.send(new GetObjectCommand(address));
      return await Body?.transformToByteArray();
    } catch (error) {
      if (await isAbsence(objects, address, error)) return undefined;
      throw error;
    }
  }

  /** The parsed JSON, or undefined where there is no such document. The caller knows its schema. */
  async getJson(cohort: CohortName, name: string): Promise<unknown> {
    const bytes = await this.get(cohort, name);
    return bytes && JSON.parse(new TextDecoder().decode(bytes));
  }

  /** Writes or overwrites; a tag that the document had is gone. */
  async put(cohort: CohortName, name: string, body: string | Uint8Array, type: string): Promise<void> {
    await this.#clients
      .of(cohort.site)
      .objects.send(new PutObjectCommand({ ...this.#address(cohort, name), Body: body, ContentType: type }));
  }

  /** As {@link put}, of what is made for one reading: the lifecycle rule takes it away after a day. */
  async putForADay(cohort: CohortName, name: string, body: string | Uint8Array, type: string): Promise<void> {
    const address = { ...this.#address(cohort, name), Body: body, ContentType: type, Tagging: 'expires=day' };
    await this.#clients.of(cohort.site).objects.send(new PutObjectCommand(address));
  }

  /** As {@link put}, of a JSON document. */
  async putJson(cohort: CohortName, name: string, document: Json): Promise<void> {
    await this.put(cohort, name, JSON.stringify(document), 'application/json');
  }

  /** Writes what isn't there yet; false where it is. */
  async putIfAbsent(cohort: CohortName, name: string, body: string | Uint8Array, type: string): Promise<boolean> {
    try {
      await this.#clients
        .of(cohort.site)
        .objects.send(
          new PutObjectCommand({ ...this.#address(cohort, name), Body: body, ContentType: type, IfNoneMatch: '*' }),
        );
      return true;
    } catch (error) {
      if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412) return false;
      throw error;
    }
  }

  /** All documents whose name begins with `prefix`, a page at a time. */
  async *list(cohort: CohortName, prefix: string): AsyncGenerator<readonly DocumentState[]> {
    const { Bucket, Key: Prefix } = this.#address(cohort, prefix);
    const skip = documentKeyOf(cohort, '').length;
    let token: string | undefined;
    do {
      const page = await this.#clients
        .of(cohort.site)
        .objects.send(new ListObjectsV2Command({ Bucket, Prefix, ...(token && { ContinuationToken: token }) }));
      yield (page.Contents ?? []).map(({ Key = '', LastModified }) => ({
        name: Key.slice(skip),
        modified: LastModified?.getTime() ?? 0,
      }));
      token = page.NextContinuationToken;
    } while (token);
  }

  /** Marks a document for the lifecycle rule that removes what nothing names. */
  async markUnreferenced(cohort: CohortName, name: string): Promise<void> {
    await this.#tag(cohort, name, [UNREFERENCED]);
  }

  /** Takes the mark off. */
  async keep(cohort: CohortName, name: string): Promise<void> {
    await this.#tag(cohort, name, []);
  }

  async #tag(cohort: CohortName, name: string, tags: readonly Tag[]): Promise<void> {
    const { objects } = this.#clients.of(cohort.site);
    const address = this.#address(cohort, name);
    try {
      await objects.send(new PutObjectTaggingCommand({ ...address, Tagging: { TagSet: [...tags] } }));
    } catch (error) {
      if (!(await isAbsence(objects, address, error))) throw error; // gone already
    }
  }
}
