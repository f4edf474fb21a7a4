import type { ResultTable } from '../../result/index.ts';
import {
  type CoxResult,
  type CoxRows,
  cox,
  type FollowUp,
  type LogRankResult,
  type LogRankTables,
  logRank,
  type Proportionality,
  proportionality,
} from '../../stats/index.ts';
import { cell, pCells } from '../parts/cells.ts';
import { partOf } from '../parts/follow-up.ts';
import type { Groups } from './survival-curves.ts';

/** A group against the first: its place among the labels, and what Cox regression says of it. */
interface AgainstFirst {
  readonly group: number;
  readonly hazardRatio: number;
  readonly lower: number;
  readonly upper: number;
  readonly p: number;
  readonly logP: number;
  readonly coefficient: number;
  readonly standardError: number;
  /** Why there is no estimate; empty where there is. */
  readonly why: string;
}

/** Groups compared: every figure that the comparison gives. */
export interface Comparison {
  readonly tables: LogRankTables;
  readonly logRank: LogRankResult;
  readonly cox: CoxResult;
  /** One for each group but the first. */
  readonly againstFirst: readonly AgainstFirst[];
  /** Of the Cox fit, where there is one. */
  readonly proportional: Proportionality | undefined;
}

/** Log-rank test of all groups, and Cox regression of each against the first; within strata, where there are any. */
export function compare(f: FollowUp, groups: Groups, level: number, strata?: Int32Array): Comparison {
  const tables = logRank.accumulate(f, groups.codes, groups.labels.length, strata);
  const others = groups.labels.map((_, g) => g).slice(1);
  const rows = rowsOf({ f, groups, strata }, others);
  const fit = cox.fit(rows, { level });
  return {
    tables,
    logRank: logRank.solve(tables),
    cox: fit,
    againstFirst: estimates({ f, groups, strata }, others, fit, level),
    proportional: fit.ok ? proportionality(rows, fit) : undefined,
  };
}

/** Patients of groups, and their strata. */
interface Grouped {
  readonly f: FollowUp;
  readonly groups: Groups;
  readonly strata: Int32Array | undefined;
}

/** A column for each group but the first, under its number. */
function rowsOf({ f, groups: { codes }, strata }: Grouped, others: readonly number[]): CoxRows {
  const covariates = others.map((g) => Float64Array.from(codes, (code) => (code === g ? 1 : 0)));
  return { ...f, covariates, names: others.map(String), ...(strata === undefined ? {} : { strata }) };
}

const NO_ESTIMATE = {
  hazardRatio: Number.NaN,
  lower: Number.NaN,
  upper: Number.NaN,
  p: Number.NaN,
  logP: Number.NaN,
  coefficient: Number.NaN,
  standardError: Number.NaN,
};

function estimates(
  grouped: Grouped,
  others: readonly number[],
  fit: CoxResult,
  level: number,
): readonly AgainstFirst[] {
  if (fit.ok) {
    return others.map((group, j) => ({
      group,
      hazardRatio: fit.hazardRatios[j]!,
      lower: fit.lower[j]!,
      upper: fit.upper[j]!,
      p: fit.p[j]!,
      logP: fit.logP[j]!,
      coefficient: fit.coefficients[j]!,
      standardError: fit.standardErrors[j]!,
      why: '',
    }));
  }
  if (fit.problem !== 'monotone') return others.map((group) => ({ group, ...NO_ESTIMATE, why: fit.problem }));
  const direction = new Map(fit.columns.map((name, j) => [Number(name), fit.directions[j]!]));
  const rest = others.filter((g) => !direction.has(g));
  const falling = [...direction.values()].every((d) => d < 0);
  const left = falling && rest.length > 0 ? withoutGroups(grouped, direction) : undefined;
  const others2 = left && estimates(left, rest, cox.fit(rowsOf(left, rest), { level }), level);
  return others.map((group) => {
    const d = direction.get(group);
    if (d !== undefined)
      return { group, ...NO_ESTIMATE, why: d < 0 ? '0, monotone likelihood' : 'infinite, monotone likelihood' };
    return others2?.find((other) => other.group === group) ?? { group, ...NO_ESTIMATE, why: 'monotone likelihood' };
  });
}

/**
 * Rows of the groups whose hazard ratio isn't 0. As a group's hazard ratio goes to 0 its rows leave every risk set, so that the estimates of the
 * others are those of a fit without them.
 */
function withoutGroups({ f, groups, strata }: Grouped, gone: ReadonlyMap<number, number>): Grouped {
  const { labels, codes } = groups;
  const rows = [...codes.keys()].filter((i) => !gone.has(codes[i]!));
  return {
    f: partOf(f, rows),
    groups: { labels, codes: Int32Array.from(rows, (i) => codes[i]!) },
    strata: strata && Int32Array.from(rows, (i) => strata[i]!),
  };
}

/** Hazard ratio of each group, the first being the reference. */
export function hazardRatioTable(
  { labels }: Groups,
  { againstFirst, logRank: test }: Comparison,
  group: string,
): ResultTable {
  const counts = (g: number) => ({
    group: labels[g]!,
    n: test.n[g]!,
    events: test.observed[g]!,
    expected: cell(test.expected[g]!),
  });
  return {
    id: 'hazard-ratios',
    title: `Hazard ratios against ${labels[0]}`,
    columns: [
      { key: 'group', label: group, format: 'text' },
      { key: 'n', label: 'Patients', format: 'count' },
      { key: 'events', label: 'Events', format: 'count' },
      { key: 'expected', label: 'Expected events', format: 'number' },
      {
        key: 'hazard_ratio',
        label: 'Hazard ratio',
        format: 'ratio',
        low: 'hazard_ratio_low',
        high: 'hazard_ratio_high',
        why: 'hazard_ratio_why',
      },
      { key: 'p', label: 'Wald p', format: 'p', why: 'p_why' },
    ],
    rows: [
      {
        ...counts(0),
        hazard_ratio: null,
        hazard_ratio_low: null,
        hazard_ratio_high: null,
        hazard_ratio_why: 'reference',
      },
      ...againstFirst.map(({ group: g, hazardRatio, lower, upper, p, logP, coefficient, standardError, why }) => ({
        ...counts(g),
        hazard_ratio: cell(hazardRatio),
        hazard_ratio_low: cell(lower),
        hazard_ratio_high: cell(upper),
        hazard_ratio_why: why,
        ...pCells('p', p, logP, why),
        coefficient: cell(coefficient),
        standard_error: cell(standardError),
      })),
    ],
    notes: ['Expected events are those of the log-rank test.'],
  };
}

/** The log-rank test, and the three tests of the Cox model as a whole. */
export function testTable({ logRank: test, cox: fit }: Comparison): ResultTable {
  const row = (name: string, statistic: number, degreesOfFreedom: number, p: number, logP: number, why = '') => ({
    test: name,
    statistic: cell(statistic),
    degrees_of_freedom: degreesOfFreedom,
    ...pCells('p', p, logP),
    ...(why && { p_why: why, statistic_why: why }),
  });
  const none = (name: string, why: string) => row(name, Number.NaN, 0, Number.NaN, Number.NaN, why);
  const of = (name: string, t: { statistic: number; degreesOfFreedom: number; p: number; logP: number }) =>
    row(name, t.statistic, t.degreesOfFreedom, t.p, t.logP);
  return {
    id: 'tests',
    title: 'Tests of equal survival',
    columns: [
      { key: 'test', label: 'Test', format: 'text' },
      { key: 'statistic', label: 'Chi-square', format: 'number', why: 'statistic_why' },
      { key: 'degrees_of_freedom', label: 'Degrees of freedom', format: 'count' },
      { key: 'p', label: 'p', format: 'p', why: 'p_why' },
    ],
    rows: [
      test.ok
        ? row('Log-rank', test.chiSquare, test.degreesOfFreedom, test.p, test.logP)
        : none('Log-rank', test.problem),
      ...('likelihoodRatio' in fit
        ? [of('Cox likelihood ratio', fit.likelihoodRatio), of('Cox score', fit.score)]
        : []),
      ...(fit.ok ? [of('Cox Wald', fit.wald)] : []),
    ],
    notes: [],
  };
}
