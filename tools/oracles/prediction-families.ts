import {
  brierScore,
  compareRoc,
  eggerTest,
  elasticNet,
  firthLogistic,
  type Heterogeneity,
  hosmerLemeshow,
  type LogisticRows,
  logistic,
  logisticProfile,
  logRiskRatios,
  mantelHaenszelOdds,
  metaAnalysis,
  metaRegression,
  type NetOutcome,
  petoOdds,
  rocArea,
  type Stratum,
  validateElasticNet,
} from '../../lib/stats/index.ts';
import { type Family, numberOrNaN, type OracleCase } from './case.ts';
import type { Dataset } from './dataset.ts';
import { glmnetTimes } from './glmnet-ties.ts';

/** Complete rows of a logistic model. */
function logisticRows({ spec }: OracleCase, data: Dataset): LogisticRows {
  const names = (spec['covariates'] as string[]).map(String);
  const rows = data.complete([String(spec['outcome']), ...names]);
  return {
    outcome: Uint8Array.from(rows.numbers(String(spec['outcome']))),
    covariates: names.map((name) => rows.numbers(name)),
    names,
  };
}

/** The tolerance that the case's call of glm names. */
function glmOptions({ call }: OracleCase): { readonly epsilon?: number } {
  const [, epsilon] = /epsilon\s*=\s*([\d.eE+-]+)/.exec(call) ?? [];
  return epsilon === undefined ? {} : { epsilon: Number(epsilon) };
}

const logisticModel: Family = (given, data) => {
  const rows = logisticRows(given, data);
  const fit = logistic.fit(rows, glmOptions(given));
  const profile = logisticProfile(rows);
  if (!fit.ok || !profile.ok) return {};
  const area = rocArea(rows.outcome, fit.fitted);
  const groups = hosmerLemeshow(rows.outcome, fit.fitted);
  return {
    n: fit.n,
    coef: fit.coefficients,
    se: fit.standardErrors,
    z: fit.z,
    p: fit.p,
    vcov: fit.variance,
    deviance: fit.deviance,
    null_deviance: fit.nullDeviance,
    aic: fit.aic,
    bic: fit.bic,
    loglik: fit.logLikelihood,
    lr_chisq: fit.likelihoodRatio.statistic,
    lr_p: fit.likelihoodRatio.p,
    fitted_head: fit.fitted.slice(0, lengthOf(given, 'fitted_head')),
    profile_lower: profile.lower.map(numberOrNaN),
    profile_upper: profile.upper.map(numberOrNaN),
    auc: area.ok ? { auc: area.area, se_delong: area.standardError, lower: area.lower, upper: area.upper } : {},
    brier: brierScore(rows.outcome, fit.fitted),
    drop1_lr: profile.tests.slice(1).map((test) => test?.statistic),
    ...(groups.ok
      ? { hosmer_lemeshow_g10_type7: [groups.test.statistic, groups.test.degreesOfFreedom, groups.test.p] }
      : {}),
  };
};

/** How many rows a case shows of a longer column. */
function lengthOf({ result }: OracleCase, field: string): number {
  return (result as Record<string, readonly unknown[]>)[field]!.length;
}

const separated: Family = (given, data) => {
  const found = logistic.fit(logisticRows(given, data));
  if (found.ok || found.problem !== 'separated') return {};
  const infinite = found.columns.map((name, i) => [`coef_${name}`, found.directions[i]! * Number.POSITIVE_INFINITY]);
  return {
    ...Object.fromEntries(infinite),
    limit_coef_others: Object.values(found.limit.coefficients),
    limit_deviance: found.limit.deviance,
  };
};

const firth: Family = (given, data) => {
  const fit = firthLogistic(logisticRows(given, data));
  if (!fit.ok) return {};
  const [, ...tests] = fit.tests;
  return {
    coef: fit.coefficients,
    se: fit.standardErrors,
    loglik_pen: fit.penalisedLogLikelihood,
    plr_chisq: tests.map((test) => test?.statistic),
    plr_p: tests.map((test) => test?.p),
    profile_lower: fit.lower.map(numberOrNaN),
    profile_upper: fit.upper.map(numberOrNaN),
  };
};

const pairedAreas: Family = ({ spec }, data) => {
  const [outcome, first, second] = ['outcome', 'marker1', 'marker2'].map((key) => String(spec[key])) as [
    string,
    string,
    string,
  ];
  const rows = data.complete([outcome, first, second]);
  const found = compareRoc(Uint8Array.from(rows.numbers(outcome)), rows.numbers(first), rows.numbers(second));
  if (!found.ok) return {};
  return {
    auc: found.areas,
    cov: found.covariance,
    diff: found.difference,
    se: found.standardError,
    z: found.z,
    p: found.p,
  };
};

/** As metafor names them. */
const HETEROGENEITY_OF: Readonly<Record<string, Heterogeneity>> = {
  FE: 'fixed',
  DL: 'dersimonian-laird',
  HE: 'hedges',
  HS: 'hunter-schmidt',
  SJ: 'sidik-jonkman',
  ML: 'ml',
  REML: 'reml',
  EB: 'empirical-bayes',
  PM: 'paule-mandel',
};

/** Treated with and without the event, controls with and without it. */
function trials(data: Dataset): Stratum[] {
  const columns = ['tpos', 'tneg', 'cpos', 'cneg'].map((name) => data.numbers(name));
  return Array.from({ length: data.rows }, (_, row) => columns.map((column) => column[row]!) as unknown as Stratum);
}

const meta: Family = ({ spec }, data) => {
  if (spec['yi'] === undefined) return commonOdds(data);
  const [effects, variances] = ['yi', 'vi'].map((key) => Float64Array.from(spec[key] as number[])) as [
    Float64Array,
    Float64Array,
  ];
  const found = metaAnalysis(effects, variances, {
    method: HETEROGENEITY_OF[String(spec['method'])]!,
    interval: spec['test'] === 'knha' ? 'hartung-knapp' : 'normal',
  });
  if (!found.ok) return {};
  const { pooled } = found;
  return {
    b: pooled.estimate,
    se: pooled.standardError,
    stat: pooled.statistic,
    p: pooled.p,
    ci: [pooled.lower, pooled.upper],
    tau2: found.tau2,
    Q: found.heterogeneity.statistic,
    Qp: found.heterogeneity.p,
    I2: found.i2,
    H2: found.h2,
    pi: found.prediction ?? null,
    weights: found.weights,
  };
};

function commonOdds(data: Dataset) {
  const row = (found: ReturnType<typeof petoOdds>) =>
    found.ok
      ? [
          found.logOddsRatio,
          found.standardError,
          found.lower,
          found.upper,
          found.heterogeneity.statistic,
          found.heterogeneity.p,
        ]
      : [];
  return { mh: row(mantelHaenszelOdds(trials(data))), peto: row(petoOdds(trials(data))) };
}

const metaRegressionOf: Family = ({ spec }, data) => {
  const { effects, variances } = logRiskRatios(trials(data));
  const moderator = String(spec['moderator']);
  const method = HETEROGENEITY_OF[String(spec['method'])]!;
  const found = metaRegression(effects, variances, [data.numbers(moderator)], [moderator], {
    method,
    interval: 'normal',
  });
  const egger = eggerTest(effects, variances);
  if (!found.ok || 'ok' in egger) return {};
  return {
    b: found.coefficients.map(({ estimate }) => estimate),
    se: found.coefficients.map(({ standardError }) => standardError),
    tau2: found.tau2,
    QM: found.moderators?.statistic,
    QE: found.heterogeneity.statistic,
    egger: [egger.statistic, egger.p],
  };
};

/** The fold of each row that the case's rule `((row-1) mod k)+1` names, from 0. */
function foldsOf(given: OracleCase, rows: number): Int32Array {
  const [, count] = /mod (\d+)/.exec(String((given.result as Record<string, unknown>)['foldid'])) ?? [];
  return Int32Array.from({ length: rows }, (_, row) => row % Number(count));
}

const penalised: Family = (given, data) => {
  const { spec } = given;
  const names = (spec['covariates'] as string[]).map(String);
  const outcome: NetOutcome =
    spec['outcome'] === undefined
      ? {
          kind: 'survival',
          order: glmnetTimes,
          followUp: {
            time: data.numbers(String(spec['time'])),
            event: Uint8Array.from(data.numbers(String(spec['event']))),
          },
        }
      : { kind: 'binary', outcome: Uint8Array.from(data.numbers(String(spec['outcome']))) };
  const covariates = names.map((name) => data.numbers(name));
  const alpha = Number(spec['alpha']);
  const start = elasticNet(outcome, covariates, { alpha, count: 3 });
  if (!start.ok) return {};
  const lambda = Float64Array.from(spec['lambda_fraction_of_max'] as number[], (share) => share * start.largestLambda);
  const found = validateElasticNet(outcome, covariates, foldsOf(given, data.rows), { alpha, lambda });
  if (!found.ok) return {};
  const { path } = found;
  return {
    lambda_max: path.largestLambda,
    lambda: path.lambda,
    a0: outcome.kind === 'binary' ? path.intercepts : null,
    beta_by_lambda: path.coefficients,
    df: path.sizes,
    dev_ratio: path.devianceRatio,
    cvm: found.mean,
    cvsd: found.standardError,
    lambda_min: found.leastLambda,
    lambda_1se: found.oneErrorLambda,
  };
};

/** Families of binary outcomes, penalised regression, prediction and meta-analysis. */
export const PREDICTION_FAMILIES: Readonly<Record<string, Family>> = {
  logistic: logisticModel,
  logistic_separation: separated,
  firth_logistic: firth,
  auc_paired: pairedAreas,
  glmnet_cox: penalised,
  glmnet_binomial: penalised,
  meta,
  meta_regression: metaRegressionOf,
};
