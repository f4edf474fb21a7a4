/** Marks that turn the direction of what follows, numbers among it; letters of any script turn by themselves. */
export const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A text of others as one line in which everything stands where it is read: an expression can't be made to look like another one. */
export function plainLine(text: string): string {
  return text
    .toWellFormed()
    .replace(TURNING, '\ufffd')
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
