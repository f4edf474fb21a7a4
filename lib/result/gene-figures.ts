import * as z from 'zod';

/** What stands in a cell of an oncoprint in place of a set of classes where the patient's sequencing doesn't tell of the gene. */
export const NOT_COVERED = -1;

/** Kinds of alteration that an oncoprint sets apart, in the order of their bits in a cell. */
export const ALTERATION_CLASSES = [
  'truncating',
  'missense',
  'splice site',
  'in frame',
  'other mutation',
  'amplification',
  'deletion',
  'fusion',
] as const;
export type AlterationClass = (typeof ALTERATION_CLASSES)[number];

/** Genes against patients: which alterations each patient has, a row a gene, a column a patient, in the order in which they are drawn. */
export const OncoprintFigure = z.strictObject({
  kind: z.literal('oncoprint'),
  id: z.string(),
  title: z.string(),
  alt: z.string(),
  patients: z.int(),
  /** Groups above the genes: by patient the place in `levels`, -1 where it isn't known. */
  tracks: z.array(z.strictObject({ label: z.string(), levels: z.array(z.string()), codes: z.array(z.int()) })),
  genes: z.array(
    z.strictObject({
      label: z.string(),
      /** Patients altered, and those whom the sequencing covers. */
      altered: z.int(),
      covered: z.int(),
      /** By patient a set of alteration classes, bit `k` for class `k`; 0 is none, -1 not covered. */
      cells: z.array(z.int()),
    }),
  ),
  stamp: z.string().optional(),
});
export type OncoprintFigure = z.infer<typeof OncoprintFigure>;

/** How often things go together, each with each, as a triangle. */
export const PairsFigure = z.strictObject({
  kind: z.literal('pairs'),
  id: z.string(),
  title: z.string(),
  alt: z.string(),
  labels: z.array(z.string()),
  pairs: z.array(
    z.strictObject({
      /** Places in `labels`; the second comes after the first. */
      first: z.int(),
      second: z.int(),
      /** log2 of the odds ratio; 0 where it is infinite or zero: `edge` says which. */
      log2: z.number(),
      edge: z.enum(['none', 'low', 'high']),
      p: z.number(),
      adjusted: z.number(),
    }),
  ),
  /** Of the adjusted p. */
  threshold: z.number(),
  stamp: z.string().optional(),
});
export type PairsFigure = z.infer<typeof PairsFigure>;
