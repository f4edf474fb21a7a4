import { levelPredictor, survivalPredictors } from '../models/imputed-data.ts';
import { type ImputedModel, imputedModel } from '../models/imputed-model.ts';
import { type Beside, besideTable } from '../models/imputed-tables.ts';
import type { ModelWords } from '../models/model-tables.ts';
import { parametersOf } from '../models/model-words.ts';
import { type PooledEstimate, poolModel } from '../models/pooled-fit.ts';
import { NO_ESTIMATE } from '../models/regression.ts';
import type { Progress } from '../parts/analysis.ts';
import { eventsIn, followUpOf } from '../parts/follow-up.ts';
import { stratumCodes } from '../parts/strata.ts';
import type { LaterOf } from './later.ts';
import {
  type AdjustedAtLandmark,
  type AdjustedInTime,
  type Adjusting,
  fitAtLandmark,
  fitInTime,
} from './later-adjusted.ts';

/** What imputation adds to a comparison in time; `says` goes on with what its one estimate is. */
export interface ImputedInTime
  extends Pick<ImputedModel, 'n' | 'events' | 'method' | 'citations' | 'assumptions' | 'warnings' | 'tables'> {
  readonly estimate: PooledEstimate;
  readonly says: string;
  /** Whether anything was imputed. */
  readonly pooled: boolean;
}

/** A landmark as far as imputation asks: its month, and what it comes to beside covariates in the complete cases. */
interface LandmarkBeside {
  readonly landmark: number;
  readonly adjusted: AdjustedAtLandmark | undefined;
}

/**
 * The time-dependent hazard ratio beside covariates, and each landmark's, over data sets in which what is missing of covariates is imputed. The
 * equations hold the event, the cumulative hazard, who joined and the hazard since. Yardstick: mice::pool of survival::coxph. Throws
 * `nothing-to-analyse`, `stopped`.
 */
export function imputedInTime(
  of: LaterOf,
  adjusting: Adjusting,
  { terms, model, n, events }: AdjustedInTime,
  { times, landmarks }: { readonly times: number; readonly landmarks: readonly LandmarkBeside[] },
  progress: Progress,
): ImputedInTime {
  const { frame, request, endpoint, entry, strata, later, selection } = of;
  const { title, labels } = later.grouping;
  const yes = labels[1]!;
  const words: ModelWords = {
    key: 'hazard_ratio',
    ratio: 'Hazard ratio',
    p: 'Wald p',
    level: request.level,
    event: new Uint8Array(0),
    events: 'Events',
  };
  const follow = (rows: Int32Array) => followUpOf(endpoint, rows, entry);
  const whole = imputedModel(
    {
      frame,
      covariates: adjusting.covariates,
      selection,
      complete: { rows: adjusting.rows, n, events, terms, model },
      times,
      words,
      title: `${title}, adjusted`,
      survival: true,
      knows: `the event of ${endpoint.name} and the Nelson-Aalen cumulative hazard of the time under observation, who came to be ${yes}, and the hazard since${strata === undefined ? '' : `, and the stratum (${strata.title})`}`,
      never: 'the endpoint and the exposure',
      predictors: (rows) => [
        ...survivalPredictors(
          follow(rows),
          Float64Array.from(rows, (row) => later.joined[row]!),
        ),
        ...(strata === undefined ? [] : [levelPredictor(strata.title, stratumCodes(strata, rows).codes)]),
      ],
      events: (rows) => eventsIn(follow(rows)),
      fitted(covariates, rows, firth) {
        const done = fitInTime(of, { ...adjusting, covariates, rows }, firth ? 'firth' : 'none');
        return { ...done, degreesOfFreedom: eventsIn(done.f) - parametersOf(done.terms, done.model) };
      },
    },
    progress,
    0.3,
    0.7,
  );
  const { data } = whole;
  const atLandmarks = landmarks.flatMap(({ landmark, adjusted }, i): Beside[] => {
    if (adjusted === undefined) return [];
    progress.stage('landmarks of imputed data', 0.7 + (0.2 * i) / landmarks.length);
    const named = { covariate: `from month ${landmark}`, level: yes };
    const own = pooledAtLandmark(of, adjusting, landmark, data, progress) ?? {
      n: adjusted.n,
      events: adjusted.events,
      estimate: { ...adjusted.estimate, degreesOfFreedom: Number.NaN, missingInformation: 0 },
    };
    return [{ ...named, complete: { ...adjusted, absent: '' }, imputed: { ...own, absent: '' } }];
  });
  return {
    ...whole,
    estimate: lineOf(whole.pooled.lines, title, yes),
    pooled: data.sets.length > 0,
    says: data.sets.length === 0 ? ', nothing to impute' : `, multiple imputation (${times})`,
    tables: [
      ...whole.tables,
      ...(atLandmarks.length === 0
        ? []
        : [
            besideTable(atLandmarks, words, {
              id: 'landmarks-imputed',
              title: `Landmark analyses, adjusted: ${yes} by then, complete cases and imputed`,
              notes: ['Of the same imputed data sets, those under observation at the landmark.'],
            }),
          ]),
    ],
  };
}

function lineOf(lines: ReturnType<typeof poolModel>['lines'], title: string, yes: string): PooledEstimate {
  const line = lines.find(({ covariate, level }) => covariate === title && level === yes);
  return (
    line?.estimate ?? {
      ...NO_ESTIMATE,
      degreesOfFreedom: Number.NaN,
      missingInformation: Number.NaN,
      why: line?.absent || 'no estimate',
    }
  );
}

/** A landmark's estimate over the imputed data sets; undefined where nothing was imputed. */
function pooledAtLandmark(
  of: LaterOf,
  adjusting: Adjusting,
  landmark: number,
  { rows, sets }: ImputedModel['data'],
  progress: Progress,
): (Pick<AdjustedAtLandmark, 'n' | 'events'> & { readonly estimate: PooledEstimate }) | undefined {
  const [first] = sets;
  if (first === undefined) return undefined;
  const at = (k: number, firth: boolean) =>
    fitAtLandmark(of, { ...adjusting, covariates: sets[k]!, rows }, landmark, firth ? 'firth' : 'none');
  const { fit, ...counted } = at(0, false);
  if (fit === undefined) return { ...counted, estimate: { ...lineOf([], '', ''), why: 'nobody on one side' } };
  const { lines } = poolModel(
    sets.length,
    (k, firth) => {
      const { fit: one, events } = at(k, firth);
      return { ...one!, degreesOfFreedom: events - parametersOf(one!.terms, one!.model) };
    },
    of.request.level,
    () => progress.stopped(),
  );
  const { title, labels } = of.later.grouping;
  return { ...counted, estimate: lineOf(lines, title, labels[1]!) };
}
