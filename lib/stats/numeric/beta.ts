/**
 * The beta distribution and those that rest on it: Student's t, Fisher's F and the binomial. Tails are computed where they are small, in
 * logarithms, so that none is lost to the other.
 * Sources: continued fraction of the incomplete beta function, DiDonato & Morris, ACM TOMS 1992;18:360, by Lentz's method; its factor by
 * Loader's saddle-point form, 2000. Yardsticks: R's pbeta, qbeta, pt, qt, pf, pbinom.
 */
import { normal, stirlingRemainder } from './distributions.ts';

const HALF_LOG_TWO_PI = Math.log(2 * Math.PI) / 2;

/** x log(x / mean) + mean - x without the cancellation of its terms when the two are close. */
function deviance(x: number, mean: number): number {
  if (x === 0) return mean;
  if (mean === 0) return Number.POSITIVE_INFINITY;
  if (Math.abs(x - mean) < 0.1 * (x + mean)) {
    const v = (x - mean) / (x + mean);
    const square = v * v;
    let sum = (x - mean) * v;
    let term = 2 * x * v;
    for (let j = 1; j < 1000; j++) {
      term *= square;
      const next = sum + term / (2 * j + 1);
      if (next === sum) return next;
      sum = next;
    }
  }
  return x * Math.log(x / mean) + mean - x;
}

/** Logarithm of the binomial probability of `x` of `n`, by Loader's formula; `p` and `q` = 1 - p apart, x and n need not be whole. */
export function logBinomial(x: number, n: number, p: number, q: number): number {
  if (x < 0 || x > n) return Number.NEGATIVE_INFINITY;
  if (x === 0) return n === 0 ? 0 : p === 0 ? 0 : -deviance(n, n * q) - n * p;
  if (x === n) return q === 0 ? 0 : -deviance(n, n * p) - n * q;
  if (p === 0 || q === 0) return Number.NEGATIVE_INFINITY;
  return (
    stirlingRemainder(n) -
    stirlingRemainder(x) -
    stirlingRemainder(n - x) -
    deviance(x, n * p) -
    deviance(n - x, n * q) -
    HALF_LOG_TWO_PI -
    Math.log((x * (n - x)) / n) / 2
  );
}

/** Logarithm of x^a y^b / B(a, b), with y = 1 - x. */
function logKernel(a: number, b: number, x: number, y: number): number {
  const n = a + b;
  return logBinomial(a, n, x, y) + Math.log((a / n) * b);
}

const MOST_TERMS = 100_000;
const TINY = 1e-300;

/** Incomplete beta function over x^a y^b / (a B(a, b)); converges fast for x below the mean. */
function betaFraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 - ((a + b) * x) / (a + 1);
  d = 1 / (Math.abs(d) < TINY ? TINY : d);
  let h = d;
  for (let m = 1; m < MOST_TERMS; m++) {
    const even = ((m * (b - m)) / (a + 2 * m - 1) / (a + 2 * m)) * x;
    d = 1 + even * d;
    d = 1 / (Math.abs(d) < TINY ? TINY : d);
    c = 1 + even / c;
    if (Math.abs(c) < TINY) c = TINY;
    h *= d * c;
    const odd = ((-(a + m) * (a + b + m)) / (a + 2 * m) / (a + 2 * m + 1)) * x;
    d = 1 + odd * d;
    d = 1 / (Math.abs(d) < TINY ? TINY : d);
    c = 1 + odd / c;
    if (Math.abs(c) < TINY) c = TINY;
    h *= d * c;
    if (Math.abs(d * c - 1) < Number.EPSILON) break;
  }
  return h;
}

/** Logarithm of what remains of 1 beside a share whose logarithm is given. */
function logRest(log: number): number {
  return log > -Math.LN2 ? Math.log(-Math.expm1(log)) : Math.log1p(-Math.exp(log));
}

/** Logarithms of both tails of the beta distribution at x; y = 1 - x is given apart, so that neither end loses digits. */
function logTails(a: number, b: number, x: number, y: number): readonly [lower: number, upper: number] {
  if (!(a > 0 && b > 0) || Number.isNaN(x)) return [Number.NaN, Number.NaN];
  if (x <= 0) return [Number.NEGATIVE_INFINITY, 0];
  if (y <= 0) return [0, Number.NEGATIVE_INFINITY];
  if (x < (a + 1) / (a + b + 2)) {
    const lower = Math.min(0, logKernel(a, b, x, y) - Math.log(a) + Math.log(betaFraction(a, b, x)));
    return [lower, logRest(lower)];
  }
  const upper = Math.min(0, logKernel(a, b, x, y) - Math.log(b) + Math.log(betaFraction(b, a, y)));
  return [logRest(upper), upper];
}

/** Where the logarithm of a tail reaches `target`, on the scale of log(x / y), by Newton within a bracket. */
function solveLogit(a: number, b: number, target: number, tail: 'lower' | 'upper'): number {
  const sign = tail === 'lower' ? 1 : -1;
  let low = -1500;
  let high = 1500;
  let u = Math.log(a / b);
  for (let round = 0; round < 200; round++) {
    const x = 1 / (1 + Math.exp(-u));
    const y = 1 / (1 + Math.exp(u));
    const tails = logTails(a, b, x, y);
    const log = tails[tail === 'lower' ? 0 : 1];
    const excess = (log - target) * sign;
    if (excess > 0) high = u;
    else low = u;
    const step = -excess / Math.exp(logKernel(a, b, x, y) - log);
    let next = u + step;
    if (!(next > low && next < high)) next = (low + high) / 2;
    if (Math.abs(next - u) <= 1e-16 * Math.max(1, Math.abs(u)) || high - low < 1e-300) return next;
    u = next;
  }
  return u;
}

/** log(x / (1 - x)) of the beta quantile; from the smaller tail, given both. */
function quantileLogit(a: number, b: number, lower: number, upper: number): number {
  return lower <= upper ? solveLogit(a, b, Math.log(lower), 'lower') : solveLogit(a, b, Math.log(upper), 'upper');
}

/**
 * The beta distribution with shapes `a` and `b`: the regularised incomplete beta function. O(1) a value, an inverse about ten of them.
 * Yardstick: stats::pbeta, qbeta; values of 50 digits in the tests.
 */
export const beta = {
  lower(x: number, a: number, b: number): number {
    return Math.exp(logTails(a, b, x, 1 - x)[0]);
  },

  upper(x: number, a: number, b: number): number {
    return Math.exp(logTails(a, b, x, 1 - x)[1]);
  },

  logLower(x: number, a: number, b: number): number {
    return logTails(a, b, x, 1 - x)[0];
  },

  logUpper(x: number, a: number, b: number): number {
    return logTails(a, b, x, 1 - x)[1];
  },

  /** The value with probability `p` below it. */
  quantile(p: number, a: number, b: number): number {
    if (!(p >= 0 && p <= 1)) return Number.NaN;
    if (p === 0 || p === 1) return p;
    return 1 / (1 + Math.exp(-quantileLogit(a, b, p, 1 - p)));
  },
};

/** From so many degrees of freedom Hill's transformation to the normal is exact to the doubles, and the beta's tails are not. Source: CACM 1970;13:617. */
const NEARLY_NORMAL = 1e7;

/** Student's t distribution; degrees of freedom need not be whole, and may be infinite. Yardstick: stats::pt, qt; values of 50 digits. O(1) a value. */
export const studentT = {
  upper(t: number, degreesOfFreedom: number): number {
    const half = studentT.twoSided(t, degreesOfFreedom) / 2;
    return t > 0 ? half : 1 - half;
  },

  /** Probability of a value at least as far from 0 on either side. */
  twoSided(t: number, degreesOfFreedom: number): number {
    return Math.exp(studentT.logTwoSided(t, degreesOfFreedom));
  },

  logTwoSided(t: number, degreesOfFreedom: number): number {
    if (degreesOfFreedom === Number.POSITIVE_INFINITY) return normal.logTwoSided(t);
    if (Math.abs(t) === Number.POSITIVE_INFINITY) return degreesOfFreedom > 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
    const square = (t / degreesOfFreedom) * t;
    if (degreesOfFreedom > NEARLY_NORMAL) {
      return normal.logTwoSided(Math.sqrt((degreesOfFreedom - 0.5) * Math.log1p(square)));
    }
    return logTails(degreesOfFreedom / 2, 0.5, 1 / (1 + square), square / (1 + square))[0];
  },

  logUpper(t: number, degreesOfFreedom: number): number {
    const log = studentT.logTwoSided(t, degreesOfFreedom) - Math.LN2;
    return t > 0 ? log : logRest(log);
  },

  /** The value with probability `p` below it. */
  quantile(p: number, degreesOfFreedom: number): number {
    if (!(p >= 0 && p <= 1 && degreesOfFreedom > 0)) return Number.NaN;
    if (degreesOfFreedom === Number.POSITIVE_INFINITY) return normal.quantile(p);
    if (p === 0.5) return 0;
    if (p === 0 || p === 1) return p === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    if (degreesOfFreedom > NEARLY_NORMAL) {
      const z = normal.quantile(p);
      return Math.sign(z) * Math.sqrt(degreesOfFreedom * Math.expm1((z * z) / (degreesOfFreedom - 0.5)));
    }
    const both = 2 * Math.min(p, 1 - p);
    const middle = Math.abs(1 - 2 * p);
    const size = Math.sqrt(degreesOfFreedom * Math.exp(-quantileLogit(degreesOfFreedom / 2, 0.5, both, middle)));
    return p < 0.5 ? -size : size;
  },
};

/** The multiple of a standard error that an interval by Student's t reaches to each side. */
export function studentHalfWidth(level: number, degreesOfFreedom: number): number {
  return -studentT.quantile((1 - level) / 2, degreesOfFreedom);
}

/** Fisher's F distribution with `numerator` and `denominator` degrees of freedom. Yardstick: stats::pf; values of 50 digits. O(1) a value. */
export const fisherF = {
  lower(f: number, numerator: number, denominator: number): number {
    return Math.exp(fTails(f, numerator, denominator)[1]);
  },

  upper(f: number, numerator: number, denominator: number): number {
    return Math.exp(fTails(f, numerator, denominator)[0]);
  },

  logUpper(f: number, numerator: number, denominator: number): number {
    return fTails(f, numerator, denominator)[0];
  },

  /** The value with probability `p` below it. */
  quantile(p: number, numerator: number, denominator: number): number {
    if (!(p >= 0 && p <= 1)) return Number.NaN;
    if (p === 0 || p === 1) return p === 0 ? 0 : Number.POSITIVE_INFINITY;
    return (denominator / numerator) * Math.exp(quantileLogit(numerator / 2, denominator / 2, p, 1 - p));
  },
};

/** Logarithms of the upper and the lower tail. */
function fTails(f: number, numerator: number, denominator: number): readonly [number, number] {
  if (f <= 0) return [0, Number.NEGATIVE_INFINITY];
  if (f === Number.POSITIVE_INFINITY) return [Number.NEGATIVE_INFINITY, 0];
  const ratio = (numerator / denominator) * f;
  return logTails(denominator / 2, numerator / 2, 1 / (1 + ratio), ratio / (1 + ratio));
}

/** The binomial distribution: `x` of `n` with probability `p` each. Yardstick: stats::pbinom; values of 50 digits. O(1) a value. */
export const binomial = {
  logProbability(x: number, n: number, p: number): number {
    return logBinomial(x, n, p, 1 - p);
  },

  /** Probability of `x` or fewer. */
  lower(x: number, n: number, p: number): number {
    return Math.exp(binomial.logLower(x, n, p));
  },

  /** Probability of more than `x`. */
  upper(x: number, n: number, p: number): number {
    return Math.exp(binomial.logUpper(x, n, p));
  },

  logLower(x: number, n: number, p: number): number {
    if (x < 0) return Number.NEGATIVE_INFINITY;
    return x >= n ? 0 : logTails(x + 1, n - x, p, 1 - p)[1];
  },

  logUpper(x: number, n: number, p: number): number {
    if (x < 0) return 0;
    return x >= n ? Number.NEGATIVE_INFINITY : logTails(x + 1, n - x, p, 1 - p)[0];
  },
};
