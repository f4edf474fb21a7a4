import type { CohortFrame } from '../../cohort/index.ts';
import { printCount, printLevel } from '../../result/index.ts';
import { type FollowUp, GENE_OUTCOME, geneScan } from '../../stats/index.ts';
import { columnsOf } from '../models/model-terms.ts';
import { listed } from '../models/model-words.ts';
import { cell } from '../parts/cells.ts';
import { CITATION } from '../parts/citations.ts';
import { entryOf, entrySentence, eventsIn, followUpOf, withEndpoint, withEntry } from '../parts/follow-up.ts';
import { coveredPlaces } from '../parts/gene-members.ts';
import { endpointTitle } from '../parts/naming.ts';
import { stratumCodes } from '../parts/strata.ts';
import type { GeneTest } from './gene-test.ts';
import { adjustedEndpointTest } from './scan-endpoint-adjusted.ts';
import { endpointCells, endpointColumns, type GeneFit } from './scan-endpoint-cells.ts';
import { adjusting, capital, sequenced, type Target, type TargetRequest } from './scan-target.ts';

/** Why a gene's hazard ratio has no estimate. */
const WHY: Readonly<Record<number, string>> = {
  [GENE_OUTCOME.estimated]: '',
  [GENE_OUTCOME.decreasing]: '0, monotone likelihood',
  [GENE_OUTCOME.increasing]: 'infinite, monotone likelihood',
  [GENE_OUTCOME.noInformation]: 'no information',
};

/** Log-rank test of each gene, with the hazard ratio of carriers by Cox regression beside it. `rows` are the frame's, in the follow-up's order. */
function endpointTest(f: FollowUp, rows: Int32Array, level: number): GeneTest {
  const places = coveredPlaces(rows);
  return {
    columns: endpointColumns('Log-rank p'),
    ratio: 'hazard ratio',
    silent: 'at no event do carriers and others stand at risk together',
    run(genes) {
      const test = geneScan.logRank(f, genes, rows);
      const fit = geneScan.cox(f, genes, rows);
      const events = (covered: Uint32Array) => places(covered).reduce((sum, i) => sum + f.event[i]!, 0);
      return {
        covered: test.covered,
        carriers: test.carriers,
        tested(gene) {
          const p = test.p[gene]!;
          if (Number.isNaN(p)) return undefined;
          const found: GeneFit = {
            carriers: test.carriers[gene]!,
            covered: test.covered[gene]!,
            events: events(genes.covered(gene)),
            carrierEvents: test.carrierEvents[gene]!,
            chiSquare: test.chiSquare[gene]!,
            coefficient: fit.coefficient[gene]!,
            standardError: fit.standardError[gene]!,
            why: WHY[fit.outcome[gene]!]!,
          };
          return {
            p,
            ratio: Math.exp(found.coefficient),
            cells: {
              ...endpointCells(found, level),
              expected_altered: cell(test.expected[gene]!),
              likelihood_ratio_p: cell(fit.likelihoodRatioP[gene]!),
            },
          };
        },
      };
    },
  };
}

/** Genes against an endpoint. Throws what the frame says of its name, of entry, strata and covariates. */
export function againstEndpoint(frame: CohortFrame, name: string, request: TargetRequest): Target {
  const endpoint = frame.endpoint(name, '/endpoint');
  const entry = entryOf(frame, endpoint, request.entry);
  const timed = withEntry(withEndpoint(sequenced(frame, request.where), endpoint), endpoint, entry);
  const { selection, strata, terms, sentences, leftOut, warnings } = adjusting(frame, timed, request);
  const { rows } = selection;
  const { noun } = request;
  const f = followUpOf(endpoint, rows, entry);
  const events = eventsIn(f);
  const title = endpointTitle(endpoint.name);
  const plain = strata === undefined && terms.length === 0 && f.entry === undefined;
  const codes = strata && stratumCodes(strata, rows).codes;
  const patients = { followUp: f, rows, strata: codes, columns: columnsOf(terms) };
  const beside = terms.length === 0 ? '' : ` adjusted for ${listed(terms)}`;
  return {
    selection,
    test: plain ? endpointTest(f, rows, request.level) : adjustedEndpointTest(patients, request.level),
    title: `${capital(noun.many)} against ${title.charAt(0).toLowerCase()}${title.slice(1)} from ${endpoint.origin}${beside}`,
    events,
    pName: terms.length === 0 ? 'log-rank' : 'likelihood-ratio',
    method: [
      ...(terms.length === 0
        ? [
            `Carriers of each ${noun.one} were compared with the other covered patients by the log-rank test, two-sided.`,
            `Hazard ratios are from Cox regression on the ${noun.one} alone, with Efron's handling of ties, Wald ${printLevel(request.level)} confidence intervals and p values; the p values adjusted are those of the log-rank test.`,
          ]
        : [
            `Carriers of each ${noun.one} were compared with the other covered patients by Cox regression on the ${noun.one} together with ${listed(terms)}, with Efron's handling of ties, Wald ${printLevel(request.level)} confidence intervals and p values; the p values adjusted for the number of ${noun.many} are those of the likelihood-ratio test of the ${noun.one}.`,
          ]),
      ...entrySentence(f, entry),
      ...sentences,
    ],
    citations: terms.length === 0 ? [CITATION.logRank, CITATION.cox, CITATION.efron] : [CITATION.cox, CITATION.efron],
    assumptions: [
      {
        id: 'proportional-hazards',
        says: 'A hazard ratio takes the ratio of the hazards to be the same at all times. This was not tested here.',
      },
      {
        id: 'large-sample',
        says: `The ${terms.length === 0 ? 'log-rank' : 'likelihood-ratio'} test's p value is that of a large sample; with a handful of carriers it is approximate.`,
      },
    ],
    warnings: [
      ...(events > 0
        ? []
        : [
            {
              code: 'no-events',
              says: `Nobody analysed had the event of ${name} (/endpoint): no ${noun.one} can be tested.`,
            },
          ]),
      ...warnings(events),
    ],
    tables: leftOut,
    notes: ({ tested }) => {
      const zero = tested.filter(({ ratio }) => ratio === 0).length;
      const infinite = tested.filter(({ ratio }) => ratio === Number.POSITIVE_INFINITY).length;
      return [
        `Monotone likelihood: for ${printCount(zero)} ${noun.many} no carrier had the event while others were at risk, and the hazard ratio goes to 0; for ${printCount(infinite)} it goes to infinity. They have no estimate, interval or Wald p; the ${terms.length === 0 ? 'log-rank' : 'likelihood-ratio'} p holds.`,
      ];
    },
  };
}
