import {
  type Adjustment,
  adjust,
  type CurveOptions,
  cox,
  type FollowUp,
  fisherExact,
  GENE_OUTCOME,
  type GeneBits,
  geneScan,
  kaplanMeier,
  logRank,
  quantile,
  reverseKaplanMeier,
  SURVIVAL_INTERVALS,
  type SurvivalCurve,
  type SurvivalInterval,
  survivalAt,
} from '../../lib/stats/index.ts';
import { fromFile } from './agreement.ts';
import { Dataset } from './dataset.ts';
import { PREDICTION_FAMILIES } from './prediction-families.ts';
import { TABLE_FAMILIES } from './table-families.ts';

/** A reference case: what to compute of which data, and what R makes of it. */
export interface OracleCase {
  readonly id: string;
  readonly family: string;
  readonly data: string | null;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly call: string;
  readonly tol: number;
  readonly result: unknown;
}

export interface OracleFile {
  readonly cases: readonly OracleCase[];
}

/** What the library makes of a case; `whole` unless fields of the family are still to come. */
export interface Answer {
  readonly result: unknown;
  readonly whole: boolean;
}

/** Answers a case, or undefined where it asks for what isn't built. */
type Family = (given: OracleCase, data: Dataset) => Answer | undefined;

const whole = (result: unknown): Answer => ({ result, whole: true });

/** The expressions that a spec names under these keys. */
function named({ spec }: OracleCase, keys: readonly string[]): string[] {
  return keys.flatMap((key) => spec[key] ?? []).map(String);
}

function followUp(given: OracleCase, data: Dataset): FollowUp {
  const { time, event, start } = given.spec;
  return {
    time: data.numbers(String(time)),
    event: Uint8Array.from(data.numbers(String(event))),
    ...(typeof start === 'string' ? { entry: data.numbers(start) } : {}),
  };
}

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
  return whole(curveResult(curve, given.result));
};

const kmGroups: Family = (given, data) => {
  const options = curveOptions(given);
  if (options === undefined || typeof given.spec['weights'] === 'string') return undefined;
  const rows = data.complete(named(given, ['time', 'event', 'start', 'group']));
  const { levels, codes } = rows.levels(String(given.spec['group']));
  const tables = logRank.tablesByGroup(logRank.accumulate(followUp(given, rows), codes, levels.length));
  const expected = Array.isArray(given.result) ? given.result : [];
  return whole(
    levels.map((level, g) => ({ level, ...curveResult(kaplanMeier.solve(tables[g]!, options), expected[g]) })),
  );
};

/** The spec's event is the censoring already: the curve of its complement, reversed. */
const medianFollowUp: Family = (given, data) => {
  const options = curveOptions(given);
  if (options === undefined) return undefined;
  const rows = data.complete(named(given, ['time', 'event']));
  const { time, event } = followUp(given, rows);
  return whole(quartiles(reverseKaplanMeier({ time, event: event.map((censored) => 1 - censored) }, options)));
};

const logRankTest: Family = (given, data) => {
  if (given.spec['rho'] !== 0) return undefined;
  const rows = data.complete(named(given, ['time', 'event', 'group', 'strata']));
  const { levels, codes } = rows.levels(String(given.spec['group']));
  const { strata } = given.spec;
  const stratum = typeof strata === 'string' ? rows.levels(strata).codes : undefined;
  const test = logRank.solve(logRank.accumulate(followUp(given, rows), codes, levels.length, stratum));
  return whole({
    n: test.n,
    observed: test.observed,
    expected: test.expected,
    V: test.variance,
    ...(test.ok ? { chisq: test.chiSquare, df: test.degreesOfFreedom, p: test.p } : {}),
  });
};

const fisher: Family = ({ spec }) => {
  const [[a, b], [c, d]] = spec['table'] as [[number, number], [number, number]];
  const level = spec['conf_level'];
  const options = typeof level === 'number' ? { level } : {};
  const test = fisherExact(a, b, c, d, options);
  const greater = fisherExact(a, b, c, d, { ...options, alternative: 'greater' });
  const less = fisherExact(a, b, c, d, { ...options, alternative: 'less' });
  return whole({
    or_cmle: test.ok ? test.oddsRatio : Number.NaN,
    ci: [test.lower, test.upper],
    p_two_sided: test.p,
    p_greater: greater.p,
    p_less: less.p,
    p_mid_two_sided_doubling: test.pMid,
    ci_greater: [greater.lower, greater.upper],
    ci_less: [less.lower, less.upper],
  });
};

/** As R names them. */
const ADJUSTMENT: Readonly<Record<string, Adjustment>> = {
  holm: 'holm',
  hochberg: 'hochberg',
  hommel: 'hommel',
  bonferroni: 'bonferroni',
  BH: 'benjamini-hochberg',
  BY: 'benjamini-yekutieli',
};

function adjusted(p: Float64Array, names: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, adjust(p, ADJUSTMENT[name]!)]));
}

const pAdjust: Family = ({ spec }) => {
  const p = Float64Array.from([spec['p']].flat(), (value) => Number(fromFile(value)));
  return whole(adjusted(p, Object.keys(ADJUSTMENT)));
};

/** The fields of a Cox fit that there are; residuals, baseline hazard and the test of proportional hazards are still to come. */
const coxModel: Family = (given, data) => {
  const { ties, weights, cluster, start, strata } = given.spec;
  const asked = [weights, cluster, start].some((option) => option !== null && option !== undefined);
  if (ties !== 'efron' || asked) return undefined;
  const names = named(given, ['covariates']);
  const rows = data.complete([...named(given, ['time', 'event', 'strata']), ...names]);
  const { time, event } = followUp(given, rows);
  const fit = cox.fit({
    time,
    event,
    names,
    covariates: names.map((name) => rows.numbers(name)),
    ...(typeof strata === 'string' ? { strata: rows.levels(strata).codes } : {}),
  });
  if (!fit.ok) return { result: {}, whole: false };
  const { wald, score, likelihoodRatio } = fit;
  const test = ({ statistic, degreesOfFreedom, p }: typeof wald) => [statistic, degreesOfFreedom, p];
  const result = {
    n: fit.n,
    nevent: fit.events,
    coef: fit.coefficients,
    se: fit.standardErrors,
    var: fit.variance,
    hr: fit.hazardRatios,
    hr_lower: fit.lower,
    hr_upper: fit.upper,
    z: fit.z,
    p: fit.p,
    loglik: [fit.logLikelihoodAtZero, fit.logLikelihood],
    lr_test: test(likelihoodRatio),
    score_test: test(score),
    wald_test: test(wald),
  };
  return { result, whole: false };
};

/** Genes as columns of 0 and 1. */
function geneBits(names: readonly string[], data: Dataset): GeneBits {
  const bits = names.map((name) => {
    const words = new Uint32Array(Math.ceil(data.rows / Uint32Array.BYTES_PER_ELEMENT / 8));
    data.numbers(name).forEach((value, row) => {
      if (value === 1) words[row >>> 5]! |= 1 << (row & 31);
    });
    return words;
  });
  return { count: names.length, altered: (gene) => bits[gene]! };
}

const scan: Family = (given, data) => {
  const names = named(given, ['genes']);
  const rows = data.complete([...named(given, ['time', 'event', 'outcome']), ...names]);
  const genes = geneBits(names, rows);
  const { outcome, ties } = given.spec;
  if (typeof outcome === 'string') {
    const { tables, p, oddsRatio } = geneScan.fisher(Uint8Array.from(rows.numbers(outcome)), genes);
    const cells = names.map((_, gene) => {
      const [a, b, c, d] = tables.subarray(4 * gene);
      return [a, c, b, d];
    });
    return whole({ tables: cells, p, or: oddsRatio, ...adjusted(p, ['BH', 'BY', 'holm']) });
  }
  if (ties !== 'efron') return undefined;
  const fits = geneScan.cox(followUp(given, rows), genes);
  const estimated = (values: ArrayLike<number>) =>
    Float64Array.from(values, (value, gene) => (fits.outcome[gene] === GENE_OUTCOME.estimated ? value : Number.NaN));
  return whole({
    coef: estimated(fits.coefficient),
    se: estimated(fits.standardError),
    wald_p: estimated(fits.p),
    lr_p: estimated(fits.likelihoodRatioP),
    score_p: estimated(fits.scoreP),
    n_mut: estimated(fits.carriers),
    BH_wald: adjust(estimated(fits.p), ADJUSTMENT['BH']!),
  });
};

const FAMILIES: Readonly<Record<string, Family>> = {
  km,
  km_groups: kmGroups,
  km_left_truncated: km,
  median_followup: medianFollowUp,
  logrank: logRankTest,
  fisher_2x2: fisher,
  p_adjust: pAdjust,
  cox: coxModel,
  gene_scan: scan,
  ...TABLE_FAMILIES,
  ...PREDICTION_FAMILIES,
};

/** What the library makes of a case; undefined where its family, or an option of it, isn't built. */
export function answerOf(given: OracleCase, directory: string): Answer | undefined {
  const family = FAMILIES[given.family];
  if (family === undefined) return undefined;
  return family(given, given.data === null ? new Dataset(new Map(), 0) : Dataset.read(directory, given.data));
}
