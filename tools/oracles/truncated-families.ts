import {
  type CauseFollowUp,
  cox,
  coxResiduals,
  cumulativeIncidence,
  elasticNet,
  fineGray,
  geneScan,
  grayTest,
  incidenceAt,
  jackknifeIncidenceError,
  maximallySelected,
  proportionality,
  timedAccuracy,
} from '../../lib/stats/index.ts';
import { type Family, followUp, named, type OracleCase } from './case.ts';
import type { Dataset } from './dataset.ts';
import { geneBits } from './scan-families.ts';

function causesOf({ spec }: OracleCase, data: Dataset): CauseFollowUp & { readonly entry: Float64Array } {
  return {
    time: data.numbers(String(spec['time'])),
    cause: Uint8Array.from(data.numbers(String(spec['status']))),
    entry: data.numbers(String(spec['start'])),
  };
}

const causesIn = ({ cause }: CauseFollowUp) => cause.reduce((most, code) => Math.max(most, code), 0);

function columnsOf(given: OracleCase, data: Dataset) {
  const names = named(given, ['covariates']);
  const [stratum] = named(given, ['strata']);
  return {
    names,
    covariates: names.map((name) => data.numbers(name)),
    ...(stratum === undefined ? {} : { strata: data.levels(stratum).codes }),
  };
}

const subdistribution: Family = (given, data) => {
  const fit = fineGray({ ...causesOf(given, data), ...columnsOf(given, data) }, { cause: Number(given.spec['cause']) });
  return fit.ok ? { coef: fit.coefficients, se: fit.standardErrors } : {};
};

const gray: Family = (given, data) => {
  const f = causesOf(given, data);
  const { levels, codes } = data.levels(String(given.spec['group']));
  const test = grayTest.solve(grayTest.accumulate(f, causesIn(f), codes, levels.length), Number(given.spec['cause']));
  return { score: test.score };
};

const aalenJohansen: Family = (given, data) => {
  const f = causesOf(given, data);
  const table = cumulativeIncidence.accumulate(f, causesIn(f));
  const curve = cumulativeIncidence.solve(table, Number(given.spec['cause']));
  const errors = jackknifeIncidenceError(f, curve);
  const { time } = given.result as { time: number[] };
  return {
    time,
    incidence: incidenceAt(curve, time).map(({ incidence }) => incidence),
    se: time.map((t) => errors[curve.time.findIndex((at) => Math.abs(at - t) <= given.tol)] ?? Number.NaN),
  };
};

const maxstat: Family = (given, data) => {
  const { spec } = given;
  const found = maximallySelected(followUp(given, data), data.numbers(String(spec['marker'])), {
    least: Number(spec['minprop']),
    most: Number(spec['maxprop']),
  });
  if (!found.ok) return {};
  return {
    statistic: found.statistic,
    cutpoint: found.cut,
    p: { Lau92: found.p.lausen92, Lau94: found.p.lausen94 },
  };
};

const penalised: Family = (given, data) => {
  const outcome = { kind: 'survival', followUp: followUp(given, data) } as const;
  const { covariates } = columnsOf(given, data);
  const path = elasticNet(outcome, covariates, {
    alpha: Number(given.spec['alpha']),
    lambda: Float64Array.from(given.spec['lambda'] as number[]),
  });
  return path.ok ? { largest: path.largestLambda, beta: path.coefficients } : {};
};

/** The case names the risk in words: the inverse logit of a column. */
const accuracy: Family = (given, data) => {
  const { spec } = given;
  const [, column] = /^plogis of (.+)$/.exec(String(spec['risk'])) ?? [];
  if (column === undefined) return undefined;
  const risk = data.numbers(column).map((value) => 1 / (1 + Math.exp(-value)));
  const found = timedAccuracy(causesOf(given, data), risk, Number(spec['horizon']));
  return found.ok ? { auc: found.area.estimate, brier: found.brier.estimate } : {};
};

const scan: Family = (given, data) => {
  const genes = geneBits(named(given, ['genes']), data);
  const found = geneScan.adjusted({ ...followUp(given, data), ...columnsOf(given, data) }, genes, undefined);
  return { coef: found.coefficient, se: found.standardError, lr: found.likelihoodRatio };
};

const proportional: Family = (given, data) => {
  const rows = { ...followUp(given, data), ...columnsOf(given, data) };
  const fit = cox.fit(rows);
  if (!fit.ok) return {};
  const found = proportionality(rows, fit, 'identity');
  if (!found.ok) return {};
  const { martingale, dfbeta } = coxResiduals(rows, fit);
  const p = rows.names.length;
  return {
    chisq: [...found.tests, found.global].map(({ statistic }) => statistic),
    martingale,
    dfbeta: rows.names.flatMap((_, j) => Array.from(rows.time, (__, i) => dfbeta[i * p + j])), // by column, as R's matrices
  };
};

/** Methods of patients who come under observation late. */
export const TRUNCATED_FAMILIES: Readonly<Record<string, Family>> = {
  fine_gray_left_truncated: subdistribution,
  gray_left_truncated: gray,
  aalen_johansen_left_truncated: aalenJohansen,
  maxstat_left_truncated: maxstat,
  glmnet_cox_left_truncated: penalised,
  accuracy_left_truncated: accuracy,
  gene_scan_left_truncated: scan,
  zph_left_truncated: proportional,
};
