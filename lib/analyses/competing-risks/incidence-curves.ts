import { type IncidenceFigure, printP, printShare, type ResultTable } from '../../result/index.ts';
import {
  type CauseFollowUp,
  cumulativeIncidence,
  type GrayResult,
  grayTest,
  type IncidenceCurve,
  incidenceAt,
  type SurvivalInterval,
} from '../../stats/index.ts';
import type { Groups } from '../curves/survival-curves.ts';
import { monthMarks } from '../curves/survival-figure.ts';
import { cell, pCells } from '../parts/cells.ts';

interface IncidenceRequest {
  readonly interval: SurvivalInterval;
  readonly level: number;
}

/** A group's curves, one a cause. */
export interface GroupIncidence {
  readonly label: string;
  readonly n: number;
  readonly curves: readonly IncidenceCurve[];
}

/** Curves of all patients. */
export function wholeIncidence(f: CauseFollowUp, causes: number, options: IncidenceRequest): GroupIncidence {
  const table = cumulativeIncidence.accumulate(f, causes);
  const curves = Array.from({ length: causes }, (_, k) => cumulativeIncidence.solve(table, k + 1, 0, options));
  return { label: 'All patients', n: f.time.length, curves };
}

/** Curves of each group. */
export function groupIncidence(
  f: CauseFollowUp,
  causes: number,
  { labels, codes }: Groups,
  options: IncidenceRequest,
): GroupIncidence[] {
  const table = cumulativeIncidence.accumulate(f, causes, codes, labels.length);
  return labels.map((label, g) => ({
    label,
    n: codes.reduce((sum, code) => sum + (code === g ? 1 : 0), 0),
    curves: Array.from({ length: causes }, (_, k) => cumulativeIncidence.solve(table, k + 1, g, options)),
  }));
}

/** Gray's test of each cause. */
export function grayTests(
  f: CauseFollowUp,
  causes: number,
  { labels, codes }: Groups,
  strata: Int32Array | undefined,
): GrayResult[] {
  const tables = grayTest.accumulate(f, causes, codes, labels.length, strata);
  return Array.from({ length: causes }, (_, k) => grayTest.solve(tables, k + 1));
}

/** What became of the patients of each group. */
export function causeTable(groups: readonly GroupIncidence[], causes: readonly string[], head: string): ResultTable {
  return {
    id: 'events',
    title: 'First events',
    columns: [
      { key: 'group', label: head, format: 'text' },
      { key: 'n', label: 'Patients', format: 'count' },
      ...causes.map((label, k) => ({ key: `cause_${k + 1}`, label, format: 'count' as const })),
      { key: 'censored', label: 'Censored without any', format: 'count' },
    ],
    rows: groups.map(({ label, n, curves }) => ({
      group: label,
      n,
      ...Object.fromEntries(curves.map(({ events }, k) => [`cause_${k + 1}`, events])),
      censored: n - curves.reduce((sum, { events }) => sum + events, 0),
    })),
    notes: [],
  };
}

/** Incidence at the times asked for, a row a cause, group and time. Beyond a group's last follow-up there is no estimate. */
export function incidenceTable(
  groups: readonly GroupIncidence[],
  causes: readonly string[],
  times: readonly number[],
  head: string,
): ResultTable {
  return {
    id: 'incidence-at',
    title: 'Cumulative incidence at given times',
    columns: [
      { key: 'cause', label: 'Event', format: 'text' },
      { key: 'group', label: head, format: 'text' },
      { key: 'time', label: 'Time', format: times.every(Number.isInteger) ? 'count' : 'number', unit: 'months' },
      { key: 'at_risk', label: 'At risk', format: 'count' },
      {
        key: 'incidence',
        label: 'Cumulative incidence',
        format: 'share',
        low: 'incidence_low',
        high: 'incidence_high',
        why: 'incidence_why',
      },
    ],
    rows: causes.flatMap((cause, k) =>
      groups.flatMap(({ label, curves }) =>
        incidenceAt(curves[k]!, times).map(({ time, incidence, standardError, lower, upper, atRisk }) => {
          const known = time <= (curves[k]!.time.at(-1) ?? 0) || allEnded(curves);
          const why = !known ? 'beyond the last follow-up' : lower === 'undefined' ? noInterval(incidence) : '';
          return {
            cause,
            group: label,
            time,
            at_risk: atRisk,
            incidence: known ? cell(incidence) : null,
            incidence_low: known ? cell(lower) : null,
            incidence_high: known ? cell(upper) : null,
            incidence_why: why,
            standard_error: known ? cell(standardError) : null,
          };
        }),
      ),
    ),
    notes: [],
  };
}

/** Whether everybody had some event: nothing is left to happen. */
function allEnded(curves: readonly IncidenceCurve[]): boolean {
  return Math.abs(curves.reduce((sum, { incidence }) => sum + (incidence.at(-1) ?? 0), 0) - 1) < 1e-12;
}

function noInterval(incidence: number): string {
  return incidence === 0 ? 'no event yet, the interval is undefined' : 'the interval is undefined';
}

/** Gray's test of each cause, a row a cause. */
export function grayTable(tests: readonly GrayResult[], causes: readonly string[]): ResultTable {
  return {
    id: 'tests',
    title: "Gray's test of equal cumulative incidence",
    columns: [
      { key: 'cause', label: 'Event', format: 'text' },
      { key: 'statistic', label: 'Chi-square', format: 'number', why: 'statistic_why' },
      { key: 'degrees_of_freedom', label: 'Degrees of freedom', format: 'count' },
      { key: 'p', label: 'p', format: 'p', why: 'p_why' },
    ],
    rows: tests.map((test, k) =>
      test.ok
        ? {
            cause: causes[k]!,
            statistic: cell(test.statistic),
            degrees_of_freedom: test.degreesOfFreedom,
            ...pCells('p', test.p, test.logP),
          }
        : {
            cause: causes[k]!,
            statistic: null,
            statistic_why: test.problem,
            degrees_of_freedom: null,
            p: null,
            p_why: test.problem,
          },
    ),
    notes: [],
  };
}

/** A curve as its corners: where incidence rises, and where it ends. */
function corners({ time, incidence, lower, upper }: IncidenceCurve) {
  const last = time.length - 1;
  const at = [...time.keys()].filter((i) => incidence[i]! > (i === 0 ? 0 : incidence[i - 1]!) || i === last);
  return {
    time: [0, ...at.map((i) => time[i]!)],
    incidence: [0, ...at.map((i) => incidence[i]!)],
    lower: [null, ...at.map((i) => cell(lower[i]!))],
    upper: [null, ...at.map((i) => cell(upper[i]!))],
  };
}

/** The picture: a panel a cause. */
export function incidenceFigure(of: {
  readonly title: string;
  readonly origin: string;
  readonly causes: readonly string[];
  readonly groups: readonly GroupIncidence[];
  readonly tests: readonly GrayResult[];
  readonly times: readonly number[];
  readonly level: number;
  readonly stamp: string | undefined;
}): IncidenceFigure {
  const { title, origin, causes, groups, tests, times, level, stamp } = of;
  const last = Math.max(0, ...groups.map(({ curves }) => curves[0]!.time.at(-1) ?? 0));
  const marks = monthMarks(last);
  const told = causes.flatMap((cause, k) =>
    groups.map(({ label, curves }) => {
      const at = times.filter((time) => time <= (curves[k]!.time.at(-1) ?? 0)).at(-1);
      const events = `${cause}, ${label}: ${curves[k]!.events} events`;
      if (at === undefined) return events;
      return `${events}, incidence ${printShare(incidenceAt(curves[k]!, [at])[0]!.incidence)} at ${at} months`;
    }),
  );
  return {
    kind: 'cumulative-incidence',
    id: 'cumulative-incidence',
    title,
    alt: `Cumulative incidence curves. ${title}. ${told.slice(0, 12).join('. ')}.`,
    xLabel: `Months since ${origin}`,
    yLabel: 'Cumulative incidence',
    panels: causes.map((cause, k) => {
      const test = tests[k];
      return {
        title: cause,
        curves: groups.map(({ label, curves }) => ({ label, events: curves[k]!.events, ...corners(curves[k]!) })),
        corner: test?.ok ? [`Gray’s test p ${test.p < 0.001 ? '< 0.001' : `= ${printP(test.p)}`}`] : [],
      };
    }),
    riskTable: {
      times: marks,
      atRisk: groups.map(({ curves }) => incidenceAt(curves[0]!, marks).map(({ atRisk }) => atRisk)),
    },
    level,
    ...(stamp === undefined ? {} : { stamp }),
  };
}
