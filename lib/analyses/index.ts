import type { Analysis } from './parts/analysis.ts';
import { PLAIN_ANALYSES } from './report/plain-analyses.ts';
import { report } from './report/report.ts';

export type { Analysis, Progress } from './parts/analysis.ts';
export { answerAsked } from './parts/asked.ts';
export { releaseBasis } from './released/released.ts';
export type { ReleaseBasis, ReleasedVariable } from './released/released-parts.ts';
export { planItemFaults } from './report/plan-items.ts';

/** What can be asked: the plain analyses, and the report that is made of it. */
export const ANALYSES: readonly Analysis<unknown>[] = [...PLAIN_ANALYSES, report];
