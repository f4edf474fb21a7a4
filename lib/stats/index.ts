export { ADJUSTMENTS, type Adjustment, adjust } from './adjust.ts';
export { beta, binomial, fisherF, studentT } from './beta.ts';
export {
  type CoxFailure,
  type CoxFit,
  type CoxMonotone,
  type CoxResult,
  cox,
} from './cox.ts';
export type { CoxRows } from './cox-design.ts';
export { chiSquare, erfc, gamma, logErfc, logGamma, normal, type Test } from './distributions.ts';
export type { EventTable } from './event-table.ts';
export {
  type FisherOptions,
  type FisherResult,
  fisherBatch,
  fisherExact,
} from './fisher.ts';
export { checkFollowUp, type FollowUp, InvalidFollowUp } from './follow-up.ts';
export type { GeneBits } from './gene-carriers.ts';
export { type CoxScan, type FisherScan, GENE_OUTCOME, geneScan, type LogRankScan } from './gene-scan.ts';
export { hypergeometric } from './hypergeometric.ts';
export {
  type CurveOptions,
  kaplanMeier,
  type Quantile,
  quantile,
  reverseKaplanMeier,
  type SurvivalCurve,
  type SurvivalPoint,
  survivalAt,
} from './kaplan-meier.ts';
export { type LogRankResult, type LogRankTables, logRank } from './log-rank.ts';
export { SURVIVAL_INTERVALS, type SurvivalInterval } from './survival-interval.ts';
