import { DEATH } from '../../demo/crlm-synthetic/laws.ts';

/** What one line of the replicates estimates, and what is asked of its mean and its intervals. */
export interface Truth {
  /** Of the estimate, in a replicate. */
  readonly id: string;
  readonly says: string;
  /** On the log scale. */
  readonly truth: number;
  /** How far the mean may lie from the truth. */
  readonly off?: number;
  /** The least and the largest share of the intervals that hold the truth. */
  readonly coverage?: readonly [number, number];
}

/** Shares of 95% intervals that 200 replicates can give without anything being wrong. */
const COVERAGE = [0.89, 0.99] as const;

/** Landmarks of the plan in the order of its item, with the limit of each: an estimand of its own, of a cohort of 200,000. */
const LANDMARKS = [
  [9, -0.564],
  [6, -0.419],
  [12, -0.653],
] as const;

/**
 * What the synthetic cohort's laws make true. A landmark's limit isn't the law's -0.70: who converts later is counted with the others. Limits of
 * odds ratios are smaller than the laws' since some die before they convert. The naive comparison is shown and not judged: that it
 * misleads is what it is there for.
 */
export const TRUTHS: readonly Truth[] = [
  { id: 'naive', says: 'conversion, naive, unadjusted', truth: DEATH.conversion },
  { id: 'naive adjusted', says: 'conversion, naive, adjusted', truth: DEATH.conversion },
  { id: 'in time', says: 'conversion, time-dependent, unadjusted', truth: DEATH.conversion },
  {
    id: 'in time adjusted',
    says: 'conversion, time-dependent, adjusted',
    truth: DEATH.conversion,
    off: 0.06,
    coverage: COVERAGE,
  },
  ...LANDMARKS.map(([month, truth]) => ({
    id: `landmark ${month}`,
    says: `conversion, landmark ${month} months, adjusted`,
    truth,
    off: 0.08,
    coverage: COVERAGE,
  })),
  { id: 'RAS', says: 'odds of conversion, RAS', truth: -1.138, off: 0.15 },
  { id: 'SMAD4', says: 'odds of conversion, SMAD4', truth: -1.1, off: 0.15 },
  { id: 'TBS', says: 'odds of conversion, TBS by point', truth: -0.145, off: 0.02 },
  { id: 'BRAF', says: 'odds of conversion, BRAF V600E', truth: -1.595 },
];

/** Genes of the scan that have to do with conversion; all others don't. */
export const ASSOCIATED: ReadonlySet<string> = new Set(['KRAS', 'NRAS', 'BRAF', 'SMAD4']);

/** An adjusted p of at most this is a discovery. */
export const ALPHA = 0.05;

/** The largest false discovery rate of the scan, in the mean over replicates. */
export const MOST_FALSE = 0.08;

/** As many replicates as the limits are meant for. */
export const MEANT_FOR = 200;
