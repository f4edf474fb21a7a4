import { studentT } from './beta.ts';
import { normal, normalHalfWidth } from './distributions.ts';
import { rank } from './ranks.ts';

/** Which of the two columns doesn't vary, or that there are too few pairs. */
export type CorrelationFailure =
  | { readonly ok: false; readonly problem: 'constant'; readonly columns: readonly ('x' | 'y')[] }
  | { readonly ok: false; readonly problem: 'too few' };

/** A correlation with its test. */
export interface Correlation {
  readonly ok: true;
  readonly n: number;
  readonly estimate: number;
  /** t for Pearson and Spearman, z for Kendall. */
  readonly statistic: number;
  /** Of t; infinite for z. */
  readonly degreesOfFreedom: number;
  readonly p: number;
  readonly logP: number;
}

export interface PearsonCorrelation extends Correlation {
  /** Fisher's z limits; undefined below four pairs. */
  readonly lower: number | undefined;
  readonly upper: number | undefined;
  readonly level: number;
}

function check(x: Float64Array, y: Float64Array, least: number): CorrelationFailure | undefined {
  if (x.length !== y.length) throw new RangeError('the columns differ in length');
  if (x.length < least) return { ok: false, problem: 'too few' };
  const columns = (['x', 'y'] as const).filter((name) => {
    const values = name === 'x' ? x : y;
    return values.every((value) => value === values[0]);
  });
  return columns.length > 0 ? { ok: false, problem: 'constant', columns } : undefined;
}

function coefficient(x: Float64Array, y: Float64Array): number {
  const n = x.length;
  let [meanX, meanY] = [0, 0];
  for (let i = 0; i < n; i++) {
    meanX += x[i]! - x[0]!;
    meanY += y[i]! - y[0]!;
  }
  meanX = x[0]! + meanX / n;
  meanY = y[0]! + meanY / n;
  let [xx, xy, yy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [a, b] = [x[i]! - meanX, y[i]! - meanY];
    xx += a * a;
    xy += a * b;
    yy += b * b;
  }
  return Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
}

function byT(estimate: number, n: number): Correlation {
  const degreesOfFreedom = n - 2;
  const statistic = estimate * Math.sqrt(degreesOfFreedom / ((1 - estimate) * (1 + estimate)));
  return {
    ok: true,
    n,
    estimate,
    statistic,
    degreesOfFreedom,
    p: studentT.twoSided(statistic, degreesOfFreedom),
    logP: studentT.logTwoSided(statistic, degreesOfFreedom),
  };
}

/** Pearson's correlation with Fisher's interval. Sources: Pearson 1896; Fisher 1921. Yardstick: stats::cor.test. O(n). */
export function pearson(
  x: Float64Array,
  y: Float64Array,
  { level = 0.95 }: { readonly level?: number } = {},
): PearsonCorrelation | CorrelationFailure {
  const failure = check(x, y, 3);
  if (failure !== undefined) return failure;
  const test = byT(coefficient(x, y), x.length);
  const reach = normalHalfWidth(level) / Math.sqrt(x.length - 3);
  const middle = Math.atanh(test.estimate);
  const enough = x.length > 3;
  return {
    ...test,
    lower: enough ? Math.tanh(middle - reach) : undefined,
    upper: enough ? Math.tanh(middle + reach) : undefined,
    level,
  };
}

/** Spearman's rank correlation, ties by mid-ranks, p by t. Source: Spearman 1904. Yardstick: stats::cor.test with exact = FALSE. O(n log n). */
export function spearman(x: Float64Array, y: Float64Array): Correlation | CorrelationFailure {
  return check(x, y, 3) ?? byT(coefficient(rank(x).ranks, rank(y).ranks), x.length);
}

/** Kendall's tau-b, p by the normal approximation with ties. Source: Kendall 1938, 1970. Yardstick: stats::cor.test with exact = FALSE. O(n^2). */
export function kendall(x: Float64Array, y: Float64Array): Correlation | CorrelationFailure {
  const failure = check(x, y, 2);
  if (failure !== undefined) return failure;
  const n = x.length;
  let concordance = 0;
  for (let i = 1; i < n; i++) {
    for (let j = 0; j < i; j++) concordance += Math.sign(x[i]! - x[j]!) * Math.sign(y[i]! - y[j]!);
  }
  const sums = (ties: readonly number[]) => ({
    pairs: ties.reduce((sum, t) => sum + t * (t - 1), 0),
    triples: ties.reduce((sum, t) => sum + t * (t - 1) * (t - 2), 0),
    fifths: ties.reduce((sum, t) => sum + t * (t - 1) * (2 * t + 5), 0),
  });
  const [a, b] = [sums(rank(x).ties), sums(rank(y).ties)];
  const all = n * (n - 1);
  let variance = (all * (2 * n + 5) - a.fifths - b.fifths) / 18 + (a.pairs * b.pairs) / (2 * all);
  if (n > 2) variance += (a.triples * b.triples) / (9 * all * (n - 2));
  const statistic = concordance / Math.sqrt(variance);
  return {
    ok: true,
    n,
    estimate: concordance / Math.sqrt(((all - a.pairs) / 2) * ((all - b.pairs) / 2)),
    statistic,
    degreesOfFreedom: Number.POSITIVE_INFINITY,
    p: normal.twoSided(statistic),
    logP: normal.logTwoSided(statistic),
  };
}
