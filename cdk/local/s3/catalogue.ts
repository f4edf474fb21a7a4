import path from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { ulid } from '../../../lib/base/index.ts';
import type { Segment } from './bodies.ts';
import type { Algorithm } from './checksums.ts';

/** What stays with an object besides its bytes. */
export interface Described {
  /** `content-type` and its like, by name in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  /** The user's own, without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** A checksum as S3 gives it back. */
export interface Summed {
  readonly algorithm: Algorithm;
  /** Base64; of a composite one with `-` and the number of parts. */
  readonly value: string;
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
}

/** A version to write. */
export interface NewObject extends Described {
  readonly segments: readonly Segment[];
  readonly etag: string;
  readonly checksum?: Summed | undefined;
}

/** A version, or a delete marker, of a key. */
export interface Version extends NewObject {
  readonly id: number;
  readonly key: string;
  readonly version: string;
  readonly latest: boolean;
  readonly marker: boolean;
  readonly bytes: number;
  /** Milliseconds. */
  readonly modified: number;
}

/** The version of buckets that keep none. */
export const NULL_VERSION = 'null';

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA busy_timeout = 5000;
  CREATE TABLE IF NOT EXISTS sequence (bucket TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS version (
    id INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT NOT NULL, key BLOB NOT NULL, version TEXT NOT NULL, latest INTEGER NOT NULL,
    marker INTEGER NOT NULL, bytes INTEGER NOT NULL, etag TEXT NOT NULL, modified INTEGER NOT NULL, described TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS version_by_name ON version (bucket, key, version);
  CREATE INDEX IF NOT EXISTS version_by_age ON version (bucket, key, id DESC);
  CREATE INDEX IF NOT EXISTS latest_version ON version (bucket, key) WHERE latest = 1;
  CREATE TABLE IF NOT EXISTS segment (
    owner INTEGER NOT NULL, n INTEGER NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (owner, n)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS segment_by_digest ON segment (sha256);
  CREATE TABLE IF NOT EXISTS upload (
    id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key BLOB NOT NULL, begun INTEGER NOT NULL, described TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS upload_by_key ON upload (bucket, key, id);
  CREATE TABLE IF NOT EXISTS part (
    upload TEXT NOT NULL, n INTEGER NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL, etag TEXT NOT NULL,
    checksum TEXT, modified INTEGER NOT NULL, PRIMARY KEY (upload, n)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS part_by_digest ON part (sha256);
  CREATE TABLE IF NOT EXISTS untold (id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL) STRICT;
`;

type Row = Readonly<Record<string, string | number | bigint | Uint8Array | null>>;

const text = (key: unknown): string => Buffer.from(key as Uint8Array).toString();

/** Keys are bytes here, and thereby in S3's order. */
export const bytesOf = (key: string): Buffer => Buffer.from(key);

/** The index: which versions there are and of which bodies they consist. All calls are synchronous, so nothing comes in between. */
export class Catalogue {
  readonly #db: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();

  constructor(folder: string) {
    this.#db = new DatabaseSync(path.join(folder, 'index.sqlite'));
    this.#db.exec(SCHEMA);
  }

  close(): void {
    this.#db.close();
  }

  /** Prepares once. */
  sql(statement: string): StatementSync {
    const known = this.#prepared.get(statement) ?? this.#db.prepare(statement);
    this.#prepared.set(statement, known);
    return known;
  }

  /** All of it or nothing. */
  transaction<T>(run: () => T): T {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const result = run();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  /** A number of 16 hex digits that grows with each change of the bucket, over restarts too. */
  sequencer(bucket: string): string {
    const row = this.sql(
      'INSERT INTO sequence VALUES (?, 1) ON CONFLICT (bucket) DO UPDATE SET n = n + 1 RETURNING n',
    ).get(bucket) as Row;
    return Number(row['n']).toString(16).toUpperCase().padStart(16, '0');
  }

  /** The newest version, which may be a delete marker. */
  current(bucket: string, key: string): Version | undefined {
    return this.#one('SELECT * FROM version WHERE bucket = ? AND key = ? AND latest = 1', bucket, bytesOf(key));
  }

  version(bucket: string, key: string, version: string): Version | undefined {
    return this.#one(
      'SELECT * FROM version WHERE bucket = ? AND key = ? AND version = ?',
      bucket,
      bytesOf(key),
      version,
    );
  }

  /** Current objects from a key on, in order. */
  objects(bucket: string, from: Buffer, limit: number): readonly Version[] {
    return this.#all(
      'SELECT * FROM version WHERE bucket = ? AND key >= ? AND latest = 1 AND marker = 0 ORDER BY key LIMIT ?',
      bucket,
      from,
      limit,
    );
  }

  /** All versions from a key on, the newest of each first; of that very key only those up to `id`. */
  versions(bucket: string, from: Buffer, id: number, limit: number): readonly Version[] {
    return this.#all(
      'SELECT * FROM version WHERE bucket = ? AND (key, -id) >= (?, ?) ORDER BY key, id DESC LIMIT ?',
      bucket,
      from,
      -id,
      limit,
    );
  }

  /**
   * Makes a version (or, without an object, a delete marker) the current one. A bucket that keeps no versions loses the one before.
   * The digests of bodies that may now be unreferenced are in `dropped`. Within a transaction of the caller's.
   */
  add(
    bucket: string,
    key: string,
    object: NewObject | undefined,
    versioned: boolean,
  ): { readonly version: string; readonly modified: number; readonly dropped: readonly string[] } {
    const version = versioned ? ulid() : NULL_VERSION;
    const dropped = versioned ? [] : this.remove(bucket, key, NULL_VERSION);
    const modified = Date.now();
    this.sql('UPDATE version SET latest = 0 WHERE bucket = ? AND key = ? AND latest = 1').run(bucket, bytesOf(key));
    const { segments = [], etag = '', ...described } = object ?? { headers: {}, metadata: {}, tags: {} };
    const bytes = segments.reduce((sum, one) => sum + one.bytes, 0);
    const { lastInsertRowid: owner } = this.sql(
      'INSERT INTO version (bucket, key, version, latest, marker, bytes, etag, modified, described) VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?)',
    ).run(bucket, bytesOf(key), version, object ? 0 : 1, bytes, etag, modified, JSON.stringify(described));
    segments.forEach((one, n) => {
      this.sql('INSERT INTO segment VALUES (?, ?, ?, ?)').run(owner, n, one.sha256, one.bytes);
    });
    return { version, modified, dropped };
  }

  /** Removes a version for good; the one before becomes the current one. The digests that may now be unreferenced. */
  remove(bucket: string, key: string, version: string): readonly string[] {
    const row = this.sql('DELETE FROM version WHERE bucket = ? AND key = ? AND version = ? RETURNING id').get(
      bucket,
      bytesOf(key),
      version,
    ) as Row | undefined;
    if (!row) return [];
    const dropped = this.sql('DELETE FROM segment WHERE owner = ? RETURNING sha256').all(Number(row['id'])) as Row[];
    this.sql(
      'UPDATE version SET latest = 1 WHERE id = (SELECT id FROM version WHERE bucket = ? AND key = ? ORDER BY id DESC LIMIT 1)',
    ).run(bucket, bytesOf(key));
    return dropped.map(({ sha256 }) => String(sha256));
  }

  /** Changes the tags of a version. */
  retag({ id, headers, metadata, checksum }: Version, tags: Described['tags']): void {
    this.sql('UPDATE version SET described = ? WHERE id = ?').run(
      JSON.stringify({ headers, metadata, tags, checksum }),
      id,
    );
  }

  /** Whether a version or a part consists of that body. */
  isReferenced(sha256: string): boolean {
    const query = 'SELECT 1 FROM segment WHERE sha256 = ? UNION ALL SELECT 1 FROM part WHERE sha256 = ? LIMIT 1';
    return this.sql(query).get(sha256, sha256) !== undefined;
  }

  #one(query: string, ...values: (string | Buffer)[]): Version | undefined {
    const row = this.sql(query).get(...values) as Row | undefined;
    return row && this.#version(row);
  }

  #all(query: string, ...values: (string | number | Buffer)[]): readonly Version[] {
    return (this.sql(query).all(...values) as Row[]).map((row) => this.#version(row));
  }

  #version(row: Row): Version {
    const id = Number(row['id']);
    const segments = this.sql('SELECT sha256, bytes FROM segment WHERE owner = ? ORDER BY n').all(id) as Row[];
    const described = JSON.parse(String(row['described'])) as Described & { readonly checksum?: Summed };
    return {
      ...described,
      id,
      key: text(row['key']),
      version: String(row['version']),
      latest: row['latest'] === 1,
      marker: row['marker'] === 1,
      bytes: Number(row['bytes']),
      etag: String(row['etag']),
      modified: Number(row['modified']),
      segments: segments.map((one) => ({ sha256: String(one['sha256']), bytes: Number(one['bytes']) })),
    };
  }
}
