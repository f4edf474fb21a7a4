import { type ForestFigure, printRatio, type ResultTable } from '../../../result/index.ts';
import { type ConcordanceSums, concordance, type MetaAnalysis, metaAnalysis } from '../../../stats/index.ts';
import { combinedByInformation, type ModelAnswer, type ModelState } from '../../methods/model-rounds.ts';
import { columnCount } from '../../methods/site-rows.ts';
import { modelAnswers, modelStateAfter } from '../model-state.ts';
import type { Finished } from '../progress.ts';
import { asksConcordance, type Model } from '../protocol.ts';
import {
  cell,
  columnNames,
  count,
  number,
  type Part,
  type Pooling,
  pValue,
  REACH,
  ratio,
  ratioCells,
  text,
} from './part.ts';

const EFFECT: Readonly<Record<Model['method'], string>> = {
  'cox/1': 'Hazard ratio',
  'fine-gray/1': 'Subdistribution hazard ratio',
  'logistic/1': 'Odds ratio',
};

const METHOD: Readonly<Record<Model['method'], string>> = {
  'cox/1':
    'Cox regression stratified by site: each site’s risk sets stay its own, exact times are used where they are.',
  'fine-gray/1':
    'Fine-Gray regression stratified by site, with censoring weights made within each site and Breslow’s ties.',
  'logistic/1': 'Logistic regression with an intercept for each site.',
};

const CITATIONS = [
  'Cox DR. Regression models and life-tables. J R Stat Soc B 1972;34:187-220.',
  'DerSimonian R, Laird N. Meta-analysis in clinical trials. Control Clin Trials 1986;7:177-88.',
  'Hartung J, Knapp G. A refined method for the meta-analysis of controlled clinical trials with binary outcome. Stat Med 2001;20:3875-89.',
];

/** A site's own fit, where it has a finite one. */
interface SiteFit {
  readonly site: string;
  readonly n: number;
  readonly events: number;
  readonly beta: ArrayLike<number>;
  readonly errors: readonly number[];
}

const errorsOf = (variance: ArrayLike<number>, size: number): number[] =>
  Array.from({ length: size }, (_, j) => Math.sqrt(variance[j * size + j]!));

/** A model over sites: the pooled coefficients, and where it was asked open each site's own with their meta-analysis and forest plot. */
export function pooledModel(finished: Finished, model: Model, pooling: Pooling): Part {
  const { codebook } = pooling;
  const size = columnCount(codebook, model.covariates);
  const names = columnNames(codebook, model.covariates);
  const state = modelStateAfter(model, finished.rounds, size);
  if (state?.variance === undefined)
    return {
      numbers: {},
      tables: [],
      figures: [],
      method: [],
      citations: [],
      warnings: [{ code: 'undetermined', says: `${model.id}: the sites together do not determine its coefficients.` }],
    };
  const first = modelAnswers(finished.rounds[0]!, 1, size);
  const fits = model.mode === 'open' ? siteFits(finished, first, size) : [];
  const metas = names.map((_, j) => metasOf(fits, j));
  const errors = errorsOf(state.variance, size);
  const pairs = concordanceOf(finished, model);
  const pooledRow = names.map((name, j) => ({ term: name, ...ratioCells(state.beta[j]!, errors[j]!) }));
  const tables: ResultTable[] = [
    {
      id: model.id,
      title: `${model.id}: ${METHOD[model.method]}`,
      columns: [
        text('term', 'Term'),
        ratio(EFFECT[model.method]),
        pValue,
        number('coefficient', 'Coefficient'),
        number('standard_error', 'Standard error'),
      ],
      rows: pooledRow,
      notes: [
        `Sites: ${finished.sites.join(', ')}. Rounds: ${model.rounds}.`,
        `The Newton step from the coefficients at which the sites were last asked: ${(state.step ?? 0).toExponential(1)} standard errors.`,
      ],
    },
    ...(fits.length > 0 ? [siteTable(model, names, fits), metaTable(model, names, metas)] : []),
    ...interceptTable(finished, model, state.beta),
    ...(pairs ? [pairs.table] : []),
  ];
  return {
    numbers: {
      ...modelNumbers(model, state, errors, finished, first, size),
      ...metaNumbers(model, fits, metas),
      ...interceptNumbers(finished, model, state.beta),
      ...pairs?.numbers,
    },
    tables,
    figures: fits.length > 0 ? [forest(model, names, fits, pooledRow, pooling)] : [],
    method: [
      METHOD[model.method],
      model.mode === 'open'
        ? `${model.id}: the sites' own fits were combined by their information, then improved by ${model.rounds - 1} Newton steps of the sum of their likelihoods.`
        : `${model.id}: ${model.rounds} Newton steps from zero on sums behind masks, so that no site's own numbers were seen.`,
    ],
    citations: CITATIONS,
    warnings: finished.sites.flatMap((site, i) =>
      model.mode === 'open' && !first[i]!.own
        ? [
            {
              code: 'no-finite-fit',
              says: `${model.id}: ${site} has no finite fit of its own; it joined in the second round.`,
            },
          ]
        : [],
    ),
  };
}

function siteFits({ sites }: Finished, first: readonly ModelAnswer[], size: number): SiteFit[] {
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

function metasOf(fits: readonly SiteFit[], j: number): Way[] {
  const effects = Float64Array.from(fits, ({ beta }) => beta[j]!);
  const variances = Float64Array.from(fits, ({ errors }) => errors[j]! ** 2);
  return WAYS.flatMap(([key, method, interval, label]) => {
    const fit = metaAnalysis(effects, variances, { method, interval });
    return fit.ok ? [{ key, label, fit }] : [];
  });
}

function modelNumbers(
  { id }: Model,
  state: ModelState,
  errors: readonly number[],
  finished: Finished,
  first: readonly ModelAnswer[],
  size: number,
): Part['numbers'] {
  const own = first.flatMap((answer) => (answer.own ? [answer.own] : []));
  const combined = combinedByInformation(own, size);
  const second =
    finished.rounds.length > 1
      ? modelStateAfter(finished.analysis as Model, finished.rounds.slice(0, 2), size)
      : undefined;
  return {
    [`${id}.beta`]: [...state.beta],
    [`${id}.se`]: [...errors],
    [`${id}.variance`]: [...state.variance!],
    [`${id}.step`]: cell(state.step),
    [`${id}.events`]: first.reduce((sum, { events }) => sum + events, 0),
    [`${id}.loglik`]: cell(state.last?.loglik),
    [`${id}.loglik-at-zero`]: cell(state.atZero?.loglik),
    ...(combined && {
      [`${id}.combined.beta`]: [...combined.beta],
      [`${id}.combined.variance`]: [...combined.variance],
    }),
    ...(second && { [`${id}.second.beta`]: [...second.beta] }),
  };
}

function metaNumbers({ id }: Model, fits: readonly SiteFit[], metas: readonly (readonly Way[])[]): Part['numbers'] {
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

function siteTable({ id, method }: Model, names: readonly string[], fits: readonly SiteFit[]): ResultTable {
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

function metaTable({ id, method }: Model, names: readonly string[], metas: readonly (readonly Way[])[]): ResultTable {
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

/** The sites' own effects as squares by their weight, and the pooled model's as a diamond. */
function forest(
  { id, method }: Model,
  names: readonly string[],
  fits: readonly SiteFit[],
  pooled: readonly { ratio: number | null; low: number | null; high: number | null }[],
  { patients }: Pooling,
): ForestFigure {
  const all = [...patients.values()].reduce((a, b) => a + b, 0);
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
    alt: `${EFFECT[method]}s of ${names.join(', ')} at ${fits.map(({ site }) => site).join(', ')} and over all sites.`,
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
          ...line('All sites', String(all), pooled[j]!.ratio, pooled[j]!.low, pooled[j]!.high),
          mark: 'diamond' as const,
        },
      ];
    }),
  };
}

/**
 * Of an open logistic model: each site's intercept at the pooled coefficients, covariates at the codebook's centres. Where the sites were last
 * asked each told its own; the last step moves it along its profile.
 */
function interceptsOf(
  { sites, rounds }: Finished,
  model: Model,
  pooled: Float64Array,
): { readonly site: string; readonly intercept: number }[] {
  if (model.method !== 'logistic/1' || model.mode === 'masked') return [];
  const last = rounds[model.rounds - 1]!.open as unknown as {
    readonly beta?: readonly number[];
    readonly joint: { readonly intercept: number; readonly information: readonly number[] };
  }[];
  return sites.map((site, i) => {
    const { beta, joint } = last[i]!;
    const moved = pooled.reduce(
      (sum, value, j) => sum + (value - (beta?.[j] ?? 0)) * joint.information[((j + 1) * (j + 2)) / 2]!,
      0,
    );
    return { site, intercept: joint.intercept - moved / joint.information[0]! };
  });
}

function interceptTable(finished: Finished, model: Model, pooled: Float64Array): ResultTable[] {
  const rows = interceptsOf(finished, model, pooled);
  if (rows.length === 0) return [];
  return [
    {
      id: `${model.id}-intercepts`,
      title: `${model.id}: intercepts`,
      columns: [text('site', 'Site'), number('intercept', 'Intercept')],
      rows,
      notes: ["Log odds at the codebook's centres."],
    },
  ];
}

function interceptNumbers(finished: Finished, model: Model, pooled: Float64Array): Part['numbers'] {
  const rows = interceptsOf(finished, model, pooled);
  return rows.length === 0 ? {} : { [`${model.id}.intercepts`]: rows.map(({ intercept }) => intercept) };
}

function concordanceOf(
  { rounds }: Finished,
  model: Model,
): { readonly numbers: Part['numbers']; readonly table: ResultTable } | undefined {
  const data = asksConcordance(model) ? rounds[model.rounds] : undefined;
  if (!data) return undefined;
  const sums = data.sums
    ? sumsOf(data.sums)
    : (data.open as unknown as { readonly concordance: ConcordanceSums }[])
        .map((each) => each.concordance)
        .reduce(concordance.merge);
  const solved = concordance.solve(sums);
  if (!solved.ok) return undefined;
  const { estimate, standardError, lower, upper } = solved;
  return {
    numbers: {
      [`${model.id}.concordance`]: [
        estimate,
        cell(standardError),
        sums.concordant,
        sums.discordant,
        sums.tiedMarker,
        sums.tiedTime,
        sums.tiedBoth,
      ],
    },
    table: {
      id: `${model.id}-concordance`,
      title: `${model.id}: concordance of pairs within sites`,
      columns: [
        { key: 'concordance', label: 'Concordance', format: 'number', low: 'low', high: 'high' },
        number('standard_error', 'Standard error'),
      ],
      rows: [{ concordance: estimate, low: cell(lower), high: cell(upper), standard_error: cell(standardError) }],
      notes: [],
    },
  };
}

function sumsOf(sums: readonly number[]): ConcordanceSums {
  const [n, concordant, discordant, tiedMarker, tiedTime, tiedBoth, balanceSquares, balanceByPairs, pairSquares] =
    sums as readonly [number, number, number, number, number, number, number, number, number];
  return { n, concordant, discordant, tiedMarker, tiedTime, tiedBoth, balanceSquares, balanceByPairs, pairSquares };
}
