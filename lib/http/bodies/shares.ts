import * as z from 'zod';
import { digest, overlaps, when } from './parts.ts';

export const ShareRequest = z
  .strictObject({
    to: z
      .string()
      .min(1)
      .max(63)
      .optional()
      .meta({ description: 'A site whose card is confirmed, of this deployment or of another' }),
    link: z.literal(true).optional().meta({ description: 'Or an address that opens to whoever has it' }),
    until: when.optional().meta({ description: 'Until when it is shown; 90 days where it is not said, 366 at most' }),
    test: z
      .boolean()
      .default(false)
      .meta({ description: 'Of curves: the log-rank test too, which counts in the ledger' }),
    waivers: z
      .array(z.strictObject({ rule: z.string().min(1).max(100), says: z.string().min(1).max(1000) }))
      .max(20)
      .default([])
      .meta({ description: 'Rules that are lifted, each with its reason: signed, and printed' }),
    try: z.boolean().default(false).meta({ description: "What would leave, and each rule's verdict; nothing leaves" }),
  })
  .refine(({ to, link }) => (to === undefined) !== (link === undefined), {
    path: ['to'],
    message: 'say either to whom, or link: true',
  })
  .meta({ id: 'ShareRequest' });

export type ShareRequest = z.infer<typeof ShareRequest>;

const verdict = z.looseObject({ rule: z.string(), holds: z.boolean(), waived: z.boolean(), says: z.string() });

export const TriedShare = z
  .strictObject({
    digest,
    release: z.looseObject({ type: z.string() }).meta({ description: 'The very document that leaves' }),
    numbers: z.int().meta({ description: 'How many it holds' }),
    verdicts: z.array(verdict),
    overlaps,
  })
  .meta({ id: 'TriedShare' });

export const MadeShare = TriedShare.extend({
  share: z.string(),
  link: z
    .string()
    .optional()
    .meta({ description: "Its path below the API's own address. Shown once: its key is kept as a hash alone" }),
}).meta({ id: 'Share' });

export const ShareList = z
  .strictObject({
    given: z.array(
      z.strictObject({
        share: z.string(),
        receiver: z.string(),
        cohort: z.string(),
        result: digest,
        release: digest,
        title: z.string(),
        until: when,
        made: when,
        views: z.int(),
        seen: when.optional(),
        revoked: when.optional(),
      }),
    ),
    received: z.array(
      z.strictObject({
        share: z.string(),
        owner: z.string(),
        given: when,
        title: z.string().optional().meta({ description: 'Of an owner of another deployment, as it says' }),
        until: when.optional(),
      }),
    ),
    unreachable: z
      .array(z.strictObject({ site: z.string(), why: z.enum(['silent', 'refused']) }))
      .meta({ description: 'Sites of other deployments that did not answer, or do not know this one' }),
  })
  .meta({ id: 'Shares' });

export const OfferedReleases = z
  .strictObject({
    releases: z.array(z.strictObject({ share: z.string(), title: z.string(), given: when, until: when })),
  })
  .meta({ id: 'OfferedReleases' });

export const RevokedShare = z
  .strictObject({
    share: z.string(),
    revoked: when,
    views: z.int(),
    seen: when.optional(),
    says: z.string().meta({ description: 'What was seen stays seen' }),
  })
  .meta({ id: 'RevokedShare' });
