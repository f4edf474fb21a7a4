import { studentT } from '../numeric/beta.ts';

/** One model's estimates on one completed data set. */
export interface CompletedFit {
  readonly coefficients: readonly number[];
  readonly standardErrors: readonly number[];
}

/** Pooled estimates of one coefficient. */
export interface PooledCoefficient {
  readonly estimate: number;
  readonly standardError: number;
  readonly lower: number;
  readonly upper: number;
  readonly t: number;
  readonly degreesOfFreedom: number;
  readonly p: number;
  /** Mean of the squared standard errors, and variance of the estimates between data sets. */
  readonly within: number;
  readonly between: number;
  /** Share of the variance that missing values make; and what they add to that within, as a share of it. */
  readonly lambda: number;
  readonly relativeIncrease: number;
  /** Fraction of missing information. */
  readonly missingInformation: number;
}

/** The degrees of freedom that complete data would have, and the level of the intervals. */
export interface PoolOptions {
  /** Rows less coefficients, of the complete data; infinite unless said, as for Cox models. */
  readonly completeDegreesOfFreedom?: number;
  readonly level?: number;
}

/**
 * Rubin's rules, with Barnard and Rubin's degrees of freedom. Coefficients are pooled one by one; hazard and odds ratios on the logarithm. At least two
 * data sets. Source: Rubin, Multiple Imputation for Nonresponse in Surveys, 1987; Barnard & Rubin, Biometrika 1999;86:948.
 * Yardstick: mice::pool. O(fits x p).
 */
export function pool(
  fits: readonly CompletedFit[],
  { completeDegreesOfFreedom = Number.POSITIVE_INFINITY, level = 0.95 }: PoolOptions = {},
): PooledCoefficient[] {
  const m = fits.length;
  if (m < 2) throw new RangeError('pooling takes at least two completed data sets');
  return fits[0]!.coefficients.map((_, j) => {
    const estimates = fits.map(({ coefficients }) => coefficients[j]!);
    const estimate = estimates.reduce((sum, value) => sum + value, 0) / m;
    const within = fits.reduce((sum, { standardErrors }) => sum + standardErrors[j]! ** 2, 0) / m;
    const between = estimates.reduce((sum, value) => sum + (value - estimate) ** 2, 0) / (m - 1);
    const added = between * (1 + 1 / m);
    const total = within + added;
    const standardError = Math.sqrt(total);
    const lambda = added / total;
    const relativeIncrease = added / within;
    const degreesOfFreedom = barnardRubin(m, lambda, completeDegreesOfFreedom);
    const t = estimate / standardError;
    const width = studentT.quantile((1 + level) / 2, degreesOfFreedom) * standardError;
    return {
      estimate,
      standardError,
      lower: estimate - width,
      upper: estimate + width,
      t,
      degreesOfFreedom,
      p: 2 * studentT.upper(Math.abs(t), degreesOfFreedom),
      within,
      between,
      lambda,
      relativeIncrease,
      missingInformation: (relativeIncrease + 2 / (degreesOfFreedom + 3)) / (1 + relativeIncrease),
    };
  });
}

function barnardRubin(m: number, lambda: number, complete: number): number {
  const old = lambda === 0 ? Number.POSITIVE_INFINITY : (m - 1) / lambda ** 2;
  if (complete === Number.POSITIVE_INFINITY) return old;
  const observed = ((complete + 1) / (complete + 3)) * complete * (1 - lambda);
  return old === Number.POSITIVE_INFINITY ? observed : (old * observed) / (old + observed);
}
