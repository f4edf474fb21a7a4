/**
 * Inverse probability of censoring weights at a horizon: a patient whose event came by then counts 1/G(T-), one who is past it 1/G(horizon), one
 * censored before it nothing. G is Kaplan-Meier's estimate of being uncensored; at a tied time events come before censorings. Where patients come under
 * observation late, see `observationWeights`.
 */
export interface CensoringWeights {
  readonly weights: Float64Array;
  /** By row: `case` has the event of interest by the horizon, `other` another one, `past` is event-free then, `lost` is censored before it, or comes under observation only after it. */
  readonly state: readonly ('case' | 'other' | 'past' | 'lost')[];
  /**
   * For sums over rows of a weight times `values`: by row, the change of the sum through that row's part in the estimate of G (n times its
   * derivative). Source: Gerds & Schumacher, Biom J 2006;48:1029; Blanche et al, Stat Med 2013;32:5381. O(n).
   */
  influence(values: Float64Array): Float64Array;
}
