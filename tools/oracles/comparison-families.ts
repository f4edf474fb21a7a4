import {
  cox,
  type LogRankResult,
  type LogRankWeight,
  landmarkRows,
  logRank,
  maximallySelected,
} from '../../lib/stats/index.ts';
import { type Family, followUp, named, numberOrNaN, type OracleCase } from './case.ts';
import { modelResult } from './cox-families.ts';
import { ADJUSTMENT } from './scan-families.ts';

const WEIGHTS: Readonly<Record<string, LogRankWeight>> = {
  logrank: 'log-rank',
  gehan: 'gehan',
  tarone: 'tarone-ware',
  peto: 'peto-peto',
};

/** The weight that a spec names: a word, `FH(rho,gamma)`, or rho alone, as survdiff takes it. */
function weightOf({ spec: { weight, rho } }: OracleCase): LogRankWeight | undefined {
  if (typeof rho === 'number') return { rho, gamma: 0 };
  const [, r, gamma] = /^FH\(([\d.]+),([\d.]+)\)$/.exec(String(weight)) ?? [];
  return gamma === undefined ? WEIGHTS[String(weight)] : { rho: Number(r), gamma: Number(gamma) };
}

const test = (result: LogRankResult) =>
  result.ok ? { chisq: result.chiSquare, df: result.degreesOfFreedom, p: result.p, log_p: result.logP } : {};

function tablesOf(given: OracleCase, data: Parameters<Family>[1]) {
  const start = given.spec['start'] ?? given.spec['entry'];
  const rows = data.complete([...named(given, ['time', 'event', 'group', 'strata', 'start', 'entry'])]);
  const { levels, codes } = rows.levels(String(given.spec['group']));
  const { strata } = given.spec;
  const stratum = typeof strata === 'string' ? rows.levels(strata).codes : undefined;
  const f = followUp({ ...given, spec: { ...given.spec, start } }, rows);
  return { levels, tables: logRank.accumulate(f, codes, levels.length, stratum) };
}

/** As survdiff prints it: observed and expected are weighted. */
const survdiff: Family = (given, data) => {
  const weight = weightOf(given);
  if (weight === undefined) return undefined;
  const result = logRank.solve(tablesOf(given, data).tables, { weight });
  const { n, weightedObserved, weightedExpected, variance } = result;
  return { n, observed: weightedObserved, expected: weightedExpected, V: variance, ...test(result) };
};

const weighted: Family = (given, data) => {
  const weight = weightOf(given);
  if (weight === undefined) return undefined;
  const { scores } = given.spec;
  const { levels, tables } = tablesOf(given, data);
  const result = logRank.solve(tables, { weight, ...(Array.isArray(scores) ? { scores: scores.map(Number) } : {}) });
  const trend = result.ok ? result.trend : undefined;
  return {
    levels,
    n: result.n,
    observed: result.observed,
    expected: result.expected,
    U: result.weightedObserved.map((o, g) => o - result.weightedExpected[g]!),
    V: result.variance,
    ...test(result),
    ...(trend === undefined ? {} : { trend: { scores, z: trend.z, chisq: trend.statistic, p: trend.p } }),
  };
};

const pairwise: Family = (given, data) => {
  const { levels, tables } = tablesOf(given, data);
  const names = named(given, ['adjust']);
  const compared = names.map((name) => logRank.pairwise(tables, ADJUSTMENT[name]!));
  return {
    pairs: compared[0]?.map(({ groups }) => groups.map((g) => levels[g])),
    p: compared[0]?.map(({ p }) => numberOrNaN(p)),
    ...Object.fromEntries(names.map((name, i) => [name, compared[i]!.map(({ adjustedP }) => numberOrNaN(adjustedP))])),
  };
};

const landmark: Family = (given, data) => {
  const { exposure_day: exposure, landmark: at } = given.spec;
  const rows = data.complete(named(given, ['time', 'event']));
  const kept = landmarkRows(followUp(given, rows), rows.numbers(String(exposure)), Number(at));
  const { exposed, excludedEvents, excludedCensored } = kept;
  const compared = logRank.solve(logRank.accumulate(kept, exposed, 2));
  const model = { time: kept.time, event: kept.event, names: ['x'], covariates: [Float64Array.from(exposed)] };
  const fit = cox.fit(model);
  if (!fit.ok || !compared.ok) return {};
  return {
    n_kept: exposed.length,
    n_excluded_event: excludedEvents,
    n_excluded_censored: excludedCensored,
    n_exposed: exposed.reduce((sum, x) => sum + x, 0),
    logrank_chisq: compared.chiSquare,
    logrank_p: compared.p,
    cox: modelResult({ ...given, result: (given.result as { cox: unknown }).cox }, fit, model),
  };
};

/** The cuts that the result shows, and p by each of maxstat's methods. */
const selection: Family = (given, data) => {
  const { time, event, marker, minprop, maxprop } = given.spec;
  const rows = data.complete([time, event, marker].map(String));
  const f = followUp(given, rows);
  const found = maximallySelected(f, rows.numbers(String(marker)), { least: Number(minprop), most: Number(maxprop) });
  if (!found.ok) return {};
  const shown = (given.result as { cuts: number[] }).cuts.map((cut) => found.cuts.indexOf(cut));
  return {
    statistic: found.statistic,
    cutpoint: found.cut,
    p: { Lau92: found.p.lausen92, 'Lau94.M': found.p.lausen94, HL: numberOrNaN(found.p.permutation) },
    p_exactGauss_approx: found.p.normal,
    cuts: shown.map((place) => found.cuts[place] ?? Number.NaN),
    stats: shown.map((place) => found.statistics[place] ?? Number.NaN),
  };
};

/** Tests that compare curves. */
export const COMPARISON_FAMILIES: Readonly<Record<string, Family>> = {
  logrank: survdiff,
  logrank_weighted: weighted,
  logrank_left_truncated: weighted,
  logrank_pairwise: pairwise,
  landmark,
  maxstat: selection,
};
