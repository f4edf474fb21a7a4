import * as z from 'zod';
import type { CohortFrame } from '../../cohort/index.ts';
import {
  ALTERATION_CLASSES,
  type Findings,
  type OncoprintFigure,
  printCount,
  printLevel,
  printShare,
  type ResultTable,
} from '../../result/index.ts';
import { ADJUSTMENTS, type Adjustment, proportion } from '../../stats/index.ts';
import type { Analysis } from '../parts/analysis.ts';
import { cell } from '../parts/cells.ts';
import { CITATION, YARDSTICK } from '../parts/citations.ts';
import { type Grouping, groupingOf, laterBy } from '../parts/grouping.ts';
import { Expression, PART } from '../parts/request-parts.ts';
import { countsOf, subgroupLater } from '../parts/selection.ts';
import { genePairs, type PairedGene, pairsFigure, pairsTable } from './gene-pairs.ts';
import { share } from './gene-test.ts';
import { classCounts, frequentGenes, memoSorted, type PrintedGene } from './oncoprint-cells.ts';
import { capital, sequenced } from './scan-target.ts';

const OncoprintRequest = z
  .strictObject({
    analysis: z.literal('oncoprint'),
    atLeast: z
      .number()
      .min(0)
      .max(1)
      .default(0.05)
      .meta({ description: 'Genes altered in at least this share of the patients whose sequencing covers them' }),
    most: z.int().min(1).max(60).default(40).meta({ description: 'So many genes are drawn, and paired, at most' }),
    by: Expression.optional().meta({
      description:
        "Groups above the genes: a group, a boolean or category variable, or an expression; without it, the first group that an item of the definition's plan asks by",
    }),
    where: PART.where,
    sensitivity: PART.sensitivity,
    adjustment: z
      .enum(ADJUSTMENTS as [Adjustment, ...Adjustment[]])
      .default('benjamini-hochberg')
      .meta({ description: 'For the number of pairs tested' }),
    level: PART.level,
  })
  .meta({ id: 'OncoprintRequest' });
export type OncoprintRequest = z.infer<typeof OncoprintRequest>;

/** The group that a plan's analyses compare; none without a plan that names one. */
function plannedGroup({ definition: { plan, groups = {} } }: CohortFrame): string | undefined {
  const asked = (plan?.items ?? []).flatMap(({ by, outcome }) => [by, outcome]);
  return asked.find((name): name is string => typeof name === 'string' && Object.hasOwn(groups, name));
}

/** A row a gene, all that are frequent enough, drawn or not. */
function genesTable(
  genes: readonly PrintedGene[],
  drawn: number,
  codes: Int32Array,
  grouping: Grouping | undefined,
  level: number,
): ResultTable {
  const labels = grouping?.labels ?? [];
  return {
    id: 'genes',
    title: 'Genes by how often they are altered',
    columns: [
      { key: 'gene', label: 'Gene', format: 'text' },
      { key: 'altered', label: 'Altered', format: 'count' },
      { key: 'covered', label: 'Covered', format: 'count' },
      { key: 'share', label: 'Share', format: 'share', low: 'share_low', high: 'share_high' },
      ...labels.map((label, g) => ({ key: `group_${g + 1}`, label, format: 'text' as const })),
    ],
    rows: genes.map((gene, i) => {
      const [low, high] = proportion(gene.altered, gene.covered, { level }).intervals['clopper-pearson'];
      const inGroup = (g: number) => {
        const own = gene.cells.filter((value, at) => value >= 0 && codes[at] === g);
        return share(own.filter((value) => value > 0).length, own.length);
      };
      return {
        gene: gene.symbol,
        altered: gene.altered,
        covered: gene.covered,
        share: gene.altered / gene.covered,
        share_low: cell(low),
        share_high: cell(high),
        ...Object.fromEntries(labels.map((_, g) => [`group_${g + 1}`, inGroup(g)])),
        drawn: i < drawn,
      };
    }),
    notes: [
      'Shares are of the patients whose sequencing covers the gene.',
      ...(drawn < genes.length ? [`The first ${drawn} of ${printCount(genes.length)} are drawn and paired.`] : []),
    ],
  };
}

/** Patients by the kind of their alterations, of the kinds that occur. */
function classesTable(genes: readonly PrintedGene[]): ResultTable {
  const counted = genes.map((gene) => ({ gene, counts: classCounts(gene) }));
  const present = ALTERATION_CLASSES.filter((_, k) => counted.some(({ counts }) => counts[k]![1] > 0));
  const keyOf = (name: string) => name.replaceAll(' ', '_');
  return {
    id: 'classes',
    title: 'Patients by the kind of alteration',
    columns: [
      { key: 'gene', label: 'Gene', format: 'text' },
      ...present.map((name) => ({ key: keyOf(name), label: capital(name), format: 'count' as const })),
    ],
    rows: counted.map(({ gene, counts }) => ({
      gene: gene.symbol,
      ...Object.fromEntries(counts.map(([name, n]) => [keyOf(name), n])),
    })),
    notes: ['A patient with several kinds of alteration of a gene counts in each.'],
  };
}

function figureOf(
  genes: readonly PrintedGene[],
  codes: Int32Array,
  grouping: Grouping | undefined,
  title: string,
): OncoprintFigure {
  const patients = codes.length;
  const order = memoSorted(genes, patients);
  const told = genes.map(
    ({ symbol, altered, covered }) => `${symbol} ${printShare(altered / covered)} (${altered}/${covered})`,
  );
  return {
    kind: 'oncoprint',
    id: 'oncoprint',
    title,
    alt: `Oncoprint of ${genes.length} ${genes.length === 1 ? 'gene' : 'genes'} in ${printCount(patients)} patients. ${title}. ${told.slice(0, 15).join('; ')}${told.length > 15 ? '; and others' : ''}.`,
    patients,
    tracks:
      grouping === undefined
        ? []
        : [{ label: grouping.title, levels: [...grouping.labels], codes: order.map((i) => codes[i]!) }],
    genes: genes.map(({ symbol, altered, covered, cells }) => ({
      label: symbol,
      altered,
      covered,
      cells: order.map((i) => cells[i]!),
    })),
  };
}

/** Which patient has which alteration, and which genes go together. Yardstick: fisher.test and p.adjust of the pairs. */
export const oncoprint: Analysis<OncoprintRequest> = {
  name: 'oncoprint',
  says: 'Draws which patients have which alterations of the genes often altered, and tests which genes go together or exclude each other.',
  citations: [
    CITATION.fisher,
    CITATION.conditionalOddsRatio,
    CITATION.clopperPearson,
    ...ADJUSTMENTS.map((name) => CITATION[name]),
  ],
  request: OncoprintRequest,

  run(frame, request, progress): Findings {
    progress.stage('choosing patients', 0.05);
    const by = request.by ?? plannedGroup(frame);
    const grouping = by === undefined ? undefined : groupingOf(frame, by, '/by');
    const selection = sequenced(frame, request.where, '/analysis');
    const { rows } = selection;
    const codes = Int32Array.from(rows, (row) => grouping?.codes[row] ?? -1);

    progress.stage('counting genes', 0.2);
    const genes = frequentGenes(frame, rows, request.atLeast);
    const drawn = genes.slice(0, request.most);
    progress.stopped();
    progress.stage('testing pairs', 0.5);
    const paired = drawn.map(
      ({ symbol, cells }): PairedGene => ({
        symbol,
        altered: Uint8Array.from(cells, (value) => (value > 0 ? 1 : 0)),
        covered: Uint8Array.from(cells, (value) => (value >= 0 ? 1 : 0)),
      }),
    );
    const pairs = genePairs(paired, request);

    progress.stage('tables and figures', 0.9);
    const where = request.where === undefined ? '' : `, where ${request.where}`;
    const often = `altered in at least ${Number((100 * request.atLeast).toPrecision(6))}% of the covered patients`;
    const title = `Genes ${often}${where}`;
    return {
      title,
      method: [
        `Genes ${often} were counted; a patient whose sequencing doesn't cover a gene is missing for it, not wild type, and is drawn so. Intervals of shares are exact (Clopper and Pearson), at ${printLevel(request.level)}.`,
        'Patients are drawn in the order of the genes: who has the first altered before who has not, before who is not covered for it, then by the second, and so on.',
        `Each pair of the genes drawn was tested by Fisher's exact test, two-sided, of the patients covered for both; odds ratios are conditional maximum-likelihood estimates. p values were adjusted for the ${printCount(pairs.length)} pairs tested (${request.adjustment}).`,
        YARDSTICK,
      ],
      citations: [
        CITATION.clopperPearson,
        ...(pairs.length > 0 ? [CITATION.fisher, CITATION.conditionalOddsRatio, CITATION[request.adjustment]] : []),
      ],
      counts: countsOf(frame, selection, null),
      assumptions: [],
      warnings: [
        ...subgroupLater(request.where, request.where === undefined ? undefined : laterBy(frame, request.where)),
        ...(genes.length > 0 ? [] : [{ code: 'no-gene', says: `No gene is ${often}: there is nothing to draw.` }]),
      ],
      tables: [
        genesTable(genes, drawn.length, codes, grouping, request.level),
        ...(genes.length > 0 ? [classesTable(genes)] : []),
        ...(pairs.length > 0 ? [pairsTable(paired, pairs)] : []),
      ],
      figures: [
        ...(genes.length > 0 ? [figureOf(drawn, codes, grouping, title)] : []),
        ...pairsFigure(paired, pairs, `Genes altered together, and apart${where}`),
      ],
    };
  },
};
