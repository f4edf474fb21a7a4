import { checkFollowUp, checkLength, type FollowUp } from './follow-up.ts';

/** Who is still under observation at a landmark, and what was known of them by then. */
export interface LandmarkRows extends FollowUp {
  /** Which of the rows given these are, 0-based. */
  readonly rows: Int32Array;
  /** 1 where the exposure came at or before the landmark. */
  readonly exposed: Int32Array;
  /** Left out since they had the event at or before the landmark. */
  readonly excludedEvents: number;
  /** Left out since their follow-up ended by then. */
  readonly excludedCensored: number;
}

/**
 * Landmark analysis: patients with a time beyond the landmark, exposed if the exposure came by then, their clock set to 0 at it. `exposure` is
 * on the clock of `time`; NaN: never. With delayed entry a patient counts who entered before the landmark as from it, and others as from
 * their entry. Class: any batch of rows. Source: Anderson, Cain & Gelber, J Clin Oncol 1983;1:710. O(n).
 */
export function landmarkRows(f: FollowUp, exposure: Float64Array, landmark: number): LandmarkRows {
  checkFollowUp(f);
  checkLength(exposure, f.time.length);
  const rows = Int32Array.from(f.time.keys()).filter((i) => f.time[i]! > landmark);
  let excludedEvents = 0;
  let excluded = 0;
  for (let i = 0; i < f.time.length; i++) {
    if (f.time[i]! > landmark) continue;
    excluded++;
    excludedEvents += f.event[i]!;
  }
  const { entry } = f;
  return {
    rows,
    time: Float64Array.from(rows, (i) => f.time[i]! - landmark),
    event: Uint8Array.from(rows, (i) => f.event[i]!),
    exposed: Int32Array.from(rows, (i) => (exposure[i]! <= landmark ? 1 : 0)),
    excludedEvents,
    excludedCensored: excluded - excludedEvents,
    ...(entry === undefined ? {} : { entry: Float64Array.from(rows, (i) => Math.max(entry[i]! - landmark, -1)) }),
  };
}

/** Rows (start, stop] cut where an exposure began. */
export interface ExposureRows extends FollowUp {
  readonly entry: Float64Array;
  /** From which of the rows given each comes, 0-based. */
  readonly rows: Int32Array;
  /** 1 from the exposure on. */
  readonly exposed: Int32Array;
}

/**
 * Cuts each patient's follow-up where an exposure begins: (entry, c] unexposed and (c, time] exposed. Exposure at the end of follow-up counts as
 * none; at or before the entry, as from it. Curves and log-rank of `exposed` are the Simon-Makuch estimates and Mantel-Byar's test, a Cox
 * model of it the time-dependent one. Class: any batch of rows.
 * Source: Mantel & Byar, JASA 1974;69:81; Simon & Makuch, Stat Med 1984;3:35. Yardstick: survival::tmerge, survfit(Surv(start, stop, event) ~ x).
 * O(n).
 */
export function splitAtExposure(f: FollowUp, exposure: Float64Array): ExposureRows {
  checkFollowUp(f);
  checkLength(exposure, f.time.length);
  const parts: { row: number; from: number; to: number; event: number; exposed: number }[] = [];
  for (let row = 0; row < f.time.length; row++) {
    // from before the origin where no entry is given, so that an event at time 0 is at risk
    const [from, to, event] = [f.entry?.[row] ?? (f.time[row] === 0 ? -1 : 0), f.time[row]!, f.event[row]!];
    const c = exposure[row]!;
    if (!(c < to)) parts.push({ row, from, to, event, exposed: 0 });
    else if (c <= from) parts.push({ row, from, to, event, exposed: 1 });
    else parts.push({ row, from, to: c, event: 0, exposed: 0 }, { row, from: c, to, event, exposed: 1 });
  }
  return {
    rows: Int32Array.from(parts, ({ row }) => row),
    entry: Float64Array.from(parts, ({ from }) => from),
    time: Float64Array.from(parts, ({ to }) => to),
    event: Uint8Array.from(parts, ({ event }) => event),
    exposed: Int32Array.from(parts, ({ exposed }) => exposed),
  };
}
