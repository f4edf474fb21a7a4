import { type EventTable, tied } from './event-table.ts';

/**
 * How much an event counts: the same (`log-rank`), by the number at risk n (`gehan`), by its root (`tarone-ware`), by pooled survival right
 * before the time (`peto-peto`), or by S^rho (1-S)^gamma of it (Fleming-Harrington: rho for early, gamma for late differences).
 */
export type LogRankWeight =
  | 'log-rank'
  | 'gehan'
  | 'tarone-ware'
  | 'peto-peto'
  | { readonly rho: number; readonly gamma: number };

/** Of one weight: by group, weighted events as seen and expected, and their covariance with each weight's (flat, groups by groups). */
interface WeightedSums {
  readonly observed: Float64Array;
  readonly expected: Float64Array;
  readonly covariance: readonly Float64Array[];
}

interface LogRankSums {
  readonly n: Float64Array;
  readonly observed: Float64Array;
  readonly expected: Float64Array;
  readonly weighted: readonly WeightedSums[];
}

/** Sums of the strata's tables for several weights at once. O(times x groups² x weights²). */
export function logRankSums(
  groups: number,
  tables: readonly EventTable[],
  weights: readonly LogRankWeight[],
): LogRankSums {
  const sums: LogRankSums = {
    n: new Float64Array(groups),
    observed: new Float64Array(groups),
    expected: new Float64Array(groups),
    weighted: weights.map(() => ({
      observed: new Float64Array(groups),
      expected: new Float64Array(groups),
      covariance: weights.map(() => new Float64Array(groups * groups)),
    })),
  };
  const functions = weights.map(weightFunction);
  for (const table of tables) compare(tied(table), functions, sums);
  return sums;
}

type WeightFunction = (atRisk: number, survival: number) => number;

function weightFunction(weight: LogRankWeight): WeightFunction {
  if (weight === 'log-rank') return () => 1;
  if (weight === 'gehan') return (n) => n;
  if (weight === 'tarone-ware') return (n) => Math.sqrt(n);
  if (weight === 'peto-peto') return (_, s) => s;
  const { rho, gamma } = weight;
  return (_, s) => s ** rho * (1 - s) ** gamma;
}

/** Adds one stratum. */
function compare(
  { groups, time, events, censored, entered, fromStart, rows }: EventTable,
  weights: readonly WeightFunction[],
  { n, observed, expected, weighted }: LogRankSums,
): void {
  const atRisk = fromStart.slice();
  const weightNow = new Float64Array(weights.length);
  let survival = 1;
  for (let i = 0, row = 0; i < time.length; i++, row += groups) {
    let all = 0;
    let d = 0;
    for (let g = 0; g < groups; g++) {
      all += atRisk[g]!;
      d += events[row + g]!;
    }
    if (d > 0) {
      for (let a = 0; a < weights.length; a++) weightNow[a] = weights[a]!(all, survival);
      survival *= (all - d) / all;
      for (let g = 0; g < groups; g++) expected[g]! += (d * atRisk[g]!) / all;
      const spread = all > 1 ? (d * (all - d)) / (all - 1) : 0;
      for (let a = 0; a < weights.length; a++) {
        const w = weightNow[a]!;
        const own = weighted[a]!;
        for (let g = 0; g < groups; g++) {
          own.expected[g]! += (w * d * atRisk[g]!) / all;
          own.observed[g]! += w * events[row + g]!;
        }
        if (spread === 0) continue;
        for (let b = 0; b < weights.length; b++) addSpread(own.covariance[b]!, w * weightNow[b]! * spread, atRisk, all);
      }
    }
    for (let g = 0; g < groups; g++) {
      observed[g]! += events[row + g]!;
      n[g]! += rows[row + g]!;
      atRisk[g]! += entered[row + g]! - events[row + g]! - censored[row + g]!;
    }
  }
}

function addSpread(variance: Float64Array, spread: number, atRisk: Float64Array, all: number): void {
  const groups = atRisk.length;
  for (let g = 0; g < groups; g++) {
    const share = atRisk[g]! / all;
    if (share === 0) continue;
    variance[g * groups + g]! += spread * share * (1 - share);
    for (let h = 0; h < g; h++) {
      const covariance = (spread * share * atRisk[h]!) / all;
      variance[g * groups + h]! -= covariance;
      variance[h * groups + g]! -= covariance;
    }
  }
}
