import { SignetError } from '../../base/index.ts';
import type { Findings, ResultTable } from '../../result/index.ts';
import { printLevel } from '../../result/index.ts';
import { type Heterogeneity, type MetaAnalysis, metaAnalysis, metaRegression } from '../../stats/index.ts';
import type { Analysis } from '../parts/analysis.ts';
import { CITATION, YARDSTICK } from '../parts/citations.ts';
import { laterBy } from '../parts/grouping.ts';
import { immortalTime, NAIVE } from '../parts/immortal-time.ts';
import { countsOf, subgroupLater } from '../parts/selection.ts';
import { MetaRequest } from './meta-request.ts';
import { effectOf, type Found, givenStudies, type OwnStudies, ownStudies } from './meta-studies.ts';
import {
  EFFECT,
  funnelTable,
  heterogeneityTable,
  leaveOneOutTable,
  metaFigure,
  type Pooled,
  pooledTable,
  regressionTable,
  studyTable,
  tablesTable,
} from './meta-tables.ts';

const ESTIMATOR: Readonly<Record<Heterogeneity, string>> = {
  fixed: 'Fixed effect',
  'dersimonian-laird': 'DerSimonian-Laird',
  hedges: 'Hedges',
  'hunter-schmidt': 'Hunter-Schmidt',
  'sidik-jonkman': 'Sidik-Jonkman',
  ml: 'Maximum likelihood',
  reml: 'REML',
  'empirical-bayes': 'Empirical Bayes',
  'paule-mandel': 'Paule-Mandel',
};

const INTERVAL = { 'hartung-knapp': 'Hartung-Knapp', normal: 'Wald' } as const;

/** The models told: that asked for first, then a fixed effect and DerSimonian and Laird's, both as they are usually shown. */
function fitsOf(
  pooled: readonly Found[],
  { method, interval, level }: MetaRequest,
): { readonly fits: readonly Pooled[]; readonly problem: string | undefined } {
  const effects = Float64Array.from(pooled, ({ estimate }) => estimate);
  const variances = Float64Array.from(pooled, ({ standardError }) => standardError ** 2);
  const asked = [
    [method, interval],
    ['fixed', 'normal'],
    ['dersimonian-laird', 'normal'],
  ] as const;
  const fits: Pooled[] = [];
  let problem: string | undefined;
  asked.forEach(([estimator, by], i) => {
    if (asked.findIndex(([e, b]) => e === estimator && b === by) < i) return;
    const fit = metaAnalysis(effects, variances, { method: estimator, interval: by, level });
    if (fit.ok)
      fits.push([`${ESTIMATOR[estimator]}${by === 'normal' && estimator !== 'reml' ? '' : `, ${INTERVAL[by]}`}`, fit]);
    else problem ??= fit.problem;
  });
  return { fits, problem };
}

/** The moderators of each study. Throws `unknown-moderator` where one doesn't tell. */
function moderatorsOf(pooled: readonly Found[], names: readonly string[]): Float64Array[] {
  return names.map((name, j) =>
    Float64Array.from(pooled, ({ moderators, name: study }) => {
      const value = Object.hasOwn(moderators, name) ? moderators[name] : undefined;
      if (value !== undefined) return value;
      throw new SignetError('unknown-moderator', `${study} doesn't tell its ${name}`, {
        place: { pointer: `/moderators/${j}`, value: name },
        remedy: "Give every study the moderator, under its own key of that name; the cohort's own studies have none.",
      });
    }),
  );
}

function methodOf(
  request: MetaRequest,
  own: OwnStudies | undefined,
  fits: readonly Pooled[],
  regression: boolean,
): string[] {
  const { method, interval, level, studies, own: asked } = request;
  const percent = printLevel(level);
  const model = asked?.endpoint === undefined ? 'logistic regression' : "Cox regression with Efron's handling of ties";
  return [
    ...(own === undefined
      ? ["The effects were given with the request; the cohort's own patients take no part."]
      : [
          `The effect of ${own.of} in the cohort is from ${model}${own.adjusted.length > 0 ? `, adjusted for ${own.adjusted.join(', ')}` : ''}${own.by === undefined ? '' : `, fitted apart in each group of ${own.by}`}.`,
          ...(studies.length > 0 ? ['The other effects were given with the request.'] : []),
        ]),
    ...(fits.length === 0
      ? []
      : [
          `Effects were pooled by inverse variances, on the scale of ${request.effect === 'difference' ? 'differences' : 'logarithms of ratios'}: with the variance between studies by ${ESTIMATOR[method]}${method === 'fixed' ? ' (none)' : ''} and ${INTERVAL[interval]} ${percent} confidence intervals, and beside it as one fixed effect and by DerSimonian and Laird, with Wald intervals.`,
          ...(method === 'fixed'
            ? []
            : [`The prediction interval says where the effect of a new study is expected, at ${percent}.`]),
        ]),
    ...(regression
      ? [
          'The meta-regression is of effects on what studies tell of themselves, with the same variance between studies and intervals.',
        ]
      : []),
    ...(studies.some((study) => 'table' in study)
      ? ['Where a table has an empty cell, a half was added to all four.']
      : []),
    YARDSTICK.replace('(survival 3.5-3)', '(survival 3.5-3, metafor 3.8-1)'),
  ];
}

function warningsOf(
  found: readonly Found[],
  pooled: readonly Found[],
  problem: string | undefined,
  main: MetaAnalysis | undefined,
): Findings['warnings'] {
  const warnings: { code: string; says: string }[] = [];
  const left = found.filter(({ why }) => why !== '');
  if (left.length > 0) {
    warnings.push({
      code: 'study-left-out',
      says: `Not pooled, for want of an estimate: ${left.map(({ name, why }) => `${name} (${why})`).join(', ')}.`,
    });
  }
  if (pooled.length < 2) {
    warnings.push({
      code: 'too-few-studies',
      says: `${pooled.length === 1 ? 'One study is' : 'No study is'} left: there is nothing to pool.`,
    });
  } else if (main === undefined && problem !== undefined) {
    warnings.push({ code: 'not-pooled', says: `The effects could not be pooled: ${problem}.` });
  }
  if (pooled.length > 1 && pooled.length < 5) {
    warnings.push({
      code: 'few-studies',
      says: `With ${pooled.length} studies the variance between them is hardly known; so are I² and the prediction interval.`,
    });
  }
  const empty = found.filter(
    ({ table }) => table !== undefined && (table[0] + table[2] === 0 || table[1] + table[3] === 0),
  );
  if (empty.length > 0) {
    warnings.push({
      code: 'no-events-in-study',
      says: `All patients have one outcome in ${empty.map(({ name }) => name).join(', ')}: only the half added to each cell speaks.`,
    });
  }
  return warnings;
}

function regressionTables(
  pooled: readonly Found[],
  request: MetaRequest,
  effect: keyof typeof EFFECT,
): { readonly tables: ResultTable[]; readonly warnings: Findings['warnings'] } {
  const { moderators, method, interval, level } = request;
  if (moderators === undefined || pooled.length < 2) return { tables: [], warnings: [] };
  const columns = moderatorsOf(pooled, moderators);
  const fit = metaRegression(
    Float64Array.from(pooled, ({ estimate }) => estimate),
    Float64Array.from(pooled, ({ standardError }) => standardError ** 2),
    columns,
    moderators,
    { method, interval, level },
  );
  if (fit.ok) {
    return {
      tables: [
        regressionTable(fit, moderators, effect),
        heterogeneityTable(fit, 'Heterogeneity that the moderators leave', 'residual-heterogeneity'),
      ],
      warnings: [],
    };
  }
  const why = fit.problem === 'collinear' ? `collinear: ${fit.columns.join(', ')}` : fit.problem;
  return { tables: [], warnings: [{ code: 'no-meta-regression', says: `There is no meta-regression: ${why}.` }] };
}

/** Effects of several studies pooled, given or taken from the cohort's own groups. Yardstick: metafor::rma, rma.mh, rma.peto, regtest. */
export const meta: Analysis<MetaRequest> = {
  name: 'meta',
  says: "Pools effects of several studies, given with the request or taken from the cohort's groups: fixed and random effects, heterogeneity, meta-regression.",
  citations: [
    CITATION.dersimonianLaird,
    CITATION.hartungKnapp,
    CITATION.heterogeneity,
    CITATION.predictionInterval,
    CITATION.metaRegression,
    CITATION.egger,
    CITATION.mantelHaenszel,
    CITATION.cox,
    CITATION.logistic,
  ],
  request: MetaRequest,

  run(frame, request, progress): Findings {
    progress.stage('studies', 0.1);
    const effect = effectOf(request);
    const own = request.own === undefined ? undefined : ownStudies(frame, request.own, request.level, request.naive);
    const found = [...givenStudies(request.studies, effect), ...(own?.found ?? [])];
    const pooled = found.filter(({ why }) => why === '');

    progress.stopped();
    progress.stage('pooling', 0.6);
    const { fits, problem } = pooled.length > 1 ? fitsOf(pooled, request) : { fits: [], problem: undefined };
    const fixed = fits.find(([, { method }]) => method === 'fixed')?.[1];
    const main = fits[0]?.[1];
    const regression = regressionTables(pooled, request, effect);
    const tables = found.flatMap(({ table }) => (table === undefined ? [] : [table]));

    progress.stage('tables and figures', 0.9);
    const title = `${own === undefined ? EFFECT[effect] : `${EFFECT[effect]} of ${own.of}`}: meta-analysis of ${found.length} ${found.length === 1 ? 'study' : 'studies'}`;
    const effects = Float64Array.from(pooled, ({ estimate }) => estimate);
    const variances = Float64Array.from(pooled, ({ standardError }) => standardError ** 2);
    const known = own?.known ?? [];
    const where = request.own?.where;
    const options = { method: request.method, interval: request.interval, level: request.level };
    return {
      title,
      method: methodOf(request, own, fits, regression.tables.length > 0),
      citations: [
        ...(own === undefined ? [] : [request.own!.endpoint === undefined ? CITATION.logistic : CITATION.cox]),
        CITATION.dersimonianLaird,
        ...(request.interval === 'hartung-knapp' ? [CITATION.hartungKnapp] : []),
        CITATION.heterogeneity,
        CITATION.predictionInterval,
        ...(regression.tables.length > 0 ? [CITATION.metaRegression] : []),
        ...(pooled.length > 2 ? [CITATION.egger] : []),
        ...(effect === 'odds-ratio' && tables.length > 1 ? [CITATION.mantelHaenszel] : []),
      ],
      counts:
        own === undefined
          ? { patients: frame.rows, used: 0, events: null, excluded: [] }
          : countsOf(frame, own.selection, own.events),
      assumptions: [
        {
          id: 'known-variances',
          says: "The studies' own standard errors are taken as known, though they are estimated.",
        },
        { id: 'independent-studies', says: 'No patient is taken to be in more than one study.' },
        ...(request.method === 'fixed'
          ? [{ id: 'one-effect', says: 'All studies are taken to have one and the same effect.' }]
          : [
              {
                id: 'normal-effects',
                says: "The studies' true effects are taken to be spread normally about their mean.",
              },
            ]),
      ],
      warnings: [
        ...known.flatMap(immortalTime),
        ...subgroupLater(where, where === undefined ? undefined : laterBy(frame, where)),
        ...warningsOf(found, pooled, problem, main),
        ...regression.warnings,
      ],
      tables: [
        studyTable(found, pooled, effect, { fixed, random: main, level: request.level }),
        ...(fits.length > 0 ? [pooledTable(fits, effect)] : []),
        ...(main === undefined ? [] : [heterogeneityTable(main, 'Heterogeneity', 'heterogeneity')]),
        ...(effect === 'odds-ratio' && tables.length > 1 ? tablesTable(tables, request.level) : []),
        ...regression.tables,
        ...leaveOneOutTable(pooled, effect, options),
        ...funnelTable(effects, variances),
      ],
      figures: [
        metaFigure(found, pooled, fits, effect, {
          title,
          level: request.level,
          stamp: known.some((each) => each.known !== undefined) ? NAIVE : undefined,
        }),
      ],
    };
  },
};
