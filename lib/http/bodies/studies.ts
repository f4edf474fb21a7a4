import * as z from 'zod';
import { digest, overlaps, when } from './parts.ts';

export const StudyCohortRequest = z
  .strictObject({
    cohort: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,40}$/, 'a cohort is named by small letters, digits and hyphens')
      .meta({ description: "The site's own cohort that it answers from" }),
  })
  .meta({ id: 'StudyCohortRequest' });

export const StudyName = z
  .looseObject({ study: digest.meta({ description: 'Digest of the protocol: what the study is called' }) })
  .meta({ id: 'StudyName' });

const studyStatus = {
  status: z.enum([
    'announced',
    'proposed',
    'round',
    'result',
    'attested',
    'contested',
    'stopped',
    'expired',
    'withdrawn',
  ]),
  says: z.string().optional(),
  next: z
    .enum(['decide', 'wait', 'answer', 'close', 'attest', 'nothing'])
    .optional()
    .meta({ description: "What this site is to do: to decide is its steward's, all else it does by itself" }),
};

export const StudyList = z
  .strictObject({
    studies: z.array(
      z.strictObject({ study: digest, proposer: z.string(), title: z.string().optional(), ...studyStatus }),
    ),
  })
  .meta({ id: 'Studies' });

/** A document between sites, without its signature; its `type` says which. */
export const StudyDocument = z.looseObject({ type: z.string() }).meta({ id: 'StudyDocument' });

const places = z.array(z.string());

export const StudyState = z
  .strictObject({
    study: digest,
    title: z.string(),
    proposer: z.string(),
    ...studyStatus,
    words: z.array(z.string()).meta({ description: 'The protocol in plain words, a sentence each' }),
    protocol: StudyDocument,
    codebook: StudyDocument,
    sites: z.array(
      z.strictObject({
        site: z.string(),
        fingerprint: z.string(),
        approved: z
          .strictObject({ approval: digest, set: digest, n: z.int(), left: z.int().nullable(), until: when })
          .optional(),
        refused: z.strictObject({ code: z.string(), round: z.int(), attempt: z.int() }).optional(),
        answered: places.meta({ description: 'Rounds, as attempt.round' }),
        gone: z.string().optional().meta({ description: 'Why the study goes on without her' }),
        attested: z.boolean(),
      }),
    ),
    round: z
      .strictObject({
        attempt: z.int(),
        round: z.int(),
        answered: places,
        waitingFor: places,
        notBefore: when.optional(),
        until: when.optional().meta({ description: 'When this site closes the round without who is late' }),
        late: places,
      })
      .optional(),
    dropped: z.record(z.string(), z.string()).meta({ description: 'Analyses that cannot be finished, and why' }),
    evidence: z
      .array(z.strictObject({ site: z.string(), name: z.string(), why: z.string() }))
      .meta({ description: 'Documents that were refused' }),
  })
  .meta({ id: 'Study' });

const signed = z.looseObject({ document: StudyDocument, digest });

export const StudyAnswers = z
  .strictObject({
    total: z.int(),
    from: z.int(),
    next: z.int().optional().meta({ description: 'Where the next page begins; absent on the last' }),
    answers: z.array(signed.extend({ used: z.boolean() })),
  })
  .meta({ id: 'StudyAnswers' });

export const StudyAttestations = z.strictObject({ attestations: z.array(signed) }).meta({ id: 'StudyAttestations' });

export const StudyDryRun = z
  .looseObject({
    study: digest,
    title: z.string(),
    cohort: z.string(),
    words: places.meta({ description: 'The trial in plain words, a sentence each' }),
    n: z.int(),
    left: z.int().meta({ description: 'Eligible, and not complete in what is used' }),
    faults: z
      .array(z.strictObject({ pointer: z.string(), says: z.string(), remedy: z.string() }))
      .meta({ description: 'Where cohort and codebook differ; no approval until there is none' }),
    verdicts: z.array(
      z.strictObject({
        rule: z.string(),
        analysis: z.string().optional(),
        holds: z.boolean(),
        waived: z.boolean(),
        says: z.string(),
      }),
    ),
    fields: z
      .array(
        z.strictObject({
          analysis: z.string(),
          round: z.int(),
          mode: z.enum(['open', 'masked']),
          numbers: z.int(),
          says: z.string(),
        }),
      )
      .meta({ description: 'What leaves, and how many numbers' }),
    withheld: z.array(z.strictObject({ what: z.string(), rule: z.string() })),
    tells: z
      .array(z.strictObject({ analysis: z.string(), what: z.string() }))
      .meta({ description: 'What of few patients can be worked out from sums that the rules let out' }),
    overlaps,
    waivers: z.array(z.strictObject({ rule: z.string(), says: z.string() })),
  })
  .meta({ id: 'StudyDryRun' });

export const LockList = z
  .strictObject({
    locks: z.array(z.looseObject({ id: z.string(), cohort: z.string(), endpoint: z.string(), partner: z.string() })),
  })
  .meta({ id: 'Locks' });
