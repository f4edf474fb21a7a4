import { type ForestFigure, printRatio, type ResultTable } from '../../../result/index.ts';
import { type MetaAnalysis, metaAnalysis } from '../../../stats/index.ts';
import { combinedByInformation, type ModelAnswer } from '../../methods/model-rounds.ts';
import type { Finished } from '../progress.ts';
import type { Model } from '../protocol.ts';
import { cell, count, number, type Part, pValue, REACH, ratio, ratioCells, text } from './part.ts';

/** What a model's effects are called. */
export const EFFECT: Readonly<Record<Model['method'], string>> = {
  'cox/1': 'Hazard ratio',
  'fine-gray/1': 'Subdistribution hazard ratio',
  'logistic/1': 'Odds ratio',
};

/** A site's own fit, where it has a finite one. */
interface SiteFit {
  readonly site: string;
  readonly n: number;
  readonly events: number;
  readonly beta: ArrayLike<number>;
  readonly errors: readonly number[];
}

/** Standard errors of a variance matrix, row by row. */
export const errorsOf = (variance: ArrayLike<number>, size: number): number[] =>
  Array.from({ length: size }, (_, j) => Math.sqrt(variance[j * size + j]!));

export function siteFits({ sites }: Finished, first: readonly ModelAnswer[], size: number): SiteFit[] {
  return sites.flatMap((site, i) => {
    const { own, n, events } = first[i]!;
    const combined = own ? combinedByInformation([own], size) : undefined;
    return combined ? [{ site, n, events, beta: combined.beta, errors: errorsOf(combined.variance, size) }] : [];
  });
}

const WAYS = [
  ['fixed', 'fixed', 'normal', 'Fixed effect'],
  ['dl', 'dersimonian-laird', 'normal', 'DerSimonian and Laird'],
  ['reml', 'reml', 'normal', 'REML'],
  ['reml-hk', 'reml', 'hartung-knapp', 'REML, Hartung and Knapp'],
] as const;

interface Way {
  readonly key: string;
  readonly label: string;
  readonly fit: MetaAnalysis;
}

export function metasOf(fits: readonly SiteFit[], j: number): Way[] {
  const effects = Float64Array.from(fits, ({ beta }) => beta[j]!);
  const variances = Float64Array.from(fits, ({ errors }) => errors[j]! ** 2);
  return WAYS.flatMap(([key, method, interval, label]) => {
    const fit = metaAnalysis(effects, variances, { method, interval });
    return fit.ok ? [{ key, label, fit }] : [];
  });
}

export function metaNumbers(
  { id }: Model,
  fits: readonly SiteFit[],
  metas: readonly (readonly Way[])[],
): Part['numbers'] {
  if (fits.length === 0) return {};
  return Object.fromEntries(
    metas.flatMap((ways, j) => [
      [`${id}.meta.${j}.effects`, fits.map(({ beta }) => beta[j]!)],
      [`${id}.meta.${j}.variances`, fits.map(({ errors }) => errors[j]! ** 2)],
      ...ways.map(({ key, fit: { pooled, tau2, heterogeneity, prediction } }) => [
        `${id}.meta.${j}.${key}`,
        [
          pooled.estimate,
          pooled.standardError,
          pooled.lower,
          pooled.upper,
          pooled.p,
          tau2,
          heterogeneity.statistic,
          cell(prediction?.[0]),
          cell(prediction?.[1]),
        ],
      ]),
    ]),
  ) as Part['numbers'];
}

export function siteTable({ id, method }: Model, names: readonly string[], fits: readonly SiteFit[]): ResultTable {
  return {
    id: `${id}-sites`,
    title: `${id}: each site's own fit`,
    columns: [
      text('term', 'Term'),
      text('site', 'Site'),
      count('n', 'Patients'),
      count('events', 'Events'),
      ratio(EFFECT[method]),
      pValue,
    ],
    rows: names.flatMap((term, j) =>
      fits.map(({ site, n, events, beta, errors }) => ({ term, site, n, events, ...ratioCells(beta[j]!, errors[j]!) })),
    ),
    notes: [],
  };
}

export function metaTable(
  { id, method }: Model,
  names: readonly string[],
  metas: readonly (readonly Way[])[],
): ResultTable {
  return {
    id: `${id}-meta`,
    title: `${id}: meta-analysis of the sites' own fits`,
    columns: [
      text('term', 'Term'),
      text('model', 'Model'),
      ratio(EFFECT[method]),
      pValue,
      number('q', 'Cochran’s Q'),
      { key: 'q_p', label: 'p of Q', format: 'p' },
      { key: 'i2', label: 'I²', format: 'share' },
      number('tau2', 'τ²'),
      { key: 'expected', label: 'Expected at a new site', format: 'ratio', low: 'expected_low', high: 'expected_high' },
    ],
    rows: names.flatMap((term, j) =>
      metas[j]!.map(({ label, fit: { pooled, heterogeneity, i2, tau2, prediction } }) => ({
        term,
        model: label,
        ratio: cell(Math.exp(pooled.estimate)),
        low: cell(Math.exp(pooled.lower)),
        high: cell(Math.exp(pooled.upper)),
        p: cell(pooled.p),
        q: cell(heterogeneity.statistic),
        q_p: cell(heterogeneity.p),
        i2: cell(i2 / 100),
        tau2: cell(tau2),
        expected: prediction ? cell(Math.exp(pooled.estimate)) : null,
        expected_low: prediction ? cell(Math.exp(prediction[0])) : null,
        expected_high: prediction ? cell(Math.exp(prediction[1])) : null,
      })),
    ),
    notes: ['I² is the share of the variance of effects that is between sites; τ² is that variance.'],
  };
}

/** Whose a pooled effect is: sites in words, and their patients. */
export interface Pooled {
  readonly sites: string;
  readonly patients: number;
}

/** The sites' own effects as squares by their weight, and the pooled model's as a diamond. */
export function forest(
  { id, method }: Model,
  names: readonly string[],
  fits: readonly SiteFit[],
  pooled: readonly { ratio: number | null; low: number | null; high: number | null }[],
  all: Pooled,
): ForestFigure {
  const line = (label: string, n: string, estimate: number | null, low: number | null, high: number | null) => ({
    label,
    n,
    estimate,
    low,
    high,
    text: estimate === null ? '' : `${printRatio(estimate)} (${printRatio(low!)} to ${printRatio(high!)})`,
  });
  return {
    kind: 'forest',
    id: `${id}-forest`,
    title: `${EFFECT[method]}s by site`,
    alt: `${EFFECT[method]}s of ${names.join(', ')} at ${fits.map(({ site }) => site).join(', ')} and over ${all.sites}.`,
    xLabel: EFFECT[method],
    rows: names.flatMap((name, j) => {
      const weights = fits.map(({ errors }) => 1 / errors[j]! ** 2);
      const sum = weights.reduce((a, b) => a + b, 0);
      return [
        { ...line(name, '', null, null, null), mark: 'none' as const },
        ...fits.map(({ site, n, beta, errors }, i) => ({
          ...line(
            site,
            String(n),
            Math.exp(beta[j]!),
            Math.exp(beta[j]! - REACH * errors[j]!),
            Math.exp(beta[j]! + REACH * errors[j]!),
          ),
          weight: weights[i]! / sum,
        })),
        {
          ...line(
            all.sites.replace(/^a/, 'A'),
            String(all.patients),
            pooled[j]!.ratio,
            pooled[j]!.low,
            pooled[j]!.high,
          ),
          mark: 'diamond' as const,
        },
      ];
    }),
  };
}
