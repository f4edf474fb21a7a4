import { checkCodes, checkFollowUp, checkWeights, type FollowUp } from './follow-up.ts';
import { ranks, tieTimes } from './times.ts';

/**
 * What Kaplan-Meier and log-rank need of a batch of rows: by distinct time and group, how many have the event, are censored, or come under
 * observation. Counts, so that tables of any split of the rows merge into the table of all. Time `i`, group `g` stand at `i * groups + g`.
 */
export interface EventTable {
  readonly groups: number;
  /** Distinct as doubles, ascending; ties by rounding are put together only when the table is solved, since they depend on all times. */
  readonly time: Float64Array;
  readonly events: Float64Array;
  readonly censored: Float64Array;
  /** Who come under observation right after the time. */
  readonly entered: Float64Array;
  /** By group, who are under observation from the origin. */
  readonly fromStart: Float64Array;
  /** How many rows leave at the time: weighted counts don't say. */
  readonly rows: Float64Array;
}

/**
 * Counts the rows by time and group; `group` holds 0 to `groups` - 1, and without it all are group 0. With weights, a row counts as much as
 * its weight; one whose weight is 0 isn't counted.
 */
export function countEvents(f: FollowUp, group?: Int32Array, groups = 1, weights?: Float64Array): EventTable {
  if (f.entry === undefined && weights === undefined) {
    const most = plainDays(f, group, groups);
    // a table of days beyond a few times the rows would cost more than ranking them
    if (most !== undefined && most * groups <= 8 * f.time.length + 65_536) return countDays(f, most, group, groups);
  }
  checkFollowUp(f);
  if (group !== undefined) checkCodes(group, f.time.length, groups);
  if (weights !== undefined) checkWeights(weights, f.time.length);
  return countRanks(f, group, groups, weights);
}

/** The largest time if all are whole and every row can be used, in one pass; undefined otherwise, which the checks then tell apart. */
function plainDays({ time, event }: FollowUp, group: Int32Array | undefined, groups: number): number | undefined {
  const n = time.length;
  if (event.length !== n || (group !== undefined && group.length !== n)) return undefined;
  let most = 0;
  let bad = 0;
  for (let i = 0; i < n; i++) {
    const t = time[i]!;
    const day = t | 0;
    if (day !== t || day < 0 || event[i]! > 1) return undefined;
    if (day > most) most = day;
  }
  if (group !== undefined) for (let i = 0; i < n; i++) bad |= group[i]! | (groups - 1 - group[i]!);
  return bad < 0 ? undefined : most;
}

/** Whole days: one pass over the rows, no sort. Bound by memory. */
function countDays({ time, event }: FollowUp, most: number, group: Int32Array | undefined, groups: number): EventTable {
  const n = time.length;
  const cells = new Int32Array(2 * groups * (most + 1));
  if (group === undefined) for (let i = 0; i < n; i++) cells[2 * time[i]! + event[i]!]!++;
  else for (let i = 0; i < n; i++) cells[2 * (time[i]! * groups + group[i]!) + event[i]!]!++;
  const days: number[] = [];
  for (let day = 0, cell = 0; day <= most; day++) {
    let anyone = 0;
    for (const end = cell + 2 * groups; cell < end; cell++) anyone |= cells[cell]!;
    if (anyone !== 0) days.push(day);
  }
  const table = emptyTable(Float64Array.from(days), groups);
  days.forEach((day, i) => {
    for (let g = 0; g < groups; g++) {
      const censored = cells[2 * (day * groups + g)]!;
      const events = cells[2 * (day * groups + g) + 1]!;
      table.censored[i * groups + g] = censored;
      table.events[i * groups + g] = events;
      table.fromStart[g]! += censored + events;
      table.rows[i * groups + g] = censored + events;
    }
  });
  return table;
}

function countRanks(
  { time, event, entry }: FollowUp,
  group: Int32Array | undefined,
  groups: number,
  weights: Float64Array | undefined,
): EventTable {
  const n = time.length;
  const all = entry === undefined ? time : new Float64Array(2 * n);
  if (entry !== undefined) {
    all.set(time);
    all.set(entry, n);
  }
  const { distinct, rank } = ranks(all);
  const table = emptyTable(distinct, groups);
  for (let i = 0; i < n; i++) {
    const g = group === undefined ? 0 : group[i]!;
    const weight = weights === undefined ? 1 : weights[i]!;
    if (weight === 0) continue;
    table.rows[rank[i]! * groups + g]!++;
    (event[i] === 1 ? table.events : table.censored)[rank[i]! * groups + g]! += weight;
    if (entry === undefined) table.fromStart[g]! += weight;
    else table.entered[rank[n + i]! * groups + g]! += weight;
  }
  return table;
}

function emptyTable(time: Float64Array, groups: number): EventTable {
  return {
    groups,
    time,
    events: new Float64Array(time.length * groups),
    censored: new Float64Array(time.length * groups),
    entered: new Float64Array(time.length * groups),
    fromStart: new Float64Array(groups),
    rows: new Float64Array(time.length * groups),
  };
}

/** Adds row `i` of `from` to row `to` of `into`. */
function addTime(into: EventTable, to: number, from: EventTable, i: number): void {
  const { groups } = into;
  for (let g = 0; g < groups; g++) {
    into.events[to * groups + g]! += from.events[i * groups + g]!;
    into.censored[to * groups + g]! += from.censored[i * groups + g]!;
    into.entered[to * groups + g]! += from.entered[i * groups + g]!;
    into.rows[to * groups + g]! += from.rows[i * groups + g]!;
  }
}

/** The table of both batches' rows. */
export function mergeTables(a: EventTable, b: EventTable): EventTable {
  const time = Float64Array.from(new Set([...a.time, ...b.time])).sort();
  const merged = emptyTable(time, Math.max(a.groups, b.groups));
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
export function tied(table: EventTable): EventTable {
  const { kept, of } = tieTimes(table.time);
  if (kept.length === table.time.length) return table;
  const together = emptyTable(kept, table.groups);
  for (let i = 0; i < of.length; i++) addTime(together, of[i]!, table, i);
  together.fromStart.set(table.fromStart);
  return together;
}

/** What is left of a table at a time: only who is still under observation right before it, or comes later. */
export function tableSince(table: EventTable, from: number): EventTable {
  const { groups, time, events, censored, entered } = table;
  const first = countUntil(time, (t) => t < from);
  const fromStart = table.fromStart.slice();
  for (let cell = 0; cell < first * groups; cell++) {
    fromStart[cell % groups]! += entered[cell]! - events[cell]! - censored[cell]!;
  }
  const rest = (cells: Float64Array) => cells.slice(first * groups);
  return {
    groups,
    time: time.slice(first),
    events: rest(events),
    censored: rest(censored),
    entered: rest(entered),
    rows: rest(table.rows),
    fromStart,
  };
}

/** How many of the leading times satisfy a condition that holds up to some time. */
export function countUntil(time: Float64Array, holds: (t: number) => boolean): number {
  let low = 0;
  let high = time.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(time[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The table of one group alone, without the times at which none of it leaves or enters. */
export function tableOfGroup(table: EventTable, g: number): EventTable {
  const { groups, time, events, censored, entered, fromStart, rows } = table;
  const own = [...time.keys()].filter((i) => {
    const cell = i * groups + g;
    return events[cell]! + censored[cell]! + entered[cell]! > 0;
  });
  const alone = emptyTable(
    Float64Array.from(own, (i) => time[i]!),
    1,
  );
  own.forEach((i, to) => {
    alone.events[to] = events[i * groups + g]!;
    alone.censored[to] = censored[i * groups + g]!;
    alone.entered[to] = entered[i * groups + g]!;
    alone.rows[to] = rows[i * groups + g]!;
  });
  alone.fromStart[0] = fromStart[g]!;
  return alone;
}
