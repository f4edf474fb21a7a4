export type { Absent } from './absent.ts';
export { ADJUSTMENTS, type Adjustment, adjust } from './adjust.ts';
export { beta, binomial, fisherF, studentT } from './beta.ts';
export {
  bootstrapOptimism,
  type Corrected,
  type Optimism,
  type OptimismOptions,
  type OptimismResult,
} from './bootstrap-optimism.ts';
export {
  brierScore,
  calibrationSlope,
  type HosmerLemeshow,
  hosmerLemeshow,
  type RiskGroup,
  riskGroups,
} from './calibration.ts';
export { type CalibrationInTheLarge, hazardInTheLarge, riskInTheLarge } from './calibration-in-the-large.ts';
export type { CauseFollowUp, CauseTable } from './cause-table.ts';
export { type Concordance, type ConcordanceOptions, concordance } from './concordance.ts';
export { type ConcordanceComparison, compareConcordance } from './concordance-comparison.ts';
export type { ConcordanceSums } from './concordance-sums.ts';
export { TIME_WEIGHTS, type TimeWeight } from './concordance-weights.ts';
export { type Correlation, kendall, pearson, spearman } from './correlation.ts';
export { type CoxOptions, cox } from './cox.ts';
export { type BaselineHazard, baselineHazard, type CoxCurve, coxCurves, linearPredictor } from './cox-curve.ts';
export { type CoxRows, TIES, type Ties } from './cox-design.ts';
export { type FirthCoxFit, type FirthCoxOptions, firthCox } from './cox-firth.ts';
export { type CoxPatients, predictSurvival } from './cox-prediction.ts';
export { type CoxProfile, coxProfile } from './cox-profile.ts';
export { type Proportionality, proportionality, TIME_SCALES, type TimeScale } from './cox-proportionality.ts';
export { type CoxResiduals, coxResiduals } from './cox-residuals.ts';
export type { CoxFailure, CoxFit, CoxMonotone, CoxResult } from './cox-result.ts';
export {
  type ChiSquareTable,
  type CrossTable,
  chiSquareTable,
  crossTable,
  type TwoByTwo,
  twoByTwo,
} from './cross-table.ts';
export {
  cumulativeIncidence,
  type IncidenceCurve,
  type IncidenceOptions,
  type IncidencePoint,
  incidenceAt,
} from './cumulative-incidence.ts';
export { compareQuantiles, compareSurvival, type QuantileContrast, type SurvivalContrast } from './curve-contrasts.ts';
export { type Quantile, quantile, type Reached, type SurvivalPoint, survivalAt } from './curve-reading.ts';
export { decisionCurve, type NetBenefit, survivalDecisionCurve } from './decision-curve.ts';
export { giniMeanDifference, nagelkerke } from './discrimination.ts';
export { chiSquare, erfc, gamma, logErfc, logGamma, normal, type Test } from './distributions.ts';
export { type EValue, eValues } from './e-value.ts';
export { elasticNet, type NetFailure, type NetOptions, type NetOutcome, type NetPath } from './elastic-net.ts';
export { type NetValidation, type NetValidationFailure, validateElasticNet } from './elastic-net-validation.ts';
export type { EventTable } from './event-table.ts';
export {
  type FineGrayFailure,
  type FineGrayFit,
  type FineGrayOptions,
  type FineGrayRows,
  fineGray,
} from './fine-gray.ts';
export { type FineGrayIntervals, fineGrayIntervals } from './fine-gray-intervals.ts';
export {
  type FisherOptions,
  type FisherResult,
  fisherBatch,
  fisherExact,
} from './fisher.ts';
export { type FisherTable, fisherTable } from './fisher-rxc.ts';
export { checkFollowUp, type FollowUp, InvalidFollowUp } from './follow-up.ts';
export type { GeneBits } from './gene-carriers.ts';
export type { LogRankScan } from './gene-log-rank.ts';
export { GENE_OUTCOME, type ModelScan } from './gene-outcome.ts';
export { type FisherScan, geneScan } from './gene-scan.ts';
export type { AdjustedScan, AdjustedScanOptions } from './gene-scan-adjusted.ts';
export type { LogisticScan } from './gene-scan-logistic.ts';
export { type GrayResult, type GrayTables, grayTest } from './gray.ts';
export { hypergeometric } from './hypergeometric.ts';
export {
  hazardAt,
  hazardAtTime,
  type Imputation,
  type ImputationColumn,
  type ImputationOptions,
  impute,
} from './imputation.ts';
export {
  type CurveOptions,
  kaplanMeier,
  reverseKaplanMeier,
  type SurvivalCurve,
} from './kaplan-meier.ts';
export { kruskalWallis } from './kruskal.ts';
export { type ExposureRows, type LandmarkRows, landmarkRows, splitAtExposure } from './landmark.ts';
export { inverse, multiply, quadraticForm } from './linear.ts';
export {
  type LogRankOptions,
  type LogRankPair,
  type LogRankResult,
  type LogRankTables,
  logRank,
} from './log-rank.ts';
export type { LogRankWeight } from './log-rank-sums.ts';
export {
  INTERCEPT,
  type LogisticFailure,
  type LogisticFit,
  type LogisticResult,
  type LogisticSeparated,
  logistic,
} from './logistic.ts';
export type { LogisticRows } from './logistic-likelihood.ts';
export { type FirthLogistic, firthLogistic, type LogisticProfile, logisticProfile } from './logistic-profile.ts';
export { type MantelHaenszel, mantelHaenszel, mantelHaenszelSums, type Stratum } from './mantel-haenszel.ts';
export { type MaxComboOptions, type MaxComboResult, maxCombo } from './max-combo.ts';
export {
  maximallySelected,
  type Selection,
  type SelectionOptions,
  type SelectionResult,
} from './maximally-selected.ts';
export {
  eggerTest,
  type MetaAnalysis,
  type MetaCoefficient,
  type MetaFailure,
  type MetaOptions,
  type MetaRegression,
  metaAnalysis,
  metaRegression,
} from './meta.ts';
export { HETEROGENEITY, type Heterogeneity } from './meta-heterogeneity.ts';
export { type CommonOdds, logOddsRatios, logRiskRatios, mantelHaenszelOdds, petoOdds } from './meta-tables.ts';
export {
  ILLNESS_DEATH,
  illnessDeathStays,
  multistate,
  type Stays,
  type TransitionOptions,
  type TransitionProbabilities,
  type TransitionTable,
} from './multistate.ts';
export { type HazardCurve, type HazardOptions, nelsonAalen } from './nelson-aalen.ts';
export { type Nomogram, type NomogramAxis, type NomogramOptions, nomogram } from './nomogram.ts';
export { type McNemar, mcNemar } from './paired-proportions.ts';
export { parallel } from './parallel.ts';
export type { InPieces } from './piece-runner.ts';
export type { ProfileLimit } from './profile.ts';
export { type Proportion, type ProportionInterval, proportion } from './proportion.ts';
export { type Random, random } from './random.ts';
export {
  type Contrast,
  compareRestrictedMeans,
  type RestrictedMean,
  type RestrictedMeanOptions,
  type RestrictedMeanResult,
  restrictedMean,
} from './restricted-mean.ts';
export { robustStandardError } from './robust-curve.ts';
export { jackknifeIncidenceError } from './robust-incidence.ts';
export { compareRoc, type Roc, type RocComparison, type RocPoint, rocArea, rocCurve } from './roc.ts';
export { type CompletedFit, type PooledCoefficient, type PoolOptions, pool } from './rubin.ts';
export { type Moments, moments, type SampleSummary, sampleQuantile, sortedSample, summarise } from './sample.ts';
export { splineBasis, splineKnots } from './spline.ts';
export {
  type StandardisedDifference,
  standardisedMeanDifference,
  standardisedShareDifference,
} from './standardised-difference.ts';
export {
  coxSubgroups,
  logisticSubgroups,
  type SubgroupAnalysis,
  type SubgroupEffect,
  type SubgroupFactor,
} from './subgroups.ts';
export { type CalibrationGroup, type CalibrationOptions, survivalCalibration } from './survival-calibration.ts';
export { SURVIVAL_INTERVALS, type SurvivalInterval } from './survival-interval.ts';
export { type FTest, oneWay, pairedTTest, type TTest, tTest } from './t-test.ts';
export {
  type BoundedEstimate,
  integratedBrier,
  type TimedAccuracy,
  type TimedOptions,
  type TimedResult,
  timedAccuracy,
} from './timed-accuracy.ts';
export { type Trend, trendOfProportions } from './trend.ts';
export { rankSum, signedRank, type WilcoxonTest } from './wilcoxon.ts';
