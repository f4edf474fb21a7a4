/**
 * Why a figure isn't there, where others beside it may be. A text, so that no arithmetic takes it and no caller overlooks it.
 * - `not reached`: the curve doesn't come down so far
 * - `undefined`: the interval's scale has no value there, or a cell of 0 leaves none
 * - `not followed`: the likelihood's profile leaves the doubles before it has fallen so far
 */
export type Absent = 'not reached' | 'undefined' | 'not followed';

/** The number, or `why` where it is NaN. */
export function numberOr<Why extends Absent>(value: number, why: Why): number | Why {
  return Number.isNaN(value) ? why : value;
}
