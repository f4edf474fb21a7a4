import type { ResultTable } from '../../result/index.ts';
import type { TimedResult } from '../../stats/index.ts';
import { columnsOf, columnWords, type Term } from '../models/model-terms.ts';
import { cell } from '../parts/cells.ts';
import type { Measured, Measures } from './prediction-measures.ts';
import type { Making, Penalised, Predictor, RiskAt } from './prediction-model.ts';
import type { Optimism } from './prediction-optimism.ts';

/** The name of the log odds of who has 0 of everything. */
export const INTERCEPT = 'Intercept';

/** A model's or a score's coefficients, a row each; the linear predictor is their sum over what a patient has. */
export function coefficientTable(
  rows: readonly (readonly [name: string, coefficient: number, why: string])[],
  ratio: string,
  notes: readonly string[],
): ResultTable {
  return {
    id: 'coefficients',
    title: 'The score: coefficients of the linear predictor',
    columns: [
      { key: 'term', label: 'Term', format: 'text' },
      { key: 'coefficient', label: 'Coefficient', format: 'number', why: 'why' },
      { key: 'ratio', label: ratio, format: 'ratio', why: 'ratio_why' },
    ],
    rows: rows.map(([term, coefficient, why]) => {
      const own = why === '' && term !== INTERCEPT;
      const shown = own ? cell(Math.exp(coefficient)) : null;
      return {
        term,
        coefficient: why === '' ? cell(coefficient) : null,
        why,
        ratio: shown,
        ratio_why: why !== '' ? why : !own ? 'no ratio' : shown === null ? 'too large a number: see its logarithm' : '',
      };
    }),
    notes: [...notes],
  };
}

/** The terms of a model that was made here, as rows of {@link coefficientTable}. */
export function modelRows(
  terms: readonly Term[],
  { intercept, coefficients }: Predictor,
  dropped: ReadonlyMap<string, string>,
  binary: boolean,
): (readonly [string, number, string])[] {
  const own = columnsOf(terms).map(
    ({ name }, j) => [columnWords(terms, name), coefficients[j]!, dropped.get(name) ?? ''] as const,
  );
  return binary ? [[INTERCEPT, intercept, ''] as const, ...own] : own;
}

/** Survival of a patient whose linear predictor is the centre: with it the coefficients give risks. */
export function baselineTable(risk: RiskAt, centre: number, times: readonly number[]): ResultTable {
  return {
    id: 'baseline',
    title: 'Baseline survival',
    columns: [
      { key: 'time', label: 'Time', format: 'number', unit: 'months' },
      { key: 'survival', label: 'Survival', format: 'share' },
    ],
    rows: times.map((time) => ({ time, survival: cell(1 - risk(Float64Array.of(centre), time)[0]!), centre })),
    notes: [
      `Of a linear predictor of ${centre.toPrecision(10)}, the mean of the patients. The risk of a patient is 1 - survival ^ exp(linear predictor - ${centre.toPrecision(10)}).`,
    ],
  };
}

const LABELS = {
  concordance: ['Concordance (C)', 'c-statistic (AUC)'],
  slope: ['Calibration slope', 'Calibration slope'],
  area: ['AUC at the horizon', ''],
  brier: ['Brier score at the horizon', 'Brier score'],
} as const;

/** What the predictor is worth: as seen, and corrected for optimism; `observed` is of what happened to what was expected. */
export function performanceTable(
  found: Measures,
  observed: Measured,
  of: {
    readonly binary: boolean;
    readonly optimism: Optimism | undefined;
    readonly validated: boolean;
    readonly horizon: number;
  },
): ResultTable {
  const { binary, optimism, validated, horizon } = of;
  const row = (measure: string, { estimate, lower, upper }: Measured, taken: number | undefined) => ({
    measure,
    value: cell(estimate),
    value_low: cell(lower),
    value_high: cell(upper),
    value_why: Number.isNaN(estimate) ? 'no estimate' : Number.isNaN(lower) ? 'no interval' : '',
    ...(validated
      ? {}
      : {
          optimism: cell(taken ?? Number.NaN),
          corrected: cell(estimate - (taken ?? Number.NaN)),
          corrected_why: Number.isNaN(estimate - (taken ?? Number.NaN)) ? 'not corrected' : '',
          optimism_why: taken === undefined || Number.isNaN(taken) ? 'not corrected' : '',
        }),
  });
  const names = (['concordance', 'slope', 'area', 'brier'] as const).filter((name) => !binary || name !== 'area');
  return {
    id: 'performance',
    title: validated ? 'Performance in these patients' : 'Performance, as seen and corrected for optimism',
    columns: [
      { key: 'measure', label: 'Measure', format: 'text' },
      {
        key: 'value',
        label: validated ? 'Value' : 'As seen',
        format: 'number',
        low: 'value_low',
        high: 'value_high',
        why: 'value_why',
      },
      ...(validated
        ? []
        : [
            { key: 'optimism', label: 'Optimism', format: 'number' as const, why: 'optimism_why' },
            { key: 'corrected', label: 'Corrected', format: 'number' as const, why: 'corrected_why' },
          ]),
    ],
    rows: [
      ...names.map((name) => row(LABELS[name][binary ? 1 : 0], found[name], optimism?.[name])),
      row('Observed to expected', observed, undefined),
    ],
    notes: [
      ...(binary || Number.isNaN(horizon) ? [] : [`The horizon is ${Number(horizon.toPrecision(6))} months.`]),
      ...(optimism !== undefined && optimism.failed > 0
        ? [`${optimism.failed} of ${optimism.samples} samples gave no model and are left out.`]
        : []),
    ],
  };
}

/** Accuracy at the times asked for. */
export function accuracyTable(found: readonly TimedResult[], withRisk: boolean, note: string): ResultTable {
  const measured = (key: string, { estimate, lower, upper }: Measured) => ({
    [key]: cell(estimate),
    [`${key}_low`]: cell(lower),
    [`${key}_high`]: cell(upper),
  });
  const none = { estimate: Number.NaN, lower: Number.NaN, upper: Number.NaN };
  return {
    id: 'accuracy-at',
    title: 'Accuracy at given times',
    columns: [
      { key: 'time', label: 'Time', format: 'number', unit: 'months' },
      { key: 'cases', label: 'With the event by then', format: 'count' },
      { key: 'controls', label: 'Without it then', format: 'count' },
      { key: 'area', label: 'AUC', format: 'number', low: 'area_low', high: 'area_high', why: 'why' },
      { key: 'brier', label: 'Brier score', format: 'number', low: 'brier_low', high: 'brier_high', why: 'brier_why' },
      { key: 'brier_null', label: 'Brier score without covariates', format: 'number', why: 'brier_why' },
      { key: 'explained', label: 'Share of it explained', format: 'share', why: 'brier_why' },
    ],
    rows: found.map((at) => {
      if (!at.ok)
        return {
          time: at.horizon,
          cases: null,
          controls: null,
          ...measured('area', none),
          why: at.problem,
          ...measured('brier', none),
          brier_null: null,
          explained: null,
          brier_why: at.problem,
        };
      const bare = withRisk && !Number.isNaN(at.brier.estimate);
      return {
        time: at.horizon,
        cases: at.cases,
        controls: at.controls,
        ...measured('area', at.area),
        why: '',
        ...measured('brier', bare ? at.brier : none),
        brier_null: bare ? cell(at.brierNull) : null,
        explained: bare ? cell(1 - at.brier.estimate / at.brierNull) : null,
        brier_why: bare ? '' : 'the score has no baseline at this time',
      };
    }),
    notes: note === '' ? [] : [note],
  };
}

/** How the penalty was chosen. */
export function penaltyTable(
  { lambda, leastLambda, oneErrorLambda, deviance, devianceError }: Penalised,
  { alpha = Number.NaN, folds, repeats }: Making,
  { coefficients }: Predictor,
): ResultTable {
  return {
    id: 'penalty',
    title: 'The penalty, chosen by cross-validation',
    columns: [
      { key: 'alpha', label: 'Alpha (1 lasso, 0 ridge)', format: 'number' },
      { key: 'folds', label: 'Folds', format: 'count' },
      { key: 'repeats', label: 'Repeats', format: 'count' },
      { key: 'lambda', label: 'Penalty', format: 'number' },
      { key: 'lambda_least', label: 'Of least deviance', format: 'number' },
      { key: 'lambda_one_error', label: 'Within a standard error of it', format: 'number' },
      { key: 'deviance', label: 'Deviance, cross-validated', format: 'number' },
      { key: 'deviance_error', label: 'Its standard error', format: 'number' },
      { key: 'columns_in', label: 'Columns kept', format: 'count' },
      { key: 'columns', label: 'Of', format: 'count' },
    ],
    rows: [
      {
        alpha,
        folds,
        repeats,
        lambda,
        lambda_least: leastLambda,
        lambda_one_error: oneErrorLambda,
        deviance,
        deviance_error: devianceError,
        columns_in: coefficients.filter((b) => b !== 0).length,
        columns: coefficients.length,
      },
    ],
    notes: [],
  };
}
