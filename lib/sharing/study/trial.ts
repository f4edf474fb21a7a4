import type { AnswerDocument, Codebook, Protocol } from '../documents.ts';
import { baseSteps } from '../methods/counts.ts';
import { columnCount } from '../methods/site-rows.ts';
import { analysisSetOf, type SiteCohort } from './analysis-set.ts';
import type { Asked } from './asked.ts';
import type { CodebookFault } from './coding.ts';
import { summariesOf } from './curves-sent.ts';
import { gridSteps, maskedCount } from './forms.ts';
import { isModel, roundsOf } from './protocol.ts';
import { studyVerdicts, type Verdict } from './rules.ts';
import { knownStudy, type SitePorts, sentBefore } from './site-ports.ts';

/** What a study would send of an analysis, in words. */
export interface LeavingField {
  readonly analysis: string;
  readonly round: number;
  readonly mode: 'open' | 'masked';
  /** How many numbers at most: how many steps a curve behind masks has is known once all approved. */
  readonly numbers: number;
  readonly says: string;
}

/** A study tried on a site's own data: nothing of it leaves. */
export interface DryRun {
  readonly n: number;
  readonly left: number;
  /** Where cohort and codebook differ; no approval until there is none. */
  readonly faults: readonly CodebookFault[];
  readonly verdicts: readonly Verdict[];
  readonly fields: readonly LeavingField[];
  readonly withheld: AnswerDocument['withheld'];
  readonly waivers: NonNullable<Protocol['waivers']>;
}

/** Tries a study on the site's own data, and leaves nothing behind. Throws SignetError `unknown-study`, `invalid-protocol`, and what criteria throw. */
export async function dryRun(study: string, cohort: SiteCohort, ports: SitePorts): Promise<DryRun> {
  const { protocol, codebook } = await knownStudy(study, ports);
  const { set, faults } = analysisSetOf(cohort, protocol, codebook);
  const before = await sentBefore(set.cohort, ports);
  const verdicts = studyVerdicts(set, protocol, codebook, ports.card.thresholds, before, study);
  const tried = faults.length > 0 ? [] : protocol.analyses.map((analysis) => firstRound(analysis));
  const { sent } = before;
  const summaries = summariesOf(tried, set, protocol, codebook, { study, sent }).map(({ summary }) => summary);
  return {
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
    waivers: protocol.waivers ?? [],
  };
}

function firstRound(analysis: Asked['analysis']): Asked {
  if (analysis.method !== 'kaplan-meier/1') return { analysis, round: 1 };
  return { analysis, round: 1, edges: [gridSteps(analysis)] };
}

const SENT: Readonly<Record<Asked['analysis']['method'], string>> = {
  'cox/1': 'score, information and log likelihood of the covariates; no times',
  'fine-gray/1': 'score, information and log likelihood of the covariates; no times',
  'logistic/1': 'score, information and log likelihood of the covariates',
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
