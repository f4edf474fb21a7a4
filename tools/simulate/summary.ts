import type { Replicate, Scanned } from './replicate.ts';
import { ASSOCIATED, type Truth } from './truths.ts';

/** What the replicates say of one truth. */
export interface TruthSummary {
  readonly truth: Truth;
  /** Replicates with an estimate; all else is of these. */
  readonly n: number;
  readonly mean: number;
  /** Standard deviation over replicates. */
  readonly deviation: number;
  /** Monte Carlo standard error of the mean. */
  readonly error: number;
  /** Share of the 95% intervals that hold the truth. */
  readonly coverage: number;
}

/** What the replicates say of the scan of genes. */
export interface ScanSummary {
  /** Mean number of genes tested. */
  readonly tested: number;
  /** Mean share of the discoveries that are false; of a replicate without a discovery 0 (Benjamini & Hochberg). */
  readonly falseDiscoveryRate: number;
  /** Share of the replicates in which each associated gene is found. */
  readonly power: ReadonlyMap<string, number>;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Means, intervals and their errors. NaN where no replicate has an estimate. */
export function summariseTruth(replicates: readonly Replicate[], truth: Truth): TruthSummary {
  const estimates = replicates
    .map((replicate) => replicate.estimates[truth.id]!)
    .filter(({ coefficient, low, high }) => [coefficient, low, high].every(Number.isFinite));
  const coefficients = estimates.map(({ coefficient }) => coefficient);
  const n = coefficients.length;
  const centre = mean(coefficients);
  const deviation = Math.sqrt(coefficients.reduce((sum, b) => sum + (b - centre) ** 2, 0) / (n - 1));
  return {
    truth,
    n,
    mean: centre,
    deviation,
    error: deviation / Math.sqrt(n),
    coverage: mean(estimates.map(({ low, high }) => (low <= truth.truth && truth.truth <= high ? 1 : 0))),
  };
}

/** Discoveries of a scan, true and false. */
export function summariseScan(scans: readonly Scanned[]): ScanSummary {
  const share = ({ found }: Scanned): number =>
    found.length === 0 ? 0 : found.filter((gene) => !ASSOCIATED.has(gene)).length / found.length;
  return {
    tested: mean(scans.map(({ tested }) => tested)),
    falseDiscoveryRate: mean(scans.map(share)),
    power: new Map([...ASSOCIATED].map((gene) => [gene, shareOf(scans, ({ found }) => found.includes(gene))])),
  };
}

/** Share of those of which something holds. */
export function shareOf<T>(all: readonly T[], holds: (one: T) => boolean): number {
  return all.filter(holds).length / all.length;
}
