import type { Analysis } from './analysis.ts';
import { PLAIN_ANALYSES } from './registry.ts';
import { report } from './report.ts';

export type { Analysis, Progress } from './analysis.ts';
export { answerAsked } from './asked.ts';
export { planItemFaults } from './plan-items.ts';
export { releaseBasis } from './released.ts';
export type { ReleaseBasis, ReleasedVariable } from './released-parts.ts';

/** What can be asked: the registry, and the report that is made of it. */
export const ANALYSES: readonly Analysis<unknown>[] = [...PLAIN_ANALYSES, report];
