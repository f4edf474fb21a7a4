import * as z from 'zod';

/** Who came, who left at each step and why, who remained: boxes one below the other, as STROBE draws them. */
export const FlowFigure = z.strictObject({
  kind: z.literal('flow'),
  id: z.string(),
  title: z.string(),
  alt: z.string(),
  /** Who came. */
  start: z.strictObject({ label: z.string(), n: z.int() }),
  steps: z.array(
    z.strictObject({
      label: z.string(),
      /** Who left here, by reason; empty where nobody did. */
      left: z.array(z.strictObject({ label: z.string(), n: z.int() })),
      remaining: z.int(),
    }),
  ),
  /** Who is analysed. */
  end: z.strictObject({ label: z.string(), n: z.int() }),
  /** What the analysed divide into. */
  groups: z.array(z.strictObject({ label: z.string(), n: z.int() })),
  stamp: z.string().optional(),
});
export type FlowFigure = z.infer<typeof FlowFigure>;
