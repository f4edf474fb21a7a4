/** A table as proposals look at it: its first rows. */
export interface SeenTable {
  /** The source's key. */
  readonly file: string;
  readonly sheet?: string;
  /** Line of the header, or lines, where it isn't the first that isn't empty. */
  readonly header?: number | readonly number[];
  readonly columns: readonly string[];
  /** Cells, as many as columns. */
  readonly rows: readonly (readonly string[])[];
  /** Columns that tell who somebody is, or are called so (`certain` is false): their values are looked at no further. */
  readonly identifying: readonly { readonly column: string; readonly holds: string; readonly certain?: boolean }[];
}

/** A file of alterations. */
export interface SeenAlterations {
  readonly file: string;
  /** `levels`, `log2`: matrices of copy number; `variants`: structural variants and fusions. */
  readonly kind: 'maf' | 'vcf' | 'levels' | 'log2' | 'variants';
  /** Of a MAF: what it calls its specimens, some of them. */
  readonly specimens: readonly string[];
  readonly specimenColumn?: string;
  readonly builds: readonly string[];
  readonly filters: readonly string[];
  /** Columns that tell who somebody is. */
  readonly identifying?: readonly { readonly column: string; readonly holds: string }[];
}

/** A meta file of a study. */
export interface SeenMeta {
  readonly file: string;
  /** The file beside it that it speaks of; absent: all of the study. */
  readonly of?: string;
  readonly type?: string;
  readonly datatype?: string;
  readonly build?: string;
}

/** All that is in a cohort's bucket, as far as it is known to be anything. */
export interface Seen {
  readonly cohort: string;
  readonly tables: readonly SeenTable[];
  readonly alterations: readonly SeenAlterations[];
  /** Rows of REDCap dictionaries, by the dictionary's own headings. */
  readonly dictionary: readonly Readonly<Record<string, string>>[];
  /** Ids of panels that are in the bucket. */
  readonly panels: readonly string[];
  /** Meta files of studies. */
  readonly metas?: readonly SeenMeta[];
  /** Whether a gene panel matrix says what specimens were sequenced with. */
  readonly panelMatrix?: boolean;
  /** Objects that need no definition, with what they are. */
  readonly alone: readonly { readonly file: string; readonly says: string }[];
  /** Objects that can't be read, with what they are. */
  readonly unread: readonly { readonly file: string; readonly says: string }[];
}

/** Why something stands in the draft. */
export interface Evidence {
  /** JSON pointer into the draft. */
  readonly place: string;
  readonly file?: string;
  readonly column?: string;
  readonly says: string;
}

/** What the files can't tell. The draft has the cautious choice. */
export interface Question {
  readonly place: string;
  readonly asks: string;
  readonly choices: readonly unknown[];
  readonly chosen?: unknown;
}

/** A draft of a definition. */
export interface Proposal {
  readonly definition: Readonly<Record<string, unknown>>;
  readonly evidence: readonly Evidence[];
  readonly questions: readonly Question[];
}
