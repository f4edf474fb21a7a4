import {
  type FirthLogistic,
  firthLogistic,
  INTERCEPT,
  type LogisticResult,
  type LogisticRows,
  logistic,
  logisticProfile,
} from '../../stats/index.ts';
import type { ModelColumn } from '../models/model-terms.ts';
import { type Estimate, type Fit, NO_ESTIMATE, profileLimits } from '../models/regression.ts';

export interface LogisticChoices {
  readonly level: number;
  readonly interval: 'wald' | 'profile';
  readonly penalty: 'none' | 'firth';
}

export interface LogisticModel extends Fit {
  /** Undefined where every column was dropped. */
  readonly result: LogisticResult | undefined;
  readonly rows: LogisticRows;
  readonly firth?: FirthLogistic;
  /** Probability of each row by the estimates shown; undefined without them. */
  readonly fitted: Float64Array | undefined;
}

const WHY: Readonly<Record<string, string>> = {
  'one class': 'all have one outcome',
  constant: 'one value among the patients analysed',
  collinear: 'collinear: the covariates before it determine it',
  'not converged': 'not converged',
};

const DROPPING = new Set(['constant', 'collinear']);

/** Logistic regression on some columns; what has no estimate of its own is dropped, as R does it, and named. */
export function fitLogistic(
  outcome: Uint8Array,
  columns: readonly ModelColumn[],
  choices: LogisticChoices,
): LogisticModel {
  const { level, interval } = choices;
  const dropped = new Map<string, string>();
  const rowsWith = (kept: readonly ModelColumn[]): LogisticRows => ({
    outcome,
    names: kept.map(({ name }) => name),
    covariates: kept.map(({ values }) => values),
  });
  let rows = rowsWith(columns);
  let result = columns.length === 0 ? undefined : logistic.fit(rows, { level });
  while (result !== undefined && !result.ok && DROPPING.has(result.problem) && result.columns.length > 0) {
    for (const name of result.columns) dropped.set(name, WHY[result.problem]!);
    const kept = columns.filter(({ name }) => !dropped.has(name));
    rows = rowsWith(kept);
    result = kept.length === 0 ? undefined : logistic.fit(rows, { level });
  }
  const firth = penalised(rows, result, choices);
  const own = firth === undefined ? plainEstimates(rows, result, interval, level) : firthEstimates(firth);
  const absent = [...dropped].map(([name, why]): [string, Estimate] => [name, { ...NO_ESTIMATE, why }]);
  const variance = firth === undefined && result?.ok ? result.variance : undefined;
  const place = (name: string) => 1 + rows.names.indexOf(name);
  return {
    estimates: new Map([...own, ...absent]),
    dropped,
    covariance: (a, b) => variance?.[place(a)]?.[place(b)] ?? Number.NaN,
    ...likelihoodOf(result),
    result,
    rows,
    ...(firth === undefined ? {} : { firth }),
    fitted: firth ? riskOf(logOddsOf(rows, firth.coefficients)) : result?.ok ? result.fitted : undefined,
  };
}

function likelihoodOf(result: LogisticResult | undefined): Pick<Fit, 'logLikelihood' | 'nullLogLikelihood'> {
  if (result?.ok) return { logLikelihood: result.logLikelihood, nullLogLikelihood: -result.nullDeviance / 2 };
  if (result?.problem !== 'separated') return { logLikelihood: Number.NaN, nullLogLikelihood: Number.NaN };
  const logLikelihood = -result.limit.deviance / 2;
  return { logLikelihood, nullLogLikelihood: logLikelihood - result.likelihoodRatio.statistic / 2 };
}

function penalised(
  rows: LogisticRows,
  result: LogisticResult | undefined,
  { level, penalty }: LogisticChoices,
): FirthLogistic | undefined {
  if (penalty === 'none' || result === undefined) return undefined;
  const fit = firthLogistic(rows, { level });
  return fit.ok ? fit : undefined;
}

/** Logarithm of each row's odds by coefficients of which the first is the intercept. */
export function logOddsOf(
  { covariates, outcome }: Pick<LogisticRows, 'covariates' | 'outcome'>,
  coefficients: readonly number[],
): Float64Array {
  return Float64Array.from(outcome, (_, i) =>
    covariates.reduce((sum, values, j) => sum + coefficients[j + 1]! * values[i]!, coefficients[0]!),
  );
}

/** Probability from the logarithm of the odds. */
export function riskOf(logOdds: Float64Array): Float64Array {
  return logOdds.map((eta) => 1 / (1 + Math.exp(-eta)));
}

function plainEstimates(
  rows: LogisticRows,
  result: LogisticResult | undefined,
  interval: LogisticChoices['interval'],
  level: number,
): [string, Estimate][] {
  if (result === undefined) return [];
  if (!result.ok) return rows.names.map((name) => [name, { ...NO_ESTIMATE, why: reason(result, name) }]);
  const profile = interval === 'profile' ? logisticProfile(rows, { level }) : undefined;
  return result.names
    .map((name, j): [string, Estimate] => [
      name,
      {
        coefficient: result.coefficients[j]!,
        standardError: result.standardErrors[j]!,
        ...(profile?.ok
          ? profileLimits(result.coefficients[j]!, profile.lower[j]!, profile.upper[j]!)
          : { lower: Math.log(result.lower[j]!), upper: Math.log(result.upper[j]!) }),
        z: result.z[j]!,
        p: result.p[j]!,
        logP: result.logP[j]!,
        why: '',
      },
    ])
    .filter(([name]) => name !== INTERCEPT);
}

function reason(result: Exclude<LogisticResult, { ok: true }>, name: string): string {
  if (result.problem !== 'separated') return WHY[result.problem]!;
  const at = result.columns.indexOf(name);
  if (at < 0) return 'none beside a separation';
  return result.directions[at]! < 0 ? '0, separated' : 'infinite, separated';
}

function firthEstimates(fit: FirthLogistic): [string, Estimate][] {
  return fit.names
    .map((name, j): [string, Estimate] => [
      name,
      {
        coefficient: fit.coefficients[j]!,
        standardError: fit.standardErrors[j]!,
        ...profileLimits(fit.coefficients[j]!, fit.lower[j]!, fit.upper[j]!),
        z: Number.NaN,
        p: fit.tests[j]?.p ?? Number.NaN,
        logP: fit.tests[j]?.logP ?? Number.NaN,
        why: '',
      },
    ])
    .filter(([name]) => name !== INTERCEPT);
}
