/** Sums of one sample about a shift, from which mean and variance follow without loss by an offset. */
export interface Moments {
  readonly n: number;
  readonly missing: number;
  readonly mean: number;
  /** Sum of squared deviations from the mean. */
  readonly squares: number;
}

/**
 * Mean and standard deviation. Class: additive, any split of the rows. NaN is missing.
 * Source: merging, Chan, Golub & LeVeque, Am Stat 1983;37:242. Yardsticks: R's mean, sd. O(n).
 */
export const moments = {
  accumulate(values: Float64Array): Moments {
    let n = 0;
    let mean = 0;
    let squares = 0;
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (Number.isNaN(value)) continue;
      n++;
      const step = value - mean;
      mean += step / n;
      squares += step * (value - mean);
    }
    return { n, missing: values.length - n, mean, squares };
  },

  merge(a: Moments, b: Moments): Moments {
    const n = a.n + b.n;
    const missing = a.missing + b.missing;
    if (n === 0) return { n, missing, mean: 0, squares: 0 };
    const step = b.mean - a.mean;
    return {
      n,
      missing,
      mean: a.mean + (step * b.n) / n,
      squares: a.squares + b.squares + ((step * a.n) / n) * b.n * step,
    };
  },

  /** Mean and, of two values or more, the standard deviation; undefined where there are too few. */
  solve({ n, missing, mean, squares }: Moments) {
    return {
      n,
      missing,
      mean: n > 0 ? mean : undefined,
      standardDeviation: n > 1 ? Math.sqrt(squares / (n - 1)) : undefined,
    };
  },
};

/** Sample variance of the moments. */
export function varianceOf({ n, squares }: Moments): number {
  return squares / (n - 1);
}

/** The values that aren't missing, in ascending order. Yardstick: R's sort, which drops NA. O(n log n). */
export function sortedSample(values: Float64Array): Float64Array {
  return values.filter((value) => !Number.isNaN(value)).sort();
}

/** Quantile of an ascending sample, linear between order statistics. Yardstick: stats::quantile, type 7 (R's default). O(1) of a sorted sample. */
export function sampleQuantile(sorted: Float64Array, probability: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = (sorted.length - 1) * probability;
  const near = at + 4 * Number.EPSILON; // R's fuzz: a place that rounding moved below a whole one is that one
  const low = Math.min(sorted.length - 1, Math.floor(near));
  const share = Math.abs(at - low) < 4 * Number.EPSILON ? 0 : at - low;
  return share === 0
    ? sorted[low]!
    : (1 - share) * sorted[low]! + share * sorted[Math.min(low + 1, sorted.length - 1)]!;
}

/** What a table of patients' characteristics shows of a numeric column in a group. */
export interface SampleSummary {
  readonly n: number;
  readonly missing: number;
  readonly mean: number;
  /** Absent of one value. */
  readonly standardDeviation?: number;
  readonly median: number;
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
  readonly least: number;
  readonly most: number;
}

/** Summary of a sample, NaN being missing; undefined where nothing is left. Quartiles of type 7. Yardsticks: mean, sd, quantile. O(n log n). */
export function summarise(values: Float64Array): SampleSummary | undefined {
  const sorted = sortedSample(values);
  if (sorted.length === 0) return undefined;
  const sums = moments.accumulate(sorted);
  return {
    n: sums.n,
    missing: values.length - sums.n,
    mean: sums.mean,
    ...(sums.n > 1 ? { standardDeviation: Math.sqrt(varianceOf(sums)) } : {}),
    median: sampleQuantile(sorted, 0.5),
    lowerQuartile: sampleQuantile(sorted, 0.25),
    upperQuartile: sampleQuantile(sorted, 0.75),
    least: sorted[0]!,
    most: sorted.at(-1)!,
  };
}
