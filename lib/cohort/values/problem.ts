import * as z from 'zod';

/**
 * Something wrong with a source, or between sources, said so that the person who keeps the file can mend it.
 * `file`: the source as a whole can't be trusted; `error`: a row is set apart; `cell`: a cell counts as missing; `warning`: kept and flagged.
 */
export const Problem = z.strictObject({
  /** Stable id of the rule, kebab-case: `ragged-row`, `not-a-number`, `unknown-patient`. */
  rule: z.string(),
  level: z.enum(['file', 'error', 'cell', 'warning']),
  /** The source's key after the cohort's prefix. */
  file: z.string(),
  sheet: z.string().optional(),
  line: z.int().optional(),
  column: z.string().optional(),
  value: z.string().optional(),
  says: z.string(),
  remedy: z.string(),
  /** Rows concerned, where one problem stands for several. */
  rows: z.int().optional(),
});
export type Problem = z.infer<typeof Problem>;
