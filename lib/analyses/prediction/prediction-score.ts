import * as z from 'zod';
import { SignetError } from '../../base/index.ts';
import type { CohortFrame } from '../../cohort/index.ts';
import type { ModelColumn } from '../models/model-terms.ts';
import { type Covariate, covariateOf } from '../parts/covariate.ts';
import { Expression } from '../parts/request-parts.ts';
import type { RiskAt } from './prediction-model.ts';

/** A score as another study published it. */
export const GivenScore = z
  .strictObject({
    terms: z
      .array(
        z.strictObject({
          of: Expression.meta({ description: 'A number, or what is true or false (1 or 0)' }),
          coefficient: z.number(),
        }),
      )
      .min(1)
      .max(100),
    intercept: z.number().optional().meta({ description: 'Of a logistic score: without it there are no risks' }),
    baseline: z
      .array(z.strictObject({ time: z.number().positive(), survival: z.number().gt(0).lt(1) }))
      .min(1)
      .max(20)
      .optional()
      .meta({ description: 'Of a score of survival: survival at months, of a linear predictor that equals "centre"' }),
    centre: z.number().default(0).meta({ description: 'The linear predictor that the baseline is of' }),
  })
  .meta({ id: 'GivenScore', description: 'Coefficients made elsewhere, to be validated in these patients' });
export type GivenScore = z.infer<typeof GivenScore>;

/** The covariates of a score. Throws what covariates throw, and `not-a-score-term` for levels of more than two. */
export function scoreCovariates(frame: CohortFrame, { terms }: GivenScore): Covariate[] {
  return terms.map(({ of }, i) => {
    const pointer = `/score/terms/${i}/of`;
    const covariate = covariateOf(frame, { of }, pointer);
    if (covariate.values.kind === 'number' || covariate.values.labels.length <= 2) return covariate;
    throw new SignetError(
      'not-a-score-term',
      `${of} has ${covariate.values.labels.length} levels, where a coefficient is for a number or for yes`,
      {
        place: { pointer, value: of },
        remedy: `Give each level its own term, such as ${of} == "${covariate.values.labels[1]}".`,
      },
    );
  });
}

/** The columns that a score's coefficients are for. */
export function scoreColumns(covariates: readonly Covariate[], rows: Int32Array): ModelColumn[] {
  return covariates.map(({ values }, i) => ({
    name: String(i),
    values: Float64Array.from(rows, (row) => (values.kind === 'number' ? values.of[row]! : values.codes[row]!)),
  }));
}

/** Risks by the score's own baseline, at the times of it; undefined where it has none. */
export function scoreRisks(
  { baseline, centre, intercept }: GivenScore,
  kind: 'survival' | 'binary',
): RiskAt | undefined {
  if (kind === 'binary')
    return intercept === undefined ? undefined : (linear) => linear.map((eta) => 1 / (1 + Math.exp(-eta)));
  if (baseline === undefined) return undefined;
  return (linear, time) => {
    const at = baseline.find((each) => each.time === time);
    if (at === undefined) return linear.map(() => Number.NaN);
    return linear.map((eta) => 1 - at.survival ** Math.exp(eta - centre));
  };
}
