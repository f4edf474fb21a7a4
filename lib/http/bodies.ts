import * as z from 'zod';
import { RESULT_REPRESENTATIONS } from './negotiation.ts';

/**
 * Bodies of the API. The schemas of requests validate them; all of them make the OpenAPI document.
 * What an analysis takes is its own schema, handed to {@link ./openapi.ts} by whoever knows the registry.
 */
const digest = z.string().meta({ description: 'SHA-256, 64 hexadecimal digits' });
const when = z.iso.datetime();

/** SHA-256 as S3 writes it. */
const checksum = z
  .string()
  .regex(/^[A-Za-z0-9+/]{43}=$/)
  .meta({ description: 'SHA-256 in base64' });

/** The largest file that one PUT carries, and the parts of a larger one. */
export const SINGLE_PUT_BYTES = 8 * 1024 * 1024;
export const LEAST_PART_BYTES = 5 * 1024 * 1024;
export const MOST_PARTS = 1000;
export const MOST_UPLOAD_BYTES = 50 * 1024 ** 3;

export const UploadRequest = z
  .strictObject({
    name: z.string().min(1).max(1024).meta({ description: "The key after the cohort's prefix" }),
    bytes: z.int().min(1).max(MOST_UPLOAD_BYTES),
    type: z
      .string()
      .max(200)
      .regex(/^[\w.+-]+\/[\w.+-]+( *; *[\w.-]+=[\w.-]+)*$/)
      .default('application/octet-stream'),
    sha256: checksum,
    partBytes: z
      .int()
      .min(LEAST_PART_BYTES)
      .max(SINGLE_PUT_BYTES * 64)
      .default(SINGLE_PUT_BYTES),
    parts: z
      .array(checksum)
      .max(MOST_PARTS)
      .optional()
      .meta({
        description: `For a file above ${SINGLE_PUT_BYTES} bytes: the SHA-256 of each part of partBytes, in order; the last one may be shorter`,
      }),
  })
  .meta({ id: 'UploadRequest' });
export type UploadRequest = z.infer<typeof UploadRequest>;

const PresignedPut = z.strictObject({
  method: z.literal('PUT'),
  url: z.url(),
  headers: z.record(z.string(), z.string()).meta({ description: 'To be sent exactly so; they are signed' }),
});

export const UploadReply = z
  .union([
    z.strictObject({ kind: z.literal('single'), name: z.string(), put: PresignedPut, expires: when }),
    z.strictObject({
      kind: z.literal('multipart'),
      name: z.string(),
      upload: z.string(),
      partBytes: z.int(),
      parts: z.array(PresignedPut.extend({ part: z.int() })),
      expires: when,
    }),
  ])
  .meta({ id: 'Upload' });
export type UploadReply = z.infer<typeof UploadReply>;

export const LinkRequest = z
  .strictObject({
    representation: z
      .enum(RESULT_REPRESENTATIONS.map(({ suffix }) => suffix) as ['json', 'csv', 'svg', 'html', 'docx'])
      .default('html'),
  })
  .meta({ id: 'LinkRequest' });

export const LinkReply = z.strictObject({ url: z.url(), expires: when }).meta({ id: 'Link' });

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

export const PatientRecords = z
  .strictObject({
    patient: z.string(),
    rows: z.array(
      z.strictObject({
        file: z.string(),
        table: z.string().optional().meta({ description: 'Of a table of events: its name' }),
        line: z.int(),
        identifier: z.string(),
        values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
        setAside: z.array(z.string()),
      }),
    ),
  })
  .meta({ id: 'Patient' });

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

export const GeneRecords = z
  .strictObject({
    gene: z.string(),
    patients: z.int().meta({ description: 'Patients with a qualifying alteration in it' }),
    specimens: z.int(),
    from: z.int(),
    next: z.int().optional(),
    alterations: z.array(z.looseObject({ patient: z.string(), specimen: z.string() })),
  })
  .meta({ id: 'Gene' });

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

export const PeerRequest = z
  .strictObject({
    fingerprint: z.string().min(1).max(200).meta({ description: 'As the other site read it out: forty digits' }),
    card: z
      .string()
      .max(1_000_000)
      .optional()
      .meta({ description: 'The card (JWS), where this deployment offers none' }),
  })
  .meta({ id: 'PeerRequest' });

export const PeerView = z
  .looseObject({
    site: z.string(),
    name: z.string(),
    address: z.string().nullable(),
    fingerprint: z.string(),
    sequence: z.int(),
    digest,
    confirmed: z.boolean(),
    at: when.optional().meta({ description: 'When it was confirmed' }),
  })
  .meta({ id: 'Peer' });

export const PeerList = z.strictObject({ site: z.string(), peers: z.array(PeerView) }).meta({ id: 'Peers' });

export const ErasureRequest = z
  .strictObject({
    patient: z.string().trim().min(1).max(200).meta({ description: "The patient's identifier, as the files call her" }),
  })
  .meta({ id: 'ErasureRequest' });

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
    waivers: z.array(z.strictObject({ rule: z.string(), says: z.string() })),
  })
  .meta({ id: 'StudyDryRun' });

export const ExchangeStudies = z.strictObject({ studies: z.array(digest) }).meta({ id: 'ExchangeStudies' });

export const ExchangeFolder = z
  .strictObject({ documents: z.array(z.strictObject({ name: z.string(), version: z.string() })) })
  .meta({ id: 'ExchangeFolder' });

export const ShareRequest = z
  .strictObject({
    to: z.string().min(1).max(63).optional().meta({ description: 'A site of this deployment whose card is confirmed' }),
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
    overlaps: z
      .array(
        z.strictObject({
          study: digest,
          partners: z.array(z.string()),
          both: z.int(),
          onlyThen: z.int(),
          onlyNow: z.int(),
        }),
      )
      .meta({ description: 'Earlier studies and releases, and how many patients each has in common with this one' }),
  })
  .meta({ id: 'TriedShare' });

export const MadeShare = TriedShare.extend({
  share: z.string(),
  link: z.string().optional().meta({ description: 'Shown once: its key is kept as a hash alone' }),
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
    received: z.array(z.strictObject({ share: z.string(), owner: z.string(), given: when })),
  })
  .meta({ id: 'Shares' });

export const RevokedShare = z
  .strictObject({
    share: z.string(),
    revoked: when,
    views: z.int(),
    seen: when.optional(),
    says: z.string().meta({ description: 'What was seen stays seen' }),
  })
  .meta({ id: 'RevokedShare' });

export const LockList = z
  .strictObject({
    locks: z.array(z.looseObject({ id: z.string(), cohort: z.string(), endpoint: z.string(), partner: z.string() })),
  })
  .meta({ id: 'Locks' });

const count = z.int().min(0);

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
      z.strictObject({ place: z.string(), asks: z.string(), choices: z.array(z.json()), chosen: z.json().optional() }),
    ),
  })
  .meta({ id: 'Proposal' });

export const JobState = z
  .strictObject({ id: z.string(), state: z.literal('waiting'), made: when })
  .meta({ id: 'JobState' });

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
