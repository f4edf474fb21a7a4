import * as z from 'zod';
import { Digest, Instant, SiteName, Text, WaiverList, WithheldList } from './document-parts.ts';
import { Receipt, Release } from './release/documents.ts';

/*
 * The documents that cross between sites, each small enough for a steward to read. A document's digest is the SHA-256 of its canonical
 * JSON, which is the payload of its signature.
 */

const Fingerprint = z.string().regex(/^([0-9a-f]{4} ){9}[0-9a-f]{4}$/, 'a fingerprint is ten groups of four digits');
const Name = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'a name is letters, digits and _');

/** A public key on P-256. */
export const PublicKey = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  y: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});
export type PublicKey = z.infer<typeof PublicKey>;

/** What a site asks of a study before it answers; a protocol states them, and a stricter site refuses. */
export const Thresholds = z.strictObject({
  /** Least count in a cell that is sent open, unless it is 0. */
  k: z.int().min(2).max(1000),
  /** Least patients behind sums over covariates. */
  patients: z.int().min(1),
  /** Least events behind them. */
  events: z.int().min(1),
  /** Least events a covariate. */
  perEvent: z.number().positive(),
  /** Least patients a covariate. */
  perPatient: z.number().positive(),
  /** Most that the score statistic may be at a coefficient that was sent to be answered at. */
  score: z.number().positive(),
  /** Most of a term of a logistic information that may be one patient's. */
  share: z.number().min(0).max(1),
  /** Most linear statistics of an endpoint, as a share of the patients. */
  ledger: z.number().min(0).max(1),
});
export type Thresholds = z.infer<typeof Thresholds>;

/** Versions of methods that a site speaks: `{ cox: '1' }`. */
const Methods = z.record(z.string(), z.string());

/** Who a site is: its keys, where it is, what it asks of studies. */
export const Card = z.strictObject({
  type: z.literal('card/1'),
  site: SiteName,
  name: Text,
  address: z.url().nullable(),
  sign: PublicKey,
  agree: PublicKey,
  fingerprint: Fingerprint,
  sequence: z.int().min(1),
  thresholds: Thresholds,
  methods: Methods,
});
export type Card = z.infer<typeof Card>;

const CodebookVariable = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('boolean') }),
  z.strictObject({
    type: z.enum(['number', 'integer']),
    unit: z.string().optional(),
    range: z.tuple([z.number(), z.number()]),
    /** What is taken from every value before it is summed. */
    centre: z.number(),
  }),
  z.strictObject({ type: z.literal('category'), levels: z.array(Text).min(2).max(50) }),
]);
export type CodebookVariable = z.infer<typeof CodebookVariable>;

/** What the variables of a study mean, at every site alike. */
export const Codebook = z.strictObject({
  type: z.literal('codebook/1'),
  variables: z.record(Name, CodebookVariable),
  endpoints: z.record(Name, z.strictObject({ origin: Text, unit: z.enum(['days', 'months']), event: Text })),
});
export type Codebook = z.infer<typeof Codebook>;

const AnalysisId = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/);
const Mode = z.enum(['open', 'masked']);

const Model = {
  id: AnalysisId,
  mode: Mode,
  covariates: z.array(Name).min(1).max(50),
  rounds: z.int().min(1).max(10),
};

/** Equal steps of an endpoint's time. */
const Grid = z.strictObject({
  unit: z.enum(['days', 'months']),
  width: z.number().positive(),
  last: z.number().positive(),
});
export type Grid = z.infer<typeof Grid>;

/** An analysis of a protocol. */
export const StudyAnalysis = z.discriminatedUnion('method', [
  z.strictObject({
    ...Model,
    method: z.literal('cox/1'),
    endpoint: Name,
    ties: z.enum(['efron', 'breslow']),
    /** A variable within whose levels risk sets are kept at each site too. */
    strata: Name.optional(),
    /** The concordance of the final model too. */
    concordance: z.boolean().optional(),
  }),
  z.strictObject({ ...Model, method: z.literal('fine-gray/1'), endpoint: Name }),
  z.strictObject({ ...Model, method: z.literal('logistic/1'), outcome: Name }),
  z.strictObject({ id: AnalysisId, method: z.literal('log-rank/1'), mode: Mode, endpoint: Name, group: Name }),
  z.strictObject({ id: AnalysisId, method: z.literal('mantel-haenszel/1'), mode: Mode, outcome: Name, exposure: Name }),
  z.strictObject({
    id: AnalysisId,
    method: z.literal('kaplan-meier/1'),
    mode: Mode,
    endpoint: Name,
    group: Name.optional(),
    grid: Grid,
    at: z.array(z.number().positive()).max(20),
  }),
  z.strictObject({
    id: AnalysisId,
    method: z.literal('table-one/1'),
    mode: Mode,
    by: Name.optional(),
    variables: z.array(Name).min(1).max(50),
    /** Of each number that is to have quartiles. */
    histogram: z.record(Name, z.strictObject({ from: z.number(), width: z.number().positive(), to: z.number() })),
  }),
  z.strictObject({
    id: AnalysisId,
    method: z.literal('gene-scores/1'),
    mode: Mode,
    endpoint: Name,
    genes: z.array(z.string().min(1).max(50)).min(1).max(200),
  }),
]);
export type StudyAnalysis = z.infer<typeof StudyAnalysis>;

/** A control that is lifted, and why. */
const Waiver = z.strictObject({ rule: Text, says: Text });

/** What is studied together, by whom and under which rules. */
export const Protocol = z.strictObject({
  type: z.literal('protocol/1'),
  title: Text,
  proposer: SiteName,
  sites: z
    .array(z.strictObject({ site: SiteName, fingerprint: Fingerprint }))
    .min(2)
    .max(100),
  codebook: Digest,
  cohort: z.strictObject({ criteria: z.array(z.strictObject({ cel: Text, says: Text })).max(50) }),
  analyses: z.array(StudyAnalysis).min(1).max(50),
  thresholds: Thresholds,
  rounds: z.int().min(1).max(10),
  /** Until a round is closed without who is late, and from then until the next attempt begins. */
  hours: z.strictObject({ round: z.number().positive(), wait: z.number().min(0) }),
  expires: Instant,
  /** Codes of the Data Use Ontology. */
  use: z.array(z.string().regex(/^DUO:\d{7}$/)).max(20),
  duplicates: Text,
  /** Controls that are lifted for this study, each with its reason: printed in the result. */
  waivers: WaiverList.optional(),
});
export type Protocol = z.infer<typeof Protocol>;

/** A group's leavers at one site, on a grid merged until each bin holds enough: edges are numbers of steps of the protocol's grid. */
const Leavers = z.strictObject({ edges: z.array(z.int().min(1)), leavers: z.array(z.int().min(0)) });
export type Leavers = z.infer<typeof Leavers>;

export const Approval = z.strictObject({
  type: z.literal('approval/1'),
  study: Digest,
  site: SiteName,
  /** The frame that is answered from until the study ends, whatever is current then. */
  frame: Digest,
  /** In the analysis set. */
  n: z.int().min(0).max(10_000_000),
  /** Eligible and not complete; null where that is fewer than k and not none. */
  left: z.int().min(0).nullable(),
  leavers: z.record(z.string(), z.record(z.string(), Leavers)),
  methods: Methods,
  duplicates: Text,
  until: Instant,
  /** What is printed across every picture of the cohort, and so of the study: SYNTHETIC. */
  stamp: Text.optional(),
  /** What this site went by besides the protocol's: that a partner destroyed what it held of a patient who withdrew. Printed in the result. */
  waivers: z.array(Waiver).max(100).optional(),
  audit: Digest,
});
export type Approval = z.infer<typeof Approval>;

const REFUSAL_CODES = [
  'declined',
  'thresholds',
  'codebook',
  'methods',
  'patients',
  'events',
  'levels',
  'atoms',
  'ledger',
  'score',
  'share',
  'grid',
  'erasure',
  'key',
  'error',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** No more than a code: why may tell of patients. */
export const Refusal = z.strictObject({
  type: z.literal('refusal/1'),
  study: Digest,
  site: SiteName,
  round: z.int().min(0),
  attempt: z.int().min(1),
  code: z.enum(REFUSAL_CODES),
});
export type Refusal = z.infer<typeof Refusal>;

const Numbers: z.ZodType<SummaryJson> = z.lazy(() =>
  z.union([z.number(), z.null(), z.array(Numbers).max(100_000), z.record(z.string().max(200), Numbers)]),
);
/** A summary as JSON: numbers under names. */
export type SummaryJson = number | null | SummaryJson[] | { [name: string]: SummaryJson };

export const AnswerDocument = z.strictObject({
  type: z.literal('answer/1'),
  study: Digest,
  site: SiteName,
  round: z.int().min(1),
  attempt: z.int().min(1),
  sites: z.array(SiteName).min(1).max(100),
  /** The round's previous documents, in the order of their sites. */
  parents: z.array(Digest).max(200),
  open: z.record(AnalysisId, Numbers),
  masked: z.strictObject({ numbers: z.int().min(1), data: z.base64() }).optional(),
  /** What a rule held back, in words without a count. */
  withheld: WithheldList,
});
export type AnswerDocument = z.infer<typeof AnswerDocument>;

export const Close = z.strictObject({
  type: z.literal('close/1'),
  study: Digest,
  site: SiteName,
  round: z.int().min(1),
  attempt: z.int().min(1),
  seen: z.record(SiteName, Digest),
  without: z.record(SiteName, z.enum(['late', 'refused', 'left'])),
  next: z.strictObject({ attempt: z.int().min(2), sites: z.array(SiteName).min(1), notBefore: Instant }),
});
export type Close = z.infer<typeof Close>;

export const Attestation = z.strictObject({
  type: z.literal('attestation/1'),
  study: Digest,
  site: SiteName,
  /** In the order of rounds, and in each of sites. */
  answers: z.array(Digest).max(2000),
  result: Digest,
  numbers: z.record(z.string(), z.union([z.number(), z.null(), z.array(z.number().nullable())])),
  audit: Digest,
});
export type Attestation = z.infer<typeof Attestation>;

/** Any document that crosses, told by its type. */
export const SharedDocument = z.discriminatedUnion('type', [
  Card,
  Codebook,
  Protocol,
  Approval,
  Refusal,
  AnswerDocument,
  Close,
  Attestation,
  Release,
  Receipt,
]);
export type SharedDocument = z.infer<typeof SharedDocument>;

/** What lies in a study's folders. */
export type StudyDocument = Exclude<SharedDocument, Card | Release | Receipt>;
