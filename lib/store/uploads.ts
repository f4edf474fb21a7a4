import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { SignetError, ulid } from '../base/index.ts';
import type { CohortName, SourceName } from '../ingest/ports.ts';
import type { Clients } from './clients.ts';
import { objectKeyOf, partition, sort } from './keys.ts';
import { Table } from './table.ts';

/** A presigned address for one object or part. Its headers are signed: sent otherwise, it is refused. */
export interface PresignedPut {
  readonly method: 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A file to come, with its digest (base64) or its parts'. */
export interface Upload {
  readonly bytes: number;
  readonly type: string;
  readonly sha256: string;
}

/** A part: its number from 1, its length, its digest. */
interface Part {
  readonly part: number;
  readonly bytes: number;
  readonly sha256: string;
}

const SECONDS = 900;

/** Parts may take a day; the bucket gives up uploads after two. */
const UPLOAD_SECONDS = 86_400;

const ULID = /^[0-9A-HJKMNP-TV-Z]{26}$/;

/** Length, type and checksum go into the signature, not only the key. */
const SIGNED = {
  expiresIn: SECONDS,
  signableHeaders: new Set(['host', 'content-length', 'content-type']),
  unhoistableHeaders: new Set(['x-amz-checksum-sha256']),
};

/** A part has no type: what the SDK would state of its own is left out of the signature. */
const PART_SIGNED = { ...SIGNED, signableHeaders: new Set(['host', 'content-length']) };

function isGone(error: unknown): boolean {
  return error instanceof S3ServiceException && error.name === 'NoSuchUpload';
}

function absent(): SignetError {
  return new SignetError('not-found', 'There is no such upload');
}

/** Addresses to put files at, for those who have a token and no keys. */
export class Uploads {
  readonly #clients: Clients;
  readonly #bucket: string;
  readonly #table: string;

  constructor(clients: Clients, { sources, table }: { readonly sources: string; readonly table: string }) {
    this.#clients = clients;
    this.#bucket = sources;
    this.#table = table;
  }

  /** When addresses made now end, ISO. */
  expires(): string {
    return new Date(Date.now() + SECONDS * 1000).toISOString();
  }

  /** Writes a small object itself. */
  async put(source: SourceName, body: string, type: string): Promise<void> {
    await this.#clients
      .of(source.site)
      .objects.send(
        new PutObjectCommand({ Bucket: this.#bucket, Key: objectKeyOf(source), Body: body, ContentType: type }),
      );
  }

  /** One PUT for the whole file. Throws `refused-key`. */
  async single(source: SourceName, { bytes, type, sha256 }: Upload): Promise<PresignedPut> {
    const command = new PutObjectCommand({
      Bucket: this.#bucket,
      Key: objectKeyOf(source),
      ContentLength: bytes,
      ContentType: type,
      ChecksumSHA256: sha256,
    });
    const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
    return {
      method: 'PUT',
      url: await getSignedUrl(this.#clients.of(source.site).objects, command, SIGNED),
      headers: { 'content-type': type, 'content-length': String(bytes), 'x-amz-checksum-sha256': sha256 },
    };
  }

  /** A PUT a part. Throws `refused-key`. */
  async parts(
    source: SourceName,
    { bytes, type, sha256 }: Upload,
    partBytes: number,
    digests: readonly string[],
  ): Promise<{ readonly upload: string; readonly parts: readonly (PresignedPut & { readonly part: number })[] }> {
    const { objects } = this.#clients.of(source.site);
    const address = { Bucket: this.#bucket, Key: objectKeyOf(source) };
    const { UploadId = '' } = await objects.send(
      new CreateMultipartUploadCommand({ ...address, ContentType: type, ChecksumAlgorithm: 'SHA256' }),
    );
    const upload = ulid();
    const item = {
      PK: partition.cohort(source),
      SK: sort.upload(upload),
      key: source.key,
      upload: UploadId,
      sha256,
      parts: digests,
      ttl: Math.floor(Date.now() / 1000) + UPLOAD_SECONDS,
    };
    await new Table(this.#clients.of(source.site).table, this.#table).put(item);
    const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
    const sign = async ({ part, bytes: length, sha256: digest }: Part): Promise<PresignedPut & { part: number }> => {
      const command = new UploadPartCommand({
        ...address,
        UploadId,
        PartNumber: part,
        ContentLength: length,
        ChecksumSHA256: digest,
      });
      return {
        part,
        method: 'PUT',
        url: await getSignedUrl(objects, command, PART_SIGNED),
        headers: { 'content-length': String(length), 'x-amz-checksum-sha256': digest },
      };
    };
    const parts = digests.map((digest, i) => ({
      part: i + 1,
      bytes: Math.min(partBytes, bytes - i * partBytes),
      sha256: digest,
    }));
    return { upload, parts: await Promise.all(parts.map(sign)) };
  }

  /** Makes the object of its parts. Throws `not-found`, `parts-missing`. */
  async complete(cohort: CohortName, upload: string): Promise<{ readonly name: string; readonly sha256: string }> {
    const { source, uploadId, parts, sha256 } = await this.#read(cohort, upload);
    const { objects } = this.#clients.of(cohort.site);
    const address = { Bucket: this.#bucket, Key: objectKeyOf(source), UploadId: uploadId };
    const etags = await this.#etags(cohort, address);
    const missing = parts.flatMap((_, i) => (etags.has(i + 1) ? [] : [i + 1]));
    if (missing.length > 0)
      throw new SignetError('parts-missing', `Parts ${missing.slice(0, 20).join(', ')} have not arrived`, {
        remedy: 'PUT them at their addresses, then complete again.',
      });
    await objects.send(
      new CompleteMultipartUploadCommand({
        ...address,
        MultipartUpload: {
          Parts: parts.map((digest, i) => ({ PartNumber: i + 1, ETag: etags.get(i + 1), ChecksumSHA256: digest })),
        },
      }),
    );
    await this.#forget(cohort, upload);
    return { name: source.key, sha256 };
  }

  /** Gives an upload up; its parts go. Throws `not-found`. */
  async abort(cohort: CohortName, upload: string): Promise<void> {
    const { source, uploadId } = await this.#read(cohort, upload);
    try {
      await this.#clients
        .of(cohort.site)
        .objects.send(
          new AbortMultipartUploadCommand({ Bucket: this.#bucket, Key: objectKeyOf(source), UploadId: uploadId }),
        );
    } catch (error) {
      if (!isGone(error)) throw error;
    }
    await this.#forget(cohort, upload);
  }

  /** What arrived so far, by number. */
  async #etags(
    cohort: CohortName,
    address: { readonly Bucket: string; readonly Key: string; readonly UploadId: string },
  ): Promise<Map<number, string>> {
    const etags = new Map<number, string>();
    let marker: string | undefined;
    try {
      do {
        const page = await this.#clients
          .of(cohort.site)
          .objects.send(new ListPartsCommand({ ...address, ...(marker && { PartNumberMarker: marker }) }));
        for (const { PartNumber, ETag } of page.Parts ?? []) if (PartNumber && ETag) etags.set(PartNumber, ETag);
        marker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
      } while (marker);
    } catch (error) {
      if (isGone(error)) throw absent();
      throw error;
    }
    return etags;
  }

  /** The item, unless its time is over: nothing deletes it at that very moment. */
  async #read(
    cohort: CohortName,
    upload: string,
  ): Promise<{
    readonly source: SourceName;
    readonly uploadId: string;
    readonly parts: readonly string[];
    readonly sha256: string;
  }> {
    if (!ULID.test(upload)) throw absent();
    const table = new Table(this.#clients.of(cohort.site).table, this.#table);
    const item = await table.get({ PK: partition.cohort(cohort), SK: sort.upload(upload) });
    if (!item || Number(item['ttl']) < Date.now() / 1000) throw absent();
    return {
      source: { site: cohort.site, cohort: cohort.cohort, key: String(item['key']) },
      uploadId: String(item['upload']),
      parts: item['parts'] as readonly string[],
      sha256: String(item['sha256']),
    };
  }

  async #forget(cohort: CohortName, upload: string): Promise<void> {
    const table = new Table(this.#clients.of(cohort.site).table, this.#table);
    await table.delete({ PK: partition.cohort(cohort), SK: sort.upload(upload) });
  }
}
