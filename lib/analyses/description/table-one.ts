import * as z from 'zod';
import type { Findings } from '../../result/index.ts';
import type { Analysis } from '../parts/analysis.ts';
import { COMPARISON_CITATIONS, comparisonFindings } from './comparison-findings.ts';
import { COMPARISON } from './comparison-groups.ts';

const TableOneRequest = z
  .strictObject({ analysis: z.literal('table-one'), ...COMPARISON })
  .meta({ id: 'TableOneRequest' });
export type TableOneRequest = z.infer<typeof TableOneRequest>;

/** A paper's first table as it is printed: each test a letter that a footnote explains. Yardstick as `group-comparison`'s. */
export const tableOne: Analysis<TableOneRequest> = {
  name: 'table-one',
  says: "A paper's table of the patients, whole or by group: counts, quartiles, tests in footnotes, standardised differences, missing values.",
  citations: COMPARISON_CITATIONS,
  request: TableOneRequest,

  run: (frame, request, progress): Findings =>
    comparisonFindings(frame, request, { id: 'table-one', subject: 'The patients', letters: true }, progress),
};
