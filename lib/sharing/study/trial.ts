import type { Codebook } from '../documents.ts';
import { baseSteps } from '../methods/counts.ts';
import { columnCount } from '../methods/site-rows.ts';
import { analysisSetOf, type SiteCohort } from './analysis-set.ts';
import type { Asked } from './asked.ts';
import { toldOfFew } from './cells.ts';
import { summariesOf } from './curves-sent.ts';
import { gridSteps, maskedCount } from './forms.ts';
import { overlapsOf } from './overlaps.ts';
import { isModel, roundsOf } from './protocol.ts';
import { studyVerdicts } from './rules.ts';
import { knownStudy, type SitePorts, sentBefore } from './site-ports.ts';
import { type DryRun, type LeavingField, trialInWords } from './trial-words.ts';

/** Tries a study on the site's own data, and leaves nothing behind. Throws SignetError `unknown-study`, `invalid-protocol`, and what criteria throw. */
export async function dryRun(study: string, cohort: SiteCohort, ports: SitePorts): Promise<DryRun> {
  const { protocol, codebook } = await knownStudy(study, ports);
  const { set, faults } = analysisSetOf(cohort, protocol, codebook);
  const before = await sentBefore(set.cohort, ports);
  // where cohort and codebook differ nobody is complete, and no rule can be judged
  const isComparable = faults.length === 0;
  const verdicts = isComparable ? studyVerdicts(set, protocol, codebook, ports.card.thresholds, before, study) : [];
  const tried = !isComparable ? [] : protocol.analyses.map((analysis) => firstRound(analysis));
  const { sent } = before;
  const summaries = summariesOf(tried, set, protocol, codebook, { study, sent }).map(({ summary }) => summary);
  const found = {
    n: set.rows.n,
    left: set.left,
    faults,
    verdicts,
    fields: protocol.analyses.flatMap((analysis) =>
      Array.from({ length: roundsOf(analysis) }, (_, r) =>
        leavingField({ analysis, round: r + 1 }, codebook, summaries, tried),
      ),
    ),
    withheld: summaries.flatMap(({ withheld }) => withheld),
    tells: tried.flatMap(({ analysis }) =>
      toldOfFew(analysis, set.rows, protocol, codebook).map((what) => ({ analysis: analysis.id, what })),
    ),
    overlaps: overlapsOf(sent, set.patients, study),
    waivers: protocol.waivers ?? [],
  };
  return { words: trialInWords(found), ...found };
}

function firstRound(analysis: Asked['analysis']): Asked {
  if (analysis.method !== 'kaplan-meier/1') return { analysis, round: 1 };
  return { analysis, round: 1, edges: [gridSteps(analysis)] };
}

const SENT: Readonly<Record<Asked['analysis']['method'], string>> = {
  'cox/1': 'sums that the model is fitted from (score, information, log likelihood); no times',
  'fine-gray/1': 'sums that the model is fitted from (score, information, log likelihood); no times',
  'logistic/1': 'sums that the model is fitted from (score, information, log likelihood)',
  'log-rank/1': 'events observed and expected by group, and their variance',
  'mantel-haenszel/1': 'a 2 x 2 table, or behind masks eight sums of it',
  'kaplan-meier/1': 'deaths and censorings between the edges of a grid, by group',
  'table-one/1': 'counts of levels, and count, sum and squares of numbers, by group',
  'gene-scores/1': 'events observed less expected, and their variance, a gene',
};

function leavingField(
  asked: Asked,
  codebook: Codebook,
  summaries: readonly { readonly open?: unknown }[],
  tried: readonly Asked[],
): LeavingField {
  const { analysis, round } = asked;
  const at = tried.findIndex((each) => each.analysis === analysis);
  const isPairs = isModel(analysis) && round > analysis.rounds;
  return {
    analysis: analysis.id,
    round,
    mode: analysis.mode,
    numbers: analysis.mode === 'masked' ? maskedMost(asked, codebook) : openCount(asked, summaries[at]?.open, codebook),
    says: isPairs ? 'counts of pairs of patients, and three sums of them' : SENT[analysis.method],
  };
}

/** On the protocol's own grid: the common one has fewer steps. */
function maskedMost(asked: Asked, codebook: Codebook): number {
  const { analysis } = asked;
  return maskedCount(
    analysis.method === 'kaplan-meier/1' ? { ...asked, edges: baseSteps(analysis.grid) } : asked,
    codebook,
  );
}

/** In the first round what the trial came to; in a later one of a model what the coefficients that come then are answered with. */
function openCount({ analysis, round }: Asked, tried: unknown, codebook: Codebook): number {
  if (round === 1 || !isModel(analysis)) return numbersIn(tried);
  if (round > analysis.rounds) return PAIR_NUMBERS;
  const p = columnCount(codebook, analysis.covariates);
  const triangle = (size: number): number => (size * (size + 1)) / 2;
  return 2 * p + triangle(p) + 1 + (analysis.method === 'logistic/1' ? 1 + triangle(p + 1) : 0);
}

/** Of a concordance. */
const PAIR_NUMBERS = 9;

function numbersIn(value: unknown): number {
  if (typeof value === 'number') return 1;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, each) => sum + numbersIn(each), 0);
}
