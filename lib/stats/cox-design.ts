import { checkFollowUp, checkLength, InvalidFollowUp } from './follow-up.ts';
import { timeRanks } from './times.ts';

/** Rows of one or several strata as a Cox model takes them. */
export interface CoxRows {
  readonly time: Float64Array;
  readonly event: Uint8Array;
  /** One array a covariate, none missing. */
  readonly covariates: readonly Float64Array[];
  readonly names: readonly string[];
  /** A whole number a row; rows of different strata share no risk set. */
  readonly strata?: Int32Array;
}

/**
 * One stratum in the order of time: what does not depend on the coefficients, made once.
 * Rows that leave before the first event are never at risk and left out. Covariates are centred and divided by their mean absolute deviation,
 * which changes no result but keeps units and offsets out of the arithmetic. Within a time those censored come first, then those with the event.
 */
export interface CoxDesign {
  /** Of the stratum. */
  readonly n: number;
  readonly events: number;
  readonly names: readonly string[];
  /** By covariate, sum of absolute deviations from its mean over all n. */
  readonly spread: Float64Array;
  /** Rows that are at risk at some event. */
  readonly rows: number;
  /** Centred and scaled; column j stands at j * rows. */
  readonly x: Float64Array;
  /** By column, the sum over rows with the event. */
  readonly eventTotals: Float64Array;
  /** What a unit of each covariate was multiplied by; 0 where it doesn't vary. */
  readonly scale: Float64Array;
  /** Distinct times. */
  readonly times: number;
  /** First row of each time, and `rows` at the end. */
  readonly start: Int32Array;
  /** First row with the event of each time. */
  readonly firstEvent: Int32Array;
}

/** Orders rows by time (whole days by counting, other times by rank) and gathers the covariates. Throws on rows that can't be used. */
export function coxDesign({ time, event, covariates, names }: CoxRows): CoxDesign {
  checkFollowUp({ time, event });
  const n = time.length;
  const { distinct, rank } = timeRanks(time);
  const cell = new Int32Array(2 * distinct.length + 1);
  for (let i = 0; i < n; i++) cell[2 * rank[i]! + event[i]! + 1]!++;
  for (let c = 0; c + 1 < cell.length; c++) cell[c + 1]! += cell[c]!;
  let first = 0; // time of the first event
  while (first < distinct.length && cell[2 * first + 1] === cell[2 * first + 2]) first++;
  const early = cell[2 * first]!;
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

  const x = new Float64Array(rows * covariates.length);
  const scale = new Float64Array(covariates.length);
  const spread = new Float64Array(covariates.length);
  const eventTotals = new Float64Array(covariates.length);
  covariates.forEach((values, j) => {
    checkLength(values, n);
    const column = x.subarray(j * rows, (j + 1) * rows);
    for (let i = 0; i < rows; i++) column[i] = values[order[early + i]!]!;
    spread[j] = deviation(values, meanOf(values));
    const centre = meanOf(column);
    const own = deviation(column, centre);
    const factor = own > 0 ? rows / own : 0;
    for (let i = 0; i < rows; i++) column[i] = (column[i]! - centre) * factor;
    scale[j] = factor;
    for (let t = 0; t < times; t++) {
      for (let i = firstEvent[t]!, to = start[t + 1]!; i < to; i++) eventTotals[j]! += column[i]!;
    }
  });
  return { n, events, names, spread, rows, x, eventTotals, scale, times, start, firstEvent };
}

/** Mean about the first value, so that a large offset costs no digits and equal values have no deviation. */
function meanOf(values: Float64Array): number {
  const first = values[0] ?? 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! - first;
  if (!Number.isFinite(sum)) {
    throw new InvalidFollowUp(
      'invalid-covariate',
      values.findIndex((value) => !Number.isFinite(value)),
    );
  }
  return first + sum / Math.max(1, values.length);
}

function deviation(values: Float64Array, centre: number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.abs(values[i]! - centre);
  return sum;
}

/** A design for each stratum, in the order of the strata's numbers. */
export function coxDesigns(rows: CoxRows): CoxDesign[] {
  const { strata } = rows;
  if (strata === undefined) return [coxDesign(rows)];
  checkLength(strata, rows.time.length);
  for (const values of rows.covariates) checkLength(values, rows.time.length);
  const rowsOfStratum = Map.groupBy(strata.keys(), (i) => strata[i]!);
  return [...rowsOfStratum.keys()]
    .sort((a, b) => a - b)
    .map((stratum) => {
      const own = rowsOfStratum.get(stratum)!;
      return coxDesign({
        names: rows.names,
        time: Float64Array.from(own, (i) => rows.time[i]!),
        event: Uint8Array.from(own, (i) => rows.event[i]!),
        covariates: rows.covariates.map((values) => Float64Array.from(own, (i) => values[i]!)),
      });
    });
}
