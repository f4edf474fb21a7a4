import {
  baselineHazard,
  type CoxFit,
  type CoxOptions,
  type CoxRows,
  concordance,
  cox,
  coxCurves,
  coxProfile,
  coxResiduals,
  firthCox,
  linearPredictor,
  proportionality,
  type Test,
  TIES,
  TIME_SCALES,
  TIME_WEIGHTS,
} from '../../lib/stats/index.ts';
import { disagreements } from './agreement.ts';
import { type Family, named, numberOrNaN, type OracleCase } from './case.ts';
import type { Dataset } from './dataset.ts';
import { asRounded } from './last-rows.ts';

interface Model {
  readonly rows: CoxRows;
  readonly options: CoxOptions;
  readonly levels: readonly (string | number)[];
}

/** The rows and options that a case's spec means; complete ones only. */
function modelOf(given: OracleCase, data: Dataset): Model {
  const { spec } = given;
  const names = named(given, ['covariates', 'exposure']);
  const complete = data.complete([
    ...named(given, ['start', 'time', 'event', 'strata', 'weights', 'cluster']),
    ...names,
  ]);
  const column = (key: string) => (typeof spec[key] === 'string' ? complete.numbers(spec[key]) : undefined);
  const codes = (key: string) => (typeof spec[key] === 'string' ? complete.levels(spec[key]) : undefined);
  const [entry, weights, strata, cluster] = [column('start'), column('weights'), codes('strata'), codes('cluster')];
  const ties = TIES.find((known) => known === spec['ties']);
  return {
    rows: {
      time: complete.numbers(String(spec['time'])),
      event: Uint8Array.from(complete.numbers(String(spec['event']))),
      names,
      covariates: names.map((name) => complete.numbers(name)),
      ...(entry === undefined ? {} : { entry }),
      ...(weights === undefined ? {} : { weights }),
      ...(strata === undefined ? {} : { strata: strata.codes }),
    },
    options: {
      ...(ties === undefined ? {} : { ties }),
      ...(cluster === undefined ? {} : { cluster: cluster.codes }),
    },
    levels: strata?.levels ?? [],
  };
}

const test = ({ statistic, degreesOfFreedom, p }: Test) => [statistic, degreesOfFreedom, p];

/** The fit's concordance; where R's rounding took tied predictors apart, with them taken apart as R did. */
function fitConcordance({ result, tol }: OracleCase, fit: CoxFit, rows: CoxRows, cluster?: Int32Array): number[] {
  const expected = (result as { concordance?: unknown }).concordance;
  let tied: number[] | undefined;
  for (const predictor of asRounded(linearPredictor(rows, fit))) {
    const sums = concordance.accumulate(rows, predictor, { ...rows, ...(cluster === undefined ? {} : { cluster }) });
    const found = concordance.solve(sums);
    const answer = found.ok ? [found.estimate, found.standardError ?? Number.NaN] : [];
    if (disagreements(answer, expected, tol).length === 0) return answer;
    tied ??= answer;
  }
  return tied ?? [];
}

/** What R's summary of a Cox model says. */
export function modelResult(given: OracleCase, fit: CoxFit, rows: CoxRows, cluster?: Int32Array) {
  return {
    n: fit.n,
    nevent: fit.events,
    coef: fit.coefficients,
    se: fit.standardErrors,
    naive_se: fit.naive?.standardErrors ?? null,
    var: fit.variance,
    hr: fit.hazardRatios,
    hr_lower: fit.lower,
    hr_upper: fit.upper,
    z: fit.z,
    p: fit.p,
    loglik: [fit.logLikelihoodAtZero, fit.logLikelihood],
    lr_test: test(fit.likelihoodRatio),
    score_test: test(fit.score),
    wald_test: test(fit.wald),
    concordance: fitConcordance(given, fit, rows, cluster),
    aic: fit.aic,
  };
}

/** What a case's result says of where it looks: rows of a longer column (1-based), or times of a curve. */
function looks(expected: unknown, field: string, key: string): number[] {
  const part = (expected as Record<string, Record<string, unknown>>)[field];
  const at = part?.[key];
  return Array.isArray(at) ? at.map(Number) : [];
}

function pick(values: ArrayLike<number>, rows: readonly number[], width: number): number[][] {
  return rows.map((row) => Array.from({ length: width }, (_, j) => values[(row - 1) * width + j] ?? Number.NaN));
}

const at = (time: Float64Array, values: Float64Array, when: number) => values[time.indexOf(when)] ?? Number.NaN;

/** Baseline hazard, curve at the mean, and residuals, where the result looks at them. */
function detailResult(given: OracleCase, { rows, levels }: Model, fit: CoxFit) {
  const expected = given.result as Record<string, Record<string, unknown>>;
  const p = fit.names.length;
  const residuals = coxResiduals(rows, fit);
  const baselines = baselineHazard(rows, fit);
  const strata = expected['basehaz']?.['strata'];
  const baseline = (i: number) => {
    if (!Array.isArray(strata)) return baselines[0]!;
    const level = levels.findIndex((name) => String(strata[i]).endsWith(`=${name}`));
    return baselines.find(({ stratum }) => stratum === level)!;
  };
  const means = rows.covariates.map((values) => values.reduce((sum, value) => sum + value, 0) / values.length);
  const [curve] = coxCurves(rows, fit, means, { interval: 'log-log' });
  const when = looks(expected, 'basehaz', 'time');
  const points = looks(expected, 'surv_at_mean', 'time');
  const own = looks(expected, 'residuals', 'row');
  return {
    basehaz: {
      hazard: when.map((t, i) => at(baseline(i).time, baseline(i).cumulativeHazard, t)),
      time: when.map((t, i) => at(baseline(i).time, baseline(i).time, t)),
      strata: when.map((_, i) => levels[baseline(i).stratum] ?? null),
    },
    surv_at_mean: {
      newdata: means,
      time: points.map((t) => at(curve!.time, curve!.time, t)),
      surv: points.map((t) => at(curve!.time, curve!.survival, t)),
      se_cumhaz: points.map((t) => at(curve!.time, curve!.standardError, t)),
      lower: points.map((t) => at(curve!.time, curve!.lower, t)),
      upper: points.map((t) => at(curve!.time, curve!.upper, t)),
    },
    residuals: {
      row: own,
      martingale: pick(residuals.martingale, own, 1).flat(),
      deviance: pick(residuals.deviance, own, 1).flat(),
    },
    ...Object.fromEntries(
      [
        ['schoenfeld', residuals.schoenfeld.values] as const,
        ['dfbeta', residuals.dfbeta] as const,
        ['score', residuals.score] as const,
        ['scaled_schoenfeld', residuals.schoenfeld.scaled] as const,
      ].map(([field, values]) => {
        const where = looks(expected, field, 'row');
        return [field, { row: where, values: pick(values, where, p) }];
      }),
    ),
    zph: Object.fromEntries(
      TIME_SCALES.map((scale) => {
        const found = proportionality(rows, fit, scale);
        const tests = found.ok ? [...found.tests, found.global] : [];
        return [
          scale,
          {
            chisq: tests.map(({ statistic }) => statistic),
            df: tests.map(({ degreesOfFreedom }) => degreesOfFreedom),
            p: tests.map((each) => each.p),
          },
        ];
      }),
    ),
  };
}

const coxModel: Family = (given, data) => {
  const model = modelOf(given, data);
  const fit = cox.fit(model.rows, model.options);
  if (!fit.ok) return {};
  const result = modelResult(given, fit, model.rows, model.options.cluster);
  return fit.ties === 'exact' ? result : { ...result, ...detailResult(given, model, fit) };
};

const comparison: Family = (given, data) => {
  const { rows, options } = modelOf(given, data);
  const fit = cox.fit(rows, options);
  return fit.ok ? modelResult(given, fit, rows) : {};
};

const concordanceOfMarker: Family = (given, data) => {
  const columns = named(given, ['time', 'event', 'marker']);
  const rows = data.complete([...columns, ...named(given, ['start'])]);
  const { start, timewt } = given.spec;
  const timeWeight = TIME_WEIGHTS.find((known) => known === timewt);
  if (timeWeight === undefined) return undefined;
  const [time, event, marker] = columns.map((name) => rows.numbers(name)) as [Float64Array, Float64Array, Float64Array];
  const followUp = {
    time,
    event: Uint8Array.from(event),
    ...(typeof start === 'string' ? { entry: rows.numbers(start) } : {}),
  };
  const found = concordance.solve(concordance.accumulate(followUp, marker, { timeWeight }));
  if (!found.ok) return {};
  const { sums } = found;
  return {
    C: found.estimate,
    se: found.standardError ?? 0,
    counts: [sums.concordant, sums.discordant, sums.tiedMarker, sums.tiedTime, sums.tiedBoth],
  };
};

/** Per-stratum summaries at 0 and at the estimate, and the fit that goes round by round over them. */
const distributed: Family = (given, data) => {
  const { rows, options, levels } = modelOf(given, data);
  const fit = cox.fit(rows, options);
  if (!fit.ok) return {};
  const parts = levels.map((level, code) => ({ site: level, design: cox.design(ofStratum(rows, code), options.ties) }));
  const perSite = (beta: Float64Array) =>
    parts.map(({ site, design }) => {
      const { logLikelihood, score, information } = cox.accumulate(design, beta);
      const p = score.length;
      return {
        site,
        loglik: logLikelihood,
        score,
        information: Array.from(score, (_, j) => information.slice(j * p, (j + 1) * p)),
      };
    });
  return {
    coef: fit.coefficients,
    var: fit.variance,
    loglik: [fit.logLikelihoodAtZero, fit.logLikelihood],
    per_site_at_zero: perSite(new Float64Array(rows.names.length)),
    per_site_at_mle: perSite(Float64Array.from(fit.coefficients)),
  };
};

function ofStratum({ strata, time, event, covariates, names }: CoxRows, code: number): CoxRows {
  const mine = (_: number, i: number) => strata?.[i] === code;
  return {
    names,
    time: time.filter(mine),
    event: event.filter(mine),
    covariates: covariates.map((x) => x.filter(mine)),
  };
}

const monotone: Family = (given, data) => {
  const { rows, options } = modelOf(given, data);
  const found = cox.fit(rows, options);
  return !found.ok && found.problem === 'monotone'
    ? { loglik: [found.logLikelihoodAtZero, found.logLikelihood], columns: found.columns }
    : {};
};

const profile: Family = (given, data) => {
  const { rows, options } = modelOf(given, data);
  const fit = cox.fit(rows, options);
  if (!fit.ok) return {};
  const level = given.spec['conf_level'];
  const { lower, upper } = coxProfile(rows, fit, typeof level === 'number' ? level : undefined);
  return { coef: fit.coefficients, lower: lower.map(numberOrNaN), upper: upper.map(numberOrNaN) };
};

/** The spec names time and event in a formula, `Surv(time, event) ~ ...`. */
const firth: Family = (given, data) => {
  const [, time, event] = /Surv\(\s*([\w.]+)\s*,\s*([\w.]+)\s*\)/.exec(String(given.spec['formula'])) ?? [];
  const { rows } = modelOf({ ...given, spec: { ...given.spec, time, event } }, data);
  const ties = given.spec['ties'] === 'efron' ? 'efron' : 'breslow';
  const fit = firthCox(rows, { ties });
  if (!fit.ok) return {};
  return {
    coef: fit.coefficients,
    se: fit.standardErrors,
    loglik_pen: [fit.penalisedLogLikelihoodAtZero, fit.penalisedLogLikelihood],
    plr_chisq: fit.tests.map((test) => test?.statistic),
    plr_p: fit.tests.map((test) => test?.p),
    profile_lower: fit.lower.map(numberOrNaN).map(Math.log),
    profile_upper: fit.upper.map(numberOrNaN).map(Math.log),
  };
};

/** Cox families, concordance, and scans of genes. */
export const COX_FAMILIES: Readonly<Record<string, Family>> = {
  cox: coxModel,
  cox_time_dependent: coxModel,
  cox_left_truncated: coxModel,
  cox_monotone: monotone,
  cox_profile_ci: profile,
  firth_cox: firth,
  concordance: concordanceOfMarker,
  immortal_time: comparison,
  distributed_cox: distributed,
};
