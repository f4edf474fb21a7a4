import type { Figure, ResultColumn, ResultTable } from '../../../result/index.ts';
import { normal } from '../../../stats/index.ts';
import type { Attestation, Codebook } from '../../documents.ts';

/** What an analysis comes to over the sites: numbers for the attestation, and its part of the findings. */
export interface Part {
  readonly numbers: Attestation['numbers'];
  readonly tables: readonly ResultTable[];
  readonly figures: readonly Figure[];
  readonly method: readonly string[];
  readonly citations: readonly string[];
  readonly warnings: readonly { readonly code: string; readonly says: string }[];
}

export const NOTHING: Part = { numbers: {}, tables: [], figures: [], method: [], citations: [], warnings: [] };

/** What a pooled analysis is made with beside its rounds. */
export interface Pooling {
  readonly codebook: Codebook;
  /** By site, patients of its approval. */
  readonly patients: ReadonlyMap<string, number>;
}

export const cell = (x: number | undefined): number | null => (x !== undefined && Number.isFinite(x) ? x : null);

/** Half the width of a 95 % interval, in standard errors. */
export const REACH = normal.quantile(0.975);

export const text = (key: string, label: string): ResultColumn => ({ key, label, format: 'text' });
export const count = (key: string, label: string): ResultColumn => ({ key, label, format: 'count' });
export const number = (key: string, label: string): ResultColumn => ({ key, label, format: 'number' });
export const pValue: ResultColumn = { key: 'p', label: 'p', format: 'p' };
export const ratio = (label: string): ResultColumn => ({
  key: 'ratio',
  label,
  format: 'ratio',
  low: 'low',
  high: 'high',
});

/** A logarithmic effect as a ratio with its interval and test. */
export function ratioCells(estimate: number, standardError: number) {
  return {
    ratio: cell(Math.exp(estimate)),
    low: cell(Math.exp(estimate - REACH * standardError)),
    high: cell(Math.exp(estimate + REACH * standardError)),
    p: cell(normal.twoSided(estimate / standardError)),
    coefficient: cell(estimate),
    standard_error: cell(standardError),
  };
}

/** What the columns of covariates are called, in the order of a design. */
export function columnNames({ variables }: Codebook, covariates: readonly string[]): string[] {
  return covariates.flatMap((name) => {
    const variable = variables[name]!;
    return variable.type === 'category' ? variable.levels.slice(1).map((level) => `${name} ${level}`) : [name];
  });
}

/** What groups are called on paper. */
export function groupNames(codebook: Codebook, name: string | undefined, labels: readonly string[]): string[] {
  if (name === undefined) return ['all'];
  return codebook.variables[name]?.type === 'boolean'
    ? [`${name}: no`, `${name}: yes`]
    : labels.map((label) => `${name} ${label}`);
}
