import * as z from 'zod';
import { SignetError } from '../../base/index.ts';
import { type CohortFrame, planDigest } from '../../cohort/index.ts';
import type { Findings, ReportPart } from '../../result/index.ts';
import type { Analysis } from '../parts/analysis.ts';
import { checklistsOf } from './checklists.ts';
import { PLAIN_ANALYSES } from './plain-analyses.ts';
import { besideTables } from './report-beside.ts';
import { makeParts, plannedParts } from './report-parts.ts';
import { contentsTable, sensitivityTable, unansweredTable } from './report-tables.ts';
import { reportMethod } from './report-words.ts';

const ReportRequest = z
  .strictObject({
    analysis: z.literal('report'),
    items: z
      .array(z.string().min(1).max(200))
      .min(1)
      .max(200)
      .optional()
      .meta({ description: 'Items of the plan that are wanted; all of them without it' }),
  })
  .meta({ id: 'ReportRequest' });
type ReportRequest = z.infer<typeof ReportRequest>;

function planOf({ definition }: CohortFrame, items: readonly string[] | undefined) {
  const { plan } = definition;
  if (!plan || plan.items.length === 0)
    throw new SignetError('no-plan', 'The definition of the cohort has no plan of analyses', {
      place: { pointer: '/analysis' },
      remedy: 'Write the analyses under plan.items of the definition; each is a request of the API with an id.',
    });
  const ids = plan.items.map(({ id }) => id);
  items?.forEach((item, i) => {
    if (!ids.includes(item))
      throw new SignetError('unknown-item', `The plan has no item ${item}`, {
        place: { pointer: `/items/${i}`, value: item },
        remedy: `Its items are ${ids.join(', ')}.`,
      });
  });
  return plan;
}

function countsOf(frame: CohortFrame, parts: readonly ReportPart[], primary: string | undefined): Findings['counts'] {
  const { eligible } = frame.eligibility();
  const main = parts.find(({ id }) => id === primary)?.findings;
  const left = frame.rows - eligible.length;
  return {
    patients: frame.rows,
    used: eligible.length,
    events: main?.counts.events ?? null,
    excluded: left === 0 ? [] : [{ reason: 'not eligible', columns: [], patients: left }],
  };
}

/**
 * The whole analysis plan of a definition as one document: every item in its order, each again under the sensitivities that name it, the
 * table of the primary estimate over all of them, and the checklists. An item that the data don't allow says so in its place.
 * Throws `no-plan`, `unknown-item`.
 */
export const report: Analysis<ReportRequest> = {
  name: 'report',
  says: "The whole report: every analysis of the definition's plan with its sensitivities, methods in words and checklists.",
  citations: [...new Set(PLAIN_ANALYSES.flatMap(({ citations }) => citations))],
  request: ReportRequest,
  async run(frame, { items }, progress) {
    const plan = planOf(frame, items);
    const parts = await makeParts(frame, plannedParts(plan, items), PLAIN_ANALYSES, progress);
    const primary = plan.primary;
    const imputes = (name: string) => plan.sensitivities[name]?.impute !== undefined;
    const tables = [
      sensitivityTable(parts, primary),
      ...besideTables(parts, primary, imputes),
      unansweredTable(parts),
      contentsTable(parts),
    ];
    const cited = new Set(parts.flatMap(({ findings }) => findings?.citations ?? []));
    const main = parts.find(({ id }) => id === primary)?.findings?.primary;
    return {
      title: `Report: ${frame.title}`,
      method: reportMethod(frame, parts),
      citations: [...cited],
      counts: countsOf(frame, parts, primary),
      ...(main && { primary: main }),
      assumptions: [],
      warnings: [],
      tables: tables.filter((table) => table !== undefined),
      figures: [],
      report: {
        plan: planDigest(frame.definition),
        primary: primary ?? null,
        about: { ...frame.definition.about },
        parts,
        checklists: checklistsOf(parts),
      },
    };
  },
};
