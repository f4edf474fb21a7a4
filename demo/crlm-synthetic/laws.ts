/** The laws that patients are drawn by: what an analysis of the cohort should find again. README.md has the sources. */

/** Log odds of conversion: what is added to the intercept. TBS by point. */
export const CONVERSION = {
  intercept: 2,
  ras: -1.2,
  braf: -1.6,
  SMAD4: -1.2,
  tbs: -0.15,
  extrahepatic: -1.2,
  /** Months from the first dose, log-normal. */
  month: { median: 6.2, sd: 0.4, range: [2.5, 18] },
} as const;

/** Death: Weibull from the first dose, and log hazards. Conversion acts from its date on. */
export const DEATH = {
  shape: 1.5,
  scaleMonths: 39,
  ras: 0.4,
  braf: 0.9,
  /** By point from 8. */
  tbs: 0.04,
  right: 0.25,
  extrahepatic: 0.5,
  /** By ten years from 58. */
  age: 0.1,
  conversion: -0.7,
} as const;

/** Who is lost, a year. */
export const LOSS_PER_YEAR = 0.03;

/** Everyone is seen until then. */
export const CUT = '2023-12-31';

/** Diagnoses lie from the first to the second. */
export const WINDOW = ['2016-01-01', '2018-12-31'] as const;

/** The first diagnosis whose specimen is sequenced with v2. */
export const V2_FROM = '2017-07-01';

/** Shares among those whose laws have shares. */
export const SHARES = {
  male: 0.62,
  primary: [
    ['right', 0.25],
    ['left', 0.37],
    ['rectum', 0.38],
  ],
  node: [
    ['N0', 0.2],
    ['N1', 0.42],
    ['N2', 0.38],
  ],
  extrahepatic: 0.12,
  KRAS: 0.41,
  NRAS: 0.04,
  /** Of those without a RAS mutation. */
  BRAF: 0.11,
} as const;

/** Of the measured: log-normal by the logarithm of the median and its standard deviation. */
export const MEASURES = {
  age: { mean: 58, sd: 10, range: [25, 82] },
  metastases: { logMean: 1.4, logSd: 0.85, most: 30 },
  largestCm: { median: 4.2, logSd: 0.55, range: [0.8, 20] },
  cea: { median: 35, logSd: 1.7 },
} as const;

/** Features of which the cohort of 286 has exactly so many; a cohort of another size has its share. */
export const OF_286 = { liverFirst: 9, r1: 18, rectalRadiotherapy: 34, stagedHepatectomy: 6, stoma: 4 } as const;
