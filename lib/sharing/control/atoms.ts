/** Patients whose sums were sent once: opaque keys. */
export type SentSet = ReadonlySet<string>;

/**
 * Sizes of the pieces into which sets divide their union: patients who lie in the same sets are one piece. Whoever holds a sum over each set
 * can combine them linearly to a sum over a piece, and to nothing smaller. O(patients x sets).
 */
export function atomsOf(sets: readonly SentSet[]): number[] {
  const pieces = new Map<string, number>();
  const patients = new Set(sets.flatMap((set) => [...set]));
  for (const patient of patients) {
    const within = sets.map((set) => (set.has(patient) ? '1' : '0')).join('');
    pieces.set(within, (pieces.get(within) ?? 0) + 1);
  }
  return [...pieces.values()];
}

/** How many pieces are smaller than k: none may be, or a difference of what was sent would be of fewer patients than k. */
export function smallAtoms(sets: readonly SentSet[], k: number): number {
  return atomsOf(sets).filter((size) => size < k).length;
}
