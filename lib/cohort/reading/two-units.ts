/** Values fewer than these say nothing of units. */
const LEAST_VALUES = 10;

/** So few values lie apart from the others by chance where the gap is not wide. */
const FEW = 3;

/** Orders of magnitude by which units of one measure differ. */
const FACTORS = [10, 100, 1000];

/** A group of values that may be in another unit. */
export interface OtherUnit {
  readonly factor: number;
  /** Places of the values in the smaller group. */
  readonly at: readonly number[];
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

/**
 * Whether positive numbers lie in two groups whose medians are ten, a hundred or a thousand times apart, with nothing between: as when some
 * sizes are in millimetres and others in centimetres. A measure that itself spans decades, such as a tumour marker, makes no such groups.
 */
export function twoUnits(values: Float64Array): OtherUnit | undefined {
  const placed = Array.from(values, (value, at) => ({ value, at })).filter(
    ({ value }) => Number.isFinite(value) && value > 0,
  );
  if (placed.length < LEAST_VALUES) return undefined;
  placed.sort((a, b) => a.value - b.value);
  let gap = 1;
  for (let i = 2; i < placed.length; i += 1)
    if (placed[i]!.value / placed[i - 1]!.value > placed[gap]!.value / placed[gap - 1]!.value) gap = i;
  const [low, high] = [placed.slice(0, gap), placed.slice(gap)];
  const [small, large] = low.length < high.length ? [low, high] : [high, low];
  if (small.length < 2 || small.length * 50 < placed.length) return undefined;
  const numbers = (group: typeof placed): number[] => group.map(({ value }) => value);
  const [lows, highs] = [numbers(low), numbers(high)];
  const spread = quantile(numbers(large), 0.95) / quantile(numbers(large), 0.05);
  const nothingBetween = highs[0]! / lows.at(-1)! >= (small.length < FEW ? 2 : 1.5);
  if (!nothingBetween || spread > 12) return undefined;
  const ratio = quantile(highs, 0.5) / quantile(lows, 0.5);
  const factor = FACTORS.find((each) => ratio > each * 0.6 && ratio < each * 1.7);
  return factor === undefined ? undefined : { factor, at: small.map(({ at }) => at).sort((a, b) => a - b) };
}
