import { SignetError } from '../../base/index.ts';
import { type LedgerEntry, ledgerOf } from '../control/ledger.ts';
import type { Codebook, Protocol, StudyAnalysis } from '../documents.ts';
import { groupLabels } from '../methods/counts.ts';
import { columnCount } from '../methods/site-rows.ts';

/** So much is counted at most: whoever reads a protocol makes room for it. */
export const MOST_STEPS = 10_000;
export const MOST_BINS = 1000;
export const MOST_PATIENTS = 10_000_000;
const MOST_GROUPS = 50;

/** Controls that a protocol may lift by name, each with its reason. */
export const WAIVABLE = ['patients', 'events', 'levels', 'k', 'grid', 'atoms', 'ledger', 'score', 'share'] as const;
export type Waivable = (typeof WAIVABLE)[number];

export type Model = Extract<StudyAnalysis, { readonly covariates: readonly string[] }>;

export function isModel(analysis: StudyAnalysis): analysis is Model {
  return 'covariates' in analysis;
}

/** The other sites of a study. */
export function partnersOf({ sites }: Protocol, own: string): string[] {
  return sites.map(({ site }) => site).filter((site) => site !== own);
}

/** Whether a control is lifted for the study. */
export function isWaived({ waivers = [] }: Protocol, rule: Waivable): boolean {
  return waivers.some((waiver) => waiver.rule === rule);
}

/** In how many rounds an analysis is answered: a model's own, and one more for the concordance at its final coefficients. */
export function roundsOf(analysis: StudyAnalysis): number {
  if (!isModel(analysis)) return 1;
  return analysis.rounds + (asksConcordance(analysis) ? 1 : 0);
}

export function asksConcordance(analysis: StudyAnalysis): analysis is Extract<Model, { method: 'cox/1' }> {
  return analysis.method === 'cox/1' && analysis.concordance === true;
}

/** The sites' names, sorted: the order of everything that is summed. */
export function siteNames({ sites }: Protocol): string[] {
  return sites.map(({ site }) => site).sort();
}

/** Methods and versions that a protocol asks for: `{ cox: '1' }`. */
export function methodsOf({ analyses }: Protocol): Record<string, string> {
  return Object.fromEntries(analyses.map(({ method }) => method.split('/') as [string, string]));
}

/** The endpoint or outcome whose linear statistics an analysis sends or whose events it counts. */
export function outcomeOf(analysis: StudyAnalysis): string | undefined {
  if ('endpoint' in analysis) return analysis.endpoint;
  return 'outcome' in analysis ? analysis.outcome : undefined;
}

/** Variables that models, tests and curves use: who isn't complete in them is not of the analysis set. */
export function usedVariables({ analyses }: Protocol): string[] {
  const names = analyses.flatMap((analysis): (string | undefined)[] => [
    ...(isModel(analysis) ? analysis.covariates : []),
    ...('outcome' in analysis ? [analysis.outcome] : []),
    ...groupings(analysis),
    ...(analysis.method === 'table-one/1' ? [analysis.by] : []),
  ]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

/** Variables that are only described: a patient may lack them. */
export function describedVariables(protocol: Protocol): string[] {
  const used = new Set(usedVariables(protocol));
  const names = protocol.analyses.flatMap((analysis) =>
    analysis.method === 'table-one/1' ? analysis.variables.filter((name) => !used.has(name)) : [],
  );
  return [...new Set(names)].sort();
}

export function usedEndpoints({ analyses }: Protocol): string[] {
  return [...new Set(analyses.flatMap((analysis) => ('endpoint' in analysis ? [analysis.endpoint] : [])))].sort();
}

export function namedGenes({ analyses }: Protocol): string[] {
  return [
    ...new Set(analyses.flatMap((analysis) => (analysis.method === 'gene-scores/1' ? analysis.genes : []))),
  ].sort();
}

/** Variables by which patients are divided, each with the labels of its groups. */
export function groupings(analysis: StudyAnalysis): readonly string[] {
  switch (analysis.method) {
    case 'log-rank/1':
    case 'kaplan-meier/1':
      return analysis.group === undefined ? [] : [analysis.group];
    case 'mantel-haenszel/1':
      return [analysis.exposure];
    case 'cox/1':
      return analysis.strata === undefined ? [] : [analysis.strata];
    default:
      return [];
  }
}

/** How many linear statistics an analysis sends of which outcome, at most. */
export function linearStatistics(analysis: StudyAnalysis, codebook: Codebook): LedgerEntry | undefined {
  return ledgerOf(
    analysis,
    (name) => groupLabels(codebook, name).length,
    (covariates) => columnCount(codebook, covariates),
  );
}

/**
 * Refuses a protocol that no study could follow: names that the codebook lacks, modes that a method doesn't have, too few rounds or sites,
 * waivers of rules that none may lift. Throws SignetError `invalid-protocol` at its place.
 */
export function checkProtocol(protocol: Protocol, codebook: Codebook): void {
  const fault = (pointer: string, says: string): never => {
    throw new SignetError('invalid-protocol', says, { place: { pointer }, remedy: 'Correct the protocol.' });
  };
  const names = protocol.sites.map(({ site }) => site);
  if (new Set(names).size !== names.length) fault('/sites', 'A site is named twice');
  if (!names.includes(protocol.proposer)) fault('/proposer', 'The proposer is not among the sites');
  const ids = protocol.analyses.map(({ id }) => id);
  if (new Set(ids).size !== ids.length) fault('/analyses', 'Two analyses bear one id');
  for (const name of [...usedVariables(protocol), ...describedVariables(protocol)])
    if (!Object.hasOwn(codebook.variables, name)) fault('/analyses', `The codebook has no variable ${name}`);
  for (const name of usedEndpoints(protocol))
    if (!Object.hasOwn(codebook.endpoints, name)) fault('/analyses', `The codebook has no endpoint ${name}`);
  for (const [i, analysis] of protocol.analyses.entries()) {
    const place = `/analyses/${i}`;
    if (roundsOf(analysis) > protocol.rounds) fault(place, 'It asks for more rounds than the protocol has');
    if (analysis.mode === 'masked' && names.length < 3)
      fault(`${place}/mode`, 'A masked sum takes three sites or more');
    if (analysis.mode === 'masked' && analysis.method === 'table-one/1')
      fault(`${place}/mode`, 'Table 1 is sent open: behind masks nobody could see that a cell is too small');
    for (const name of divisions(analysis)) {
      if (codebook.variables[name]?.type === 'number') fault(place, `${name} is no whole number, and makes no groups`);
      if (groupLabels(codebook, name).length > MOST_GROUPS)
        fault(place, `${name} would make more than ${MOST_GROUPS} groups`);
    }
    for (const name of twoValued(analysis))
      if (codebook.variables[name]?.type !== 'boolean') fault(place, `${name} is to be a truth value`);
    if (analysis.method === 'kaplan-meier/1') {
      const { unit, width, last } = analysis.grid;
      if (unit !== codebook.endpoints[analysis.endpoint]!.unit)
        fault(`${place}/grid/unit`, `${analysis.endpoint} is not in ${unit} in the codebook`);
      if (!(last / width <= MOST_STEPS)) fault(`${place}/grid`, `It has more than ${MOST_STEPS} steps`);
    }
    if (analysis.method === 'table-one/1')
      for (const [name, { from, width, to }] of Object.entries(analysis.histogram)) {
        if (!Object.hasOwn(codebook.variables, name) || !('range' in codebook.variables[name]!))
          fault(place, `${name} has no histogram: it is no number`);
        if (!(to > from) || !((to - from) / width <= MOST_BINS))
          fault(place, `The histogram of ${name} is to have 1 to ${MOST_BINS} bins`);
      }
  }
  for (const [i, { rule }] of (protocol.waivers ?? []).entries())
    if (!(WAIVABLE as readonly string[]).includes(rule))
      fault(`/waivers/${i}/rule`, `${rule} is no rule that can be waived`);
}

/** Variables that divide patients, also only to describe them. */
function divisions(analysis: StudyAnalysis): readonly string[] {
  if (analysis.method === 'table-one/1') return analysis.by === undefined ? [] : [analysis.by];
  return groupings(analysis);
}

function twoValued(analysis: StudyAnalysis): string[] {
  if (analysis.method === 'logistic/1') return [analysis.outcome];
  return analysis.method === 'mantel-haenszel/1' ? [analysis.outcome, analysis.exposure] : [];
}
