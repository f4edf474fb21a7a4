import type { CohortName, Head, IngestPorts, SourceName } from '../ingest/ports.ts';

/** Either bucket of a deployment. */
export type Bucket = 'sources' | 'derived';

/** A version of an object, current or not, or the mark of a deletion; `name` is the key after the cohort's prefix. */
export interface Version {
  readonly name: string;
  readonly version: string;
  readonly latest: boolean;
  readonly marker: boolean;
}

/** All versions of a cohort's objects, under the only role that may delete them. */
export interface Versions {
  list(bucket: Bucket, cohort: CohortName): AsyncIterable<readonly Version[]>;
  /** The bytes of a version; undefined where it is gone. */
  read(bucket: Bucket, cohort: CohortName, version: Version): Promise<Uint8Array | undefined>;
  remove(bucket: Bucket, cohort: CohortName, versions: readonly Version[]): Promise<void>;
}

/** Changes sources, each on condition that it is still the version that was looked at. Throws SignetError `object-moved`. */
export interface SourceWriter {
  replace(source: SourceName, etag: string, body: Uint8Array): Promise<void>;
  remove(source: SourceName): Promise<void>;
}

/** Results as far as an erasure goes. */
export interface WithdrawnResults {
  list(cohort: CohortName): Promise<readonly { readonly id: string; readonly frame: string; readonly state: string }[]>;
  /** Marks a result as withdrawn; its request goes, since it may name a value. */
  withdraw(cohort: CohortName, id: string, at: string): Promise<void>;
}

/** All that an erasure needs of the world. */
export interface ErasurePorts
  extends Pick<
    IngestPorts,
    'objects' | 'heads' | 'pointers' | 'attempts' | 'documents' | 'messages' | 'pseudonyms' | 'now'
  > {
  readonly versions: Versions;
  readonly writer: SourceWriter;
  readonly results: WithdrawnResults;
  /** Removes the head of a source whose very name told of her, unless it has moved on. */
  forget(source: SourceName, head: Head): Promise<void>;
  pause(milliseconds: number): Promise<void>;
}
