import type { CohortFrame } from '../../cohort/index.ts';
import type { ResultTable } from '../../result/index.ts';
import {
  type FollowUp,
  kaplanMeier,
  type LogRankTables,
  logRank,
  type Quantile,
  quantile,
  reverseKaplanMeier,
  type SurvivalCurve,
  type SurvivalInterval,
  survivalAt,
} from '../../stats/index.ts';
import { cell } from '../parts/cells.ts';
import { type Entry, followUpOf, partOf } from '../parts/follow-up.ts';
import type { Selection } from '../parts/selection.ts';

export interface CurveRequest {
  readonly interval: SurvivalInterval;
  readonly level: number;
}

/** One group's curve, or the whole cohort's, with what is read off it. */
export interface Curve {
  readonly label: string;
  readonly curve: SurvivalCurve;
  readonly median: Quantile;
  /** Time under observation, by reverse Kaplan-Meier. */
  readonly followUp: Quantile;
}

/** The members of each group; `labels` has a name for each. */
export interface Groups {
  readonly labels: readonly string[];
  /** By row of the follow-up, 0 to `labels.length` - 1. */
  readonly codes: Int32Array;
}

function curveOf(label: string, curve: SurvivalCurve, f: FollowUp, request: CurveRequest): Curve {
  return { label, curve, median: quantile(curve, 0.5), followUp: quantile(reverseKaplanMeier(f, request), 0.5) };
}

/** The curve of all rows. */
export function wholeCurve(f: FollowUp, request: CurveRequest): Curve {
  return curveOf('All patients', kaplanMeier.solve(kaplanMeier.accumulate(f), request), f, request);
}

/** A curve a group, from the counts that the log-rank test has made already. */
export function groupCurves(
  f: FollowUp,
  { labels, codes }: Groups,
  tables: LogRankTables,
  request: CurveRequest,
): Curve[] {
  return logRank.tablesByGroup(tables).map((table, g) => {
    const rows = [...codes.keys()].filter((i) => codes[i] === g);
    return curveOf(labels[g]!, kaplanMeier.solve(table, request), partOf(f, rows), request);
  });
}

function quantileCells(key: string, { estimate, lower, upper }: Quantile): Record<string, number | string | null> {
  return {
    [key]: cell(estimate),
    [`${key}_low`]: cell(lower),
    [`${key}_high`]: cell(upper),
    [`${key}_why`]: [estimate, lower, upper].includes('not reached') ? 'not reached' : '',
  };
}

/** n, events, median survival and median follow-up, a row a curve. */
export function medianTable(curves: readonly Curve[], group: string): ResultTable {
  const interval = (key: string) => ({ low: `${key}_low`, high: `${key}_high`, why: `${key}_why` });
  return {
    id: 'survival',
    title: 'Median survival and follow-up',
    columns: [
      { key: 'group', label: group, format: 'text' },
      { key: 'n', label: 'Patients', format: 'count' },
      { key: 'events', label: 'Events', format: 'count' },
      { key: 'median', label: 'Median survival', format: 'number', unit: 'months', ...interval('median') },
      { key: 'follow_up', label: 'Median follow-up', format: 'number', unit: 'months', ...interval('follow_up') },
    ],
    rows: curves.map(({ label, curve, median, followUp }) => ({
      group: label,
      n: curve.n,
      events: curve.events,
      ...quantileCells('median', median),
      ...quantileCells('follow_up', followUp),
    })),
    notes: [],
  };
}

/** Why a survival probability, or a limit of it, isn't there. */
function absence(curve: SurvivalCurve, time: number, survival: number, lower: number | 'undefined'): string {
  if (survival > 0 && time > curve.time.at(-1)!) return 'beyond the last follow-up';
  return lower === 'undefined' ? `the ${curve.interval} interval is undefined at ${survival}` : '';
}

/** Survival at the times asked for, a row a curve and time. Beyond a curve's last follow-up there is no estimate, unless nobody survived it. */
export function survivalAtTable(curves: readonly Curve[], times: readonly number[], group: string): ResultTable {
  return {
    id: 'survival-at',
    title: 'Survival at given times',
    columns: [
      { key: 'group', label: group, format: 'text' },
      { key: 'time', label: 'Time', format: times.every(Number.isInteger) ? 'count' : 'number', unit: 'months' },
      { key: 'at_risk', label: 'At risk', format: 'count' },
      {
        key: 'survival',
        label: 'Survival',
        format: 'share',
        low: 'survival_low',
        high: 'survival_high',
        why: 'survival_why',
      },
    ],
    rows: curves.flatMap(({ label, curve }) =>
      survivalAt(curve, times).map(({ time, survival, standardError, lower, upper, atRisk }) => {
        const why = absence(curve, time, survival, lower);
        const known = why !== 'beyond the last follow-up';
        return {
          group: label,
          time,
          at_risk: atRisk,
          survival: known ? cell(survival) : null,
          survival_low: known ? cell(lower) : null,
          survival_high: known ? cell(upper) : null,
          survival_why: why,
          standard_error: known ? cell(standardError) : null,
        };
      }),
    ),
    notes: [],
  };
}

/** Those left out for a missing value, whose endpoint is known, beside those analysed; no table where there are none. */
export function leftOutTable(
  endpoint: ReturnType<CohortFrame['endpoint']>,
  timed: Selection,
  analysed: Selection,
  entry: Entry | undefined,
  request: CurveRequest,
): ResultTable[] {
  const here = new Set(analysed.rows);
  const others = timed.rows.filter((row) => !here.has(row));
  if (others.length === 0) return [];
  const curve = (rows: Int32Array, label: string) => ({
    ...wholeCurve(followUpOf(endpoint, rows, entry), request),
    label,
  });
  const curves = [curve(analysed.rows, 'Analysed'), curve(others, 'Left out')];
  return [
    {
      ...medianTable(curves, 'Patients'),
      id: 'left-out',
      title: 'Patients left out for a missing value, beside those analysed',
    },
  ];
}
