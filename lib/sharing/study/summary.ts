import { endedBins, mergedBins } from '../control/grid.ts';
import { isSmall, isSmallOf } from '../control/small.ts';
import type { Codebook, Protocol, StudyAnalysis, SummaryJson } from '../documents.ts';
import {
  answerConcordance,
  answerKaplanMeier,
  answerLogRank,
  answerMantelHaenszel,
  baseSteps,
  groupLabels,
  type LogRankAnswer,
  type SiteGridCounts,
} from '../methods/counts.ts';
import { answerGeneScores } from '../methods/gene-scores.ts';
import { answerLogistic } from '../methods/logistic.ts';
import { answerHazards } from '../methods/proportional-hazards.ts';
import type { SiteRows } from '../methods/site-rows.ts';
import { lowerTriangle } from '../methods/symmetric.ts';
import type { Asked, Summary } from './asked.ts';
import { groupNames } from './pooled/part.ts';
import { asksConcordance, isModel, isWaived, type Model } from './protocol.ts';
import { shareOf } from './share.ts';
import { describedShown } from './table-one.ts';

const json = (value: unknown): SummaryJson => JSON.parse(JSON.stringify(value)) as SummaryJson;

/** Computes what a site would say, with the cells held back that no rule lets out. Nothing is judged here that refuses a whole study. */
export function summaryOf(asked: Asked, rows: SiteRows, protocol: Protocol, codebook: Codebook): Summary {
  const { analysis } = asked;
  if (isModel(analysis)) return ofModel(analysis, asked, rows, protocol, codebook);
  const k = isWaived(protocol, 'k') ? 1 : protocol.thresholds.k;
  switch (analysis.method) {
    case 'log-rank/1':
      return ofLogRank(analysis.mode, answerLogRank(analysis, rows, codebook), analysis.id, k);
    case 'mantel-haenszel/1':
      return ofTable(analysis.mode, answerMantelHaenszel(analysis, rows), analysis.id, k);
    case 'kaplan-meier/1': {
      const steps = baseSteps(analysis.grid);
      if (analysis.mode === 'masked') {
        const groups = answerKaplanMeier(analysis, rows, codebook, asked.edges ?? []);
        return {
          masked: groups.flatMap(({ deaths, censored, beyond }) => [...deaths, ...censored, beyond]),
          withheld: [],
        };
      }
      const least = isWaived(protocol, 'grid') ? 1 : k;
      const bins = least <= 1 ? plainBins : tellsEvents(protocol, analysis.endpoint) ? endedBins : mergedBins;
      return ofCurves(answerKaplanMeier(analysis, rows, codebook), { steps, bins, k: least }, analysis, codebook);
    }
    case 'table-one/1':
      return describedShown(analysis, rows, codebook, k);
    case 'gene-scores/1': {
      const scores = answerGeneScores(analysis, rows);
      if (analysis.mode === 'masked')
        return { masked: scores.flatMap(({ covered, u, v }) => [covered, u, v]), withheld: [] };
      const isHidden = ({ covered, carriers }: (typeof scores)[number]): boolean =>
        isSmallOf(carriers, covered, k) || isSmall(rows.n - covered, k);
      const hidden = analysis.genes.filter((_, g) => isHidden(scores[g]!));
      return {
        open: json(scores.map((score) => (isHidden(score) ? null : score))),
        withheld: hidden.map((gene) => ({ what: `${analysis.id}: ${gene}`, rule: 'k' })),
      };
    }
  }
}

function ofModel(
  analysis: Model,
  { round, beta = new Float64Array() }: Asked,
  rows: SiteRows,
  protocol: Protocol,
  codebook: Codebook,
): Summary {
  if (asksConcordance(analysis) && round > analysis.rounds) {
    const sums = answerConcordance(analysis, rows, codebook, beta);
    if (analysis.mode === 'open') return { open: json({ concordance: sums }), withheld: [] };
    const { n, concordant, discordant, tiedMarker, tiedTime, tiedBoth } = sums;
    const squares = [sums.balanceSquares, sums.balanceByPairs, sums.pairSquares];
    return { masked: [n, concordant, discordant, tiedMarker, tiedTime, tiedBoth, ...squares], withheld: [] };
  }
  const answer =
    analysis.method === 'logistic/1'
      ? answerLogistic(analysis, rows, codebook, round, beta)
      : answerHazards(analysis, rows, codebook, round, beta);
  const at = (answer.at ?? answer.zero)!;
  const judged = round > 1 ? { at } : {};
  if (analysis.mode === 'masked')
    return { masked: [answer.events, ...at.score, ...at.information, at.loglik], withheld: [], ...judged };
  const intercept = 'joint' in answer ? { joint: answer.joint } : {};
  const { n, events, zero } = answer;
  if (round > 1) return { open: json({ beta: answer.beta, ...at, ...intercept }), withheld: [], ...judged };
  // nobody chose the site's own fit, but a term of it may be one patient's too: then the site joins in the second round
  const isHers = answer.own != null && isOnesShare(analysis, answer.own.beta, rows, protocol, codebook);
  const own = isHers ? null : answer.own;
  const withheld = isHers ? [{ what: `${analysis.id}: its own fit`, rule: 'share' }] : [];
  return { open: json({ n, events, own, zero, ...intercept }), withheld };
}

function isOnesShare(analysis: Model, beta: readonly number[], rows: SiteRows, protocol: Protocol, codebook: Codebook) {
  if (analysis.method !== 'logistic/1' || isWaived(protocol, 'share')) return false;
  return shareOf(analysis, rows, codebook, beta) > protocol.thresholds.share;
}

function ofLogRank(
  mode: StudyAnalysis['mode'],
  { n, observed, expected, variance }: LogRankAnswer,
  id: string,
  k: number,
): Summary {
  if (mode === 'masked')
    return { masked: [...observed, ...expected, ...lowerTriangle(variance.flat(), observed.length)], withheld: [] };
  if (observed.some((events) => isSmall(events, k)))
    return { open: null, withheld: [{ what: `${id}: a group has too few events`, rule: 'k' }] };
  return { open: json({ n, observed, expected, variance }), withheld: [] };
}

/** A 2 x 2 table, or behind masks the eight sums that Mantel and Haenszel, and Robins, Breslow and Greenland, need. */
function ofTable(
  mode: StudyAnalysis['mode'],
  cells: readonly [number, number, number, number],
  id: string,
  k: number,
): Summary {
  const [a, b, c, d] = cells;
  if (mode === 'open')
    return cells.some((count) => isSmall(count, k))
      ? { open: null, withheld: [{ what: `${id}: a cell is too small`, rule: 'k' }] }
      : { open: { cells: [...cells] }, withheld: [] };
  const n = a + b + c + d;
  const [row, column] = [a + b, a + c];
  if (n < 2 || row === 0 || row === n || column === 0 || column === n)
    return { masked: new Array<number>(8).fill(0), withheld: [] };
  const [r, s] = [(a * d) / n, (b * c) / n];
  const [p, q] = [(a + d) / n, (b + c) / n];
  const variance = (row * (n - row) * column * (n - column)) / (n * n * (n - 1));
  return { masked: [r, s, p * r, p * s + q * r, q * s, a, (row * column) / n, variance], withheld: [] };
}

/** Whether an open model or test of the same document tells how many have the event in all: less a curve's, those are who has it after its end. */
function tellsEvents({ analyses }: Protocol, endpoint: string): boolean {
  return analyses.some(
    (each) =>
      (isModel(each) || each.method === 'log-rank/1') &&
      each.mode === 'open' &&
      'endpoint' in each &&
      each.endpoint === endpoint,
  );
}

function ofCurves(
  groups: readonly SiteGridCounts[],
  { steps, bins, k }: { readonly steps: readonly number[]; readonly bins: typeof endedBins; readonly k: number },
  analysis: Extract<StudyAnalysis, { method: 'kaplan-meier/1' }>,
  codebook: Codebook,
): Summary {
  const labels = analysis.group === undefined ? [] : groupLabels(codebook, analysis.group);
  const names = groupNames(codebook, analysis.group, labels);
  const withheld: Summary['withheld'] = [];
  const shown = groups.map((counts, g) => {
    const n = counts.beyond + [...counts.deaths, ...counts.censored].reduce((x, y) => x + y, 0);
    if (isSmall(n, k)) {
      withheld.push({ what: `${analysis.id}: the curve of ${names[g]}`, rule: 'k' });
      return null;
    }
    const merged = bins(counts, steps, k);
    if (merged.edges.at(-1) !== steps.at(-1))
      withheld.push({ what: `${analysis.id}: the curve of ${names[g]} after its last edge`, rule: 'grid' });
    return merged;
  });
  return { open: json(shown), withheld };
}

function plainBins({ deaths, censored, beyond }: SiteGridCounts, steps: readonly number[]) {
  return { edges: [...steps], deaths: [...deaths], censored: [...censored], atRisk: beyond };
}
