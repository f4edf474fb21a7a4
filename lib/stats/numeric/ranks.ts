/** Ranks of values from 1, ties sharing their mean, and the sizes of the ties (1 where alone) in ascending order of value. */
export interface Ranks {
  readonly ranks: Float64Array;
  readonly ties: readonly number[];
  /** Sum of t^3 - t over ties. */
  readonly tieSum: number;
}

/** O(n log n). */
export function rank(values: Float64Array): Ranks {
  const n = values.length;
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(n);
  const ties: number[] = [];
  let tieSum = 0;
  for (let i = 0; i < n; ) {
    let j = i;
    while (j < n && values[order[j]!] === values[order[i]!]) j++;
    for (let k = i; k < j; k++) ranks[order[k]!] = (i + j + 1) / 2;
    const size = j - i;
    ties.push(size);
    tieSum += size ** 3 - size;
    i = j;
  }
  return { ranks, ties, tieSum };
}
