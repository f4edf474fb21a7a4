import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { isAbsence } from './absence.ts';
import type { Clients } from './clients.ts';
import { type ShareName, shareKeyOf, shareOf, sharesPrefix } from './keys.ts';

/** A copy that lies in a site's folder. */
export interface ReceivedShare extends ShareName {
  readonly etag: string;
  readonly bytes: number;
  /** When it was put, in milliseconds since 1970. */
  readonly modified: number;
}

/**
 * What sites give one another: copies under `shares/{receiver}/{owner}/{name}` of the derived bucket. A giver puts and deletes there and reads
 * nothing; a receiver lists and reads, and can neither change nor delete. What is for a link is received by {@link LINK}.
 */
export class Shares {
  readonly #clients: Clients;
  readonly #bucket: string;

  constructor(clients: Clients, bucket: string) {
    this.#clients = clients;
    this.#bucket = bucket;
  }

  #address(share: ShareName): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: shareKeyOf(share) };
  }

  /** Gives a copy, under the giver's credentials; false where one of that name lies there. Throws SignetError `refused-key`. */
  async put(share: ShareName, text: string): Promise<boolean> {
    const input = { ...this.#address(share), Body: text, ContentType: 'application/json', IfNoneMatch: '*' };
    try {
      await this.#clients.of(share.owner).objects.send(new PutObjectCommand(input));
      return true;
    } catch (error) {
      if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412) return false;
      throw error;
    }
  }

  /** Takes a copy back, under the giver's credentials; one that isn't there is no error. */
  async delete(share: ShareName): Promise<void> {
    await this.#clients.of(share.owner).objects.send(new DeleteObjectCommand(this.#address(share)));
  }

  /** Reads a copy under the receiver's credentials; undefined where there is none. */
  async get(share: ShareName): Promise<string | undefined> {
    const { objects } = this.#clients.of(share.receiver);
    const address = this.#address(share);
    try {
      const { Body } = await objects.send(new GetObjectCommand(address));
      return await Body?.transformToString();
    } catch (error) {
      if (await isAbsence(objects, address, error)) return undefined;
      throw error;
    }
  }

  /** What lies in a receiver's folder, of one owner or of all, a page at a time; objects of other parts are passed over. */
  async *list(receiver: string, owner?: string): AsyncGenerator<readonly ReceivedShare[]> {
    const { objects } = this.#clients.of(receiver);
    const address = { Bucket: this.#bucket, Prefix: sharesPrefix(receiver, owner) };
    let token: string | undefined;
    do {
      const page = await objects.send(
        new ListObjectsV2Command({ ...address, ...(token && { ContinuationToken: token }) }),
      );
      yield (page.Contents ?? []).flatMap(({ Key = '', ETag = '', Size = 0, LastModified }) => {
        const share = shareOf(Key);
        return share ? [{ ...share, etag: ETag, bytes: Size, modified: LastModified?.getTime() ?? 0 }] : [];
      });
      token = page.NextContinuationToken;
    } while (token);
  }
}
