import type { ResultTable } from '../result/index.ts';
import type { Covariate } from './covariate.ts';
import type { Term } from './model-terms.ts';
import type { Made, Making, RiskAt } from './prediction-model.ts';
import { hasNomogram, nomogramTables } from './prediction-nomogram.ts';
import { baselineTable, coefficientTable, modelRows, penaltyTable } from './prediction-tables.ts';

/** Tables of a model that was made here: how, its score, its baseline and its nomogram. */
export function madeTables(
  made: Extract<Made, { ok: true }>,
  of: {
    readonly terms: readonly Term[];
    readonly covariates: readonly Covariate[];
    readonly making: Making;
    readonly risk: RiskAt;
    readonly linear: Float64Array;
    readonly times: readonly number[];
    readonly horizon: number;
    readonly binary: boolean;
  },
): ResultTable[] {
  const { terms, covariates, making, risk, linear, times, horizon, binary } = of;
  const { predictor, penalised, dropped } = made;
  const centre = linear.reduce((sum, eta) => sum + eta, 0) / linear.length;
  return [
    ...(penalised === undefined ? [] : [penaltyTable(penalised, making.alpha!, predictor)]),
    coefficientTable(modelRows(terms, predictor, dropped, binary), binary ? 'Odds ratio' : 'Hazard ratio', [
      ...(making.alpha === undefined
        ? []
        : ['Coefficients are shrunken: they have neither intervals nor p values. 0 is out.']),
      ...(binary ? ['Risk is 1 / (1 + exp(-linear predictor)).'] : []),
    ]),
    ...(binary
      ? []
      : [baselineTable(risk, centre, [...new Set([...times, ...(Number.isNaN(horizon) ? [] : [horizon])])])]),
    ...(hasNomogram(terms, covariates, predictor) && !Number.isNaN(horizon)
      ? nomogramTables(terms, covariates, predictor, risk, { horizon, binary })
      : []),
  ];
}
