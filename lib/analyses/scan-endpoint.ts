import type { CohortFrame } from '../cohort/index.ts';
import { printCount, printLevel, type ResultColumn } from '../result/index.ts';
import { chiSquare, type FollowUp, GENE_OUTCOME, geneScan, normal } from '../stats/index.ts';
import { cell, pCells } from './cells.ts';
import { CITATION } from './citations.ts';
import { eventsIn, followUpOf, withEndpoint } from './follow-up.ts';
import { type GeneTest, share } from './gene-test.ts';
import { endpointTitle } from './naming.ts';
import { sequenced, type Target, type TargetRequest } from './scan-target.ts';

/** Why a gene's hazard ratio has no estimate. */
const WHY: Readonly<Record<number, string>> = {
  [GENE_OUTCOME.estimated]: '',
  [GENE_OUTCOME.decreasing]: '0, monotone likelihood',
  [GENE_OUTCOME.increasing]: 'infinite, monotone likelihood',
  [GENE_OUTCOME.noInformation]: 'no information',
};

const COLUMNS: readonly ResultColumn[] = [
  { key: 'altered_share', label: 'Altered', format: 'text' },
  { key: 'events_altered', label: 'Events, altered', format: 'count' },
  { key: 'events_wild_type', label: 'Events, wild type', format: 'count' },
  {
    key: 'hazard_ratio',
    label: 'Hazard ratio',
    format: 'ratio',
    low: 'hazard_ratio_low',
    high: 'hazard_ratio_high',
    why: 'hazard_ratio_why',
  },
  { key: 'wald_p', label: 'Wald p', format: 'p', why: 'wald_p_why' },
  { key: 'p', label: 'Log-rank p', format: 'p', why: 'p_why' },
];

/** Log-rank test of each gene, with the hazard ratio of carriers by Cox regression beside it. `rows` are the frame's, in the follow-up's order. */
function endpointTest(f: FollowUp, rows: Int32Array, level: number): GeneTest {
  const width = -normal.quantile((1 - level) / 2);
  return {
    columns: COLUMNS,
    ratio: 'hazard ratio',
    silent: 'at no event do carriers and others stand at risk together',
    run(genes) {
      const test = geneScan.logRank(f, genes, rows);
      const fit = geneScan.cox(f, genes, rows);
      const events = eventsOfCovered(f, rows);
      return {
        covered: test.covered,
        carriers: test.carriers,
        tested(gene) {
          const p = test.p[gene]!;
          if (Number.isNaN(p)) return undefined;
          const coefficient = fit.coefficient[gene]!;
          const error = fit.standardError[gene]!;
          const wald = fit.wald[gene]!;
          const carried = test.carrierEvents[gene]!;
          const why = WHY[fit.outcome[gene]!]!;
          return {
            p,
            ratio: Math.exp(coefficient),
            cells: {
              altered: test.carriers[gene]!,
              covered: test.covered[gene]!,
              altered_share: share(test.carriers[gene]!, test.covered[gene]!),
              events_altered: carried,
              events_wild_type: events(genes.covered(gene)) - carried,
              expected_altered: cell(test.expected[gene]!),
              chi_square: cell(test.chiSquare[gene]!),
              ...pCells('p', p, chiSquare.logUpper(test.chiSquare[gene]!, 1)),
              hazard_ratio: cell(error > 0 ? Math.exp(coefficient) : Number.NaN),
              hazard_ratio_low: cell(Math.exp(coefficient - width * error)),
              hazard_ratio_high: cell(Math.exp(coefficient + width * error)),
              hazard_ratio_why: why,
              coefficient: cell(coefficient),
              standard_error: cell(error),
              ...pCells('wald_p', fit.p[gene]!, Number.isNaN(wald) ? Number.NaN : chiSquare.logUpper(wald, 1)),
              ...(why && { wald_p_why: 'monotone' }),
              likelihood_ratio_p: cell(fit.likelihoodRatioP[gene]!),
            },
          };
        },
      };
    },
  };
}

/** Events among those whom a gene covers; genes of one panel share the count. */
function eventsOfCovered(f: FollowUp, rows: Int32Array): (covered: Uint32Array) => number {
  const known = new Map<Uint32Array, number>();
  return (covered) => {
    const before = known.get(covered);
    if (before !== undefined) return before;
    const has = (row: number) => ((covered[row >>> 5] ?? 0) >>> (row & 31)) & 1;
    const events = rows.reduce((sum, row, i) => sum + (f.event[i]! & has(row)), 0);
    known.set(covered, events);
    return events;
  };
}

/** Genes against an endpoint. Throws what the frame says of its name. */
export function againstEndpoint(frame: CohortFrame, name: string, request: TargetRequest): Target {
  const endpoint = frame.endpoint(name, '/endpoint');
  const selection = withEndpoint(sequenced(frame, request.where), endpoint);
  const f = followUpOf(endpoint, selection.rows);
  const events = eventsIn(f);
  const title = endpointTitle(endpoint.name);
  return {
    selection,
    test: endpointTest(f, selection.rows, request.level),
    title: `Genes against ${title.charAt(0).toLowerCase()}${title.slice(1)} from ${endpoint.origin}`,
    events,
    pName: 'log-rank',
    method: [
      'Carriers of each gene were compared with the other covered patients by the log-rank test, two-sided.',
      `Hazard ratios are from Cox regression on the gene alone, with Efron's handling of ties, Wald ${printLevel(request.level)} confidence intervals and p values; the p values adjusted are those of the log-rank test.`,
    ],
    citations: [CITATION.logRank, CITATION.cox, CITATION.efron],
    assumptions: [
      {
        id: 'proportional-hazards',
        says: 'A hazard ratio takes the ratio of the hazards to be the same at all times. This was not tested here.',
      },
      {
        id: 'large-sample',
        says: "The log-rank test's p value is that of a large sample; with a handful of carriers it is approximate.",
      },
    ],
    warnings:
      events > 0
        ? []
        : [{ code: 'no-events', says: `Nobody analysed had the event of ${name} (/endpoint): no gene can be tested.` }],
    notes: ({ tested }) => {
      const zero = tested.filter(({ ratio }) => ratio === 0).length;
      const infinite = tested.filter(({ ratio }) => ratio === Number.POSITIVE_INFINITY).length;
      return [
        `Monotone likelihood: for ${printCount(zero)} genes no carrier had the event while others were at risk, and the hazard ratio goes to 0; for ${printCount(infinite)} it goes to infinity. They have no estimate, interval or Wald p; the log-rank p holds.`,
      ];
    },
  };
}
