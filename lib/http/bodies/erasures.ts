import * as z from 'zod';
import { count } from './parts.ts';

export const ErasureRequest = z
  .strictObject({
    patient: z.string().trim().min(1).max(200).meta({ description: "The patient's identifier, as the files call her" }),
  })
  .meta({ id: 'ErasureRequest' });

export const ErasureReply = z
  .strictObject({
    state: z.enum(['done', 'waiting']),
    rewritten: count.meta({ description: 'Sources that were written anew without her' }),
    deleted: count.meta({ description: 'Sources that were all hers' }),
    versions: count.meta({ description: 'Old versions of sources that went for good' }),
    attempts: count,
    results: count.meta({ description: 'Results that held her; they answer 410 now' }),
    documents: count.meta({ description: 'Versions of derived documents that went for good' }),
    studies: z
      .array(z.string())
      .meta({ description: 'Studies over sites that held her: the open are left, the finished marked withdrawn' }),
    recalls: z
      .array(
        z.strictObject({
          what: z.enum(['study', 'release']),
          digest: z.string(),
          partner: z.string(),
          share: z.string().optional().meta({ description: 'Of a release: take it back by DELETE /shares/{share}' }),
          lock: z.string().meta({ description: 'DELETE /locks/{lock} records that the partner destroyed it' }),
        }),
      )
      .meta({
        description: 'What partners hold of her: until they destroyed it nothing more of the cohort goes to them',
      }),
  })
  .meta({ id: 'ErasureReply' });
