import { roomFor, VectorRoom } from '../numeric/vectors.ts';
import { timeRanks } from '../survival/times.ts';
import type { CoxRows, Ties } from './cox-design.ts';

/**
 * Patients in order of time, those with the event first; an event's time reaches from its first row to the next event's. Columns are centred and scaled.
 * Only for rows without entry, strata, weights and offset.
 */
export interface ResampleDesign {
  readonly rows: number;
  readonly efron: boolean;
  readonly order: Int32Array;
  /** First row of each time with an event, and the number of rows; how many rows have the event there. */
  readonly start: Int32Array;
  readonly events: Int32Array;
  readonly isEvent: Uint8Array;
}

/** Orders the patients once, for any number of resamples. */
export function resampleDesign({ time, event }: Pick<CoxRows, 'time' | 'event'>, ties: Ties): ResampleDesign {
  const n = time.length;
  const { rank } = timeRanks(time);
  const order = Int32Array.from(time.keys()).sort((a, b) => rank[a]! - rank[b]! || event[b]! - event[a]! || a - b);
  const start: number[] = [];
  const events: number[] = [];
  for (let i = 0; i < n; ) {
    const from = i;
    let d = 0;
    for (; i < n && rank[order[i]!] === rank[order[from]!]; i++) d += event[order[i]!]!;
    if (d === 0) continue;
    start.push(from);
    events.push(d);
  }
  return {
    rows: n,
    efron: ties !== 'breslow',
    order,
    start: Int32Array.of(...start, n),
    events: Int32Array.from(events),
    isEvent: Uint8Array.from(order, (row) => event[row]!),
  };
}

/** Columns in the design's order, one after the other, with mean 0 and deviation 1; and what they were divided by. */
export function resampleColumns({ rows, order }: ResampleDesign, covariates: readonly Float64Array[]) {
  const x = new Float64Array(rows * covariates.length);
  const scale = covariates.map((values, j) => {
    const column = x.subarray(j * rows, (j + 1) * rows);
    let [mean, squares] = [0, 0];
    for (let i = 0; i < rows; i++) mean += (values[i]! - values[0]!) / rows;
    for (let i = 0; i < rows; i++) column[i] = values[order[i]!]! - values[0]! - mean;
    for (let i = 0; i < rows; i++) squares += column[i]! ** 2;
    const deviation = Math.sqrt(squares / rows) || 1;
    for (let i = 0; i < rows; i++) column[i]! /= deviation;
    return deviation;
  });
  return { x, scale };
}

/** Columns whose products are made at once. */
const BLOCK = 4;

/** Columns one after the other in a room of vectors, as many as make whole blocks; and where they stand. */
export interface RoomyColumns {
  readonly columns: readonly Float64Array[];
  readonly list: Int32Array;
}

/** Arrays that the fits of one design share, since making them would take as long as filling them. */
export interface ResampleSpace {
  readonly room: VectorRoom;
  /** Of the rows drawn: the covariates, how often each stands there, and what the likelihood keeps by row. */
  readonly x: RoomyColumns;
  readonly counts: Float64Array;
  readonly kept: Int32Array;
  readonly risk: Float64Array;
  readonly later: Float64Array;
  readonly lived: Float64Array;
  readonly weighted: RoomyColumns;
  readonly suffix: Float64Array;
  /** By column. */
  readonly beta: Float64Array;
  readonly expected: Float64Array;
  /** By time: first row and rows with the event; hazard, and its sums for Efron's ties. */
  readonly start: Int32Array;
  readonly events: Int32Array;
  readonly ties: Float64Array;
  /** By column, at each time the sums over all at risk and then those over the tied; and what they are multiplied with. */
  readonly sums: RoomyColumns;
  readonly combined: RoomyColumns;
  /** Products of a block of columns with all, a row a column. */
  readonly products: Float64Array;
}

/** Space for fits of `columns` covariates. */
export function resampleSpace({ rows, events }: ResampleDesign, columns: number): ResampleSpace {
  const times = events.length;
  const whole = BLOCK * Math.ceil(columns / BLOCK);
  const room = new VectorRoom(
    (2 * whole + 3) * roomFor(rows) +
      2 * whole * roomFor(2 * times) +
      10 * roomFor(whole) +
      roomFor(BLOCK * roomFor(whole)),
  );
  const doubles = (length: number) => new Float64Array(length);
  const roomy = (length: number): RoomyColumns => {
    const list = room.takeList(whole);
    const taken = Array.from({ length: whole }, () => room.take(length));
    taken.forEach((column, j) => {
      list[j] = room.at(column);
    });
    return { columns: taken, list };
  };
  return {
    room,
    x: roomy(rows),
    counts: room.take(rows),
    kept: new Int32Array(rows),
    risk: room.take(rows),
    later: doubles(rows + 1),
    lived: room.take(rows),
    weighted: roomy(rows),
    suffix: doubles(rows + 1),
    beta: room.take(whole),
    expected: room.take(whole),
    start: new Int32Array(times + 1),
    events: new Int32Array(times),
    ties: doubles(5 * times),
    sums: roomy(2 * times),
    combined: roomy(2 * times),
    products: room.take(BLOCK * roomFor(whole)),
  };
}
