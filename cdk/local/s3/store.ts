import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Bodies, type Segment } from './bodies.ts';
import { Catalogue, type NewObject, NULL_VERSION, type Version } from './catalogue.ts';
import { type Algorithm, checksum, type Digest, hashing } from './checksums.ts';
import { Outbox } from './outbox.ts';
import type { BucketEvent, BucketEventName, BucketSettings } from './settings.ts';
import { MultipartUploads } from './uploads.ts';

/** A body in a file that nothing names yet. */
export interface Arrived {
  readonly file: string;
  readonly segment: Segment;
  readonly md5: Buffer;
  /** Base64, by algorithm. */
  readonly checksums: ReadonlyMap<Algorithm, string>;
}

/** A change that was made. */
export interface Made {
  readonly version: string;
  readonly modified: number;
}

/** The buckets: the index, the bodies and the events, changed together. */
export class Store {
  readonly catalogue: Catalogue;
  readonly uploads: MultipartUploads;
  readonly bodies: Bodies;
  readonly outbox: Outbox;

  constructor(folder: string, onEvent: (event: BucketEvent) => void | Promise<void>) {
    this.catalogue = new Catalogue(folder);
    this.uploads = new MultipartUploads(this.catalogue);
    this.bodies = new Bodies(folder, (sha256) => this.catalogue.isReferenced(sha256));
    this.outbox = new Outbox(this.catalogue, onEvent);
  }

  /** Ends when all events were told or set aside. */
  async close(): Promise<void> {
    await this.outbox.close();
    this.catalogue.close();
  }

  /** Writes a stream to a file, and its digests. The caller keeps the file or discards it. */
  async take(source: AsyncIterable<Buffer>, algorithms: Iterable<Algorithm>): Promise<Arrived> {
    const file = this.bodies.arriving();
    const [sha256, md5] = [hashing('sha256'), hashing('md5')];
    const sums = new Map<Algorithm, Digest>([...algorithms].map((name) => [name, checksum(name)]));
    let bytes = 0;
    const counted = async function* (): AsyncGenerator<Buffer> {
      for await (const chunk of source) {
        bytes += chunk.length;
        for (const digest of [sha256, md5, ...sums.values()]) digest.update(chunk);
        yield chunk;
      }
    };
    try {
      await pipeline(Readable.from(counted(), { objectMode: false }), createWriteStream(file, { flags: 'wx' }));
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
    return {
      file,
      segment: { sha256: sha256.bytes().toString('hex'), bytes },
      md5: md5.bytes(),
      checksums: new Map([...sums].map(([name, sum]) => [name, sum.bytes().toString('base64')])),
    };
  }

  async discard({ file }: Arrived): Promise<void> {
    await rm(file, { force: true });
  }

  /** The checksum of bodies one after the other, base64. */
  async sum(segments: readonly Segment[], algorithm: Algorithm): Promise<string> {
    const digest = checksum(algorithm);
    const release = this.bodies.hold(segments);
    try {
      for await (const chunk of this.bodies.read(segments, 0, Number.POSITIVE_INFINITY)) digest.update(chunk);
    } finally {
      release();
    }
    return digest.bytes().toString('base64');
  }

  /**
   * Makes a version current and tells of it. `check` sees the one before and may throw; nothing comes between it and the change.
   * `arrived` is taken over; `also` belongs to the same change and gives digests that may now be unreferenced.
   */
  async put(
    bucket: BucketSettings,
    key: string,
    object: NewObject,
    {
      event,
      check = () => {},
      arrived,
      also = () => [],
    }: {
      readonly event: BucketEventName;
      readonly check?: (before: Version | undefined) => void;
      readonly arrived?: Arrived;
      readonly also?: () => readonly string[];
    },
  ): Promise<Made> {
    const size = object.segments.reduce((sum, { bytes }) => sum + bytes, 0);
    const { made, told } = this.catalogue.transaction(() => {
      check(this.catalogue.current(bucket.name, key));
      if (arrived) this.bodies.keep(arrived.file, arrived.segment.sha256);
      const added = this.catalogue.add(bucket.name, key, object, bucket.versioned);
      const dropped = [...added.dropped, ...also()];
      const id = this.outbox.put({
        bucket: bucket.name,
        key,
        event,
        size,
        etag: object.etag,
        ...(bucket.versioned && { versionId: added.version }),
      });
      return { made: { ...added, dropped }, told: id };
    });
    this.bodies.dropUnreferenced(made.dropped);
    await this.outbox.tell(told);
    return made;
  }

  /**
   * Deletes the current version: behind a marker where the bucket keeps versions, for good where it doesn't. The marker's version, if one
   * was made. `check` as in {@link put}.
   */
  async delete(
    bucket: BucketSettings,
    key: string,
    check: (before: Version | undefined) => void = () => {},
    [marked, gone]: readonly [BucketEventName, BucketEventName] = [
      'ObjectRemoved:DeleteMarkerCreated',
      'ObjectRemoved:Delete',
    ],
  ): Promise<string | undefined> {
    const { catalogue, outbox } = this;
    const { dropped, told, marker } = catalogue.transaction(() => {
      const before = catalogue.current(bucket.name, key);
      check(before);
      const lost = bucket.versioned ? [] : catalogue.remove(bucket.name, key, NULL_VERSION);
      // A bucket that kept versions once: the older ones stay hidden.
      const hides = bucket.versioned || catalogue.current(bucket.name, key)?.marker === false;
      const added = hides ? catalogue.add(bucket.name, key, undefined, bucket.versioned) : undefined;
      const happened = added !== undefined || (before !== undefined && !before.marker);
      const id = happened
        ? outbox.put({
            bucket: bucket.name,
            key,
            event: added ? marked : gone,
            ...(added && { versionId: added.version }),
          })
        : undefined;
      return { dropped: [...lost, ...(added?.dropped ?? [])], told: id, marker: added?.version };
    });
    this.bodies.dropUnreferenced(dropped);
    if (told !== undefined) await outbox.tell(told);
    return marker;
  }

  /** Removes one version for good; what it was. */
  async deleteVersion(
    bucket: BucketSettings,
    key: string,
    version: string,
    event: BucketEventName = 'ObjectRemoved:Delete',
  ): Promise<Version | undefined> {
    const { before, dropped, told } = this.catalogue.transaction(() => {
      const was = this.catalogue.version(bucket.name, key, version);
      if (!was) return { before: was, dropped: [], told: undefined };
      const lost = this.catalogue.remove(bucket.name, key, version);
      const id = this.outbox.put({ bucket: bucket.name, key, event, versionId: version });
      return { before: was, dropped: lost, told: id };
    });
    this.bodies.dropUnreferenced(dropped);
    if (told !== undefined) await this.outbox.tell(told);
    return before;
  }
}
