import type { ResultTable } from '../../result/index.ts';
import type { Concordance, Optimism, Proportionality } from '../../stats/index.ts';
import { testsTable } from '../models/model-tables.ts';
import { cell } from '../parts/cells.ts';
import type { CoxModel } from './cox-regression.ts';

/** The model's size, and what its linear predictor is worth. */
export function modelTable(
  model: CoxModel,
  n: number,
  events: number,
  found: Concordance | undefined,
  optimism: Optimism | undefined,
): ResultTable {
  const parameters = model.rows.names.length;
  const shown = found?.ok ? found : undefined;
  const { result } = model;
  return {
    id: 'model',
    title: 'The model as a whole',
    columns: [
      { key: 'n', label: 'Patients', format: 'count' },
      { key: 'events', label: 'Events', format: 'count' },
      { key: 'parameters', label: 'Parameters', format: 'count' },
      { key: 'events_per_parameter', label: 'Events a parameter', format: 'number' },
      {
        key: 'concordance',
        label: 'Concordance',
        format: 'number',
        low: 'concordance_low',
        high: 'concordance_high',
        why: 'concordance_why',
      },
      {
        key: 'corrected_concordance',
        label: 'Corrected for optimism',
        format: 'number',
        why: 'corrected_concordance_why',
      },
      { key: 'aic', label: "Akaike's criterion", format: 'number' },
    ],
    rows: [
      {
        n,
        events,
        parameters,
        events_per_parameter: parameters === 0 ? null : events / parameters,
        concordance: cell(shown?.estimate ?? Number.NaN),
        concordance_low: cell(shown?.lower ?? Number.NaN),
        concordance_high: cell(shown?.upper ?? Number.NaN),
        concordance_why: shown === undefined ? 'no estimate' : '',
        concordance_standard_error: cell(shown?.standardError ?? Number.NaN),
        corrected_concordance: cell(optimism?.concordance.corrected ?? Number.NaN),
        corrected_concordance_why: optimism === undefined ? 'not computed' : '',
        calibration_slope: cell(optimism?.calibrationSlope.corrected ?? Number.NaN),
        log_likelihood: cell(model.logLikelihood),
        null_log_likelihood: cell(model.nullLogLikelihood),
        aic: cell(result?.ok ? result.aic : Number.NaN),
      },
    ],
    notes:
      optimism === undefined
        ? []
        : [
            `A model does better in the patients that it was made from: the bootstrap takes back ${optimism.concordance.optimism.toFixed(3)} of the concordance; calibration slope in new patients ${optimism.calibrationSlope.corrected.toFixed(2)}${optimism.failed > 0 ? ` (${optimism.failed} samples without an estimate left out)` : ''}.`,
          ],
  };
}

/** All coefficients at once. */
export function overallTable({ result, firth }: CoxModel, robust: boolean): ResultTable[] {
  const tests = [
    ...(firth === undefined ? [] : [['Penalised likelihood ratio', firth.likelihoodRatio] as const]),
    ...(result !== undefined && 'likelihoodRatio' in result
      ? [['Likelihood ratio', result.likelihoodRatio] as const, ['Score', result.score] as const]
      : []),
    ...(result?.ok ? [[robust ? 'Wald, robust' : 'Wald', result.wald] as const] : []),
  ];
  if (tests.length === 0) return [];
  const notes = robust ? ['The likelihood-ratio and score tests take patients to be independent.'] : [];
  return [testsTable('tests', 'Tests of all covariates at once', tests, notes)];
}

/** Whether the coefficients of each term, and all, are the same at all times; `words` says a term. */
export function proportionalityTable(
  found: Proportionality | undefined,
  words: (term: string) => string,
): ResultTable[] {
  if (!found?.ok) return [];
  const each = found.names.map((name, j) => [words(name), found.tests[j]!] as const);
  return [
    testsTable('proportional-hazards', 'Tests of proportional hazards', [
      ...(each.length > 1 ? each : []),
      ['All covariates', found.global] as const,
    ]),
  ];
}
