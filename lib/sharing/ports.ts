import type { SiteRows } from './methods/site-rows.ts';

/** A signed document as it lies in a study's folder: whose folder, under which name, and its JWS. */
export interface ExchangedFile {
  readonly site: string;
  /** `approval.json`, `a1-r2.json`, `close-1-2.json`, … */
  readonly name: string;
  readonly jws: string;
}

/** Where documents of studies cross: `exchange/{study}/{site}/{name}`. A site writes its own folder and reads all of its studies. */
export interface Exchange {
  /** Puts a document once; false where the name is taken, whatever lies there. */
  put(study: string, file: ExchangedFile): Promise<boolean>;
  /** All that can be seen of a study now, in no order. */
  list(study: string): Promise<readonly ExchangedFile[]>;
}

/** What the time is, in milliseconds since 1970. */
export interface Clock {
  now(): number;
}

/** Who of a cohort a study is about, and what its analyses read of them: taken once at approval, and answered from until the study ends. */
export interface AnalysisSet {
  /** The site's own name of the cohort. */
  readonly cohort: string;
  /** Digest of the frame it was taken of, and of who is in it. */
  readonly digest: string;
  /** Opaque keys, a row of `rows` each. */
  readonly patients: readonly string[];
  /** Eligible, and not complete in what models, tests and curves use. */
  readonly left: number;
  readonly rows: SiteRows;
}

/** Patients of whom an outcome's sums were or will be sent to partners. */
export interface SentSetRecord {
  readonly cohort: string;
  /** Digest of the study, or of the release. */
  readonly study: string;
  readonly patients: readonly string[];
  /** Who was sent them: the other sites of the study, the receiver of a release, or `link`. */
  readonly partners: readonly string[];
  /** Of a curve that a study sent: which of its analyses. */
  readonly analysis?: string;
  /** Of a curve of these patients that was released, or that a study sent open: what it shows. */
  readonly curve?: SentCurve;
}

/** A curve's counts as they were shown: between edges, in months. */
export interface SentCurve {
  /** The endpoint. */
  readonly of: string;
  readonly edges: readonly number[];
  readonly deaths: readonly number[];
  readonly censored: readonly number[];
}

/** Linear statistics of an endpoint that were or may be sent. One that is sent again under the same key is the same equation. */
export interface LedgerRecord {
  readonly cohort: string;
  readonly study: string;
  /** Endpoint or outcome. */
  readonly of: string;
  readonly mode: 'open' | 'masked';
  readonly statistics: number;
  /** Of a curve or a histogram: the steps that it is counted in. Counts in other steps would tell, by their differences, when or how old anybody was. */
  readonly steps?: string;
}

/** A cohort's endpoint of which a partner is sent nothing more, until the steward lifts it. */
export interface Lock {
  readonly cohort: string;
  /** Of a recall every one: `*`. */
  readonly endpoint: string;
  readonly partner: string;
  /** Of a recall: the study or release, by its digest, that held a patient who withdrew, and that the partner still holds. */
  readonly recalls?: string;
  /** Of a recall: when the steward recorded that the partner destroyed it. Such a lock stays, since all that is sent after it says so. */
  readonly lifted?: string;
}

/** What a site keeps of studies, for itself alone. */
export interface SiteRecords {
  frozen(study: string): Promise<AnalysisSet | undefined>;
  /** Takes the first set of a study only; returns the one that is kept. */
  freeze(study: string, set: AnalysisSet): Promise<AnalysisSet>;
  /** Drops a study's set: it ended, or a patient of it was erased. */
  thaw(study: string): Promise<void>;
  sent(cohort: string): Promise<readonly SentSetRecord[]>;
  /** Replaces what the study had. */
  recordSent(study: string, sets: readonly SentSetRecord[]): Promise<void>;
  ledger(cohort: string): Promise<readonly LedgerRecord[]>;
  /** Replaces what the study had. */
  reserve(study: string, entries: readonly LedgerRecord[]): Promise<void>;
  /** With recalls that were lifted. */
  locks(cohort: string): Promise<readonly Lock[]>;
  /** Enters a lock; the same lock again changes nothing. */
  lock(lock: Lock): Promise<void>;
  /** Takes a patient out of every set of the cohort that was sent, and drops frozen sets that hold her; answers the studies and releases that held her. */
  forget(cohort: string, patient: string): Promise<readonly string[]>;
  /** Documents of the study that this site has read and accepted, or wrote: what is altered later is held against them. */
  kept(study: string): Promise<readonly ExchangedFile[]>;
  /** Keeps the first document of a folder and name; returns the one that is kept. */
  keep(study: string, file: ExchangedFile): Promise<ExchangedFile>;
  /** When this site first saw a round open; `now` where it never had. */
  opened(study: string, attempt: number, round: number, now: number): Promise<number>;
}
