import type { S3Client } from '@aws-sdk/client-s3';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3ServiceException } from '@aws-sdk/client-s3';
import type { Exchange, ExchangedFile } from '../sharing/ports.ts';
import { isAbsence } from './absence.ts';
import { type ExchangeName, exchangedOf, exchangeKeyOf, exchangePrefix } from './keys.ts';
import type { Recent } from './recent.ts';

/** Of a larger document so much is read that whoever verifies it sees that it is too large. */
export const MOST_DOCUMENT_BYTES = 1_000_001;

/** A site has a few documents a round; of one that fills its folder so many are read, in the order of their names, and so many bytes. */
export const MOST_DOCUMENTS = 1000;
export const MOST_FOLDER_BYTES = 16 * 1024 * 1024;

const AT_ONCE = 16;

/** Where the bucket is, and who reads it. */
export interface BucketExchangeOptions {
  /** Under credentials that bear site and study. */
  readonly objects: S3Client;
  readonly bucket: string;
  /** Whose folder is written. */
  readonly site: string;
  /** What was read before under these credentials. */
  readonly recent: Recent;
}

interface Listed extends ExchangeName {
  readonly key: string;
  readonly etag: string;
  readonly bytes: number;
}

/** The exchange as tenants of one deployment have it: folders of the derived bucket, `exchange/{study}/{site}/{name}`. */
export class BucketExchange implements Exchange {
  readonly #options: BucketExchangeOptions;

  constructor(options: BucketExchangeOptions) {
    this.#options = options;
  }

  async put(study: string, { site, name, jws }: ExchangedFile): Promise<boolean> {
    const { objects, bucket } = this.#options;
    const Key = exchangeKeyOf({ study, site, name });
    const input = { Bucket: bucket, Key, Body: jws, ContentType: 'application/jose', IfNoneMatch: '*' };
    try {
      await objects.send(new PutObjectCommand(input));
      return true;
    } catch (error) {
      // 412: there is one. 409: another is being written at this moment; whoever looks again sees what came of it.
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (status === 412 || status === 409) return false;
      throw error;
    }
  }

  async list(study: string): Promise<readonly ExchangedFile[]> {
    return this.#read(study, exchangePrefix(study));
  }

  /** What lies in one site's folder: names, and a mark that another content would not have. */
  async names(study: string, site: string): Promise<readonly { readonly name: string; readonly version: string }[]> {
    const listed = await this.#listed(study, exchangePrefix(study, site));
    return listed.map(({ name, etag }) => ({ name, version: etag }));
  }

  /** One document; undefined where there is none. Throws SignetError `refused-key` of a name that none can have. */
  async document(study: string, site: string, name: string): Promise<string | undefined> {
    return (await this.#file({ study, site, name, key: exchangeKeyOf({ study, site, name }) }))?.jws;
  }

  async #read(study: string, prefix: string): Promise<readonly ExchangedFile[]> {
    const listed = await this.#listed(study, prefix);
    const files: ExchangedFile[] = [];
    for (let from = 0; from < listed.length; from += AT_ONCE) {
      const some = await Promise.all(listed.slice(from, from + AT_ONCE).map((each) => this.#file(each)));
      files.push(...some.filter((file) => file !== undefined));
    }
    return files;
  }

  /** What lies there under keys of the exchange's form. */
  async #listed(study: string, Prefix: string): Promise<readonly Listed[]> {
    const { objects, bucket } = this.#options;
    const listed: Listed[] = [];
    const inFolder = new Map<string, { readonly documents: number; readonly bytes: number }>();
    let token: string | undefined;
    do {
      const page = await objects.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix, ...(token && { ContinuationToken: token }) }),
      );
      for (const { Key = '', ETag = '', Size = 0 } of page.Contents ?? []) {
        const named = exchangedOf(Key);
        if (named?.study !== study) continue;
        const before = inFolder.get(named.site) ?? { documents: 0, bytes: 0 };
        const bytes = before.bytes + Math.min(Size, MOST_DOCUMENT_BYTES);
        if (before.documents === MOST_DOCUMENTS || bytes > MOST_FOLDER_BYTES) continue;
        inFolder.set(named.site, { documents: before.documents + 1, bytes });
        listed.push({ ...named, key: Key, etag: ETag, bytes: Size });
      }
      token = page.NextContinuationToken;
    } while (token);
    return listed;
  }

  /** A document that may have been read before where it was listed; undefined where it isn't there. */
  async #file({
    site,
    name,
    key,
    etag,
    bytes = 0,
  }: Pick<Listed, 'key'> & ExchangeName & Partial<Listed>): Promise<ExchangedFile | undefined> {
    const { objects, bucket, recent } = this.#options;
    const known = etag === undefined ? undefined : recent.get(`${this.#options.site} ${key} ${etag}`);
    if (known !== undefined) return { site, name, jws: known };
    const address = { Bucket: bucket, Key: key };
    try {
      const Range = bytes >= MOST_DOCUMENT_BYTES ? `bytes=0-${MOST_DOCUMENT_BYTES - 1}` : undefined;
      const { Body, ETag = '' } = await objects.send(new GetObjectCommand({ ...address, ...(Range && { Range }) }));
      const jws = (await Body?.transformToString()) ?? '';
      recent.set(`${this.#options.site} ${key} ${ETag}`, jws);
      return { site, name, jws };
    } catch (error) {
      if (await isAbsence(objects, address, error)) return undefined;
      throw error;
    }
  }
}

/** The exchange of a site whose partners are in part of other deployments: it writes at home, and reads theirs where they are. */
export class JoinedExchange implements Exchange {
  readonly #home: Exchange;
  readonly #elsewhere: readonly Pick<Exchange, 'list'>[];

  constructor(home: Exchange, elsewhere: readonly Pick<Exchange, 'list'>[]) {
    this.#home = home;
    this.#elsewhere = elsewhere;
  }

  put(study: string, file: ExchangedFile): Promise<boolean> {
    return this.#home.put(study, file);
  }

  async list(study: string): Promise<readonly ExchangedFile[]> {
    return (await Promise.all([this.#home, ...this.#elsewhere].map((each) => each.list(study)))).flat();
  }
}
