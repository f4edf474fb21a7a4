import type { ResultTable } from '../../result/index.ts';
import { type CauseFollowUp, type FineGrayFailure, type FineGrayFit, fineGray, normal } from '../../stats/index.ts';
import { type CoxModel, fitCox } from '../cox/cox-regression.ts';
import { counts, ratioCells, ratioColumns, reasonOf } from '../models/model-tables.ts';
import { columnsOf, type ModelColumn, type Term } from '../models/model-terms.ts';
import { type Estimate, type Fit, lineEstimate, NO_ESTIMATE } from '../models/regression.ts';
import type { Causes } from '../parts/causes.ts';

/** A cause's two models of the same covariates. */
export interface CauseModels {
  readonly label: string;
  readonly event: Uint8Array;
  readonly subdistribution: Fit;
  readonly iterations: number | undefined;
  readonly specific: CoxModel;
}

/** Fine and Gray's and the cause-specific model of each cause. */
export function causeModels(
  f: CauseFollowUp,
  { labels }: Causes,
  terms: readonly Term[],
  strata: Int32Array | undefined,
  level: number,
): CauseModels[] {
  const { time, entry } = f;
  const columns = columnsOf(terms);
  return labels.map((label, k) => {
    const event = f.cause.map((code) => (code === k + 1 ? 1 : 0));
    const followUp = { time, event, ...(entry === undefined ? {} : { entry }) };
    const found = fitFineGray({ ...f, ...(strata === undefined ? {} : { strata }) }, columns, k + 1, level);
    return {
      label,
      event,
      subdistribution: found.fit,
      iterations: found.iterations,
      specific: fitCox({ followUp, strata }, columns, {
        ties: 'efron',
        level,
        robust: false,
        interval: 'wald',
        penalty: 'none',
      }),
    };
  });
}

const WHY: Readonly<Record<FineGrayFailure['problem'], string>> = {
  'no events': 'no events',
  'no information': 'no information: at no event does it differ among those at risk',
  constant: 'one value among the patients analysed',
  collinear: 'collinear: the covariates before it determine it',
  monotone: 'monotone likelihood',
  'not converged': 'not converged',
};

function fitFineGray(
  f: CauseFollowUp & { readonly strata?: Int32Array },
  columns: readonly ModelColumn[],
  of: number,
  level: number,
) {
  const dropped = new Map<string, string>();
  const kept = () => columns.filter(({ name }) => !dropped.has(name));
  const fitted = (): FineGrayFit | FineGrayFailure | undefined => {
    const own = kept();
    if (own.length === 0) return undefined;
    const rows = { ...f, names: own.map(({ name }) => name), covariates: own.map(({ values }) => values) };
    return fineGray(rows, { cause: of, level });
  };
  let result = fitted();
  while (
    result?.ok === false &&
    (result.problem === 'constant' || result.problem === 'collinear') &&
    result.columns.length > 0
  ) {
    for (const name of result.columns) dropped.set(name, WHY[result.problem]);
    result = fitted();
  }
  const names = kept().map(({ name }) => name);
  const absent = [...dropped].map(([name, why]): [string, Estimate] => [name, { ...NO_ESTIMATE, why }]);
  const place = (name: string) => names.indexOf(name);
  const variance = result?.ok ? result.variance : undefined;
  const fit: Fit = {
    estimates: new Map([...estimatesOf(names, result), ...absent]),
    dropped,
    covariance: (a, b) => variance?.[place(a)]?.[place(b)] ?? Number.NaN,
    logLikelihood: result?.ok ? result.logLikelihood : Number.NaN,
    nullLogLikelihood: result?.ok ? result.logLikelihoodAtZero : Number.NaN,
  };
  return { fit, iterations: result?.ok ? result.iterations : undefined };
}

function estimatesOf(
  names: readonly string[],
  result: FineGrayFit | FineGrayFailure | undefined,
): [string, Estimate][] {
  if (result === undefined) return [];
  if (!result.ok) {
    const why = (name: string) =>
      result.problem === 'monotone' && !result.columns.includes(name)
        ? 'none beside a monotone likelihood'
        : WHY[result.problem];
    return names.map((name) => [name, { ...NO_ESTIMATE, why: why(name) }]);
  }
  return names.map((name, j) => [
    name,
    {
      coefficient: result.coefficients[j]!,
      standardError: result.standardErrors[j]!,
      lower: Math.log(result.lower[j]!),
      upper: Math.log(result.upper[j]!),
      z: result.z[j]!,
      p: result.p[j]!,
      logP: normal.logTwoSided(result.z[j]!),
      why: '',
    },
  ]);
}

const SUBDISTRIBUTION = { key: 'hazard_ratio', ratio: 'Subdistribution hazard ratio', p: 'p' };
const SPECIFIC = { key: 'hazard_ratio', ratio: 'Cause-specific hazard ratio', p: 'p' };

/** Both hazard ratios side by side, a row a cause and line of the model. */
export function causeTableOf(models: readonly CauseModels[], terms: readonly Term[], level: number): ResultTable {
  const words = (of: typeof SPECIFIC, event: Uint8Array) => ({ ...of, level, event, events: 'Events' });
  const none = new Uint8Array(0);
  return {
    id: 'hazard-ratios',
    title: 'Subdistribution and cause-specific hazard ratios',
    columns: [
      { key: 'cause', label: 'Event', format: 'text' },
      { key: 'covariate', label: 'Covariate', format: 'text' },
      { key: 'level', label: 'Level', format: 'text' },
      { key: 'n', label: 'Patients', format: 'count' },
      { key: 'events', label: 'Events', format: 'count' },
      ...ratioColumns('subdistribution_', '', words(SUBDISTRIBUTION, none)),
      ...ratioColumns('cause_specific_', '', words(SPECIFIC, none)),
    ],
    rows: models.flatMap(({ label, event, subdistribution, specific }) =>
      terms.flatMap((term) =>
        term.lines.map((line) => {
          const why = reasonOf(term, line);
          return {
            cause: label,
            covariate: term.title,
            level: line.label,
            ...counts(line, event),
            ...ratioCells(
              'subdistribution_',
              words(SUBDISTRIBUTION, event),
              lineEstimate(subdistribution, line, level),
              why,
            ),
            ...ratioCells('cause_specific_', words(SPECIFIC, event), lineEstimate(specific, line, level), why),
          };
        }),
      ),
    ),
    notes: [
      'A subdistribution hazard ratio says how a covariate goes with the incidence itself; a cause-specific one how it goes with the rate among those who had no event yet. A covariate that raises the rate of a competing event lowers the incidence of the other without touching its rate.',
    ],
  };
}
