import { sampleQuantile, sortedSample } from '../numeric/sample.ts';
import { shareWeights } from '../survival/censoring-weights.ts';
import { survivalAt } from '../survival/curve-reading.ts';
import { checkLength, type FollowUp } from '../survival/follow-up.ts';
import { kaplanMeier } from '../survival/kaplan-meier.ts';
import type { SurvivalInterval } from '../survival/survival-interval.ts';

/** Patients with similar predicted risks, and what became of them by the horizon. */
export type CalibrationGroup = {
  readonly n: number;
  readonly events: number;
  /** Mean predicted risk; with delayed entry by weights, since who has a high one is seen less often. */
  readonly predicted: number;
} & (
  | {
      readonly ok: true;
      /** Kaplan-Meier's risk, with its limits: undefined where their scale has no value. */
      readonly observed: number;
      readonly lower: number | 'undefined';
      readonly upper: number | 'undefined';
    }
  /** The group's follow-up ends before the horizon. */
  | { readonly ok: false; readonly problem: 'beyond follow-up' }
);

/** Into how many groups patients are put, and which limits the observed risks have. */
export interface CalibrationOptions {
  /** 10 unless said; fewer where quantiles are equal. */
  readonly groups?: number;
  readonly interval?: SurvivalInterval;
  readonly level?: number;
}

/**
 * Calibration of risks of an event by a horizon: in groups between quantiles of the risk, the mean risk against Kaplan-Meier's, delayed entry in both. O(n log n).
 * Source: Harrell, Regression Modeling Strategies, 20.11. Yardstick: rms::groupkm.
 */
export function survivalCalibration(
  f: FollowUp,
  risk: Float64Array,
  horizon: number,
  { groups = 10, interval = 'log-log', level = 0.95 }: CalibrationOptions = {},
): CalibrationGroup[] {
  checkLength(risk, f.time.length);
  const shares = shareWeights(f, horizon);
  const sorted = sortedSample(risk);
  const ends = [...new Set(Array.from({ length: groups }, (_, g) => sampleQuantile(sorted, (g + 1) / groups)))];
  const rowsOfGroup = Map.groupBy(risk.keys(), (row) => ends.findIndex((end) => risk[row]! <= end));
  return [...rowsOfGroup.keys()]
    .sort((a, b) => a - b)
    .map((group) => {
      const rows = rowsOfGroup.get(group)!;
      const { entry } = f;
      const curve = kaplanMeier.solve(
        kaplanMeier.accumulate({
          time: Float64Array.from(rows, (i) => f.time[i]!),
          event: Uint8Array.from(rows, (i) => f.event[i]!),
          ...(entry === undefined ? {} : { entry: Float64Array.from(rows, (i) => entry[i]!) }),
        }),
        { interval, level },
      );
      const known = horizon <= curve.time.at(-1)! || curve.survival.at(-1) === 0;
      const { survival, lower, upper } = survivalAt(curve, [horizon])[0]!;
      const found = { n: curve.n, events: curve.events, predicted: meanOf(risk, shares, rows) };
      if (!known) return { ...found, ok: false, problem: 'beyond follow-up' };
      return { ...found, ok: true, observed: 1 - survival, lower: complement(upper), upper: complement(lower) };
    });
}

function complement(limit: number | 'undefined'): number | 'undefined' {
  return limit === 'undefined' ? limit : 1 - limit;
}

function meanOf(values: Float64Array, weights: Float64Array, rows: readonly number[]): number {
  let [sum, weight] = [0, 0];
  for (const row of rows) {
    sum += weights[row]! * values[row]!;
    weight += weights[row]!;
  }
  return sum / weight;
}
