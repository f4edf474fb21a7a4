import * as z from 'zod';
import { RESULT_REPRESENTATIONS } from '../negotiation.ts';
import { digest, when } from './parts.ts';

export const AnalysisList = z.strictObject({
  analyses: z.array(
    z.strictObject({
      name: z.string(),
      says: z.string(),
      citations: z.array(z.string()),
      schema: z.record(z.string(), z.json()),
    }),
  ),
});

export const LinkRequest = z
  .strictObject({
    representation: z
      .enum(RESULT_REPRESENTATIONS.map(({ suffix }) => suffix) as ['json', 'csv', 'svg', 'html', 'docx'])
      .default('html'),
  })
  .meta({ id: 'LinkRequest' });

export const LinkReply = z.strictObject({ url: z.url(), expires: when }).meta({ id: 'Link' });

export const ResultState = z
  .strictObject({
    id: z.string(),
    analysis: z.string(),
    request: z.record(z.string(), z.json()),
    state: z.enum(['waiting', 'done', 'stopped', 'failed', 'withdrawn']),
    stage: z.string(),
    fraction: z.number(),
    code: z.string().optional(),
    frame: digest,
    made: when,
  })
  .meta({ id: 'ResultState' });

export const ResultList = z.strictObject({ results: z.array(ResultState) }).meta({ id: 'Results' });

export const ExcludedPatients = z
  .strictObject({
    total: z.int(),
    from: z.int(),
    next: z.int().optional().meta({ description: 'Where the next page begins; absent on the last' }),
    excluded: z.array(
      z.strictObject({
        patient: z.string().meta({ description: 'Opaque key' }),
        identifier: z.string().optional().meta({ description: 'Absent where no row of hers is in force any more' }),
        step: z.string(),
        says: z.string(),
        why: z.enum(['set apart', 'not met', 'not recorded']),
        rule: z.string().optional().meta({ description: 'Of whom validation set apart' }),
      }),
    ),
  })
  .meta({ id: 'ExcludedPatients' });
