import type { CohortFrame } from '../../cohort/index.ts';
import { type Findings, printLevel } from '../../result/index.ts';
import { ADJUSTMENTS, type Adjustment, adjust } from '../../stats/index.ts';
import type { Progress } from '../parts/analysis.ts';
import { CITATION } from '../parts/citations.ts';
import { laterBy } from '../parts/grouping.ts';
import { countsOf, subgroupLater } from '../parts/selection.ts';
import { type ComparisonRequest, compareGroups } from './comparison-groups.ts';
import { comparisonTable, differencesFigure } from './comparison-table.ts';
import { citationsOf, methodOf, warningsOf } from './comparison-words.ts';

/** All that a description of patients by group may cite. */
export const COMPARISON_CITATIONS: readonly string[] = [
  CITATION.wilcoxon,
  CITATION.kruskal,
  CITATION.welch,
  CITATION.pearson,
  CITATION.fisher,
  CITATION.standardised,
  CITATION.standardisedShares,
  CITATION.clopperPearson,
  ...ADJUSTMENTS.map((name) => CITATION[name]),
];

/** How the description is presented. */
interface Manner {
  /** Of the table. */
  readonly id: string;
  /** What is described, of all and in groups: `The patients`. */
  readonly subject: string;
  /** Names tests by letters that footnotes explain. */
  readonly letters: boolean;
}

/** Patients by group, described and compared. Throws as {@link compareGroups}. */
export function comparisonFindings(
  frame: CohortFrame,
  request: ComparisonRequest & { readonly adjustment?: Adjustment | undefined },
  { id, subject, letters }: Manner,
  progress: Progress,
): Findings {
  const compared = compareGroups(frame, request, progress);
  const { by, selection, groups, empty, characteristics } = compared;
  const several = groups.labels.length > 1;
  const p = Float64Array.from(characteristics, ({ test }) => test.p);
  const adjusted = request.adjustment === undefined ? undefined : adjust(p, request.adjustment);
  const tested = p.filter((value) => !Number.isNaN(value)).length;
  const where = request.where === undefined ? '' : `, where ${request.where}`;
  const title = `${subject}${by === undefined ? '' : ` by ${by}`}${where}`;
  return {
    title,
    method: [
      ...methodOf(request, several, groups.labels.length, tested),
      `Intervals of shares, which the document holds, are exact (Clopper and Pearson), at ${printLevel(request.level)}.`,
    ],
    citations: [...(several ? citationsOf(characteristics, request.adjustment) : []), CITATION.clopperPearson],
    counts: countsOf(frame, selection, null),
    assumptions: [],
    warnings: [
      ...subgroupLater(request.where, request.where === undefined ? undefined : laterBy(frame, request.where)),
      ...warningsOf(request.by, groups, empty, characteristics),
    ],
    tables: [comparisonTable(compared, { id, title, adjusted, letters })],
    figures: several ? differencesFigure(characteristics, title) : [],
  };
}
