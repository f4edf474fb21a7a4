import {
  type Contrast,
  type CurveOptions,
  compareRestrictedMeans,
  kaplanMeier,
  logRank,
  nelsonAalen,
  quantile,
  restrictedMean,
  reverseKaplanMeier,
  robustStandardError,
  SURVIVAL_INTERVALS,
  type SurvivalCurve,
  type SurvivalInterval,
  survivalAt,
} from '../../lib/stats/index.ts';
import { type Family, followUp, named, numberOrNaN, type OracleCase } from './case.ts';

/** The interval that the spec states, or else the words of the call. */
function curveOptions({ spec, call }: OracleCase): CurveOptions | undefined {
  const { conf_type: type, conf_level: level } = spec;
  const said = typeof type === 'string' ? type : /log-log|logit|arcsin|plain|log/.exec(call)?.[0];
  const interval = SURVIVAL_INTERVALS.find((known) => known === said);
  if (interval === undefined) return undefined;
  return { interval: interval satisfies SurvivalInterval, ...(typeof level === 'number' ? { level } : {}) };
}

/** Rows (`idx`, 1-based) and times (`at.time`) at which the case looks at a curve: they stand in its result, being part of the question. */
function looks(expected: unknown): { rows?: number[]; times?: number[] } {
  const { idx, at } = (expected ?? {}) as { idx?: unknown; at?: { time?: unknown } };
  return {
    ...(Array.isArray(idx) ? { rows: idx.map(Number) } : {}),
    ...(Array.isArray(at?.time) ? { times: at.time.map(Number) } : {}),
  };
}

function quartiles(curve: SurvivalCurve) {
  const at = (p: number) => {
    const { estimate, lower, upper } = quantile(curve, p);
    return [estimate, lower, upper].map(numberOrNaN);
  };
  return { q25: at(1 / 4), median: at(1 / 2), q75: at(3 / 4) };
}

/** At risk just before the next exit: summary.survfit counts who comes between a time and that. */
function atRiskOfSurvfit({ time, atRisk }: SurvivalCurve, at: number): number {
  return atRisk[time.findIndex((t) => t >= at)] ?? 0;
}

function curveResult(curve: SurvivalCurve, expected: unknown) {
  const { rows, times } = looks(expected);
  const thinned = (values: Float64Array) => rows?.map((row) => values[row - 1]) ?? values;
  const points = times === undefined ? undefined : survivalAt(curve, times);
  return {
    n: curve.n,
    idx: rows ?? null,
    n_times: curve.time.length,
    time: thinned(curve.time),
    n_risk: thinned(curve.atRisk),
    n_event: thinned(curve.event),
    n_censor: thinned(curve.censored),
    surv: thinned(curve.survival),
    se_surv: thinned(curve.standardError),
    se_cumhaz_greenwood: thinned(curve.logStandardError),
    lower: thinned(curve.lower),
    upper: thinned(curve.upper),
    sum_surv: curve.survival.reduce((sum, s) => sum + s, 0),
    quantiles: quartiles(curve),
    ...(points === undefined
      ? {}
      : {
          at: {
            time: points.map(({ time }) => time),
            surv: points.map(({ survival }) => survival),
            n_risk: points.map(({ time }) => atRiskOfSurvfit(curve, time)),
            se_surv: points.map(({ standardError }) => numberOrNaN(standardError)),
            lower: points.map(({ lower }) => numberOrNaN(lower)),
            upper: points.map(({ upper }) => numberOrNaN(upper)),
          },
        }),
  };
}

const km: Family = (given, data) => {
  const options = curveOptions(given);
  if (options === undefined) return undefined;
  const { weights, landmark } = given.spec;
  const rows = data.complete(named(given, ['time', 'event', 'start', 'weights']));
  const weight = typeof weights === 'string' ? rows.numbers(weights) : undefined;
  const f = followUp(given, rows);
  const from = typeof landmark === 'number' ? { from: landmark } : {};
  const curve = kaplanMeier.solve(kaplanMeier.accumulate(f, weight), { ...options, ...from });
  if (weight !== undefined) {
    // survfit's std.err of a robust curve is that of survival itself; the case multiplies it by survival, as if it were the logarithm's
    const robust = robustStandardError(f, curve, weight).map((error, i) => error * curve.survival[i]!);
    return { ...curveResult(curve, given.result), robust_se_surv: robust };
  }
  return curveResult(curve, given.result);
};

const kmGroups: Family = (given, data) => {
  const options = curveOptions(given);
  if (options === undefined) return undefined;
  const rows = data.complete(named(given, ['time', 'event', 'start', 'group']));
  const { levels, codes } = rows.levels(String(given.spec['group']));
  const tables = logRank.tablesByGroup(logRank.accumulate(followUp(given, rows), codes, levels.length));
  const expected = Array.isArray(given.result) ? given.result : [];
  return levels.map((level, g) => ({ level, ...curveResult(kaplanMeier.solve(tables[g]!, options), expected[g]) }));
};

/** The spec's event is the censoring already: the curve of its complement, reversed. */
const medianFollowUp: Family = (given, data) => {
  const options = curveOptions(given);
  if (options === undefined) return undefined;
  const rows = data.complete(named(given, ['time', 'event']));
  const { time, event } = followUp(given, rows);
  return quartiles(reverseKaplanMeier({ time, event: event.map((censored) => 1 - censored) }, options));
};

const hazard: Family = (given, data) => {
  const table = nelsonAalen.accumulate(followUp(given, data.complete(named(given, ['time', 'event', 'start']))));
  const together = nelsonAalen.solve(table);
  const apart = nelsonAalen.solve(table, { ties: 'apart' });
  const { time } = given.result as { time: number[] };
  const rows = time.map((t) => together.time.findIndex((at) => Math.abs(at - t) <= given.tol));
  const thinned = (values: Float64Array) => rows.map((row) => values[row] ?? Number.NaN);
  return {
    time: thinned(together.time),
    nelson_aalen: thinned(together.cumulativeHazard),
    se_na: thinned(together.standardError),
    surv_breslow: thinned(together.survival),
    fleming_harrington: thinned(apart.cumulativeHazard),
    se_fh: thinned(apart.standardError),
    surv_fh: thinned(apart.survival),
  };
};

/** Restricted means of the two arms that a column of 0 and 1 makes. */
const rmst: Family = (given, data) => {
  const rows = data.complete(named(given, ['time', 'event', 'group']));
  const { codes, levels } = rows.levels(String(given.spec['group']));
  const tables = logRank.tablesByGroup(logRank.accumulate(followUp(given, rows), codes, levels.length));
  const [first, second] = tables.map((table) =>
    restrictedMean(kaplanMeier.solve(table), Number(given.spec['tau']), { extend: true }),
  );
  if (first?.ok !== true || second?.ok !== true) return {};
  const { difference, ratio } = compareRestrictedMeans(first, second);
  const limits = ({ estimate, lower, upper }: Contrast) => [estimate, lower, upper];
  const p = ({ test }: Contrast) => (test.ok ? test.p : Number.NaN);
  return {
    arm0: [first.estimate, first.standardError],
    arm1: [second.estimate, second.standardError],
    diff: limits(difference),
    diff_p: p(difference),
    ...(ratio === undefined ? {} : { ratio: limits(ratio), ratio_p: p(ratio) }),
  };
};

/** Curves of rows (start, stop] by group, read at the times that the result names. */
const simonMakuch: Family = (given, data) => {
  const options = curveOptions(given);
  if (options === undefined) return undefined;
  const rows = data.complete(named(given, ['time', 'event', 'start', 'group']));
  const { levels, codes } = rows.levels(String(given.spec['group']));
  const tables = logRank.tablesByGroup(logRank.accumulate(followUp(given, rows), codes, levels.length));
  const { strata, time } = given.result as { strata: string[]; time: number[] };
  const points = time.map((t, i) => {
    const g = levels.findIndex((level) => strata[i]!.endsWith(`=${level}`));
    const curve = kaplanMeier.solve(tables[g]!, options);
    return { ...survivalAt(curve, [t])[0]!, atRisk: atRiskOfSurvfit(curve, t) };
  });
  return {
    strata,
    time: points.map((point) => point.time),
    surv: points.map(({ survival }) => survival),
    n_risk: points.map(({ atRisk }) => atRisk),
    lower: points.map(({ lower }) => numberOrNaN(lower)),
    upper: points.map(({ upper }) => numberOrNaN(upper)),
  };
};

/** Curves, by one group or several. */
export const SURVIVAL_FAMILIES: Readonly<Record<string, Family>> = {
  km,
  km_groups: kmGroups,
  km_left_truncated: km,
  km_weighted: km,
  km_landmark: km,
  median_followup: medianFollowUp,
  nelson_aalen: hazard,
  nelson_aalen_left_truncated: hazard,
  rmst,
  simon_makuch: simonMakuch,
};
