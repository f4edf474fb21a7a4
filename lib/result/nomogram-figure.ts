import * as z from 'zod';

/** Points of each value of each covariate, and the risk of each total: scales one below the other. */
export const NomogramFigure = z.strictObject({
  kind: z.literal('nomogram'),
  id: z.string(),
  title: z.string(),
  alt: z.string(),
  /** The scale of points runs from 0 to this. */
  most: z.number(),
  axes: z.array(
    z.strictObject({
      label: z.string(),
      marks: z.array(z.strictObject({ text: z.string(), points: z.number() })),
    }),
  ),
  /** The scale of totals runs from 0 to this. */
  mostTotal: z.number(),
  riskLabel: z.string(),
  /** Round risks, and the totals that they belong to. */
  risks: z.array(z.strictObject({ risk: z.number(), total: z.number() })),
  stamp: z.string().optional(),
});
export type NomogramFigure = z.infer<typeof NomogramFigure>;
