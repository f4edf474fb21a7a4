import * as z from 'zod';
import { digest, when } from './parts.ts';

const PlanChanges = z.array(
  z.strictObject({
    part: z.string().meta({ description: 'item T6, set factors, sensitivity S1, primary, order of items' }),
    change: z.enum(['added', 'changed', 'taken out']),
  }),
);

export const DefinitionVersions = z
  .strictObject({
    versions: z.array(
      z.strictObject({
        definition: digest,
        at: when,
        inForce: z.boolean(),
        title: z.string().optional(),
        plan: digest.optional().meta({ description: 'Of its plan of analyses; absent without one' }),
        planChanges: PlanChanges.optional().meta({
          description: 'What its plan has otherwise than that of the version put before it; absent of the first',
        }),
      }),
    ),
  })
  .meta({ id: 'DefinitionVersions' });

export const DefinitionVersion = z
  .strictObject({
    definition: digest,
    inForce: z.boolean(),
    document: z.json(),
    against: digest.optional(),
    changes: z
      .array(
        z.strictObject({
          pointer: z.string(),
          before: z.json().optional().meta({ description: 'Absent: it was added' }),
          after: z.json().optional().meta({ description: 'Absent: it was taken out' }),
        }),
      )
      .optional(),
    planChanges: PlanChanges.optional().meta({ description: 'The changes of the plan, by what they are called' }),
    readAnew: z.int().optional().meta({ description: 'Sources of the cohort that one reads otherwise than the other' }),
  })
  .meta({ id: 'DefinitionVersion' });

export const Proposal = z
  .strictObject({
    definition: z.json().meta({ description: 'A complete draft, which PUT takes' }),
    evidence: z.array(
      z.strictObject({
        place: z.string(),
        file: z.string().optional(),
        column: z.string().optional(),
        says: z.string(),
      }),
    ),
    questions: z.array(
      z.strictObject({
        place: z.string().meta({ description: 'JSON pointer into the draft; `/-` at its end: one entry more' }),
        asks: z.string(),
        choices: z.array(z.json()).meta({ description: 'Each, put at the place, gives a definition that PUT takes' }),
        chosen: z.json().optional().meta({ description: 'What the draft has meanwhile' }),
      }),
    ),
  })
  .meta({ id: 'Proposal' });

export const JobState = z
  .strictObject({ id: z.string(), state: z.literal('waiting'), made: when })
  .meta({ id: 'JobState' });
