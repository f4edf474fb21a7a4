import { checkCodes, checkFollowUp, checkLength, checkWeights, InvalidFollowUp } from './follow-up.ts';
import { ranks, tieTimes } from './times.ts';

/** Times to the first of several events that exclude each other. */
export interface CauseFollowUp {
  /** From the origin to the event or the last contact, at least 0. */
  readonly time: Float64Array;
  /** Which event ends the time, from 1; 0 where it is censored. */
  readonly cause: Uint8Array;
  /** Where a patient comes under observation only after the origin: at risk after `entry`, until `time`. */
  readonly entry?: Float64Array;
}

/** Counts by distinct time, group and cause. Cell of time `i`, group `g`: `i * groups + g`. Tables of any split of the rows merge. */
export interface CauseTable {
  readonly groups: number;
  readonly time: Float64Array;
  readonly censored: Float64Array;
  /** By cause (the first is cause 1), who have that event. */
  readonly events: readonly Float64Array[];
  readonly entered: Float64Array;
  readonly fromStart: Float64Array;
  /** How many rows leave at the time: weighted counts don't say. */
  readonly rows: Float64Array;
  readonly weighted: boolean;
}

/** Throws {@link InvalidFollowUp} for the first row that can't be used. */
export function checkCauses({ time, cause, entry }: CauseFollowUp): void {
  checkLength(cause, time.length);
  const event = cause.map((code) => (code > 0 ? 1 : 0));
  checkFollowUp({ time, event, ...(entry === undefined ? {} : { entry }) });
}

/**
 * Counts rows; `causes` is the number of causes, `group` holds 0 to `groups` - 1. With weights, a row counts as much as its weight; one whose weight is
 * 0 isn't counted. O(n log n).
 */
export function countCauses(
  f: CauseFollowUp,
  causes: number,
  group?: Int32Array,
  groups = 1,
  weights?: Float64Array,
): CauseTable {
  checkCauses(f);
  if (weights !== undefined) checkWeights(weights, f.time.length);
  const { time, cause, entry } = f;
  const n = time.length;
  if (group !== undefined) checkCodes(group, n, groups);
  const all = entry === undefined ? time : new Float64Array(2 * n);
  if (entry !== undefined) {
    all.set(time);
    all.set(entry, n);
  }
  const { distinct, rank } = ranks(all);
  const table = emptyTable(distinct, groups, causes, weights !== undefined);
  for (let i = 0; i < n; i++) {
    const g = group?.[i] ?? 0;
    const code = cause[i]!;
    if (code > causes) throw new InvalidFollowUp('invalid-event', i);
    const weight = weights === undefined ? 1 : weights[i]!;
    if (weight === 0) continue;
    table.rows[rank[i]! * groups + g]!++;
    (code === 0 ? table.censored : table.events[code - 1]!)[rank[i]! * groups + g]! += weight;
    if (entry === undefined) table.fromStart[g]! += weight;
    else table.entered[rank[n + i]! * groups + g]! += weight;
  }
  return table;
}

function emptyTable(time: Float64Array, groups: number, causes: number, weighted: boolean): CauseTable {
  const cells = () => new Float64Array(time.length * groups);
  return {
    groups,
    time,
    censored: cells(),
    events: Array.from({ length: causes }, cells),
    entered: cells(),
    fromStart: new Float64Array(groups),
    rows: cells(),
    weighted,
  };
}

function addTime(into: CauseTable, to: number, from: CauseTable, i: number): void {
  for (let g = 0; g < from.groups; g++) {
    const [a, b] = [to * into.groups + g, i * from.groups + g];
    into.censored[a]! += from.censored[b]!;
    into.entered[a]! += from.entered[b]!;
    into.rows[a]! += from.rows[b]!;
    from.events.forEach((events, cause) => {
      into.events[cause]![a]! += events[b]!;
    });
  }
}

/** The table of both batches' rows. */
export function mergeCauses(a: CauseTable, b: CauseTable): CauseTable {
  const time = Float64Array.from(new Set([...a.time, ...b.time])).sort();
  const causes = Math.max(a.events.length, b.events.length);
  const merged = emptyTable(time, Math.max(a.groups, b.groups), causes, a.weighted || b.weighted);
  for (const table of [a, b]) {
    for (let i = 0, to = 0; i < table.time.length; i++, to++) {
      while (time[to] !== table.time[i]) to++;
      addTime(merged, to, table, i);
    }
    for (let g = 0; g < table.groups; g++) merged.fromStart[g]! += table.fromStart[g]!;
  }
  return merged;
}

/** The same table with times that differ only by rounding put together. */
export function tiedCauses(table: CauseTable): CauseTable {
  const { kept, of } = tieTimes(table.time);
  if (kept.length === table.time.length) return table;
  const together = emptyTable(kept, table.groups, table.events.length, table.weighted);
  for (let i = 0; i < of.length; i++) addTime(together, of[i]!, table, i);
  together.fromStart.set(table.fromStart);
  return together;
}
