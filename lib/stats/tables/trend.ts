import { chiSquareTest, type Test } from '../numeric/distributions.ts';

/** `one class`: all or none have the event. `constant`: fewer than two scores have patients. */
export type Trend =
  | {
      readonly ok: true;
      readonly test: Test /** Standardised; positive where the share rises with the score. */;
      readonly z: number;
    }
  | { readonly ok: false; readonly problem: 'one class' | 'constant' };

/**
 * Cochran-Armitage test of a trend of proportions over ordered groups, `events[i]` of `sizes[i]`, at `scores[i]` (default 1, 2, ...).
 * Class: additive in events and sizes. Source: Cochran 1954; Armitage 1955. Yardstick: stats::prop.trend.test. O(groups).
 */
export function trendOfProportions(events: Float64Array, sizes: Float64Array, scores?: Float64Array): Trend {
  const at = scores ?? Float64Array.from(sizes, (_, i) => i + 1);
  if (events.length !== sizes.length || at.length !== sizes.length)
    throw new RangeError('events, sizes and scores differ in length');
  let n = 0;
  let all = 0;
  let mean = 0;
  sizes.forEach((size, i) => {
    if (!(events[i]! >= 0 && events[i]! <= size)) throw new RangeError(`${events[i]} of ${size} is no proportion`);
    n += size;
    all += events[i]!;
    mean += size * at[i]!;
  });
  if (all === 0 || all === n) return { ok: false, problem: 'one class' };
  mean /= n;
  let covariance = 0;
  let spread = 0;
  sizes.forEach((size, i) => {
    covariance += events[i]! * (at[i]! - mean);
    spread += size * (at[i]! - mean) ** 2;
  });
  if (spread === 0) return { ok: false, problem: 'constant' };
  const share = all / n;
  const z = covariance / Math.sqrt(spread * share * (1 - share));
  return { ok: true, test: chiSquareTest(z ** 2, 1), z };
}
