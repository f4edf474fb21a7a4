import { isSmall, tellsOfFew } from '../control/small.ts';
import type { Codebook, Protocol, StudyAnalysis } from '../documents.ts';
import { answerLogRank, groupLabels } from '../methods/counts.ts';
import { columnCount, endpointOf, type SiteRows, variableOf } from '../methods/site-rows.ts';
import { groupNames } from './pooled/part.ts';
import { isModel, type Model } from './protocol.ts';
import type { Bare } from './verdict.ts';

type Logistic = Extract<Model, { readonly method: 'logistic/1' }>;

/** Counts that follow from a model's sums: of what, and whether each is 0 or k. */
interface Implied {
  readonly what: string;
  readonly holds: boolean;
  readonly says: string;
}

/**
 * Cells that an open model sends or is made of, each of which is to have nobody or k patients: who had the event; and of a logistic model whose rounds send as many
 * terms as there are combinations of values, each combination, since they solve for how many have it: it is a table.
 */
export function cellVerdicts(
  analysis: StudyAnalysis,
  rows: SiteRows,
  { thresholds: { k } }: Protocol,
  codebook: Codebook,
): Bare[] {
  if (!isModel(analysis) || analysis.mode !== 'open') return [];
  const verdict = ({ holds, says }: Pick<Implied, 'holds' | 'says'>): Bare => ({
    ...{ rule: 'k', analysis: analysis.id, holds, says },
  });
  const { name, codes } = eventOf(analysis, rows);
  const counted = verdict({
    holds: !isSmall(totalOf(codes), k),
    says: `no patient, or ${k} or more, had the event of ${name}`,
  });
  if (analysis.method !== 'logistic/1') return [counted];
  const all = factorsOf(analysis, rows);
  if (!isSolvedFor(analysis, all, codebook)) return [counted];
  const combined = { holds: !hasSmallCell(all, k), says: every('all covariates', k) };
  return [counted, ...impliedBy(analysis, rows, k, codebook).map(verdict), verdict(combined)];
}

/**
 * What of few an open model or test tells beside the cells that it sends. The rules allow it, since its sums are of many patients; a steward is told. Who had
 * no event: the total less the events, of a test by group. Of a logistic model that is no table itself, where its slopes are 0 and all patients weigh the same,
 * the information's terms over the weight are how many have a level and how many two of them (or a value, of a number of three at most), and the score how
 * many of them had the outcome. The partial likelihoods of Cox and of Fine and Gray give no such count: at 0 their terms are sums over risk sets, weighed by when the
 * events were, which nobody is told.
 */
export function toldOfFew(
  analysis: StudyAnalysis,
  rows: SiteRows,
  { thresholds: { k } }: Protocol,
  codebook: Codebook,
): string[] {
  if (analysis.mode !== 'open') return [];
  if (analysis.method === 'log-rank/1') {
    const { n, observed } = answerLogRank(analysis, rows, codebook);
    const names = groupNames(codebook, analysis.group, groupLabels(codebook, analysis.group));
    return names.flatMap((name, g) =>
      isSmall(n[g]! - observed[g]!, k) ? [`no event of ${analysis.endpoint}, of ${name}`] : [],
    );
  }
  if (!isModel(analysis)) return [];
  const { name, codes } = eventOf(analysis, rows);
  const without = isSmall(rows.n - totalOf(codes), k) ? [`no event of ${name}`] : [];
  if (analysis.method !== 'logistic/1' || isSolvedFor(analysis, factorsOf(analysis, rows), codebook)) return without;
  const implied = impliedBy(analysis, rows, k, codebook);
  return [...without, ...implied.flatMap(({ what, holds }) => (holds ? [] : [what]))];
}

function totalOf(codes: Int32Array): number {
  return codes.reduce((sum, code) => sum + code, 0);
}

function every(what: string, k: number): string {
  return `every combination of ${what} has no patient, or ${k} or more`;
}

function eventOf(analysis: Model, rows: SiteRows): Factor {
  const of = analysis.method === 'logistic/1' ? analysis.outcome : analysis.endpoint;
  const happened = analysis.method === 'logistic/1' ? variableOf(rows, of) : endpointOf(rows, of).cause;
  return { name: of, codes: Int32Array.from(happened, (code) => (code === 1 ? 1 : 0)), levels: 2 };
}

function factorsOf({ covariates }: Model, rows: SiteRows): Factor[] {
  return covariates.map((name) => ({ name, ...placesOf(variableOf(rows, name)) }));
}

/** Of numbers the values, of each covariate of levels those with the outcome, of two such the levels of both. */
function impliedBy(analysis: Logistic, rows: SiteRows, k: number, codebook: Codebook): Implied[] {
  const isNumber = (name: string): boolean => 'range' in codebook.variables[name]!;
  const event = eventOf(analysis, rows);
  const factors = factorsOf(analysis, rows).filter(({ name, levels }) => levels <= 2 || !isNumber(name));
  const pairs = factors.flatMap((one, i) => factors.slice(i + 1).map((other) => [one, other] as const));
  return [
    ...analysis.covariates.filter(isNumber).map((name) => ({
      what: `a value of ${name}`,
      holds: !tellsOfFew(variableOf(rows, name), k),
      says: `sums of ${name} tell of no patient, or of ${k} or more, at any of its values`,
    })),
    ...[...factors.map((factor) => [factor, event] as const), ...pairs].map(([one, other]) => ({
      what: `${one.name} with ${other.name}`,
      holds: !hasSmallCell([one, other], k),
      says: every(`${one.name} and ${other.name}`, k),
    })),
  ];
}

/** Whether as many terms of the information leave as there are combinations of values: at 0, at the site's own fit, and once a later round. */
function isSolvedFor({ rounds, covariates }: Logistic, all: readonly Factor[], codebook: Codebook): boolean {
  const size = columnCount(codebook, covariates) + 1;
  const combinations = all.reduce((product, { levels }) => product * levels, 1);
  return combinations <= ((rounds + 1) * size * (size + 1)) / 2;
}

/** A covariate by its values: by patient the place of hers among those that occur. Where they are few levels, columns are counts. */
interface Factor {
  readonly name: string;
  readonly codes: Int32Array;
  readonly levels: number;
}

function placesOf(values: Iterable<number>): Omit<Factor, 'name'> {
  const places = new Map<number, number>();
  const codes = Int32Array.from(values, (value) => {
    const place = places.get(value) ?? places.size;
    places.set(value, place);
    return place;
  });
  return { codes, levels: places.size };
}

/** Two factors as one, of the combinations that occur. */
function crossed(one: Factor, other: Factor): Factor {
  const both = one.codes.map((code, i) => code * other.levels + other.codes[i]!);
  return { name: `${one.name} with ${other.name}`, ...placesOf(both) };
}

function hasSmallCell(factors: readonly Factor[], k: number): boolean {
  const { codes, levels } = factors.reduce(crossed);
  const counts = new Int32Array(levels);
  for (const code of codes) counts[code]! += 1;
  return counts.some((count) => isSmall(count, k));
}
