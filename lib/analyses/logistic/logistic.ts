import * as z from 'zod';
import { SignetError } from '../../base/index.ts';
import type { CohortFrame } from '../../cohort/index.ts';
import { type Findings, printLevel } from '../../result/index.ts';
import { imputedCitations } from '../models/imputed-tables.ts';
import type { Analysis, Progress } from '../parts/analysis.ts';
import { type BinaryOutcome, binaryOutcome, withOutcome } from '../parts/binary-outcome.ts';
import { CITATION, YARDSTICK } from '../parts/citations.ts';
import { laterBy } from '../parts/grouping.ts';
import { Expression, PART } from '../parts/request-parts.ts';
import { countsOf, type Selection, select, subgroupLater } from '../parts/selection.ts';
import { CovariateSet } from '../parts/variable-sets.ts';
import { outcomeFactorForest, outcomeFactorTables, outcomeFactorTests } from './logistic-factor-tables.ts';
import { factorsAgainst, outcomeFactorWarnings } from './logistic-factors.ts';
import { covariatesIn, logisticModel, type ModelPart } from './logistic-model.ts';

const LogisticRequest = z
  .strictObject({
    analysis: z.literal('logistic'),
    outcome: Expression.meta({
      description: 'A binary outcome: a group of two labels, a boolean variable, or an expression',
    }),
    covariates: CovariateSet.optional().meta({ description: 'Each alone and all together, of the same patients' }),
    univariable: CovariateSet.optional().meta({
      description: 'Factors one by one, each of all for whom it is known: a set of the plan by its name, or a list',
    }),
    adjust: CovariateSet.optional().meta({
      description: 'The model that was specified beforehand: a set of the plan by its name, or a list',
    }),
    where: PART.where,
    sensitivity: PART.sensitivity,
    impute: PART.impute,
    interval: z.enum(['wald', 'profile']).default('wald').meta({ description: 'How intervals are made' }),
    penalty: z.enum(['none', 'firth']).default('none').meta({ description: "Firth's keeps every estimate finite" }),
    bootstrap: z
      .int()
      .min(0)
      .max(1000)
      .default(200)
      .meta({ description: "Samples by which the c-statistic's optimism is told; 0 leaves it out" }),
    level: PART.level,
  })
  .refine(
    ({ covariates, univariable, adjust }) =>
      (covariates === undefined) === (univariable !== undefined || adjust !== undefined),
    { path: ['covariates'], message: 'say covariates, or univariable and adjust or one of these' },
  )
  .refine(
    ({ covariates, adjust, impute }) => impute === undefined || covariates !== undefined || adjust !== undefined,
    { path: ['impute'], message: 'what is imputed are the covariates of a model: say covariates or adjust too' },
  )
  .meta({ id: 'LogisticRequest' });
export type LogisticRequest = z.infer<typeof LogisticRequest>;

type Part = Omit<ModelPart, 'selection' | 'title'>;

/** The factors one by one. */
function factorsPart(
  frame: CohortFrame,
  outcome: BinaryOutcome,
  asked: CovariateSet,
  known: Selection,
  request: LogisticRequest,
  progress: Progress,
): Part {
  const { covariates } = covariatesIn(frame, asked, '/univariable');
  const factors = factorsAgainst(outcome, covariates, known, request, (done) => {
    progress.stopped();
    progress.stage('one by one', 0.05 + 0.1 * done);
  });
  const penalised = factors.some(({ firth, model }) => firth !== undefined || model.firth !== undefined);
  const title = `${outcome.title} (${outcome.labels[1]}): each factor alone`;
  return {
    method: [
      `Each factor was fitted alone (univariable) by logistic regression, of all for whom it is known, with ${request.interval === 'profile' ? 'profile-likelihood' : 'Wald'} ${printLevel(request.level)} confidence intervals, and tested as a whole by the likelihood-ratio test; these p values were adjusted over the factors by the procedure of Benjamini and Hochberg.`,
      `An odds ratio above 1 means that ${outcome.title} is ${outcome.labels[1]} more often.`,
      ...(penalised
        ? ["Where patients were few or a level had one outcome only, Firth's penalised fit stands beside."]
        : []),
    ],
    citations: [
      CITATION.logistic,
      CITATION['benjamini-hochberg'],
      ...(penalised ? [CITATION.firth, CITATION.firthLogistic] : []),
    ],
    assumptions: [],
    warnings: outcomeFactorWarnings(factors),
    tables: [...outcomeFactorTables(factors, outcome, request.level), outcomeFactorTests(factors)],
    figures: [outcomeFactorForest(factors, outcome, request.level, title)],
  };
}

/** The model; where factors stand beside it, one that nobody can be analysed in is a warning, not the end of the answer. */
function modelPart(
  frame: CohortFrame,
  outcome: BinaryOutcome,
  known: Selection,
  request: LogisticRequest,
  progress: Progress,
): ModelPart | Part | undefined {
  const { covariates: together, adjust, univariable } = request;
  const asked = together ?? adjust;
  if (asked === undefined) return undefined;
  const { covariates, interactions } = covariatesIn(frame, asked, together === undefined ? '/adjust' : '/covariates');
  const of = { frame, outcome, covariates, interactions, known };
  try {
    return logisticModel(of, request, univariable === undefined, progress);
  } catch (error) {
    if (univariable === undefined || !(error instanceof SignetError) || error.code !== 'nothing-to-analyse')
      throw error;
    const warnings = [{ code: 'no-model', says: `The model (/adjust) could not be made: ${error.message}.` }];
    return { method: [], citations: [], assumptions: [], warnings, tables: [], figures: [] };
  }
}

/** Logistic regression on covariates of any kind. Yardstick: glm, drop1, logistf, pROC, ResourceSelection::hoslem.test, rms::rcs. */
export const logistic: Analysis<LogisticRequest> = {
  name: 'logistic',
  says: 'Logistic regression of a binary outcome on covariates: odds ratios alone and together, tests, discrimination, calibration.',
  citations: [
    CITATION.logistic,
    CITATION.firth,
    CITATION.firthLogistic,
    CITATION.profile,
    CITATION.delong,
    CITATION.brier,
    CITATION.hosmerLemeshow,
    CITATION.optimism,
    CITATION['benjamini-hochberg'],
    ...imputedCitations(false),
  ],
  request: LogisticRequest,

  run(frame, request, progress): Findings {
    progress.stage('choosing patients', 0.05);
    const outcome = binaryOutcome(frame, request.outcome);
    const known = withOutcome(select(frame, request.where), outcome);
    const factors =
      request.univariable === undefined
        ? undefined
        : factorsPart(frame, outcome, request.univariable, known, request, progress);
    const model = modelPart(frame, outcome, known, request, progress);
    const parts = [factors, model].filter((part) => part !== undefined);
    const selection = model !== undefined && 'selection' in model ? model.selection : known;
    const events = selection.rows.reduce((sum, row) => sum + outcome.codes[row]!, 0);
    const where = request.where === undefined ? '' : `, where ${request.where}`;
    const title =
      model !== undefined && 'title' in model
        ? model.title
        : `${outcome.title} (${outcome.labels[1]}): each factor alone by logistic regression`;
    const all = <K extends keyof Part>(key: K): Part[K] => parts.flatMap((part) => part[key] as unknown[]) as Part[K];
    return {
      title: `${title}${where}`,
      method: [...new Set([...all('method'), YARDSTICK])],
      citations: [...new Set(all('citations'))],
      counts: countsOf(frame, selection, events),
      assumptions: all('assumptions'),
      warnings: [
        ...subgroupLater(request.where, request.where === undefined ? undefined : laterBy(frame, request.where)),
        ...all('warnings'),
      ],
      tables: all('tables'),
      figures: all('figures').map((figure) => ({ ...figure, title: `${figure.title}${where}` })),
    };
  },
};
