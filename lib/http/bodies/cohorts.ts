import * as z from 'zod';
import { digest, when } from './parts.ts';

export const CohortList = z.strictObject({ cohorts: z.array(z.strictObject({ cohort: z.string() })) });

const Counts = z.record(z.string(), z.int());

export const CohortSummary = z
  .strictObject({
    cohort: z.string(),
    title: z.string().optional(),
    about: z.string().optional(),
    sources: z.strictObject({ total: z.int(), waiting: z.int(), verdicts: Counts }),
    failed: z.string().optional().meta({ description: 'Why the newest state could not be published' }),
    at: when.optional(),
    definition: digest.optional(),
    revision: digest.optional(),
    frame: digest.optional(),
    patients: z.int().optional(),
    variables: z.array(z.looseObject({ name: z.string(), type: z.string() })),
    endpoints: z.array(z.looseObject({ name: z.string() })),
    groups: z.array(z.looseObject({ name: z.string() })),
  })
  .meta({ id: 'Cohort' });

export type CohortSummary = z.infer<typeof CohortSummary>;

export const SourceList = z
  .strictObject({
    waiting: z.int(),
    sources: z.array(
      z.strictObject({
        source: z.string().meta({ description: 'Opaque id, for addresses' }),
        name: z.string(),
        verdict: z.enum(['accepted', 'accepted with problems', 'rejected', 'unmapped', 'failed']),
        reason: z.string().optional(),
        holds: z.string().optional().meta({
          description: 'Of an unmapped source, what it is by its content: a PDF, an empty file, an index of tabix …',
        }),
        bytes: z.int().optional(),
        sha256: z.string().optional(),
        answers: z.enum(['this version', 'an older version', 'nothing']),
        counts: Counts,
        at: when,
      }),
    ),
  })
  .meta({ id: 'Sources' });

export type SourceList = z.infer<typeof SourceList>;

export const ProblemList = z
  .strictObject({
    total: z.int(),
    from: z.int(),
    next: z.int().optional().meta({ description: 'Where the next page begins; absent on the last' }),
    problems: z.array(
      z.strictObject({
        rule: z.string(),
        level: z.enum(['file', 'error', 'cell', 'warning']),
        file: z.string(),
        sheet: z.string().optional(),
        line: z.int().optional(),
        column: z.string().optional(),
        value: z.string().optional(),
        says: z.string(),
        remedy: z.string(),
        rows: z.int().optional(),
      }),
    ),
  })
  .meta({ id: 'Problems' });

const RuleText = {
  id: z.string(),
  level: z.enum(['file', 'error', 'cell', 'warning']),
  says: z.string(),
  remedy: z.string(),
};

export const RuleList = z
  .strictObject({
    rules: z.array(z.strictObject(RuleText)).meta({ description: 'They always run' }),
    templates: z
      .array(
        z.strictObject({
          ...RuleText,
          roles: z.array(z.string()),
          column: z.string().optional().meta({ description: 'The role whose cell is set aside or named' }),
          ofTable: z.boolean().optional().meta({ description: 'It judges the rows of a table of events' }),
          cel: z.string().meta({ description: 'CEL with roles in angle brackets; true is wrong' }),
        }),
      )
      .meta({ description: "They run where a definition's checks have them" }),
  })
  .meta({ id: 'Rules' });
