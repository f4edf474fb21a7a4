/** Whether a count singles a few out: nobody doesn't, nor do k and more. */
export function isSmall(count: number, k: number): boolean {
  return count > 0 && count < k;
}

/** Whether a count does, or what it leaves of a total that is told beside it. */
export function isSmallOf(count: number, total: number, k: number): boolean {
  return isSmall(count, k) || isSmall(total - count, k);
}

/**
 * Whether count, sum and sum of squares of numbers are counts of few: few have another value than the commonest, which the sum tells as a truth that is
 * written as a number; or there are three values at most, for which the three solve, and few have one of them.
 */
export function tellsOfFew(values: Float64Array, k: number): boolean {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const most = [...counts.values()].reduce((largest, count) => Math.max(largest, count), 0); // as arguments a million would be too many
  return (
    isSmall(values.length - most, k) || (counts.size <= 3 && [...counts.values()].some((count) => isSmall(count, k)))
  );
}
