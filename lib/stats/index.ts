export {
  cumulativeIncidence,
  type IncidenceCurve,
  type IncidenceOptions,
  type IncidencePoint,
  incidenceAt,
} from './competing-risks/cumulative-incidence.ts';
export {
  type FineGrayFailure,
  type FineGrayFit,
  type FineGrayOptions,
  type FineGrayRows,
  fineGray,
} from './competing-risks/fine-gray.ts';
export { type FineGrayIntervals, fineGrayIntervals } from './competing-risks/fine-gray-intervals.ts';
export { type GrayResult, type GrayTables, grayTest } from './competing-risks/gray.ts';
export { jackknifeIncidenceError } from './competing-risks/robust-incidence.ts';
export { type CoxOptions, cox } from './cox/cox.ts';
export { type BaselineHazard, baselineHazard, type CoxCurve, coxCurves, linearPredictor } from './cox/cox-curve.ts';
export { type CoxRows, TIES, type Ties } from './cox/cox-design.ts';
export { type FirthCoxFit, type FirthCoxOptions, firthCox } from './cox/cox-firth.ts';
export { type CoxPatients, predictSurvival } from './cox/cox-prediction.ts';
export { type CoxProfile, coxProfile } from './cox/cox-profile.ts';
export { type Proportionality, proportionality, TIME_SCALES, type TimeScale } from './cox/cox-proportionality.ts';
export { type CoxResiduals, coxResiduals } from './cox/cox-residuals.ts';
export type { CoxFailure, CoxFit, CoxMonotone, CoxResult } from './cox/cox-result.ts';
export { robustStandardError } from './cox/robust-curve.ts';
export {
  coxSubgroups,
  logisticSubgroups,
  type SubgroupAnalysis,
  type SubgroupEffect,
  type SubgroupFactor,
} from './cox/subgroups.ts';
export {
  elasticNet,
  type NetFailure,
  type NetOptions,
  type NetOutcome,
  type NetPath,
} from './elastic-net/elastic-net.ts';
export {
  type NetValidation,
  type NetValidationFailure,
  validateElasticNet,
} from './elastic-net/elastic-net-validation.ts';
export type { GeneBits } from './genes/gene-carriers.ts';
export type { LogRankScan } from './genes/gene-log-rank.ts';
export { GENE_OUTCOME, type ModelScan } from './genes/gene-outcome.ts';
export { type FisherScan, geneScan } from './genes/gene-scan.ts';
export type { AdjustedScan, AdjustedScanOptions } from './genes/gene-scan-adjusted.ts';
export type { LogisticScan } from './genes/gene-scan-logistic.ts';
export {
  hazardAt,
  hazardAtTime,
  type Imputation,
  type ImputationColumn,
  type ImputationOptions,
  impute,
} from './imputation/imputation.ts';
export { type CompletedFit, type PooledCoefficient, type PoolOptions, pool } from './imputation/rubin.ts';
export {
  INTERCEPT,
  type LogisticFailure,
  type LogisticFit,
  type LogisticResult,
  type LogisticSeparated,
  logistic,
} from './logistic/logistic.ts';
export type { LogisticRows } from './logistic/logistic-likelihood.ts';
export {
  type FirthLogistic,
  firthLogistic,
  type LogisticProfile,
  logisticProfile,
} from './logistic/logistic-profile.ts';
export {
  eggerTest,
  type MetaAnalysis,
  type MetaCoefficient,
  type MetaFailure,
  type MetaOptions,
  type MetaRegression,
  metaAnalysis,
  metaRegression,
} from './meta-analysis/meta.ts';
export { HETEROGENEITY, type Heterogeneity } from './meta-analysis/meta-heterogeneity.ts';
export {
  type CommonOdds,
  logOddsRatios,
  logRiskRatios,
  mantelHaenszelOdds,
  petoOdds,
} from './meta-analysis/meta-tables.ts';
export type { Absent } from './numeric/absent.ts';
export { ADJUSTMENTS, type Adjustment, adjust } from './numeric/adjust.ts';
export { beta, binomial, fisherF, studentT } from './numeric/beta.ts';
export { type Correlation, kendall, pearson, spearman } from './numeric/correlation.ts';
export { chiSquare, erfc, gamma, logErfc, logGamma, normal, type Test } from './numeric/distributions.ts';
export { inverse, multiply, quadraticForm } from './numeric/linear.ts';
export type { ProfileLimit } from './numeric/profile.ts';
export { type Random, random } from './numeric/random.ts';
export {
  type Moments,
  moments,
  type SampleSummary,
  sampleQuantile,
  sortedSample,
  summarise,
} from './numeric/sample.ts';
export { splineBasis, splineKnots } from './numeric/spline.ts';
export { parallel } from './pieces/parallel.ts';
export type { InPieces } from './pieces/piece-runner.ts';
export {
  bootstrapOptimism,
  type Corrected,
  type Optimism,
  type OptimismOptions,
  type OptimismResult,
} from './prediction/bootstrap-optimism.ts';
export {
  brierScore,
  calibrationSlope,
  type HosmerLemeshow,
  hosmerLemeshow,
  type RiskGroup,
  riskGroups,
} from './prediction/calibration.ts';
export { type CalibrationInTheLarge, hazardInTheLarge, riskInTheLarge } from './prediction/calibration-in-the-large.ts';
export { type Concordance, type ConcordanceOptions, concordance } from './prediction/concordance.ts';
export { type ConcordanceComparison, compareConcordance } from './prediction/concordance-comparison.ts';
export type { ConcordanceSums } from './prediction/concordance-sums.ts';
export { TIME_WEIGHTS, type TimeWeight } from './prediction/concordance-weights.ts';
export { decisionCurve, type NetBenefit, survivalDecisionCurve } from './prediction/decision-curve.ts';
export { giniMeanDifference, nagelkerke } from './prediction/discrimination.ts';
export { type Nomogram, type NomogramAxis, type NomogramOptions, nomogram } from './prediction/nomogram.ts';
export { compareRoc, type Roc, type RocComparison, type RocPoint, rocArea, rocCurve } from './prediction/roc.ts';
export {
  type CalibrationGroup,
  type CalibrationOptions,
  survivalCalibration,
} from './prediction/survival-calibration.ts';
export {
  type BoundedEstimate,
  integratedBrier,
  type TimedAccuracy,
  type TimedOptions,
  type TimedResult,
  timedAccuracy,
} from './prediction/timed-accuracy.ts';
export type { CauseFollowUp, CauseTable } from './survival/cause-table.ts';
export {
  compareQuantiles,
  compareSurvival,
  type QuantileContrast,
  type SurvivalContrast,
} from './survival/curve-contrasts.ts';
export { type Quantile, quantile, type Reached, type SurvivalPoint, survivalAt } from './survival/curve-reading.ts';
export type { EventTable } from './survival/event-table.ts';
export { checkFollowUp, type FollowUp, InvalidFollowUp } from './survival/follow-up.ts';
export {
  type CurveOptions,
  kaplanMeier,
  reverseKaplanMeier,
  type SurvivalCurve,
} from './survival/kaplan-meier.ts';
export { type ExposureRows, type LandmarkRows, landmarkRows, splitAtExposure } from './survival/landmark.ts';
export {
  type LogRankOptions,
  type LogRankPair,
  type LogRankResult,
  type LogRankTables,
  logRank,
} from './survival/log-rank.ts';
export type { LogRankWeight } from './survival/log-rank-sums.ts';
export { type MaxComboOptions, type MaxComboResult, maxCombo } from './survival/max-combo.ts';
export {
  maximallySelected,
  type Selection,
  type SelectionOptions,
  type SelectionResult,
} from './survival/maximally-selected.ts';
export {
  ILLNESS_DEATH,
  illnessDeathStays,
  multistate,
  type Stays,
  type TransitionOptions,
  type TransitionProbabilities,
  type TransitionTable,
} from './survival/multistate.ts';
export { type HazardCurve, type HazardOptions, nelsonAalen } from './survival/nelson-aalen.ts';
export {
  type Contrast,
  compareRestrictedMeans,
  type RestrictedMean,
  type RestrictedMeanOptions,
  type RestrictedMeanResult,
  restrictedMean,
} from './survival/restricted-mean.ts';
export { SURVIVAL_INTERVALS, type SurvivalInterval } from './survival/survival-interval.ts';
export {
  type ChiSquareTable,
  type CrossTable,
  chiSquareTable,
  crossTable,
  type TwoByTwo,
  twoByTwo,
} from './tables/cross-table.ts';
export { type EValue, eValues } from './tables/e-value.ts';
export {
  type FisherOptions,
  type FisherResult,
  fisherBatch,
  fisherExact,
} from './tables/fisher.ts';
export { type FisherTable, fisherTable } from './tables/fisher-rxc.ts';
export { hypergeometric } from './tables/hypergeometric.ts';
export { kruskalWallis } from './tables/kruskal.ts';
export { type MantelHaenszel, mantelHaenszel, mantelHaenszelSums, type Stratum } from './tables/mantel-haenszel.ts';
export { type McNemar, mcNemar } from './tables/paired-proportions.ts';
export { type Proportion, type ProportionInterval, proportion } from './tables/proportion.ts';
export {
  type StandardisedDifference,
  standardisedMeanDifference,
  standardisedShareDifference,
} from './tables/standardised-difference.ts';
export { type FTest, oneWay, pairedTTest, type TTest, tTest } from './tables/t-test.ts';
export { type Trend, trendOfProportions } from './tables/trend.ts';
export { rankSum, signedRank, type WilcoxonTest } from './tables/wilcoxon.ts';
