import type { Cell, ResultTable } from '../../result/index.ts';
import { testsTable } from '../models/model-tables.ts';
import type { BinaryOutcome } from '../parts/binary-outcome.ts';
import { cell } from '../parts/cells.ts';
import type { Selection } from '../parts/selection.ts';
import type { Optimism, Performance } from './logistic-performance.ts';
import type { LogisticModel } from './logistic-regression.ts';

/** The model's size, and what its risks are worth. */
export function modelTable(
  model: LogisticModel,
  sizes: { readonly n: number; readonly events: number; readonly parameters: number },
  performance: Performance | undefined,
  optimism: Optimism | undefined,
): ResultTable {
  const { n, events, parameters } = sizes;
  const area = performance?.area;
  const { result } = model;
  const missing = (value: unknown, why: string): Cell => (value === undefined ? why : '');
  return {
    id: 'model',
    title: 'The model as a whole',
    columns: [
      { key: 'n', label: 'Patients', format: 'count' },
      { key: 'events', label: 'With the outcome', format: 'count' },
      { key: 'parameters', label: 'Parameters', format: 'count' },
      {
        key: 'c_statistic',
        label: 'c-statistic',
        format: 'number',
        low: 'c_statistic_low',
        high: 'c_statistic_high',
        why: 'c_statistic_why',
      },
      {
        key: 'corrected_c_statistic',
        label: 'Corrected for optimism',
        format: 'number',
        why: 'corrected_c_statistic_why',
      },
      { key: 'brier', label: "Brier's score", format: 'number', why: 'c_statistic_why' },
      { key: 'corrected_brier', label: 'Corrected for optimism', format: 'number', why: 'corrected_why' },
      { key: 'aic', label: "Akaike's criterion", format: 'number', why: 'aic_why' },
    ],
    rows: [
      {
        n,
        events,
        parameters,
        events_per_parameter: parameters === 0 ? null : Math.min(events, n - events) / parameters,
        c_statistic: cell(area?.area ?? Number.NaN),
        c_statistic_low: cell(area?.lower ?? Number.NaN),
        c_statistic_high: cell(Math.min(1, area?.upper ?? Number.NaN)),
        c_statistic_why: missing(area, 'no estimate'),
        c_statistic_standard_error: cell(area?.standardError ?? Number.NaN),
        corrected_c_statistic: cell((area?.area ?? Number.NaN) - (optimism?.area ?? Number.NaN)),
        corrected_c_statistic_why: missing(area, 'no estimate') || missing(optimism, 'not computed'),
        brier: cell(performance?.brier ?? Number.NaN),
        corrected_brier: cell((performance?.brier ?? Number.NaN) - (optimism?.brier ?? Number.NaN)),
        corrected_why: missing(optimism, 'not computed'),
        calibration_slope: cell(optimism?.slope ?? Number.NaN),
        log_likelihood: cell(model.logLikelihood),
        null_log_likelihood: cell(model.nullLogLikelihood),
        aic: cell(result?.ok ? result.aic : Number.NaN),
        bic: cell(result?.ok ? result.bic : Number.NaN),
        aic_why: missing(result?.ok || undefined, 'no estimate'),
      },
    ],
    notes:
      optimism === undefined
        ? []
        : [
            `A model does better in the patients that it was made from: the bootstrap takes back ${optimism.area.toFixed(3)} of the c-statistic; calibration slope in new patients ${optimism.slope.toFixed(2)}${optimism.failed > 0 ? ` (${optimism.failed} samples without an estimate left out)` : ''}.`,
          ],
  };
}

/** All coefficients at once, and the fit. */
export function overallTable({ result }: LogisticModel, performance: Performance | undefined): ResultTable[] {
  const fit = performance?.fit;
  const tests = [
    ...(result !== undefined && 'likelihoodRatio' in result
      ? [['All covariates, likelihood ratio', result.likelihoodRatio] as const]
      : []),
    ...(fit?.ok ? [['Goodness of fit, Hosmer and Lemeshow', fit.test] as const] : []),
  ];
  const notes = fit !== undefined && !fit.ok ? [`Hosmer and Lemeshow's test could not be made: ${fit.problem}.`] : [];
  return tests.length === 0 ? [] : [testsTable('tests', 'Tests of the model', tests, notes)];
}

/** Those left out for a missing covariate, whose outcome is known, beside those analysed; no table where there are none. */
export function leftOutTable(known: Selection, analysed: Selection, { labels, codes }: BinaryOutcome): ResultTable[] {
  const here = new Set(analysed.rows);
  const others = known.rows.filter((row) => !here.has(row));
  if (others.length === 0) return [];
  const row = (group: string, rows: Int32Array) => {
    const events = rows.reduce((sum, at) => sum + codes[at]!, 0);
    return { group, n: rows.length, events, share: events / rows.length };
  };
  return [
    {
      id: 'left-out',
      title: 'Patients left out for a missing value, beside those analysed',
      columns: [
        { key: 'group', label: 'Patients', format: 'text' },
        { key: 'n', label: 'Number', format: 'count' },
        { key: 'events', label: labels[1], format: 'count' },
        { key: 'share', label: `Share with ${labels[1]}`, format: 'share' },
      ],
      rows: [row('Analysed', analysed.rows), row('Left out', others)],
      notes: [],
    },
  ];
}
