import { SignetError } from '../../base/index.ts';
import type { Findings, ResultTable } from '../../result/index.ts';
import { type FollowUp, landmarkRows, proportionality, splitAtExposure } from '../../stats/index.ts';
import { type CoxChoices, type CoxModel, fitCox } from '../cox/cox-regression.ts';
import { proportionalityTable } from '../cox/cox-tables.ts';
import { ratioTable } from '../models/model-tables.ts';
import { columnNames, columnsOf, type Term, termsOf } from '../models/model-terms.ts';
import { fewEvents, leftOutTerms, listed, parametersOf } from '../models/model-words.ts';
import { type Estimate, NO_ESTIMATE } from '../models/regression.ts';
import { type Covariate, covariatesOf, type Interaction, withCovariates } from '../parts/covariate.ts';
import { eventsIn, followUpOf } from '../parts/follow-up.ts';
import { guardTime } from '../parts/immortal-time.ts';
import { leftOutCharacteristics } from '../parts/left-out.ts';
import { stratumCodes } from '../parts/strata.ts';
import { covariateSetOf } from '../parts/variable-sets.ts';
import type { LaterOf } from './later.ts';

/** What a comparison in time is adjusted for, and of whom all of it is known. */
export interface Adjusting {
  readonly covariates: readonly Covariate[];
  readonly interactions: readonly Interaction[];
  /** Rows of the frame; none where nobody has all of them. */
  readonly rows: Int32Array;
  /** In words. */
  readonly others: string;
}

/** The covariates of the request with those for whom all are known; undefined where it names none. Throws what covariates throw. */
export function adjustingOf({ frame, request, selection }: LaterOf): Adjusting | undefined {
  if (request.adjust === undefined) return undefined;
  const asked = covariateSetOf(frame, request.adjust, '/adjust').map((member) => member.asked);
  const { covariates, interactions } = covariatesOf(frame, asked, '/adjust');
  for (const { asked: name, known, pointer } of covariates) guardTime({ asked: name, known, pointer }, request.naive);
  const others = covariates.map(({ title }) => title).join(', ');
  try {
    return { covariates, interactions, rows: withCovariates(selection, covariates).rows, others };
  } catch (error) {
    if (!(error instanceof SignetError && error.code === 'nothing-to-analyse')) throw error;
    return { covariates, interactions, rows: new Int32Array(0), others };
  }
}

/** Name of the column of who has joined. */
const JOINED = 'joined';

/** A fit of the group together with covariates, on rows whose place in the frame is `of`. */
function fitBeside(
  { request, strata, later }: LaterOf,
  { covariates, interactions }: Adjusting,
  followUp: FollowUp,
  exposed: Int32Array,
  of: Int32Array,
  penalty: CoxChoices['penalty'],
): { readonly terms: readonly Term[]; readonly model: CoxModel } {
  const { labels, title } = later.grouping;
  const members = [0, 1].map((g) => Uint8Array.from(exposed, (each) => (each === g ? 1 : 0)));
  const group: Term = {
    title,
    columns: [{ name: JOINED, values: Float64Array.from(exposed) }],
    lines: [
      { label: labels[0]!, weights: [], members: members[0]! },
      { label: labels[1]!, weights: [[JOINED, 1]], members: members[1]! },
    ],
    empty: [],
  };
  const terms = [group, ...termsOf(covariates, interactions, of)];
  const codes = strata && stratumCodes(strata, of).codes;
  const choices: CoxChoices = { ties: 'efron', robust: false, interval: 'wald', penalty, level: request.level };
  return { terms, model: fitCox({ followUp, strata: codes }, columnsOf(terms), choices) };
}

/** The time-dependent hazard ratio beside covariates, of those for whom all are known. */
export interface AdjustedInTime {
  readonly terms: readonly Term[];
  readonly model: CoxModel;
  readonly estimate: Estimate;
  readonly n: number;
  readonly events: number;
  readonly tables: readonly ResultTable[];
  readonly sentence: string;
  readonly warnings: Findings['warnings'];
}

/** The fit to (start, stop] rows, of the patients whose covariates are all known: `f` is their follow-up, `split` the rows. */
export function fitInTime(of: LaterOf, adjusting: Adjusting, penalty: CoxChoices['penalty'] = 'none') {
  const { endpoint, entry, later } = of;
  const { rows } = adjusting;
  const f = followUpOf(endpoint, rows, entry);
  const split = splitAtExposure(
    f,
    Float64Array.from(rows, (row) => later.joined[row]!),
  );
  const { rows: source, exposed, ...followUp } = split;
  const places = Int32Array.from(source, (i) => rows[i]!);
  return { f, split, ...fitBeside(of, adjusting, followUp, exposed, places, penalty) };
}

/** Cox regression with the group as a time-dependent covariate beside others. Yardstick: survival::coxph of (start, stop] rows. */
export function adjustedInTime(of: LaterOf, adjusting: Adjusting): AdjustedInTime {
  const { request, later, selection } = of;
  const { rows, covariates, others } = adjusting;
  const { f, split, terms, model } = fitInTime(of, adjusting);
  const { title, labels, codes } = later.grouping;
  const proportional = model.result?.ok
    ? proportionality(model.rows, model.result, 'km', columnNames(terms, model.result.names))
    : undefined;
  const words = {
    key: 'hazard_ratio',
    ratio: 'Hazard ratio',
    p: 'Wald p',
    level: request.level,
    event: split.event,
    events: 'Events',
  };
  const group: Covariate = {
    asked: title,
    title: `${title} (ever)`,
    pointer: '/by',
    columns: [],
    values: { kind: 'levels', labels, codes },
  };
  return {
    terms,
    model,
    estimate: model.estimates.get(JOINED) ?? { ...NO_ESTIMATE, why: 'no estimate' },
    n: rows.length,
    events: eventsIn(f),
    tables: [
      {
        ...ratioTable(terms, { whole: model }, words, [
          `Of ${rows.length} patients for whom all covariates are known; a patient counts in each group in which she was.`,
        ]),
        id: 'adjusted-hazard-ratios',
        title: `Hazard ratios adjusted for ${listed(terms.slice(1))}`,
      },
      ...proportionalityTable(proportional, (term) => term),
      ...leftOutCharacteristics([group, ...covariates], rows, selection.rows),
    ],
    sentence: `Adjusted hazard ratios are from the same model together with ${others}, of the ${rows.length} of ${selection.rows.length} patients for whom all of these are known (complete cases); the others are compared with them. Proportional hazards were tested by the score test of Grambsch and Therneau, against time on the Kaplan-Meier scale.`,
    warnings: [...leftOutTerms(terms, model), ...fewEvents(eventsIn(split), parametersOf(terms, model), 'events')],
  };
}

/** The fit at a landmark beside covariates, of those under observation then for whom all are known; none where one side is empty. */
export function fitAtLandmark(
  of: LaterOf,
  adjusting: Adjusting,
  landmark: number,
  penalty: CoxChoices['penalty'] = 'none',
) {
  const { endpoint, entry, later } = of;
  const { rows } = adjusting;
  const joined = Float64Array.from(rows, (row) => later.joined[row]!);
  const kept = landmarkRows(followUpOf(endpoint, rows, entry), joined, landmark);
  const { rows: places, exposed, excludedEvents: _, excludedCensored: __, ...followUp } = kept;
  const counted = { n: places.length, events: eventsIn(followUp) };
  if (!exposed.includes(0) || !exposed.includes(1)) return { ...counted, fit: undefined };
  const inFrame = Int32Array.from(places, (i) => rows[i]!);
  return { ...counted, fit: fitBeside(of, adjusting, followUp, exposed, inFrame, penalty) };
}

/** A landmark's hazard ratio beside covariates. */
export interface AdjustedAtLandmark {
  readonly n: number;
  readonly events: number;
  readonly estimate: Estimate;
}

/** The estimate of {@link fitAtLandmark}. */
export function adjustedAtLandmark(of: LaterOf, adjusting: Adjusting, landmark: number): AdjustedAtLandmark {
  const { fit, ...counted } = fitAtLandmark(of, adjusting, landmark);
  const why = fit === undefined ? 'nobody on one side' : 'no estimate';
  return { ...counted, estimate: fit?.model.estimates.get(JOINED) ?? { ...NO_ESTIMATE, why } };
}
