import * as z from 'zod';
import { ModelDocument } from '../../result/index.ts';
import { Digest, Instant, SiteName, Text, WaiverList, WithheldList } from '../document-parts.ts';

const Count = z.int().min(0);
const Numbers = z.array(z.number()).max(10_000);

/** A curve's counts between the edges of a grid, in months: nothing is told of when within a bin anything was. */
const Curve = z
  .strictObject({
    label: Text,
    n: Count,
    /** Ends of bins. */
    edges: Numbers,
    deaths: z.array(Count).max(10_000),
    censored: z.array(Count).max(10_000),
    /** After the last edge. */
    atRisk: Count,
  })
  .refine(({ edges, deaths, censored }) => deaths.length === edges.length && censored.length === edges.length);
export type ReleasedCurve = z.infer<typeof Curve>;

/** A number in a group, or the counts of its levels with the missing last; null where a rule holds it back. */
const Described = z.union([
  z.strictObject({ n: Count, missing: Count, mean: z.number(), sd: z.number().nullable() }),
  z.strictObject({ levels: z.array(Count.nullable()).max(101) }),
  z.null(),
]);

/**
 * What one site gives another, or whoever has a link, of a finished result: a document of its own, made under the rules of disclosure control, in which
 * the result is only named.
 */
export const Release = z.strictObject({
  type: z.literal('release/1'),
  owner: SiteName,
  /** `link` for whoever has it. */
  receiver: z.union([SiteName, z.literal('link')]),
  /** Id of the result. */
  result: Digest,
  title: Text,
  /** What was asked. */
  request: z.record(z.string().max(100), z.json()),
  n: Count,
  /** Printed across every page of it: SYNTHETIC. */
  stamp: Text.optional(),
  /** What happened from which time on, and what the groups are of. */
  endpoint: z.strictObject({ name: Text, origin: z.string().max(10_000), unit: z.literal('months') }).optional(),
  group: Text.optional(),
  /** By the group's place. */
  km: z.record(z.string().regex(/^\d+$/), Curve).optional(),
  /** The log-rank test by group: events less those expected, and their variance. */
  test: z.strictObject({ difference: Numbers, variance: z.array(Numbers).max(50) }).optional(),
  /** Coefficients, and their covariance as its lower triangle, row by row. */
  model: z
    .strictObject({
      kind: z.enum(['cox', 'logistic']),
      ties: z.enum(['efron', 'breslow']).optional(),
      strata: Text.optional(),
      events: Count,
      terms: z.array(Text).max(500),
      beta: Numbers,
      covariance: z.array(z.number()).max(200_000),
    })
    .optional(),
  /** Of a group each, null where the groups are held back. */
  table: z
    .strictObject({
      groups: z.array(z.strictObject({ label: Text, n: Count.nullable() })).max(50),
      variables: z
        .array(
          z.strictObject({
            title: Text,
            unit: Text.optional(),
            levels: z.array(Text).max(100).optional(),
            groups: z.array(Described).max(50),
          }),
        )
        .max(200),
    })
    .optional(),
  /** Log-rank scores, a gene each, of those whom the panel covers. */
  scores: z
    .array(z.strictObject({ gene: z.string().max(100), covered: Count, carriers: Count, u: z.number(), v: z.number() }))
    .max(1000)
    .optional(),
  /** A prediction model, to be validated on other patients. */
  prediction: ModelDocument.optional(),
  withheld: WithheldList,
  waivers: WaiverList,
  /** After which it isn't shown any more. */
  until: Instant,
});
export type Release = z.infer<typeof Release>;

/** Put into the owner's folder before a release is shown. */
export const Receipt = z.strictObject({
  type: z.literal('receipt/1'),
  /** Who shows it. */
  site: SiteName,
  owner: SiteName,
  release: Digest,
  /** What it is called at its owner's. */
  share: z.string().regex(/^[0-9a-z]{26}$/),
  at: Instant,
});
export type Receipt = z.infer<typeof Receipt>;
