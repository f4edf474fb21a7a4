import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { sha256 } from '../base/index.ts';
import { isAbsence } from './absence.ts';
import { studyKeyOf } from './keys.ts';
import type { Recent } from './recent.ts';

/** What an object of a study is. */
export type StudyObject = 'set' | 'sent' | 'document';

/**
 * What a site keeps of its studies and the table has no room for: `sites/{site}/studies/{study}/{kind}-{digest}` of the derived bucket, under the digest of the content,
 * so that a name never means two things. Which of them counts is an item's to say.
 */
export class StudyObjects {
  readonly #objects: S3Client;
  readonly #bucket: string;
  readonly #site: string;
  readonly #recent: Recent;

  /** `recent`: what was read before, by keys that begin with the site. */
  constructor(objects: S3Client, bucket: string, site: string, recent: Recent) {
    this.#objects = objects;
    this.#bucket = bucket;
    this.#site = site;
    this.#recent = recent;
  }

  #address(study: string, name: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: studyKeyOf(this.#site, study, name) };
  }

  /** Writes a text and answers its name. */
  async put(study: string, kind: StudyObject, text: string): Promise<string> {
    const name = `${kind}-${sha256(text)}`;
    await this.#objects.send(new PutObjectCommand({ ...this.#address(study, name), Body: text }));
    return name;
  }

  /** Undefined where it has gone. */
  async get(study: string, name: string): Promise<string | undefined> {
    const address = this.#address(study, name);
    const known = this.#recent.get(address.Key);
    if (known !== undefined) return known;
    try {
      const { Body } = await this.#objects.send(new GetObjectCommand(address));
      const text = (await Body?.transformToString()) ?? '';
      this.#recent.set(address.Key, text);
      return text;
    } catch (error) {
      if (await isAbsence(this.#objects, address, error)) return undefined;
      throw error;
    }
  }

  async delete(study: string, name: string): Promise<void> {
    await this.#objects.send(new DeleteObjectCommand(this.#address(study, name)));
  }

  /** Deletes every object of a kind that a study has. */
  async clear(study: string, kind: StudyObject): Promise<void> {
    const { Bucket, Key: Prefix } = this.#address(study, `${kind}-`);
    const { Contents = [] } = await this.#objects.send(new ListObjectsV2Command({ Bucket, Prefix }));
    for (const { Key } of Contents) await this.#objects.send(new DeleteObjectCommand({ Bucket, Key }));
  }
}
