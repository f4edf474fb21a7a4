import { type Counts, cellBounds, type Held } from './cell-bounds.ts';
import { isSmall } from './small.ts';

/** A table as it may be shown with its margins: null stands where a cell is held back. */
export type ShownTable = readonly (readonly (number | null)[])[];

/** Whether what is shown leaves every small cell an interval that reaches k and is at least k - 1 wide. */
function holds(counts: Counts, held: Held, k: number): boolean {
  return cellBounds(counts, held).every(
    ({ row, column, low, high }) => !isSmall(counts[row]![column]!, k) || (high >= k && high - low >= k - 1),
  );
}

/** Holds back a partner, the smallest, in every row and column of which one cell alone is held back: its margin would give it away. */
function withPartners(counts: Counts, held: boolean[][]): boolean[][] {
  const lines = [
    ...counts.map((row, i) => row.map((_, j) => [i, j] as const)),
    ...(counts[0] ?? []).map((_, j) => counts.map((_, i) => [i, j] as const)),
  ];
  for (let changed = true; changed; ) {
    changed = false;
    for (const line of lines) {
      if (line.filter(([i, j]) => held[i]![j]).length !== 1) continue;
      const free = line.filter(([i, j]) => !held[i]![j]);
      const filled = free.filter(([i, j]) => counts[i]![j]! > 0);
      const [partner] = (filled.length > 0 ? filled : free).sort(([a, b], [c, d]) => counts[a]![b]! - counts[c]![d]!);
      if (partner === undefined) continue;
      held[partner[0]]![partner[1]] = true;
      changed = true;
    }
  }
  return held;
}

/**
 * A table as it may be shown beside its margins: small cells (above 0, below k) are held back with partners, and more until an audit of the
 * intervals that remain possible passes. Undefined where the whole table, its margins too, is withheld: a 2 x 2 table with a small cell, and
 * one that no suppression short of everything makes safe.
 */
export function suppressed(counts: Counts, k: number): ShownTable | undefined {
  const small = counts.map((row) => row.map((count) => isSmall(count, k)));
  if (!small.some((row) => row.includes(true))) return counts.map((row) => [...row]);
  if (counts.length <= 2 && (counts[0]?.length ?? 0) <= 2) return undefined;
  const held = withPartners(counts, small);
  while (!holds(counts, held, k)) {
    const free = held.flatMap((row, i) => row.flatMap((hidden, j) => (hidden ? [] : [[i, j] as const])));
    const [next] = free.sort(([a, b], [c, d]) => counts[a]![b]! - counts[c]![d]!);
    if (next === undefined) return undefined;
    held[next[0]]![next[1]] = true;
    withPartners(counts, held);
  }
  return counts.map((row, i) => row.map((count, j) => (held[i]![j] ? null : count)));
}
