import { type CauseFollowUp, checkCauses } from '../survival/cause-table.ts';
import { countUntil } from '../survival/event-table.ts';
import { checkWeights } from '../survival/follow-up.ts';
import { ascending, timeRanks } from '../survival/times.ts';
import type { IncidenceCurve } from './cumulative-incidence.ts';

/**
 * Standard error of a cumulative incidence by the infinitesimal jackknife, at the curve's times. `curve` is that of the same
 * rows and weights, which may be sampling weights.
 * Class: pooled rows. O(n log n).
 *
 * All rows at risk share their influence but for what they missed before they entered, and the influence of those gone changes only with the
 * incidence; so that the squares are kept as quadratics in it.
 * Source: Therneau & Atkinson, survival's methods vignette. Yardstick: survival::survfit of a multi-state outcome.
 */
export function jackknifeIncidenceError(f: CauseFollowUp, curve: IncidenceCurve, weights?: Float64Array): Float64Array {
  checkCauses(f);
  if (weights !== undefined) checkWeights(weights, f.time.length);
  const square = (row: number) => (weights === undefined ? 1 : weights[row]! ** 2);
  const { time, cause, entry } = f;
  const n = time.length;
  const leaving = ascending(time);
  const entering = entry === undefined ? leaving : ascending(entry);
  const at = timeIndex(f, curve);
  const [all, own] = countsAt(f, curve, at, weights);
  const hazardAtEntry = new Float64Array(n);
  const constantAtEntry = new Float64Array(n);
  // influence on F(t) of a row that is there: joint(t) + c - h F(t), of one that is gone: a - v F(t)
  const there = new Squares();
  const gone = new Squares();
  const out = new Float64Array(curve.time.length);
  let [survival, hazard, incidence, joint] = [1, 0, 0, 0];
  let [next, last] = [0, 0];
  for (let k = 0; k < curve.time.length; k++) {
    for (; next < n; next++) {
      const row = entering[next]!;
      if (entry !== undefined && !(entry[row]! < curve.time[k]!)) break;
      hazardAtEntry[row] = hazard;
      constantAtEntry[row] = hazard * incidence - joint;
      there.add(constantAtEntry[row]!, hazard, square(row));
    }
    const [y, d, mine] = [curve.atRisk[k]!, all[k]!, own[k]!];
    const before = survival;
    const hazardBefore = hazard;
    joint += ((before * hazardBefore - before / y) * mine) / y;
    incidence += (before * mine) / y;
    survival *= (y - d) / y;
    if (y > d) hazard += d / (y * (y - d));
    for (; last < n && at[leaving[last]!] === k; last++) {
      const row = leaving[last]!;
      const [c, h] = [constantAtEntry[row]!, hazardAtEntry[row]!];
      there.add(c, h, -square(row));
      const influence = joint + c - h * incidence + (cause[row] === curve.cause ? before / y : 0);
      // the row's influence on log survival once it is gone; of none if nobody is left
      const v = y > d ? (cause[row]! > 0 ? 1 / (y - d) : 0) - (hazard - h) : 0;
      gone.add(influence + v * incidence, v, square(row));
    }
    out[k] = Math.sqrt(Math.max(0, there.sum(joint, incidence) + gone.sum(0, incidence)));
  }
  return out;
}

/** Weighted sum over rows of (shift + constant - slope x)², kept as its coefficients. */
class Squares {
  private readonly sums = new Float64Array(6);

  add(constant: number, slope: number, times: number): void {
    const terms = [1, constant, slope, constant * constant, constant * slope, slope * slope];
    terms.forEach((term, i) => {
      this.sums[i]! += times * term;
    });
  }

  sum(shift: number, x: number): number {
    const [rows, c, s, cc, cs, ss] = this.sums as unknown as [number, number, number, number, number, number];
    return rows * shift * shift + 2 * shift * (c - x * s) + cc - 2 * x * cs + x * x * ss;
  }
}

/** The curve's time at which each row leaves. */
function timeIndex({ time }: CauseFollowUp, curve: IncidenceCurve): Int32Array {
  const { rank, distinct } = timeRanks(time);
  const place = Int32Array.from(distinct, (t) => countUntil(curve.time, (other) => other <= t) - 1);
  return rank.map((r) => place[r]!);
}

function countsAt(
  { cause }: CauseFollowUp,
  curve: IncidenceCurve,
  at: Int32Array,
  weights: Float64Array | undefined,
): readonly [Float64Array, Float64Array] {
  const all = new Float64Array(curve.time.length);
  const own = new Float64Array(curve.time.length);
  cause.forEach((code, row) => {
    const weight = weights === undefined ? 1 : weights[row]!;
    if (code > 0) all[at[row]!]! += weight;
    if (code === curve.cause) own[at[row]!]! += weight;
  });
  return [all, own];
}
