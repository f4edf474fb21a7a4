import { competingRisks } from '../competing-risks/competing-risks.ts';
import { cox } from '../cox/cox.ts';
import { eligibility } from '../description/eligibility.ts';
import { groupComparison } from '../description/group-comparison.ts';
import { tableOne } from '../description/table-one.ts';
import { associationScan } from '../genes/association-scan.ts';
import { oncoprint } from '../genes/oncoprint.ts';
import { logistic } from '../logistic/logistic.ts';
import { meta } from '../meta-analysis/meta.ts';
import { multistate } from '../multistate/multistate.ts';
import type { Analysis } from '../parts/analysis.ts';
import { prediction } from '../prediction/prediction.ts';
import { validate } from '../prediction/validate.ts';
import { subgroups } from '../subgroups/subgroups.ts';
import { survival } from '../survival/survival.ts';

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
