/** Times and events of the patients of one analysis, none missing. */
export interface FollowUp {
  /** From the origin to the event or the last contact, in any unit, at least 0. */
  readonly time: Float64Array;
  /** 1 where the time ends in the event, 0 where it is censored. */
  readonly event: Uint8Array;
  /** Where a patient comes under observation only after the origin (delayed entry): at risk after `entry`, until `time`. */
  readonly entry?: Float64Array;
}

export type FollowUpFault =
  | 'invalid-time'
  | 'invalid-event'
  | 'invalid-interval'
  | 'invalid-group'
  | 'invalid-covariate'
  | 'invalid-weight'
  | 'unequal-lengths';

/** Rows that no estimator can take: the caller's to leave out or report, since only the caller knows whose they are. */
export class InvalidFollowUp extends RangeError {
  readonly code: FollowUpFault;
  /** 0-based. */
  readonly row: number;

  constructor(code: FollowUpFault, row: number) {
    super(`${code} in row ${row}`);
    this.name = 'InvalidFollowUp';
    this.code = code;
    this.row = row;
  }
}

/**
 * Throws {@link InvalidFollowUp} for the first row whose time is negative or not finite, whose event is unknown, or whose entry isn't before its time.
 * O(n).
 */
export function checkFollowUp({ time, event, entry }: FollowUp): void {
  const n = time.length;
  if (event.length !== n || (entry !== undefined && entry.length !== n)) {
    throw new InvalidFollowUp('unequal-lengths', Math.min(n, event.length, entry?.length ?? n));
  }
  for (let i = 0; i < n; i++) {
    const t = time[i]!;
    if (!(t >= 0 && t < Number.POSITIVE_INFINITY)) throw new InvalidFollowUp('invalid-time', i);
    if (event[i]! > 1) throw new InvalidFollowUp('invalid-event', i);
  }
  if (entry === undefined) return;
  for (let i = 0; i < n; i++) if (!(entry[i]! < time[i]!)) throw new InvalidFollowUp('invalid-interval', i);
}

/** Throws {@link InvalidFollowUp} unless there are `n` codes from 0 to `groups` - 1: one that is missing would be counted nowhere. */
export function checkCodes(codes: Int32Array, n: number, groups: number): void {
  checkLength(codes, n);
  for (let i = 0; i < n; i++)
    if (!(codes[i]! >= 0 && codes[i]! < groups)) throw new InvalidFollowUp('invalid-group', i);
}

/** Throws {@link InvalidFollowUp} unless a column has `n` rows. */
export function checkLength(column: { readonly length: number }, n: number): void {
  if (column.length !== n) throw new InvalidFollowUp('unequal-lengths', Math.min(n, column.length));
}

/** Throws {@link InvalidFollowUp} unless there are `n` finite weights of at least 0. */
export function checkWeights(weights: Float64Array, n: number): void {
  checkLength(weights, n);
  for (let i = 0; i < n; i++) {
    if (!(weights[i]! >= 0 && weights[i]! < Number.POSITIVE_INFINITY)) throw new InvalidFollowUp('invalid-weight', i);
  }
}
