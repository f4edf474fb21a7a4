import { shareWeights } from '../survival/censoring-weights.ts';
import { survivalAt } from '../survival/curve-reading.ts';
import type { FollowUp } from '../survival/follow-up.ts';
import { checkLength } from '../survival/follow-up.ts';
import { kaplanMeier } from '../survival/kaplan-meier.ts';
import { timeRanks } from '../survival/times.ts';

/** Net benefit at one threshold of risk. Treating nobody has a net benefit of 0. */
export interface NetBenefit {
  readonly threshold: number;
  /** Share of patients whose risk is at least the threshold. */
  readonly treated: number;
  readonly model: number;
  readonly all: number;
}

/**
 * Decision curve of predicted risks: true positives a patient, less false positives weighted by the odds of the threshold. O(n x thresholds).
 * Source: Vickers & Elkin, Med Decis Making 2006;26:565. Yardstick: dcurves::dca.
 */
export function decisionCurve(
  outcome: Uint8Array,
  risk: Float64Array,
  thresholds: readonly number[],
): readonly NetBenefit[] {
  checkLength(risk, outcome.length);
  const n = outcome.length;
  const events = outcome.reduce((sum, y) => sum + y, 0);
  return thresholds.map((threshold) => {
    let [truly, falsely] = [0, 0];
    for (let i = 0; i < n; i++) {
      if (!(risk[i]! >= threshold)) continue;
      if (outcome[i] === 1) truly++;
      else falsely++;
    }
    const odds = threshold / (1 - threshold);
    return {
      threshold,
      treated: (truly + falsely) / n,
      model: (truly - falsely * odds) / n,
      all: (events - (n - events) * odds) / n,
    };
  });
}

/**
 * Decision curve of risks of an event by a horizon: among those whose risk reaches the threshold, Kaplan-Meier says how many have it by then.
 * Where nobody's does, net benefit is 0. With delayed entry, how many reach a threshold is told by weights, since those at high risk are seen less often.
 * O(n log n + n x thresholds), with delayed entry O(n log n x thresholds).
 * Source: Vickers et al, BMC Med Inform Decis Mak 2008;8:53. Yardstick: dcurves::dca of a Surv.
 */
export function survivalDecisionCurve(
  f: FollowUp,
  risk: Float64Array,
  horizon: number,
  thresholds: readonly number[],
): readonly NetBenefit[] {
  checkLength(risk, f.time.length);
  if (f.entry === undefined) return plainDecisionCurve(f, risk, horizon, thresholds);
  const shares = shareWeights(f, horizon);
  const total = shares.reduce((sum, share) => sum + share, 0);
  const benefit = (threshold: number, who: (i: number) => boolean) => {
    const rows = [...f.time.keys()].filter(who);
    if (rows.length === 0) return { share: 0, value: 0 };
    const entry = f.entry!;
    const curve = kaplanMeier.solve(
      kaplanMeier.accumulate({
        time: Float64Array.from(rows, (i) => f.time[i]!),
        event: Uint8Array.from(rows, (i) => f.event[i]!),
        entry: Float64Array.from(rows, (i) => entry[i]!),
      }),
    );
    const { survival } = survivalAt(curve, [horizon])[0]!;
    const share = rows.reduce((sum, row) => sum + shares[row]!, 0) / total;
    return { share, value: share * (1 - survival - (survival * threshold) / (1 - threshold)) };
  };
  return thresholds.map((threshold) => {
    const { share, value } = benefit(threshold, (i) => risk[i]! >= threshold);
    return { threshold, treated: share, model: value, all: benefit(threshold, () => true).value };
  });
}

/** Times are ordered once, and walked through for each threshold. */
function plainDecisionCurve(
  { time, event }: FollowUp,
  risk: Float64Array,
  horizon: number,
  thresholds: readonly number[],
): readonly NetBenefit[] {
  const { rank, distinct } = timeRanks(time);
  const last = distinct.filter((t) => t <= horizon).length;
  const order = Int32Array.from(time.keys()).sort((a, b) => rank[a]! - rank[b]!);
  /** Of those at this risk or above, the share of all, and how many of them survive the horizon. */
  const above = (least: number) => {
    let atRisk = 0;
    for (const r of risk) if (r >= least) atRisk++;
    const share = atRisk / time.length;
    let survival = 1;
    for (let k = 0; k < order.length && rank[order[k]!]! < last; ) {
      const at = rank[order[k]!]!;
      let [events, leaving] = [0, 0];
      for (; k < order.length && rank[order[k]!] === at; k++) {
        if (!(risk[order[k]!]! >= least)) continue;
        leaving++;
        events += event[order[k]!]!;
      }
      if (events > 0) survival *= 1 - events / atRisk;
      atRisk -= leaving;
    }
    return { share, survival };
  };
  const benefit = ({ share, survival }: ReturnType<typeof above>, threshold: number) =>
    share === 0 ? 0 : share * (1 - survival - (survival * threshold) / (1 - threshold));
  const all = above(Number.NEGATIVE_INFINITY);
  return thresholds.map((threshold) => {
    const treated = above(threshold);
    return { threshold, treated: treated.share, model: benefit(treated, threshold), all: benefit(all, threshold) };
  });
}
