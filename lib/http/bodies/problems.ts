import * as z from 'zod';

export const Problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ description: 'Stable, kebab-case: go by this' }),
    detail: z.string().optional(),
    remedy: z.string().optional(),
    place: z.looseObject({}).optional(),
    problems: z.array(z.json()).optional(),
  })
  .meta({ id: 'Problem' });
