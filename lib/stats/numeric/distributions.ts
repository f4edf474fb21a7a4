/**
 * Distribution functions with tails that stay accurate, and logarithms (natural) where the tail itself underflows.
 * Sources: erfc, Sun's fdlibm `s_erf.c` rational approximations; normal quantile, Wichura, Appl Stat 1988;37:477 (AS 241);
 * incomplete gamma, its series and Legendre's continued fraction by Lentz's method. Yardsticks: R's pnorm, qnorm, pchisq, qchisq, pgamma, qgamma.
 */

/** Coefficients in ascending powers of `x`. */
function polynomial(x: number, coefficients: readonly number[]): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + coefficients[i]!;
  return sum;
}

// fdlibm, |x| < 0.84375
const ERF_NEAR_P = [
  0.12837916709551256, -0.3250421072470015, -0.02848174957559851, -0.005770270296489442, -0.000023763016656650163,
];
const ERF_NEAR_Q = [
  1, 0.39791722395915535, 0.0650222499887673, 0.005081306281875766, 0.00013249473800432164, -0.000003960228278775368,
];
// 0.84375 <= |x| < 1.25, around erf(1)
const ERF_ONE = 0.8450629115104675;
const ERF_MIDDLE_P = [
  -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013, 0.31834661990116175, -0.11089469428239668,
  0.035478304325618236, -0.002166375594868791,
];
const ERF_MIDDLE_Q = [
  1, 0.10642088040084423, 0.540397917702171, 0.07182865441419627, 0.12617121980876164, 0.01363708391202905,
  0.011984499846799107,
];
// 1.25 <= |x| < 1 / 0.35, in 1 / x^2
const ERFC_P = [
  -0.009864944034847148, -0.6938585727071818, -10.558626225323291, -62.375332450326006, -162.39666946257347,
  -184.60509290671104, -81.2874355063066, -9.814329344169145,
];
const ERFC_Q = [
  1, 19.651271667439257, 137.65775414351904, 434.56587747522923, 645.3872717332679, 429.00814002756783,
  108.63500554177944, 6.570249770319282, -0.0604244152148581,
];
// 1 / 0.35 <= |x| < 28
const ERFC_FAR_P = [
  -0.0098649429247001, -0.799283237680523, -17.757954917754752, -160.63638485582192, -637.5664433683896,
  -1025.0951316110772, -483.5191916086514,
];
const ERFC_FAR_Q = [
  1, 30.33806074348246, 325.7925129965739, 1536.729586084437, 3199.8582195085955, 2553.0504064331644,
  474.52854120695537, -22.44095244658582,
];

/** The complementary error function. Yardstick: values of 50 digits. O(1). */
export function erfc(x: number): number {
  const size = Math.abs(x);
  if (size < 0.84375) {
    const square = x * x;
    return 1 - (x + (x * polynomial(square, ERF_NEAR_P)) / polynomial(square, ERF_NEAR_Q));
  }
  if (size < 1.25) {
    const beyond = polynomial(size - 1, ERF_MIDDLE_P) / polynomial(size - 1, ERF_MIDDLE_Q);
    return x >= 0 ? 1 - ERF_ONE - beyond : 1 + ERF_ONE + beyond;
  }
  if (size < 28) {
    const s = 1 / (size * size);
    const ratio =
      size < 1 / 0.35
        ? polynomial(s, ERFC_P) / polynomial(s, ERFC_Q)
        : polynomial(s, ERFC_FAR_P) / polynomial(s, ERFC_FAR_Q);
    const high = Math.fround(size); // its square is exact, so that the exponent loses nothing
    const tail = (Math.exp(-high * high - 0.5625) * Math.exp((high - size) * (high + size) + ratio)) / size;
    return x > 0 ? tail : 2 - tail;
  }
  if (Number.isNaN(x)) return Number.NaN;
  return x > 0 ? 0 : 2;
}

/** Where erfc comes near the smallest double and its asymptotic series is exact to double precision. */
const ERFC_ASYMPTOTIC = 25;

/** Logarithm of {@link erfc}, finite however far out. O(1). */
export function logErfc(x: number): number {
  if (!(x >= ERFC_ASYMPTOTIC)) return Math.log(erfc(x));
  const t = 1 / (2 * x * x);
  return -x * x - Math.log(x * Math.sqrt(Math.PI)) + Math.log1p(-t * (1 - t * (3 - t * (15 - t * (105 - 945 * t)))));
}

const QUANTILE_CENTRE = [
  [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
    33430.57558358813, 2509.0809287301227,
  ],
  [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852854,
  ],
] as const;
const QUANTILE_TAIL = [
  [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    0.0005475938084995345, 1.0507500716444169e-9,
  ],
] as const;
const QUANTILE_FAR = [
  [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
    0.0012426609473880784, 0.000027115555687434876, 2.0103343992922881e-7,
  ],
  [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 0.000018463183175100548,
    1.421511758316446e-7, 2.0442631033899397e-15,
  ],
] as const;

/** The standard normal distribution. Yardstick: stats::pnorm, qnorm; values of 50 digits. O(1) a value. */
export const normal = {
  lower(z: number): number {
    return erfc(-z * Math.SQRT1_2) / 2;
  },

  upper(z: number): number {
    return erfc(z * Math.SQRT1_2) / 2;
  },

  logUpper(z: number): number {
    if (z < 0) return Math.log1p(-erfc(-z * Math.SQRT1_2) / 2); // near 0, where a difference would leave no digits
    return logErfc(z * Math.SQRT1_2) - Math.LN2;
  },

  /** Probability of a value at least as far from 0 on either side. */
  twoSided(z: number): number {
    return erfc(Math.abs(z) * Math.SQRT1_2);
  },

  logTwoSided(z: number): number {
    return logErfc(Math.abs(z) * Math.SQRT1_2);
  },

  /** The value with probability `p` below it. */
  quantile(p: number): number {
    if (!(p >= 0 && p <= 1)) return Number.NaN;
    if (p === 0 || p === 1) return p === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    const q = p - 0.5;
    if (Math.abs(q) <= 0.425) {
      const r = 0.180625 - q * q;
      return (q * polynomial(r, QUANTILE_CENTRE[0])) / polynomial(r, QUANTILE_CENTRE[1]);
    }
    const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
    const [above, below] = r <= 5 ? QUANTILE_TAIL : QUANTILE_FAR;
    const shifted = r <= 5 ? r - 1.6 : r - 5;
    const z = polynomial(shifted, above) / polynomial(shifted, below);
    return q < 0 ? -z : z;
  },
};

/** The multiple of a standard error that an interval of this level reaches to each side. */
export function normalHalfWidth(level: number): number {
  return -normal.quantile((1 - level) / 2);
}

const HALF_LOG_TWO_PI = Math.log(2 * Math.PI) / 2;
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];

/** What Stirling's formula lacks of log gamma; `a` at least 10. */
function stirlingError(a: number): number {
  return polynomial(1 / (a * a), STIRLING) / a;
}

/** Logarithm of the gamma function of a positive number. Yardstick: lgamma; values of 50 digits. O(1). */
export function logGamma(a: number): number {
  let product = 1;
  let x = a;
  for (; x < 10; x++) product *= x;
  return (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + stirlingError(x) - Math.log(product);
}

/** What Stirling's formula lacks of log gamma(a + 1), for any positive a. */
export function stirlingRemainder(a: number): number {
  return a >= 10 ? stirlingError(a) : logGamma(a + 1) - (a + 0.5) * Math.log(a) + a - HALF_LOG_TWO_PI;
}

/** Logarithm of x^a e^-x / gamma(a), without the cancellation of its terms when both are large. */
function logGammaKernel(a: number, x: number): number {
  if (a < 10) return a * Math.log(x) - x - logGamma(a);
  const u = (x - a) / a;
  return -a * (u - Math.log1p(u)) + Math.log(a) / 2 - HALF_LOG_TWO_PI - stirlingError(a);
}

const MOST_TERMS = 100_000;

/** Sum of x^n / (a (a + 1) ... (a + n)). */
function gammaSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < MOST_TERMS && term > sum * Number.EPSILON * 0.1; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

/** Legendre's continued fraction of the upper incomplete gamma function over x^a e^-x; `x` above a + 1. */
function gammaFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = Number.MAX_VALUE;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < MOST_TERMS; i++) {
    const an = -i * (i - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    h *= d * c;
    if (Math.abs(d * c - 1) < Number.EPSILON) break;
  }
  return h;
}

/** The regularised incomplete gamma function: the gamma distribution with shape `a` and rate 1. Yardstick: stats::pgamma; values of 50 digits. O(1) a value. */
export const gamma = {
  lower(a: number, x: number): number {
    if (!(a > 0) || Number.isNaN(x)) return Number.NaN;
    if (x <= 0) return 0;
    if (x === Number.POSITIVE_INFINITY) return 1;
    if (x < a + 1) return Math.exp(logGammaKernel(a, x)) * gammaSeries(a, x);
    return 1 - gamma.upper(a, x);
  },

  upper(a: number, x: number): number {
    if (!(a > 0) || Number.isNaN(x)) return Number.NaN;
    if (x <= 0) return 1;
    if (x < a + 1) return 1 - gamma.lower(a, x);
    return Math.exp(gamma.logUpper(a, x));
  },

  logUpper(a: number, x: number): number {
    if (!(a > 0) || Number.isNaN(x)) return Number.NaN;
    if (x <= 0) return 0;
    if (x === Number.POSITIVE_INFINITY) return Number.NEGATIVE_INFINITY;
    if (x < a + 1) return Math.log1p(-gamma.lower(a, x));
    return logGammaKernel(a, x) + Math.log(gammaFraction(a, x));
  },

  logLower(a: number, x: number): number {
    if (!(a > 0) || Number.isNaN(x)) return Number.NaN;
    if (x <= 0) return Number.NEGATIVE_INFINITY;
    if (x < a + 1) return logGammaKernel(a, x) + Math.log(gammaSeries(a, x));
    return Math.log1p(-gamma.upper(a, x));
  },

  /** The value with probability `p` below it: Newton on the logarithms of value and tail, within a bracket. */
  quantile(p: number, a: number): number {
    if (!(p >= 0 && p <= 1 && a > 0)) return Number.NaN;
    if (p === 0 || p === 1) return p === 0 ? 0 : Number.POSITIVE_INFINITY;
    const isLower = p <= 0.5;
    const target = isLower ? Math.log(p) : Math.log1p(-p);
    let low = -745;
    let high = 710;
    let u = Math.log(a);
    for (let round = 0; round < 200; round++) {
      const x = Math.exp(u);
      const log = isLower ? gamma.logLower(a, x) : gamma.logUpper(a, x);
      const excess = isLower ? log - target : target - log;
      if (excess > 0) high = u;
      else low = u;
      let next = u - excess / Math.exp(logGammaKernel(a, x) - log);
      if (!(next > low && next < high)) next = (low + high) / 2;
      if (Math.abs(next - u) <= 1e-16 * Math.max(1, Math.abs(u))) return Math.exp(next);
      u = next;
    }
    return Math.exp(u);
  },
};

/** The chi-square distribution. Yardstick: stats::pchisq, qchisq; values of 50 digits. O(1) a value. */
export const chiSquare = {
  lower(x: number, degreesOfFreedom: number): number {
    return gamma.lower(degreesOfFreedom / 2, x / 2);
  },

  /** Probability of a value at least as large: a test's p. */
  upper(x: number, degreesOfFreedom: number): number {
    return degreesOfFreedom === 1 ? erfc(Math.sqrt(Math.max(0, x) / 2)) : gamma.upper(degreesOfFreedom / 2, x / 2);
  },

  logUpper(x: number, degreesOfFreedom: number): number {
    return degreesOfFreedom === 1
      ? logErfc(Math.sqrt(Math.max(0, x) / 2))
      : gamma.logUpper(degreesOfFreedom / 2, x / 2);
  },

  quantile(p: number, degreesOfFreedom: number): number {
    return 2 * gamma.quantile(p, degreesOfFreedom / 2);
  },
};

/** A test by a statistic that is chi-square under the hypothesis. `logP` is the natural logarithm, finite where `p` underflows. */
export interface Test {
  readonly statistic: number;
  readonly degreesOfFreedom: number;
  readonly p: number;
  readonly logP: number;
}

export function chiSquareTest(statistic: number, degreesOfFreedom: number): Test {
  return {
    statistic,
    degreesOfFreedom,
    p: chiSquare.upper(statistic, degreesOfFreedom),
    logP: chiSquare.logUpper(statistic, degreesOfFreedom),
  };
}
