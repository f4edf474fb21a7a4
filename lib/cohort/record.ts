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
  readonly line: number;
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
  readonly values: Values;
  readonly setAside: readonly string[];
  readonly apart?: true;
}

const ALTERATION_KINDS = ['mutation', 'copy number', 'fusion'] as const;
export type AlterationKind = (typeof ALTERATION_KINDS)[number];

/** A somatic alteration of a specimen. Positions are 1-based on the source's build. */
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
}

/** A gene whose row was set apart in a specimen: it is missing there, neither altered nor wild type. */
export interface UnreadableGene {
  readonly specimen: string;
  readonly gene: string;
}

/** All that one accepted attempt holds, in the file's order. */
export interface SourceRecords {
  readonly patients: readonly PatientRow[];
  readonly specimens: readonly SpecimenRow[];
  readonly alterations: readonly Alteration[];
  readonly unreadable: readonly UnreadableGene[];
}
