import { printCount, printPrimary, type ResultDocument } from '../../lib/result/index.ts';
import type { Progress } from './progress.ts';
import { alignColumns } from './table.ts';
import type { Posed, Visitor } from './visitor.ts';

/** A report that was asked for. */
export interface AskedReport {
  readonly cohort: string;
  readonly posed: Posed;
}

/** Asks for the whole report of a cohort's plan, and says where it will be. */
export async function askReport(visitor: Visitor, cohort: string, api: string): Promise<AskedReport> {
  const posed = await visitor.pose(cohort, { analysis: 'report' });
  if (posed.path !== undefined) console.log(`\nThe report of ${cohort} is being made:\n${api}${posed.path}.html`);
  return { cohort, posed };
}

/** Waits for it with its progress, and says what came of it: the flow, the primary estimate, and how many analyses it holds. */
export async function awaitReport(
  visitor: Visitor,
  { cohort, posed }: AskedReport,
  progress: Progress,
): Promise<ResultDocument> {
  const document = await visitor.document(posed, (says) => progress.show(`report of ${cohort}: ${says}`));
  progress.done(`report of ${cohort}: made`);
  console.log(`\n${document.cohort.title}\n${summariseReport(document)}`);
  return document;
}

/** Prints a link that opens the page in a browser, and how to have another when its quarter of an hour is over. */
export async function offerReport(visitor: Visitor, { cohort, id }: Opened, api: string): Promise<void> {
  const { url, expires } = await visitor.link(cohort, id);
  console.log(`
The report, until ${new Date(expires).toTimeString().slice(0, 5)}:
${url}
Another link:
curl -s -H "Authorization: Bearer $TOKEN" -d '{"representation":"html"}' ${api}/cohorts/${cohort}/results/${id}/links`);
}

interface Opened {
  readonly cohort: string;
  readonly id: string;
}

/** Who is left after each criterion, the primary estimate, and what was answered. Counts, never a patient. */
function summariseReport({ findings, cohort }: ResultDocument): string {
  const { parts = [], primary = null } = findings.report ?? {};
  const flow = parts
    .find(({ analysis }) => analysis === 'eligibility')
    ?.findings?.tables.find(({ id }) => id === 'flow');
  const steps = (flow?.rows ?? []).map(({ says, no, notRecorded, remaining }) => [
    String(says),
    ...[no, notRecorded, remaining].map((n) => (typeof n === 'number' ? printCount(n) : '')),
  ]);
  const estimate =
    findings.primary === undefined ? [] : [`Primary analysis, ${primary}: ${printPrimary(findings.primary)}`];
  const varied = parts.filter(({ sensitivity }) => sensitivity).length;
  const unanswered = parts.filter(({ refused }) => refused).length;
  return [
    ...(steps.length === 0 ? [] : [alignColumns([['', 'not met', 'not recorded', 'remaining'], ...steps])]),
    `${printCount(findings.counts.used)} of ${printCount(findings.counts.patients)} patients of ${cohort.name} are analysed.`,
    ...estimate,
    `${parts.length - varied} items of the plan and ${varied} sensitivity analyses; ${unanswered} not answered.`,
  ].join('\n');
}
