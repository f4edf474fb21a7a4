import type { CohortFrame } from '../../cohort/index.ts';
import { levelPredictor, survivalPredictors } from '../models/imputed-data.ts';
import { type ImputedModel, imputedModel, type ModelToImpute } from '../models/imputed-model.ts';
import type { ModelWords } from '../models/model-tables.ts';
import { columnsOf, termsOf } from '../models/model-terms.ts';
import { parametersOf } from '../models/model-words.ts';
import type { Progress } from '../parts/analysis.ts';
import type { Clusters } from '../parts/clusters.ts';
import type { Covariate, Interaction } from '../parts/covariate.ts';
import { type Entry, eventsIn, followUpOf } from '../parts/follow-up.ts';
import type { Selection } from '../parts/selection.ts';
import { type Strata, stratumCodes } from '../parts/strata.ts';
import { type CoxChoices, type CoxPatients, fitCox } from './cox-regression.ts';

/** A Cox model as it was asked for; `selection` are those of whom all but covariates is known. */
interface CoxToImpute {
  readonly frame: CohortFrame;
  readonly endpoint: ReturnType<CohortFrame['endpoint']>;
  readonly entry: Entry | undefined;
  readonly strata: Strata | undefined;
  readonly cluster: Clusters | undefined;
  readonly covariates: readonly Covariate[];
  readonly interactions: readonly Interaction[];
  readonly selection: Selection;
  readonly choices: CoxChoices;
  readonly words: ModelWords;
  readonly title: string;
}

/** The Cox model on imputed data sets, pooled, beside that of the complete cases. Yardstick: mice::pool of survival::coxph. Throws `nothing-to-analyse`, `stopped`. */
export function coxImputed(
  { frame, endpoint, entry, strata, cluster, covariates, interactions, selection, choices, words, title }: CoxToImpute,
  complete: ModelToImpute['complete'],
  times: number,
  progress: Progress,
): ImputedModel {
  const patients = (rows: Int32Array): CoxPatients => ({
    followUp: followUpOf(endpoint, rows, entry),
    strata: strata && stratumCodes(strata, rows).codes,
    cluster: cluster && Int32Array.from(rows, (row) => cluster.codes[row]!),
  });
  const events = (rows: Int32Array) => eventsIn(followUpOf(endpoint, rows, entry));
  return imputedModel(
    {
      frame,
      covariates,
      selection,
      complete,
      times,
      words,
      title,
      survival: true,
      knows: `the event of ${endpoint.name} and the Nelson-Aalen cumulative hazard of the time under observation${strata === undefined ? '' : `, and the stratum (${strata.title})`}`,
      never: `the endpoint${strata === undefined ? '' : ' and the strata'}`,
      predictors: (rows) => [
        ...survivalPredictors(followUpOf(endpoint, rows, entry)),
        ...(strata === undefined ? [] : [levelPredictor(strata.title, stratumCodes(strata, rows).codes)]),
      ],
      events,
      fitted(completed, rows, firth) {
        const terms = termsOf(completed, interactions, rows);
        const penalty = firth && choices.ties !== 'exact' ? 'firth' : choices.penalty;
        const model = fitCox(patients(rows), columnsOf(terms), { ...choices, interval: 'wald', penalty });
        return { terms, model, degreesOfFreedom: events(rows) - parametersOf(terms, model) };
      },
    },
    progress,
    0.8,
    0.9,
  );
}
