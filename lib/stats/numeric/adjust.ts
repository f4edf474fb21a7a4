/** The six adjustments of `p.adjust` that control an error over a family of tests. */
export type Adjustment = 'bonferroni' | 'holm' | 'hochberg' | 'hommel' | 'benjamini-hochberg' | 'benjamini-yekutieli';

/** Ascending, `m` values in; adjusted in the same order out. */
type Adjust = (sorted: Float64Array) => Float64Array;

/** From the largest down, an adjusted value is at most the one above it. */
function stepUp(sorted: Float64Array, factor: (rank: number) => number): Float64Array {
  const adjusted = new Float64Array(sorted.length);
  let least = 1;
  for (let i = sorted.length - 1; i >= 0; i--) {
    least = Math.min(least, factor(i + 1) * sorted[i]!);
    adjusted[i] = least;
  }
  return adjusted;
}

/** From the smallest up, an adjusted value is at least the one below it. */
function stepDown(sorted: Float64Array, factor: (rank: number) => number): Float64Array {
  const adjusted = new Float64Array(sorted.length);
  let most = 0;
  for (let i = 0; i < sorted.length; i++) {
    most = Math.max(most, Math.min(1, factor(i + 1) * sorted[i]!));
    adjusted[i] = most;
  }
  return adjusted;
}

/** Hommel, Biometrika 1988;75:383, by the algorithm of Wright, Biometrics 1992;48:1005. */
function hommel(sorted: Float64Array): Float64Array {
  const m = sorted.length;
  const adjusted = new Float64Array(m);
  let simes = Number.POSITIVE_INFINITY;
  for (let i = 0; i < m; i++) simes = Math.min(simes, (m * sorted[i]!) / (i + 1));
  adjusted.fill(simes);
  const within = new Float64Array(m).fill(simes);
  for (let size = m - 1; size >= 2; size--) {
    const low = m - size + 1; // the smallest that belong to no subset of this size's upper part
    let least = Number.POSITIVE_INFINITY;
    for (let i = low; i < m; i++) least = Math.min(least, (size * sorted[i]!) / (i - low + 2));
    for (let i = 0; i < low; i++) within[i] = Math.min(size * sorted[i]!, least);
    for (let i = low; i < m; i++) within[i] = within[low - 1]!;
    for (let i = 0; i < m; i++) adjusted[i] = Math.max(adjusted[i]!, within[i]!);
  }
  for (let i = 0; i < m; i++) adjusted[i] = Math.min(1, Math.max(adjusted[i]!, sorted[i]!));
  return adjusted;
}

const BY: Readonly<Record<Adjustment, Adjust>> = {
  bonferroni: (sorted) => sorted.map((p) => Math.min(1, p * sorted.length)),
  holm: (sorted) => stepDown(sorted, (rank) => sorted.length - rank + 1),
  hochberg: (sorted) => stepUp(sorted, (rank) => sorted.length - rank + 1),
  hommel,
  'benjamini-hochberg': (sorted) => stepUp(sorted, (rank) => sorted.length / rank),
  'benjamini-yekutieli': (sorted) => {
    let harmonic = 0;
    for (let i = 1; i <= sorted.length; i++) harmonic += 1 / i;
    return stepUp(sorted, (rank) => (harmonic * sorted.length) / rank);
  },
};

/** The adjustments by name, in the order they are usually listed. */
export const ADJUSTMENTS = Object.keys(BY) as readonly Adjustment[];

/**
 * p values adjusted for their family, in the order given. NaN marks a test that wasn't made: it stays NaN and isn't counted in the family.
 * Yardstick: stats::p.adjust. O(m log m) of m p values, Hommel O(m²).
 */
export function adjust(p: Float64Array, method: Adjustment): Float64Array {
  const made = [...p.keys()].filter((i) => !Number.isNaN(p[i]!)).sort((a, b) => p[a]! - p[b]!);
  const adjusted = BY[method](Float64Array.from(made, (i) => p[i]!));
  const out = new Float64Array(p.length).fill(Number.NaN);
  made.forEach((i, rank) => {
    out[i] = adjusted[rank]!;
  });
  return out;
}
