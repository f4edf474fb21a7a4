import {
  type CurveOptions,
  kaplanMeier,
  logRank,
  quantile,
  reverseKaplanMeier,
  SURVIVAL_INTERVALS,
  type SurvivalCurve,
  type SurvivalInterval,
  survivalAt,
} from '../../lib/stats/index.ts';
import { type Family, followUp, named, type OracleCase } from './case.ts';

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
    return [estimate, lower, upper];
  };
  return { q25: at(1 / 4), median: at(1 / 2), q75: at(3 / 4) };
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
            n_risk: points.map(({ atRisk }) => atRisk),
            se_surv: points.map(({ standardError }) => standardError),
            lower: points.map(({ lower }) => lower),
            upper: points.map(({ upper }) => upper),
          },
        }),
  };
}

const km: Family = (given, data) => {
  const options = curveOptions(given);
  if (options === undefined || typeof given.spec['weights'] === 'string') return undefined;
  const rows = data.complete(named(given, ['time', 'event', 'start']));
  const curve = kaplanMeier.solve(kaplanMeier.accumulate(followUp(given, rows)), options);
  return curveResult(curve, given.result);
};

const kmGroups: Family = (given, data) => {
  const options = curveOptions(given);
  if (options === undefined || typeof given.spec['weights'] === 'string') return undefined;
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

const logRankTest: Family = (given, data) => {
  if (given.spec['rho'] !== 0) return undefined;
  const rows = data.complete(named(given, ['time', 'event', 'group', 'strata']));
  const { levels, codes } = rows.levels(String(given.spec['group']));
  const { strata } = given.spec;
  const stratum = typeof strata === 'string' ? rows.levels(strata).codes : undefined;
  const test = logRank.solve(logRank.accumulate(followUp(given, rows), codes, levels.length, stratum));
  return {
    n: test.n,
    observed: test.observed,
    expected: test.expected,
    V: test.variance,
    ...(test.ok ? { chisq: test.chiSquare, df: test.degreesOfFreedom, p: test.p } : {}),
  };
};

/** Curves, and tests that compare them. */
export const SURVIVAL_FAMILIES: Readonly<Record<string, Family>> = {
  km,
  km_groups: kmGroups,
  km_left_truncated: km,
  median_followup: medianFollowUp,
  logrank: logRankTest,
};
