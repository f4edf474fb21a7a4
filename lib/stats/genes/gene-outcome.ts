/** What a scan counts of every gene; one element a gene. */
export interface ScanCounts {
  /** Patients of the scan whom the gene's sequencing covers. */
  readonly covered: Int32Array;
  readonly carriers: Int32Array;
  /** Those with the event, or with the outcome. */
  readonly carrierEvents: Int32Array;
}

/** Nobody counted yet. */
export function emptyCounts(genes: number): ScanCounts {
  return {
    covered: new Int32Array(genes),
    carriers: new Int32Array(genes),
    carrierEvents: new Int32Array(genes),
  };
}

/** What a gene's model came to, as a number in {@link ModelScan.outcome}. A ratio is the hazard's (Cox) or the odds' (logistic). */
export const GENE_OUTCOME = {
  estimated: 0,
  /** The likelihood rises without end as the ratio goes to 0. Cox: no event while anyone at risk is a non-carrier falls on a carrier. */
  decreasing: 1,
  /** As the ratio goes to infinity. Cox: every event while a carrier is at risk falls on a carrier. */
  increasing: 2,
  noInformation: 3,
  /** The covariates determine the gene. */
  collinear: 4,
  /** The covariates alone have no estimate. */
  noCovariateModel: 5,
  /** No maximum was found: the gene may be monotone together with covariates. */
  notConverged: 6,
} as const;

/** A model's estimate and tests for every gene. */
export interface ModelScan extends ScanCounts {
  readonly outcome: Uint8Array;
  /** Minus or plus infinity where monotone; NaN without information. */
  readonly coefficient: Float64Array;
  /** NaN, as `wald` and `p`, unless estimated. */
  readonly standardError: Float64Array;
  readonly wald: Float64Array;
  /** Of the Wald test. */
  readonly p: Float64Array;
  readonly score: Float64Array;
  readonly scoreP: Float64Array;
  /** At the limit where monotone. */
  readonly likelihoodRatio: Float64Array;
  readonly likelihoodRatioP: Float64Array;
}

/** A scan of models in which nothing is estimated yet: NaN wherever a figure will stand. */
export function emptyModels(genes: number): ModelScan {
  const column = () => new Float64Array(genes).fill(Number.NaN);
  return {
    ...emptyCounts(genes),
    outcome: new Uint8Array(genes),
    coefficient: column(),
    standardError: column(),
    wald: column(),
    p: column(),
    score: column(),
    scoreP: column(),
    likelihoodRatio: column(),
    likelihoodRatioP: column(),
  };
}
