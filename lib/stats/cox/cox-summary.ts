/** What one stratum, or several merged, say at given coefficients; in the covariates' own units. */
export interface CoxSummary {
  readonly n: number;
  /** Rows of weight 0, no part of `n`. */
  readonly dropped: number;
  readonly events: number;
  /** By covariate, sum of absolute deviations from the stratum's mean. */
  readonly spread: Float64Array;
  /** Not finite where exp of the linear predictor leaves the doubles. */
  readonly logLikelihood: number;
  readonly score: Float64Array;
  /** Row-major. */
  readonly information: Float64Array;
}
