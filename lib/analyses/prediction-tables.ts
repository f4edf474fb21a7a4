import type { ResultTable } from '../result/index.ts';
import { nomogram, type TimedResult } from '../stats/index.ts';
import { cell } from './cells.ts';
import type { Covariate } from './covariate.ts';
import { columnsOf, columnWords, type Term } from './model-terms.ts';
import type { Measured, Measures } from './prediction-measures.ts';
import type { Penalised, Predictor, RiskAt } from './prediction-model.ts';
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
  alpha: number,
  { coefficients }: Predictor,
): ResultTable {
  return {
    id: 'penalty',
    title: 'The penalty, chosen by cross-validation',
    columns: [
      { key: 'alpha', label: 'Alpha (1 lasso, 0 ridge)', format: 'number' },
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

/** Whether points can be given: each covariate has its own scale only where the effect is a line and nothing depends on another. */
export function hasNomogram(
  terms: readonly Term[],
  covariates: readonly Covariate[],
  { coefficients }: Predictor,
): boolean {
  return (
    terms.length === covariates.length &&
    terms.every(({ knots }) => knots === undefined) &&
    coefficients.some((b) => b !== 0)
  );
}

/** A covariate on its scale: what each value adds, and of levels their names by what they add. */
interface Scale {
  readonly title: string;
  readonly coefficient: number;
  readonly values: Float64Array;
  readonly per: number;
  readonly labels: ReadonlyMap<number, readonly string[]> | undefined;
}

/** Points of each value of each covariate, and the risk of each total. */
export function nomogramTables(
  terms: readonly Term[],
  covariates: readonly Covariate[],
  predictor: Predictor,
  risk: RiskAt,
  of: { readonly horizon: number; readonly binary: boolean },
): ResultTable[] {
  let column = 0;
  const shown = terms.flatMap(({ title, columns, lines }, t): Scale[] => {
    const own = columns.map(({ values }) => ({ values, b: predictor.coefficients[column++]! }));
    if (own.length === 0 || own.every(({ b }) => b === 0)) return [];
    const { values } = covariates[t]!;
    if (values.kind === 'number')
      return [{ title, coefficient: own[0]!.b, values: own[0]!.values, per: values.per, labels: undefined }];
    const effect = Float64Array.from(own[0]!.values, (_, i) =>
      own.reduce((sum, each) => sum + each.b * each.values[i]!, 0),
    );
    const labels = new Map<number, string[]>();
    lines.forEach(({ label, weights }) => {
      const at = weights.length === 0 ? 0 : own[columns.findIndex(({ name }) => name === weights[0]![0])]!.b;
      labels.set(at, [...(labels.get(at) ?? []), label]);
    });
    return [{ title, coefficient: 1, values: effect, per: 1, labels }];
  });
  const { axes, intercept, perPoint } = nomogram(
    { names: shown.map(({ title }) => title), coefficients: shown.map(({ coefficient }) => coefficient) },
    shown.map(({ values }) => values),
  );
  const rows = axes.flatMap(({ name, values, points }, a) =>
    values.map((value, i) => {
      const { labels, per } = shown[a]!;
      const text = labels?.get(value)?.join(', ') ?? String(Number((value * per).toPrecision(6)));
      return { covariate: name, value: text, points: points[i]! };
    }),
  );
  const most = Math.ceil(axes.reduce((sum, { points }) => sum + Math.max(...points), 0) / 10) * 10;
  const totals = Array.from({ length: most / 10 + 1 }, (_, i) => i * 10);
  const linear = Float64Array.from(totals, (points) => predictor.intercept + intercept + points * perPoint);
  const risks = risk(linear, of.horizon);
  return [
    {
      id: 'nomogram',
      title: 'Nomogram: points',
      columns: [
        { key: 'covariate', label: 'Covariate', format: 'text' },
        { key: 'value', label: 'Value', format: 'text' },
        { key: 'points', label: 'Points', format: 'number' },
      ],
      rows,
      notes: [
        "The covariate whose effect spans most has 0 to 100 points; a patient's total is the sum over the covariates.",
      ],
    },
    {
      id: 'nomogram-risk',
      title: 'Nomogram: risk of each total',
      columns: [
        { key: 'total', label: 'Total points', format: 'count' },
        {
          key: 'risk',
          label: of.binary ? 'Risk' : `Risk by month ${Number(of.horizon.toPrecision(6))}`,
          format: 'share',
        },
      ],
      rows: totals.map((total, i) => ({ total, risk: cell(risks[i]!), linear_predictor: linear[i]! })),
      notes: [],
    },
  ];
}
