import * as z from 'zod';
import type { CohortFrame } from '../../cohort/index.ts';
import { type Findings, printCount, type ResultTable } from '../../result/index.ts';
import { ADJUSTMENTS, type Adjustment } from '../../stats/index.ts';
import type { Analysis } from '../parts/analysis.ts';
import { CITATION, YARDSTICK } from '../parts/citations.ts';
import { Expression, PART } from '../parts/request-parts.ts';
import { countsOf } from '../parts/selection.ts';
import { CovariateSet, VariableSet } from '../parts/variable-sets.ts';
import { againstEndpoint } from './scan-endpoint.ts';
import { scanForest } from './scan-forest.ts';
import { type Scanned, scanGenes } from './scan-genes.ts';
import { againstOutcome } from './scan-outcome.ts';
import { besideTable, geneTable, leftOutSymbols, leftOutTable, THRESHOLD, volcano } from './scan-tables.ts';
import { capital, type Target } from './scan-target.ts';
import { apartUnits, geneUnits, NOUN, pathwayUnits, type ScanUnits } from './scan-units.ts';

const AssociationScanRequest = z
  .strictObject({
    analysis: z.literal('association-scan'),
    scan: z.enum(['genes', 'pathways']).default('genes').meta({
      description: 'What is tested: every gene, or the ten oncogenic pathways by the genes that all panels share',
    }),
    outcome: Expression.optional().meta({
      description: 'A binary outcome: a group of two labels, a boolean variable, or an expression',
    }),
    endpoint: PART.endpoint.optional(),
    minAltered: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(5)
      .meta({ description: 'What is altered in fewer of the covered patients is left out' }),
    where: PART.where,
    sensitivity: PART.sensitivity,
    entry: PART.entry,
    strata: PART.strata,
    adjust: CovariateSet.optional().meta({
      description: 'Covariates beside which each effect is told: a set of the plan by its name, or a list',
    }),
    apart: VariableSet.optional().meta({
      description:
        'Boolean variables tested too, in a table of their own, outside the family: derived ones such as RAS',
    }),
    family: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .meta({ description: 'What the family is called over which p values are adjusted, stated beforehand' }),
    adjustment: z
      .enum(ADJUSTMENTS as [Adjustment, ...Adjustment[]])
      .default('benjamini-hochberg')
      .meta({ description: 'For the number tested' }),
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

interface Scans {
  readonly units: ScanUnits;
  readonly scanned: Scanned;
  /** Outside the family, adjusted among themselves. */
  readonly apart: Scanned | undefined;
}

function findingsOf(
  frame: CohortFrame,
  request: AssociationScanRequest,
  target: Target,
  { units, scanned, apart }: Scans,
): Findings {
  const { selection, test, events, pName } = target;
  const { noun } = units;
  const { tested, leftOut, altered } = scanned;
  const family = request.family ?? noun.many;
  const where = request.where === undefined ? '' : `, where ${request.where}`;
  const title = `${target.title}${where}`;
  const shown = `${target.figureTitle ?? target.title}${where}`;
  const passing = tested.filter(({ adjusted }) => adjusted < THRESHOLD).length;
  const tables: ResultTable[] = [
    geneTable(test, scanned, { id: noun.many, title: `${printCount(tested.length)} ${noun.many} tested, by p`, noun }, [
      `${printCount(altered)} ${noun.many} are altered in at least one patient analysed; ${printCount(tested.length)} were tested, of which ${passing === 0 ? 'none has' : `${printCount(passing)} ${passing === 1 ? 'has' : 'have'}`} an adjusted p below ${THRESHOLD}. The family over which p was adjusted is ${family}.`,
      ...target.notes(scanned),
    ]),
    ...besideTable(
      test,
      scanned,
      { id: `${noun.many}-adjusted`, title: `The ${noun.many} tested, ${target.beside?.says}`, noun },
      target.beside?.notes(scanned) ?? [],
    ),
    ...(apart === undefined ? [] : apartTables(target, apart, family)),
    ...units.tables,
    leftOutTable(leftOut, noun),
    leftOutSymbols(leftOut, noun),
    ...target.tables,
  ];
  return {
    title,
    method: [
      ...target.method,
      `${capital(noun.many)} altered in at least ${request.minAltered} of the covered patients were tested; a patient whose sequencing doesn't cover a gene is missing for it, not wild type.`,
      `p values were adjusted for the ${printCount(tested.length)} ${noun.many} tested, the family ${family}, controlling ${ADJUSTED[request.adjustment]}.`,
      ...(apart === undefined
        ? []
        : ['What stands apart is no part of that family: its p values were adjusted among themselves alone.']),
      YARDSTICK,
    ],
    citations: [
      ...target.citations,
      CITATION[request.adjustment],
      ...(request.scan === 'pathways' ? [CITATION.pathways] : []),
    ],
    counts: countsOf(frame, selection, events),
    assumptions: target.assumptions,
    warnings: [
      ...target.warnings,
      ...(tested.length > 0
        ? []
        : [
            {
              code: 'no-gene-tested',
              says: `No ${noun.one} could be tested; the reasons are counted below.`,
            },
          ]),
    ],
    tables,
    figures: [...volcano(test, scanned, noun, shown, pName), ...scanForest(test, scanned, noun, shown)],
  };
}

/** What stands apart: its tests, and what has none. */
function apartTables({ test, beside }: Target, apart: Scanned, family: string): ResultTable[] {
  const noun = { one: 'variable', many: 'variables' };
  const without = apart.leftOut.map(({ symbol, reason }) => `${symbol} has no test: ${reason}.`);
  return [
    geneTable(test, apart, { id: 'apart', title: `Tested apart from the family ${family}`, noun }, [
      'Outside the family: p values are adjusted among these alone.',
      ...without,
    ]),
    ...besideTable(
      test,
      apart,
      { id: 'apart-adjusted', title: `What stands apart, ${beside?.says}`, noun },
      beside?.notes(apart) ?? [],
    ),
  ];
}

/** Every gene or pathway that enough patients carry, against a binary outcome or an endpoint. Yardstick: fisher.test, survdiff, coxph, p.adjust. */
export const associationScan: Analysis<AssociationScanRequest> = {
  name: 'association-scan',
  says: 'Tests every gene or pathway that enough patients carry against a binary outcome or an endpoint, with adjusted p values.',
  citations: [
    CITATION.fisher,
    CITATION.conditionalOddsRatio,
    CITATION.logRank,
    CITATION.cox,
    CITATION.efron,
    CITATION.logistic,
    CITATION.mantelHaenszel,
    CITATION.firth,
    CITATION.firthLogistic,
    CITATION.pathways,
    ...ADJUSTMENTS.map((name) => CITATION[name]),
  ],
  request: AssociationScanRequest,

  async run(frame, request, progress): Promise<Findings> {
    progress.stage('choosing patients', 0.05);
    const { outcome, endpoint } = request;
    const asked = { ...request, noun: NOUN[request.scan] };
    const target =
      outcome === undefined ? againstEndpoint(frame, endpoint!, asked) : againstOutcome(frame, outcome, asked);
    const units = request.scan === 'genes' ? geneUnits(frame) : pathwayUnits(frame, target.selection.rows);
    const scanned = await scanGenes(units, target.test, request, progress);
    const apart =
      request.apart === undefined
        ? undefined
        : await scanGenes(
            apartUnits(frame, request.apart, request.naive),
            target.test,
            { ...request, minAltered: 1 },
            progress,
          );
    progress.stage('tables and figures', 0.9);
    return findingsOf(frame, request, target, { units, scanned, apart });
  },
};
