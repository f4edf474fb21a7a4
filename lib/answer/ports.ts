import type { Json, Place } from '../base/index.ts';
import type { Alteration, EventRow, PatientRow, Problem } from '../cohort/index.ts';

/** A cohort of a site; a site is never named by a request. */
export interface CohortName {
  readonly site: string;
  readonly cohort: string;
}

/** What a cohort answers from now. Digests are absent without a definition in force. */
export interface Pointer {
  readonly revision?: string;
  readonly frame?: string;
  readonly definition?: string;
  readonly listing: string;
  /** Of `sources` sources, those whose newest version isn't in the tables yet. */
  readonly waiting: number;
  readonly sources: number;
  readonly failed?: string;
  readonly at: string;
}

/** What became of a source. */
export interface SourceState {
  readonly key: string;
  readonly verdict: 'accepted' | 'accepted with problems' | 'rejected' | 'unmapped' | 'failed' | 'deleted';
  readonly reason?: string;
  /** What it is by its content, where the definition doesn't map it. */
  readonly holds?: string;
  readonly bytes?: number;
  readonly sha256?: string;
  readonly etag?: string;
  readonly counts: Readonly<Record<'patients' | 'specimens' | 'alterations' | 'problems', number>> & {
    readonly events?: number;
  };
  /** Holds the newest look's problems. */
  readonly attempt?: string;
  /** Answers for the source. */
  readonly inForce?: { readonly attempt: string; readonly counts: SourceState['counts'] };
  readonly at: string;
}

/** Why a result isn't there, as the item keeps it. */
export interface Failure {
  readonly code: string;
  /** Whether it is an answer to what was asked, and no fault of ours. */
  readonly typed: boolean;
  readonly says: string;
  readonly remedy: string;
  readonly place: Place;
}

/** The item of a question. The document itself, once there, is in the derived bucket and holds no clock. */
export interface ResultItem {
  readonly id: string;
  readonly analysis: string;
  readonly request: { readonly [name: string]: Json };
  /** `withdrawn`: it held a patient who was taken out since; its document is gone. */
  readonly state: 'waiting' | 'done' | 'stopped' | 'failed' | 'withdrawn';
  readonly stage: string;
  readonly fraction: number;
  readonly failure?: Failure;
  /** What it was asked of; `maintain` keeps what these name. */
  readonly frame: string;
  readonly revision: string;
  readonly definition: string;
  /** When it was asked, and when it last moved, ISO. */
  readonly made: string;
  readonly at: string;
}

/** Cohorts, their pointers and heads. Reads are consistent. */
export interface Cohorts {
  list(site: string): Promise<readonly string[]>;
  exists(cohort: CohortName): Promise<boolean>;
  pointer(cohort: CohortName): Promise<Pointer | undefined>;
  sources(cohort: CohortName): Promise<readonly SourceState[]>;
  /** Attempts in force, by source, of the listing that a pointer names. */
  listed(cohort: CohortName, listing: string): Promise<readonly { readonly key: string; readonly attempt?: string }[]>;
  /** The opaque id of each key. */
  sourceIds(site: string, keys: readonly string[]): Promise<readonly string[]>;
}

/** Items of questions. */
export interface Results {
  read(cohort: CohortName, id: string): Promise<ResultItem | undefined>;
  /** Newest first. */
  list(cohort: CohortName): Promise<readonly ResultItem[]>;
  /** Writes the item unless somebody's is under way: one that is waiting and moved at `stale` (ISO) or later. False where one is. */
  start(cohort: CohortName, item: ResultItem, stale: string): Promise<boolean>;
  /** Says how far it is; false where it was stopped. */
  progress(cohort: CohortName, id: string, stage: string, fraction: number, at: string): Promise<boolean>;
  done(cohort: CohortName, id: string, at: string): Promise<void>;
  /** Only while it is waiting; false where it isn't. */
  stop(cohort: CohortName, id: string, at: string): Promise<boolean>;
  /** Unless it was stopped or done. */
  fail(cohort: CohortName, id: string, failure: Failure, at: string): Promise<void>;
}

/** The derived bucket under a cohort's prefix; `name` is the key after it. */
export interface Documents {
  get(cohort: CohortName, name: string): Promise<Uint8Array | undefined>;
  put(cohort: CohortName, name: string, body: string | Uint8Array, type: string): Promise<void>;
  /** As `put`; the document is gone after a day. */
  putForADay(cohort: CohortName, name: string, body: string | Uint8Array, type: string): Promise<void>;
  /** All documents whose name begins with `prefix`, a page at a time. */
  list(
    cohort: CohortName,
    prefix: string,
  ): AsyncIterable<readonly { readonly name: string; readonly modified: number }[]>;
  /** Bytes; undefined where there is none. */
  size(cohort: CohortName, name: string): Promise<number | undefined>;
  /** An address to read it at, good for a quarter of an hour; sent as `type`. */
  link(cohort: CohortName, name: string, type: string): Promise<string>;
}

/** Records of attempts. All throw SignetError `attempt-swept` where a sweep overtook the reader. */
export interface Records {
  patient(cohort: CohortName, attempt: string, patient: string): Promise<readonly PatientRow[]>;
  /** Her dated rows, in the file's order. */
  events(cohort: CohortName, attempt: string, patient: string): Promise<readonly EventRow[]>;
  alterationsOf(
    cohort: CohortName,
    attempt: string,
    specimen: string,
  ): Promise<{ readonly alterations: readonly Alteration[] }>;
  problems(cohort: CohortName, attempt: string): Promise<readonly Problem[]>;
}

/** Work besides results, made on asking and kept for a day. */
export type Job =
  | { readonly kind: 'proposal' }
  /** The cohort as a study of cBioPortal. */
  | { readonly kind: 'study' }
  /** `source`: the key after the cohort's prefix. */
  | { readonly kind: 'annotated'; readonly source: string };

/** To who works results out. At least once. */
export interface Questions {
  send(question: CohortName & { readonly id: string; readonly job?: Job }): Promise<void>;
}

/** The bucket of sources; nothing here writes. */
export interface Sources {
  list(
    cohort: CohortName,
  ): AsyncIterable<readonly { readonly key: string; readonly etag: string; readonly bytes: number }[]>;
  /** The bytes of that very version. Throws SignetError `object-moved` when it is no longer the newest. */
  open(source: CohortName & { readonly key: string }, etag: string): Promise<AsyncIterable<Uint8Array>>;
}

/** All that the way of a question needs of the world. */
export interface AnswerPorts {
  readonly cohorts: Cohorts;
  readonly results: Results;
  readonly documents: Documents;
  readonly records: Records;
  readonly questions: Questions;
  readonly sources: Sources;
  now(): number;
  pause(milliseconds: number): Promise<void>;
}
