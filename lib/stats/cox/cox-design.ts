import { ranksWithEntry } from '../survival/entry-ranks.ts';
import { checkFollowUp, checkLength, InvalidFollowUp } from '../survival/follow-up.ts';
import { type CoxVectors, coxVectors } from './cox-vectors.ts';

/** How events at one time are ordered: all ways on average (Efron), all with the same risk set (Breslow), or exactly, as a discrete model. */
export const TIES = ['efron', 'breslow', 'exact'] as const;

/** One of {@link TIES}. */
export type Ties = (typeof TIES)[number];

/**
 * Rows of one or several strata as a Cox model takes them. A patient may have several, one after the other in time: rows are at risk after
 * `entry`, until `time`, so that a covariate may change with time.
 */
export interface CoxRows {
  readonly time: Float64Array;
  readonly event: Uint8Array;
  /** One array a covariate, none missing. */
  readonly covariates: readonly Float64Array[];
  readonly names: readonly string[];
  /** At risk only after it (delayed entry, or a later row of the same patient). */
  readonly entry?: Float64Array;
  /** A whole number a row; rows of different strata share no risk set. */
  readonly strata?: Int32Array;
  /** Case weights, at least 0; rows of weight 0 are left out. */
  readonly weights?: Float64Array;
  /** Added to the linear predictor, with coefficient 1. */
  readonly offset?: Float64Array;
}

/**
 * One stratum in the order of time: what does not depend on the coefficients, made once.
 * Rows that leave before the first event are never at risk and left out. Covariates are centred and divided by their mean absolute deviation,
 * which changes no result but keeps units and offsets out of the arithmetic. Within a time those censored come first, then those with the event.
 */
export interface CoxDesign {
  readonly ties: Ties;
  /** Of the stratum. */
  readonly n: number;
  /** Rows of weight 0, no part of `n`; those of all strata are told of with the first. */
  readonly dropped: number;
  readonly events: number;
  readonly names: readonly string[];
  /** By covariate, sum of absolute deviations from its mean over all n. */
  readonly spread: Float64Array;
  /** Rows that are at risk at some event. */
  readonly rows: number;
  /** Where each of them stands in the caller's rows, as all n do, those left out first. */
  readonly source: Int32Array;
  /** Centred and scaled; column j stands at j * rows. */
  readonly x: Float64Array;
  /** The same where there are many rows. */
  readonly vectors?: CoxVectors;
  /** By column, the (weighted) sum over rows with the event. */
  readonly eventTotals: Float64Array;
  readonly centre: Float64Array;
  /** What a unit of each covariate was multiplied by; 0 where it doesn't vary. */
  readonly scale: Float64Array;
  /** Distinct times from the first event on. */
  readonly times: number;
  readonly time: Float64Array;
  /** Distinct times at which rows leave before. */
  readonly earlyTime: Float64Array;
  /** First row of each time, and `rows` at the end. */
  readonly start: Int32Array;
  /** First row with the event of each time. */
  readonly firstEvent: Int32Array;
  /** By row, the first time at which it is at risk; and the rows for which that isn't the first time of all, latest first. */
  readonly entry?: { readonly from: Int32Array; readonly latestFirst: Int32Array };
  readonly weights?: Float64Array;
  /** By row, centred; what was subtracted; and the (weighted) sum over rows with the event. */
  readonly offset?: { readonly values: Float64Array; readonly centre: number; readonly eventTotal: number };
}

/**
 * Orders rows by time (whole days by counting, other times by rank) and gathers the covariates. O(n p) besides the ranks. Throws
 * {@link InvalidFollowUp} on rows that can't be used.
 */
export function coxDesign(rows: CoxRows, ties: Ties = 'efron'): CoxDesign {
  checkLengths(rows);
  if (!someWeightless(rows)) return designOf(rows, undefined, ties);
  const kept = weighty(rows);
  return { ...designOf(rows, kept, ties), dropped: rows.time.length - kept.length };
}

/** A design for each stratum, in the order of the strata's numbers; of no rows, one. O(n p) besides the ranks. */
export function coxDesigns(rows: CoxRows, ties: Ties = 'efron'): CoxDesign[] {
  const { strata } = rows;
  if (strata === undefined) return [coxDesign(rows, ties)];
  checkLengths(rows);
  const kept = someWeightless(rows) ? weighty(rows) : [...strata.keys()];
  if (kept.length === 0) return [coxDesign(rows, ties)];
  const rowsOfStratum = Map.groupBy(kept, (i) => strata[i]!);
  const designs = [...rowsOfStratum.keys()]
    .sort((a, b) => a - b)
    .map((stratum) => designOf(rows, rowsOfStratum.get(stratum)!, ties));
  const dropped = strata.length - kept.length;
  return designs.map((design, k) => (k === 0 && dropped > 0 ? { ...design, dropped } : design));
}

function checkLengths({ time, event, entry, strata, weights, offset, covariates }: CoxRows): void {
  for (const column of [event, entry, strata, weights, offset, ...covariates]) {
    if (column !== undefined) checkLength(column, time.length);
  }
}

function someWeightless({ weights }: CoxRows): boolean {
  if (weights === undefined) return false;
  const wrong = weights.findIndex((w) => !(w >= 0 && w < Number.POSITIVE_INFINITY));
  if (wrong >= 0) throw new InvalidFollowUp('invalid-weight', wrong);
  return weights.includes(0);
}

function weighty({ weights }: CoxRows): number[] {
  return [...weights!.keys()].filter((i) => weights![i]! > 0);
}

/** The design of the rows that `own` names, or of all. */
function designOf(all: CoxRows, own: readonly number[] | undefined, ties: Ties): CoxDesign {
  const gather = (column: Float64Array) => (own === undefined ? column : Float64Array.from(own, (i) => column[i]!));
  const time = gather(all.time);
  const event = own === undefined ? all.event : Uint8Array.from(own, (i) => all.event[i]!);
  const entry = all.entry === undefined ? undefined : gather(all.entry);
  checkFollowUp({ time, event, ...(entry === undefined ? {} : { entry }) });
  const n = time.length;
  const { distinct, rank, entered } = ranksWithEntry(time, entry);
  const cell = new Int32Array(2 * distinct.length + 1);
  for (let i = 0; i < n; i++) cell[2 * rank[i]! + event[i]! + 1]!++;
  for (let c = 0; c + 1 < cell.length; c++) cell[c + 1]! += cell[c]!;
  let first = 0; // time of the first event
  while (first < distinct.length && cell[2 * first + 1] === cell[2 * first + 2]) first++;
  const early = cell[2 * first]!;
  const earlyTime = distinct.subarray(0, first).filter((_, t) => cell[2 * t]! < cell[2 * t + 2]!);
  const rows = n - early;
  const times = distinct.length - first;
  const start = new Int32Array(times + 1);
  const firstEvent = new Int32Array(times);
  let events = 0;
  for (let t = 0; t < times; t++) {
    start[t] = cell[2 * (first + t)]! - early;
    firstEvent[t] = cell[2 * (first + t) + 1]! - early;
    events += cell[2 * (first + t) + 2]! - cell[2 * (first + t) + 1]!;
  }
  start[times] = rows;
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) order[cell[2 * rank[i]! + event[i]!]!++] = i;
  const inOrder = (column: Float64Array) => {
    const values = new Float64Array(rows);
    for (let i = 0; i < rows; i++) values[i] = column[order[early + i]!]!;
    return values;
  };
  const weights = all.weights === undefined ? undefined : inOrder(gather(all.weights));
  if (weights !== undefined && ties === 'exact') throw new RangeError('exact ties take no weights');
  const eventTotal = (column: Float64Array) => {
    let sum = 0;
    for (let t = 0; t < times; t++) {
      const to = start[t + 1]!;
      if (weights === undefined) for (let i = firstEvent[t]!; i < to; i++) sum += column[i]!;
      else for (let i = firstEvent[t]!; i < to; i++) sum += weights[i]! * column[i]!;
    }
    return sum;
  };

  const p = all.covariates.length;
  const vectors = coxVectors(rows, p);
  const x = vectors?.x ?? new Float64Array(rows * p);
  const scale = new Float64Array(p);
  const centre = new Float64Array(p);
  const spread = new Float64Array(p);
  const eventTotals = new Float64Array(p);
  all.covariates.forEach((covariate, j) => {
    const values = gather(covariate);
    const column = x.subarray(j * rows, (j + 1) * rows);
    for (let i = 0; i < rows; i++) column[i] = values[order[early + i]!]!;
    const mean = meanOf(column);
    const ownDeviation = deviation(column, mean);
    spread[j] = early === 0 ? ownDeviation : deviation(values, meanOf(values));
    const factor = ownDeviation > 0 ? rows / ownDeviation : 0;
    for (let i = 0; i < rows; i++) column[i] = (column[i]! - mean) * factor;
    centre[j] = mean;
    scale[j] = factor;
    eventTotals[j] = eventTotal(column);
  });
  return {
    ties,
    n,
    dropped: 0,
    events,
    names: all.names,
    spread,
    rows,
    source: own === undefined ? order : order.map((i) => own[i]!),
    x,
    ...(vectors === undefined ? {} : { vectors }),
    eventTotals,
    centre,
    scale,
    times,
    time: distinct.subarray(first),
    earlyTime,
    start,
    firstEvent,
    ...(entered === undefined ? {} : { entry: entries(entered, order, first, early) }),
    ...(weights === undefined ? {} : { weights }),
    ...(all.offset === undefined ? {} : { offset: centred(inOrder(gather(all.offset)), eventTotal) }),
  };
}

function entries(
  entered: Int32Array,
  order: Int32Array,
  first: number,
  early: number,
): NonNullable<CoxDesign['entry']> {
  const from = new Int32Array(order.length - early);
  for (let i = 0; i < from.length; i++) from[i] = Math.max(0, entered[order[early + i]!]! - first);
  const late = Int32Array.from(from.keys()).filter((i) => from[i]! > 0);
  return { from, latestFirst: late.sort((i, j) => from[j]! - from[i]! || i - j) };
}

function centred(values: Float64Array, eventTotal: (column: Float64Array) => number): NonNullable<CoxDesign['offset']> {
  const centre = meanOf(values);
  for (let i = 0; i < values.length; i++) values[i]! -= centre;
  return { values, centre, eventTotal: eventTotal(values) };
}

/** Mean about the first value, so that a large offset costs no digits and equal values have no deviation. */
function meanOf(values: Float64Array): number {
  const first = values[0] ?? 0;
  let [a, b, c, d] = [0, 0, 0, 0]; // four sums hide the latency of one
  let i = 0;
  for (; i + 3 < values.length; i += 4) {
    a += values[i]! - first;
    b += values[i + 1]! - first;
    c += values[i + 2]! - first;
    d += values[i + 3]! - first;
  }
  for (; i < values.length; i++) a += values[i]! - first;
  const sum = a + b + (c + d);
  if (!Number.isFinite(sum)) {
    throw new InvalidFollowUp(
      'invalid-covariate',
      values.findIndex((value) => !Number.isFinite(value)),
    );
  }
  return first + sum / Math.max(1, values.length);
}

function deviation(values: Float64Array, centre: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < values.length; i += 4) {
    a += Math.abs(values[i]! - centre);
    b += Math.abs(values[i + 1]! - centre);
    c += Math.abs(values[i + 2]! - centre);
    d += Math.abs(values[i + 3]! - centre);
  }
  for (; i < values.length; i++) a += Math.abs(values[i]! - centre);
  return a + b + (c + d);
}
