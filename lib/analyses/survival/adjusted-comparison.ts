import type { CohortFrame } from '../../cohort/index.ts';
import { type Findings, printLevel, type ResultTable } from '../../result/index.ts';
import type { ImputationColumn } from '../../stats/index.ts';
import { fitCox } from '../cox/cox-regression.ts';
import { levelPredictor, survivalPredictors } from '../models/imputed-data.ts';
import { type ImputedModel, imputedModel } from '../models/imputed-model.ts';
import { ratioTable } from '../models/model-tables.ts';
import { columnsOf, termsOf } from '../models/model-terms.ts';
import { fewEvents, leftOutTerms, listed, parametersOf } from '../models/model-words.ts';
import type { Progress } from '../parts/analysis.ts';
import { type Covariate, covariateOf, covariatesOf, withCovariates } from '../parts/covariate.ts';
import { type Entry, eventsIn, followUpOf } from '../parts/follow-up.ts';
import { guardTime } from '../parts/immortal-time.ts';
import type { AskedCovariate } from '../parts/request-parts.ts';
import type { Selection } from '../parts/selection.ts';
import { type Strata, stratumCodes } from '../parts/strata.ts';

interface Comparing {
  readonly endpoint: string;
  readonly by?: string | undefined;
  readonly level: number;
  readonly naive: boolean;
  readonly impute?: number | undefined;
}

/** Adjusted ratios of groups; `imputed` stands beside the complete cases where the request imputes. */
export interface AdjustedComparison {
  readonly table: ResultTable;
  readonly sentences: readonly string[];
  readonly warnings: Findings['warnings'];
  readonly imputed: ImputedModel | undefined;
  /** How often was imputed. */
  readonly times: number | undefined;
}

/** Hazard ratios of groups adjusted for covariates, among those for whom all are known. Throws what covariates throw. */
export function adjustedComparison(
  frame: CohortFrame,
  { endpoint, by, level, naive, impute }: Comparing,
  adjust: readonly AskedCovariate[],
  selection: Selection,
  strata: Strata | undefined,
  entry: Entry | undefined,
  progress: Progress,
): AdjustedComparison {
  const { covariates, interactions } = covariatesOf(frame, adjust, '/adjust');
  for (const covariate of covariates) guardTime(covariate, naive);
  const { rows } = withCovariates(selection, covariates);
  const group = covariateOf(frame, { of: by!, as: 'levels' }, '/by');
  const followed = (of: Int32Array) => followUpOf(frame.endpoint(endpoint, '/endpoint'), of, entry);
  const fitted = (beside: readonly Covariate[], of: Int32Array, penalty: 'none' | 'firth') => {
    const terms = termsOf([group, ...beside], shifted(interactions), of);
    const patients = { followUp: followed(of), strata: strata && stratumCodes(strata, of).codes };
    return {
      terms,
      model: fitCox(patients, columnsOf(terms), { ties: 'efron', level, robust: false, interval: 'wald', penalty }),
    };
  };
  const f = followed(rows);
  const { terms, model } = fitted(covariates, rows, 'none');
  const others = listed(terms.slice(1));
  const words = { key: 'hazard_ratio', ratio: 'Hazard ratio', p: 'Wald p', level, event: f.event, events: 'Events' };
  const imputed =
    impute === undefined
      ? undefined
      : imputedModel(
          {
            frame,
            covariates,
            selection,
            complete: { rows, n: rows.length, events: eventsIn(f), terms, model },
            times: impute,
            words,
            title: `${group.title}, adjusted`,
            survival: true,
            knows: `the event of ${endpoint} and the Nelson-Aalen cumulative hazard of the time under observation, and the group${strata === undefined ? '' : ` and stratum (${strata.title})`}`,
            never: 'the endpoint and the group',
            predictors: (of) => [
              ...survivalPredictors(followed(of)),
              groupPredictor(group, of),
              ...(strata === undefined ? [] : [levelPredictor(strata.title, stratumCodes(strata, of).codes)]),
            ],
            events: (of) => eventsIn(followed(of)),
            fitted(completed, of, firth) {
              const done = fitted(completed, of, firth ? 'firth' : 'none');
              return { ...done, degreesOfFreedom: eventsIn(followed(of)) - parametersOf(done.terms, done.model) };
            },
          },
          progress,
          0.5,
          0.75,
        );
  const notes = [`Of ${rows.length} patients for whom all covariates are known.`];
  return {
    table: {
      ...ratioTable(terms, { whole: model }, words, notes),
      id: 'adjusted-hazard-ratios',
      title: `Hazard ratios adjusted for ${others}`,
    },
    sentences: [
      `Adjusted hazard ratios are from Cox regression on the group together with ${others}, with Wald ${printLevel(level)} confidence intervals and p values.`,
      ...(imputed?.method ?? []),
    ],
    warnings: [
      ...leftOutTerms(terms, model),
      ...fewEvents(eventsIn(f), parametersOf(terms, model), 'events'),
      ...(imputed?.warnings ?? []),
    ],
    imputed,
    times: impute,
  };
}

function groupPredictor({ title, values }: Covariate, rows: Int32Array): ImputationColumn {
  if (values.kind === 'number') throw new RangeError(`${title} is a number, and no group`);
  return levelPredictor(
    title,
    Int32Array.from(rows, (row) => values.codes[row]!),
  );
}

/** The group stands before the covariates. */
function shifted(interactions: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  return interactions.map(([a, b]) => [a + 1, b + 1]);
}
