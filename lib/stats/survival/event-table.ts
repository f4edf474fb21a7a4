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
  /** By group, rows of weight 0, which are counted nowhere else. */
  readonly dropped: Float64Array;
}

/**
 * Counts the rows by time and group; `group` holds 0 to `groups` - 1, and without it all are group 0. With weights, a row counts as much as
 * its weight; one whose weight is 0 is dropped.
 */
export function countEvents(f: FollowUp, group?: Int32Array, groups = 1, weights?: Float64Array): EventTable {
  if (f.entry === undefined && weights === undefined) {
    const cells = countDays(f, group, groups);
    if (cells !== undefined) return tableOfDays(cells, groups);
  }
  checkFollowUp(f);
  if (group !== undefined) checkCodes(group, f.time.length, groups);
  if (weights !== undefined) checkWeights(weights, f.time.length);
  return countRanks(f, group, groups, weights);
}

/** Cells for so many days at first; for more once a row asks for them. */
const FIRST_DAYS = 4096;

/**
 * Whole days: rows by day, group and event, checked and counted in one pass without a sort. Undefined where a row isn't of whole days or can't be
 * used, which the checks then tell apart, and where a table of days beyond a few times the rows would cost more than ranking them.
 */
function countDays({ time, event }: FollowUp, group: Int32Array | undefined, groups: number): Int32Array | undefined {
  const n = time.length;
  if (event.length !== n || (group !== undefined && group.length !== n)) return undefined;
  const mostDays = (8 * n + 65_536) / groups;
  let cells = new Int32Array(2 * groups * Math.min(FIRST_DAYS, n + 1, Math.ceil(mostDays)));
  for (let from = 0; ; ) {
    from =
      group === undefined
        ? countRows(time, event, cells, from)
        : countGroupRows(time, event, group, groups, cells, from);
    if (from === n) return cells;
    const day = time[from]!;
    if (!(Number.isInteger(day) && day < mostDays && 2 * groups * (day + 1) > cells.length)) return undefined;
    const more = new Int32Array(2 * groups * Math.ceil(Math.min(mostDays, 2 * (day + 1))));
    more.set(cells);
    cells = more;
  }
}

/** Counts rows up to the first that has no cell, and answers where it stands. */
function countRows(time: Float64Array, event: Uint8Array, cells: Int32Array, from: number): number {
  const n = time.length;
  const days = cells.length / 2;
  for (let i = from; i < n; i++) {
    const t = time[i]!;
    const day = t >>> 0;
    if (day !== t || day >= days || event[i]! > 1) return i;
    cells[2 * day + event[i]!]!++;
  }
  return n;
}

/** As {@link countRows}, by group: a loop of its own, so that no row is asked whether there are groups. */
function countGroupRows(
  time: Float64Array,
  event: Uint8Array,
  group: Int32Array,
  groups: number,
  cells: Int32Array,
  from: number,
): number {
  const n = time.length;
  const days = cells.length / (2 * groups);
  for (let i = from; i < n; i++) {
    const t = time[i]!;
    const day = t >>> 0;
    const g = group[i]! >>> 0;
    if (day !== t || day >= days || g >= groups || event[i]! > 1) return i;
    cells[2 * (Math.imul(day, groups) + g) + event[i]!]!++;
  }
  return n;
}

/** The days on which anyone leaves. */
function tableOfDays(cells: Int32Array, groups: number): EventTable {
  const width = 2 * groups;
  const isDay = (cell: number) => {
    let anyone = 0;
    for (const end = cell + width; cell < end; cell++) anyone |= cells[cell]!;
    return anyone !== 0;
  };
  let times = 0;
  for (let cell = 0; cell < cells.length; cell += width) if (isDay(cell)) times++;
  const table = emptyTable(new Float64Array(times), groups);
  const { time, events, censored, rows, fromStart } = table;
  for (let cell = 0, i = 0; i < times; cell += width) {
    if (!isDay(cell)) continue;
    time[i] = cell / width;
    for (let g = 0, row = i * groups; g < groups; g++, row++) {
      censored[row] = cells[cell + 2 * g]!;
      events[row] = cells[cell + 2 * g + 1]!;
      rows[row] = censored[row]! + events[row]!;
      fromStart[g]! += rows[row]!;
    }
    i++;
  }
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
    if (weight === 0) {
      table.dropped[g]!++;
      continue;
    }
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
    dropped: new Float64Array(groups),
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
    for (let g = 0; g < table.groups; g++) {
      merged.fromStart[g]! += table.fromStart[g]!;
      merged.dropped[g]! += table.dropped[g]!;
    }
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
  together.dropped.set(table.dropped);
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
    dropped: table.dropped,
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
  const { groups, time, events, censored, entered, fromStart, rows, dropped } = table;
  const isOwn = (cell: number) => events[cell]! + censored[cell]! + entered[cell]! > 0;
  let times = 0;
  for (let cell = g; cell < events.length; cell += groups) if (isOwn(cell)) times++;
  const alone = emptyTable(new Float64Array(times), 1);
  for (let i = 0, to = 0; i < time.length; i++) {
    const cell = i * groups + g;
    if (!isOwn(cell)) continue;
    alone.time[to] = time[i]!;
    alone.events[to] = events[cell]!;
    alone.censored[to] = censored[cell]!;
    alone.entered[to] = entered[cell]!;
    alone.rows[to] = rows[cell]!;
    to++;
  }
  alone.fromStart[0] = fromStart[g]!;
  alone.dropped[0] = dropped[g]!;
  return alone;
}
