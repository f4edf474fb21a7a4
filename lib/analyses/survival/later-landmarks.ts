import type { CohortFrame } from '../../cohort/index.ts';
import type { Findings, KaplanMeierFigure, ResultTable } from '../../result/index.ts';
import { type FollowUp, landmarkRows } from '../../stats/index.ts';
import { compare } from '../curves/survival-comparison.ts';
import { groupCurves } from '../curves/survival-curves.ts';
import { survivalFigure } from '../curves/survival-figure.ts';
import { ratioCells } from '../models/model-tables.ts';
import { cell, pCells } from '../parts/cells.ts';
import { eventsIn } from '../parts/follow-up.ts';
import { stratumCodes } from '../parts/strata.ts';
import type { LaterOf } from './later.ts';
import { type Adjusting, adjustedAtLandmark } from './later-adjusted.ts';

/** One landmark: who is compared with whom, and what comes of it. */
export function landmarkOf(of: LaterOf, f: FollowUp, landmark: number, adjusting: Adjusting | undefined) {
  const { request, strata, later, selection } = of;
  const joined = Float64Array.from(selection.rows, (row) => later.joined[row]!);
  const { rows, exposed, excludedEvents, excludedCensored, ...followUp } = landmarkRows(f, joined, landmark);
  const counts = [0, 1].map((g) => exposed.reduce((sum, e) => sum + (e === g ? 1 : 0), 0));
  const codes =
    strata &&
    stratumCodes(
      strata,
      Int32Array.from(rows, (i) => selection.rows[i]!),
    ).codes;
  const groups = { labels: later.grouping.labels, codes: exposed };
  return {
    landmark,
    counts,
    /** Those who join after it, and count as not having joined. */
    joinLater: rows.reduce((sum, i) => sum + (joined[i]! > landmark ? 1 : 0), 0),
    excludedEvents,
    excludedCensored,
    followUp,
    groups,
    comparison: counts.every((n) => n > 0) ? compare(followUp, groups, request.level, codes) : undefined,
    adjusted: adjusting && adjustedAtLandmark(of, adjusting, landmark),
  };
}

export type Landmark = ReturnType<typeof landmarkOf>;

const ADJUSTED = { key: 'hazard_ratio', ratio: 'Hazard ratio', p: 'Wald p' };

/** The landmarks, a row each: the first that the request names is the main one. */
export function landmarkTable(
  landmarks: readonly Landmark[],
  [no, yes]: readonly string[],
  of: { readonly others: string | undefined; readonly level: number },
): ResultTable {
  const withAdjusted = of.others !== undefined;
  const words = { ...ADJUSTED, level: of.level, event: new Uint8Array(0), events: '' };
  return {
    id: 'landmarks',
    title: 'Landmark analyses',
    columns: [
      { key: 'landmark', label: 'Landmark', format: 'count', unit: 'months' },
      { key: 'role', label: 'Role', format: 'text' },
      { key: 'estimand', label: 'What it compares', format: 'text' },
      { key: 'excluded_events', label: 'Left out: event by then', format: 'count' },
      { key: 'excluded_censored', label: 'Left out: censored by then', format: 'count' },
      { key: 'n', label: `${no} then`, format: 'count' },
      { key: 'n_joined', label: `${yes} then`, format: 'count' },
      { key: 'join_later', label: `Of the former, ${yes} later`, format: 'count' },
      { key: 'events', label: 'Events after it', format: 'count' },
      {
        key: 'hazard_ratio',
        label: `Hazard ratio, ${yes} against ${no}`,
        format: 'ratio',
        low: 'hazard_ratio_low',
        high: 'hazard_ratio_high',
        why: 'hazard_ratio_why',
      },
      { key: 'p', label: 'Log-rank p', format: 'p', why: 'p_why' },
      ...(withAdjusted
        ? [
            { key: 'adjusted_n', label: 'With all covariates', format: 'count' as const },
            { key: 'adjusted_events', label: 'Events of them', format: 'count' as const },
            {
              key: 'adjusted_hazard_ratio',
              label: 'Hazard ratio, adjusted',
              format: 'ratio' as const,
              low: 'adjusted_hazard_ratio_low',
              high: 'adjusted_hazard_ratio_high',
              why: 'adjusted_hazard_ratio_why',
            },
            { key: 'adjusted_p', label: 'Wald p, adjusted', format: 'p' as const, why: 'adjusted_p_why' },
          ]
        : []),
    ],
    rows: landmarks.map((each, i) => ({
      role: landmarks.length === 1 || i === 0 ? 'main landmark' : 'sensitivity to the landmark',
      estimand: `survival from month ${each.landmark} of those under observation then, ${yes} by then against not`,
      ...plainCells(each),
      ...(each.adjusted === undefined
        ? {}
        : {
            adjusted_n: each.adjusted.n,
            adjusted_events: each.adjusted.events,
            ...ratioCells('adjusted_', words, each.adjusted.estimate, ''),
          }),
    })),
    notes: [
      'Each landmark is a question (estimand) of its own, and none estimates the time-dependent ratio: it is of who is under observation then, by what was known of them by then; who joins later stays where she was.',
      ...(withAdjusted ? [`Adjusted for ${of.others}, among those for whom all of these are known.`] : []),
    ],
  };
}

function plainCells({ landmark, counts, joinLater, excludedEvents, excludedCensored, followUp, comparison }: Landmark) {
  const ratio = comparison?.againstFirst[0];
  const test = comparison?.logRank;
  return {
    landmark,
    excluded_events: excludedEvents,
    excluded_censored: excludedCensored,
    n: counts[0]!,
    n_joined: counts[1]!,
    join_later: joinLater,
    events: eventsIn(followUp),
    hazard_ratio: cell(ratio?.hazardRatio ?? Number.NaN),
    hazard_ratio_low: cell(ratio?.lower ?? Number.NaN),
    hazard_ratio_high: cell(ratio?.upper ?? Number.NaN),
    hazard_ratio_why: comparison === undefined ? 'nobody on one side' : (ratio?.why ?? ''),
    coefficient: cell(ratio?.coefficient ?? Number.NaN),
    standard_error: cell(ratio?.standardError ?? Number.NaN),
    ...(test?.ok
      ? { statistic: cell(test.chiSquare), ...pCells('p', test.p, test.logP) }
      : { statistic: null, p: null, p_why: test === undefined ? 'nobody on one side' : test.problem }),
  };
}

/** A picture of each landmark that has two sides. */
export function landmarkFigures(
  landmarks: readonly Landmark[],
  { request, endpoint, later }: LaterOf,
  of: { readonly name: string; readonly where: string },
): KaplanMeierFigure[] {
  return landmarks.flatMap(({ landmark, comparison, followUp, groups }) =>
    comparison === undefined
      ? []
      : [
          {
            ...survivalFigure({
              title: `${of.name} from month ${landmark} on, by ${later.grouping.title} then${of.where}`,
              yLabel: of.name,
              origin: `a landmark ${landmark} months after ${endpoint.origin}`,
              curves: groupCurves(followUp, groups, comparison.tables, request),
              comparison,
              level: request.level,
              stamp: undefined,
            }),
            id: `landmark-${landmark}`,
          },
        ],
  );
}

/** Landmarks are stated in the plan: where the request has others, that is told. */
export function landmarksChanged(
  frame: CohortFrame,
  { endpoint, by, landmarks }: LaterOf['request'],
): Findings['warnings'] {
  const planned = (frame.definition.plan?.items ?? []).find(
    (item) => item.analysis === 'survival' && item['endpoint'] === endpoint && item['by'] === by,
  );
  const stated = planned?.['landmarks'];
  if (!Array.isArray(stated) || landmarks === undefined || String(stated) === String(landmarks)) return [];
  return [
    {
      code: 'landmarks-changed',
      says: `The plan (${planned!.id}) states landmarks at ${stated.join(', ')} months; asked was for ${landmarks.join(', ')}.`,
    },
  ];
}
