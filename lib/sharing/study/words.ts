import { plainLine } from '../../base/index.ts';
import type { Codebook, Protocol, StudyAnalysis, Thresholds } from '../documents.ts';
import { roundsOf, siteNames, WAIVABLE, type Waivable } from './protocol.ts';

/** A protocol in plain words, for who decides whether her site takes part: a sentence each, in which nothing that others wrote turns the line round. */
export function protocolInWords(protocol: Protocol, codebook: Codebook): string[] {
  return sentences(protocol, codebook).map(plainLine);
}

function sentences(protocol: Protocol, codebook: Codebook): string[] {
  const { title, proposer, cohort, analyses, rounds, hours, expires, use, duplicates, waivers = [] } = protocol;
  const sites = siteNames(protocol);
  return [
    `“${title}” is proposed by ${proposer} to ${sites.length} sites: ${sites.join(', ')}.`,
    cohort.criteria.length === 0
      ? 'It is about every eligible patient who is complete in what it uses.'
      : `It is about eligible patients of whom this is true, and who are complete in what it uses: ${cohort.criteria.map(({ says, cel }) => `${says} (${cel})`).join('; ')}.`,
    ...analyses.map((analysis) => analysisInWords(analysis, codebook)),
    thresholdsInWords(protocol.thresholds),
    ...waivers.map(({ rule, says }) => `The rule ${rule} is lifted: ${says}. ${meaning(rule)}`),
    `A site answers by itself, in ${plural(rounds, 'round')} at most. A round is closed without who is late after ${lasting(hours.round)}; the rest begin again ${lasting(hours.wait)} later.`,
    `It ends on ${expires}. ${use.length === 0 ? 'It names no terms of use.' : `Its terms of use: ${use.join(', ')}.`}`,
    `A patient known to two sites counts at one: ${duplicates}.`,
  ];
}

export const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** Hours in the largest unit that they are a whole number of. */
function lasting(hours: number): string {
  const seconds = Math.round(hours * 3600);
  if (seconds % 3600 === 0) return plural(seconds / 3600, 'hour');
  return seconds % 60 === 0 ? plural(seconds / 60, 'minute') : plural(seconds, 'second');
}

/** What leaves unchecked without a rule. */
const WITHOUT: Readonly<Record<Waivable, string>> = {
  patients: 'sums over covariates may be of so few patients that they are solved for each',
  events: 'models may have so few events that their sums are solved for each',
  levels: 'a level or group may be of so few patients that it says who they are',
  k: 'counts of single patients may leave, or follow from what leaves',
  grid: 'curves and histograms may be counted in bins of single patients, and in other steps than before',
  atoms: 'what is sent, taken from one another, may be of single patients',
  ledger: 'so many sums may weigh who had an outcome that they tell who had it',
  score: 'coefficients may be chosen so that an answer at them reads out single patients',
  share: 'a sum may be mostly one patient’s',
};

function meaning(rule: string): string {
  const without = (WAIVABLE as readonly string[]).includes(rule) ? WITHOUT[rule as Waivable] : undefined;
  return without === undefined ? '' : `Without it ${without}.`;
}

const NAME: Readonly<Record<StudyAnalysis['method'], string>> = {
  'cox/1': 'Cox regression stratified by site',
  'fine-gray/1': 'Fine-Gray regression stratified by site',
  'logistic/1': 'Logistic regression with an intercept for each site',
  'log-rank/1': 'Log-rank test stratified by site',
  'mantel-haenszel/1': 'Common odds ratio (Mantel-Haenszel)',
  'kaplan-meier/1': 'Survival curves on a grid',
  'table-one/1': 'Table 1',
  'gene-scores/1': 'Log-rank tests of named genes',
};

/** What an analysis asks, of which variables, and whether the others see this site's own numbers. */
function analysisInWords(analysis: StudyAnalysis, codebook: Codebook): string {
  const how =
    analysis.mode === 'open'
      ? 'the other sites see this site’s own numbers'
      : 'the other sites see nothing but the sum over all sites';
  return `${analysis.id}: ${NAME[analysis.method]}, ${askedInWords(analysis, codebook)}; ${plural(roundsOf(analysis), 'round')}; ${how}.`;
}

function askedInWords(analysis: StudyAnalysis, { endpoints }: Codebook): string {
  const timed = (name: string): string => {
    const endpoint = endpoints[name];
    return endpoint ? `${name} (${endpoint.event}, from ${endpoint.origin}, in ${endpoint.unit})` : name;
  };
  switch (analysis.method) {
    case 'cox/1':
    case 'fine-gray/1':
      return `of ${timed(analysis.endpoint)} on ${analysis.covariates.join(', ')}`;
    case 'logistic/1':
      return `of ${analysis.outcome} on ${analysis.covariates.join(', ')}`;
    case 'log-rank/1':
      return `of ${timed(analysis.endpoint)} by ${analysis.group}`;
    case 'mantel-haenszel/1':
      return `of ${analysis.outcome} by ${analysis.exposure}`;
    case 'kaplan-meier/1': {
      const { width, unit, last } = analysis.grid;
      const by = analysis.group === undefined ? '' : ` by ${analysis.group}`;
      return `of ${timed(analysis.endpoint)}${by}, in steps of ${plural(width, unit.slice(0, -1))} or more, none beyond ${last} ${unit}`;
    }
    case 'table-one/1':
      return `of ${analysis.variables.join(', ')}${analysis.by === undefined ? '' : ` by ${analysis.by}`}`;
    case 'gene-scores/1':
      return `${analysis.genes.join(', ')}, of ${timed(analysis.endpoint)}`;
  }
}

function thresholdsInWords({ k, patients, events, perEvent, perPatient, ledger }: Thresholds): string {
  return [
    `No cell of fewer than ${k} patients leaves unless it is empty`,
    `sums over covariates are of ${patients} patients and ${events} events or more, ${perPatient} patients and ${perEvent} events for each column`,
    `of sums that weigh who had an outcome (linear statistics) at most ${Math.round(ledger * 100)} for 100 patients, over all studies and releases.`,
  ].join('; ');
}
