import { isSmall, isSmallOf, tellsOfFew } from '../control/small.ts';
import type { Codebook, Protocol, StudyAnalysis } from '../documents.ts';
import { columnCount, endpointOf, type SiteRows, variableOf } from '../methods/site-rows.ts';
import { isModel, type Model } from './protocol.ts';
import type { Bare } from './verdict.ts';

type Logistic = Extract<Model, { readonly method: 'logistic/1' }>;

/**
 * Cells that an open model tells without a table, each of which is to have nobody or k patients. Every one tells how many had the event, and so how
 * many hadn't. A logistic one tells more where its slopes are 0: all weigh the same there, so that the information's terms over the weight are how many
 * have a level and how many two of them (or a value, of a number of three at most), and the score how many of them had the outcome; its own fit alone, as
 * a release has it, comes to the same equations. Rounds at other coefficients weigh combinations of values otherwise: once there are as many terms as
 * combinations, they solve for how many have each. The partial likelihoods of Cox and of Fine and Gray give no such count: at 0 their terms are sums over risk sets,
 * weighed by when the events were, which nobody is told.
 */
export function cellVerdicts(
  analysis: StudyAnalysis,
  rows: SiteRows,
  { thresholds: { k } }: Protocol,
  codebook: Codebook,
): Bare[] {
  if (!isModel(analysis) || analysis.mode !== 'open') return [];
  const verdict = (holds: boolean, says: string): Bare => ({ rule: 'k', analysis: analysis.id, holds, says });
  const isLogistic = analysis.method === 'logistic/1';
  const of = isLogistic ? analysis.outcome : analysis.endpoint;
  const happened = isLogistic ? variableOf(rows, of) : endpointOf(rows, of).cause;
  const event: Factor = { name: of, codes: Int32Array.from(happened, (code) => (code === 1 ? 1 : 0)), levels: 2 };
  const events = event.codes.reduce((sum, code) => sum + code, 0);
  const verdicts = [
    verdict(
      !isSmallOf(events, rows.n, k),
      `no patient, or ${k} or more, had the event of ${of}, and none, or ${k} or more, hadn't`,
    ),
  ];
  if (!isLogistic) return verdicts;
  const every = (what: string): string => `every combination of ${what} has no patient, or ${k} or more`;
  const all = analysis.covariates.map((name) => ({ name, ...placesOf(variableOf(rows, name)) }));
  const factors = all.filter(({ name, levels }) => levels <= 2 || !('range' in codebook.variables[name]!));
  const small = factors.flatMap((one, i) =>
    factors.slice(i + 1).flatMap((other) => (hasSmallCell([one, other], k) ? [`${one.name} with ${other.name}`] : [])),
  );
  const numbers = analysis.covariates.filter((name) => 'range' in codebook.variables[name]!);
  return [
    ...verdicts,
    ...numbers.map((name) =>
      verdict(
        !tellsOfFew(variableOf(rows, name), k),
        `sums of ${name} tell of no patient, or of ${k} or more, at any of its values`,
      ),
    ),
    ...factors.map((factor) => verdict(!hasSmallCell([factor, event], k), every(`${factor.name} and ${of}`))),
    ...(factors.length > 1
      ? [verdict(small.length === 0, [every('two covariates'), ...small].join(small.length > 0 ? ', not ' : ''))]
      : []),
    ...(isSolvedFor(analysis, all, codebook) ? [verdict(!hasSmallCell(all, k), every('all covariates'))] : []),
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
