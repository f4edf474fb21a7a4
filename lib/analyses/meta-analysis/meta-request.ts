import * as z from 'zod';
import { HETEROGENEITY, type Heterogeneity } from '../../stats/index.ts';
import { Covariates, Expression, PART } from '../parts/request-parts.ts';

const Name = z.string().trim().min(1).max(200);
const Moderators = z.record(z.string().min(1).max(100), z.number()).optional();
const Count = z.int().min(0).max(1_000_000_000);

const Study = z
  .union([
    z.strictObject({
      name: Name,
      estimate: z.number().meta({ description: 'The natural logarithm of a ratio, or a difference' }),
      standardError: z.number().positive(),
      moderators: Moderators,
    }),
    z.strictObject({
      name: Name,
      ratio: z.number().positive(),
      low: z.number().positive(),
      high: z.number().positive(),
      level: z.number().min(0.5).max(0.9999).default(0.95).meta({ description: 'Of its interval' }),
      moderators: Moderators,
    }),
    z.strictObject({
      name: Name,
      table: z
        .tuple([Count, Count, Count, Count])
        .refine(([a, b, c, d]) => a + b > 0 && c + d > 0, 'both groups need patients')
        .meta({ description: 'With the event and without it, exposed; with and without it, not exposed' }),
      moderators: Moderators,
    }),
  ])
  .meta({ id: 'Study', description: 'What a study found' });
export type Study = z.infer<typeof Study>;

/** What the cohort's own patients say, whole or in each of several groups. */
const Own = z
  .strictObject({
    endpoint: PART.endpoint.optional(),
    outcome: Expression.optional().meta({ description: 'A binary outcome' }),
    of: Expression.meta({ description: 'Whose effect it is: a number, or what is one way or the other' }),
    per: z.number().positive().optional().meta({ description: 'Of a number: the effect is for so many units' }),
    adjust: Covariates.optional().meta({ description: 'Covariates that the effect is adjusted for' }),
    by: Expression.optional().meta({ description: 'Groups, such as centres: each is a study of its own' }),
    name: Name.optional().meta({ description: 'What the cohort is called where there are no groups' }),
    where: PART.where,
    entry: PART.entry,
  })
  .refine(({ endpoint, entry }) => endpoint !== undefined || entry === undefined, {
    path: ['entry'],
    message: 'delayed entry belongs to an endpoint',
  })
  .refine(({ outcome, endpoint }) => (outcome === undefined) !== (endpoint === undefined), {
    path: ['outcome'],
    message: 'say either an outcome or an endpoint, and not both',
  });
export type Own = z.infer<typeof Own>;

/** A question of what several studies say together. */
export const MetaRequest = z
  .strictObject({
    analysis: z.literal('meta'),
    studies: z.array(Study).max(1000).default([]),
    own: Own.optional(),
    sensitivity: PART.sensitivity,
    effect: z.enum(['hazard-ratio', 'odds-ratio', 'risk-ratio', 'difference']).optional().meta({
      description: "What the studies' effects are; by default that of the cohort's own model, else odds ratios",
    }),
    method: z
      .enum(HETEROGENEITY as unknown as [Heterogeneity, ...Heterogeneity[]])
      .default('reml')
      .meta({
        description:
          'Of the variance between studies; a fixed effect and DerSimonian and Laird are always told beside it',
      }),
    interval: z.enum(['hartung-knapp', 'normal']).default('hartung-knapp'),
    moderators: z
      .array(z.string().min(1).max(100))
      .min(1)
      .max(10)
      .optional()
      .meta({ description: 'Names of what each study tells of itself, for a meta-regression' }),
    level: PART.level,
    naive: PART.naive,
  })
  .refine(({ studies, own }) => studies.length > 0 || own !== undefined, {
    path: ['studies'],
    message: 'give studies, or an effect to be taken from the cohort itself',
  })
  .meta({ id: 'MetaRequest' });
export type MetaRequest = z.infer<typeof MetaRequest>;
