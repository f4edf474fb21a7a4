import * as z from 'zod';

export const digest = z.string().meta({ description: 'SHA-256, 64 hexadecimal digits' });

export const when = z.iso.datetime();

export const count = z.int().min(0);

/** Earlier studies and releases beside what is tried now. */
export const overlaps = z
  .array(
    z.strictObject({
      study: digest,
      partners: z.array(z.string()),
      both: z.int(),
      onlyThen: z.int(),
      onlyNow: z.int(),
    }),
  )
  .meta({ description: 'Earlier studies and releases, and how many patients each has in common with this one' });
