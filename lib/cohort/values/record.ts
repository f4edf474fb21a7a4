/**
 * What a source becomes in the table: rows by opaque key, with values already typed by the definition's dictionary.
 * Dates are day numbers (base/calendar), durations and numbers are on the column's own scale, categories are their label, null is missing.
 */
export type Value = number | string | boolean | null;

/** A column whose cell was there but was set aside by a check: missing, and not the same as empty. */
export type Values = Readonly<Record<string, Value>>;

/** A patient as one row of one source tells of her. */
export interface PatientRow {
  /** HMAC of the identifier under the site's secret: the patient's key everywhere outside the site's own files. */
  readonly patient: string;
  readonly identifier: string;
  /** Of a table of patients: the key of a specimen that is called as she is. */
  readonly asSpecimen?: string;
  readonly line: number;
  /** Of an archive, the file in it. */
  readonly member?: string;
  /** Of a workbook, the sheet that the row stands in. */
  readonly sheet?: string;
  readonly values: Values;
  /** Columns whose cell was set aside. */
  readonly setAside: readonly string[];
  /** The row was set apart: it tells only that there is such a patient. */
  readonly apart?: true;
}

/** A specimen as one row of one source tells of it; the patient's own columns of that row are a {@link PatientRow} beside it. */
export interface SpecimenRow {
  readonly specimen: string;
  readonly identifier: string;
  readonly patient: string;
  readonly patientIdentifier: string;
  readonly panel: string | null;
  readonly line: number;
  readonly member?: string;
  readonly sheet?: string;
  readonly values: Values;
  readonly setAside: readonly string[];
  readonly apart?: true;
}

/** A dated row about a patient: a treatment, an assessment, an operation. */
export interface EventRow {
  readonly patient: string;
  readonly identifier: string;
  /** The definition's name of the table. */
  readonly table: string;
  readonly line: number;
  readonly member?: string;
  readonly sheet?: string;
  readonly values: Values;
  readonly setAside: readonly string[];
  readonly apart?: true;
}

const ALTERATION_KINDS = ['mutation', 'copy number', 'fusion', 'segment'] as const;
export type AlterationKind = (typeof ALTERATION_KINDS)[number];

/**
 * A somatic alteration of a specimen. Positions are 1-based on the source's build. A segment of copy number is one of no gene: `position` to
 * `end`, its log2 ratio the `value`.
 */
export interface Alteration {
  readonly specimen: string;
  readonly specimenIdentifier: string;
  readonly gene: string;
  readonly geneId: string | null;
  readonly kind: AlterationKind;
  /** The MAF's Variant_Classification (Missense_Mutation, Splice_Site …), whatever the format it came from; null where unknown. */
  readonly class: string | null;
  /** Short protein change, `p.V600E`. */
  readonly protein: string | null;
  readonly chromosome: string | null;
  readonly position: number | null;
  readonly ref: string | null;
  readonly alt: string | null;
  /** Share of reads that carry it, 0 to 1. */
  readonly alleleFraction: number | null;
  readonly depth: number | null;
  readonly filter: string | null;
  readonly line: number;
  /** Of an archive, the file in it. */
  readonly member?: string;
  /** The last base, of what spans several. */
  readonly end?: number | null;
  /** Of copy number the level or log2 ratio. */
  readonly value?: number | null;
}

/** A gene of a panel as it is written, with its NCBI id and chromosome where the panel says them: an old symbol may have been of several genes. */
export interface PanelGene {
  readonly symbol: string;
  readonly id?: string;
  readonly chromosome?: string;
  readonly line?: number;
}

/** What a panel's object says of it; several objects of one id are one panel. */
export interface PanelRecord {
  readonly id: string;
  readonly genes: readonly PanelGene[];
  /** Megabases covered, where the object tells. */
  readonly coveredMb?: number;
  readonly build?: string;
}

/** A build that a file names: `build` as GRCh37 or GRCh38 where the name means one of them, else as it is written. */
export interface NamedBuild {
  readonly build: string;
  readonly value: string;
  readonly line?: number;
  readonly column?: string;
  /** Rows that name it. */
  readonly rows?: number;
  /** Of a meta file, the file beside it that it speaks of. */
  readonly of?: string;
}

/** What a source says beside its rows. */
export interface SourceFacts {
  /** Of an archive, the file in it. */
  readonly member?: string;
  readonly panels?: readonly PanelRecord[];
  /** Keys of the specimens that the file itself names as profiled, whatever was found in them. */
  readonly covered?: readonly string[];
  /** What the file was looked for; absent: mutations. */
  readonly kinds?: readonly AlterationKind[];
  /** What specimens were sequenced with. */
  readonly sequenced?: readonly {
    readonly specimen: string;
    readonly panel: string;
    /** Absent: for all kinds. */
    readonly kind?: AlterationKind;
  }[];
  /** Whether genes are told by position alone: what the cohort's BEDs don't name was not looked at. */
  readonly byPosition?: true;
  /** Of a BED, genes that it tells by position. */
  readonly positions?: readonly Pick<PanelGene, 'symbol' | 'chromosome'>[];
  /** Each build that the file names, at its first place. */
  readonly builds?: readonly NamedBuild[];
}

/** A gene whose row was set apart in a specimen: it is missing there, neither altered nor wild type. */
export interface UnreadableGene {
  readonly specimen: string;
  readonly gene: string;
  readonly member?: string;
}

/** All that one accepted attempt holds, in the file's order. */
export interface SourceRecords {
  readonly patients: readonly PatientRow[];
  readonly specimens: readonly SpecimenRow[];
  /** Absent: none. */
  readonly events?: readonly EventRow[];
  readonly alterations: readonly Alteration[];
  readonly unreadable: readonly UnreadableGene[];
  /** Absent: none. */
  readonly facts?: readonly SourceFacts[];
}
