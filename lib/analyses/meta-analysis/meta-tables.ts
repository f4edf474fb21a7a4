import {
  type ForestFigure,
  printEstimate,
  printNumber,
  printRatio,
  type ResultColumn,
  type ResultTable,
} from '../../result/index.ts';
import {
  eggerTest,
  type MetaAnalysis,
  type MetaCoefficient,
  type MetaRegression,
  mantelHaenszelOdds,
  metaAnalysis,
  normal,
  petoOdds,
  type Stratum,
} from '../../stats/index.ts';
import { cell, pCells } from '../parts/cells.ts';
import type { Effect, Found } from './meta-studies.ts';

/** What effects are called. */
export const EFFECT: Readonly<Record<Effect, string>> = {
  'hazard-ratio': 'Hazard ratio',
  'odds-ratio': 'Odds ratio',
  'risk-ratio': 'Risk ratio',
  difference: 'Difference',
};

/** From the scale of pooling to that of reading. */
const shownBy = (effect: Effect) => (effect === 'difference' ? (x: number) => x : Math.exp);

function effectColumn(effect: Effect, label: string = EFFECT[effect]): ResultColumn {
  const format = effect === 'difference' ? 'number' : 'ratio';
  return { key: 'effect', label, format, low: 'effect_low', high: 'effect_high', why: 'effect_why' };
}

function effectCells(effect: Effect, estimate: number, low: number, high: number, why = '') {
  const shown = shownBy(effect);
  return {
    effect: cell(shown(estimate)),
    effect_low: cell(shown(low)),
    effect_high: cell(shown(high)),
    effect_why: why,
  };
}

/** Limits of a study's own effect. */
function limitsOf({ estimate, standardError }: Found, level: number): [number, number] {
  const reach = -normal.quantile((1 - level) / 2) * standardError;
  return [estimate - reach, estimate + reach];
}

/** The studies, a row each, with the weight that each has. `pooled` are those of the analysis, in their order. */
export function studyTable(
  found: readonly Found[],
  pooled: readonly Found[],
  effect: Effect,
  of: { readonly fixed: MetaAnalysis | undefined; readonly random: MetaAnalysis | undefined; readonly level: number },
): ResultTable {
  const weight = (fit: MetaAnalysis | undefined, study: Found) => {
    const at = pooled.indexOf(study);
    return at < 0 || fit === undefined ? null : fit.weights[at]! / 100;
  };
  return {
    id: 'studies',
    title: 'Studies',
    columns: [
      { key: 'study', label: 'Study', format: 'text' },
      { key: 'n', label: 'Patients', format: 'count' },
      { key: 'events', label: 'Events', format: 'count' },
      effectColumn(effect),
      { key: 'weight_fixed', label: 'Weight, fixed effect', format: 'share' },
      { key: 'weight', label: 'Weight, random effects', format: 'share' },
    ],
    rows: found.map((study) => ({
      study: study.name,
      n: study.n,
      events: study.events,
      ...effectCells(effect, study.estimate, ...limitsOf(study, of.level), study.why),
      weight_fixed: weight(of.fixed, study),
      weight: weight(of.random, study),
      estimate: cell(study.estimate),
      standard_error: cell(study.standardError),
    })),
    notes: [],
  };
}

/** A way of pooling, by its name. */
export type Pooled = readonly [name: string, fit: MetaAnalysis];

/** What the studies say together, a row a way of pooling. */
export function pooledTable(fits: readonly Pooled[], effect: Effect): ResultTable {
  const shown = shownBy(effect);
  return {
    id: 'pooled',
    title: 'Pooled effect',
    columns: [
      { key: 'model', label: 'Model', format: 'text' },
      { key: 'studies', label: 'Studies', format: 'count' },
      effectColumn(effect),
      { key: 'statistic', label: 'z or t', format: 'number' },
      { key: 'p', label: 'p', format: 'p', why: 'p_why' },
      {
        key: 'expected',
        label: 'Expected in a new study',
        format: effect === 'difference' ? 'number' : 'ratio',
        low: 'prediction_low',
        high: 'prediction_high',
        why: 'prediction_why',
      },
      { key: 'tau2', label: 'Variance between studies', format: 'number' },
    ],
    rows: fits.map(([model, { pooled, prediction, studies, tau2 }]) => ({
      model,
      studies,
      ...effectCells(effect, pooled.estimate, pooled.lower, pooled.upper),
      statistic: cell(pooled.statistic),
      ...pCells('p', pooled.p, pooled.logP),
      expected: prediction === undefined ? null : cell(shown(pooled.estimate)),
      prediction_low: prediction === undefined ? null : cell(shown(prediction[0])),
      prediction_high: prediction === undefined ? null : cell(shown(prediction[1])),
      prediction_why: prediction === undefined ? 'one effect for all' : '',
      tau2: cell(tau2),
      estimate: cell(pooled.estimate),
      standard_error: cell(pooled.standardError),
    })),
    notes: [],
  };
}

/** How much the studies differ beyond chance. */
export function heterogeneityTable(
  { heterogeneity, i2, h2, tau2 }: MetaRegression,
  title: string,
  id: string,
): ResultTable {
  return {
    id,
    title,
    columns: [
      { key: 'q', label: "Cochran's Q", format: 'number' },
      { key: 'degrees_of_freedom', label: 'Degrees of freedom', format: 'count' },
      { key: 'p', label: 'p', format: 'p', why: 'p_why' },
      { key: 'i2', label: 'I²', format: 'share' },
      { key: 'h2', label: 'H²', format: 'number' },
      { key: 'tau2', label: 'τ²', format: 'number' },
      { key: 'tau', label: 'τ', format: 'number' },
    ],
    rows: [
      {
        q: cell(heterogeneity.statistic),
        degrees_of_freedom: heterogeneity.degreesOfFreedom,
        ...pCells('p', heterogeneity.p, heterogeneity.logP),
        i2: cell(i2 / 100),
        h2: cell(h2),
        tau2: cell(tau2),
        tau: cell(Math.sqrt(tau2)),
      },
    ],
    notes: [
      'I² is the share of the variance of effects that is between studies and not of their own making; τ² is that variance.',
    ],
  };
}

/** A meta-regression's coefficients. */
export function regressionTable(fit: MetaRegression, names: readonly string[], effect: Effect): ResultTable {
  const row = (name: string, { estimate, standardError, lower, upper, statistic, p, logP }: MetaCoefficient) => ({
    term: name,
    ...effectCells(effect, estimate, lower, upper),
    coefficient: cell(estimate),
    standard_error: cell(standardError),
    statistic: cell(statistic),
    ...pCells('p', p, logP),
  });
  return {
    id: 'meta-regression',
    title: 'Meta-regression',
    columns: [
      { key: 'term', label: 'Term', format: 'text' },
      { key: 'coefficient', label: 'Coefficient', format: 'number' },
      effectColumn(
        effect,
        effect === 'difference' ? 'Difference, a unit more' : `Ratio of ${EFFECT[effect].toLowerCase()}s, a unit more`,
      ),
      { key: 'statistic', label: 'z or t', format: 'number' },
      { key: 'p', label: 'p', format: 'p', why: 'p_why' },
    ],
    rows: ['Intercept', ...names].map((name, j) => row(name, fit.coefficients[j]!)),
    notes: [
      ...(fit.moderators === undefined
        ? []
        : [
            `Test of all moderators: ${fit.moderators.statistic.toPrecision(4)}, p ${fit.moderators.p < 0.001 ? '< 0.001' : `= ${fit.moderators.p.toPrecision(2)}`}.`,
          ]),
      'The intercept is the effect where all moderators are 0.',
    ],
  };
}

/** Egger's test is of little power in few studies, and is told from so many on. */
const LEAST_FOR_FUNNEL = 3;

/** Whether small studies say something else. */
export function funnelTable(effects: Float64Array, variances: Float64Array): ResultTable[] {
  if (effects.length < LEAST_FOR_FUNNEL) return [];
  const test = eggerTest(effects, variances);
  if (!('estimate' in test)) return [];
  return [
    {
      id: 'funnel',
      title: "Egger's test of funnel asymmetry",
      columns: [
        { key: 'coefficient', label: 'Effect a unit of standard error', format: 'number' },
        { key: 'statistic', label: 't', format: 'number' },
        { key: 'p', label: 'p', format: 'p', why: 'p_why' },
      ],
      rows: [{ coefficient: cell(test.estimate), statistic: cell(test.statistic), ...pCells('p', test.p, test.logP) }],
      notes: effects.length < 10 ? ['With fewer than ten studies this test has little power.'] : [],
    },
  ];
}

/** The pooled effect without each study in turn. */
export function leaveOneOutTable(
  pooled: readonly Found[],
  effect: Effect,
  options: Parameters<typeof metaAnalysis>[2],
): ResultTable[] {
  if (pooled.length < 3) return [];
  const without = (i: number) => {
    const rest = pooled.filter((_, j) => j !== i);
    return metaAnalysis(
      Float64Array.from(rest, ({ estimate }) => estimate),
      Float64Array.from(rest, ({ standardError }) => standardError ** 2),
      options,
    );
  };
  return [
    {
      id: 'leave-one-out',
      title: 'Pooled effect without each study',
      columns: [
        { key: 'study', label: 'Without', format: 'text' },
        effectColumn(effect),
        { key: 'i2', label: 'I²', format: 'share', why: 'effect_why' },
      ],
      rows: pooled.map(({ name }, i) => {
        const fit = without(i);
        if (!fit.ok)
          return { study: name, ...effectCells(effect, Number.NaN, Number.NaN, Number.NaN, fit.problem), i2: null };
        const { estimate, lower, upper } = fit.pooled;
        return { study: name, ...effectCells(effect, estimate, lower, upper), i2: cell(fit.i2 / 100) };
      }),
      notes: [],
    },
  ];
}

type Row = ResultTable['rows'][number];

/** Odds ratios pooled from the tables themselves. */
export function tablesTable(tables: readonly Stratum[], level: number): ResultTable[] {
  const rows: Row[] = (
    [
      ['Mantel-Haenszel', mantelHaenszelOdds(tables, { level })],
      ['Peto', petoOdds(tables, { level })],
    ] as const
  ).flatMap(([model, found]): Row[] =>
    found.ok
      ? [
          {
            model,
            effect: cell(Math.exp(found.logOddsRatio)),
            effect_low: cell(Math.exp(found.lower)),
            effect_high: cell(Math.exp(found.upper)),
            effect_why: '',
            ...pCells('p', found.p, Math.log(found.p)),
            q: cell(found.heterogeneity.statistic),
          },
        ]
      : found.problem === 'empty cells'
        ? [{ model, effect: null, effect_why: 'every study has empty cells on one side', p: null, q: null }]
        : [],
  );
  if (rows.length === 0) return [];
  return [
    {
      id: 'pooled-tables',
      title: 'Odds ratio pooled from the tables',
      columns: [
        { key: 'model', label: 'Model', format: 'text' },
        effectColumn('odds-ratio'),
        { key: 'p', label: 'p', format: 'p', why: 'p_why' },
        { key: 'q', label: "Cochran's Q", format: 'number' },
      ],
      rows,
      notes: ['Both take one effect for all studies; neither adds a half to empty cells.'],
    },
  ];
}

/** The picture: a row a study, its square by its weight, and the pooled effects as diamonds. */
export function metaFigure(
  found: readonly Found[],
  pooled: readonly Found[],
  fits: readonly Pooled[],
  effect: Effect,
  of: { readonly title: string; readonly level: number; readonly stamp: string | undefined },
): ForestFigure {
  const shown = shownBy(effect);
  const print = effect === 'difference' ? printNumber : printRatio;
  const text = (estimate: number, low: number, high: number) =>
    printEstimate(cell(shown(estimate)), { low: cell(shown(low)), high: cell(shown(high)) }, '', print);
  const [main] = fits;
  const rows = found.map((study) => {
    const at = pooled.indexOf(study);
    const weight = at < 0 || main === undefined ? undefined : main[1].weights[at]!;
    if (study.why !== '') return { label: study.name, n: '', estimate: null, low: null, high: null, text: study.why };
    const [low, high] = limitsOf(study, of.level);
    return {
      label: study.name,
      n: weight === undefined ? '' : `${weight.toFixed(1)}%`,
      estimate: cell(shown(study.estimate)),
      low: cell(shown(low)),
      high: cell(shown(high)),
      text: text(study.estimate, low, high),
      ...(weight === undefined ? {} : { weight }),
    };
  });
  const diamonds = fits.map(([name, { pooled: all }]) => ({
    label: name,
    n: '',
    estimate: cell(shown(all.estimate)),
    low: cell(shown(all.lower)),
    high: cell(shown(all.upper)),
    text: text(all.estimate, all.lower, all.upper),
    mark: 'diamond' as const,
  }));
  const predicted = main?.[1].prediction;
  const told = diamonds.map(({ label, text: said }) => `${label}: ${said}`);
  return {
    kind: 'forest',
    id: 'forest',
    title: of.title,
    alt: `Forest plot of ${found.length} ${found.length === 1 ? 'study' : 'studies'}. ${of.title}. ${told.join('. ')}.`,
    xLabel: effect === 'difference' ? EFFECT[effect] : `${EFFECT[effect]} (logarithmic axis)`,
    rows: [
      ...rows,
      ...diamonds,
      ...(predicted === undefined
        ? []
        : [
            {
              label: 'A new study (prediction interval)',
              n: '',
              estimate: cell(shown(main![1].pooled.estimate)),
              low: cell(shown(predicted[0])),
              high: cell(shown(predicted[1])),
              text: `${print(shown(predicted[0]))} to ${print(shown(predicted[1]))}`,
              mark: 'none' as const,
            },
          ]),
    ],
    ...(effect === 'difference' ? { scale: 'linear' as const } : {}),
    ...(of.stamp === undefined ? {} : { stamp: of.stamp }),
  };
}
