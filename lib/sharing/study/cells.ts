import { isSmall, isSmallOf, tellsOfFew } from '../control/small.ts';
import type { Codebook, Protocol, StudyAnalysis } from '../documents.ts';
import { endpointOf, type SiteRows, variableOf } from '../methods/site-rows.ts';
import { isModel } from './protocol.ts';
import type { Bare } from './verdict.ts';

/**
 * Cells that an open model tells without a table, each of which is to have nobody or k patients. Every one tells how many had the event, and so how
 * many hadn't. A logistic one tells more where its slopes are 0: all weigh the same there, so that the information's terms over the weight are
 * how many have a level and how many two of them (or a value, of a number of three at most), and the score how many of them had the outcome; its own fit alone, as a release has it, comes to the
 * same equations. The partial likelihoods of Cox and of Fine and Gray give no such count: at 0 their terms are sums over risk sets, weighed by when the
 * events were, which nobody is told.
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
    verdict(!isSmallOf(events, rows.n, k), `nobody or ${k} patients have the event of ${of}, and nobody or ${k} don't`),
  ];
  if (!isLogistic) return verdicts;
  const factors = factorsOf(rows, codebook, analysis.covariates);
  const small = factors.flatMap((one, i) =>
    factors.slice(i + 1).flatMap((other) => (hasSmallCell(one, other, k) ? [`${one.name} with ${other.name}`] : [])),
  );
  const numbers = analysis.covariates.filter((name) => 'range' in codebook.variables[name]!);
  return [
    ...verdicts,
    ...numbers.map((name) =>
      verdict(!tellsOfFew(variableOf(rows, name), k), `sums of ${name} count nobody or ${k} patients of a value`),
    ),
    ...factors.map((factor) =>
      verdict(
        !hasSmallCell(factor, event, k),
        `every combination of ${factor.name} and ${of} has nobody or ${k} patients`,
      ),
    ),
    ...(factors.length < 2
      ? []
      : [
          verdict(
            small.length === 0,
            `every combination of two covariates has nobody or ${k} patients${small.length === 0 ? '' : `: not ${small.join(', ')}`}`,
          ),
        ]),
  ];
}

/** A covariate of which the columns are counts: by patient the place of her level, as they first come. */
interface Factor {
  readonly name: string;
  readonly codes: Int32Array;
  readonly levels: number;
}

/** Of the covariates those with levels; a number of two values is one written otherwise. */
function factorsOf(rows: SiteRows, codebook: Codebook, covariates: readonly string[]): Factor[] {
  return covariates.flatMap((name) => {
    const places = new Map<number, number>();
    const most = 'range' in codebook.variables[name]! ? 2 : Number.POSITIVE_INFINITY;
    const values = variableOf(rows, name);
    const codes = new Int32Array(rows.n);
    for (const [i, value] of values.entries()) {
      let place = places.get(value);
      if (place === undefined) {
        if (places.size >= most) return [];
        place = places.size;
        places.set(value, place);
      }
      codes[i] = place;
    }
    return [{ name, codes, levels: places.size }];
  });
}

function hasSmallCell(one: Factor, other: Factor, k: number): boolean {
  const cells = new Int32Array(one.levels * other.levels);
  for (const [i, code] of one.codes.entries()) cells[code * other.levels + other.codes[i]!]! += 1;
  return cells.some((count) => isSmall(count, k));
}
