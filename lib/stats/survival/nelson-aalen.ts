import { normalHalfWidth } from '../numeric/distributions.ts';
import { type EventTable, tableSince, tied } from './event-table.ts';
import { kaplanMeier } from './kaplan-meier.ts';

/** How tied events fall, the level of the limits, and from when on hazard counts. */
export interface HazardOptions {
  /** Default 0.95. */
  readonly level?: number;
  /** Tied events are one step (`together`, Nelson-Aalen) or fall one after the other (`apart`, Fleming-Harrington). Default together. */
  readonly ties?: 'together' | 'apart';
  /** Hazard from this time on only. */
  readonly from?: number;
}

/** A cumulative hazard at every distinct time at which anyone leaves, by the event or censored. */
export interface HazardCurve {
  readonly n: number;
  readonly level: number;
  readonly time: Float64Array;
  readonly atRisk: Float64Array;
  readonly event: Float64Array;
  readonly cumulativeHazard: Float64Array;
  readonly standardError: Float64Array;
  /** Symmetric on the logarithm; NaN before the first event. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** The survival that belongs to the hazard, exp(-H). */
  readonly survival: Float64Array;
}

/**
 * Nelson-Aalen estimate of the cumulative hazard, with delayed entry and weights. Class: one round; any batch of rows. O(n + times).
 * Source: Nelson, Technometrics 1972;14:945; Aalen, Ann Stat 1978;6:701; Fleming & Harrington, Comm Stat 1984;13:2469.
 * Yardstick: survival::survfit, `ctype` 1 and 2.
 */
export const nelsonAalen = {
  accumulate: kaplanMeier.accumulate,

  merge: kaplanMeier.merge,

  /** Throws a RangeError where weighted events are to fall one after the other: how many they are isn't known. */
  solve(table: EventTable, { level = 0.95, ties = 'together', from }: HazardOptions = {}): HazardCurve {
    const whole = tied(from === undefined ? table : tableSince(table, from));
    const { time, events, censored, entered, rows } = whole;
    const z = normalHalfWidth(level);
    const left = [...time.keys()].filter((i) => rows[i]! > 0);
    const column = () => new Float64Array(left.length);
    const [at, atRisk, event, hazard, error, lower, upper] = Array.from({ length: 7 }, column) as Float64Array[] &
      [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
    let there = whole.fromStart[0]!;
    let [h, variance, k] = [0, 0, 0];
    for (let i = 0; i < time.length; i++) {
      const d = events[i]!;
      if (rows[i]! > 0) {
        if (ties === 'together' && d > 0) {
          h += d / there;
          variance += d / there ** 2;
        } else if (d > 0) {
          if (!Number.isInteger(d)) throw new RangeError('weighted events do not fall one after the other');
          for (let j = 0; j < d; j++) {
            h += 1 / (there - j);
            variance += 1 / (there - j) ** 2;
          }
        }
        const e = Math.sqrt(variance);
        at[k] = time[i]!;
        atRisk[k] = there;
        event[k] = d;
        hazard[k] = h;
        error[k] = e;
        lower[k] = h * Math.exp((-z * e) / h);
        upper[k] = h * Math.exp((z * e) / h);
        k++;
      }
      there += entered[i]! - d - censored[i]!;
    }
    return {
      n: rows.reduce((sum, count) => sum + count, 0),
      level,
      time: at,
      atRisk,
      event,
      cumulativeHazard: hazard,
      standardError: error,
      lower,
      upper,
      survival: hazard.map((value) => Math.exp(-value)),
    };
  },
};
