import type { Analysis } from './analysis.ts';
import { associationScan } from './association-scan.ts';
import { competingRisks } from './competing-risks.ts';
import { cox } from './cox.ts';
import { eligibility } from './eligibility.ts';
import { groupComparison } from './group-comparison.ts';
import { logistic } from './logistic.ts';
import { meta } from './meta.ts';
import { multistate } from './multistate.ts';
import { prediction } from './prediction.ts';
import { subgroups } from './subgroups.ts';
import { survival } from './survival.ts';

export type { Analysis, Progress } from './analysis.ts';
export { answerAsked } from './asked.ts';

/** What can be asked. To add an analysis: its file, and its line here. */
export const ANALYSES: readonly Analysis<unknown>[] = [
  eligibility,
  survival,
  cox,
  logistic,
  groupComparison,
  associationScan,
  competingRisks,
  multistate,
  prediction,
  meta,
  subgroups,
];
