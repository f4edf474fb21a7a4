import { sampleQuantile, sortedSample } from './sample.ts';

/** How far the outermost knots are from the ends, as a share of the sample. */
const outerShare = (knots: number) => (knots === 3 ? 0.1 : knots > 6 ? 0.025 : 0.05);
/** In a smaller sample the outermost knots are its fifth smallest and fifth largest values. */
const SMALL_SAMPLE = 100;
const FIFTH = 4;

/**
 * Knots of a restricted cubic spline at quantiles of a covariate, ascending; NaN is missing. Fewer than asked for where quantiles are equal.
 * Source: Harrell, Regression Modeling Strategies, 2.4.6. Yardstick: Hmisc::rcspline.eval(knots.only = TRUE). O(n log n).
 */
export function splineKnots(values: Float64Array, knots = 5): number[] {
  if (knots < 3) throw new RangeError('a restricted cubic spline has at least three knots');
  const sorted = sortedSample(values);
  const outer = outerShare(knots);
  const found = Array.from({ length: knots }, (_, k) =>
    sampleQuantile(sorted, outer + ((1 - 2 * outer) * k) / (knots - 1)),
  );
  if (sorted.length < SMALL_SAMPLE) {
    found[0] = sorted[Math.min(FIFTH, sorted.length - 1)]!;
    found[knots - 1] = sorted[Math.max(0, sorted.length - 1 - FIFTH)]!;
  }
  return [...new Set(found)].sort((a, b) => a - b);
}

/**
 * Columns of a restricted cubic spline: the covariate itself, and a column for each knot but the last two; linear beyond the outermost knots. The
 * columns are divided by the square of the knots' range, so that their coefficients are of one size. O(n knots).
 * Source: Stone & Koo 1985. Yardstick: Hmisc::rcspline.eval(inclx = TRUE, norm = 2).
 */
export function splineBasis(values: Float64Array, knots: readonly number[]): Float64Array[] {
  const last = knots.length - 1;
  if (last < 2) throw new RangeError('a restricted cubic spline has at least three knots');
  const scale = (knots[last]! - knots[0]!) ** 2;
  const cube = (x: number, knot: number) => (x > knot ? (x - knot) ** 3 / scale : 0);
  const [inner, outer] = [knots[last - 1]!, knots[last]!];
  const columns = knots
    .slice(0, -2)
    .map((knot) =>
      values.map(
        (x) => cube(x, knot) + ((inner - knot) * cube(x, outer) - (outer - knot) * cube(x, inner)) / (outer - inner),
      ),
    );
  return [values.slice(), ...columns];
}
