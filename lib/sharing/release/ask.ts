/** A control that a release lifts, and why: signed with it, and printed. */
export interface Waiver {
  readonly rule: string;
  readonly says: string;
}

/** How a result is to be shared. */
export interface ReleaseAsk {
  /** A site, or `link` for whoever has it. */
  readonly receiver: string;
  /** After which it isn't shown any more, ISO. */
  readonly until: string;
  readonly waivers: readonly Waiver[];
  /** Whether a log-rank test leaves beside the curves: it counts in the ledger. */
  readonly test: boolean;
}
