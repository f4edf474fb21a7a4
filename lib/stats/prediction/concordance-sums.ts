/** Sums over the pairs of one or several strata. */
export interface ConcordanceSums {
  readonly n: number;
  /** The one with the larger marker has the event first. */
  readonly concordant: number;
  readonly discordant: number;
  readonly tiedMarker: number;
  readonly tiedTime: number;
  readonly tiedBoth: number;
  /** Over clusters, of a row's balance (concordant less discordant pairs) and pairs: sums of squares and products. */
  readonly balanceSquares: number;
  readonly balanceByPairs: number;
  readonly pairSquares: number;
}
