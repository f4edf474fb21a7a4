import { chiSquare, mantelHaenszelSums, normal, type Stratum } from '../../../stats/index.ts';
import type { StudyAnalysis } from '../../documents.ts';
import { groupLabels, type LogRankAnswer } from '../../methods/counts.ts';
import { type GeneScore, pooledGenes } from '../../methods/gene-scores.ts';
import { pooledLogRank } from '../../methods/pooled.ts';
import { fromTriangle } from '../../methods/symmetric.ts';
import type { Finished } from '../progress.ts';
import { cell, count, groupNames, NOTHING, number, type Part, type Pooling, pValue, ratio, text } from './part.ts';

type Of<M extends StudyAnalysis['method']> = Extract<StudyAnalysis, { readonly method: M }>;

/** Sites that said nothing to an analysis, by name. */
function silent(id: string, { sites, rounds }: Finished): Part['warnings'] {
  const open = rounds[0]!.open ?? [];
  const without = sites.filter((_, i) => open[i] === null);
  return without.length === 0
    ? []
    : [{ code: 'withheld', says: `${id}: without ${without.join(', ')}, whose cells are too small to be shown.` }];
}

/** The log-rank test stratified by site. */
export function pooledTest(finished: Finished, asked: Of<'log-rank/1'>, { codebook }: Pooling): Part {
  const labels = groupLabels(codebook, asked.group);
  const g = labels.length;
  const { sums, open } = finished.rounds[0]!;
  const answers: LogRankAnswer[] = sums
    ? [
        {
          n: [],
          observed: sums.slice(0, g),
          expected: sums.slice(g, 2 * g),
          variance: rowsOf(fromTriangle(sums.slice(2 * g), g), g),
        },
      ]
    : (open as unknown as (LogRankAnswer | null)[]).filter((answer) => answer !== null);
  if (answers.length === 0) return { ...NOTHING, warnings: silent(asked.id, finished) };
  const test = pooledLogRank(answers);
  return {
    ...NOTHING,
    numbers: {
      [`${asked.id}.observed`]: [...test.observed],
      [`${asked.id}.expected`]: [...test.expected],
      [`${asked.id}.variance`]: test.variance.flat(),
      [`${asked.id}.test`]: [test.chiSquare, test.degreesOfFreedom, test.p],
    },
    tables: [
      {
        id: asked.id,
        title: `${asked.id}: log-rank test of ${asked.group}, stratified by site`,
        columns: [text('group', 'Group'), number('observed', 'Events'), number('expected', 'Expected')],
        rows: groupNames(codebook, asked.group, labels).map((group, i) => ({
          group,
          observed: test.observed[i]!,
          expected: cell(test.expected[i]!),
        })),
        notes: [
          `Chi-square ${test.chiSquare.toPrecision(4)} with ${test.degreesOfFreedom} ${test.degreesOfFreedom === 1 ? 'degree' : 'degrees'} of freedom, p ${test.p.toPrecision(3)}.`,
        ],
      },
    ],
    method: ['Log-rank test stratified by site: risk sets of different sites never meet.'],
    citations: [
      'Mantel N. Evaluation of survival data and two new rank order statistics arising in its consideration. Cancer Chemother Rep 1966;50:163-70.',
    ],
    warnings: silent(asked.id, finished),
  };
}

function rowsOf(matrix: ArrayLike<number>, size: number): number[][] {
  return Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => matrix[i * size + j]!));
}

/** A common odds ratio over sites, from tables or from their sums. */
export function pooledOdds(finished: Finished, asked: Of<'mantel-haenszel/1'>): Part {
  const { sums, open } = finished.rounds[0]!;
  const found = sums ? oddsOfSums(sums) : oddsOfTables(open as unknown as ({ readonly cells: Stratum } | null)[]);
  if (!found) return { ...NOTHING, warnings: silent(asked.id, finished) };
  const { estimate, standardError, statistic, breslowDay } = found;
  const reach = normal.quantile(0.975) * standardError;
  return {
    ...NOTHING,
    numbers: {
      [`${asked.id}.odds`]: [estimate, standardError, statistic],
      ...(breslowDay !== undefined && { [`${asked.id}.breslow-day`]: breslowDay.statistic }),
    },
    tables: [
      {
        id: asked.id,
        title: `${asked.id}: odds of ${asked.outcome} by ${asked.exposure}, stratified by site`,
        columns: [
          ratio('Common odds ratio'),
          number('chi_square', 'Chi-square'),
          pValue,
          number('breslow_day', 'Breslow-Day'),
          { key: 'breslow_day_p', label: 'p of Breslow-Day', format: 'p' },
        ],
        rows: [
          {
            ratio: cell(estimate),
            low: cell(estimate * Math.exp(-reach)),
            high: cell(estimate * Math.exp(reach)),
            chi_square: cell(statistic),
            p: cell(chiSquare.upper(statistic, 1)),
            breslow_day: breslowDay?.statistic ?? null,
            breslow_day_p: cell(breslowDay?.p),
          },
        ],
        notes: sums
          ? ['From sums behind masks: whether the sites share one odds ratio cannot be told of them.']
          : ['Breslow and Day: whether the sites share one odds ratio.'],
      },
    ],
    method: ['Mantel-Haenszel common odds ratio over sites with limits of Robins, Breslow and Greenland.'],
    citations: [
      'Robins J, Breslow N, Greenland S. Estimators of the Mantel-Haenszel variance consistent in both sparse data and large-strata limiting models. Biometrics 1986;42:311-23.',
    ],
    warnings: silent(asked.id, finished),
  };
}

interface Odds {
  readonly estimate: number;
  readonly standardError: number;
  readonly statistic: number;
  /** Whether the sites share one odds ratio. */
  readonly breslowDay?: { readonly statistic: number; readonly p: number };
}

function oddsOfTables(answers: readonly ({ readonly cells: Stratum } | null)[]): Odds | undefined {
  const result = mantelHaenszelSums(answers.flatMap((answer) => (answer ? [answer.cells] : [])));
  if (!result.ok || result.standardError === 'undefined') return undefined;
  const { oddsRatio, standardError, uncorrected, homogeneity } = result;
  return {
    estimate: oddsRatio.estimate,
    standardError,
    statistic: uncorrected.statistic,
    ...(homogeneity && { breslowDay: homogeneity.breslowDay }),
  };
}

/** Sources: Mantel & Haenszel 1959; Robins, Breslow & Greenland 1986. */
function oddsOfSums(sums: readonly number[]): Odds | undefined {
  const [r, s, pr, psqr, qs, a, expected, variance] = sums as readonly [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (!(r > 0 && s > 0 && variance > 0)) return undefined;
  return {
    estimate: r / s,
    standardError: Math.sqrt(pr / (2 * r * r) + psqr / (2 * r * s) + qs / (2 * s * s)),
    statistic: (a - expected) ** 2 / variance,
  };
}

/** Log-rank tests of named genes, a site a stratum, over those whose panels cover each. */
export function pooledScores(finished: Finished, asked: Of<'gene-scores/1'>): Part {
  const { sums, open } = finished.rounds[0]!;
  const sites = sums
    ? [asked.genes.map((_, g) => ({ covered: sums[3 * g]!, u: sums[3 * g + 1]!, v: sums[3 * g + 2]! }))]
    : (open as unknown as (GeneScore | null)[][]);
  const genes = pooledGenes(asked.genes, sites);
  const lost = asked.genes.filter((_, g) => sites.some((site) => site[g] === null));
  return {
    ...NOTHING,
    numbers: {
      [`${asked.id}.covered`]: genes.map(({ covered }) => covered),
      [`${asked.id}.u`]: genes.map(({ u }) => u),
      [`${asked.id}.v`]: genes.map(({ v }) => v),
      [`${asked.id}.p`]: genes.map(({ p }) => cell(p)),
    },
    tables: [
      {
        id: asked.id,
        title: `${asked.id}: log-rank tests of named genes, stratified by site`,
        columns: [
          text('gene', 'Gene'),
          count('covered', 'Covered'),
          number('u', 'Events less expected'),
          number('v', 'Variance'),
          pValue,
          { key: 'adjusted', label: 'p, Benjamini-Hochberg', format: 'p' },
        ],
        rows: genes.map(({ gene, covered, u, v, p, adjusted }) => ({
          gene,
          covered,
          u: cell(u),
          v: cell(v),
          p: cell(p),
          adjusted: cell(adjusted),
        })),
        notes: ['A patient whose panel does not cover a gene is missing for it, not wild type.'],
      },
    ],
    method: ['Scores of named genes are summed over sites, each within its own risk sets.'],
    citations: [],
    warnings:
      lost.length === 0
        ? []
        : [
            {
              code: 'withheld',
              says: `${asked.id}: a site or more told nothing of ${lost.join(', ')}: too few carriers.`,
            },
          ],
  };
}
