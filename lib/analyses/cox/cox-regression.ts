import {
  type CoxResult,
  type CoxRows,
  cox,
  coxProfile,
  type FirthCoxFit,
  type FollowUp,
  firthCox,
  type ProfileLimit,
  type Ties,
} from '../../stats/index.ts';
import type { ModelColumn } from '../models/model-terms.ts';
import { type Estimate, type Fit, NO_ESTIMATE, profileLimits } from '../models/regression.ts';

/** Who is followed, and who belongs together. */
export interface CoxPatients {
  readonly followUp: FollowUp;
  readonly strata?: Int32Array | undefined;
  readonly cluster?: Int32Array | undefined;
}

export interface CoxChoices {
  readonly ties: Ties;
  readonly level: number;
  readonly robust: boolean;
  readonly interval: 'wald' | 'profile';
  readonly penalty: 'none' | 'firth';
}

export interface CoxModel extends Fit {
  /** Undefined where every column was dropped. */
  readonly result: CoxResult | undefined;
  readonly rows: CoxRows;
  readonly firth?: FirthCoxFit;
}

const WHY: Readonly<Record<string, string>> = {
  'no events': 'no events',
  'no information': 'no information: at no event do those at risk differ in it',
  constant: 'one value within every stratum',
  collinear: 'collinear: the covariates before it determine it',
  overflow: 'not converged',
};

/** Cox regression on some columns; what has no estimate of its own is dropped, as R does it, and named. */
export function fitCox(patients: CoxPatients, columns: readonly ModelColumn[], choices: CoxChoices): CoxModel {
  const dropped = new Map<string, string>();
  const { ties, level, robust } = choices;
  const { cluster } = patients;
  const options = { ties, level, robust, ...(cluster === undefined ? {} : { cluster }) };
  let rows = rowsOf(patients, columns);
  let result = columns.length === 0 ? undefined : cox.fit(rows, options);
  while (result !== undefined && !result.ok && DROPPING.has(result.problem) && result.columns.length > 0) {
    for (const name of result.columns) dropped.set(name, WHY[result.problem]!);
    const kept = columns.filter(({ name }) => !dropped.has(name));
    rows = rowsOf(patients, kept);
    result = kept.length === 0 ? undefined : cox.fit(rows, options);
  }
  const likelihood = {
    logLikelihood: result && 'logLikelihood' in result ? result.logLikelihood : Number.NaN,
    nullLogLikelihood: result && 'logLikelihood' in result ? result.logLikelihoodAtZero : Number.NaN,
  };
  const firth = penalised(rows, result, choices);
  const own = firth === undefined ? plainEstimates(rows, result, choices) : firthEstimates(firth);
  const absent = [...dropped].map(([name, why]): [string, Estimate] => [name, { ...NO_ESTIMATE, why }]);
  const variance = firth?.variance ?? (result?.ok ? result.variance : undefined);
  const place = (name: string) => rows.names.indexOf(name);
  return {
    estimates: new Map([...own, ...absent]),
    dropped,
    covariance: (a, b) => variance?.[place(a)]?.[place(b)] ?? Number.NaN,
    ...likelihood,
    result,
    rows,
    ...(firth === undefined ? {} : { firth }),
  };
}

const DROPPING = new Set(['no information', 'constant', 'collinear']);

function rowsOf({ followUp, strata }: CoxPatients, columns: readonly ModelColumn[]): CoxRows {
  return {
    ...followUp,
    ...(strata === undefined ? {} : { strata }),
    names: columns.map(({ name }) => name),
    covariates: columns.map(({ values }) => values),
  };
}

/** Firth's fit where it is asked for and exists. */
function penalised(
  rows: CoxRows,
  result: CoxResult | undefined,
  { ties, level, penalty }: CoxChoices,
): FirthCoxFit | undefined {
  if (penalty === 'none' || result === undefined || ties === 'exact') return undefined;
  const fit = firthCox(rows, { ties, level });
  return fit.ok ? fit : undefined;
}

function plainEstimates(rows: CoxRows, result: CoxResult | undefined, { interval, level }: CoxChoices) {
  if (result === undefined) return [];
  if (!result.ok)
    return rows.names.map((name): [string, Estimate] => [name, { ...NO_ESTIMATE, why: reason(result, name) }]);
  const profile = interval === 'profile' ? coxProfile(rows, result, level) : undefined;
  return rows.names.map((name, j): [string, Estimate] => [
    name,
    {
      coefficient: result.coefficients[j]!,
      standardError: result.standardErrors[j]!,
      ...(profile
        ? profileLimits(result.coefficients[j]!, profile.lower[j]!, profile.upper[j]!)
        : { lower: Math.log(result.lower[j]!), upper: Math.log(result.upper[j]!) }),
      z: result.z[j]!,
      p: result.p[j]!,
      logP: result.logP[j]!,
      why: '',
    },
  ]);
}

function reason(result: Exclude<CoxResult, { ok: true }>, name: string): string {
  if (result.problem !== 'monotone') return WHY[result.problem]!;
  const at = result.columns.indexOf(name);
  if (at < 0) return 'none beside a monotone likelihood';
  return result.directions[at]! < 0 ? '0, monotone likelihood' : 'infinite, monotone likelihood';
}

function logarithm(limit: ProfileLimit): ProfileLimit {
  return limit === 'not followed' ? limit : Math.log(limit);
}

function firthEstimates(fit: FirthCoxFit): [string, Estimate][] {
  return fit.names.map((name, j) => [
    name,
    {
      coefficient: fit.coefficients[j]!,
      standardError: fit.standardErrors[j]!,
      ...profileLimits(fit.coefficients[j]!, logarithm(fit.lower[j]!), logarithm(fit.upper[j]!)),
      z: Number.NaN,
      p: fit.tests[j]?.p ?? Number.NaN,
      logP: fit.tests[j]?.logP ?? Number.NaN,
      why: '',
    },
  ]);
}
