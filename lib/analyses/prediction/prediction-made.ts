import type { NomogramFigure, ResultTable } from '../../result/index.ts';
import type { Term } from '../models/model-terms.ts';
import type { Covariate } from '../parts/covariate.ts';
import type { Made, Making, RiskAt } from './prediction-model.ts';
import { hasNomogram, nomogramOf } from './prediction-nomogram.ts';
import type { Optimism } from './prediction-optimism.ts';
import { riskScoreTable, signatureTable } from './prediction-signature.ts';
import type { Stability } from './prediction-stability.ts';
import { baselineTable, coefficientTable, modelRows, penaltyTable } from './prediction-tables.ts';

/** What is told of a model that was made here. */
export interface MadeOf {
  readonly terms: readonly Term[];
  readonly covariates: readonly Covariate[];
  readonly making: Making;
  readonly risk: RiskAt;
  readonly linear: Float64Array;
  readonly times: readonly number[];
  readonly horizon: number;
  readonly binary: boolean;
  readonly title: string;
  readonly stability: Stability | undefined;
  readonly optimism: Optimism | undefined;
}

/** The mean linear predictor. */
export function centreOf(linear: Float64Array): number {
  return linear.reduce((sum, eta) => sum + eta, 0) / linear.length;
}

/** Tables of a model that was made here: how, its score, its baseline and its nomogram; that also as a picture. */
export function madeOf(
  made: Extract<Made, { ok: true }>,
  of: MadeOf,
): { readonly tables: ResultTable[]; readonly figures: NomogramFigure[] } {
  const { terms, covariates, making, risk, linear, times, horizon, binary, stability, optimism } = of;
  const { predictor, penalised, dropped } = made;
  const centre = centreOf(linear);
  const nomogram =
    hasNomogram(terms, covariates, predictor) && (binary || !Number.isNaN(horizon))
      ? nomogramOf(terms, covariates, predictor, risk, of)
      : { tables: [], figures: [] };
  return {
    tables: [
      ...(penalised === undefined ? [] : [penaltyTable(penalised, making, predictor)]),
      ...(penalised === undefined ? [] : [signatureTable(terms, predictor, stability, optimism)]),
      coefficientTable(modelRows(terms, predictor, dropped, binary), binary ? 'Odds ratio' : 'Hazard ratio', [
        ...(making.alpha === undefined
          ? []
          : ['Coefficients are shrunken: they have neither intervals nor p values. 0 is out.']),
        ...(binary ? ['Risk is 1 / (1 + exp(-linear predictor)).'] : []),
      ]),
      ...(binary
        ? []
        : [baselineTable(risk, centre, [...new Set([...times, ...(Number.isNaN(horizon) ? [] : [horizon])])])]),
      riskScoreTable(linear, risk, { centre, horizon, binary }),
      ...nomogram.tables,
    ],
    figures: nomogram.figures,
  };
}
