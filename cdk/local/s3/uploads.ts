import { ulid } from '../../../lib/base/index.ts';
import type { Segment } from './bodies.ts';
import { bytesOf, type Catalogue, type Described, type Summed } from './catalogue.ts';
import type { Algorithm } from './checksums.ts';

/** A multipart upload under way. */
export interface Upload {
  readonly id: string;
  readonly key: string;
  /** Milliseconds. */
  readonly begun: number;
  readonly described: Described & {
    /** The checksum that each part bears, if one was asked for. */
    readonly algorithm?: Algorithm | undefined;
    readonly type?: Summed['type'] | undefined;
  };
}

/** A part that has arrived. */
export interface Part extends Segment {
  readonly number: number;
  readonly etag: string;
  /** Base64, by the upload's algorithm. */
  readonly checksum: string | undefined;
  readonly modified: number;
}

type Row = Readonly<Record<string, string | number | bigint | Uint8Array | null>>;

function uploadOf(row: Row): Upload {
  return {
    id: String(row['id']),
    key: Buffer.from(row['key'] as Uint8Array).toString(),
    begun: Number(row['begun']),
    described: JSON.parse(String(row['described'])) as Upload['described'],
  };
}

function partOf(row: Row): Part {
  return {
    number: Number(row['n']),
    sha256: String(row['sha256']),
    bytes: Number(row['bytes']),
    etag: String(row['etag']),
    checksum: row['checksum'] === null ? undefined : String(row['checksum']),
    modified: Number(row['modified']),
  };
}

/** Multipart uploads in the index. */
export class MultipartUploads {
  readonly #catalogue: Catalogue;

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  begin(bucket: string, key: string, described: Upload['described']): string {
    const id = ulid();
    this.#catalogue
      .sql('INSERT INTO upload VALUES (?, ?, ?, ?, ?)')
      .run(id, bucket, bytesOf(key), Date.now(), JSON.stringify(described));
    return id;
  }

  find(bucket: string, key: string, id: string): Upload | undefined {
    const row = this.#catalogue
      .sql('SELECT * FROM upload WHERE id = ? AND bucket = ? AND key = ?')
      .get(id, bucket, bytesOf(key)) as Row | undefined;
    return row && uploadOf(row);
  }

  /** In the order of keys and of age, from a key on, of that very key from an id on. */
  list(bucket: string, from: Buffer, id: string, limit: number): readonly Upload[] {
    const rows = this.#catalogue
      .sql('SELECT * FROM upload WHERE bucket = ? AND (key, id) >= (?, ?) ORDER BY key, id LIMIT ?')
      .all(bucket, from, id, limit) as Row[];
    return rows.map(uploadOf);
  }

  /** Those begun before a time, in milliseconds. */
  begunBefore(bucket: string, time: number): readonly Upload[] {
    const rows = this.#catalogue.sql('SELECT * FROM upload WHERE bucket = ? AND begun < ?').all(bucket, time) as Row[];
    return rows.map(uploadOf);
  }

  /** Writes a part, over an earlier one of its number. The digests that may now be unreferenced. */
  put(upload: string, part: Omit<Part, 'modified'>): readonly string[] {
    const before = this.#catalogue
      .sql('DELETE FROM part WHERE upload = ? AND n = ? RETURNING sha256')
      .all(upload, part.number) as Row[];
    this.#catalogue
      .sql('INSERT INTO part VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(upload, part.number, part.sha256, part.bytes, part.etag, part.checksum ?? null, Date.now());
    return before.map(({ sha256 }) => String(sha256));
  }

  /** Parts after a number, in order. */
  parts(upload: string, after = 0, limit = -1): readonly Part[] {
    const rows = this.#catalogue
      .sql('SELECT * FROM part WHERE upload = ? AND n > ? ORDER BY n LIMIT ?')
      .all(upload, after, limit) as Row[];
    return rows.map(partOf);
  }

  /** Forgets an upload. The digests that may now be unreferenced. */
  forget(upload: string): readonly string[] {
    this.#catalogue.sql('DELETE FROM upload WHERE id = ?').run(upload);
    const rows = this.#catalogue.sql('DELETE FROM part WHERE upload = ? RETURNING sha256').all(upload) as Row[];
    return rows.map(({ sha256 }) => String(sha256));
  }
}
