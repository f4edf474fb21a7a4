import { normal, normalHalfWidth } from '../numeric/distributions.ts';
import { rank } from '../numeric/ranks.ts';

/** `one class`: all outcomes are equal. */
/** `one of a class`: a single patient with the outcome, or without, tells nothing of the area's variance. `zero variance`: markers that differ never vary. */
export interface RocFailure {
  readonly ok: false;
  readonly problem: 'one class' | 'one of a class' | 'zero variance';
}

/** Area under the receiver operating characteristic: the chance that a patient with the outcome has the larger marker, ties counting half. */
export interface Roc {
  readonly ok: true;
  readonly events: number;
  readonly others: number;
  readonly area: number;
  /** DeLong's. */
  readonly standardError: number;
  /** Wald limits, which may pass 1 where the area is near it. */
  readonly lower: number;
  readonly upper: number;
  readonly level: number;
}

/** Two markers on the same patients. */
export interface RocComparison {
  readonly ok: true;
  readonly areas: readonly [number, number];
  readonly covariance: readonly (readonly number[])[];
  readonly difference: number;
  readonly standardError: number;
  readonly z: number;
  readonly p: number;
  readonly logP: number;
}

/** By patient with and without the outcome, the share of the others that it beats. */
interface Placements {
  readonly area: number;
  readonly events: Float64Array;
  readonly others: Float64Array;
}

/** Placements by mid-ranks: Sun & Xu, IEEE Signal Process Lett 2014;21:1389. */
function placements(outcome: Uint8Array, marker: Float64Array): Placements | undefined {
  if (marker.length !== outcome.length) throw new RangeError('marker and outcome differ in length');
  const has = marker.filter((_, i) => outcome[i] === 1);
  const hasNot = marker.filter((_, i) => outcome[i] !== 1);
  const [m, n] = [has.length, hasNot.length];
  if (m === 0 || n === 0) return undefined;
  const { ranks } = rank(marker);
  const [own, others] = [rank(has).ranks, rank(hasNot).ranks];
  const all = { has: ranks.filter((_, i) => outcome[i] === 1), hasNot: ranks.filter((_, i) => outcome[i] !== 1) };
  const events = own.map((r, i) => (all.has[i]! - r) / n);
  let area = 0;
  for (const share of events) area += share / m;
  return { area, events, others: others.map((r, i) => 1 - (all.hasNot[i]! - r) / m) };
}

/** Sample covariance about the known mean. */
function covariance(a: Float64Array, b: Float64Array, meanA: number, meanB: number): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - meanA) * (b[i]! - meanB);
  return sum / (a.length - 1);
}

function covarianceOfAreas(a: Placements, b: Placements): number {
  return (
    covariance(a.events, b.events, a.area, b.area) / a.events.length +
    covariance(a.others, b.others, a.area, b.area) / a.others.length
  );
}

/**
 * Area under the curve of a marker for an outcome of 0 and 1, with DeLong's interval. O(n log n).
 * Source: DeLong, DeLong & Clarke-Pearson, Biometrics 1988;44:837. Yardstick: pROC::ci.auc.
 */
export function rocArea(
  outcome: Uint8Array,
  marker: Float64Array,
  { level = 0.95 }: { readonly level?: number } = {},
): Roc | RocFailure {
  const found = placements(outcome, marker);
  if (found === undefined) return { ok: false, problem: 'one class' };
  const { area, events, others } = found;
  if (events.length < 2 || others.length < 2) return { ok: false, problem: 'one of a class' };
  const standardError = Math.sqrt(covarianceOfAreas(found, found));
  const reach = normalHalfWidth(level) * standardError;
  return {
    ok: true,
    events: events.length,
    others: others.length,
    area,
    standardError,
    lower: area - reach,
    upper: area + reach,
    level,
  };
}

/** DeLong's test of the difference of two markers' areas on the same patients. Yardstick: pROC::roc.test with paired. O(n log n). */
export function compareRoc(outcome: Uint8Array, first: Float64Array, second: Float64Array): RocComparison | RocFailure {
  const [a, b] = [placements(outcome, first), placements(outcome, second)];
  if (a === undefined || b === undefined) return { ok: false, problem: 'one class' };
  if (a.events.length < 2 || a.others.length < 2) return { ok: false, problem: 'one of a class' };
  const [aa, ab, bb] = [covarianceOfAreas(a, a), covarianceOfAreas(a, b), covarianceOfAreas(b, b)];
  const difference = a.area - b.area;
  const standardError = Math.sqrt(Math.max(0, aa + bb - 2 * ab));
  if (difference !== 0 && standardError === 0) return { ok: false, problem: 'zero variance' };
  const z = difference === 0 ? 0 : difference / standardError;
  return {
    ok: true,
    areas: [a.area, b.area],
    covariance: [
      [aa, ab],
      [ab, bb],
    ],
    difference,
    standardError,
    z,
    p: normal.twoSided(z),
    logP: normal.logTwoSided(z),
  };
}

/** A cut of the marker: at `threshold` and above counts as positive. */
export interface RocPoint {
  readonly threshold: number;
  readonly sensitivity: number;
  readonly specificity: number;
}

/** The curve's corners, from the strictest cut to the one that takes all. Yardstick: pROC::roc. O(n log n). */
export function rocCurve(outcome: Uint8Array, marker: Float64Array): readonly RocPoint[] {
  const order = Uint32Array.from(marker.keys()).sort((a, b) => marker[b]! - marker[a]!);
  const events = outcome.reduce((sum, y) => sum + y, 0);
  const others = outcome.length - events;
  const points: RocPoint[] = [{ threshold: Number.POSITIVE_INFINITY, sensitivity: 0, specificity: 1 }];
  let [truly, falsely] = [0, 0];
  order.forEach((row, i) => {
    if (outcome[row] === 1) truly++;
    else falsely++;
    const next = order[i + 1];
    if (next === undefined || marker[next] !== marker[row]) {
      points.push({ threshold: marker[row]!, sensitivity: truly / events, specificity: 1 - falsely / others });
    }
  });
  return points;
}
