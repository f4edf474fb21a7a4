import * as z from 'zod';
import { Expression, PART } from '../parts/request-parts.ts';
import { CovariateSet, VariableSet } from '../parts/variable-sets.ts';
import { GivenScore } from './prediction-score.ts';

/** A question of prediction: a model to be made, or a score to be validated. */
export const PredictionRequest = z
  .strictObject({
    analysis: z.literal('prediction'),
    endpoint: PART.endpoint.optional(),
    outcome: Expression.optional().meta({
      description: 'A binary outcome: a group of two labels, a boolean variable, or an expression',
    }),
    covariates: CovariateSet.optional().meta({ description: 'Chosen beforehand; without a penalty all stay in' }),
    candidates: VariableSet.optional().meta({
      description:
        'Of a signature, by the lasso unless "penalty" says otherwise: variables, sets of the plan, and "genes" for each gene that every panel covers and enough patients carry',
    }),
    minShare: z
      .number()
      .min(0)
      .max(1)
      .default(0.05)
      .meta({ description: 'Of "genes": the least share of the patients that carries it' }),
    score: GivenScore.optional(),
    where: PART.where,
    sensitivity: PART.sensitivity,
    entry: PART.entry,
    penalty: z
      .enum(['none', 'lasso', 'ridge', 'elastic-net'])
      .optional()
      .meta({ description: 'Default none for covariates, the lasso for candidates' }),
    alpha: z.number().min(0).max(1).default(0.5).meta({ description: 'Of the elastic net: 1 is the lasso, 0 ridge' }),
    folds: z.int().min(3).max(50).default(10).meta({ description: 'Of the cross-validation that chooses the penalty' }),
    repeats: z
      .int()
      .min(1)
      .max(100)
      .default(1)
      .meta({ description: 'Of the cross-validation, each in other folds; their deviances are averaged' }),
    choose: z
      .enum(['least', 'one-error'])
      .default('least')
      .meta({ description: 'The penalty of least deviance, or the largest within a standard error of it' }),
    times: z
      .array(z.number().positive())
      .min(1)
      .max(20)
      .default([12, 36, 60])
      .meta({ description: 'Months at which accuracy is told' }),
    horizon: z.number().positive().optional().meta({
      description:
        'Months of calibration and decision curve; default the last of "times" that patients were followed to',
    }),
    groups: z.int().min(2).max(20).default(5).meta({ description: 'Of the calibration plot' }),
    thresholds: z
      .array(z.number().gt(0).lt(1))
      .min(1)
      .max(200)
      .optional()
      .meta({ description: 'Of the decision curve; default hundredths' }),
    bootstrap: z
      .int()
      .min(0)
      .max(1000)
      .default(200)
      .meta({ description: 'Samples by which optimism is told; 0 leaves it out' }),
    stability: z
      .int()
      .min(0)
      .max(1000)
      .default(0)
      .meta({ description: 'Random halves of the patients in which the selection is made again' }),
    against: z
      .array(Expression)
      .min(1)
      .max(10)
      .optional()
      .meta({ description: 'Scores, higher being worse, that the model is held against on the same patients' }),
    seed: z.int().min(0).max(4_294_967_295).default(1).meta({ description: 'Decides samples and folds' }),
    level: PART.level,
    naive: PART.naive,
  })
  .refine(({ outcome, endpoint }) => (outcome === undefined) !== (endpoint === undefined), {
    path: ['outcome'],
    message: 'say either an outcome or an endpoint, and not both',
  })
  .refine(({ endpoint, entry }) => endpoint !== undefined || entry === undefined, {
    path: ['entry'],
    message: 'delayed entry belongs to an endpoint',
  })
  .refine(
    ({ covariates, candidates, score }) =>
      [covariates, candidates, score].filter((each) => each !== undefined).length === 1,
    {
      path: ['covariates'],
      message: 'say either covariates or candidates of a model to be made, or a score to be validated',
    },
  )
  .refine(
    ({ stability, penalty, candidates }) => stability === 0 || (penalty ?? (candidates && 'lasso')) !== undefined,
    {
      path: ['stability'],
      message: 'without a penalty nothing is selected',
    },
  )
  .overwrite((request) => ({ ...request, penalty: request.penalty ?? (request.candidates ? 'lasso' : 'none') }))
  .meta({ id: 'PredictionRequest' });
export type PredictionRequest = z.infer<typeof PredictionRequest>;
