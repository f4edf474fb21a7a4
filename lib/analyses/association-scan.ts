import * as z from 'zod';
import type { CohortFrame } from '../cohort/index.ts';
import { type Findings, printCount, type ResultTable } from '../result/index.ts';
import { ADJUSTMENTS, type Adjustment } from '../stats/index.ts';
import type { Analysis } from './analysis.ts';
import { CITATION, YARDSTICK } from './citations.ts';
import { Covariates, Expression, PART } from './request-parts.ts';
import { againstEndpoint } from './scan-endpoint.ts';
import { type Scanned, scanGenes } from './scan-genes.ts';
import { againstOutcome } from './scan-outcome.ts';
import { geneTable, leftOutSymbols, leftOutTable, THRESHOLD, volcano } from './scan-tables.ts';
import type { Target } from './scan-target.ts';
import { countsOf } from './selection.ts';

const AssociationScanRequest = z
  .strictObject({
    analysis: z.literal('association-scan'),
    scan: z.literal('genes').default('genes'),
    outcome: Expression.optional().meta({
      description: 'A binary outcome: a group of two labels, a boolean variable, or an expression',
    }),
    endpoint: PART.endpoint.optional(),
    minAltered: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(5)
      .meta({ description: 'Genes altered in fewer of the covered patients are left out' }),
    where: PART.where,
    sensitivity: PART.sensitivity,
    entry: PART.entry,
    strata: PART.strata,
    adjust: Covariates.optional().meta({ description: "Each gene's effect is told beside these" }),
    adjustment: z
      .enum(ADJUSTMENTS as [Adjustment, ...Adjustment[]])
      .default('benjamini-hochberg')
      .meta({ description: 'For the number of genes tested' }),
    level: PART.level,
    naive: PART.naive,
  })
  .refine(({ endpoint, entry }) => endpoint !== undefined || entry === undefined, {
    path: ['entry'],
    message: 'delayed entry belongs to an endpoint',
  })
  .refine(({ outcome, endpoint }) => (outcome === undefined) !== (endpoint === undefined), {
    path: ['outcome'],
    message: 'say either an outcome or an endpoint, and not both',
  })
  .meta({ id: 'AssociationScanRequest', oneOf: [{ required: ['outcome'] }, { required: ['endpoint'] }] });
export type AssociationScanRequest = z.infer<typeof AssociationScanRequest>;

const ADJUSTED: Readonly<Record<Adjustment, string>> = {
  'benjamini-hochberg': 'the false discovery rate by the procedure of Benjamini and Hochberg',
  'benjamini-yekutieli': 'the false discovery rate under any dependence by the procedure of Benjamini and Yekutieli',
  bonferroni: "the family-wise error by Bonferroni's procedure",
  holm: "the family-wise error by Holm's procedure",
  hochberg: "the family-wise error by Hochberg's procedure",
  hommel: "the family-wise error by Hommel's procedure",
};

function findingsOf(frame: CohortFrame, request: AssociationScanRequest, target: Target, scanned: Scanned): Findings {
  const { selection, test, events, pName } = target;
  const { tested, leftOut, altered } = scanned;
  const title = request.where === undefined ? target.title : `${target.title}, where ${request.where}`;
  const passing = tested.filter(({ adjusted }) => adjusted < THRESHOLD).length;
  const tables: ResultTable[] = [
    geneTable(test, scanned, `${printCount(tested.length)} genes tested, by p`, [
      `${printCount(altered)} genes are altered in at least one patient analysed; ${printCount(tested.length)} were tested, of which ${passing === 0 ? 'none has' : `${printCount(passing)} ${passing === 1 ? 'has' : 'have'}`} an adjusted p below ${THRESHOLD}.`,
      ...target.notes(scanned),
    ]),
    leftOutTable(leftOut),
    leftOutSymbols(leftOut),
  ];
  return {
    title,
    method: [
      ...target.method,
      `Genes altered in at least ${request.minAltered} of the covered patients were tested; a patient whose sequencing doesn't cover a gene is missing for it, not wild type.`,
      `p values were adjusted for the ${printCount(tested.length)} genes tested, controlling ${ADJUSTED[request.adjustment]}.`,
      YARDSTICK,
    ],
    citations: [...target.citations, CITATION[request.adjustment]],
    counts: countsOf(frame, selection, events),
    assumptions: target.assumptions,
    warnings: [
      ...target.warnings,
      ...(tested.length > 0
        ? []
        : [{ code: 'no-gene-tested', says: 'No gene could be tested; the reasons are counted below.' }]),
    ],
    tables,
    figures: volcano(test, scanned, title, pName),
  };
}

/** Every gene that enough patients carry, against a binary outcome or an endpoint. Yardstick: fisher.test, survdiff, coxph, p.adjust. */
export const associationScan: Analysis<AssociationScanRequest> = {
  name: 'association-scan',
  says: 'Tests every gene that enough patients carry against a binary outcome or an endpoint, with adjusted p values.',
  citations: [
    CITATION.fisher,
    CITATION.conditionalOddsRatio,
    CITATION.logRank,
    CITATION.cox,
    CITATION.efron,
    CITATION.logistic,
    CITATION.mantelHaenszel,
    ...ADJUSTMENTS.map((name) => CITATION[name]),
  ],
  request: AssociationScanRequest,

  async run(frame, request, progress): Promise<Findings> {
    progress.stage('choosing patients', 0.05);
    const { outcome, endpoint } = request;
    const target =
      outcome === undefined ? againstEndpoint(frame, endpoint!, request) : againstOutcome(frame, outcome, request);
    const scanned = await scanGenes(frame, target.test, request, progress);
    progress.stage('tables and figures', 0.9);
    return findingsOf(frame, request, target, scanned);
  },
};
