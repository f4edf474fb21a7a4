import type {
  Alteration,
  EventRow,
  PatientRow,
  Problem,
  SourceFacts,
  SourceRecords,
  SpecimenRow,
  UnreadableGene,
} from '../cohort/index.ts';
import type { ContentKind } from '../formats/index.ts';

/** A cohort of a site. Both names are `[a-z0-9][a-z0-9-]{0,40}`. */
export interface CohortName {
  readonly site: string;
  readonly cohort: string;
}

/** An object in the bucket of sources: its cohort, and its key after the cohort's prefix. */
export interface SourceName extends CohortName {
  readonly key: string;
}

/** What a HEAD tells of an object: the version, as far as it matters. */
export interface ObjectState {
  readonly etag: string;
  readonly bytes: number;
}

/** What a look at a source came to. `deleted`: the object isn't there. */
export type Verdict = 'accepted' | 'accepted with problems' | 'rejected' | 'unmapped' | 'failed' | 'deleted';

/** What an attempt holds. */
export interface Counts {
  readonly patients: number;
  readonly specimens: number;
  readonly alterations: number;
  /** Dated rows; absent where there are none. */
  readonly events?: number;
  readonly problems: number;
}

/** What an object holds, by its content. `unknown`: nobody could tell. */
export type Content = ContentKind | 'annotated-vcf' | 'unknown';

/** What the newest look at a source found. */
export interface Looked {
  /** Holds this look's problems, and its records where it was accepted; none where nothing was read. */
  readonly attempt?: string;
  readonly etag?: string;
  readonly bytes?: number;
  /** SHA-256 of the content; none where it wasn't read to its end. */
  readonly sha256?: string;
  /** What the content is. */
  readonly content?: Content;
  /** What the content is called, of an unmapped source: a PDF, an empty file, an index of tabix. */
  readonly holds?: string;
  /** Digest of the manner of reading that the definition in force asked for, or `unmapped`. */
  readonly reading: string;
  readonly verdict: Verdict;
  /** Stable code of why it was rejected or failed. */
  readonly reason?: string;
  readonly counts: Counts;
}

/** The version of a source that answers. */
export interface InForce {
  readonly attempt: string;
  readonly sha256: string;
  /** What the content is: a newer version that is refused may be something else. */
  readonly content?: Content;
  readonly reading: string;
  readonly counts: Counts;
  /** Of the cohort definition only: the digest of the parsed document. */
  readonly definition?: string;
}

/** The derived item of a source: `n` guards it. */
export interface Head {
  readonly key: string;
  readonly n: number;
  readonly looked: Looked;
  readonly inForce?: InForce;
  /** Others are read by what it holds, or were by what it held: its flip may ask another reading of them. */
  readonly aid?: true;
  /** When it was flipped, ISO. */
  readonly at: string;
}

/** A head as a listing remembers it. */
export interface Listed {
  readonly key: string;
  readonly n: number;
  /** The attempt in force. */
  readonly attempt?: string;
}

/** The heads that a pointer was made from; immutable, under a ULID of its own. */
export interface Listing {
  readonly sources: readonly Listed[];
}

/** What a cohort answers from: which content of which sources, read in which manner. A document by its digest; it holds no clock. */
export interface Revision {
  /** Digest of the parsed definition. */
  readonly definition: string;
  readonly sources: readonly RevisionSource[];
}

/** A source in a revision. */
export interface RevisionSource {
  readonly key: string;
  /** SHA-256 of the content in force, and the digest of the manner it was read in. */
  readonly content?: string;
  readonly reading?: string;
  /** A newer version that was refused, and why. */
  readonly refused?: { readonly content?: string; readonly reason: string };
}

/** The derived item of a cohort: `n` guards it. */
export interface Current {
  readonly n: number;
  /** Digests of the revision and of its frame; none without a definition in force. */
  readonly revision?: string;
  readonly frame?: string;
  /** Digest of the definition in force. */
  readonly definition?: string;
  readonly listing: string;
  /** Sources where the bucket's list and the heads differed when this was made. */
  readonly waiting: number;
  /** Sources that are there. */
  readonly sources: number;
  /** Listings that were current within the last hour, newest first. */
  readonly superseded: readonly { readonly listing: string; readonly at: string }[];
  /** Why publishing failed, until it succeeds. */
  readonly failed?: string;
  readonly at: string;
}

/** Written first without `items`, completed last. The sweeper finds attempts by it. */
export interface Manifest {
  readonly attempt: string;
  readonly key: string;
  /** Records are spread over this many partitions. */
  readonly shards: number;
  readonly started: string;
  /** Items by shard, once all are written. */
  readonly items?: readonly number[];
  readonly counts?: Counts;
  /** Set before the sweeper takes the first record. */
  readonly swept?: boolean;
}

/** The bucket of sources. Strongly consistent; nothing here writes. */
export interface Objects {
  head(source: SourceName): Promise<ObjectState | undefined>;
  /** The bytes of that very version. Throws SignetError `object-moved` when it is no longer the newest. */
  open(source: SourceName, etag: string): Promise<AsyncIterable<Uint8Array>>;
  /** All of a cohort's objects whose keys are acceptable. */
  list(cohort: CohortName): AsyncIterable<readonly (ObjectState & { readonly key: string })[]>;
  /** Cohorts that have an object. */
  cohorts(site: string): Promise<readonly string[]>;
}

/** Heads of sources. Reads are consistent. */
export interface Heads {
  read(source: SourceName): Promise<Head | undefined>;
  all(cohort: CohortName): Promise<readonly Head[]>;
  /** Writes `head` on condition that the item's counter is still `n` (undefined: that there is no item); false where it isn't. */
  flip(source: SourceName, n: number | undefined, head: Head): Promise<boolean>;
  /** That the cohort exists; before its first head. */
  addCohort(cohort: CohortName): Promise<void>;
  cohorts(site: string): Promise<readonly string[]>;
}

/** The pointer of a cohort. Reads are consistent. */
export interface Pointers {
  read(cohort: CohortName): Promise<Current | undefined>;
  /** As {@link Heads.flip}. */
  flip(cohort: CohortName, n: number | undefined, current: Current): Promise<boolean>;
}

/** Writes one attempt. A batch handed over is on its way when the promise resolves; memory stays bounded. */
export interface AttemptWriter {
  /** All rows of a patient come in one call. */
  patients(rows: readonly PatientRow[]): Promise<void>;
  /** All rows of a specimen come in one call. */
  specimens(rows: readonly SpecimenRow[]): Promise<void>;
  /** Any order. */
  events(rows: readonly EventRow[]): Promise<void>;
  /** Any order; may be called many times. */
  alterations(rows: readonly Alteration[], unreadable: readonly UnreadableGene[]): Promise<void>;
  /** What the source says beside its rows; each call is kept as one piece. */
  facts(facts: SourceFacts): Promise<void>;
  problems(problems: readonly Problem[]): Promise<void>;
  /** Every record is stored; then the manifest is completed. */
  complete(): Promise<Counts>;
}

/** Attempts: records under a name of their own. */
export interface Attempts {
  /** Writes the manifest first. `bytes` decides how widely the records are spread. */
  begin(source: SourceName, attempt: string, bytes: number): Promise<AttemptWriter>;
  /** Everything an attempt holds, in the file's order. Throws SignetError `attempt-swept` where records are fewer than the manifest says. */
  records(cohort: CohortName, attempt: string): Promise<SourceRecords>;
  problems(cohort: CohortName, attempt: string): Promise<readonly Problem[]>;
  manifests(cohort: CohortName): Promise<readonly Manifest[]>;
  /** Records first, manifest last. */
  remove(cohort: CohortName, attempt: string): Promise<void>;
}

/** A document in the derived bucket, as a list tells of it. */
export interface DocumentState {
  readonly name: string;
  readonly modified: number;
}

/** The derived bucket under a cohort's prefix; `name` is the key after it. */
export interface Documents {
  get(cohort: CohortName, name: string): Promise<Uint8Array | undefined>;
  put(cohort: CohortName, name: string, body: string | Uint8Array, type: string): Promise<void>;
  list(cohort: CohortName, prefix: string): AsyncIterable<readonly DocumentState[]>;
  /** Marks a document for the lifecycle rule that removes what nothing names; `keep` takes the mark off. Absent documents are no error. */
  markUnreferenced(cohort: CohortName, name: string): Promise<void>;
  keep(cohort: CohortName, name: string): Promise<void>;
}

/** What answers hold on to. */
export interface References {
  /** Digests of definitions, revisions and frames that results of the cohort name. */
  named(cohort: CohortName): Promise<ReadonlySet<string>>;
}

/** What the publisher is told: a source's counter after its flip. `source` is null where reconcile asks. */
export interface Publication extends CohortName {
  readonly source: string | null;
  readonly counter: number;
  /** Whether a pointer that already covers the counter makes this needless. */
  readonly fold: boolean;
}

/** The next level. At least once, in any order. */
export interface Messages {
  hint(source: SourceName, delaySeconds?: number): Promise<void>;
  publish(publication: Publication): Promise<void>;
}

/** That a source settled, said without a value: cohort, opaque source id, verdict, counts. */
export interface Settled extends CohortName {
  readonly source: string;
  readonly verdict: Verdict;
  readonly counts: Counts;
}

/** Who wants to know. */
export interface Announcements {
  settled(event: Settled): Promise<void>;
}

/** Opaque keys: HMAC under the site's secret. */
export type PseudonymOf = (kind: 'patient' | 'specimen' | 'source' | 'person', identifier: string) => string;

/** The sites' secrets. */
export interface Pseudonyms {
  of(site: string): Promise<PseudonymOf>;
}

/** All that the way of a file needs of the world. */
export interface IngestPorts {
  readonly objects: Objects;
  readonly heads: Heads;
  readonly pointers: Pointers;
  readonly attempts: Attempts;
  readonly documents: Documents;
  readonly references: References;
  readonly messages: Messages;
  readonly announcements: Announcements;
  readonly pseudonyms: Pseudonyms;
  now(): number;
}
