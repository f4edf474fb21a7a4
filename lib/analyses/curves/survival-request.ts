import * as z from 'zod';
import { PART } from '../parts/request-parts.ts';
import { CovariateSet, VariableSet } from '../parts/variable-sets.ts';
import { WeightedTests } from './survival-weights.ts';

/** A question of survival: of all, by groups, by factors, or by what becomes known only in time. */
export const SurvivalRequest = z
  .strictObject({
    analysis: z.literal('survival'),
    endpoint: PART.endpoint,
    by: VariableSet.optional().meta({
      description:
        'What to compare: a group, a boolean or category variable, or an expression such as altered("KRAS"); or factors, one after the other and together: a set of the plan by its name, or a list',
    }),
    where: PART.where,
    sensitivity: PART.sensitivity,
    impute: PART.impute,
    entry: PART.entry,
    strata: PART.strata,
    adjust: CovariateSet.optional().meta({
      description: 'Hazard ratios are told adjusted for these too; of factors, the model that was specified beforehand',
    }),
    times: z
      .array(z.number().positive())
      .min(1)
      .max(20)
      .default([12, 36, 60])
      .meta({ description: 'Months at which survival is told' }),
    landmarks: z.array(z.number().positive()).min(1).max(5).optional().meta({
      description:
        'Months: of a group known only later, survival of who is under observation then, by what is known then',
    }),
    tests: WeightedTests.optional().meta({
      description: 'Further tests of the groups, chosen before the data are seen',
    }),
    interval: z
      .enum(['log', 'log-log', 'plain'])
      .default('log')
      .meta({ description: "Scale of the curves' intervals" }),
    level: PART.level,
    naive: PART.naive,
  })
  .refine(
    ({ by, strata, adjust, tests }) =>
      by !== undefined || (strata === undefined && adjust === undefined && tests === undefined),
    { path: ['by'], message: 'without groups to compare there is nothing to stratify, adjust or test' },
  )
  .refine(({ adjust, impute }) => impute === undefined || adjust !== undefined, {
    path: ['impute'],
    message: 'what is imputed are the covariates of an adjusted comparison: say adjust too',
  })
  .meta({ id: 'SurvivalRequest' });
export type SurvivalRequest = z.infer<typeof SurvivalRequest>;
