import { type Findings, printLevel } from '../../result/index.ts';
import { CITATION, YARDSTICK } from '../parts/citations.ts';
import type { Candidates } from './prediction-candidates.ts';
import type { Making } from './prediction-model.ts';
import type { Optimism } from './prediction-optimism.ts';
import type { Stability } from './prediction-stability.ts';

/** What was asked and done. */
export interface Predicted {
  readonly binary: boolean;
  readonly validated: boolean;
  readonly making: Making;
  readonly optimism: Optimism | undefined;
  readonly seed: number;
  readonly level: number;
  readonly horizon: number;
  /** Whether there are risks, and not only a predictor. */
  readonly risks: boolean;
  readonly stability: Stability | undefined;
  readonly candidates: Candidates | undefined;
  readonly minShare: number;
  readonly against?: readonly string[] | undefined;
}

function penaltyName(alpha: number): string {
  return alpha === 1 ? 'the lasso' : alpha === 0 ? 'ridge regression' : `the elastic net (alpha ${alpha})`;
}

function candidateSentences({ candidates, minShare }: Predicted): string[] {
  if (candidates === undefined) return [];
  const { covariates, genes = 0 } = candidates;
  const others = covariates.length - genes;
  return [
    `Candidates were ${others === 0 ? '' : `${others} variables named beforehand${genes === 0 ? '' : ' and '}`}${genes === 0 ? '' : `${genes} genes, those that every panel covers and at least ${Number((100 * minShare).toPrecision(6))}% of the patients carry an alteration of`}, taken without looking at the outcome; what a panel can't show is no candidate, and nothing was imputed.`,
  ];
}

function makingSentences({ binary, making, stability, ...rest }: Predicted): string[] {
  const kind = binary ? 'logistic regression' : 'Cox regression';
  if (making.alpha === undefined)
    return [
      `The model is ${binary ? 'a logistic regression' : "a Cox regression with Efron's handling of ties"} on all covariates named, which were chosen beforehand: none was selected by the data.`,
    ];
  return [
    `The model is a ${kind} on the covariates named, shrunken by ${penaltyName(making.alpha)}; covariates were standardised for the penalty, and coefficients are on their own scale.`,
    `The penalty is ${making.choose === 'least' ? 'that of least' : 'the largest within a standard error of the least'} deviance in ${making.folds}-fold cross-validation${making.repeats === 1 ? '' : `, averaged over ${making.repeats} repeats in other folds`}, folds holding equal shares of the events.`,
    ...candidateSentences({ binary, making, stability, ...rest }),
    ...(stability === undefined
      ? []
      : [
          `Selection was made again in ${stability.halves} random halves of the patients at the penalty chosen (stability selection); it is told and changes nothing of the model.`,
        ]),
  ];
}

/** The method in words, a sentence each; `data` says of covariates. */
export function predictionMethod(of: Predicted, data: readonly string[]): string[] {
  const { binary, validated, optimism, level, horizon, risks, seed, making } = of;
  const percent = printLevel(level);
  const month = Number(horizon.toPrecision(6));
  return [
    ...(validated
      ? [
          'The coefficients were given with the request and are judged as they are: nothing was fitted to these patients but what is told of performance.',
        ]
      : makingSentences(of)),
    ...data,
    binary
      ? `The c-statistic is the area under the receiver operating characteristic, with DeLong's ${percent} confidence interval; the calibration slope is that of a logistic regression on the linear predictor.`
      : `Concordance is Harrell's, with its standard error by the infinitesimal jackknife; the calibration slope is that of a Cox regression on the linear predictor.`,
    ...(binary
      ? []
      : [
          `Time-dependent AUC and Brier scores are by inverse probability of censoring weights (Kaplan-Meier), with ${percent} confidence intervals that account for the estimated censoring.`,
        ]),
    ...(risks && !Number.isNaN(horizon)
      ? [
          binary
            ? 'Calibration is shown in groups of patients by risk, and net benefit by threshold of risk.'
            : `Risks at ${month} months are compared with Kaplan-Meier's in groups of patients by risk; net benefit at that time is by Kaplan-Meier among those at or above a threshold.`,
        ]
      : []),
    ...(optimism === undefined
      ? []
      : [
          `Optimism is from ${optimism.samples} bootstrap samples (seed ${seed}), in each of which the model was made anew${making.alpha === undefined ? '' : `, cross-validation included (one repeat, a patient's copies in one fold)`}.`,
        ]),
    ...(of.against === undefined
      ? []
      : [
          'The model is held against scores made elsewhere on the same patients, those of whom all are known; risks of a score are those that a regression on it gives in these patients.',
        ]),
    'Patients with a missing value were left out (complete cases); they are counted by reason.',
    YARDSTICK.replace('(survival 3.5-3)', '(survival 3.5-3, rms 6.5-0, glmnet 4.1-6, riskRegression 2022.11.28)'),
  ];
}

/** The papers behind {@link predictionMethod}. */
export function predictionCitations({ binary, validated, making, optimism, risks, stability }: Predicted): string[] {
  const { alpha } = making;
  return [
    ...(validated ? [] : [binary ? CITATION.logistic : CITATION.cox]),
    ...(validated || alpha === undefined
      ? []
      : [alpha === 1 ? CITATION.lasso : CITATION.elasticNet, CITATION.crossValidation]),
    ...(binary ? [CITATION.delong, CITATION.brier] : [CITATION.concordance, CITATION.timedArea, CITATION.timedBrier]),
    ...(risks ? [CITATION.decisionCurve] : []),
    ...(optimism === undefined ? [] : [CITATION.optimism]),
    ...(stability === undefined ? [] : [CITATION.stability]),
    CITATION.tripod,
  ];
}

/** What the estimates rest on. */
export function predictionAssumptions({
  binary,
  validated,
  late,
}: Pick<Predicted, 'binary' | 'validated'> & { readonly late: boolean }): Findings['assumptions'] {
  return [
    ...(late
      ? [
          {
            id: 'independent-entry',
            says: 'When a patient came under observation is taken to depend neither on the covariates nor on the prospects.',
          },
        ]
      : []),
    ...(binary
      ? []
      : [
          {
            id: 'independent-censoring',
            says: 'Censoring is taken to depend neither on the covariates nor on the prospects: the weights of time-dependent accuracy rest on it.',
          },
          ...(validated
            ? []
            : [
                {
                  id: 'proportional-hazards',
                  says: 'Ratios of hazards are taken to be the same at all times. This was not tested here: ask cox.',
                },
              ]),
        ]),
    ...(validated
      ? []
      : [
          {
            id: 'covariates-chosen-beforehand',
            says: 'The covariates are taken to have been chosen without looking at the outcome in these data; else the corrected figures flatter still.',
          },
        ]),
  ];
}
