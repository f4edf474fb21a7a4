import * as z from 'zod';

/** A name of the definition, or an expression. */
export const Expression = z.string().min(1).max(10_000);

/** Parts that requests share, in the same words. */
export const PART = {
  endpoint: z.string().min(1).max(200).meta({ description: 'An endpoint of the definition' }),
  where: Expression.optional().meta({ description: 'An expression: patients for whom it is true' }),
  sensitivity: z.string().min(1).max(200).optional().meta({
    description:
      "A sensitivity of the definition's plan: its criteria, derivations and endpoints take the place of the plan's own",
  }),
  impute: z.int().min(2).max(1000).optional().meta({
    description:
      "So many times what the model's covariates lack is imputed, and the estimates pooled stand beside those of the complete cases; where it isn't said, as often as the sensitivity says, and else never",
  }),
  entry: Expression.optional().meta({
    description:
      'Delayed entry: when a patient came under observation, a duration since time zero, or of an endpoint by dates a date; without it, that of the definition',
  }),
  strata: z
    .array(Expression)
    .min(1)
    .max(5)
    .optional()
    .meta({ description: 'Groups, boolean or category variables, or expressions: compared within, never between' }),
  level: z.number().min(0.5).max(0.9999).default(0.95).meta({ description: 'Of all intervals' }),
  naive: z
    .boolean()
    .default(false)
    .meta({ description: 'Use what is known only after time zero all the same; the result is stamped' }),
};

const AskedCovariate = z
  .union([
    Expression,
    z.strictObject({
      of: Expression,
      as: z
        .enum(['number', 'levels'])
        .optional()
        .meta({ description: 'How a number enters: as such, unless its values are levels' }),
      reference: z.string().max(1_000).optional().meta({ description: 'The level that the others stand against' }),
      per: z.number().positive().optional().meta({ description: 'Of a number: the ratio is for so many units' }),
      knots: z.int().min(3).max(7).optional().meta({ description: 'Of a number: a restricted cubic spline' }),
    }),
    z.strictObject({
      interaction: z
        .array(Expression)
        .length(2)
        .meta({ description: 'Two of the other covariates, as they are named there' }),
    }),
  ])
  .meta({
    id: 'Covariate',
    description:
      'A number, a boolean, a category, a group of the definition, or an expression that gives one; of a number and a group of one name, the number',
  });
export type AskedCovariate = z.infer<typeof AskedCovariate>;

/** What a model holds, or adjusts for. */
export const Covariates = z.array(AskedCovariate).min(1).max(100);
