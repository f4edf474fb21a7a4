import type { Analysis } from './analysis.ts';
import { associationScan } from './association-scan.ts';
import { competingRisks } from './competing-risks.ts';
import { cox } from './cox.ts';
import { eligibility } from './eligibility.ts';
import { groupComparison } from './group-comparison.ts';
import { logistic } from './logistic.ts';
import { meta } from './meta.ts';
import { multistate } from './multistate.ts';
import { oncoprint } from './oncoprint.ts';
import { prediction } from './prediction.ts';
import { subgroups } from './subgroups.ts';
import { survival } from './survival.ts';
import { tableOne } from './table-one.ts';
import { validate } from './validate.ts';

/** What can be asked, and be an item of a plan. To add an analysis: its file, and its line here. */
export const PLAIN_ANALYSES: readonly Analysis<unknown>[] = [
  eligibility,
  survival,
  cox,
  logistic,
  groupComparison,
  tableOne,
  associationScan,
  oncoprint,
  competingRisks,
  multistate,
  prediction,
  validate,
  meta,
  subgroups,
];
