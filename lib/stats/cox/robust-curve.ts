import { checkWeights, type FollowUp } from '../survival/follow-up.ts';
import type { SurvivalCurve } from '../survival/kaplan-meier.ts';
import { ascending } from '../survival/times.ts';

/**
 * Standard error of a Kaplan-Meier curve by the infinitesimal jackknife, at the curve's times: right where weights are sampling weights, for
 * which Greenwood's isn't. `curve` is that of the same rows and weights. NaN once survival is 0. Class: pooled rows. O(n log n).
 *
 * A row's influence on log S(t) is minus its own events' 1/(n-d) plus the sum of d/(n(n-d)) while it is at risk; so that all rows at risk share
 * one running sum, and those gone keep what they had: the squares add up without a pass over the rows at each time.
 * Source: Therneau & Atkinson, survival's methods vignette. Yardstick: survfit(robust = TRUE).
 */
export function robustStandardError({ time, event, entry }: FollowUp, curve: SurvivalCurve, weights?: Float64Array) {
  if (weights !== undefined) checkWeights(weights, time.length);
  const leaving = ascending(time);
  const entering = entry === undefined ? undefined : ascending(entry);
  const hazardAtEntry = new Float64Array(time.length);
  const out = new Float64Array(curve.time.length);
  const weight = (row: number) => weights?.[row] ?? 1;
  let [squares, linear, constant, gone, hazard] = [0, 0, 0, 0, 0];
  const enter = (row: number, sign: number) => {
    const square = sign * weight(row) ** 2;
    const h = hazardAtEntry[row]!;
    squares += square;
    linear += square * h;
    constant += square * h * h;
  };
  if (entering === undefined) for (const row of leaving) enter(row, 1);
  let [next, last] = [0, 0];
  for (let k = 0; k < curve.time.length; k++) {
    const t = curve.time[k]!;
    if (entering !== undefined && entry !== undefined) {
      for (; next < entering.length && entry[entering[next]!]! < t; next++) {
        hazardAtEntry[entering[next]!] = hazard;
        enter(entering[next]!, 1);
      }
    }
    const [n, d, s] = [curve.atRisk[k]!, curve.event[k]!, curve.survival[k]!];
    if (s === 0) {
      out.fill(Number.NaN, k);
      break;
    }
    if (d > 0) hazard += d / (n * (n - d));
    const until = k + 1 < curve.time.length ? curve.time[k + 1]! : Number.POSITIVE_INFINITY;
    for (; last < leaving.length && time[leaving[last]!]! < until; last++) {
      const row = leaving[last]!;
      enter(row, -1);
      const own = event[row] === 1 ? 1 / (n - d) : 0;
      gone += (weight(row) * (own - (hazard - hazardAtEntry[row]!))) ** 2;
    }
    out[k] = s * Math.sqrt(Math.max(0, gone + hazard * hazard * squares - 2 * hazard * linear + constant));
  }
  return out;
}
