import type { Cell, ResultColumn } from '../../result/index.ts';
import { chiSquare, normal } from '../../stats/index.ts';
import { cell, pCells } from '../parts/cells.ts';
import { share } from './gene-test.ts';

/** Columns of a gene against an endpoint; `p` heads the p values that are adjusted. */
export function endpointColumns(p: string): readonly ResultColumn[] {
  return [
    { key: 'altered_share', label: 'Altered', format: 'text' },
    { key: 'events_altered', label: 'Events, altered', format: 'count' },
    { key: 'events_wild_type', label: 'Events, wild type', format: 'count' },
    {
      key: 'hazard_ratio',
      label: 'Hazard ratio',
      format: 'ratio',
      low: 'hazard_ratio_low',
      high: 'hazard_ratio_high',
      why: 'hazard_ratio_why',
    },
    { key: 'wald_p', label: 'Wald p', format: 'p', why: 'wald_p_why' },
    { key: 'p', label: p, format: 'p', why: 'p_why' },
  ];
}

/** What a gene came to. */
export interface GeneFit {
  readonly carriers: number;
  readonly covered: number;
  readonly events: number;
  readonly carrierEvents: number;
  /** Of the test whose p values are adjusted, on one degree of freedom. */
  readonly chiSquare: number;
  readonly coefficient: number;
  readonly standardError: number;
  /** Why there is no estimate; empty where there is one. */
  readonly why: string;
}

/** The cells of a gene under {@link endpointColumns}. */
export function endpointCells(fit: GeneFit, level: number): Record<string, Cell> {
  const { carriers, covered, events, carrierEvents, chiSquare: statistic, coefficient, standardError, why } = fit;
  const width = -normal.quantile((1 - level) / 2);
  const wald = (coefficient / standardError) ** 2;
  const none = why !== '' || !(standardError > 0);
  return {
    altered: carriers,
    covered,
    altered_share: share(carriers, covered),
    events_altered: carrierEvents,
    events_wild_type: events - carrierEvents,
    chi_square: cell(statistic),
    ...pCells('p', chiSquare.upper(statistic, 1), chiSquare.logUpper(statistic, 1)),
    hazard_ratio: none ? null : cell(Math.exp(coefficient)),
    hazard_ratio_low: none ? null : cell(Math.exp(coefficient - width * standardError)),
    hazard_ratio_high: none ? null : cell(Math.exp(coefficient + width * standardError)),
    hazard_ratio_why: why,
    coefficient: none ? null : cell(coefficient),
    standard_error: none ? null : cell(standardError),
    ...(none
      ? { wald_p: null, log10_wald_p: null, wald_p_why: why }
      : pCells('wald_p', chiSquare.upper(wald, 1), chiSquare.logUpper(wald, 1))),
  };
}
