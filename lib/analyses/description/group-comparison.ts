import * as z from 'zod';
import type { Findings } from '../../result/index.ts';
import type { Analysis } from '../parts/analysis.ts';
import { COMPARISON_CITATIONS, comparisonFindings } from './comparison-findings.ts';
import { COMPARISON } from './comparison-groups.ts';

const GroupComparisonRequest = z
  .strictObject({ analysis: z.literal('group-comparison'), ...COMPARISON })
  .meta({ id: 'GroupComparisonRequest' });
export type GroupComparisonRequest = z.infer<typeof GroupComparisonRequest>;

/** Characteristics of patients by group. Yardstick: wilcox.test, t.test, kruskal.test, oneway.test, chisq.test, fisher.test; tableone. */
export const groupComparison: Analysis<GroupComparisonRequest> = {
  name: 'group-comparison',
  says: 'Characteristics of the patients by group, each compared by the test that fits it and named beside it, with standardised differences.',
  citations: COMPARISON_CITATIONS,
  request: GroupComparisonRequest,

  run: (frame, request, progress): Findings =>
    comparisonFindings(
      frame,
      request,
      { id: 'characteristics', subject: 'Characteristics of the patients', letters: false },
      progress,
    ),
};
